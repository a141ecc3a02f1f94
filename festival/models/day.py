"""The day itself: signed passes, the devices that read them, what they read, and when somebody counts as not come."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from festival.enums import ScanAnswer
from festival.models.booking import Application
from festival.models.editions import FestivalPage
from sites.ownership import UnderHome


class PassKey(models.Model):
    """The Ed25519 key pair with which the passes of an edition are signed. Both halves are raw bytes in hexadecimal;
    the private one never leaves the installation (`LEFT_BEHIND` in the archive's inventory)."""

    ownership = UnderHome("festival")

    festival = models.OneToOneField(FestivalPage, on_delete=models.CASCADE, related_name="pass_key")
    public_key = models.CharField(max_length=64, unique=True)
    private_key = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[PassKey]]

    def __str__(self) -> str:
        return self.public_key[:8]


class Pass(models.Model):
    """The right of one application to its booths. `code` is random, stands in the QR code and can be typed; it names
    nobody. Whatever changes the booths revokes the pass, and the next one has another code."""

    ownership = UnderHome("application__festival")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="passes")
    # The edition once more, so that the database itself keeps codes apart within it.
    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="passes")
    code = models.CharField(max_length=8)
    first_day = models.DateField()
    last_day = models.DateField()
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Pass]]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["festival", "code"], name="pass_code_in_festival"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(revoked_at=None), name="one_good_pass_an_application"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="pass_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.code


class CheckInDevice(models.Model):
    """A telephone on which check-in was opened by a link. Of the link's secret only the SHA-256 is kept."""

    ownership = UnderHome("festival")

    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField("给谁用", max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField("有效到")
    revoked_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[CheckInDevice]]

    class Meta:
        verbose_name = "签到设备"
        verbose_name_plural = "签到设备"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class CheckInScan(models.Model):
    """One reading of a pass, as a device saw it, and what it turned out to be. It is kept whatever it turned out to
    be. `nonce` is the device's own name of it: sent again, it stays one."""

    ownership = UnderHome("festival")

    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="scans")
    device = models.ForeignKey(CheckInDevice, on_delete=models.CASCADE, related_name="scans")
    nonce = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, null=True, related_name="scans")
    # The day at the festival, by the time of the scan.
    day = models.DateField()
    scanned_at = models.DateTimeField()
    received_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=ScanAnswer.choices)
    detail = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[models.Manager[CheckInScan]]

    class Meta:
        ordering = ["scanned_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["device", "nonce"], name="scan_once"),
            models.UniqueConstraint(
                fields=["application", "day"],
                condition=Q(answer=ScanAnswer.ACCEPTED),
                name="one_arrival_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(answer=ScanAnswer.ACCEPTED) | Q(application__isnull=False),
                name="accepted_scan_is_somebodys",
            ),
        ]
        indexes = [models.Index(fields=["festival", "answer", "day"], name="scans_of_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.answer}"


class NoShowDeadline(models.Model):
    """From when on a day those who have not come count as not come, as the organiser set it."""

    ownership = UnderHome("festival")

    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="no_show_deadlines")
    day = models.DateField()
    at = models.DateTimeField("几点以后算未到场")
    swept_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[NoShowDeadline]]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["festival", "day"], name="one_deadline_a_day")]

    def __str__(self) -> str:
        return f"{self.festival_id} {self.at}"
