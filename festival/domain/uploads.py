"""What is kept of a file that a stranger sends: a picture or a PDF by its content, and of a picture its pixels only.

What a name or a header says of a file counts for nothing. A picture is decoded and written anew, so that nothing stays
that was hidden in it: where it was taken, a page behind its end, a bomb of pixels.
"""

from __future__ import annotations

import re
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

from festival.exceptions import FileRefused
from media.domain.documents import check_document
from media.domain.encoding import MOST_SCANS, jpeg_scans
from media.exceptions import DocumentRefused

LARGEST = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 3000  # pixels; a page of small print stays legible
LONGEST_NAME = 120
_PICTURES = {"JPEG": ("jpg", "image/jpeg"), "MPO": ("jpg", "image/jpeg"), "PNG": ("png", "image/png")}
_READERS = ["JPEG", "PNG"]  # an MPO, a JPEG with a second picture behind it, is found by the first
_UNFIT = re.compile(r'[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff<>:"/\\|?*]')
# Decoded, a picture takes up to 200 MB: one after the other in each process.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Kept:
    """A file as it will be stored. `name` is the sender's, made harmless, with the suffix that its content has."""

    data: bytes
    name: str
    suffix: str
    content_type: str


def kept_of(upload: UploadedFile) -> Kept:
    """What is kept of an upload. Raises FileRefused."""
    if (upload.size or 0) > LARGEST:
        raise FileRefused(f"文件超过了 {LARGEST // 1024 // 1024} MB，请压缩后再上传。")
    upload.seek(0)
    data = upload.read()
    if not data:
        raise FileRefused("这个文件是空的，请重新选择。")
    if data.startswith(b"%PDF-"):
        data, suffix, content_type = _pdf(data), "pdf", "application/pdf"
    else:
        with _one_at_a_time:
            data, suffix, content_type = _picture(data)
    return Kept(data, _name(upload.name or "", suffix), suffix, content_type)


def _pdf(data: bytes) -> bytes:
    try:
        check_document(BytesIO(data), suffix="pdf")
    except DocumentRefused as refusal:
        raise FileRefused(str(refusal)) from None
    if b"%%EOF" not in data[-2048:]:
        raise FileRefused("这个 PDF 不完整，请重新导出后再上传。")
    return data


def _picture(data: bytes) -> tuple[bytes, str, str]:
    refusal = FileRefused("只收 JPG、PNG 图片和 PDF；这个文件不是，或者已经损坏。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(BytesIO(data), formats=_READERS) as first:
                suffix, content_type = _PICTURES[first.format or ""]
                if first.width * first.height > MOST_PIXELS:
                    raise FileRefused("这张图片太大了，请缩小后再上传。")
                if suffix == "jpg" and jpeg_scans(data) > MOST_SCANS:
                    raise FileRefused("这张图片的写法太费时，请截图或另存后再上传。")
                first.verify()
            with Image.open(BytesIO(data), formats=_READERS) as picture:
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(picture)
                return _written(upright, suffix), suffix, content_type
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001 - Pillow's readers raise whatever a damaged file makes them stumble over
        raise refusal from None


def _written(picture: Image.Image, suffix: str) -> bytes:
    """The pixels alone, on white."""
    clear = picture.convert("RGBA") if picture.has_transparency_data else None
    opaque = Image.new("RGB", picture.size, "white")
    opaque.paste(clear if clear is not None else picture.convert("RGB"), mask=clear)
    out = BytesIO()
    if suffix == "png":
        opaque.save(out, "PNG")
    else:
        opaque.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _name(name: str, suffix: str) -> str:
    """A name that is one in every file system, with the suffix that belongs to the content."""
    bare = _UNFIT.sub("", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = (bare.rsplit(".", 1)[0] if "." in bare else bare).strip(" .") or "文件"
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"
