"""Saved web articles: WeChat's and others', in every form in which browsers save them."""

from __future__ import annotations

import base64
import codecs
import io
import zipfile

import pytest
from bs4 import BeautifulSoup

from cms.importing.exceptions import ImportRefused
from cms.importing.pieces import Article, Caption, Figure, Heading, Listing, Paragraph, Quote
from cms.importing.stories import read
from cms.importing.walking import Walker, safe_link
from media.exceptions import ArchiveRefused
from tests.cms.importing import sources
from tests.media.sources import zip_bomb

pytestmark = pytest.mark.once

COURTYARD, BOARD = sources.picture("#a63a28"), sources.picture("#2a6f4e")


def figures(article: Article) -> list[Figure]:
    return [piece for piece in article.pieces if isinstance(piece, Figure)]


def found(article: Article, figure: Figure) -> bytes | None:
    return next(
        (data for one in figure.sources if (data := article.resources(one)) in (COURTYARD, BOARD)), None
    )


def shape(article: Article) -> str:
    return " ".join(type(piece).__name__ for piece in article.pieces)


def test_wechat_article_in_mhtml_keeps_everything_but_what_runs() -> None:
    data = sources.mhtml(sources.wechat(), {sources.WECHAT_PICTURE: COURTYARD, sources.WECHAT_SECOND: BOARD})
    article = read(name="一块板子.mhtml", data=data)

    assert (article.title, article.byline, article.source) == ("一块板子，借来半个院子", "王小满", "晋阳邻里")
    assert article.reprint_note == f"转自微信公众号“晋阳邻里”，2024年12月3日，原文：{sources.WECHAT_URL}"
    assert shape(article) == ("Figure Paragraph Paragraph Paragraph Paragraph Quote Listing Figure Paragraph")
    caption, said, start, links, _ = [one for one in article.pieces if isinstance(one, Paragraph)]
    assert said.html == "晋阳社区有一块<b>借物板</b>，邻居把梯子、电钻挂上去，谁都可以借。"
    assert (caption.text, start.text, start.is_bold) == ("▲ 院坝里的借物板", "从一把梯子说起", True)
    assert links.html == '详见<a href="https://mp.weixin.qq.com/s/earlier">上一篇</a>和这里。'
    assert Quote("借出去的是梯子，借回来的是邻居。", "周大爷") in article.pieces
    assert Listing("<ul><li>梯子三把</li><li>电钻<i>两</i>台</li></ul>") in article.pieces
    assert [found(article, one) for one in figures(article)] == [COURTYARD, BOARD]
    assert article.notes == ["1 个视频没有带过来；需要的话请加一个“视频”段落，填上网址。"]
    everything = repr(article.pieces)
    for gone in ("alert", "steal", "onerror", "javascript", "tracker", "关注我们", "color"):
        assert gone not in everything


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "utf-16", "utf-8-sig"])
def test_html_file_is_read_in_any_encoding_and_its_pictures_are_named_as_missing(charset: str) -> None:
    encoded = sources.wechat(charset=charset).encode("gb18030" if charset == "gb2312" else charset)
    article = read(name="文章.html", data=encoded)
    assert article.title == "一块板子，借来半个院子"
    assert [found(article, one) for one in figures(article)] == [None, None]


def test_html_that_declares_another_encoding_than_it_has_is_read_rightly() -> None:
    page = sources.news_page()
    assert read(name="a.html", data=page.encode()).title == "借物板走红"
    undeclared = page.replace("gb2312", "no-such-charset")
    assert read(name="a.html", data=undeclared.encode("gb18030")).title == "借物板走红"
    assert read(name="a.html", data=codecs.BOM_UTF8 + page.encode()).title == "借物板走红"


@pytest.mark.parametrize("page_name", ["report.html", "保存/report.htm"])
def test_page_with_its_folder_in_a_zip_finds_its_pictures(page_name: str) -> None:
    folder = page_name.rpartition("/")[0]
    files = {
        page_name: sources.news_page().encode("gbk"),
        f"{folder}/report_files/640.jpg".lstrip("/"): COURTYARD,
        f"{folder}/report_files/frame.html".lstrip("/"): b"<p>" + b"x" * 9000,
    }
    article = read(name="借物板.zip", data=sources.zipped(files))

    assert (article.title, article.source) == ("借物板走红", "锦城新闻网")
    assert article.reprint_note == "转自锦城新闻网，原文：https://news.example.org/2024/12/report.html"
    assert [piece.text for piece in article.pieces if isinstance(piece, Heading)] == ["从梯子开始", "规矩"]
    (figure,) = figures(article)
    assert (figure.alt, found(article, figure)) == ("居民从板子上取下一把梯子", COURTYARD)
    assert Caption("取梯子的居民") in article.pieces
    everything = repr(article.pieces)
    assert '<a href="https://news.example.org/2024/12/detail.html">详情</a>' in everything
    for gone in ("首页", "大减价", "沙发", "alert"):
        assert gone not in everything


