"""Archives that are refused, and that nothing is stored then."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Collection, Page

from cms.domain.archive.importing import import_district
from media.exceptions import ArchiveRefused
from media.models import Picture
from sites.exceptions import DistrictConflict
from sites.models import (
    Community,
    District,
    User,
)
from tests.city import City
from tests.filled_district import export, fill, members_of

pytestmark = pytest.mark.once


def _rebuilt(
    archive: bytes,
    *,
    change: Callable[[dict[str, bytes]], None] = lambda members: None,
    manifest: Callable[[dict[str, Any]], None] = lambda manifest: None,
    honest: bool = True,
) -> bytes:
    """The archive with other members; `honest` writes their true sums into the manifest."""
    import hashlib

    members = members_of(archive)
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
    fill(city)
    archive = export(city.wuhou)
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

    picture = next(name for name in members_of(archive) if name.startswith("files/media.picture/"))
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
    archive = export(city.wuhou)
    if taken == "other":
        District.objects.filter(slug="wuhou").update(slug="other")
    with pytest.raises(DistrictConflict, match=says):
        import_district(io.BytesIO(archive))
    assert District.objects.count() == 3
