"""The festival in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

import festival.desk.day_registration
import festival.desk.erasing
import festival.desk.registration  # noqa: F401 - registers its addresses and its entry in the menu
from festival.models import Booth, Zone
from sites.viewsets import DistrictForm, DistrictViewSet


class ZoneForm(DistrictForm):
    owned_fields = ("festival",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A list, no chooser: shown again after a refusal, a chooser would tell the title of whatever key was sent.
        festival = self.fields["festival"]
        festival.widget = forms.Select(choices=festival.choices)
        # A zone stays with its edition: its booths are counted there, and the former edition would go on showing it.
        self.fields["festival"].disabled = self.instance.pk is not None
        for form in self.formsets["booths"].forms:
            form.instance.zone = self.instance  # a booth that was just typed asks its zone where it may stand

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()
        return self._numbers_are_free() and valid

    def _numbers_are_free(self) -> bool:
        booths = Booth.objects.filter(festival=self.instance.festival_id).exclude(zone=self.instance.pk)
        taken = set(booths.values_list("number", flat=True))
        free = True
        for form in self.formsets["booths"].forms:
            number = form.instance.number
            if not number or getattr(form, "cleaned_data", {}).get("DELETE"):
                continue
            if number in taken:
                form.add_error("number", f"编号 {number} 在这届邻里节已经有了")
                free = False
            taken.add(number)
        return free


class ZoneViewSet(DistrictViewSet):
    """Zones with their booths; a festival belongs to the district under whose home page it stands."""

    model = Zone
    name = "zones"
    icon = "grip"
    menu_label = "版块与摊位"
    menu_order = 310
    list_display: ClassVar[list[str]] = ["name", "festival"]
    search_fields: ClassVar[list[str]] = ["name"]
    edit_handler = ObjectList(
        [
            FieldPanel("festival"),
            FieldRowPanel([FieldPanel("name"), FieldPanel("colour")]),
            FieldPanel("summary"),
            FieldPanel("offers"),
            InlinePanel("booths", heading="摊位", label="摊位"),
            MultiFieldPanel([FieldPanel("shape"), FieldPanel("slug"), FieldPanel("order")], "平面图与网址"),
        ],
        base_form_class=ZoneForm,
    )


@hooks.register("register_admin_viewset")
def register_zones() -> ZoneViewSet:
    return ZoneViewSet()