def test_zip_of_chinese_windows_finds_its_pictures() -> None:
    """Names in GBK without a mark that says so."""
    data = sources.zipped({"page.html": sources.news_page("文章_files/图.jpg").encode()})
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        entry = zipfile.ZipInfo("文章_files/图.jpg".encode("gbk").decode("cp437"))
        archive.writestr(entry, COURTYARD)
    data = buffer.getvalue()
    # zipfile marks every name that is not ASCII as UTF-8, and writes it so.
    utf8 = entry.filename.encode()
    gbk = "文章_files/图.jpg".encode("gbk")
    assert data.count(utf8) == 2
    article = read(name="a.zip", data=_renamed(data, utf8, gbk))
    assert found(article, figures(article)[0]) == COURTYARD


def _renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The archive with another name in both its places, without the mark for UTF-8."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for entry in source.infolist():
            name = b"N" * len(new) if entry.filename.encode() == old else entry.filename.encode()
            target.writestr(name.decode(), source.read(entry))
    return made.getvalue().replace(b"N" * len(new), new)


def test_picture_inside_the_page_itself_is_taken() -> None:
    address = "data:image/jpeg;base64," + base64.b64encode(COURTYARD).decode()
    article = read(name="a.html", data=sources.news_page(address).encode())
    assert found(article, figures(article)[0]) == COURTYARD


def test_address_of_a_local_file_vanishes_and_the_words_stay() -> None:
    page = sources.news_page().replace('href="detail.html"', 'href="file:///C:/detail.html"')
    assert "file:" not in repr(read(name="a.html", data=page.encode()).pieces)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("mailto:li@example.org", "mailto:li@example.org"),
        ("tel:02812345678", "tel:02812345678"),
        ("javascript:alert(1)", ""),
        (" java\tscript:alert(1)", ""),
        ("\x01javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,<script>", ""),
        ("vbscript:x", ""),
        ("file:///etc/passwd", ""),
        ("page.html", ""),
        ("//example.org/x", ""),
        ("#note", ""),
        ("https://[bad", ""),
        ('https://example.org/"onmouseover="x', ""),
        ("http://", ""),
    ],
)
def test_only_links_that_lead_to_the_web_mail_or_a_telephone_stay(address: str, safe: str) -> None:
    assert safe_link(address) == safe


def test_relative_link_leads_to_where_the_page_was() -> None:
    assert safe_link("../x", base="https://example.org/a/b") == "https://example.org/x"
    assert safe_link("javascript:x", base="https://example.org/a/b") == ""


def walked(html: str) -> list[object]:
    return list(Walker().read(BeautifulSoup(html, "html.parser")))


def test_markup_in_the_text_stays_text() -> None:
    (piece,) = walked("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; <b>&lt;b&gt;</b></p>")
    assert isinstance(piece, Paragraph)
    assert piece.html == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <b>&lt;b&gt;</b>"


def test_zero_bytes_and_lone_surrogates_do_not_reach_the_database() -> None:
    (piece,) = walked("<p>院\x00坝\u200b里\ud800的&#0;书架</p>")
    assert isinstance(piece, Paragraph)
    piece.text.encode()
    assert "\x00" not in piece.text


def test_very_deep_page_is_read_to_its_end() -> None:
    pieces = walked("<div>" * 5000 + "最里面" + "</div>" * 5000 + "<p>外面</p>")
    assert [getattr(piece, "text", "") for piece in pieces] == ["最里面", "外面"]


def test_nested_lists_stay_nested_and_lists_used_for_layout_do_not() -> None:
    assert walked("<ol><li>一<ul><li>甲</li></ul></li><li>二</li></ol>") == [
        Listing("<ol><li>一<ul><li>甲</li></ul></li><li>二</li></ol>")
    ]
    layout = walked("<ul><li><img src='a.jpg'><p>说明</p></li></ul>")
    assert [type(piece) for piece in layout] == [Figure, Paragraph]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.html", b"", "空的"),
        ("a.html", b"<html><body></body></html>", "没有找到文章正文"),
        ("a.html", b"\x89PNG\r\n\x1a\n\x00\x00", "不是网页"),
        ("a.html", b"%PDF-1.7", "不是网页"),
        ("a.html", bytes(range(128, 256)) * 40, "编码"),
        ("a.mhtml", b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx", "没有网页"),
        ("a.mht", b"\x00\x01\x02", "没有网页"),
        ("a.zip", b"no zip", "压缩包"),
        ("a.zip", sources.zipped({"readme.txt": b"x"}), "没有找到网页"),
        ("a.zip", sources.zipped({"../a.html": b"<p>x"}), "不安全"),
        ("a.zip", sources.zipped({"/etc/a.html": b"<p>x"}), "不安全"),
        ("a.zip", sources.zipped({"C:\\a.html": b"<p>x"}), "不安全"),
        ("a.zip", sources.zipped({"x\\..\\..\\a.html": b"<p>x"}), "不安全"),
        ("a.zip", sources.zipped({"a.html": b"<p>x"})[:-30], "损坏"),
        ("a.zip", zip_bomb(), "太大"),
        ("a.zip", sources.zipped({f"{n}.jpg": b"" for n in range(2001)}), "文件太多"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_what_holds_no_article_is_refused_in_words(name: str, data: bytes, words: str) -> None:
    with pytest.raises((ImportRefused, ArchiveRefused), match=words):
        read(name=name, data=data)
