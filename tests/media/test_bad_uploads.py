"""Every door by which a file comes in, and what must not come in by it: a clear message, and nothing half-stored."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image
from wagtail.models import UploadedFile

from media.models import Document, Picture
from sites.models import Community, User
from tests.city import City
from tests.media import sources

pytestmark = pytest.mark.once

Door = Callable[[City, bytes, str], str]
MEGABYTE = 1024 * 1024


def stored_files() -> list[str]:
    """What is kept of uploads; a page that shows a picture may make a thumbnail of it."""
    files = (path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    return sorted(str(path) for path in files if path.parent.name != "images")


def rows() -> list[Any]:
    """The rows of files, but for what is filled in when somebody first looks at one."""
    looked_at = {"file_size", "file_hash", "sweep_after"}
    return [
        {name: value for name, value in row.items() if name not in looked_at}
        for queryset in (Picture.objects, Document.objects, UploadedFile.objects)
        for row in queryset.values()
    ]


def zipped(*names: str, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def office(folder: str = "word/", *more: str) -> bytes:
    return zipped("[Content_Types].xml", f"{folder}document.xml", *more)


# --- the doors: each sends a file in and gives back what is said -------------------------------------------------------


def picture_add(city: City, data: bytes, name: str) -> str:
    form = {"file": SimpleUploadedFile(name, data), "title": "图", "collection": city.wuhou.collection.pk}
    return city.browser("admin").post(reverse("wagtailimages:add"), form).content.decode()


def picture_bulk(city: City, data: bytes, name: str) -> str:
    form = {"files[]": SimpleUploadedFile(name, data), "title": "图"}
    answer = city.browser("admin").post(reverse("wagtailimages:add_multiple"), form)
    assert answer.status_code == 200 and answer.json()["success"] is False
    return str(answer.json()["error_message"])


def picture_chooser(city: City, data: bytes, name: str) -> str:
    prefix = "image-chooser-upload"
    form = {
        f"{prefix}-file": SimpleUploadedFile(name, data),
        f"{prefix}-title": "图",
        f"{prefix}-collection": city.wuhou.collection.pk,
    }
    answer = city.browser("admin").post(reverse("wagtailimages_chooser:create"), form)
    assert answer.status_code == 200 and answer.json()["step"] == "reshow_creation_form"
    return str(answer.json()["htmlFragment"])


def picture_replace(city: City, data: bytes, name: str) -> str:
    picture = Picture.objects.first() or city.picture()
    form = {"file": SimpleUploadedFile(name, data), "title": "图", "collection": city.wuhou.collection.pk}
    return city.browser("admin").post(reverse("wagtailimages:edit", args=[picture.pk]), form).content.decode()


def document_add(city: City, data: bytes, name: str) -> str:
    form = {"file": SimpleUploadedFile(name, data), "title": "件", "collection": city.wuhou.collection.pk}
    return city.browser("admin").post(reverse("wagtaildocs:add"), form).content.decode()


def document_bulk(city: City, data: bytes, name: str) -> str:
    form = {"files[]": SimpleUploadedFile(name, data), "title": "件"}
    answer = city.browser("admin").post(reverse("wagtaildocs:add_multiple"), form)
    assert answer.status_code == 200 and answer.json()["success"] is False
    return str(answer.json()["error_message"])


def document_chooser(city: City, data: bytes, name: str) -> str:
    prefix = "document-chooser-upload"
    form = {
        f"{prefix}-file": SimpleUploadedFile(name, data),
        f"{prefix}-title": "件",
        f"{prefix}-collection": city.wuhou.collection.pk,
    }
    answer = city.browser("admin").post(reverse("wagtaildocs_chooser:create"), form)
    assert answer.status_code == 200 and answer.json()["step"] == "reshow_creation_form"
    return str(answer.json()["htmlFragment"])


def kept_document(city: City) -> Document:
    content = SimpleUploadedFile("须知.txt", "摊位须知".encode())
    return Document.objects.create(title="须知", file=content, collection=city.wuhou.collection)


def document_replace(city: City, data: bytes, name: str) -> str:
    document = Document.objects.first() or kept_document(city)
    form = {"file": SimpleUploadedFile(name, data), "title": "件", "collection": city.wuhou.collection.pk}
    return city.browser("admin").post(reverse("wagtaildocs:edit", args=[document.pk]), form).content.decode()


PICTURE_DOORS: list[Door] = [picture_add, picture_bulk, picture_chooser, picture_replace]
DOCUMENT_DOORS: list[Door] = [document_add, document_bulk, document_chooser, document_replace]


def refused(city: City, door: Door, data: bytes, name: str, words: str) -> None:
    """The door says `words`, and afterwards everything is as it was."""
    if door is picture_replace:
        city.picture()
    if door is document_replace:
        kept_document(city)
    before = rows()
    files = stored_files()
    assert words in door(city, data, name)
    assert rows() == before
    assert stored_files() == files


# --- pictures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", PICTURE_DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (sources.png_bomb(60_000, 60_000), "bomb.png", "图片尺寸太大"),
        (sources.svg_with_script(), "drawing.svg", "不是可以使用的图片"),
        (sources.svg_with_script(), "drawing.png", "不是可以使用的图片"),
        (sources.photograph()[:-2000], "cut-off.jpg", "图片不完整或已损坏"),
        (b"GIF89a=1;alert(1)//" + b"\0" * 90, "polyglot.jpg", "不是可以使用的图片"),
        (b"<html><script>alert(1)</script>" + sources.photograph(), "page.jpg", "不是可以使用的图片"),
        (b"", "empty.jpg", "这个文件是空的"),
        (sources.jpeg_of_scans(200), "slow.jpg", "这张图片的写法太费时"),
    ],
    ids=["bomb", "svg", "svg as png", "cut off", "gif polyglot", "html polyglot", "empty", "endless passes"],
)
def test_bad_picture_is_refused_at_every_door(
    city: City, door: Door, data: bytes, name: str, words: str
) -> None:
    refused(city, door, data, name, words)


def test_bomb_is_told_from_its_header_without_unfolding_it(city: City) -> None:
    """60,000 × 60,000 pixels would be 10 GB; the file has some hundred bytes."""
    import tracemalloc

    bomb = sources.png_bomb(60_000, 60_000)
    assert len(bomb) < 1000
    client = city.browser("admin")
    client.get(reverse("wagtailimages:add_multiple"))
    tracemalloc.start()
    form = {"files[]": SimpleUploadedFile("bomb.png", bomb), "title": "图"}
    assert "尺寸太大" in client.post(reverse("wagtailimages:add_multiple"), form).json()["error_message"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * MEGABYTE


def test_picture_with_a_zip_behind_it_is_only_ever_shown_as_pixels(city: City) -> None:
    """A polyglot that is a good picture is taken; the public gets renditions of its pixels, nobody the original."""
    from media.domain import variants

    data = sources.photograph() + zipped("run.exe")
    form = {"files[]": SimpleUploadedFile("both.jpg", data), "title": "图"}
    assert city.browser("admin").post(reverse("wagtailimages:add_multiple"), form).json()["success"] is True
    picture = Picture.objects.get()
    variants.make_variants(picture=picture)
    for variant in picture.variants or []:
        assert b"run.exe" not in Path(settings.MEDIA_ROOT, variant["key"]).read_bytes()
    assert city.browser("admin").get(f"/media/{picture.file.name}").status_code == 404


# --- documents ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", DOCUMENT_DOORS, ids=lambda door: door.__name__)
@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"MZ\x90\x00", "run.exe", "不能上传这种文件"),
        (b"MZ\x90\x00 This program", "paper.pdf", "不是 PDF"),
        (zipped("../../etc/cron.d/x"), "tools.zip", "不安全的文件名"),
    ],
    ids=["program", "program as pdf", "zip with ../"],
)
def test_bad_document_is_refused_at_every_door(
    city: City, door: Door, data: bytes, name: str, words: str
) -> None:
    refused(city, door, data, name, words)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (sources.svg_with_script(), "drawing.svg", "不能上传这种文件"),
        (b"<script>alert(1)</script>", "page.html", "不能上传这种文件"),
        (b"x", "noname", "不能上传这种文件"),
        (b"<html>%PDF-1.7", "page.pdf", "不是 PDF"),
        (b"%PDF-1.7", "paper.docx", "不是 Word 文档"),
        (office("xl/"), "paper.docx", "不是 Word 文档"),
        (office()[:-20], "paper.docx", "不是 Word 文档"),
        (office("word/", "word/vbaProject.bin"), "paper.docx", "带有宏"),
        (office("xl/", "xl/macrosheets/sheet1.xml"), "table.xlsx", "带有宏"),
        (b"Rar!\x1a\x07", "tools.zip", "压缩包"),
        (b"MZ" + zipped("a.txt"), "tools.zip", "压缩包"),
        (zipped("/etc/passwd"), "tools.zip", "不安全的文件名"),
        (zipped("..\\..\\x.txt"), "tools.zip", "不安全的文件名"),
        (zipped("C:/x.txt"), "tools.zip", "不安全的文件名"),
        (zipped("说明.txt", "安装.EXE"), "tools.zip", "会运行的文件"),
        (zipped("setup.bat. "), "tools.zip", "会运行的文件"),
        (zipped("page.svg"), "tools.zip", "会运行的文件"),
        (sources.zip_bomb(), "bomb.zip", "解开后太大"),
        (b"MZ\x90\x00\x03", "notes.txt", "不是文本"),
        (sources.photograph(), "table.csv", "不是文本"),
        (b"", "empty.pdf", "空的"),
    ],
)
def test_document_that_is_not_what_its_name_says_is_refused(
    city: City, data: bytes, name: str, words: str
) -> None:
    refused(city, document_bulk, data, name, words)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n%%EOF", "须知.pdf"),
        (office(), "报名表.docx"),
        (office("xl/"), "摊位.xlsx"),
        (office("ppt/"), "介绍.PPTX"),
        ("社区,街道\n".encode("gbk"), "名单.csv"),
        ("说明".encode(), "说明.txt"),
        (zipped("照片/a.jpg", "说明.txt"), "照片.zip"),
    ],
)
def test_good_document_is_stored_and_served_so_that_nothing_runs(city: City, data: bytes, name: str) -> None:
    form = {"files[]": SimpleUploadedFile(name, data), "title": "件"}
    client = city.browser("admin")
    assert client.post(reverse("wagtaildocs:add_multiple"), form).json()["success"] is True
    document = Document.objects.get()
    assert Path(document.file.path).read_bytes() == data

    answer = client.get(document.url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == data  # type: ignore[attr-defined]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    if not name.endswith(".pdf"):
        assert answer["Content-Disposition"].startswith("attachment")


def test_replaced_document_is_deleted_only_after_the_commit(
    city: City, django_capture_on_commit_callbacks: Any
) -> None:
    document = kept_document(city)
    former = document.file.path
    form = {
        "file": SimpleUploadedFile("新.txt", "新的须知".encode()),
        "title": "须知",
        "collection": city.wuhou.collection.pk,
    }
    with django_capture_on_commit_callbacks() as callbacks:
        answer = city.browser("admin").post(reverse("wagtaildocs:edit", args=[document.pk]), form)
    assert answer.status_code == 302
    assert Path(former).exists()
    for callback in callbacks:
        callback()
    assert not Path(former).exists()
    assert Path(Document.objects.get().file.path).read_bytes() == "新的须知".encode()


# --- what is too large --------------------------------------------------------------------------------------------------


def zeros(name: str, megabytes: int = 100) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, bytes(megabytes * MEGABYTE))


def test_file_of_100_megabytes_is_dropped_while_it_is_read_and_the_form_says_so(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    from django.core.files.uploadhandler import TemporaryFileUploadHandler

    receive = TemporaryFileUploadHandler.receive_data_chunk

    def count(self: Any, raw_data: bytes, start: int) -> Any:
        kept.append(len(raw_data))
        return receive(self, raw_data, start)

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", count)
    client = city.browser("admin")
    answer = client.post(
        reverse("wagtailimages:add_multiple"), {"files[]": zeros("large.jpg"), "title": "图"}
    )
    assert "超过了 20 MB" in answer.json()["error_message"]
    assert sum(kept) <= settings.LARGEST_UPLOAD

    answer = client.post(
        reverse("wagtaildocs:add_multiple"), {"files[]": zeros("large.pdf", 51), "title": "件"}
    )
    assert "超过了 50 MB" in answer.json()["error_message"]
    form = {"file": zeros("large.csv", 51), "district": city.wuhou.pk}
    assert "文件太大，最多 5 MB" in client.post(reverse("import_communities"), form).content.decode()
    form = {"file": zeros("large.docx", 51), "community": ""}
    address = reverse("import_story", args=[city.section("stories").pk])
    assert "文件超过了 20 MB" in client.post(address, form).content.decode()
    assert not Picture.objects.exists() and not Document.objects.exists()
    assert stored_files() == []


# --- other doors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped("xl/workbook.xml"), "这是 Excel 文件"),
        (sources.photograph(), "不是 CSV 文本"),
        ("社区,街道\n晋阳社区,晋阳街道\n".encode("utf-16"), "不是 CSV 文本"),
        ("社区,街道\n=HYPERLINK(1),晋阳街道\n".encode(), "不能以 = + - @ 开头"),
        ("社区,街道\n晋阳社区,@SUM(1)街道\n".encode(), "不能以 = + - @ 开头"),
        (b"\x80\xff\x81 name", "不是 UTF-8"),
        (b"", "空"),
    ],
)
def test_bad_table_of_communities_is_refused_in_words(city: City, data: bytes, words: str) -> None:
    form = {"file": SimpleUploadedFile("社区.csv", data), "district": city.wuhou.pk}
    answer = city.browser("admin").post(reverse("import_communities"), form)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Community.objects.exists()


def test_account_page_takes_no_picture_of_oneself(city: City) -> None:
    client = city.browser("editor")
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    assert 'name="avatar-avatar"' not in page
    form = {
        "name_email-first_name": "小满",
        "name_email-last_name": "王",
        "name_email-email": "wang@example.org",
        "avatar-avatar": SimpleUploadedFile("me.svg", sources.svg_with_script()),
        "theme-theme": "system",
        "theme-density": "default",
        "theme-contrast": "system",
    }
    client.post(reverse("wagtailadmin_account"), form)
    profile = getattr(User.objects.get(username="editor"), "wagtail_userprofile", None)
    assert profile is None or not profile.avatar
    assert stored_files() == []


def test_request_without_the_file_it_is_about_is_answered(city: City) -> None:
    for name in ("wagtailimages:add_multiple", "wagtaildocs:add_multiple"):
        answer: HttpResponse = city.browser("admin").post(reverse(name), {"title": "图"})
        assert answer.status_code == 400


def test_noise_of_every_size_is_never_a_server_error(city: City) -> None:
    """Headers of real formats with nothing behind them."""
    heads = [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"\0\0\0\x1cftypavif",
        b"II*\0",
    ]
    image = io.BytesIO()
    Image.new("RGB", (40, 30)).save(image, "AVIF")
    for head in [*heads, image.getvalue()[:60]]:
        for more in (b"", b"\0" * 40, b"\xff" * 4000):
            assert picture_bulk(city, head + more, "x.png")
    assert not Picture.objects.exists()


def test_upload_without_its_file_is_a_bad_request(city: City) -> None:
    other = {"picture": SimpleUploadedFile("a.jpg", sources.photograph())}
    answer = city.browser("admin", errors=False).post(reverse("wagtailimages:add_multiple"), other)
    assert answer.status_code == 400


def test_document_that_waited_for_its_title_is_kept(city: City) -> None:
    """One of many whose title was too long: the file waits until the form is good."""
    client = city.browser("admin")
    file = SimpleUploadedFile("report.txt", b"text")
    collection = str(city.wuhou.collection.pk)
    form = {"files[]": file, "title": "长" * 256, "collection": collection}
    asked = client.post(reverse("wagtaildocs:add_multiple"), form).json()
    waiting = UploadedFile.objects.get()
    assert f"uploaded-document-{waiting.pk}-title" in asked["form"]
    complete = reverse("wagtaildocs:create_multiple_from_uploaded_document", args=[waiting.pk])
    prefix = f"uploaded-document-{waiting.pk}"
    still_bad = client.post(complete, {f"{prefix}-title": "", f"{prefix}-collection": collection})
    assert still_bad.json()["success"] is False
    good = client.post(complete, {f"{prefix}-title": "季度报表", f"{prefix}-collection": collection})
    assert good.json()["success"] is True
    document = Document.objects.get(title="季度报表")
    assert document.file.read() == b"text"
    assert not UploadedFile.objects.exists()
