"""Pictures of imported files: each goes through the very checks of an upload, and none is half-stored."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cms.importing.exceptions import PictureLeftOut
from media.domain.encoding import opened
from media.exceptions import UnreadablePicture
from media.fields import content_key
from media.forms import PictureUploadField
from media.models import Picture
from sites.models import District, User

MOST_PICTURES = 60
MOST_PIXELS = 600_000_000  # of all pictures of a file together: each is decoded once while somebody waits
SMALLEST = 24  # pixels; what is smaller on one side is a bullet, a rule or a tracker
_LONGEST_ALT = 250
_FILE_NAME = re.compile(r"^[\w\-. ()（）]{0,120}\.(jpe?g|png|gif|webp|bmp|avif|heic|tiff?)$", re.IGNORECASE)
# What programs write into alt by themselves says nothing of the picture.
_EMPTY_WORDS = re.compile(
    r"^(图片|图像|照片|插图|配图|图|微信图片|屏幕截图|截图|image|img|picture|photo|graphic|cover_image)"
    r"[\s_\-:：]*[\d_\-]*$|描述已自动生成|automatically generated|AI 生成的内容可能不正确",
    re.IGNORECASE,
)


def words_of(alt: str) -> str:
    """The alternative text as somebody wrote it; "" for what a program put there."""
    alt = " ".join(alt.split())
    return "" if _FILE_NAME.match(alt) or _EMPTY_WORDS.search(alt) else alt[:_LONGEST_ALT]


@dataclass
class PictureKeeper:
    """Stores the pictures of one import in the district's collection; the same content only once."""

    district: District
    user: User
    title: str
    credit: str = ""
    note: str = ""
    stills: int = 0  # moving pictures of which only the first one was taken
    _kept: dict[str, Picture] = field(default_factory=dict)
    _pixels: int = 0

    def keep(self, data: bytes, *, alt: str) -> Picture | None:
        """The stored picture, or None for a mere decoration. Raises PictureLeftOut with the reason."""
        key = content_key(_file(data))
        if key in self._kept:
            return self._kept[key]
        if len(self._kept) >= MOST_PICTURES:
            raise PictureLeftOut(f"一篇最多带 {MOST_PICTURES} 张图片")
        still = _still(data)
        size = _size(still)
        if min(size) < SMALLEST:
            return None
        if self._pixels + size[0] * size[1] > MOST_PIXELS:
            raise PictureLeftOut("全部图片加起来太大，请缩小后再放进来")
        self._pixels += size[0] * size[1]
        number = len(self._kept) + 1
        try:
            upload = PictureUploadField().clean(SimpleUploadedFile(f"story-{number}.jpg", still))
        except ValidationError as error:
            raise PictureLeftOut("；".join(error.messages).rstrip("。")) from error
        picture = Picture(
            title=f"{self.title[:60]} 图{number}",
            description=words_of(alt),
            credit=self.credit[:80],
            consent_note=self.note[:200],
            collection=self.district.collection,
            uploaded_by_user=self.user,
            file=upload,
        )
        # Known before it is saved: a file may be written by a save that then fails.
        self._kept[key] = picture
        picture._set_image_file_metadata()
        picture.save()
        self.stills += data.startswith(b"GIF") and still is not data
        return picture

    @property
    def pictures(self) -> list[Picture]:
        """What was stored, in order."""
        return list(self._kept.values())

    def undo(self) -> None:
        """Delete the files again; their rows go with the transaction."""
        for picture in self._kept.values():
            if picture.file.name and picture.file._committed:
                picture.file.storage.delete(picture.file.name)


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("picture", data)


def _size(data: bytes) -> tuple[int, int]:
    try:
        with opened(io.BytesIO(data)) as image:
            return image.size
    except UnreadablePicture as error:
        if error.too_many_pixels:
            raise PictureLeftOut("图片尺寸太大") from error
        raise PictureLeftOut("图片已损坏，或是用不了的格式（如 SVG、WMF）") from error


def _still(data: bytes) -> bytes:
    """A GIF or BMP as a PNG of its first picture, for articles are full of them; anything else as it is."""
    if not data.startswith((b"GIF8", b"BM")):
        return data
    from django.conf import settings

    try:
        with Image.open(io.BytesIO(data), formats=("GIF", "BMP")) as image:
            if image.width * image.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
                raise PictureLeftOut("图片尺寸太大")
            buffer = io.BytesIO()
            image.convert("RGBA" if image.has_transparency_data else "RGB").save(buffer, "PNG")
    except Image.DecompressionBombError as error:
        raise PictureLeftOut("图片尺寸太大") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureLeftOut("图片已损坏") from error
    return buffer.getvalue()
