"""The field by which a document is sent in, in every form that has one."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.fields import WagtailDocumentField

from media.domain.documents import check_document
from media.exceptions import ArchiveRefused, DocumentRefused
from media.storage import suffix_of

_NAMES = {
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "pptx": "PowerPoint",
    "csv": "CSV",
    "txt": "TXT",
    "zip": "ZIP",
}


class DocumentUploadField(WagtailDocumentField):
    """Takes a document whose bytes are what its name says, and in which nothing runs by itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        limit = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE // 1024 // 1024
        formats = "、".join(_NAMES.get(one, one.upper()) for one in settings.WAGTAILDOCS_EXTENSIONS)
        too_large = f"文件超过了 {limit} MB，请先压缩或分成几个再上传。"
        self.help_text = f"{formats}，不超过 {limit} MB。"
        self.error_messages |= {
            "required": "请选择一个文件。",
            "empty": "这个文件是空的，请重新选择。",
            "missing": "没有收到文件，请重新选择。",
            "invalid": "没有收到文件，请重新选择。",
            "extension": f"不能上传这种文件。可以上传：{formats}。",
            # Wagtail puts sizes into these by %.
            "file_too_large": too_large,
            "file_too_large_unknown_size": too_large,
        }

    def to_python(self, data: Any) -> UploadedFile | None:
        """The upload, rewound. Raises ValidationError; stores nothing."""
        upload = cast("UploadedFile | None", super().to_python(data))
        if upload is None:
            return None
        suffix = suffix_of(PurePath(upload.name or "").name)
        if suffix not in settings.WAGTAILDOCS_EXTENSIONS:
            raise ValidationError(self.error_messages["extension"], code="extension")
        try:
            check_document(cast("Any", upload), suffix=suffix)
        except (DocumentRefused, ArchiveRefused) as refusal:
            raise ValidationError(str(refusal), code="content") from refusal
        return upload

    def check_document_file_size(self, f: UploadedFile) -> None:
        """As Wagtail's, in words without the sizes that it fills in."""
        if (f.size or 0) > settings.WAGTAILDOCS_MAX_UPLOAD_SIZE:
            raise ValidationError(self.error_messages["file_too_large"], code="file_too_large")
