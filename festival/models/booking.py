"""The booking of booths: the rules of an edition, applications with their documents and history, and who has which
booth on which day.

What must never happen is refused here by constraints; what may happen, and when, stands in `festival.domain`.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from festival.enums import (
    ActorKind,
    ApplicationState,
    ContactKind,
    Payment,
    QuestionKind,
    Review,
    SlotAct,
    SlotState,
    ZoneMode,
)
from festival.models.editions import Booth, FestivalPage, Zone
from sites.ownership import UnderHome

MOST_BOOTHS = 10  # that a rule can give one applicant


class BookingRules(ClusterableModel):
    """How the booths of one edition are booked. Without such a row nobody can apply.

    What was submitted keeps the rules that it was submitted under (`Application.terms`), so that a change of these
    reaches only what comes later.
    """

    ownership = UnderHome("festival")

    festival = models.OneToOneField(
        FestivalPage, on_delete=models.CASCADE, related_name="booking", verbose_name="邻里节"
    )
    opens_at = models.DateTimeField("开始报名")
    closes_at = models.DateTimeField("截止报名")
    booths_per_applicant = models.PositiveSmallIntegerField(
        "每人最多几个摊位", default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_BOOTHS)]
    )
    offer_hours = models.PositiveSmallIntegerField(
        "候补到位后保留几小时",
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(336)],
        help_text="候补的摊主要在这段时间内确认，否则轮到下一位",
    )
    retention_days = models.PositiveSmallIntegerField(
        "办完后几天删除个人信息",
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(1095)],
        help_text="联系人、联系方式和没有另写期限的回答与文件",
    )
    contact = models.CharField("摊主有问题找谁", max_length=120, blank=True, help_text="公开，例如办公电话")
    terms = models.TextField("报名须知", max_length=4000, blank=True)

    objects: ClassVar[models.Manager[BookingRules]]

    class Meta:
        verbose_name = "摊位报名规则"
        verbose_name_plural = "摊位报名规则"
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="booking_opens_before_it_closes",
                violation_error_message="截止报名必须晚于开始报名",
            ),
            models.CheckConstraint(
                condition=Q(booths_per_applicant__range=(1, MOST_BOOTHS)), name="booking_booths_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.festival}的报名规则"


class BoothCategory(Orderable):
    """A kind of stall (类别), by which zones say what they take."""

    ownership = UnderHome("rules__festival")

    rules = ParentalKey(BookingRules, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField("类别", max_length=40)

    class Meta(Orderable.Meta):
        verbose_name = "摊位类别"
        constraints = [models.UniqueConstraint(fields=["rules", "name"], name="category_name_in_rules")]

    def __str__(self) -> str:
        return self.name


class ZoneRules(models.Model):
    """How the booths of one zone are booked. A zone without takes no applications."""

    ownership = UnderHome("zone__festival")

    zone = models.OneToOneField(Zone, on_delete=models.CASCADE, related_name="rules", verbose_name="版块")
    mode = models.CharField("方式", max_length=8, choices=ZoneMode.choices, default=ZoneMode.ALLOT)
    capacity = models.PositiveSmallIntegerField(
        "最多收几个摊位", null=True, blank=True, help_text="空着就是版块里有几个算几个"
    )
    categories = models.ManyToManyField(
        BoothCategory, blank=True, related_name="zones", verbose_name="收哪些类别", help_text="都不选就是都收"
    )
    fee = models.DecimalField(
        "摊位费（元）", max_digits=8, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    deposit = models.DecimalField(
        "押金（元）", max_digits=8, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    note = models.CharField("给摊主的说明", max_length=300, blank=True)

    objects: ClassVar[models.Manager[ZoneRules]]

    class Meta:
        verbose_name = "版块的报名规则"
        verbose_name_plural = "版块的报名规则"
        constraints = [
            models.CheckConstraint(condition=Q(fee__gte=0, deposit__gte=0), name="zone_fees_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.zone}：{self.get_mode_display()}"


class ZoneDay(models.Model):
    """How many booths of a zone are confirmed on a day, which the database keeps within the capacity."""

    ownership = UnderHome("zone__festival")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    capacity = models.PositiveSmallIntegerField()
    confirmed = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager[ZoneDay]]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone", "day"], name="zone_day_once"),
            models.CheckConstraint(condition=Q(confirmed__lte=F("capacity")), name="zone_within_capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.day}: {self.confirmed}/{self.capacity}"


class Requirement(Orderable, ClusterableModel):
    """What both a question and a document that is asked for say: for whom, and how long the answer is kept.

    Clusterable, or the zones that a form of the rules chose for it would not be stored with it.
    """

    label = models.CharField("问什么", max_length=120)
    help_text = models.CharField("说明", max_length=200, blank=True)
    required = models.BooleanField("必填", default=True)
    purpose = models.CharField("用来做什么", max_length=200, help_text="公开，写给摊主看")
    retention_days = models.PositiveSmallIntegerField(
        "办完后几天删除", null=True, blank=True, help_text="空着就同规则里的天数"
    )

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.label


class Question(Requirement):
    """A question of the organiser's own, for the stallholders of some zones or of all."""

    ownership = UnderHome("rules__festival")

    rules = ParentalKey(BookingRules, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField("怎样回答", max_length=8, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    choices = models.TextField("可选的答案", blank=True, help_text="一行一个")
    zones = ParentalManyToManyField(Zone, blank=True, related_name="+", verbose_name="只问这些版块")

    class Meta(Requirement.Meta):
        verbose_name = "问题"


class DocumentRequirement(Requirement):
    """A document that stallholders of some zones, or of all, must bring."""

    ownership = UnderHome("rules__festival")

    rules = ParentalKey(BookingRules, on_delete=models.CASCADE, related_name="documents")
    has_expiry = models.BooleanField("有有效期", default=False, help_text="有效期要到邻里节最后一天之后")
    zones = ParentalManyToManyField(Zone, blank=True, related_name="+", verbose_name="只要这些版块的")

    class Meta(Requirement.Meta):
        verbose_name = "要交的证件"


class Application(models.Model):
    """One stallholder's request for a booth, from its first typed word to the day and after.

    `holder` is a keyed hash of the proven contact: it keeps the limit per applicant without being a name, and stays
    when the personal fields are erased. `terms` is what the rules said when it was submitted. Its state changes in
    `festival.domain.transitions` only, by `version`.
    """

    ownership = UnderHome("festival")

    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="applications")
    reference = models.CharField("编号", max_length=12)
    state = models.CharField(
        "状态", max_length=12, choices=ApplicationState.choices, default=ApplicationState.DRAFT
    )
    version = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=64)

    zone = models.ForeignKey(
        Zone, on_delete=models.RESTRICT, related_name="applications", verbose_name="版块"
    )
    category = models.CharField("类别", max_length=40, blank=True)
    booths_wanted = models.PositiveSmallIntegerField("要几个摊位", default=1)
    stall_name = models.CharField("摊位名称", max_length=40, blank=True)
    offer = models.CharField("卖什么、做什么", max_length=200, blank=True)
    name_is_public = models.BooleanField("名称可以公开", default=False)  # the stallholder's word
    name_approved = models.BooleanField("名称看过，可以登出", default=False)  # the organiser's

    contact_kind = models.CharField("联系方式", max_length=8, choices=ContactKind.choices)
    contact = models.CharField("联系方式", max_length=254, blank=True)
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    organisation = models.CharField("单位或团队", max_length=80, blank=True)
    answers = models.JSONField("回答", default=dict, blank=True)  # question's key → the answer
    terms = models.JSONField(default=dict, blank=True)

    fee = models.DecimalField("摊位费", max_digits=8, decimal_places=2, default=0)
    deposit = models.DecimalField("押金", max_digits=8, decimal_places=2, default=0)
    payment = models.CharField("付款", max_length=8, choices=Payment.choices, default=Payment.NONE)
    payment_note = models.CharField("付款说明", max_length=200, blank=True)

    reason = models.TextField("给摊主的理由", max_length=1000, blank=True)
    rank = models.PositiveIntegerField("候补顺序", null=True, blank=True)
    offer_expires_at = models.DateTimeField("保留到", null=True, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    erased_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Application]]

    class Meta:
        verbose_name = "摊位申请"
        verbose_name_plural = "摊位申请"
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["festival", "reference"], name="reference_in_festival"),
            models.UniqueConstraint(
                fields=["zone", "rank"], condition=Q(rank__isnull=False), name="waitlist_rank_in_zone"
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.WAITLISTED, rank__isnull=False)
                | (~Q(state=ApplicationState.WAITLISTED) & Q(rank=None)),
                name="waitlisted_has_a_rank",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.OFFERED, offer_expires_at__isnull=False)
                | (~Q(state=ApplicationState.OFFERED) & Q(offer_expires_at=None)),
                name="offered_has_an_end",
            ),
        ]
        indexes = [
            models.Index(fields=["festival", "state", "-submitted_at"], name="application_queue"),
            models.Index(fields=["festival", "-submitted_at", "-id"], name="application_newest"),
            models.Index(fields=["holder"], name="application_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.stall_name}".strip()


class ApplicationLink(models.Model):
    """A private link to an application, as a mail carries it. Of its secret only the SHA-256 is kept, so that each
    notice makes a link of its own; it ends by time, or when the applicant or an organiser ends all of them."""

    ownership = UnderHome("application__festival")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[ApplicationLink]]

    def __str__(self) -> str:
        return f"{self.application_id} {self.created_at}"


class ApplicationEvent(models.Model):
    """One change of an application, written in its transaction and never changed but by erasure."""

    ownership = UnderHome("application__festival")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=254, blank=True)
    from_state = models.CharField(max_length=12, choices=ApplicationState.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=ApplicationState.choices)
    version = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)

    objects: ClassVar[models.Manager[ApplicationEvent]]

    class Meta:
        ordering = ["application", "version", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="one_event_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} v{self.version} → {self.to_state}"


class ApplicationMessage(models.Model):
    """A question of the organiser's to the stallholder, an answer, or (`internal`) a note among organisers."""

    ownership = UnderHome("application__festival")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField(auto_now_add=True)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=254, blank=True)
    text = models.TextField("内容", max_length=2000)
    internal = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[ApplicationMessage]]

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class ApplicationDocument(models.Model):
    """A file that a stallholder handed in, for a document that is asked for or as an answer to a question.

    `file` is the key of a private file: it has no public address. `requirement` is the key, in the application's
    terms, of what it is for: "document:7" or "question:3".
    """

    ownership = UnderHome("application__festival")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    requirement = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    file = models.CharField(max_length=120, unique=True)
    name = models.CharField("文件名", max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    expires_on = models.DateField("有效期至", null=True, blank=True)
    review = models.CharField("审核", max_length=8, choices=Review.choices, default=Review.PENDING)
    review_reason = models.CharField("理由", max_length=200, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[ApplicationDocument]]

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "requirement"], name="one_file_a_requirement"),
        ]

    def __str__(self) -> str:
        return self.name


