"""From one source to the public files of a picture: decoded once, then made smaller step by step.

Every file is an upright, opaque sRGB picture without any metadata, whatever the source was. Transparency is
laid on white in all formats alike, so that they show the same thing and the colour that holds the space
never shines through.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO

import pillow_heif
from django.conf import settings
from PIL import Image, ImageCms, ImageOps

from media.exceptions import UnreadablePicture
from media.fields import upright_size

MOST_SCANS = 100  # of a JPEG; cameras and programs write ten
WIDTHS = (480, 960, 1600)
# What we read: Pillow's name → file name suffix. MPO is a JPEG with a second picture behind it (many phones).
SOURCE_FORMATS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif", "HEIF": "heic"}
# What we write, by its name in the payload → file name suffix.
FORMATS = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}

_OPTIONS: dict[str, dict[str, object]] = {
    "avif": {"format": "AVIF", "quality": 55, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 78, "method": 2},
    "jpeg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}
# Of a JPEG's markers (ITU-T T.81, table B.1).
_MARKER = re.compile(rb"\xff+([\x01-\xfe])")
_BARE = frozenset([0x01, *range(0xD0, 0xD8)])  # those without a length
_SCAN, _END = 0xDA, 0xD9
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))

pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Encoded:
    """One file: its format by the payload's name, its size in pixels, its bytes."""

    format: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class PublicFiles:
    """All files of a picture, and its mean colour as "#rrggbb"."""

    colour: str
    files: tuple[Encoded, ...]


def public_widths(width: int) -> list[int]:
    """The widths made of a source of that width, ascending.

    Nothing is enlarged: a source narrower than a width gets its own width, once.
    """
    widths = [step for step in WIDTHS if step <= width]
    if width < WIDTHS[-1] and width not in widths:
        widths.append(width)
    return widths


def size_at(width: int, *, source: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a source brought to `width` pixels."""
    return width, max(1, round(source[1] * width / source[0]))


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Image.Image]:
    """The picture in a file, its header read and checked, its pixels not yet decoded.

    Raises UnreadablePicture for a foreign format, for more pixels than WAGTAILIMAGES_MAX_IMAGE_PIXELS, and for a JPEG of
    more than MOST_SCANS passes; also when what the caller decodes turns out to be damaged.
    """
    try:
        with Image.open(file, formats=("JPEG", "PNG", "WEBP", "AVIF", "HEIF")) as image:
            if image.width * image.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
                size = f"{image.width} × {image.height}"
                raise UnreadablePicture(f"{size} pixels are too many", too_many_pixels=True)
            if image.format in {"JPEG", "MPO"}:
                at = file.tell()
                file.seek(0)
                scans = jpeg_scans(file.read())
                file.seek(at)
                if scans > MOST_SCANS:
                    raise UnreadablePicture(f"{scans} passes are too many", too_many_scans=True)
            yield image
    except Image.DecompressionBombError as error:
        raise UnreadablePicture(str(error), too_many_pixels=True) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadablePicture(str(error)) from error


def jpeg_scans(data: bytes) -> int:
    """In how many passes a JPEG is drawn, counted as its decoder walks. Each goes over all pixels, however few bytes it
    has: of ten megabytes of empty ones a machine would draw for an hour."""
    scans, at = 0, 2
    while found := _MARKER.search(data, at):
        marker, at = found[1][0], found.end()
        if marker == _END:
            break
        scans += marker == _SCAN
        if marker not in _BARE:
            at += int.from_bytes(data[at : at + 2], "big")
    return scans


def encode(file: IO[bytes]) -> PublicFiles:
    """Make every public file of a picture from its source. Raises UnreadablePicture.

    The encoders run beside each other on all cores: they release the interpreter's lock.
    """
    with opened(file) as image:
        source = upright_size(image)
        widths = public_widths(source[0])
        _decode_small(image, factor=source[0] / widths[-1])
        pixels = _continuous(ImageOps.exif_transpose(image))
        current = _opaque_srgb(pixels.resize(size_at(widths[-1], source=source), Image.Resampling.LANCZOS))
    steps = [current]
    for width in reversed(widths[:-1]):
        current = current.resize(size_at(width, source=source), Image.Resampling.LANCZOS)
        steps.append(current)
    red, green, blue = current.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    # The largest first: it takes longest.
    jobs = [(step, name) for step in steps for name in FORMATS]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        files = tuple(pool.map(lambda job: _encoded(*job), jobs))
    return PublicFiles(f"#{red:02x}{green:02x}{blue:02x}", files)


def _decode_small(image: Image.Image, *, factor: float) -> None:
    """Let a JPEG be decoded at 1/2, 1/4 or 1/8 where that is still as large as needed: it costs less."""
    if factor >= 2:
        image.draft(None, (int(image.width / factor), int(image.height / factor)))


def _continuous(image: Image.Image) -> Image.Image:
    """The picture in a mode in which neighbouring pixels can be mixed: no palette, no 16 bits."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"1", "P"}:
        return image.convert("RGB")
    return image


def _opaque_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode == "RGBA":
        colours = _to_srgb(image.convert("RGB"), profile)
        opaque = Image.new("RGB", image.size, "white")
        opaque.paste(colours, mask=image.getchannel("A"))
    else:
        opaque = _to_srgb(image, profile)
    opaque.info = {}  # Pillow would write comments, XMP and profiles that it finds here
    return opaque


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile, or one of another colour space than the pixels: read them as sRGB
        else:
            return converted or image
    return image.convert("RGB")


def _encoded(image: Image.Image, name: str) -> Encoded:
    buffer = BytesIO()
    # Of its own: Pillow keeps what it saves with on the image, and several threads save this one at once.
    image.copy().save(buffer, **_OPTIONS[name])  # type: ignore[arg-type]
    return Encoded(name, image.width, image.height, buffer.getvalue())
