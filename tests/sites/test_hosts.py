"""Hosts: each shows its own district, a strange one shows nothing, and the admin is only on the city's."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.city import City

pytestmark = pytest.mark.once


@pytest.fixture
def built(city: City) -> City:
    """Public sites of which each says whose it is."""
    for slug in ("chengdu", "wuhou"):
        folder = Path(settings.PUBLISHED_ROOT, slug)
        (folder / "stories").mkdir(parents=True)
        (folder / "index.html").write_text(f"<h1>{slug}</h1>")
        (folder / "stories" / "index.html").write_text(f"<h1>{slug} stories</h1>")
    return city


def test_host_shows_its_own_district(built: City) -> None:
    for host, slug in (("localhost", "chengdu"), ("wuhou.localhost", "wuhou")):
        browser = built.browser(host=host)
        assert browser.get("/").content.decode() == f"<h1>{slug}</h1>"
        assert browser.get("/stories/").content.decode() == f"<h1>{slug} stories</h1>"


@pytest.mark.parametrize("host", ["wuhou.localhost:8000", "WUHOU.localhost", "wuhou.localhost.:80"])
def test_host_is_known_by_its_name_alone(built: City, host: str) -> None:
    assert built.browser(host=host).get("/").content.decode() == "<h1>wuhou</h1>"


@pytest.mark.parametrize(
    "host",
    ["stranger.example", "localhost.evil.example", "x.wuhou.localhost", "", "wu hou", "[::1]", "a" * 300],
)
def test_strange_host_is_404(built: City, host: str) -> None:
    browser = built.browser(host=host, errors=False)
    for path in ("/", "/stories/", "/admin/", "/media/x.jpg", "/static/x.css"):
        response = browser.get(path)
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    response = browser.get("/api/v1/districts/")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("host", ["localhost", "wuhou.localhost", "10.0.0.7", "stranger.example"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_answered_on_any_host(city: City, host: str, path: str) -> None:
    response = city.browser(host=host).get(path)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_admin_is_only_on_the_citys_host(city: City) -> None:
    assert city.browser(host="localhost").get("/admin/login/").status_code == 200
    for path in ("/admin/", "/admin/login/", "/admin/pages/"):
        assert city.browser("editor", host="wuhou.localhost").get(path).status_code == 404


def test_api_answers_the_same_on_every_host_of_ours(city: City) -> None:
    here = city.browser(host="localhost").get("/api/v1/districts/wuhou/")
    there = city.browser(host="wuhou.localhost").get("/api/v1/districts/wuhou/")
    assert here.content == there.content


def test_new_district_answers_almost_at_once(city: City) -> None:
    import time

    from cms.domain.districts import create_district

    browser = city.browser(host="chenghua.localhost")
    assert browser.get("/").status_code == 404
    create_district(slug="chenghua", name="成华区", hostname="chenghua.localhost", port=8000)
    time.sleep(0.25)
    assert "没有" not in browser.get("/api/v1/districts/chenghua/").content.decode()
