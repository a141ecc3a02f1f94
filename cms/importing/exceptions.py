from __future__ import annotations

from sites.exceptions import LinliError


class ImportRefused(LinliError):
    """A file from which no story can be made; the text says why, and what to do."""


class PictureLeftOut(Exception):
    """A picture of an imported file that cannot become one of ours; the text says why, in Chinese."""
