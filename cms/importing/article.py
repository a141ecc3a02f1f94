"""Saved web articles: which part of the page is the story, and what the page says of its title, author and origin.

WeChat's pages say it in places of their own. Of any other page Readability finds the story.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

from bs4 import BeautifulSoup, Comment, Tag
from readability import Document
from readability.readability import Unparseable

from cms.importing.exceptions import ImportRefused
from cms.importing.files import WebFile
from cms.importing.pieces import Article, Heading, Paragraph, Piece
from cms.importing.walking import ADDRESSES, Walker, clean_text, safe_link

_LONGEST_PAGE = 3_000_000  # characters of a page without its scripts
_SHORTEST_STORY = 40
_TINY = 3  # pixels
_NOT_STORY = ["script", "style", "noscript", "template", "link", "object", "embed", "applet", "svg", "canvas"]
# Where pages keep the address of a picture that is shown only when one scrolls to it.
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-backsrc", "data-original-src")
_ENDING = re.compile(r"\s*[-_|–—·]\s*[^-_|–—·]{1,30}$")
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_CREDIT = re.compile(r"^(?:作者|撰文|供稿|通讯员|记者|文)\s*[:：]\s*(\S.{0,50})$")
_ORIGIN = re.compile(r"^(?:来源|稿源)\s*[:：]\s*(\S.{0,70})$")


def read_article(file: WebFile) -> Article:
    """The story of a saved page. Raises ImportRefused when there is none."""
    soup = BeautifulSoup(file.html, "html.parser")
    inside: list[bytes] = []
    _mark_pictures(soup, inside)
    facts = _Facts(soup, file.url)
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    root = _wechat_story(soup)
    if root is None:
        for tag in soup(_NOT_STORY):
            tag.decompose()
        root = _story(soup)
    walker = Walker(base=facts.url)
    pieces = _without_title(walker.read(root), facts.title)
    pieces, byline, source = _credits(pieces)
    if not pieces:
        raise ImportRefused(
            "文件里没有找到文章正文。可能保存的时候页面还没有加载完，请打开文章、看到全文后再保存。"
        )

    def find(address: str) -> bytes | None:
        if address.startswith("inside:"):
            return inside[int(address[7:])]
        return file.resources(address)

    return Article(
        title=facts.title,
        pieces=pieces,
        resources=find,
        byline=facts.author or byline,
        source=facts.site or source,
        reprint_note=facts.note(),
        notes=_notes(walker),
    )


# --- pictures -----------------------------------------------------------------------------------------------------------


def _mark_pictures(soup: BeautifulSoup, inside: list[bytes]) -> None:
    """Write on each picture all addresses it may be found by, best first, where neither Readability nor anybody else
    drops them. Pictures that are part of the page itself go to `inside`."""
    for tag in soup.find_all(["img", "image"]):
        if _is_unseen(tag):
            tag.decompose()
            continue
        found = [str(tag.get("src") or ""), *(str(tag.get(name) or "") for name in _LAZY)]
        found += _of_srcset(str(tag.get("srcset") or tag.get("data-srcset") or ""))
        addresses = []
        for address in dict.fromkeys(one.strip() for one in found):
            if address.startswith("data:"):
                if (data := _of_data_address(address)) is not None:
                    inside.append(data)
                    addresses.append(f"inside:{len(inside) - 1}")
            elif address:
                addresses.append(address)
        alt = tag.get("alt")
        marked = " ".join(quote(address, safe="") for address in addresses)
        tag.attrs = {"src": "picture:", ADDRESSES: marked} if addresses else {}
        if alt:
            tag["alt"] = alt


def _is_unseen(tag: Tag) -> bool:
    """A tracker, a hidden picture, or one that the page itself says is tiny (`data-w` is WeChat's width)."""
    sizes = [str(tag.get(name) or "").removesuffix("px") for name in ("width", "height", "data-w")]
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return (
        tag.has_attr("hidden")
        or any(size.isdecimal() and int(size) <= _TINY for size in sizes)
        or any(word in style for word in ("display:none", "width:1px", "height:1px", "width:0", "height:0"))
    )


def _of_srcset(srcset: str) -> list[str]:
    return [part.split()[0] for part in srcset.split(", ") if part.split()][-1:]


def _of_data_address(address: str) -> bytes | None:
    head, comma, body = address.partition(",")
    if not comma or not head.lower().startswith("data:image/") or "svg" in head.lower():
        return None
    try:
        raw = unquote_to_bytes(body)
        return base64.b64decode(raw) if ";base64" in head.lower() else raw
    except (binascii.Error, ValueError):
        return None


# --- the story ----------------------------------------------------------------------------------------------------------


def _wechat_story(soup: BeautifulSoup) -> Tag | None:
    root = soup.find(id="js_content") or soup.select_one(".rich_media_content")
    if root is None:
        return None
    # It is hidden until a script has run.
    root["style"] = ""
    return root


def _story(soup: BeautifulSoup) -> Tag:
    page = str(soup)
    if len(page) > _LONGEST_PAGE:
        raise ImportRefused("这个网页太长，读不了。请只保存文章本身，或把文字复制到 Word 里再上传。")
    found = ""
    if soup.get_text(strip=True):
        try:
            found = Document(page).summary(html_partial=True)
        except (Unparseable, ValueError, RecursionError, AttributeError, TypeError):
            found = ""  # a page that it cannot read may still have a story marked as one
    story = BeautifulSoup(found, "html.parser")
    if len(story.get_text(strip=True)) >= _SHORTEST_STORY:
        return story
    return soup.find("article") or soup.find("main") or soup.find("body") or soup


def _without_title(pieces: list[Piece], title: str) -> list[Piece]:
    """The pieces without a title that the story repeats at its beginning."""
    for place, piece in enumerate(pieces[:3]):
        if isinstance(piece, Heading | Paragraph) and _bare(piece.text) == _bare(title):
            return pieces[:place] + pieces[place + 1 :]
    return pieces


def _bare(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _credits(pieces: list[Piece]) -> tuple[list[Piece], str, str]:
    """The pieces without the lines at both ends that only name author and origin, and these two."""
    byline = source = ""
    rest: list[Piece] = []
    for place, piece in enumerate(pieces):
        if isinstance(piece, Paragraph) and (place < 3 or place >= len(pieces) - 4):
            if not byline and (named := _CREDIT.match(piece.text)):
                byline = named[1].strip()
                continue
            if not source and (named := _ORIGIN.match(piece.text)):
                source = named[1].strip()
                continue
        rest.append(piece)
    return rest, byline, source


def _notes(walker: Walker) -> list[str]:
    notes = []
    if walker.counts["表格"]:
        notes.append(f"{walker.counts['表格']} 个表格改成了清单，请看看是否通顺。")
    for name in ("视频", "音频"):
        if walker.counts[name]:
            notes.append(f"{walker.counts[name]} 个{name}没有带过来；需要的话请加一个“视频”段落，填上网址。")
    return notes


# --- what the page says of itself ---------------------------------------------------------------------------------------


class _Facts:
    """Title, author, origin and address of a page, as far as it tells them."""

    def __init__(self, soup: BeautifulSoup, saved_from: str) -> None:
        self.soup = soup
        self.is_wechat = soup.find(id="js_content") is not None
        canonical = soup.find("link", rel="canonical")
        told = [
            saved_from,
            self._meta("og:url"),
            str(canonical.get("href") or "") if isinstance(canonical, Tag) else "",
        ]
        self.url = next((link for link in map(safe_link, told) if link.startswith("http")), "")
        self.title = (
            self._text("#activity-name, .rich_media_title")
            or self._meta("og:title", "twitter:title")
            or self._text("article h1, main h1")
            or _ENDING.sub("", self._text("title"))
            or self._text("h1")
        )
        self.site = self._text("#js_name, .rich_media_meta_nickname a, .profile_nickname") or self._meta(
            "og:site_name", "source", "mediaid"
        )
        if self.site in {"微信公众平台", "微信公众号"}:
            self.site = ""
        self.author = self._text("#js_author_name") or self._meta("author", "og:article:author")
        if self.author == self.site:
            self.author = ""
        self.date = self._date()

    def note(self) -> str:
        """The note on a reprint, "" when the page tells nothing of its origin."""
        if not (self.site or self.url):
            return ""
        where = f"微信公众号“{self.site}”" if self.is_wechat and self.site else self.site
        where = where or urlsplit(self.url).netloc
        return (
            f"转自{where}"
            + (f"，{self.date}" if self.date else "")
            + (f"，原文：{self.url}" if self.url else "")
        )

    def _date(self) -> str:
        told = self._text("#publish_time") or self._meta("article:published_time", "publishdate", "pubdate")
        found = _DATE.search(told)
        return f"{found[1]}年{int(found[2])}月{int(found[3])}日" if found else ""

    def _meta(self, *names: str) -> str:
        for name in names:
            for key in ("property", "name"):
                tag = self.soup.find("meta", attrs={key: re.compile(f"^{re.escape(name)}$", re.IGNORECASE)})
                if isinstance(tag, Tag) and (text := _line(str(tag.get("content") or ""))):
                    return text
        return ""

    def _text(self, selector: str) -> str:
        tag = self.soup.select_one(selector)
        return _line(tag.get_text(" ")) if tag is not None else ""


def _line(text: str) -> str:
    return clean_text(text.replace("\n", " ")).strip()
