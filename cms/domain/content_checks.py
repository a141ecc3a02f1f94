"""What an editor should look at again before a page is public: plain rules over a page's stored form.

Rules read no row. What they need to know of other rows (whether a picture has its words, whether a page is public) is
gathered once, for one page or for many, in at most three queries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from wagtail.models import Page

from cms.enums import Severity
from cms.models.sections import CommunityPage
from festival.models import FestivalPage
from festival.programme import clashes_in
from media.models import Picture
from sites.domain import confirmations
from sites.models import Community
from sites.passages import Passage, Stored, passages, stream

LONGEST_TITLE = 30
# Text of a link that says nothing to somebody who hears only the links of a page.
_SAYS_NOTHING = re.compile(
    r"(请?点击?(这里|此处|链接|查看|进入|阅读|了解)*|这里|此处|链接|网址|详情|更多|查看(更多|详情)?|阅读(全文|更多)|戳这里|click here|here|more)[。！!>》→…]*",
    re.IGNORECASE,
)
_EMPTY_ADDRESSES = {"", "#", "http://", "https://", "tel:", "mailto:"}


@dataclass(frozen=True)
class Finding:
    """One thing to look at: what is wrong and what to do, and where it stands (`sites.passages.Passage`)."""

    code: str
    severity: Severity
    text: str
    place: str = ""
    field: str = ""
    block: str = ""


@dataclass(frozen=True)
class Draft:
    """A page as it is stored: its model and its content."""

    model: type[Page]
    stored: Stored


@dataclass(frozen=True)
class Facts:
    """What the rules must know of other rows: by key, pictures with words and public pages; those not named are gone."""

    pictures: Mapping[int, bool] = field(default_factory=dict)
    pages: Mapping[int, bool] = field(default_factory=dict)
    has_communities: bool = False


@dataclass(frozen=True)
class _Link:
    text: str
    page: int | None
    address: str


def check(draft: Draft, facts: Facts) -> list[Finding]:
    """Everything found on a draft, the gravest first."""
    said = list(passages(draft.model, draft.stored))
    found = [finding for rule in _RULES for finding in rule(draft, said, facts)]
    order = list(Severity)
    return sorted(found, key=lambda finding: order.index(finding.severity))


def gather(drafts: Iterable[Draft], *, has_communities: bool = True) -> Facts:
    """The facts that the drafts' rules ask for. Two queries, however many drafts there are."""
    pictures: set[int] = set()
    pages: set[int] = set()
    for draft in drafts:
        for passage in passages(draft.model, draft.stored):
            if passage.picture is not None:
                pictures.add(passage.picture)
            pages.update(link.page for link in _links(passage) if link.page is not None)
        pages.update(_told_of(draft))
    words = Picture.objects.filter(pk__in=pictures).values_list("pk", "description")
    return Facts(
        pictures={pk: bool(description.strip()) for pk, description in words},
        pages=dict(Page.objects.filter(pk__in=pages).values_list("pk", "live")),
        has_communities=has_communities,
    )


def check_page(page: Page) -> list[Finding]:
    """Everything found on a page as it stands in memory. Three queries."""
    draft = Draft(page.specific_class, page.serializable_data())
    community = page._meta.get_field("community") if isinstance(page, CommunityPage) else None
    district = _district_of(page) if community else None
    has_communities = district is not None and Community.objects.filter(district=district).exists()
    return check(draft, gather([draft], has_communities=has_communities))


def _district_of(page: Page) -> Any:
    from sites.pages import district_of

    return district_of(page) if page.path else None


# --- the rules ----------------------------------------------------------------------------------------------------------

_Rule = Callable[[Draft, list[Passage], Facts], Iterator[Finding]]


def _at(passage: Passage, code: str, severity: Severity, text: str) -> Finding:
    return Finding(code, severity, text, passage.place, passage.field, passage.block)


def _pictures_without_words(draft: Draft, said: list[Passage], facts: Facts) -> Iterator[Finding]:
    for passage in said:
        if passage.picture is None:
            continue
        if passage.picture not in facts.pictures:
            yield _at(passage, "picture-gone", Severity.MUST, "这张图片已经不在了，请换一张。")
        elif not facts.pictures[passage.picture]:
            yield _at(
                passage,
                "no-alt-text",
                Severity.MUST,
                "图片还没有写图片说明。看不见图片的人靠它，没有它不能发布。",
            )


def _personal_numbers(draft: Draft, said: list[Passage], facts: Facts) -> Iterator[Finding]:
    for passage, number in confirmations.numbers_in(draft.model, draft.stored):
        yield _at(
            passage,
            "personal-number",
            Severity.CONFIRM,
            f"“{number.shown}”像是个人的{number.kind}。本人没有同意公开，就请删掉。",
        )


