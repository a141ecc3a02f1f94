"""Deleting a district: nothing of it stays, and nothing of anybody else goes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from wagtail.models import Comment, PageViewRestriction

from cms.domain.district_deletion import delete_district, survey
from cms.domain.districts import create_district
from cms.models import HomePage
from cms.publishing import building
from festival.domain import contacts
from festival.enums import ContactKind
from festival.models import Application, ApplicationLink, BoothSlot, IdempotencyRecord, SlotEvent
from media.domain import variants
from media.models import Document, Picture
from sites.enums import Act, Role
from sites.exceptions import DistrictConflict
from sites.models import (
    ApiToken,
    AuditEntry,
    District,
    Invitation,
    NoticeGateway,
    RoleGroup,
    ServedCommunity,
    SiteBuild,
    User,
)
from tests.city import City, item_block, paragraph, programme
from tests.festival.booking import Edition, make_busy

# What may differ afterwards: the trail, and counters that only go forward.
_MAY_MOVE = {"districts.AuditEntry", "districts.FeedCounter", "django_tasks_database.DBTaskResult"}


def _tables() -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table, but for what may differ."""
    return {
        model._meta.label: {tuple(map(str, row)) for row in model._base_manager.values_list()}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.label not in _MAY_MOVE
    }


def _files(*folders: str | Path) -> set[str]:
    return {str(file) for folder in folders for file in Path(folder).rglob("*") if file.is_file()}


def _move_in(city: City) -> District:
    """A new district with a little of everything that the admin and Wagtail keep."""
    district, _ = create_district(slug="qingyang", name="青羊区", hostname="qingyang.localhost", port=8000)
    editor = User.objects.create_user("qingyang-editor", email="e@example.org")
    both = city.user("editor")
    for user in (editor, both):
        user.groups.add(RoleGroup.objects.get(district=district, role=Role.EDITOR).group)
    community = city.community("草堂社区", slug="caotang", district=district)
    ServedCommunity.objects.create(user=both, community=community)
    picture = city.picture(district=district)
    inner = district.collection.add_child(name="旧照片")
    old = city.picture("老街", collection=inner)
    document = Document(title="须知", collection=district.collection, uploaded_by_user=editor)
    document.file.save("须知.pdf", ContentFile(b"%PDF-1.7"))
    document.save()
    document.tags.add("只有这里用的标签")
    picture.get_rendition("max-100x100")
    craftsman = city.craftsman("张师傅", district=district, portrait=picture, community=community)
    story = city.story("青羊的故事", district=district, cover=old, tells_of=(craftsman,), body=[paragraph()])
    edition = city.festival(
        district=district, programme=programme(item_block("开场")), cover=picture, body="<p>来。</p>"
    )
    city.booth(city.zone(edition))
    booked = Edition(city, district=district)
    make_busy(booked, both)
    contacts.send_code(festival=booked.festival, contact=contacts.Contact(ContactKind.EMAIL, "c@example.cn"))
    IdempotencyRecord.objects.create(
        festival=booked.festival,
        scope="s",
        digest="3" * 64,
        body_hash="",
        status=201,
        sealed="",
        created_at="2026-01-01T00:00Z",
    )
    NoticeGateway.objects.create(district=district, url="https://sms.example.cn/", sealed="x")
    home = city.home(district)
    home.cover = picture
    home.save_revision(user=editor).publish()
    Comment.objects.create(page=story, user=both, text="好", contentpath="title")
    PageViewRestriction.objects.create(page=story, restriction_type="login")
    workflow = home.get_workflow()
    draft = city.story("待审", district=district, publish=False)
    workflow.start(draft, both)
    Invitation.objects.create(
        district=district,
        email="n@example.org",
        role=Role.EDITOR,
        digest="1" * 64,
        expires_at="2030-01-01T00:00Z",
    )
    ApiToken.objects.create(district=district, name="屏幕", digest="2" * 64, expires_at="2030-01-01T00:00Z")
    for one in Picture.objects.filter(collection__path__startswith=district.collection.path):
        variants.make_variants(picture=one)
    return District.objects.get(pk=district.pk)


