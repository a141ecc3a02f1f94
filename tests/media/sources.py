"""Picture files for tests, made byte by byte: what phones, scanners and mischief send."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

RED, BLUE, GREEN = (220, 30, 30), (30, 30, 220), (30, 160, 60)
PLACE = b"CHENGDU-COURTYARD-7"


def saved(image: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file of that format."""
    buffer = BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def halves(width: int, height: int) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def photograph(width: int = 1000, height: int = 750, *, orientation: int = 1, format: str = "JPEG") -> bytes:
    """What a phone sends: turned by `orientation`, with the place where it was taken, a comment and XMP."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = PLACE.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(30), IFDRational(39), IFDRational(0))
    extra: dict[str, Any] = {"comment": PLACE} if format == "JPEG" else {}
    return saved(halves(width, height), format, exif=exif, xmp=b"<x:xmpmeta>" + PLACE, **extra)


def png_turned_at_its_end(width: int = 100, height: int = 75) -> bytes:
    """A PNG of a photograph that lies, whose EXIF stands behind its pixels as some programs write it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(halves(width, height), "PNG", exif=exif)
    at = data.index(b"eXIf") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4], "big")
    return data[:at] + data[end:-12] + data[at:end] + data[-12:]


def jpeg_of_scans(number: int) -> bytes:
    """A small progressive JPEG with that many needless passes at its end."""
    data = saved(halves(64, 48), progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * number + data[-2:]


def exchanged_colours_profile() -> bytes:
    """A colour profile in which red means blue and blue means red: sRGB with two tags exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A small PNG whose header announces billions of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def svg_with_script() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


def zip_bomb(unfolded: int = 2_000_000_000) -> bytes:
    """A small zip whose table of contents announces one entry of that many bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", bytes(100_000))
    data = bytearray(buffer.getvalue())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = unfolded.to_bytes(4, "little")
    return bytes(data)
