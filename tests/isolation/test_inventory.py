"""Every address is known with how it is kept: the first fence, which needs no content."""

import difflib
import json
from pathlib import Path

import pytest
from django.urls import path

from tests.isolation import inventory
from tests.isolation.routes import all_routes

RESULTS = Path("test-results/isolation")


def test_every_route_is_classified() -> None:
    assert not inventory.unclassified(), "\n".join(inventory.unclassified())


def test_routes_are_those_that_were_looked_at(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--accept-routes"):
        inventory.SNAPSHOT.write_text("\n".join(inventory.lines()) + "\n", "utf-8")
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "inventory.txt").write_text(json.dumps(inventory.counted()), "utf-8")
    known = inventory.SNAPSHOT.read_text("utf-8").splitlines()
    changed = list(
        difflib.unified_diff(known, inventory.lines(), "routes.txt", "the resolver", lineterm="", n=0)
    )
    assert not changed, "\n".join([*changed, "", inventory.__doc__ or ""])


def test_crawl_has_values_for_every_argument() -> None:
    assert not inventory.untried(), "\n".join(inventory.untried())


def test_a_route_that_nobody_listed_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fence stands: a view more, or an argument more, is told by its name."""
    from wagtail.admin import urls

    new = path(
        "reports/everybodys-secrets/<int:page_id>/", lambda request, page_id: None, name="everybodys_secrets"
    )
    monkeypatch.setattr(urls, "urlpatterns", [new, *urls.urlpatterns])
    from django.urls import clear_url_caches

    from cms import urls as root

    admin = next(one for one in root.urlpatterns if getattr(one, "urlconf_name", None) is urls)
    monkeypatch.setitem(admin.__dict__, "url_patterns", urls.urlpatterns)
    clear_url_caches()
    all_routes.cache_clear()
    try:
        assert inventory.unclassified() == [
            "everybodys_secrets admin/reports/everybodys-secrets/<int:page_id>/"
        ]
    finally:
        monkeypatch.undo()
        clear_url_caches()
        all_routes.cache_clear()
