"""Files that people bring along: Word documents made by python-docx, and web articles as browsers save them."""

from __future__ import annotations

import base64
import io
import zipfile
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.oxml.shared import OxmlElement
from docx.shared import Inches
from PIL import Image

WECHAT_URL = "https://mp.weixin.qq.com/s/QvF8xS2mYtqk1JLcbnO7Hg"
WECHAT_PICTURE = "https://mmbiz.qpic.cn/sz_mmbiz_jpg/courtyard/640?wx_fmt=jpeg&from=appmsg"
WECHAT_SECOND = "https://mmbiz.qpic.cn/sz_mmbiz_png/lending-board/640?wx_fmt=png"


def picture(colour: str = "#a63a28", *, size: tuple[int, int] = (640, 480), format: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, format)
    return buffer.getvalue()


# --- Word ---------------------------------------------------------------------------------------------------------------


def word(*, title: str = "院坝里的共享书架", **extra: Any) -> bytes:
    """A story as somebody writes it in Word."""
    document = docx.Document()
    document.core_properties.title = ""
    if title:
        document.add_heading(title, level=0)
    document.add_paragraph("　　去年冬天，晋阳社区的院坝里多了一个书架。")
    document.add_heading("从三本书开始", level=1)
    paragraph = document.add_paragraph("退休教师")
    paragraph.add_run("李老师").bold = True
    paragraph.add_run("说：")
    paragraph.add_run("好书要传下去").italic = True
    link(paragraph, "https://example.org/books?a=1&b=2", "社区书单")
    link(paragraph, "javascript:alert(1)", "别点")
    shape = document.add_picture(io.BytesIO(picture("#2a6f4e")), width=Inches(3))
    if alt := extra.get("alt", ""):
        shape._inline.docPr.set("descr", alt)
    document.add_paragraph("院坝里的书架，摄于十二月", style="Caption")
    document.add_heading("借书的规矩", level=2)
    for rule in ("登记名字", "两周归还"):
        document.add_paragraph(rule, style="List Bullet")
    document.add_paragraph("书在人手里，才是活的。", style="Quote")
    table = document.add_table(rows=3, cols=3)
    for row, cells in enumerate(
        [("书名", "册数", "借出"), ("《城南旧事》", "2", "1"), ("《茶馆》", "1", "0")]
    ):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_paragraph("如今，书架上已有三百多本书。")
    return saved(document)


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def link(paragraph: Any, address: str, text: str) -> None:
    """A hyperlink, which python-docx itself cannot make."""
    relation = paragraph.part.relate_to(
        address,
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    hyperlink = OxmlElement("w:hyperlink")
    hyperlink.set(qn("r:id"), relation)
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = text
    run.append(words)
    hyperlink.append(run)
    paragraph._p.append(hyperlink)


def with_entry(data: bytes, name: str, content: bytes) -> bytes:
    """A zip file with one entry more, or with other content for one that it has."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


# --- web articles -------------------------------------------------------------------------------------------------------


def wechat(*, first: str = WECHAT_PICTURE, second: str = WECHAT_SECOND, charset: str = "utf-8") -> str:
    """An article of a WeChat account, shortened, but nested and marked as they are."""
    pixel = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    deep, end = '<section style="margin: 0px;">' * 40, "</section>" * 40
    return f"""<!DOCTYPE html>
<!-- saved from url=(0047){WECHAT_URL} -->
<html><head><meta charset="{charset}">
<meta property="og:title" content="一块板子，借来半个院子">
<meta property="og:url" content="{WECHAT_URL}">
<meta property="og:site_name" content="微信公众平台">
<meta name="author" content="王小满">
<title></title><script>var biz = "MzA3"; document.title = "x";</script></head>
<body id="activity-detail" onload="go()">
<div id="js_article" class="rich_media"><div id="img-content" class="rich_media_wrp">
<h1 class="rich_media_title" id="activity-name">
 一块板子，借来半个院子 </h1>
<div id="meta_content" class="rich_media_meta_list">
<span class="rich_media_meta rich_media_meta_nickname" id="profileBt"><a href="javascript:void(0);" id="js_name">
   晋阳邻里 </a></span>
<em id="publish_time" class="rich_media_meta rich_media_meta_text">2024-12-03 18:20</em></div>
<div class="rich_media_content js_underline_content" id="js_content" style="visibility: hidden; opacity: 0;">
{deep}<section><img class="rich_pages wxw-img" data-src="{first}" data-w="1080" data-ratio="0.66" src="{pixel}"
 alt="图片" onerror="alert(1)" style="width: 100%;"></section>
<p style="text-align: center;"><span style="font-size: 12px;">▲ 院坝里的借物板</span></p>
<section><section><p><span style="letter-spacing: 1px;">　　晋阳社区有一块</span><strong><span>借物板</span></strong><span>，
邻居把梯子、电钻挂上去，谁都可以借。</span></p></section></section>
<section style="text-align:center"><section><p><strong>从一把梯子说起</strong></p></section></section>
<p>详见<a href="https://mp.weixin.qq.com/s/earlier" onclick="steal()">上一篇</a>和<a href="javascript:alert(1)">这里</a>。</p>
<p><br></p>
<blockquote><p>借出去的是梯子，借回来的是邻居。</p><p>——周大爷</p></blockquote>
<ul class="list-paddingleft-1"><li><p>梯子三把</p></li><li><p>电钻<em>两</em>台</p></li></ul>
<p><img class="rich_pages wxw-img" data-src="{second}" data-w="800" src="{pixel}"></p>
<img src="https://tracker.example.org/p.gif" width="1" height="1">
<iframe class="video_iframe" data-src="https://v.qq.com/x"></iframe>
<svg onload="alert(2)"><script>alert(3)</script></svg><style>p {{ color: red }}</style>
<p style="display:none">关注我们</p>
<p>如今，一百四十八户人家都用着它。</p>{end}
</div></div></div><script>window.__second_open__ = 1;</script></body></html>"""


def mhtml(html: str, resources: dict[str, bytes], *, url: str = WECHAT_URL) -> bytes:
    """What Chrome saves as “网页，单个文件”."""
    message = MIMEMultipart("related", type="text/html")
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = url
    message["Subject"] = "=?utf-8?Q?=E4=B8=80?="
    page = MIMEText(html, "html", "utf-8")
    page["Content-ID"] = "<frame-1@mhtml.blink>"
    page["Content-Location"] = url
    message.attach(page)
    for address, content in resources.items():
        part = MIMEBase("image", "jpeg")
        part.set_payload(base64.encodebytes(content).decode())
        part["Content-Transfer-Encoding"] = "base64"
        part["Content-Location"] = address
        message.attach(part)
    return message.as_bytes()


def news_page(picture_address: str = "./report_files/640.jpg") -> str:
    """An article of a news site among menus and advertisements."""
    said = "晋阳社区的居民把闲置的工具拿出来，挂在院坝的板子上，谁需要谁就来取，用完了再还回来。" * 3
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>借物板走红 - 锦城新闻网</title><meta property="og:site_name" content="锦城新闻网">
<link rel="canonical" href="https://news.example.org/2024/12/report.html"></head>
<body><nav><a href="/">首页</a><a href="/news">新闻</a></nav>
<div class="ads"><a href="https://ads.example.org">大减价</a></div>
<div class="article-content"><h1>借物板走红</h1><p>{said}</p><h2>从梯子开始</h2>
<p>{said}</p><figure><img src="{picture_address}" alt="居民从板子上取下一把梯子"><figcaption>取梯子的居民</figcaption></figure>
<h3>规矩</h3><p>{said}<a href="detail.html">详情</a></p></div>
<div class="comments"><p>沙发</p></div><script>alert(1)</script></body></html>"""
