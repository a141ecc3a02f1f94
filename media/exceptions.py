"""What can go wrong with a picture."""


class UnreadablePicture(Exception):
    """The bytes are no picture that we can decode: damaged, cut off, of a foreign format, or too large.

    `too_many_pixels` tells the last from the others.
    """

    def __init__(self, reason: str, *, too_many_pixels: bool = False) -> None:
        super().__init__(reason)
        self.too_many_pixels = too_many_pixels