class BoothSlot(models.Model):
    """One booth on one day: created ahead, never deleted while anything ever happened to it.

    `generation` counts the claims; a claimant's key to confirm or release is (holder, generation). `place` is which of
    the applicant's booths of that day it is, from 1: unique, so that the database keeps the limit.
    """

    ownership = UnderHome("booth__festival")

    booth = models.ForeignKey(Booth, on_delete=models.CASCADE, related_name="slots")
    day = models.DateField()
    state = models.CharField(max_length=10, choices=SlotState.choices, default=SlotState.FREE)
    generation = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=64, blank=True)
    place = models.PositiveSmallIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)
    application = models.ForeignKey(Application, on_delete=models.RESTRICT, null=True, related_name="slots")

    objects: ClassVar[models.Manager[BoothSlot]]

    class Meta:
        ordering = ["booth", "day"]
        constraints = [
            models.UniqueConstraint(fields=["booth", "day"], name="slot_once"),
            models.UniqueConstraint(
                fields=["holder", "day", "place"],
                condition=Q(state__in=["held", "confirmed"]),
                name="slot_places_of_holder",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=SlotState.HELD,
                    expires_at__isnull=False,
                    place__isnull=False,
                    application__isnull=False,
                )
                & ~Q(holder="")
                | Q(
                    state=SlotState.CONFIRMED,
                    expires_at=None,
                    place__isnull=False,
                    application__isnull=False,
                )
                & ~Q(holder="")
                | Q(
                    state__in=[SlotState.FREE, SlotState.BLOCKED],
                    holder="",
                    place=None,
                    expires_at=None,
                    application=None,
                ),
                name="slot_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(place=None) | Q(place__range=(1, MOST_BOOTHS)), name="slot_place_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booth_id} {self.day} {self.state}"


