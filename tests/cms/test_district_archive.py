"""A district taken from one installation to another: what is in the archive, and that the public sees the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Collection, Page, Revision

from cms.domain.archive import exporting, inventory
from cms.domain.archive.importing import Imported, import_district
from cms.models import CraftsmanWork, StoryPage
from cms.publishing import building
from festival.models import FestivalPage, Zone
from media.domain import variants
from media.exceptions import ArchiveRefused
from media.models import Document, Picture
from sites.enums import Role
from sites.exceptions import DistrictConflict
from sites.models import (
    AuditEntry,
    Community,
    District,
    Invitation,
    Publication,
    RoleGroup,
    ServedCommunity,
    User,
)
from tests.city import City, item_block, paragraph, programme
from tests.city_fixtures import committed_city  # noqa: F401 - a fixture
from tests.services.run import Run

_NOON = dt.datetime(2031, 5, 1, 12, tzinfo=dt.UTC)


def _fill(city: City) -> None:
    """A little of everything that a district may hold, and what it shows of the city."""
    for n in range(3):  # so that the same key means something else in the other installation
        city.picture(f"锦江的图 {n}", district=city.jinjiang)
    community = city.community()
    shared = city.picture("全市的灯会", district=city.chengdu, title="灯会")
    own = city.picture("竹编匠人在院坝里破篾", credit="邻里绘")
    carnival = city.festival(
        "成都邻里节",
        district=city.chengdu,
        cover=shared,
        programme=programme(item_block("开幕歌", id="0c0ffee0-0000-4000-8000-000000000001")),
    )
    city.booth(city.zone(carnival))
    elsewhere = city.story("全市的故事", district=city.chengdu)
    craft = city.craft()
    craftsman = city.craftsman("陈师傅", crafts=(craft,), portrait=own, community=community)
    craftsman.works = [CraftsmanWork(image=own, caption="竹篮", sort_order=0)]
    craftsman.save_revision().publish()
    document = Document(title="报名须知", collection=city.wuhou.collection)
    document.file.save("须知.pdf", ContentFile(b"%PDF-1.7 rules"))
    document.save()
    document.tags.add("摊位")
    inner = city.wuhou.collection.add_child(name="旧照片")
    city.picture("老街", collection=inner, title="老街")
    first = city.story("院坝里的汤", tells_of=(craftsman,), cover=own, community=community, tags="互助 老人")
    body: list[tuple[str, Any]] = [
        paragraph(
            f'见<a linktype="page" id="{first.pk}">那锅汤</a>、<a linktype="page" id="{elsewhere.pk}">全市</a>、'
            f'<a linktype="document" id="{document.pk}">须知</a>和<a href="https://example.org/?a=1&amp;b=2">外面</a>。'
        ),
        ("picture", {"image": shared, "caption": "灯会"}),
        (
            "gallery",
            {"title": "", "images": [{"image": own, "caption": "一"}, {"image": shared, "caption": "二"}]},
        ),
        ("festival_item", {"item": f"{carnival.pk}:0c0ffee0-0000-4000-8000-000000000001"}),
    ]
    second = city.story("两个院子", cover=own, body=body)
    # A draft beside what is public, a page that never was public, and one that is due later.
    second.title = "两个院子（改）"
    second.save_revision(user=city.user("editor"))
    city.story("还没写完", publish=False, body=[("picture", {"image": own, "caption": ""})])
    due = city.story("明年再见", publish=False)
    due.go_live_at = _NOON
    due.save_revision(approved_go_live_at=_NOON)
    edition = city.festival(
        stages=("主舞台", "侧台"),
        programme=programme(
            item_block("开场", stage="侧台", starts_at="2024-12-21T02:00:00Z"),
            item_block("歌", stage="主舞台", starts_at="2024-12-21T02:00:00Z"),
        ),
        cover=own,
    )
    city.booth(city.zone(edition), offer="羊肉汤")
    city.place(community=community, longitude="104.060001", latitude="30.640000", features=["step-free"])
    home = city.home()
    home.intro = f'<p>从<a linktype="page" id="{first.pk}">这里</a>开始。</p>'
    home.cover = own
    home.save_revision().publish()
    ServedCommunity.objects.create(user=city.user("editor"), community=community)
    User.objects.filter(username="editor").update(email="editor@example.org", password="a-hash-of-a-password")
    Invitation.objects.create(
        district=city.wuhou,
        email="new@example.org",
        role=Role.EDITOR,
        digest="d" * 64,
        expires_at=timezone.now(),
    )


def _export(district: District) -> bytes:
    return b"".join(exporting.pieces(district))


def _tree(folder: Path) -> dict[str, bytes]:
    """Every file of a public site; the builder's own notes are not public."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if ".linli" not in file.parts}


