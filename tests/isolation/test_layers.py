"""Each protective layer, switched off, lets something through: so each is needed, and this test would see it go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import Q
from django.urls import reverse

from tests.isolation.crawl import Crawl
from tests.isolation.findings import Finding, by_route
from tests.isolation.laboratory import Laboratory
from tests.isolation.replay import Sender, forge, own_forms
from tests.isolation.routes import all_routes

pytestmark = pytest.mark.once
RESULTS = Path("test-results/isolation")

Probe = Callable[[Laboratory], list[Finding]]


def _look(who: str, *names: str) -> Probe:
    def probe(laboratory: Laboratory) -> list[Finding]:
        routes = [route for route in all_routes() if route.name in names]
        assert {route.name for route in routes} == set(names)
        return Crawl(laboratory, me="wuhou", who=who).go(routes).findings

    return probe


def _forge(laboratory: Laboratory) -> list[Finding]:
    sender = Sender(laboratory, me="wuhou", who="editor", part="forgery")
    sender.browser.force_login(sender.person)
    address = reverse("wagtailadmin_pages:edit", args=[laboratory.furniture["wuhou"].pages["draftstory"].pk])
    forms = [form for form in own_forms(laboratory, sender.browser.ask(address)) if form.action == address]
    found = forge(sender, forms, json=False).findings
    return [one for one in found if one.kind != "error"]


# Name of the layer, what to put in the place of what, and what then finds something.
LAYERS: dict[str, tuple[dict[str, object], Probe]] = {
    "policies": (
        {
            "sites.policies.confined": lambda user, queryset, actions: queryset,
            "sites.policies.reaches": lambda user, instance, actions: True,
            "sites.policies.granted": lambda user, model, permission: Q(pk__gt=0),
        },
        _look("limited", "wagtailadmin_pages:search"),
    ),
    "scoped views": (
        {"sites.viewsets.scope": lambda user, queryset, *, to_choose=False: queryset},
        _look("admin", "communities:index", "zones:index"),
    ),
    "gate": (
        {"sites.gate.Gate.check": lambda self, request, name, values: None},
        _look("editor", "wagtailadmin_reports:site_history", "wagtailadmin_workflows:task_chooser"),
    ),
    "choosers": (
        {"cms.admin_overrides.choosing.offered": lambda user, queryset: queryset},
        _look("editor", "wagtailadmin_choose_page_search"),
    ),
    "filters": (
        {
            "cms.admin_overrides.people.owners_of": lambda user: _everybody(),
            "cms.admin_overrides.people.editors_of": lambda user: _everybody(),
        },
        _look("editor", "wagtailadmin_explore"),
    ),
    "bulk actions": (
        {"cms.admin_overrides.bulk.reachable": lambda user, queryset: queryset},
        _look("admin", "wagtail_bulk_action"),
    ),
    "reference guard": (
        {
            "sites.references.problems_of": lambda *args, **values: [],
            "sites.pages.problems_of": lambda *args, **values: [],
        },
        _forge,
    ),
}


BESIDE: dict[str, dict[str, object]] = {
    "bulk actions": {"sites.gate.Gate.check": lambda self, request, name, values: None},
}


def _everybody() -> object:
    from sites.models import User

    return User.objects.all()


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_is_needed(laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    patches, probe = LAYERS[layer]
    # Where two layers keep the same, the other one is off from the start: each must hold by itself.
    for name, instead in BESIDE.get(layer, {}).items():
        monkeypatch.setattr(name, instead)
    assert probe(laboratory) == []
    for name, instead in patches.items():
        monkeypatch.setattr(name, instead)
    found = by_route(probe(laboratory))
    RESULTS.mkdir(parents=True, exist_ok=True)
    told = f"{layer}: off, {len(found)} findings" + (f", first at {found[0].route}" if found else "")
    (RESULTS / f"layer-{layer.replace(' ', '-')}.txt").write_text(json.dumps(told), "utf-8")
    assert found, f"without the layer “{layer}” nothing was found"
