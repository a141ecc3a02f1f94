"""What the admin's forms of our pages send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

_FEATURES = ["bold", "italic", "link", "ol", "ul"]


def html(text: str) -> str:
    """Rich text as the editor sends it."""
    value: str = rich_text(f"<p>{text}</p>", features=_FEATURES)
    return value


def text_block(text: str = "院坝里，几位邻居围着一张桌子。") -> tuple[str, str]:
    """A paragraph of a body as the editor sends it."""
    return "paragraph", html(text)


def list_block(values: Iterable[Any]) -> dict[str, Any]:
    """The items of a ListBlock."""
    items = list(values)
    return {
        "count": str(len(items)),
        **{
            str(n): {"value": value, "deleted": "", "order": str(n), "id": ""}
            for n, value in enumerate(items)
        },
    }


def story_form(title: str = "邻居的院坝", body: list[Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A whole story. `craftsmen` is a list of page keys; pictures and communities are keys, too."""
    craftsmen = rows("craftsman", fields.pop("craftsmen", []))
    return _page(
        title,
        {
            "kind": "story",
            "body": streamfield([text_block()] if body is None else body),
            "craftsmen": craftsmen,
            **fields,
        },
        ("theme", "summary", "cover", "community", "byline", "source", "reprint_note", "tags"),
    )


def rows(field: str, values: Iterable[int | dict[str, Any]], **options: int) -> dict[str, str]:
    """Child rows with one choice each: a key is a new row, a dictionary with `id` is one that stands already."""
    forms = [value if isinstance(value, dict) else {field: str(value)} for value in values]
    made: dict[str, str] = inline_formset(forms, initial=sum("id" in form for form in forms), **options)
    return made


def craftsman_form(
    name: str = "陈师傅", *, crafts: Iterable[int | dict[str, Any]] = (), **fields: Any
) -> dict[str, Any]:
    works = [{"image": str(pk), "caption": ""} for pk in fields.pop("works", [])]
    return _page(
        name,
        {
            "body": streamfield(fields.pop("body", [])),
            "crafts": rows("craft", crafts, min=1),
            "works": inline_formset(works),
            **fields,
        },
        *[
            ("summary", "portrait", "community", "workshop_note", "phone", "wechat", "address"),
            ("consented_on", "withdrawn_on"),
        ],
    )


def place_form(title: str = "晋阳邻空间", *, features: Sequence[str] = (), **fields: Any) -> dict[str, Any]:
    form = _page(
        title,
        {
            "kind": "neighbour-space",
            "datum": "GCJ-02",
            "body": streamfield(fields.pop("body", [])),
            "hours": inline_formset(fields.pop("hours", [])),
            **fields,
        },
        ("summary", "cover", "community", "address", "phone", "longitude", "latitude", "access_note"),
    )
    return {**form, "features": list(features)}


def item_form(title: str, **fields: Any) -> dict[str, Any]:
    """A programme item."""
    performers = list_block(fields.pop("performers", []))
    blank = dict.fromkeys(("starts_at", "minutes", "stage", "summary"), "")
    return {
        **blank,
        "kind": "talk",
        "status": "scheduled",
        "title": title,
        "performers": performers,
        **fields,
    }


def festival_form(
    title: str = "武侯邻里节",
    *,
    items: Iterable[dict[str, Any]] = (),
    stages: Iterable[str] = (),
    **fields: Any,
) -> dict[str, Any]:
    """A whole edition with one act, where `items` has any."""
    acts = [("act", {"title": "开幕", "summary": "", "items": list_block(items)})] if items else []
    return _page(
        title,
        {
            "starts_on": "2024-12-21",
            "datum": "GCJ-02",
            "plan_width": "1200",
            "plan_height": "800",
            "body": html("欢迎"),
            "stages": inline_formset([{"name": name, "note": ""} for name in stages]),
            "programme": streamfield(acts),
            "broadcasts": inline_formset(fields.pop("broadcasts", [])),
            "landmarks": streamfield(fields.pop("landmarks", [])),
            **fields,
        },
        *[
            ("edition", "theme", "summary", "ends_on", "date_note", "venue_name", "venue_address", "cover"),
            ("hosts", "co_hosts", "organisers", "programme_note", "longitude", "latitude"),
        ],
    )


def home_form(site_name: str = "武侯邻里", **fields: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("tagline", "cover", "organisation", "phone", "email", "address"), "")
    about = streamfield(fields.pop("about", []))
    notices = rows("notice", fields.pop("notices", []))
    return nested_form_data(
        {
            **blank,
            "site_name": site_name,
            "intro": html("开场白"),
            "about": about,
            "notices": notices,
            **fields,
        }
    )


def zone_form(festival: int, **fields: Any) -> dict[str, Any]:
    """A zone with its booths; `booths` is a list of their fields."""
    booths = [
        {"offer": "", "width": "60", "height": "44", "rotation": "0", **booth}
        for booth in fields.pop("booths", [])
    ]
    initial = sum("id" in booth for booth in booths)
    return nested_form_data(
        {
            "festival": str(festival),
            "name": "幸福集市",
            "slug": "market",
            "colour": "#c8452d",
            "summary": "",
            "offers": "",
            "order": "10",
            "shape": "[[0, 0], [400, 0], [400, 300], [0, 300]]",
            "booths": inline_formset(booths, initial=initial),
            **fields,
        }
    )


def _page(title: str, fields: dict[str, Any], *blank: tuple[str, ...]) -> dict[str, Any]:
    empty = dict.fromkeys(
        (*(name for names in blank for name in names), "slug", "go_live_at", "expire_at"), ""
    )
    made: dict[str, Any] = nested_form_data({**empty, "title": title, **fields})
    return made
