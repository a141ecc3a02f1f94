"""Uploading and editing pictures in the admin, as editors do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.models import UploadedFile

from media.domain import variants
from media.models import Picture
from sites.models import District
from tests.media import sources
from tests.media.conftest import MakePicture

SignIn = Callable[..., Client]


def upload(client: Client, data: bytes, name: str) -> dict[str, Any]:
    """What the page for many pictures at once is answered."""
    file = SimpleUploadedFile(name, data)
    response = client.post("/admin/images/multiple/add/", {"title": name, "files[]": file})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_photograph_without_words_can_be_uploaded_first(
    sign_in: SignIn, districts: dict[str, District]
) -> None:
    answer = upload(sign_in("wuhou", "editor"), sources.photograph(orientation=6), "IMG_2041.JPG")

    assert answer["success"] is True
    picture = Picture.objects.get()
    assert picture.collection == districts["wuhou"].collection
    assert (picture.width, picture.height, picture.alt_text) == (750, 1000, "")
    assert picture.file_size
    assert variants.make_variants(picture=picture) is True


@pytest.mark.parametrize(
    ("format", "suffix"),
    [("HEIF", "heic"), ("AVIF", "avif"), ("WEBP", "webp"), ("PNG", "png"), ("JPEG", "jpg")],
)
def test_picture_of_every_listed_format_is_taken_and_named_after_its_content(
    sign_in: SignIn, format: str, suffix: str
) -> None:
    data = sources.saved(sources.halves(640, 480), format)

    assert upload(sign_in("wuhou"), data, "image.jpeg")["success"] is True
    picture = Picture.objects.get()
    assert Path(picture.file.name).suffix == (".jpeg" if suffix == "jpg" else f".{suffix}")
    assert variants.make_variants(picture=picture) is True


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (sources.png_bomb(), "bomb.png", "图片尺寸太大，最多 6000 万像素"),
        (sources.png_bomb(8000, 8000), "large.png", "图片尺寸太大，最多 6000 万像素"),
        (sources.svg_with_script(), "drawing.svg", "不是可以使用的图片"),
        (sources.svg_with_script(), "drawing.png", "不是可以使用的图片"),
        (sources.saved(sources.halves(90, 60), "GIF"), "moving.gif", "不是可以使用的图片"),
        (sources.saved(sources.halves(90, 60), "TIFF"), "scan.jpg", "不是可以使用的图片"),
        (sources.photograph()[:-2000], "cut-off.jpg", "图片不完整或已损坏"),
        (
            sources.saved(Image.effect_noise((300, 200), 50), "PNG")[:-900],
            "cut-off.png",
            "图片不完整或已损坏",
        ),
        (sources.saved(Image.effect_noise((300, 200), 50), "WEBP")[:-900], "cut-off.webp", "图片"),
        (b"<html>", "page.jpg", "不是可以使用的图片"),
        (b"", "empty.jpg", "这个文件是空的"),
        (sources.photograph() + b"\0" * 20 * 1024 * 1024, "heavy.jpg", "超过了 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_upload_that_is_no_usable_picture_is_refused_and_stores_nothing(
    sign_in: SignIn, media_root: Path, data: bytes, name: str, words: str
) -> None:
    answer = upload(sign_in("wuhou"), data, name)

    assert answer["success"] is False
    assert words in answer["error_message"]
    assert not Picture.objects.exists()
    assert not UploadedFile.objects.exists()
    assert files_below(media_root) == []


def edit(client: Client, picture: Picture, **values: Any) -> Any:
    form = {
        "title": picture.title,
        "description": picture.description,
        "credit": picture.credit,
        "consent": picture.consent,
        "consent_note": picture.consent_note,
        "collection": picture.collection_id,
    }
    return client.post(f"/admin/images/{picture.pk}/", {**form, **values})


def test_replaced_file_gets_new_renditions_and_leaves_no_old_file(
    sign_in: SignIn,
    districts: dict[str, District],
    make_picture: MakePicture,
    media_root: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    picture = make_picture(collection=districts["wuhou"].collection)
    variants.make_variants(picture=picture)
    former = picture.file.name
    new = SimpleUploadedFile("new.jpg", sources.photograph(1200, 600))

    with django_capture_on_commit_callbacks(execute=True):
        assert edit(sign_in("wuhou"), picture, file=new).status_code == 302
    assert not (media_root / former).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert variants.make_variants(picture=Picture.objects.get()) is True
    assert {variant["width"] for variant in Picture.objects.get().variants or []} == {480, 960, 1200}
    assert len(files_below(media_root / "renditions")) == 9


def test_refused_replacement_leaves_the_picture_as_it_was(
    sign_in: SignIn, districts: dict[str, District], make_picture: MakePicture, media_root: Path
) -> None:
    picture = make_picture(collection=districts["wuhou"].collection)
    bad = SimpleUploadedFile("new.jpg", sources.photograph()[:-2000])

    response = edit(sign_in("wuhou"), picture, file=bad, description="改了")
    assert "图片不完整或已损坏" in response.content.decode()
    assert (media_root / picture.file.name).exists()
    unchanged = Picture.objects.get()
    assert (unchanged.content_key, unchanged.description) == (picture.content_key, picture.description)


def test_words_are_kept_as_one_line(
    sign_in: SignIn, districts: dict[str, District], make_picture: MakePicture
) -> None:
    picture = make_picture(collection=districts["wuhou"].collection)
    edit(sign_in("wuhou"), picture, description=" 匠人\r\n在编竹篮 ")
    assert Picture.objects.get().alt_text == "匠人 在编竹篮"


def test_edit_page_asks_for_words_in_chinese_and_for_no_tags_or_focal_point(
    sign_in: SignIn, districts: dict[str, District], make_picture: MakePicture
) -> None:
    picture = make_picture(collection=districts["wuhou"].collection)
    page = sign_in("wuhou").get(f"/admin/images/{picture.pk}/").content.decode()

    for words in ("图片说明（给看不见图片的人）", "供图", "授权情况", "更换图片文件", "正在生成各种尺寸"):
        assert words in page
    assert "focal" not in page
    assert 'name="tags"' not in page
    assert "original_images" not in page


def test_upload_page_names_formats_and_limit(sign_in: SignIn) -> None:
    page = sign_in("wuhou").get("/admin/images/multiple/add/").content.decode()
    assert "JPG、PNG、WebP、AVIF 或 HEIC，不超过 20 MB" in page
    assert "请给每张图片写一句说明" in page
    assert "Please provide" not in page


@pytest.mark.parametrize("model", ["picture", "document"])
def test_many_files_cannot_be_tagged_at_once(sign_in: SignIn, model: str) -> None:
    assert sign_in("wuhou").get(f"/admin/bulk/media/{model}/add_tags/?id=1").status_code == 404
