"""Who enters these pages, and what frames each of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sites.domain import team
from sites.domain.people import is_city_staff
from sites.models import District, User

TITLE = "我们的团队"


def user_of(request: HttpRequest) -> User:
    """Who is signed in; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def managed_district(request: HttpRequest, slug: str) -> District:
    """The district of that slug, whose team the person keeps. Raises Http404 for every other, as for none."""
    found = team.managed_by(user_of(request)).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def require_city_staff(request: HttpRequest) -> None:
    """Raises Http404 for anybody who does not serve the whole city."""
    if not is_city_staff(user_of(request)):
        raise Http404


def title_of(request: HttpRequest, district: District) -> str:
    """How a district's team is called: by its name for those who keep several."""
    return district.name if team.managed_by(user_of(request)).count() > 1 else TITLE


def page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    district: District | None = None,
    tab: str = "",
    **values: Any,
) -> HttpResponse:
    """A page of the team's desk with its trail of links and its tabs."""
    crumbs = [{"url": reverse("team"), "label": TITLE}]
    if district is not None:
        label = title_of(request, district)
        crumbs = crumbs if label != TITLE else []
        crumbs.append({"url": reverse("team_members", args=[district.slug]), "label": label})
    if title not in {crumb["label"] for crumb in crumbs}:
        crumbs.append({"url": "", "label": title})
    context = {
        "header_title": title,
        "header_icon": "group",
        "breadcrumbs_items": crumbs,
        "district": district,
        "tabs": _tabs(district),
        "tab": tab,
        **values,
    }
    return render(request, template if "/" in template else f"sites/team/{template}", context)


# What other rooms add to a district's pages: (name, label, name of the address, which takes the district's slug).
_added: list[tuple[str, str, str]] = []


def add_tab(name: str, label: str, address: str) -> None:
    """Give the pages of each district one more tab. Its view asks `managed_district` as those here do."""
    if (name, label, address) not in _added:
        _added.append((name, label, address))


def _tabs(district: District | None) -> list[tuple[str, str, str]]:
    """(name, label, address) of each tab."""
    if district is None:
        return [
            ("districts", "各区县", reverse("team")),
            ("city_staff", "全市工作人员", reverse("city_staff")),
            ("history", "谁做了什么", reverse("team_history_of_all")),
        ]
    return [
        ("members", "成员", reverse("team_members", args=[district.slug])),
        ("history", "谁做了什么", reverse("team_history", args=[district.slug])),
        ("tokens", "接口令牌", reverse("team_tokens", args=[district.slug])),
        ("gateway", "短信网关", reverse("team_gateway", args=[district.slug])),
        *((name, label, reverse(address, args=[district.slug])) for name, label, address in _added),
    ]
