"""The small city with a little of everything in wuhou, and its archive."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from cms.domain.archive import exporting
from cms.models import CraftsmanWork
from media.models import Document
from sites.enums import Role
from sites.models import (
    District,
    Invitation,
    ServedCommunity,
    User,
)
from tests.city import City, item_block, paragraph, programme

NOON = dt.datetime(2031, 5, 1, 12, tzinfo=dt.UTC)


def fill(city: City) -> None:
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
    due.go_live_at = NOON
    due.save_revision(approved_go_live_at=NOON)
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


def export(district: District) -> bytes:
    return b"".join(exporting.pieces(district))


def members_of(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}
