"""The file of a picture: keyed by its content, and measured the way it is looked at."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files import File
from PIL import Image
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
    return (height, width) if image.getexif().get(_ORIENTATION) in _LYING else (width, height)


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
