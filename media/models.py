"""Pictures and documents of the districts. Each belongs to a Wagtail collection; a district owns one."""

from __future__ import annotations

from typing import Any, ClassVar, TypedDict

from django.conf import settings
from django.db import models, transaction
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition, get_upload_to
from wagtail.models import CollectionMember
from wagtail.search import index

from media.enums import Consent
from media.fields import PictureFileField
from sites.ownership import InCollection, OfNobody


class Variant(TypedDict):
    """One public file of a picture: pixels, the storage name (`key`) and its size in bytes."""

    format: str
    width: int
    height: int
    key: str
    bytes: int


class Picture(AbstractImage):
    """A picture, and what is needed to show it: words for those who cannot see it, its maker, consent."""

    ownership = InCollection()

    title = models.CharField("名称", max_length=255, help_text="只在后台查找图片时用，不会公开显示。")
    file = PictureFileField("图片文件", upload_to=get_upload_to, width_field="width", height_field="height")
    description = models.CharField(
        "图片说明（给看不见图片的人）",
        max_length=250,
        blank=True,
        default="",
        help_text="用一句话说出画面里有谁、在做什么，如“竹编匠人在院坝里破篾”。可以先上传后补写，"
        "但没有说明的图片不能随页面发布。",
    )
    credit = models.CharField(
        "供图", max_length=80, blank=True, help_text="拍摄者、绘制者或提供单位，会显示在图片旁边。"
    )
    consent = models.CharField(
        "授权情况",
        max_length=12,
        choices=Consent.choices,
        default=Consent.NOT_NEEDED,
        help_text="能认出具体的人，或图片不是自己拍的，就需要对方同意。选“已撤回”后，图片立即不再公开。",
    )
    consent_note = models.CharField(
        "授权说明", max_length=200, blank=True, help_text="谁在何时、以什么方式同意或撤回。只在后台可见。"
    )
    colour = models.CharField("平均色", max_length=7, blank=True, editable=False)
    content_key = models.CharField("内容标识", max_length=40, blank=True, editable=False, db_index=True)
    # The content that `variants` shows. It differs from `content_key` while a new file's renditions are being
    # made, so that the public goes on seeing the former picture until then.
    shown_key = models.CharField("已生成的内容", max_length=40, blank=True, editable=False, db_index=True)
    variants = models.JSONField("公开尺寸", null=True, blank=True, editable=False)
    # Before this time the sweep leaves the picture to its task. Null: it may be taken at once.
    sweep_after = models.DateTimeField("最早补做时间", null=True, editable=False)

    admin_form_fields = (
        "file",
        "description",
        "credit",
        "consent",
        "consent_note",
        "title",
        "collection",
    )
    # Without tags: they have no tenant.
    search_fields: ClassVar[list[index.BaseField]] = [
        *CollectionMember.search_fields,
        index.SearchField("title", boost=10),
        index.AutocompleteField("title"),
        index.FilterField("title"),
        index.SearchField("description"),
        index.AutocompleteField("description"),
        index.SearchField("credit"),
        index.FilterField("uploaded_by_user"),
        index.FilterField("created_at"),
        index.FilterField("id"),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = "图片"
        verbose_name_plural = "图片"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, together with what follows from it (the renditions' task, the shelf), in one transaction."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    @property
    def alt_text(self) -> str:
        """The words for those who cannot see the picture; "" when nobody wrote them yet."""
        return self.description.strip()

    @property
    def default_alt_text(self) -> str:
        # Wagtail would fall back to the title, which is most often a file name.
        return self.alt_text

    @property
    def may_be_shown(self) -> bool:
        """False once consent was withdrawn."""
        return self.consent != Consent.WITHDRAWN


class PictureRendition(AbstractRendition):
    """A thumbnail for the admin. The public never gets one: see `media.domain.variants`."""

    ownership = InCollection("image__collection")

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = "后台缩略图"
        verbose_name_plural = "后台缩略图"
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_thumbnail_a_filter"
            ),
        ]


class Document(AbstractDocument):
    """A file that people download, such as a form or a rulebook."""

    ownership = InCollection()

    title = models.CharField("名称", max_length=255, help_text="下载的人看到的名称，如“摊位报名须知”。")
    # Declared anew for their reverse names: Wagtail's own table of documents has those of this class.
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="上传者",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
    tags = TaggableManager(blank=True, help_text=None, verbose_name="标签", related_name="+")

    admin_form_fields = ("file", "title", "collection")
    search_fields: ClassVar[list[index.BaseField]] = [
        *CollectionMember.search_fields,
        index.SearchField("title", boost=10),
        index.AutocompleteField("title"),
        index.FilterField("id"),
        index.FilterField("title"),
        index.FilterField("uploaded_by_user"),
        index.FilterField("created_at"),
    ]

    class Meta(AbstractDocument.Meta):
        verbose_name = "文档"
        verbose_name_plural = "文档"

    def clean(self) -> None:
        """Wagtail's check of the suffix, for which there must be a file: one of many that waits for its title is given
        its file, which was checked before, only when the form is good."""
        if self.file:
            super().clean()


class Leftover(models.Model):
    """Content whose public files are to be deleted.

    Written with the change that made them useless, and removed when they are gone, so that a crash in between
    leaves no withdrawn picture behind.
    """

    ownership = OfNobody()

    content_key = models.CharField(max_length=40, unique=True)

    objects: ClassVar[models.Manager[Leftover]]

    def __str__(self) -> str:
        return self.content_key
