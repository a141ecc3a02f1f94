"""What the admin's form of a story sends."""

from __future__ import annotations

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield


def text_block(text: str = "院坝里，几位邻居围着一张桌子。") -> tuple[str, str]:
    """A paragraph as the editor sends it."""
    return "paragraph", rich_text(f"<p>{text}</p>", features=["bold", "italic", "link", "ol", "ul"])


def story_form(title: str = "邻居的院坝", body: list[Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A whole story form. `craftsmen` is a list of page keys; pictures and communities are keys, too."""
    craftsmen = fields.pop("craftsmen", [])
    blank = dict.fromkeys(
        ("slug", "theme", "summary", "cover", "community", "byline", "source", "reprint_note", "tags"), ""
    )
    return nested_form_data(
        {
            **blank,
            "kind": "story",
            "go_live_at": "",
            "expire_at": "",
            "title": title,
            "body": streamfield([text_block()] if body is None else body),
            "craftsmen": inline_formset([{"craftsman": str(pk)} for pk in craftsmen]),
            **fields,
        }
    )