class SlotEvent(models.Model):
    """One change of a booth on a day, in its transaction; replayed, the log gives the slot's row."""

    ownership = UnderHome("festival")

    # RESTRICT: a booth to which something happened stays, unless the whole edition goes.
    slot = models.ForeignKey(BoothSlot, on_delete=models.RESTRICT, related_name="events")
    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    act = models.CharField(max_length=10, choices=SlotAct.choices)
    generation = models.PositiveIntegerField()
    holder = models.CharField(max_length=64, blank=True)
    # An abandoned draft is deleted; that it once held the booth stays in the log.
    application = models.ForeignKey(Application, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[SlotEvent]]

    class Meta:
        ordering = ["slot", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "generation"], condition=Q(act=SlotAct.HELD), name="one_claim_a_generation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} #{self.generation} {self.act}"


class ContactCode(models.Model):
    """A code on its way to an address, which proves that whoever applies reads it. The database has hashes only."""

    ownership = UnderHome("festival")

    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="+")
    holder = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[ContactCode]]

    class Meta:
        indexes = [models.Index(fields=["holder", "-created_at"], name="code_of_holder")]

    def __str__(self) -> str:
        return f"{self.festival_id} {self.created_at}"


class IdempotencyRecord(models.Model):
    """The answer to a request that carried an Idempotency-Key, written in the transaction of what it did.

    An answer may hold the secret of a private link. It is sealed with a key made from the Idempotency-Key, of which
    `digest` is the SHA-256 only: who reads the database can read neither.
    """

    ownership = UnderHome("festival")

    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    sealed = models.TextField()
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[IdempotencyRecord]]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "digest"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.digest[:8]}"
