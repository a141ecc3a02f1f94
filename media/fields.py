"""The file of a picture: keyed by its content, and measured the way it is looked at."""

from __future__ import annotations

import hashlib
import os
from typing import Any

from django.core.files import File
from PIL import Image
from PIL.PngImagePlugin import PngImageFile
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

_ORIENTATION = 0x0112
_LYING = frozenset({5, 6, 7, 8})  # EXIF orientations that turn the picture by a quarter
KEY_LENGTH = 40  # hex digits, 160 bits of SHA-256


def content_key(content: File[bytes]) -> str:
    """The key of a file's bytes: 40 hex digits. Reads from the start and rewinds."""
    digest = hashlib.sha256()
    content.seek(0)
    while chunk := content.read(1024 * 1024):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()[:KEY_LENGTH]


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height in pixels as a viewer sees them, after the camera's turn. Decodes nothing."""
    width, height = image.size
    return (height, width) if _exif(image).get(_ORIENTATION) in _LYING else (width, height)


def _exif(image: Image.Image) -> Image.Exif:
    # For what may stand behind a PNG's pixels, Pillow decodes them all; hardly any has something there.
    if isinstance(image, PngImageFile) and "exif" not in image.info and not _has_late_exif(image):
        return Image.Image.getexif(image)
    return image.getexif()


def _has_late_exif(image: PngImageFile) -> bool:
    """Whether a PNG has an eXIf chunk, by the headers of its chunks (PNG, third edition, section 5.3). Leaves the file where
    it was."""
    file = image.fp
    assert file is not None
    before = file.tell()
    try:
        file.seek(8)
        while len(header := file.read(8)) == 8 and header[4:] != b"IEND":
            if header[4:] == b"eXIf":
                return True
            file.seek(int.from_bytes(header[:4], "big") + 4, os.SEEK_CUR)
        return False
    finally:
        file.seek(before)


class PictureFieldFile(WagtailImageFieldFile):
    """Every new file of a picture is stored through `save`, from a form as from code, and keyed there."""

    def save(self, name: str, content: File[bytes], save: bool = True) -> None:
        self.instance.content_key = content_key(content)
        super().save(name, content, save=save)

    def get_image_dimensions(self) -> tuple[int, int]:
        """Upright size in pixels. Raises PIL.UnidentifiedImageError for what is no picture."""
        was_closed = self.closed
        self.open()
        try:
            with Image.open(self.file) as image:
                return upright_size(image)
        finally:
            if was_closed:
                self.close()
            else:
                self.seek(0)


class PictureFileField(WagtailImageField):
    """An image field whose width and height are those of the upright picture."""

    attr_class = PictureFieldFile

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "media.fields.PictureFileField", args, kwargs
