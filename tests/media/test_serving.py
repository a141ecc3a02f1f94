"""What `/media/` gives to whom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from media.domain import variants
from media.models import Document, Picture
from sites.models import District
from tests.media.conftest import MakePicture

SignIn = Callable[..., Client]


@pytest.fixture
def visitor(districts: dict[str, District]) -> Client:
    """Somebody on a district's public site."""
    return Client(headers={"host": "wuhou.localhost"})


def urls_of(picture: Picture) -> list[str]:
    return [f"/media/{variant['key']}" for variant in picture.variants or []]


def test_renditions_are_served_with_their_types_and_for_ever(
    visitor: Client, make_picture: MakePicture
) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    types = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}

    for url, variant in zip(urls_of(picture), picture.variants or [], strict=True):
        response = visitor.get(url)
        assert response.status_code == 200
        assert len(response.getvalue()) == variant["bytes"]
        assert response["Content-Type"] == types[url.rpartition(".")[2]]
        assert response["Content-Length"] == str(variant["bytes"])
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies


def test_rendition_that_the_visitor_has_is_not_sent_again(visitor: Client, make_picture: MakePicture) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    first, other, *_ = urls_of(picture)
    tag = visitor.get(first)["ETag"]

    again = visitor.get(first, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again["Cache-Control"] == "public, max-age=31536000, immutable"
    assert visitor.get(other, headers={"if-none-match": tag}).status_code == 200


def test_rendition_costs_no_query(
    visitor: Client, make_picture: MakePicture, django_assert_num_queries: Any
) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    visitor.get("/media/nothing")  # the hosts are known now
    with django_assert_num_queries(0):
        assert visitor.get(urls_of(picture)[0]).status_code == 200


def test_head_is_answered_and_post_is_not(visitor: Client, make_picture: MakePicture) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    url = urls_of(picture)[0]
    assert visitor.head(url).status_code == 200
    assert visitor.post(url).status_code == 405


def test_rendition_of_a_deleted_picture_is_gone_even_for_who_has_it(
    visitor: Client, make_picture: MakePicture, django_capture_on_commit_callbacks: Any
) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    url = urls_of(picture)[0]
    tag = visitor.get(url)["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert visitor.get(url, headers={"if-none-match": tag}).status_code == 404


def test_originals_and_documents_are_served_to_nobody(
    sign_in: SignIn, districts: dict[str, District], make_picture: MakePicture
) -> None:
    from django.core.files.base import ContentFile

    collection = districts["wuhou"].collection
    picture = make_picture(collection=collection)
    document = Document.objects.create(title="须知", file=ContentFile(b"x", "a.pdf"), collection=collection)

    for name in (picture.file.name, document.file.name):
        assert (
            sign_in("wuhou", "admin" if name == picture.file.name else "editor")
            .get(f"/media/{name}")
            .status_code
            == 404
        )


@pytest.mark.parametrize(
    "path",
    [
        "",
        "renditions/",
        "renditions/../linli.sqlite3",
        "renditions/%2e%2e/%2e%2e/secret-key",
        "..%2fsecret-key",
        "images/..%2f..%2fsecret-key.png",
        "images/..%5c..%5csecret.png",
        "renditions//etc/passwd",
        "%2fetc/passwd",
        "renditions/aa/bb%00/480.avif",
        "renditions/3f/" + "3f" * 20 + "/480.avif",
        "renditions/3f/" + "3f" * 20 + "/480.html",
        "renditions/00/" + "3f" * 20 + "/480.avif",
    ],
)
def test_path_that_is_no_rendition_is_not_found(visitor: Client, media_root: Path, path: str) -> None:
    media_root.mkdir(exist_ok=True)
    (media_root.parent / "secret-key").write_text("secret")
    (media_root.parent / "secret-key.png").write_text("secret")
    assert visitor.get(f"/media/{path}").status_code == 404


def test_thumbnail_goes_only_to_who_may_see_the_picture_in_the_admin(
    visitor: Client, sign_in: SignIn, districts: dict[str, District], make_picture: MakePicture
) -> None:
    picture = make_picture(collection=districts["wuhou"].collection)
    url = picture.get_rendition("max-165x165").url
    assert url.startswith("/media/images/")

    own = sign_in("wuhou", "editor").get(url)
    assert own.status_code == 200
    assert own["Cache-Control"].startswith("private")
    assert sign_in("jinjiang").get(url).status_code == 404
    assert visitor.get(url).status_code == 404


def test_shared_thumbnail_of_the_city_is_seen_by_districts(
    sign_in: SignIn, districts: dict[str, District], make_picture: MakePicture
) -> None:
    picture = make_picture(collection=districts["chengdu"].collection)
    url = picture.get_rendition("max-165x165").url
    assert sign_in("wuhou", "editor").get(url).status_code == 200
