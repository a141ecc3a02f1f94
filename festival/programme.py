"""The programme as it is edited (acts with their items, in a StreamField) and as it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.dateparse import parse_date, parse_datetime
from wagtail import blocks

from festival.enums import ItemKind, ItemStatus
from festival.programme_clashes import Appearance, Clash, clashes
from sites.models import District
from sites.ownership import UnderHome
from sites.pages import iso
from sites.passages import stream

if TYPE_CHECKING:
    from festival.models import FestivalPage


class PerformerBlock(blocks.StructBlock):
    name = blocks.CharBlock(label="姓名或团队", max_length=60)
    community = blocks.CharBlock(
        label="来自", required=False, max_length=80, help_text="例如：彭州桂花镇鹿坪社区"
    )


class ProgrammeItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="节目名称", max_length=80)
    kind = blocks.ChoiceBlock(label="类型", choices=ItemKind.choices, default=ItemKind.TALK)
    starts_at = blocks.DateTimeBlock(label="开始时间", required=False)
    minutes = blocks.IntegerBlock(label="时长（分钟）", required=False, min_value=1, max_value=1440)
    stage = blocks.CharBlock(
        label="舞台", required=False, max_length=40, help_text="与上面“舞台”里的名称一致；不在台上就空着"
    )
    performers = blocks.ListBlock(PerformerBlock(), label="演出者", default=[])
    summary = blocks.TextBlock(label="简介", required=False, max_length=400)
    status = blocks.ChoiceBlock(label="状态", choices=ItemStatus.choices, default=ItemStatus.SCHEDULED)

    class Meta:
        label = "节目"
        label_format = "{title}"


class ActBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="单元名称", max_length=80)
    summary = blocks.TextBlock(label="单元简介", required=False, max_length=400)
    items = blocks.ListBlock(ProgrammeItemBlock(), label="节目")

    class Meta:
        label = "单元"
        icon = "list-ul"
        label_format = "{title}"


class ProgrammeBlock(blocks.StreamBlock):
    act = ActBlock()


def programme_items(page: FestivalPage) -> Iterator[tuple[str, Any]]:
    """(id, value) of every item of a festival, in order."""
    for act in page.programme:
        for child in act.value["items"].bound_blocks:
            yield child.id, child.value


def ends_at(item: Any) -> dt.datetime | None:
    """The end of an item, None where its start or its length is open."""
    if not item["starts_at"] or not item["minutes"]:
        return None
    return item["starts_at"] + dt.timedelta(minutes=item["minutes"])


def item_payload(item_id: str, item: Any, *, stages: dict[str, int]) -> dict[str, Any]:
    """The public form of one item; `stages` maps the stages' names to their ids."""
    end = ends_at(item)
    return {
        "id": item_id,
        "anchor": f"item-{item_id[:8]}",
        "title": item["title"],
        "kind": item["kind"],
        "kind_label": ItemKind(item["kind"]).label if item["kind"] else "",
        "stage": stages.get(item["stage"] or ""),
        "starts_at": iso(item["starts_at"]) if item["starts_at"] else None,
        "ends_at": iso(end) if end else None,
        "minutes": item["minutes"],
        "summary": item["summary"] or "",
        "status": item["status"] or ItemStatus.SCHEDULED,
        "performers": [
            {"name": performer["name"], "community": performer["community"] or ""}
            for performer in item["performers"]
        ],
    }


# --- a story's reference to an item -----------------------------------------------------------------------------------


def item_choices(district: District | None = None) -> list[tuple[str, str]]:
    """Every item of the public festivals as ("page id:item id", title), for a story to point at; of a district, only
    its own and the city's."""
    from festival.models import FestivalPage

    festivals = FestivalPage.objects.live().order_by("-starts_on")
    if district is not None:
        offered = District.objects.filter(Q(pk=district.pk) | Q(is_city=True))
        festivals = festivals.filter(UnderHome().within(offered))
    return [
        (f"{page.pk}:{item_id}", f"{page.title}｜{item['title']}")
        for page in festivals
        for item_id, item in programme_items(page)
    ]


def referenced_page_id(reference: str | None) -> int | None:
    """The page of a reference "page id:item id"."""
    head, _, _ = (reference or "").partition(":")
    return int(head) if head.isdigit() else None


def referenced_item(reference: str | None) -> dict[str, Any] | None:
    """The item that a reference means, for a story's payload; None when it is gone or its festival is not public."""
    from festival.models import FestivalPage
    from sites.pages import district_of

    pk = referenced_page_id(reference)
    page = FestivalPage.objects.live().filter(pk=pk).first() if pk is not None else None
    district = district_of(page) if page else None
    if page is None or district is None:
        return None
    wanted = (reference or "").partition(":")[2]
    for item_id, item in programme_items(page):
        if item_id == wanted:
            public = item_payload(item_id, item, stages={})
            festival = {
                "title": page.title,
                "path": f"/festivals/{page.slug}/",
                "district": {"slug": district.slug, "name": district.name},
            }
            kept = ("title", "kind", "kind_label", "starts_at", "ends_at", "status", "anchor")
            return {
                "festival": festival,
                "stage": item["stage"] or "",
                **{name: public[name] for name in kept},
            }
    return None


# --- what cannot be -----------------------------------------------------------------------------------------------------


def clashes_on(page: FestivalPage) -> list[Clash]:
    """What cannot be in a festival's programme as it stands in memory. No query."""
    return clashes(
        [_appearance(item) for _, item in programme_items(page)], first=page.starts_on, last=page.ends_on
    )


def clashes_in(stored: Mapping[str, Any]) -> list[Clash]:
    """The same of a page's stored form (`serializable_data`, a revision's content). No query."""
    acts = [block["value"] for block in stream(stored, "programme")]
    items = [child.get("value", child) for act in acts for child in act.get("items") or []]
    return clashes(
        [_appearance(_as_typed(item)) for item in items],
        first=_day(stored.get("starts_on")),
        last=_day(stored.get("ends_on")),
    )


def _as_typed(item: Mapping[str, Any]) -> dict[str, Any]:
    """A stored item with the values that its page would have."""
    start = item.get("starts_at")
    performers = [child.get("value", child) for child in item.get("performers") or []]
    return {**item, "starts_at": parse_datetime(start) if start else None, "performers": performers}


def _day(value: Any) -> dt.date | None:
    return parse_date(value) if isinstance(value, str) else value


def _appearance(item: Mapping[str, Any]) -> Appearance:
    performers = ((one["name"] or "", one["community"] or "") for one in item["performers"])
    return Appearance(
        title=item["title"] or "",
        starts_at=item["starts_at"],
        minutes=item["minutes"],
        stage=item["stage"] or "",
        performers=tuple((name.strip(), community.strip()) for name, community in performers),
        cancelled=item["status"] == ItemStatus.CANCELLED,
    )