def test_deletion_leaves_every_table_and_folder_as_before(
    city: City, django_capture_on_commit_callbacks: Any
) -> None:
    city.story("武侯的故事")
    kept = Document(title="武侯的须知", collection=city.wuhou.collection)
    kept.file.save("须知.pdf", ContentFile(b"%PDF-1.7"))
    kept.tags.add("武侯也用的标签")
    before, files = _tables(), _files(settings.MEDIA_ROOT)
    with django_capture_on_commit_callbacks(execute=True):
        district = _move_in(city)
    # Built by hand: a build asks the API, which ends a test's connection.
    folder = building.folder_of(district) / "stories"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<html>")
    assert _files(settings.MEDIA_ROOT) > files
    going = survey(district)
    assert going.people == ["qingyang-editor"]
    assert going.counts["社区故事"] == 2 and going.counts["图片"] == 2
    assert going.counts["摊位申请"] == 11
    for model in (Application, ApplicationLink, BoothSlot, SlotEvent):
        assert model.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        delete_district(district, actor=city.user("city staff"))

    after = _tables()
    differing = {
        label: (rows - before[label], before[label] - rows)
        for label, rows in after.items()
        if rows != before[label]
    }
    assert differing == {}
    assert _files(settings.MEDIA_ROOT) == files
    assert not building.folder_of(district).exists()
    told = AuditEntry.objects.get(act=Act.DISTRICT_DELETED)
    assert (told.subject_name, told.district, told.details["slug"]) == ("青羊区", None, "qingyang")
    assert User.objects.filter(username="editor").exists(), "who serves another district as well stays"


def test_portal_and_other_districts_stop_showing_what_went(
    city: City, django_capture_on_commit_callbacks: Any
) -> None:
    district = _move_in(city)
    theirs = city.story("青羊好去处", district=district)
    # Text that was stored before references were guarded.
    mine = city.story("去青羊走走")
    mine.body = [paragraph(f'看<a linktype="page" id="{theirs.pk}">那里</a>')]
    mine.save()
    from sites.domain import shelf

    shelf.refresh(mine)
    assert "qingyang.localhost" in str(city.item(f"stories/{mine.slug}"))
    cursor = city.json("changes/")["cursor"]
    assert "青羊好去处" in city.get("stories/").content.decode()

    delete_district(district, actor=None)

    assert "qingyang" not in str(city.item(f"stories/{mine.slug}"))
    assert "青羊" not in city.get("stories/").content.decode().replace("去青羊走走", "")
    assert "青羊区" not in city.get("districts/").content.decode()
    assert city.get("changes/", {"since": cursor}).status_code == 410, "a reader of the city begins again"


def test_deletion_is_refused_while_another_district_needs_something(city: City) -> None:
    picture = city.picture(district=city.jinjiang)
    home = HomePage.objects.get(pk=city.home().pk)
    HomePage.objects.filter(pk=home.pk).update(cover=picture)
    with pytest.raises(DistrictConflict, match="还用着它的图片"):
        delete_district(city.jinjiang, actor=None)
    assert District.objects.filter(slug="jinjiang").exists()
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_city_goes_last(city: City) -> None:
    with pytest.raises(DistrictConflict, match="最后"):
        delete_district(city.chengdu, actor=None)


def test_deletion_waits_for_a_builder(city: City) -> None:
    with building.lease(city.wuhou), pytest.raises(DistrictConflict, match="正在构建"):
        delete_district(city.wuhou, actor=None)
    assert SiteBuild.objects.filter(district=city.wuhou, holder="").exists()


def test_command_asks_for_the_slug(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: "wuhuo")
    with pytest.raises(CommandError, match="不一致"):
        call_command("delete_district", "jinjiang", stdout=io.StringIO())
    assert District.objects.filter(slug="jinjiang").exists()
    said = io.StringIO()
    monkeypatch.setattr("builtins.input", lambda prompt: "jinjiang")
    call_command("delete_district", "jinjiang", stdout=said)
    assert "锦江区已删除" in said.getvalue() and "outsider" in said.getvalue()
    assert not District.objects.filter(slug="jinjiang").exists()
    assert not User.objects.filter(username="outsider").exists()
    with pytest.raises(CommandError, match="没有标识"):
        call_command("delete_district", "jinjiang", stdout=io.StringIO())
