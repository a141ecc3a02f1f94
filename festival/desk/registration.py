"""The desk's addresses below /admin/, its entry in the menu, and how the gate keeps them: every view looks by itself
at the editions whose booking the person keeps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList

from festival.desk import (
    access,
    bulk,
    editions,
    exports,
    log,
    papers,
    plan,
    queue,
    rules,
    single,
    waiting,
)
from festival.domain import message_templates
from festival.exceptions import FieldsRefused
from festival.models import MessageTemplate
from sites import gate
from sites.viewsets import DistrictForm, DistrictViewSet

_EDITION = "booking/<int:festival>/"
_ONE = "booking/applications/<int:pk>/"
_WHOLE = [path("booking/", editions.editions, name="booking")]
_OF_EDITION = [
    path(_EDITION, editions.overview, name="booking_edition"),
    path(f"{_EDITION}rules/", rules.rules, name="booking_rules"),
    path(f"{_EDITION}rules/zones/", rules.zone_rules, name="booking_zone_rules"),
    path(f"{_EDITION}applications/", queue.applications, name="booking_applications"),
    path(f"{_EDITION}applications/bulk/", bulk.bulk, name="booking_bulk"),
    path(f"{_EDITION}applications/export/", exports.export, name="booking_export"),
    path(f"{_EDITION}waitlist/", waiting.lists, name="booking_waitlist"),
    path(f"{_EDITION}waitlist/offer/", waiting.offer, name="booking_offer"),
    path(f"{_EDITION}plan/", plan.plan, name="booking_plan"),
    path(f"{_EDITION}plan/allot/", plan.allot, name="booking_allot"),
    path(f"{_EDITION}plan/booth/", plan.booth, name="booking_booth"),
    path(f"{_EDITION}notices/", log.notices, name="booking_notices"),
    path(f"{_EDITION}notices/resend/", log.resend, name="booking_resend"),
]
_OF_ONE = [
    path(_ONE, single.application, name="booking_application"),
    path(f"{_ONE}decide/", single.decide, name="booking_decide"),
    path(f"{_ONE}payment/", single.payment, name="booking_payment"),
    path(f"{_ONE}write/", single.write, name="booking_write"),
    path(f"{_ONE}rank/", waiting.rank, name="booking_rank"),
    path("booking/documents/<int:pk>/", papers.document, name="booking_document"),
    path("booking/documents/<int:pk>/review/", single.review, name="booking_review"),
]
for _routes, _arguments in ((_WHOLE, ()), (_OF_EDITION, ("festival",)), (_OF_ONE, ("pk",))):
    gate.keep(gate.scoped(*_arguments), *(str(route.name) for route in _routes))


@hooks.register("register_admin_urls")
def register_desk() -> list[URLPattern]:
    return [*_WHOLE, *_OF_EDITION, *_OF_ONE]


class BookingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.keeps_any(request)


@hooks.register("register_admin_menu_item")
def register_menu() -> MenuItem:
    return BookingMenuItem(
        access.TITLE, reverse_lazy("booking"), name="booking", icon_name="clipboard-list", order=305
    )


class MessageTemplateForm(DistrictForm):
    owned_fields = ("district",)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        try:
            message_templates.check(text)
        except FieldsRefused as refused:
            self.add_error("text", str(refused))
        return text


class MessageTemplateViewSet(DistrictViewSet):
    """The texts that organisers use again; reached from the desk, no entry in the menu of their own."""

    model = MessageTemplate
    name = "message_templates"
    icon = "mail"
    menu_label = "消息模板"
    add_to_admin_menu = False
    list_display: ClassVar[list[str]] = ["name", "text"]
    search_fields: ClassVar[list[str]] = ["name", "text"]
    edit_handler: ClassVar[Any] = ObjectList(
        [FieldPanel("district"), FieldPanel("name"), FieldPanel("text")], base_form_class=MessageTemplateForm
    )


@hooks.register("register_admin_viewset")
def register_message_templates() -> MessageTemplateViewSet:
    return MessageTemplateViewSet()
