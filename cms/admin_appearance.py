"""How the admin looks and greets: Linli's colours, a help menu in Chinese, and the first steps on the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.forms.choosers import (
    AnchorLinkChooserForm,
    EmailLinkChooserForm,
    ExternalLinkChooserForm,
    PhoneLinkChooserForm,
)
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.domain.districts import CITY_STAFF
from cms.models import CraftsmanIndexPage, CraftsmanPage, PlaceIndexPage, PlacePage, StoryIndexPage, StoryPage
from festival.models import FestivalIndexPage
from media.models import Picture
from sites.domain.people import districts_of, is_city_staff
from sites.models import District, RoleGroup, User

_WRITING: tuple[tuple[type[Page], type[Page], str, str], ...] = (
    (StoryIndexPage, StoryPage, "写一篇故事", "edit"),
    (CraftsmanIndexPage, CraftsmanPage, "添一位匠人", "user"),
    (PlaceIndexPage, PlacePage, "加一个去处", "home"),
)

# Wagtail names these fields in code only, so that no catalogue reaches their labels.
_LABELS: dict[str, str] = {
    "email_address": "邮箱",
    "phone_number": "电话",
    "link_text": "显示的文字",
    "subject": "邮件标题",
    "body": "邮件正文",
    "password": "密码",
}
for _form in (
    LoginForm,
    AnchorLinkChooserForm,
    EmailLinkChooserForm,
    ExternalLinkChooserForm,
    PhoneLinkChooserForm,
):
    for _name in _LABELS.keys() & _form.base_fields.keys():
        _form.base_fields[_name].label = _LABELS[_name]


@dataclass(frozen=True)
class Action:
    """A first step, offered to those only who may take it."""

    label: str
    url: str
    icon: str
    leaves_admin: bool = False


@dataclass(frozen=True)
class Desk:
    """What a person does for one district."""

    name: str
    roles: list[str]
    actions: list[Action]


class Welcome(Component):
    """The person's districts and roles, and the first steps for them."""

    name = "linli_welcome"
    template_name = "wagtailadmin/home/welcome.html"
    order = 50

    def __init__(self, user: User) -> None:
        self.user = user

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"desks": desks_of(self.user)}


def desks_of(user: User) -> list[Desk]:
    """A desk for every district that a person serves; those who serve all get the city's."""
    districts = districts_of(user).select_related("site__root_page", "collection")
    if is_city_staff(user):
        return [
            Desk(city.name, [CITY_STAFF], _actions(user, city)) for city in districts.filter(is_city=True)
        ]
    roles: dict[int, list[str]] = {}
    for held in RoleGroup.objects.filter(group__user=user).order_by("pk"):
        roles.setdefault(held.district_id, []).append(held.get_role_display())
    return [Desk(one.name, roles.get(one.pk, []), _actions(user, one)) for one in districts]


def _actions(user: User, district: District) -> list[Action]:
    home = district.site.root_page
    actions = []
    for shelf_type, page_type, label, icon in _WRITING:
        shelf = shelf_type.objects.child_of(home).first()
        if shelf and shelf.permissions_for_user(user).can_add_subpage():
            target = (page_type._meta.app_label, page_type._meta.model_name, shelf.pk)
            actions.append(Action(label, reverse("wagtailadmin_pages:add", args=target), icon))
            if page_type is StoryPage:
                # The city's people may put it on any district's shelf.
                chosen = ("choose_import_shelf",) if district.is_city else ("import_story", None, (shelf.pk,))
                actions.append(Action("导入文章", reverse(*chosen), "upload"))
    festivals = FestivalIndexPage.objects.child_of(home).first()
    if festivals and festivals.permissions_for_user(user).can_add_subpage():
        actions.append(Action("邻里节", reverse("wagtailadmin_explore", args=[festivals.pk]), "date"))
    uploads = policy_registry.get_by_type(Picture).collections_user_has_permission_for(user, "add")
    if uploads.filter(pk=district.collection_id).exists():
        address = f"{reverse('wagtailimages:add_multiple')}?collection_id={district.collection_id}"
        actions.append(Action("传图片", address, "image"))
    actions.append(Action("看我们的网站", f"{district.site.root_url}/", "globe", leaves_admin=True))
    return actions


@hooks.register("construct_homepage_panels")
def welcome(request: HttpRequest, panels: list[Component]) -> None:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    panels.append(Welcome(request.user))


@hooks.register("insert_global_admin_css")
def linli_colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))


@hooks.register("construct_help_menu")
def hide_english_guides(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's own release notes and guide are in English, and what they show looks otherwise here."""
    menu_items[:] = [
        item
        for item in menu_items
        if item.name != "editor-guide" and not item.name.startswith("whats-new-in-wagtail")
    ]
