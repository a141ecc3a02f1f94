"""Districts, people, communities, and the shelf of what each district has published."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.crypto import salted_hmac
from wagtail.models import Collection, Site

from sites.enums import Act, Channel, CommunityKind, Delivery, Role
from sites.exceptions import CommunityServed
from sites.ownership import ByDistrict, OfNobody, OfTheCity

slug_validator = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", "只能用小写字母、数字和连字符")
colour_validator = RegexValidator(r"^#[0-9a-f]{6}$", "请写成 #a63a28 这样的颜色")
code_validator = RegexValidator(r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$", "行政区划代码是 6、9 或 12 位数字")


class User(AbstractUser):
    """A person who signs in. Chinese names are one word, so `last_name` + `first_name` are read together."""

    ownership = OfNobody()

    sign_in_epoch = models.PositiveIntegerField(
        default=0, editable=False
    )  # counted up, it ends every session

    class Meta(AbstractUser.Meta):
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def get_full_name(self) -> str:
        return f"{self.last_name}{self.first_name}".strip()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django signs sessions with the password alone; `sites.domain.sessions` ends them by the number.
        signed = f"{self.password}:{self.sign_in_epoch}"
        return salted_hmac("sites.models.User.session", signed, secret=secret, algorithm="sha256").hexdigest()


class District(models.Model):
    """A tenant: one district (or the city itself), with its own site, people, pictures and pages."""

    ownership = ByDistrict("")

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

    ownership = ByDistrict()

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="role_groups")
    role = models.CharField(max_length=12, choices=Role.choices)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="district_role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "role"], name="one_group_a_role")]

    def __str__(self) -> str:
        return f"{self.district}·{self.get_role_display()}"


class Community(models.Model):
    """A neighbourhood with a residents' committee (社区 or 村), below a subdistrict or town."""

    ownership = ByDistrict()

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

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises CommunityServed while somebody's work is limited to it: without the limit they would serve the whole
        district. A district that is deleted takes all of it along, past this."""
        if self.limits_somebody():
            raise CommunityServed(f"有人只负责“{self.name}”。请先在“我们的团队”里改好，再删这个社区。")
        return super().delete(*args, **kwargs)

    def clean(self) -> None:
        """For the same reason it does not change to another district."""
        super().clean()
        moved = self.pk and Community.objects.filter(pk=self.pk).exclude(district=self.district_id).exists()
        if moved and self.limits_somebody():
            raise ValidationError({"district": "有人只负责这个社区。请先在“我们的团队”里改好，再换区县。"})

    def limits_somebody(self) -> bool:
        """Whether the work of a member, or of somebody invited, is limited to this community."""
        invited = Invitation.objects.filter(communities=self, accepted_at=None, revoked_at=None)
        return ServedCommunity.objects.filter(community=self).exists() or invited.exists()


class ServedCommunity(models.Model):
    """A community to which a person's work in its district is limited. Without such a row of a district, somebody
    who has a role there serves all of it."""

    ownership = ByDistrict("community__district")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="served_communities"
    )
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="served_by")

    objects: ClassVar[models.Manager[ServedCommunity]]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "community"], name="served_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.community_id}"


class Invitation(models.Model):
    """A role offered to whoever reads the mail of an address. Of its secret only the SHA-256 is kept."""

    ownership = ByDistrict()

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("邮箱")
    role = models.CharField("角色", max_length=12, choices=Role.choices)
    communities = models.ManyToManyField(
        Community, blank=True, related_name="+", verbose_name="只负责这些社区"
    )
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Invitation]]

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="accepted_or_revoked_not_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.district_id}"


class ApiToken(models.Model):
    """What a program shows to read more than the public may: of one district, for named kinds and actions.

    Of its secret only the SHA-256 is kept. `kinds` holds plural names as in addresses (`stories`); empty means all.
    """

    ownership = ByDistrict()

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    kinds = models.JSONField("内容种类", default=list, blank=True)
    actions = models.JSONField("可做的事", default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[ApiToken]]

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class SecondFactorRule(models.Model):
    """A role whose people must sign in with a second factor; "city" stands for the city's staff."""

    CITY_STAFF = "city"

    ownership = OfTheCity()

    role = models.CharField("角色", max_length=12, unique=True)

    objects: ClassVar[models.Manager[SecondFactorRule]]

    def __str__(self) -> str:
        return self.role


