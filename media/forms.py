"""The form of a picture: what an upload must be like, and what is said when it is not."""

from __future__ import annotations

import warnings
from pathlib import PurePath
from typing import Any, cast

import willow
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.forms.fields import FileField
from PIL import Image
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.models import Collection
from willow.image import UnrecognisedImageFormatError

from media.document_fields import DocumentUploadField
from media.domain.encoding import SOURCE_FORMATS, opened
from media.exceptions import UnreadablePicture
from media.files import stays_usable
from media.storage import CONTENT_TYPES, suffix_of

_MEGABYTE = 1024 * 1024
_SAME_SUFFIX = {"jpeg": "jpg"}


class PictureUploadField(WagtailImageField):
    """Takes a picture that is what its bytes say, whatever its name says.

    Looks at the size first, then at the header, and only then decodes, so that a bomb never unfolds. The
    name gets the suffix of the true format: phones and chat programs often give another.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        limit = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE // _MEGABYTE
        formats = "JPG、PNG、WebP、AVIF 或 HEIC"
        too_large = f"图片文件超过了 {limit} MB，请先压缩再上传。"
        pixels = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 10_000
        self.help_text = f"{formats}，不超过 {limit} MB。手机拍的照片可以直接上传，拍摄地点等信息不会公开。"
        self.error_messages |= {
            "required": "请选择一张图片。",
            "empty": "这个文件是空的，请重新选择。",
            "missing": "没有收到图片，请重新选择。",
            "invalid": "没有收到图片，请重新选择。",
            "invalid_image": f"这个文件不是可以使用的图片。请上传 {formats}。",
            "invalid_image_extension": f"请上传 {formats} 格式的图片。",
            "file_too_large": too_large,
            "file_too_large_unknown_size": too_large,
            "file_too_many_pixels": f"图片尺寸太大，最多 {pixels} 万像素。请缩小后再上传。",
            "file_too_many_scans": "这张图片的写法太费时，请截图或另存后再上传。",
            "damaged": "图片不完整或已损坏，请重新导出或重新拍摄后再上传。",
        }
        # Names are made right below, so none is refused.
        self.validators: list[Any] = []

    def to_python(self, data: Any) -> UploadedFile | None:
        """The upload, rewound, with its true name and type. Raises ValidationError; stores nothing."""
        upload = cast("UploadedFile | None", FileField.to_python(self, data))
        if upload is None:
            return None
        name = upload.name or ""
        if (upload.size or 0) > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
            raise self._refusal("file_too_large")
        suffix = self._checked_format(upload)
        given = suffix_of(name)
        if _SAME_SUFFIX.get(given, given) != suffix:
            upload.name = f"{PurePath(name).stem}.{suffix}"
        upload.content_type = CONTENT_TYPES[suffix]
        upload.seek(0)
        return upload

    def _checked_format(self, upload: UploadedFile) -> str:
        refusal = "invalid_image"
        try:
            upload.seek(0)
            with warnings.catch_warnings():
                # Our own limit is below the size that Pillow warns of.
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                with opened(upload) as image:
                    suffix = SOURCE_FORMATS.get(image.format or "")
                    if suffix is None:
                        raise self._refusal("invalid_image")
                    refusal = "damaged"
                    # A JPEG can be read to its end at an eighth of its size; others are decoded as they are.
                    image.draft(None, (image.width // 8, image.height // 8))
                    image.load()
            upload.seek(0)
            willow.Image.open(upload)  # Wagtail will read it in this way
        except UnreadablePicture as error:
            if error.too_many_pixels:
                refusal = "file_too_many_pixels"
            elif error.too_many_scans:
                refusal = "file_too_many_scans"
            raise self._refusal(refusal) from error
        except UnrecognisedImageFormatError as error:
            raise self._refusal("invalid_image") from error
        return suffix

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class _FileForm:
    """Mixed into the forms of pictures and documents: a file that is used stays in its district, and one that is
    replaced goes when the row no longer names it."""

    original_file: FieldFile | None

    def clean_collection(self) -> Collection:
        """The collection, if everything that shows the file may go on doing so."""
        form = cast("Any", self)
        collection: Collection = form.cleaned_data["collection"]
        kept = type(form.instance)._default_manager.filter(pk=form.instance.pk).first()
        if kept is not None and not stays_usable(kept, collection):
            raise ValidationError("它正在原来的区县使用，不能换到别的区县。")
        return collection

    def save(self, commit: bool = True) -> Any:
        """Save the row. A replaced file goes after the commit: until then the row still names it."""
        form = cast("Any", self)
        former = self.original_file if "file" in form.changed_data else None
        self.original_file = None
        row = super().save(commit=commit)  # type: ignore[misc]
        if commit and former and (name := former.name):
            self.replaced(row)
            transaction.on_commit(lambda: former.storage.delete(name), robust=True)
        return row

    def replaced(self, row: Any) -> None:
        """What else goes with the file that was replaced."""


class DocumentForm(_FileForm, BaseDocumentForm):
    """Upload and edit form of documents."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (field := self.fields.get("file")) is not None:
            self.fields["file"] = DocumentUploadField(
                label=field.label, required=field.required, widget=field.widget
            )


class PictureForm(_FileForm, BaseImageForm):
    """Upload and edit form of pictures, also in the choosers and for many at once."""

    class Meta(BaseImageForm.Meta):
        # Neither tags nor the focal point are asked for.
        widgets = {
            "file": BaseImageForm.Meta.widgets["file"],
            "description": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (field := self.fields.get("file")) is not None:
            self.fields["file"] = PictureUploadField(
                label=field.label, required=field.required, widget=field.widget
            )
        if (consent := self.fields.get("consent")) is not None:
            # Many pictures are uploaded at once, and described one by one afterwards.
            consent.required = False

        if (title := self.fields.get("title")) is not None:
            # The browser fills it in from the file's name, but not always before a quick hand has sent it.
            title.required = False

    def clean(self) -> dict[str, Any]:
        """Without a name the picture is called like its file."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("title") and cleaned.get("file"):
            cleaned["title"] = PurePath(cleaned["file"].name).stem[:255]
        return cleaned

    def clean_consent(self) -> str:
        """What is chosen; without a choice, what it was."""
        return self.cleaned_data["consent"] or self.instance.consent

    def clean_description(self) -> str:
        """One line, as screen readers read it."""
        return " ".join(self.cleaned_data["description"].split())

    def replaced(self, row: Any) -> None:
        """The thumbnails show the former picture."""
        row.renditions.all().delete()
