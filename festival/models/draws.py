"""Fair draws: a list of entrants that was published with its hash before anybody could know the seed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from festival.exceptions import DrawRefused
from festival.models.editions import FestivalPage, Zone
from sites.ownership import UnderHome

MOST_PLACES = 1000


class Draw(models.Model):
    """One draw for the booths of a zone. It is public from its first moment, and what was published never changes:
    `festival.domain.draws` writes a row, adds seed and result once, and nothing else.

    `entrants` is the canonical text whose SHA-256 is `list_hash`. `left` has the entrants that had gone by the time of
    the draw, as reference → state; `result` is the order, as a list of [reference, places].
    """

    ownership = UnderHome("festival")

    festival = models.ForeignKey(FestivalPage, on_delete=models.CASCADE, related_name="draws")
    number = models.PositiveSmallIntegerField("第几次")
    # RESTRICT: a zone that was drawn for stays, unless the whole edition goes.
    zone = models.ForeignKey(Zone, on_delete=models.RESTRICT, related_name="draws", verbose_name="版块")
    title = models.CharField("名称", max_length=60)
    places = models.PositiveSmallIntegerField(
        "抽出几个摊位", validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    seed_source = models.CharField("种子从哪里来", max_length=200)
    seed_at = models.DateTimeField("种子什么时候才有")
    entrants = models.TextField()
    list_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    seed = models.CharField("种子", max_length=200, blank=True)
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    left = models.JSONField(default=dict)
    result = models.JSONField(default=list)

    objects: ClassVar[models.Manager[Draw]]

    class Meta:
        verbose_name = "抽签"
        verbose_name_plural = "抽签"
        ordering = ["festival", "number"]
        constraints = [
            models.UniqueConstraint(fields=["festival", "number"], name="draw_number_in_festival"),
            # While one waits for its seed, the same applications cannot be in another one.
            models.UniqueConstraint(fields=["zone"], condition=Q(drawn_at=None), name="one_open_draw_a_zone"),
            models.CheckConstraint(condition=Q(places__range=(1, MOST_PLACES)), name="draw_places_in_range"),
            models.CheckConstraint(
                condition=Q(seed_at__gt=F("published_at")), name="draw_seed_after_publication"
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="")
                | Q(drawn_at__isnull=False, drawn_at__gte=F("seed_at")) & ~Q(seed=""),
                name="drawn_with_its_seed",
            ),
            models.CheckConstraint(condition=~Q(entrants="") & ~Q(list_hash=""), name="draw_has_entrants"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row. Raises DrawRefused for one that is there: what was published stays as it is."""
        if not self._state.adding:
            raise DrawRefused("公布了的抽签不能改。")
        super().save(*args, **kwargs)

    @property
    def can_be_drawn(self) -> bool:
        """Whether the seed may be known by now and the draw was not yet held."""
        return self.drawn_at is None and timezone.now() >= self.seed_at
