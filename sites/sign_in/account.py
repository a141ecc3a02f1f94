"""Sign-in in the admin's menus and in the person's account. Imported by `sites.wagtail_hooks`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import BaseSettingsPanel

import sites.content_security  # noqa: F401 - registers its hook
from sites import gate
from sites.domain import reach, second_factor
from sites.sign_in import security

gate.keep(gate.scoped(), "sign_in_code", "second_factor", "second_factor_codes", "sign_out_everywhere")
gate.keep(gate.scoped(), "second_factor_rules")
gate.keep(gate.scoped("pk"), "second_factor_reset")


@hooks.register("register_admin_urls")
def security_urls() -> list[URLPattern]:
    return [
        path("account/second-factor/", security.second_factor_page, name="second_factor"),
        path("account/second-factor/codes/", security.backup_codes_page, name="second_factor_codes"),
        path("account/sign-out-everywhere/", security.sign_out_everywhere_page, name="sign_out_everywhere"),
        path("second-factor/rules/", security.rules_page, name="second_factor_rules"),
        path("second-factor/reset/<int:pk>/", security.reset_page, name="second_factor_reset"),
    ]


class SecurityPanel(BaseSettingsPanel):
    """Links from the account to the pages about its safety."""

    name = "security"
    title = "登录安全"
    order = 600
    template_name = "sites/sign_in/account_panel.html"
    form_class = forms.Form

    def get_form(self) -> forms.Form:
        """None of its own: an empty one, which the account page does not look at."""
        return forms.Form()

    def get_context_data(self) -> dict[str, Any]:
        return {"device": second_factor.device_of(self.user), "left": second_factor.codes_left(self.user)}


@hooks.register("register_account_settings_panel")
def security_panel(request: HttpRequest, user: Any, profile: Any) -> SecurityPanel:
    return SecurityPanel(request, user, profile)


class CityMenuItem(MenuItem):
    """For the city's staff."""

    def is_shown(self, request: HttpRequest) -> bool:
        return reach.of(request.user).is_city


@hooks.register("register_admin_menu_item")
def rules_menu_item() -> MenuItem:
    return CityMenuItem(
        "两步验证要求",
        reverse("second_factor_rules"),
        name="second-factor-rules",
        icon_name="lock",
        order=900,
    )


@hooks.register("insert_global_admin_css")
def security_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("sites/security.css"))
