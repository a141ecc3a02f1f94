"""What the content refuses, in words for the person who asked."""

from sites.exceptions import LinliError


class HandoverRefused(LinliError):
    """A story that may not be passed on, or about which somebody else has decided meanwhile."""