def _items(slug: str) -> list[tuple[Any, ...]]:
    """The public items of a district in the order of their keys, which breaks the ties of lists."""
    rows = Publication.objects.filter(district__slug=slug, deleted=False).order_by("pk")
    return [(row.type, row.slug, row.sort, row.etag, row.content) for row in rows]


@pytest.fixture
def elsewhere(
    test_run: Run, settings: Any, tmp_path: Path, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Callable[[], None]:
    """Move on to another, empty installation: its own database, media and published sites."""
    import environ
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections
    from wagtail.models import Site

    from sites.hosts import table
    from tests.services.databases import migrated_database

    def go() -> None:
        kind = "postgresql" if connections["default"].vendor == "postgresql" else "sqlite"
        name = environ.Env.db_url_config(migrated_database(test_run, kind))["NAME"]
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name
        ContentType.objects.clear_cache()
        Site.clear_site_root_paths_cache()
        table.forget()
        settings.MEDIA_ROOT = str(tmp_path / "other-media")
        settings.PUBLISHED_ROOT = str(tmp_path / "other-published")

    return go


def _published(district: str) -> dict[str, bytes]:
    for picture in Picture.objects.all():
        variants.make_variants(picture=picture)
    building.publish(District.objects.get(slug=district))
    return _tree(building.folder_of(District.objects.get(slug=district)))


def test_district_publishes_the_same_bytes_in_an_empty_installation(
    committed_city: City,  # noqa: F811
    elsewhere: Callable[[], None],
) -> None:
    _fill(committed_city)
    before = _published("wuhou")
    items = _items("wuhou")
    page_keys = dict(Page.objects.values_list("url_path", "pk"))
    archive = _export(committed_city.wuhou)
    assert {"index.html", "festivals/2024/index.html"} <= before.keys()
    assert any(name.startswith("media/renditions/") for name in before)

    elsewhere()
    assert not District.objects.exists()
    imported = import_district(io.BytesIO(archive))

    after = _published("wuhou")
    assert after.keys() == before.keys()
    assert [name for name in before if before[name] != after[name]] == []
    assert _items("wuhou") == items
    assert imported.differing() == []
    assert imported.city_made
    moved = {path for path, key in Page.objects.values_list("url_path", "pk") if page_keys.get(path) != key}
    assert "/wuhou/stories/liang-ge-yuan-zi/" in moved, "the keys are others, so that the sameness is not a coincidence"

    # The control: one letter is seen, in the page and in its item.
    story = StoryPage.objects.get(slug="yuan-ba-li-de-tang")
    story.title = "院坝里的汤！"
    story.save_revision().publish()
    changed = _published("wuhou")
    assert "stories/yuan-ba-li-de-tang/index.html" in [n for n in before if before[n] != changed.get(n)]
    assert ("story", "yuan-ba-li-de-tang") in imported.differing()


# --- what is in it ----------------------------------------------------------------------------------------------------


def _members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_archive_holds_the_district_and_no_secret(city: City) -> None:
    _fill(city)
    city.story("锦江自己的事", district=city.jinjiang)
    members = _members(_export(city.wuhou))

    everything = b"".join(members.values())
    for secret in (b"a-hash-of-a-password", b"d" * 64, b"new@example.org"):
        assert secret not in everything, secret
    for foreign in ("锦江自己的事", "锦江的图", "outsider"):
        assert foreign.encode() not in everything, foreign
    people = [json.loads(line) for line in members["people.jsonl"].splitlines()]
    assert {one["username"]: one["roles"] for one in people} == {
        **{role: [role] for role in ("editor", "moderator", "organiser", "admin")}
    }
    drafts = [json.loads(line) for line in members["drafts.jsonl"].splitlines()]
    assert {one["content"]["title"] for one in drafts} == {"两个院子（改）", "还没写完", "明年再见"}
    shared = [json.loads(line) for line in members["shared/media.picture.jsonl"].splitlines()]
    assert [(one["fields"]["title"], one["citys"]) for one in shared] == [("灯会", True)]


def test_every_model_is_carried_or_left_behind_on_purpose() -> None:
    inventory.check()
    known = {inventory.label_of(model) for model in inventory.ours()}
    assert inventory.LEFT_BEHIND.keys() <= known, "a name in the list is of no model"
    assert known >= inventory.PUBLIC_KEYS


def test_model_that_cannot_be_carried_stops_the_export(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(inventory.LEFT_BEHIND, "districts.apitoken")
    with pytest.raises(ArchiveRefused, match=r"ApiToken\.digest"):
        next(exporting.pieces(city.wuhou))


def test_block_that_names_rows_in_an_unknown_way_stops_the_export() -> None:
    from wagtail import blocks

    from cms.domain.archive.references import rewrite_block

    class Odd(blocks.CharBlock):
        def extract_references(self, value: Any) -> Iterator[Any]:
            yield StoryPage, value, "", ""

    with pytest.raises(ArchiveRefused, match="Odd"):
        rewrite_block(
            blocks.ListBlock(Odd()), [{"type": "item", "value": "7", "id": "x"}], lambda model, key: key
        )


def test_export_is_refused_while_a_row_needs_another_district(city: City) -> None:
    theirs = city.craftsman("别区的人", district=city.jinjiang)
    story = city.story()
    story.craftsmen.model.objects.create(page=story, craftsman=theirs, sort_order=0)
    with pytest.raises(ArchiveRefused, match="离不开别的区县"):
        next(exporting.pieces(city.wuhou))


# --- where it arrives -------------------------------------------------------------------------------------------------


def _take_along(city: City) -> Imported:
    """Export wuhou, delete it here and import it again, beside the city and the other district."""
    from cms.domain.district_deletion import delete_district

    archive = _export(city.wuhou)
    delete_district(city.wuhou, actor=None)
    return import_district(io.BytesIO(archive), hostname="new.localhost", port=9000)


def test_import_beside_others_finds_what_the_city_shares(city: City) -> None:
    _fill(city)
    keys = set(
        FestivalPage.objects.get(slug="2024", path__startswith=city.home().path).zones.values_list("pk")
    )
    imported = _take_along(city)

    district = imported.district
    assert not imported.city_made
    assert district.site.root_url == "http://new.localhost:9000"
    assert Picture.objects.filter(collection=city.chengdu.collection).count() == 1, "found, not copied"
    assert FestivalPage.objects.filter(path__startswith=city.home(city.chengdu).path).count() == 1
    story = StoryPage.objects.get(slug="liang-ge-yuan-zi")
    assert story.body[1].value["image"].collection == city.chengdu.collection
    assert story.body[3].value["item"].endswith("0c0ffee0-0000-4000-8000-000000000001")
    assert story.has_unpublished_changes
    draft = story.get_latest_revision_as_object()
    assert draft.title == "两个院子（改）"
    assert draft.body[2].value["images"][0]["image"].collection == district.collection
    due = StoryPage.objects.get(slug="ming-nian-zai-jian")
    assert Revision.objects.for_instance(due).get().approved_go_live_at == _NOON
    assert not StoryPage.objects.get(slug="hai-mei-xie-wan").live
    edition = FestivalPage.objects.get(slug="2024", path__startswith=district.site.root_page.path)
    assert set(edition.zones.values_list("pk")) == keys, "keys that the public sees stay where they are free"
    assert Collection.objects.get(name="旧照片").get_parent() == district.collection
    document = Document.objects.get(collection=district.collection)
    assert document.file.read() == b"%PDF-1.7 rules" and set(document.tags.names()) == {"摊位"}
    editor = User.objects.get(username="editor")
    assert not editor.has_usable_password()
    assert RoleGroup.objects.get(group__user=editor).district == district
    assert ServedCommunity.objects.get(user=editor).community.district == district
    assert AuditEntry.objects.filter(act="district_imported", district=district).exists()
    # New rows do not run into the kept keys.
    zone = city.zone(edition, "另一块", "other")
    assert Zone.objects.get(pk=zone.pk).slug == "other"
    # A new host is said in the district's own item only.
    variants_of = Picture.objects.filter(collection__path__startswith=district.collection.path)
    for picture in variants_of:
        variants.make_variants(picture=picture)
    assert imported.differing() == [("district", "wuhou")]


def test_account_name_that_is_taken_is_numbered(city: City) -> None:
    archive = _export(city.wuhou)
    from cms.domain.district_deletion import delete_district

    delete_district(city.wuhou, actor=None)
    other = User.objects.create_user("editor", email="somebody-else@example.org")
    imported = import_district(io.BytesIO(archive))
    assert not other.groups.exists(), "nobody gets a role by a name alone"
    assert User.objects.get(username="editor-2").groups.get().district_role.district == imported.district
    assert any("editor-2" in note for note in imported.notes)


# --- what is refused --------------------------------------------------------------------------------------------------


def _rebuilt(
    archive: bytes,
    *,
    change: Callable[[dict[str, bytes]], None] = lambda members: None,
    manifest: Callable[[dict[str, Any]], None] = lambda manifest: None,
    honest: bool = True,
) -> bytes:
    """The archive with other members; `honest` writes their true sums into the manifest."""
    import hashlib

    members = _members(archive)
    facts = json.loads(members.pop("manifest.json"))
    change(members)
    if honest:
        facts["members"] = {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in members.items()
        }
    manifest(facts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
        file.writestr("manifest.json", json.dumps(facts))
    return out.getvalue()


def _edit_row(name: str, edit: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        rows = [json.loads(line) for line in members[name].splitlines()]
        edit(rows[-1])
        members[name] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    return change


def _zip_with(name: str, data: bytes = b"x", *, mode: int = 0o644) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = mode << 16
        file.writestr(info, data)
    return out.getvalue()


def _twice() -> bytes:
    import warnings

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.writestr("pages.jsonl", b"1")
        file.writestr("pages.jsonl", b"2")
    return out.getvalue()


@pytest.mark.parametrize(
    ("archive", "says"),
    [
        (b"no zip at all", "压缩包"),
        (_zip_with("../outside.txt"), "不安全|文件名不对"),
        (_zip_with("/etc/passwd"), "不安全|文件名不对"),
        (_zip_with("a\\..\\b"), "不安全|文件名不对"),
        (_zip_with("link", b"/etc/passwd", mode=0o120777), "不安全|文件名不对"),
        (_zip_with("pages.jsonl", b"0" * 30_000_000), "大得反常"),
        (_twice(), "同名"),
        (_zip_with("pages.jsonl"), "manifest.json"),
        (_zip_with("manifest.json", b"{}"), "不是区县归档"),
    ],
)
def test_unsafe_file_is_refused(archive: bytes, says: str) -> None:
    from cms.domain.archive.container import ArchiveReader

    with pytest.raises(ArchiveRefused, match=says):
        ArchiveReader(io.BytesIO(archive))


def test_archive_larger_than_allowed_is_refused() -> None:
    from cms.domain.archive.container import ArchiveReader

    with pytest.raises(ArchiveRefused, match="太大"):
        ArchiveReader(io.BytesIO(_zip_with("pages.jsonl", bytes(range(256)) * 1000)), most_bytes=1000)


def test_bad_archive_is_refused_and_nothing_is_stored(city: City, settings: Any) -> None:
    _fill(city)
    archive = _export(city.wuhou)
    from cms.domain.district_deletion import delete_district

    delete_district(city.wuhou, actor=None)
    counts = {
        model: model.objects.count() for model in (Page, Picture, User, Community, Collection, District)
    }
    files = {file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()}

    def drop(name: str) -> Callable[[dict[str, bytes]], None]:
        def change(members: dict[str, bytes]) -> None:
            del members[name]

        return change

    def damage(members: dict[str, bytes]) -> None:
        members["pages.jsonl"] = members["pages.jsonl"].replace("院".encode(), "庭".encode(), 1)

    def grow(members: dict[str, bytes]) -> None:
        members["pages.jsonl"] += b"{}\n"

    picture = next(name for name in _members(archive) if name.startswith("files/media.picture/"))
    rows, pages = "rows/districts.community.jsonl", "pages.jsonl"
    bad: dict[str, bytes] = {
        "版本": _rebuilt(archive, manifest=lambda facts: facts.update(version=99)),
        "没有写明": _rebuilt(archive, manifest=lambda facts: facts.pop("members") and None),
        "与 manifest.json 写的不符": _rebuilt(archive, change=damage, honest=False),
        "已损坏或被改过": _rebuilt(archive, change=grow, honest=False),
        "缺少文件：pages": _rebuilt(archive, change=drop(pages), honest=False),
        "manifest.json 没有写明的文件": _rebuilt(
            archive, change=lambda members: members.update({"extra.txt": b"x"}), honest=False
        ),
        "不认识的内容": _rebuilt(
            archive, change=lambda members: members.update({"rows/auth.user.jsonl": b"{}\n"})
        ),
        "不认识的字段": _rebuilt(
            archive, change=_edit_row(rows, lambda row: row["fields"].update(is_superuser=1))
        ),
        "缺少字段": _rebuilt(archive, change=_edit_row(rows, lambda row: row["fields"].pop("name"))),
        "内容不对": _rebuilt(archive, change=_edit_row(rows, lambda row: row["fields"].update(slug="../x"))),
        "不认识的页面类型": _rebuilt(
            archive, change=_edit_row(pages, lambda row: row.update(model="auth.user"))
        ),
        "没有上级": _rebuilt(archive, change=_edit_row(pages, lambda row: row.update(parent=999999))),
        "缺少文件：files": _rebuilt(archive, change=drop(picture)),
        "不能上传": _rebuilt(
            archive,
            change=_edit_row(
                "rows/media.picture.jsonl", lambda row: row["fields"]["file"].update(name="x.svg")
            ),
        ),
        "互相矛盾": _rebuilt(
            archive,
            change=lambda members: members.update({rows: members[rows] * 2}),
        ),
        "读不出来": _rebuilt(
            archive, change=lambda members: members.update({"people.jsonl": b"{not json\n"})
        ),
        "不认识的角色": _rebuilt(
            archive, change=_edit_row("people.jsonl", lambda row: row.update(roles=["city"]))
        ),
    }
    for says, file in bad.items():
        with pytest.raises(ArchiveRefused, match=says):
            import_district(io.BytesIO(file))
        assert counts == {model: model.objects.count() for model in counts}, says
        assert files == {one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()}, says
    # The control: the archive itself is good.
    assert import_district(io.BytesIO(archive)).district.slug == "wuhou"


@pytest.mark.parametrize(("taken", "says"), [("wuhou", "标识 wuhou"), ("other", "名称|主机名")])
def test_import_is_refused_where_slug_name_or_host_is_taken(city: City, taken: str, says: str) -> None:
    archive = _export(city.wuhou)
    if taken == "other":
        District.objects.filter(slug="wuhou").update(slug="other")
    with pytest.raises(DistrictConflict, match=says):
        import_district(io.BytesIO(archive))
    assert District.objects.count() == 3


def test_commands_write_and_read_a_file(city: City, tmp_path: Path) -> None:
    from cms.domain.district_deletion import delete_district

    picture = city.picture()
    variants.make_variants(picture=picture)
    city.story(cover=picture)
    out, said = tmp_path / "wuhou.zip", io.StringIO()
    call_command("export_district", "wuhou", out=str(out), stdout=said)
    assert "武侯区" in said.getvalue() and "MB" in said.getvalue()
    delete_district(city.wuhou, actor=None)
    call_command("import_district", str(out), stdout=said)
    assert "逐字节相同" in said.getvalue()
    with pytest.raises(CommandError, match="标识 wuhou"):
        call_command("import_district", str(out), stdout=said)
    with pytest.raises(CommandError, match="没有标识"):
        call_command("export_district", "nowhere", out=str(out), stdout=said)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["wuhou.zip"]
