"""The districts in the admin: for the city's staff, and for nobody else."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cms.districts_admin import DistrictForm, slug_for
from sites.enums import Act
from sites.models import AuditEntry, District
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

_GOOD = {
    "name": "青羊区",
    "slug": "",
    "hostname": "",
    "code": "510105",
    "accent": "#a63a28",
    "accent_dark": "#f0a08c",
    "order": "20",
}


@pytest.mark.parametrize("who", ["editor", "moderator", "organiser", "admin", "outsider"])
def test_people_of_a_district_never_see_it(city: City, who: str) -> None:
    browser = city.browser(who)
    for path in ("", "add/", "wuhou/", "wuhou/export/", "wuhou/delete/"):
        assert browser.get(f"/admin/districts/{path}").status_code == 404, path
        assert browser.post(f"/admin/districts/{path}", {"slug": "wuhou"}).status_code in (404, 405), path
    assert "/admin/districts/" not in browser.get("/admin/").content.decode()
    assert District.objects.count() == 3
    assert not AuditEntry.objects.filter(act=Act.DISTRICT_EXPORTED).exists()


def test_city_staff_make_a_district(city: City) -> None:
    browser = city.browser("city staff")
    assert "/admin/districts/" in browser.get("/admin/").content.decode()
    response = browser.post("/admin/districts/add/", _GOOD)
    assert response.status_code == 302, response.context["form"].errors
    district = District.objects.get(slug="qingyang")
    assert (district.name, district.site.hostname, district.order) == ("青羊区", "qingyang.localhost", 20)
    assert city.json("districts/qingyang/")["code"] == "510105"
    told = AuditEntry.objects.get(act=Act.DISTRICT_CREATED)
    assert (told.actor, told.district, told.subject_name) == (city.user("city staff"), district, "青羊区")
    assert "青羊区" in browser.get("/admin/districts/").content.decode()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("name", "武侯区", "已属于另一个区县"),
        ("slug", "wuhou", "已属于另一个区县"),
        ("slug", "青羊", "小写字母"),
        ("hostname", "http://x.example.org/", "不带 http://"),
        ("hostname", "wuhou.localhost", "已属于另一个区县"),
        ("code", "12", "6、9 或 12 位"),
        ("accent", "#f0a08c", "对比度只有 1.9:1"),
        ("accent_dark", "#141a2b", "对比度只有 1.0:1"),
        ("order", "-1", "大于或等于"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    city: City, name: str, value: str, says: str
) -> None:
    response = city.browser("city staff").post("/admin/districts/add/", {**_GOOD, name: value})
    page = response.content.decode()
    assert response.status_code == 200
    assert says in page
    assert "510105" in page or name == "code"
    assert f'value="{value}"' in page
    assert District.objects.count() == 3


def test_city_staff_change_a_district(city: City) -> None:
    browser = city.browser("city staff")
    values = {**_GOOD, "name": "武侯新区", "hostname": "wh.localhost", "code": "", "accent": "#17594a"}
    response = browser.post("/admin/districts/wuhou/", values)
    assert response.status_code == 302, response.context["form"].errors
    item = city.json("districts/wuhou/")
    assert (item["name"], item["hostnames"], item["code"], item["accent"]) == (
        *("武侯新区", ["wh.localhost"], "", "#17594a"),
    )
    assert District.objects.get(slug="wuhou").site.port == 8000


def test_city_staff_download_an_archive(city: City, tmp_path: Path) -> None:
    city.story(cover=city.picture())
    browser = city.browser("city staff")
    page = browser.get("/admin/districts/wuhou/export/")
    assert "社区故事" in page.content.decode()
    assert not AuditEntry.objects.filter(act=Act.DISTRICT_EXPORTED).exists(), "looking is not exporting"
    response: Any = browser.post("/admin/districts/wuhou/export/")
    archive = b"".join(response.streaming_content)
    assert response["Content-Disposition"].startswith('attachment; filename="wuhou-')
    assert "no-store" in response["Cache-Control"]
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert AuditEntry.objects.get(act=Act.DISTRICT_EXPORTED).actor == city.user("city staff")


def test_archive_that_cannot_be_made_is_said_before_the_download(city: City) -> None:
    picture = city.picture()
    picture.file.storage.delete(picture.file.name)
    response = city.browser("city staff").post("/admin/districts/wuhou/export/")
    assert not response.streaming
    assert "文件不见了" in response.content.decode()
    assert not AuditEntry.objects.filter(act=Act.DISTRICT_EXPORTED).exists()


def test_deletion_wants_the_slug_typed(city: City) -> None:
    browser = city.browser("city staff")
    assert "outsider" in browser.get("/admin/districts/jinjiang/delete/").content.decode()
    refused = browser.post("/admin/districts/jinjiang/delete/", {"slug": "wuhou"})
    assert "不一致" in refused.content.decode()
    assert District.objects.filter(slug="jinjiang").exists()
    assert browser.post("/admin/districts/jinjiang/delete/", {"slug": "jinjiang"}).status_code == 302
    assert not District.objects.filter(slug="jinjiang").exists()
    told = AuditEntry.objects.get(act=Act.DISTRICT_DELETED)
    assert (told.actor, told.subject_name) == (city.user("city staff"), "锦江区")


def test_city_cannot_be_deleted_before_its_districts(city: City) -> None:
    browser = city.browser("city staff")
    assert "最后" in browser.get("/admin/districts/chengdu/delete/").content.decode()
    browser.post("/admin/districts/chengdu/delete/", {"slug": "chengdu"})
    assert District.objects.filter(slug="chengdu").exists()


@pytest.mark.parametrize(
    ("name", "slug"), [("武侯区", "wuhou"), ("天府新区", "tianfu"), ("金堂县", "jintang"), ("区区", "ququ")]
)
def test_slug_is_the_pinyin_of_the_name(name: str, slug: str) -> None:
    assert slug_for(name) == slug


def test_form_shows_the_contrast_of_its_colours() -> None:
    shown = {one["field"]: one["enough"] for one in DistrictForm({**_GOOD, "accent": "#f0a08c"}).samples()}
    assert shown == {"accent": False, "accent_dark": True}
