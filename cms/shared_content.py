"""What the city shares and what districts pass on, in the admin: notices, and stories from district to district."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from cms import handover_views as views
from cms.domain import handovers
from cms.models import Notice, StoryPage
from sites import gate
from sites.domain import reach
from sites.viewsets import CityViewSet


class NoticeViewSet(CityViewSet):
    """The city's notices: everyone sees them, the city's staff keep them."""

    model = Notice
    name = "notices"
    icon = "warning"
    menu_label = "全市通知"
    menu_order = 310
    list_display: ClassVar[list[Any]] = [
        *("title", "kind"),
        Column("state", label="状态"),
        *("starts_at", "ends_at"),
        BooleanColumn("for_all", label="所有区县都显示"),
    ]
    list_filter: ClassVar[list[str]] = ["kind", "for_all"]
    search_fields: ClassVar[list[str]] = ["title"]
    inspect_view_enabled = True
    inspect_view_fields: ClassVar[list[str]] = [
        *("title", "kind", "text", "link_url", "link_text", "picture", "document"),
        *("starts_at", "ends_at", "for_all"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("for_all")]),
            FieldPanel("text"),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("link_url"), FieldPanel("link_text")]),
                    FieldPanel("picture"),
                    FieldPanel("document"),
                ],
                "链接、图片与附件",
            ),
        ]
    )


@hooks.register("register_admin_viewset")
def register_notices() -> NoticeViewSet:
    return NoticeViewSet()


_ADDRESSES = [
    path("handovers/", views.handover_list, name="handovers"),
    path("handovers/send/<int:pk>/", views.send_story, name="send_story"),
    path("handovers/received/<int:pk>/", views.received_story, name="received_story"),
    path("handovers/received/<int:pk>/preview/", views.received_preview, name="received_preview"),
    path("handovers/received/<int:pk>/take/", views.take_story, name="take_story"),
    path("handovers/received/<int:pk>/decline/", views.decline_story, name="decline_story"),
    path("handovers/sent/<int:pk>/withdraw/", views.withdraw_story, name="withdraw_story"),
]
gate.keep(gate.scoped("pk"), *(address.name for address in _ADDRESSES if address.name))


@hooks.register("register_admin_urls")
def register_handovers() -> list[URLPattern]:
    return _ADDRESSES


class HandoversMenuItem(MenuItem):
    """For those who send stories or decide about them."""

    def is_shown(self, request: HttpRequest) -> bool:
        own = reach.of(request.user)
        return own.may(handovers.SEND) or own.may(handovers.DECIDE)


@hooks.register("register_admin_menu_item")
def handovers_menu_item() -> MenuItem:
    return HandoversMenuItem("转送的故事", reverse("handovers"), icon_name="redirect", order=305)


@hooks.register("register_page_header_buttons")
def send_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Among a public story's further actions."""
    if isinstance(page.specific_deferred, StoryPage) and handovers.may_send(user, story=page.specific):
        yield Button(
            "送给全市或其他区县", reverse("send_story", args=[page.pk]), icon_name="redirect", priority=35
        )
