"""Word files: what of them becomes which block, and what is no Word file at all."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from cms.importing.exceptions import ImportRefused
from cms.importing.pieces import Caption, Figure, Heading, Listing, Paragraph, Quote
from cms.importing.stories import read
from media.exceptions import ArchiveRefused
from tests.cms.importing import sources

pytestmark = pytest.mark.once

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_word_file_keeps_its_structure_and_loses_its_scripts() -> None:
    article = read(name="书架.docx", data=sources.word(alt="木书架靠着院墙"))

    assert article.title == "院坝里的共享书架"
    first, start, said, figure, caption, rules, items, quote, table, last = article.pieces
    assert isinstance(first, Paragraph) and first.html == "去年冬天，晋阳社区的院坝里多了一个书架。"
    assert (start, rules) == (Heading("从三本书开始", 1), Heading("借书的规矩", 2))
    assert isinstance(said, Paragraph)
    assert said.html == (
        "退休教师<b>李老师</b>说：<i>好书要传下去</i>"
        '<a href="https://example.org/books?a=1&amp;b=2">社区书单</a>别点'
    )
    assert isinstance(figure, Figure) and figure.alt == "木书架靠着院墙"
    assert article.resources(figure.sources[0]) == sources.picture("#2a6f4e")
    assert caption == Caption("院坝里的书架，摄于十二月")
    assert items == Listing("<ul><li>登记名字</li><li>两周归还</li></ul>")
    assert quote == Quote("书在人手里，才是活的。")
    assert table == Listing(
        "<ul><li>书名：《城南旧事》；册数：2；借出：1</li><li>书名：《茶馆》；册数：1；借出：0</li></ul>"
    )
    assert isinstance(last, Paragraph)
    assert article.notes == ["1 个表格改成了清单，请看看是否通顺。"]


def test_short_first_line_is_the_title_where_no_style_says_so() -> None:
    document = docx.Document()
    document.add_paragraph("写在前面的题目")
    document.add_paragraph("第一段就说到了院坝里的事情。")
    assert read(name="a.docx", data=sources.saved(document)).title == "写在前面的题目"


def test_file_name_is_the_title_where_the_text_begins_at_once() -> None:
    document = docx.Document()
    document.add_paragraph("第一段就说到了院坝里的事情。")
    article = read(name="院坝故事.docx", data=sources.saved(document))
    assert (article.title, len(article.pieces)) == ("院坝故事", 1)


def test_picture_that_the_document_only_links_to_is_not_fetched_and_is_named() -> None:
    data = sources.word()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document = archive.read("word/document.xml").replace(b"r:embed=", b"r:link=")
        relations = archive.read("word/_rels/document.xml.rels").replace(
            b'Target="media/image1.jpg"', b'Target="http://127.0.0.1:9/x.jpg" TargetMode="External"'
        )
    data = sources.with_entry(data, "word/document.xml", document)
    article = read(name="a.docx", data=sources.with_entry(data, "word/_rels/document.xml.rels", relations))
    assert "1 张图片不在文件里（只是链接），没有带过来。" in article.notes
    assert not any(isinstance(piece, Figure) for piece in article.pieces)


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<w:document xmlns:w="x">&b;</w:document>"""


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"", "空的"),
        ("a.docx", b"PK\x03\x04 broken", "打不开"),
        ("a.docx", sources.word()[:-400], "打不开"),
        ("a.docx", "这是文字".encode(), "打不开"),
        ("a.docx", sources.zipped({"a.txt": b"x"}), "不是 Word 文档"),
        ("a.docx", sources.with_entry(sources.word(), "word/document.xml", b"<w:document"), "打不开"),
        ("a.docx", sources.with_entry(sources.word(), "word/document.xml", b"<a/>"), "没有正文|打不开"),
        ("a.docx", sources.with_entry(sources.word(), "word/document.xml", BILLION_LAUGHS), "DTD"),
        (
            "a.docx",
            sources.with_entry(sources.word(), "word/document.xml", BILLION_LAUGHS.decode().encode("utf-16")),
            "DTD",
        ),
        (
            "a.docx",
            sources.with_entry(sources.word(), "word/document.xml", b"<a>" + b" " * 33_000_000 + b"</a>"),
            "太多",
        ),
        ("a.docx", sources.with_entry(sources.word(), "../../etc/cron.d/x", b"x"), "不安全"),
        ("a.docx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        ("a.docx", OLE + b"\0" * 600, "旧格式"),
        ("a.doc", OLE + b"\0" * 600, "旧格式"),
        ("a.docm", sources.word(), "宏"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.exe", b"MZ", "只能导入"),
        ("noname", b"x", "只能导入"),
        ("a.docx", sources.saved(docx.Document()), "没有正文"),
    ],
)
def test_what_is_no_readable_word_file_is_refused_in_words(name: str, data: bytes, words: str) -> None:
    with pytest.raises((ImportRefused, ArchiveRefused), match=words):
        read(name=name, data=data)


def test_deeply_nested_tables_are_refused_or_read_but_do_not_break_anything() -> None:
    table = b"<w:tbl><w:tr><w:tc>" * 3000 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 3000
    body = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + table
        + b"</w:body></w:document>"
    )
    with pytest.raises(ImportRefused, match=r"太深|打不开"):
        read(name="a.docx", data=sources.with_entry(sources.word(), "word/document.xml", body))
