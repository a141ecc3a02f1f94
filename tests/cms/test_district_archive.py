"""A district taken from one installation to another: what is in the archive, and what arrives."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Collection, Revision

from cms.domain.archive import exporting, inventory
from cms.domain.archive.importing import Imported, import_district
from cms.models import StoryPage
from festival.models import FestivalPage, Zone
from media.domain import variants
from media.exceptions import ArchiveRefused
from media.models import Document, Picture
from sites.models import (
    AuditEntry,
    RoleGroup,
    ServedCommunity,
    User,
)
from tests.city import City
from tests.filled_district import NOON, export, fill, members_of

# --- what is in it ----------------------------------------------------------------------------------------------------


def test_archive_holds_the_district_and_no_secret(city: City) -> None:
    fill(city)
    city.story("锦江自己的事", district=city.jinjiang)
    members = members_of(export(city.wuhou))

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


def _take_along(city: City, on_commit: Any) -> Imported:
    """Export wuhou, delete it here and import it again, beside the city and the other district."""
    from cms.domain.district_deletion import delete_district

    for picture in Picture.objects.all():
        variants.make_variants(picture=picture)
    archive = export(city.wuhou)
    with on_commit(execute=True):  # the files go with the commit
        delete_district(city.wuhou, actor=None)
    return import_district(io.BytesIO(archive), hostname="new.localhost", port=9000)


def test_import_beside_others_finds_what_the_city_shares(
    city: City, django_capture_on_commit_callbacks: Any
) -> None:
    fill(city)
    keys = set(
        FestivalPage.objects.get(slug="2024", path__startswith=city.home().path).zones.values_list("pk")
    )
    imported = _take_along(city, django_capture_on_commit_callbacks)

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
    assert Revision.objects.for_instance(due).get().approved_go_live_at == NOON
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
    # A new host is said in the district's own item only.
    variants_of = Picture.objects.filter(collection__path__startswith=district.collection.path)
    for picture in variants_of:
        variants.make_variants(picture=picture)
    assert imported.differing() == [("district", "wuhou")]
    # New rows do not run into the kept keys.
    zone = city.zone(edition, "另一块", "other")
    assert Zone.objects.get(pk=zone.pk).slug == "other"


def test_account_name_that_is_taken_is_numbered(city: City) -> None:
    archive = export(city.wuhou)
    from cms.domain.district_deletion import delete_district

    delete_district(city.wuhou, actor=None)
    other = User.objects.create_user("editor", email="somebody-else@example.org")
    imported = import_district(io.BytesIO(archive))
    assert not other.groups.exists(), "nobody gets a role by a name alone"
    assert User.objects.get(username="editor-2").groups.get().district_role.district == imported.district
    assert any("editor-2" in note for note in imported.notes)


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
