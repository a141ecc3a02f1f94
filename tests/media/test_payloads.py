from __future__ import annotations

from typing import Any

from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers

from media.domain import variants
from media.models import Picture
from media.payloads import PictureSerializer, picture_payload
from tests.media import sources
from tests.media.conftest import MakePicture


def test_payload_of_a_picture_that_is_being_made_keeps_the_space(make_picture: MakePicture) -> None:
    picture = make_picture(sources.photograph(3200, 2400), credit="邻里绘")
    assert picture_payload(picture) == {
        "alt": "竹编匠人在院坝里破篾",
        "credit": "邻里绘",
        "width": 1600,
        "height": 1200,
        "colour": "#ece4d4",
        "ready": False,
        "sources": {},
    }


def test_payload_of_a_finished_picture_lists_its_files(make_picture: MakePicture) -> None:
    picture = make_picture(sources.photograph(700, 525))
    waiting = picture_payload(picture)
    variants.make_variants(picture=picture)

    payload = picture_payload(Picture.objects.get())
    folder = f"/media/renditions/{picture.content_key[:2]}/{picture.content_key}"
    assert payload["ready"] is True
    assert (payload["width"], payload["height"]) == (waiting["width"], waiting["height"]) == (700, 525)
    assert payload["colour"] == picture.colour
    assert payload["sources"] == {
        kind: [{"width": width, "url": f"{folder}/{width}.{suffix}"} for width in (480, 700)]
        for kind, suffix in (("avif", "avif"), ("webp", "webp"), ("jpeg", "jpg"))
    }


def test_words_for_one_place_stand_before_the_pictures_own(make_picture: MakePicture) -> None:
    picture = make_picture()
    assert picture_payload(picture, alt=" 封面 ")["alt"] == "封面"
    assert picture_payload(picture, alt=" ")["alt"] == "竹编匠人在院坝里破篾"


def test_title_is_never_taken_for_words(make_picture: MakePicture) -> None:
    picture = make_picture(title="IMG_2041.jpg", description=" ")
    assert picture_payload(picture)["alt"] == picture.alt_text == picture.default_alt_text == ""


def test_payload_costs_no_query(make_picture: MakePicture, django_assert_num_queries: Any) -> None:
    variants.make_variants(picture=make_picture())
    picture = Picture.objects.get()
    with django_assert_num_queries(0):
        picture_payload(picture)


def test_serializer_gives_the_payload_of_a_picture_or_of_none(make_picture: MakePicture) -> None:
    class Shown(serializers.Serializer[Any]):
        cover = PictureSerializer(allow_null=True)

    picture = make_picture()
    assert Shown({"cover": picture}).data["cover"] == picture_payload(picture)
    assert Shown({"cover": picture_payload(picture)}).data["cover"] == picture_payload(picture)
    assert Shown({"cover": None}).data["cover"] is None


def test_schema_describes_what_the_payload_holds(make_picture: MakePicture) -> None:
    schemas = SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]
    payload = picture_payload(make_picture())
    assert set(schemas["Image"]["properties"]) == set(schemas["Image"]["required"]) == set(payload)