class AuditEntry(models.Model):
    """One line of the audit trail: who did what to whom, when, and from where. Written by `sites.domain.audit` in the
    transaction of what it tells of, never changed.

    Names are kept beside the keys, so that a line still reads after a person is gone. No district: the city's trail.
    """

    ownership = ByDistrict()

    at = models.DateTimeField("时间", auto_now_add=True)
    act = models.CharField("做了什么", max_length=24, choices=Act.choices)
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, null=True, related_name="audit_entries", verbose_name="区县"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField("谁", max_length=254, blank=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    subject_name = models.CharField("对谁", max_length=254, blank=True)
    address = models.CharField("来自", max_length=45, blank=True)  # an IP address
    details = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager[AuditEntry]]

    class Meta:
        verbose_name = "操作记录"
        verbose_name_plural = "操作记录"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["district", "-at"], name="audit_of_district"),
            models.Index(fields=["subject", "-at"], name="audit_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.get_act_display()} {self.subject_name}".strip()


class FeedCounter(models.Model):
    """The newest `seq` of a district. Its row is locked by whoever publishes until that commits, so that numbers
    become visible in their order and a reader of the feed never misses one."""

    ownership = ByDistrict()

    district = models.OneToOneField(
        District, on_delete=models.CASCADE, primary_key=True, related_name="feed_counter"
    )
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.district_id}: {self.seq}"


class Publication(models.Model):
    """One public item of a district, as the bytes that the API serves; a tombstone when `deleted`."""

    ownership = ByDistrict()

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

    ownership = ByDistrict("publication__district")

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

    ownership = ByDistrict()

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


class OutboxMessage(models.Model):
    """Something to be delivered after a commit: written in the transaction that asks for it, by `sites.domain.outbox`.

    `key` names it for good: posted twice, it is there once. `attempts` counts the claims, and is the token by which a
    claimant later says how it went. What was sent keeps no payload: mails hold names and secret links.
    """

    ownership = ByDistrict()

    key = models.CharField(max_length=200, unique=True)
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, null=True, related_name="outbox_messages"
    )
    channel = models.CharField(max_length=12, choices=Channel.choices)
    recipient = models.TextField()  # e-mail addresses, or a phone number
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects: ClassVar[models.Manager[OutboxMessage]]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=Delivery.WAITING, finished_at=None)
                | (~models.Q(state=Delivery.WAITING) & models.Q(finished_at__isnull=False)),
                name="outbox_finished_or_waiting",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state=Delivery.WAITING),
                name="outbox_due",
            ),
            models.Index(fields=["finished_at"], name="outbox_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.key}"


class NoticeGateway(models.Model):
    """A district's own way to people's phones: a program of the district's that takes signed requests and sends what they
    say by SMS or WeChat. docs/booking.md has the format; `sites.domain.gateways` keeps it.

    Both secrets are sealed with the installation's key. `former_sealed` signs as well until `former_until`, so that the
    other side can be changed over without losing a message. Nobody knocks before `resting_until`.
    """

    ownership = ByDistrict()

    district = models.OneToOneField(District, on_delete=models.CASCADE, related_name="notice_gateway")
    url = models.URLField("网关地址", max_length=500)
    sealed = models.TextField()
    former_sealed = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    active = models.BooleanField("启用", default=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField("上次回答", max_length=300, blank=True)
    resting_until = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[NoticeGateway]]

    class Meta:
        verbose_name = "短信网关"
        verbose_name_plural = "短信网关"

    def __str__(self) -> str:
        return self.url


class LimitWindow(models.Model):
    """How often somebody did something within a stretch of time: `sites.domain.limits`.

    `digest` is a keyed hash of what, of whom and of which stretch; no address can be read from it.
    """

    ownership = OfNobody()

    digest = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[LimitWindow]]

    def __str__(self) -> str:
        return f"{self.digest[:8]}: {self.count}"
