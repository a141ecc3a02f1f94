"""Districts, people, communities, and the shelf of what each district has published."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, Group
from django.core.validators import RegexValidator
from django.db import models
from wagtail.models import Collection, Site

from sites.enums import CommunityKind, Role

slug_validator = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", "只能用小写字母、数字和连字符")
colour_validator = RegexValidator(r"^#[0-9a-f]{6}$", "请写成 #a63a28 这样的颜色")
code_validator = RegexValidator(r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$", "行政区划代码是 6、9 或 12 位数字")


class User(AbstractUser):
    """A person who signs in. Chinese names are one word, so `last_name` + `first_name` are read together."""

    class Meta(AbstractUser.Meta):
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def get_full_name(self) -> str:
        return f"{self.last_name}{self.first_name}".strip()


class District(models.Model):
    """A tenant: one district (or the city itself), with its own site, people, pictures and pages."""

    slug = models.SlugField("标识", max_length=40, unique=True, validators=[slug_validator])
    name = models.CharField("名称", max_length=40, unique=True)
    code = models.CharField("行政区划代码", max_length=12, blank=True, validators=[code_validator])
    is_city = models.BooleanField("全市", default=False)
    accent = models.CharField("主色", max_length=7, default="#a63a28", validators=[colour_validator])
    accent_dark = models.CharField("夜间主色", max_length=7, default="#f0a08c", validators=[colour_validator])
    order = models.PositiveSmallIntegerField("排序", default=100)
    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="district", verbose_name="站点")
    collection = models.OneToOneField(
        Collection, on_delete=models.PROTECT, related_name="district", verbose_name="图片与文件集"
    )

    objects: ClassVar[models.Manager[District]]

    class Meta:
        verbose_name = "区县"
        verbose_name_plural = "区县"
        ordering = ["-is_city", "order", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["is_city"], condition=models.Q(is_city=True), name="one_city"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleGroup(models.Model):
    """The group that holds one role of one district."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="role_groups")
    role = models.CharField(max_length=12, choices=Role.choices)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="district_role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "role"], name="one_group_a_role")]

    def __str__(self) -> str:
        return f"{self.district}·{self.get_role_display()}"


class Community(models.Model):
    """A neighbourhood with a residents' committee (社区 or 村), below a subdistrict or town."""

    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="communities", verbose_name="区县"
    )
    slug = models.SlugField("标识", max_length=60, validators=[slug_validator])
    name = models.CharField("名称", max_length=60)
    subdistrict = models.CharField("街道/镇", max_length=60)
    kind = models.CharField("类型", max_length=8, choices=CommunityKind.choices, default=CommunityKind.URBAN)
    code = models.CharField("统计用区划代码", max_length=12, blank=True, validators=[code_validator])

    class Meta:
        verbose_name = "社区"
        verbose_name_plural = "社区"
        ordering = ["subdistrict", "name"]
        constraints = [
            models.UniqueConstraint(fields=["district", "slug"], name="community_slug_in_district"),
            models.UniqueConstraint(
                fields=["district", "subdistrict", "name"], name="community_name_in_subdistrict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.subdistrict}）"


class FeedCounter(models.Model):
    """The newest `seq` of a district. Its row is locked by whoever publishes until that commits, so that numbers
    become visible in their order and a reader of the feed never misses one."""

    district = models.OneToOneField(
        District, on_delete=models.CASCADE, primary_key=True, related_name="feed_counter"
    )
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.district_id}: {self.seq}"


class Publication(models.Model):
    """One public item of a district, as the bytes that the API serves; a tombstone when `deleted`."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="publications")
    type = models.CharField(max_length=20)
    slug = models.CharField(max_length=255)
    source_id = models.BigIntegerField()  # primary key of the page or row that the item was made from
    seq = models.PositiveBigIntegerField()
    etag = models.CharField(max_length=32)
    body = models.BinaryField()
    sort = models.CharField(max_length=120)
    deleted = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager[Publication]]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "type", "slug"], name="one_item_an_address"),
            models.UniqueConstraint(fields=["district", "seq"], name="one_item_a_seq"),
        ]
        indexes = [
            # Partial, not with `deleted` as a column: SQLite cannot seek by the "NOT deleted" that Django writes.
            models.Index(
                fields=["district", "type", "sort", "id"],
                condition=models.Q(deleted=False),
                name="district_list",
            ),
            models.Index(fields=["type", "sort", "id"], condition=models.Q(deleted=False), name="city_list"),
            models.Index(fields=["type", "source_id"], name="item_of_source"),
        ]

    def __str__(self) -> str:
        return f"{self.district_id}/{self.type}/{self.slug}@{self.seq}"

    @property
    def content(self) -> bytes:
        """The body as bytes (PostgreSQL hands out a memoryview)."""
        return bytes(self.body)


class PublicationFacet(models.Model):
    """One value by which a list may be filtered; an item has several of a name (tags, craftsmen)."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "name", "value"], name="one_facet_value"),
        ]
        indexes = [models.Index(fields=["name", "value", "publication"], name="facet_lookup")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class SiteBuild(models.Model):
    """How far a district's public site is: who builds it now, and what was built last."""

    district = models.OneToOneField(
        District, on_delete=models.CASCADE, primary_key=True, related_name="build"
    )
    built_mark = models.CharField(max_length=40, blank=True)  # the feed position that the files show
    built_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=80, blank=True)
    held_until = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.district_id}@{self.built_mark}"
