"""Signing in to the admin: limits, the second factor, sessions that end, and the trail of it."""
