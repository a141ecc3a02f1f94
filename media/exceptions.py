"""What can go wrong with a picture or a file."""

from sites.exceptions import LinliError


class UnreadablePicture(Exception):
    """The bytes are no picture that we decode: damaged, cut off, of a foreign format, too large, or written so that
    drawing them would take very long.

    `too_many_pixels` and `too_many_scans` tell the last two from the others.
    """

    def __init__(self, reason: str, *, too_many_pixels: bool = False, too_many_scans: bool = False) -> None:
        super().__init__(reason)
        self.too_many_pixels = too_many_pixels
        self.too_many_scans = too_many_scans


class ArchiveRefused(LinliError):
    """A zip file that is damaged, encrypted, too large when unfolded, or has names that lead out of it.

    `is_damaged` tells the first from the others.
    """

    def __init__(self, reason: str, *, is_damaged: bool = False) -> None:
        super().__init__(reason)
        self.is_damaged = is_damaged


class DocumentRefused(LinliError):
    """A file that is not what its name says, or that would run something where it is opened."""
