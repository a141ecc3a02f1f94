"""A package for the app of the control."""