def _headings(draft: Draft, said: list[Passage], facts: Facts) -> Iterator[Finding]:
    for name in ("body", "about"):
        has_big = False
        blocks = stream(draft.stored, name) if _is_stream(draft, name) else []
        for number, block in enumerate(blocks, start=1):
            if block["type"] != "heading":
                continue
            place = f"正文第{number}块（标题）"
            at = {"place": place, "field": name, "block": str(block.get("id") or "")}
            text = (block["value"].get("text") or "").strip()
            if not text:
                yield Finding("empty-heading", Severity.ADVICE, "这个标题还空着。", **at)
            if block["value"].get("level") == "3" and not has_big:
                yield Finding(
                    "heading-order",
                    Severity.ADVICE,
                    f"“{text}”是小标题，前面却还没有大标题。请改成大标题，或者先加一个大标题。",
                    **at,
                )
            has_big = has_big or block["value"].get("level") != "3"
            following = blocks[number]["type"] if number < len(blocks) else ""
            if text and not following:
                yield Finding("heading-alone", Severity.ADVICE, f"标题“{text}”下面还没有内容。", **at)


def _is_stream(draft: Draft, name: str) -> bool:
    return any(one.name == name and hasattr(one, "stream_block") for one in draft.model._meta.get_fields())


def _bad_links(draft: Draft, said: list[Passage], facts: Facts) -> Iterator[Finding]:
    for passage in said:
        for link in _links(passage):
            shown = f"“{link.text}”"
            if not link.text:
                yield _at(passage, "empty-link", Severity.ADVICE, "有一个链接没有文字，读者看不见它。")
            elif _SAYS_NOTHING.fullmatch(link.text):
                yield _at(
                    passage,
                    "vague-link",
                    Severity.ADVICE,
                    f"链接文字{shown}没有说通到哪里。请写明，例如“晋阳社区的报名表”。",
                )
            if link.page is None and link.address.strip() in _EMPTY_ADDRESSES:
                yield _at(passage, "link-to-nothing", Severity.ADVICE, f"链接{shown}没有网址，点了没有反应。")
            elif link.page is not None and link.page not in facts.pages:
                yield _at(passage, "link-gone", Severity.ADVICE, f"链接{shown}指向的页面已经删除。")
            elif link.page is not None and not facts.pages[link.page]:
                yield _at(passage, "link-not-public", Severity.ADVICE, f"链接{shown}指向的页面还没有公开。")
    for pk in _told_of(draft):
        if not facts.pages.get(pk, False):
            yield Finding(
                "craftsman-not-public",
                Severity.ADVICE,
                "讲到的匠人里有一位还没有公开，公众看不到。",
                "讲到的匠人",
                "craftsmen",
            )


def _missing(draft: Draft, said: list[Passage], facts: Facts) -> Iterator[Finding]:
    fields = {one.name: one for one in draft.model._meta.get_fields()}
    title = str(draft.stored.get("title") or "")
    if len(title) > LONGEST_TITLE:
        yield Finding(
            "long-title",
            Severity.ADVICE,
            f"标题有 {len(title)} 个字，手机上要折成好几行。最好不超过 {LONGEST_TITLE} 个字。",
            "标题",
            "title",
        )
    if "community" in fields and facts.has_communities and not draft.stored.get("community"):
        yield Finding(
            "no-community", Severity.ADVICE, "还没有选社区，按社区找的人找不到它。", "社区", "community"
        )
    if "summary" in fields and not str(draft.stored.get("summary") or "").strip():
        label = str(fields["summary"].verbose_name)
        yield Finding("no-summary", Severity.ADVICE, "还空着，列表里会用正文的开头。", label, "summary")
    for name in ("cover", "portrait"):
        if name in fields and not draft.stored.get(name):
            label = str(fields[name].verbose_name)
            yield Finding("no-cover", Severity.ADVICE, "还没有，在列表里不容易被看到。", label, name)


def _clashing_programme(draft: Draft, said: list[Passage], facts: Facts) -> Iterator[Finding]:
    if not issubclass(draft.model, FestivalPage):
        return
    for clash in clashes_in(draft.stored):
        yield Finding(f"programme-{clash.code}", Severity.MUST, clash.text, "节目单", "programme")


_RULES: tuple[_Rule, ...] = (
    *(_pictures_without_words, _personal_numbers, _headings, _bad_links, _missing),
    _clashing_programme,
)


# --- reading links ------------------------------------------------------------------------------------------------------


class _LinkReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[_Link] = []
        self._open: dict[str, str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open, self._text = {name: value or "" for name, value in attrs}, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag != "a" or self._open is None:
            return
        given, self._open = self._open, None
        key = given.get("id", "")
        page = int(key) if given.get("linktype") == "page" and key.isdecimal() else None
        # A document's link has no address of its own: it is made when the page is.
        address = given.get("href", "") or given.get("linktype", "")
        self.links.append(_Link(self._text.strip(), page, address))


def _links(passage: Passage) -> list[_Link]:
    if not passage.html or "<a" not in passage.text:
        return []
    reader = _LinkReader()
    reader.feed(passage.text)
    return reader.links


def _told_of(draft: Draft) -> list[int]:
    """The pages that a story's rows point to."""
    rows: list[dict[str, Any]] = draft.stored.get("craftsmen", []) or []
    return [row["craftsman"] for row in rows if row.get("craftsman")]
