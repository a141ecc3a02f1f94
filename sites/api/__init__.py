"""The read API: the shelf over HTTP."""
