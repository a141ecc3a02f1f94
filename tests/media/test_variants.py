from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from media.domain import encoding, variants
from media.enums import Consent
from media.exceptions import UnreadablePicture
from media.fields import upright_size
from media.models import Leftover, Picture
from media.payloads import picture_payload
from tests.media import sources
from tests.media.conftest import MakePicture

Stored = Callable[[], list[str]]
OnCommit = Callable[..., Any]


def in_database(picture: Picture) -> Picture:
    return Picture.objects.get(pk=picture.pk)


def age(picture: Picture) -> None:
    """As if the time that belongs to the picture's own task were over."""
    Picture.objects.filter(pk=picture.pk).update(sweep_after=timezone.now() - timedelta(seconds=1))


def another_photograph() -> bytes:
    return sources.photograph(1200, 600)


def test_new_picture_has_a_key_of_its_content_and_no_public_file(
    make_picture: MakePicture, stored: Stored
) -> None:
    first, second = make_picture(), make_picture(another_photograph())

    assert len(first.content_key) == 40
    assert first.content_key != second.content_key
    assert in_database(first).variants is None
    assert stored() == []


def test_size_of_a_picture_is_that_of_the_upright_photograph(make_picture: MakePicture) -> None:
    picture = in_database(make_picture(sources.photograph(1000, 750, orientation=6)))
    assert (picture.width, picture.height) == (750, 1000)


def test_size_of_a_png_that_is_turned_behind_its_pixels(make_picture: MakePicture) -> None:
    picture = in_database(make_picture(sources.png_turned_at_its_end(100, 75)))
    assert (picture.width, picture.height) == (75, 100)


def test_size_of_a_png_is_known_without_its_pixels() -> None:
    png = sources.saved(sources.halves(1000, 750), "PNG")
    with Image.open(BytesIO(png[:60])) as image:
        assert upright_size(image) == (1000, 750)


def test_worker_makes_the_renditions_of_a_new_picture(make_picture: MakePicture, stored: Stored) -> None:
    picture = make_picture()

    queued = DBTaskResult.objects.get(backend_name="worker")
    assert queued.task.call(*queued.args_kwargs["args"]) is True

    picture = in_database(picture)
    folder = f"renditions/{picture.content_key[:2]}/{picture.content_key}"
    widths = (1000, 480, 960)
    assert stored() == [
        f"{folder}/{width}.{suffix}" for width in widths for suffix in ("avif", "jpg", "webp")
    ]
    assert picture.variants is not None
    assert sorted(variant["key"] for variant in picture.variants) == stored()
    assert picture.colour.startswith("#")


def test_renditions_made_again_change_nothing(
    make_picture: MakePicture, media_root: Path, stored: Stored
) -> None:
    picture = make_picture()
    assert variants.make_variants(picture=picture) is True
    before = {name: (media_root / name).stat().st_mtime_ns for name in stored()}

    assert variants.make_variants(picture=in_database(picture)) is False
    assert {name: (media_root / name).stat().st_mtime_ns for name in stored()} == before


def test_lost_file_is_made_again(make_picture: MakePicture, media_root: Path, stored: Stored) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    names = stored()
    (media_root / names[0]).unlink()

    assert variants.make_variants(picture=in_database(picture)) is True
    assert stored() == names


def test_change_of_words_makes_nothing_anew(make_picture: MakePicture) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    picture.description = "匠人在编竹篮"
    picture.save()
    assert not variants.pending().exists()
    assert in_database(picture).sweep_after is None


def test_damaged_original_stores_nothing(make_picture: MakePicture, media_root: Path, stored: Stored) -> None:
    picture = make_picture()
    original = media_root / picture.file.name
    original.write_bytes(original.read_bytes()[:-3000])

    with pytest.raises(UnreadablePicture):
        variants.make_variants(picture=in_database(picture))
    assert stored() == []
    assert in_database(picture).variants is None


def test_missing_original_is_named(make_picture: MakePicture, media_root: Path) -> None:
    picture = make_picture()
    (media_root / picture.file.name).unlink()
    with pytest.raises(UnreadablePicture, match=f"picture {picture.pk}"):
        variants.make_variants(picture=in_database(picture))


# --- the sweep ----------------------------------------------------------------------------------------------


def test_sweep_leaves_a_new_picture_to_its_task(make_picture: MakePicture) -> None:
    make_picture()
    assert variants.make_pending() == 0


def test_sweep_makes_what_a_killed_worker_left(make_picture: MakePicture, stored: Stored) -> None:
    picture = make_picture()
    age(picture)

    assert variants.make_pending() == 1
    assert len(stored()) == 9
    assert variants.make_pending() == 0


def test_sweep_passes_over_a_damaged_picture_and_tries_it_later(
    make_picture: MakePicture, media_root: Path
) -> None:
    damaged, whole = make_picture(), make_picture(another_photograph())
    (media_root / damaged.file.name).write_bytes(b"damaged")
    age(damaged)
    age(whole)

    assert variants.make_pending() == 1
    assert in_database(whole).variants is not None
    assert not variants.pending().exists()
    later = in_database(damaged).sweep_after
    assert later is not None
    assert later > timezone.now()


def test_sweep_stops_at_its_limit(make_picture: MakePicture) -> None:
    for number in range(3):
        age(make_picture(sources.photograph(300 + number, 200)))
    assert variants.make_pending(limit=2) == 2


# --- replacing ----------------------------------------------------------------------------------------------


def test_replaced_file_is_shown_when_it_is_made_and_the_former_until_then(
    make_picture: MakePicture, stored: Stored, django_capture_on_commit_callbacks: OnCommit
) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    former = picture_payload(in_database(picture))

    picture.file = ContentFile(another_photograph(), "new.jpg")
    picture.save()
    assert picture_payload(in_database(picture)) == former

    with django_capture_on_commit_callbacks(execute=True):
        assert variants.make_variants(picture=in_database(picture)) is True
    now = in_database(picture)
    assert (picture_payload(now)["width"], picture_payload(now)["height"]) == (1200, 600)
    assert stored() == sorted(variant["key"] for variant in now.variants or [])


def test_picture_replaced_while_it_is_being_made_does_not_show_the_former_file(
    make_picture: MakePicture,
    stored: Stored,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    picture = make_picture()
    real = encoding.encode

    def replaced_meanwhile(file: Any) -> encoding.PublicFiles:
        made = real(file)
        other = in_database(picture)
        other.file = ContentFile(another_photograph(), "new.jpg")
        other.save()
        return made

    monkeypatch.setattr(encoding, "encode", replaced_meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        assert variants.make_variants(picture=picture) is False
    assert in_database(picture).variants is None
    assert stored() == []


def test_picture_deleted_while_it_is_being_made_leaves_no_file(
    make_picture: MakePicture,
    stored: Stored,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    picture = make_picture()
    real = encoding.encode

    def deleted_meanwhile(file: Any) -> encoding.PublicFiles:
        made = real(file)
        in_database(picture).delete()
        return made

    monkeypatch.setattr(encoding, "encode", deleted_meanwhile)
    with django_capture_on_commit_callbacks(execute=True):
        assert variants.make_variants(picture=picture) is False
    assert stored() == []


# --- deleting and withdrawing -------------------------------------------------------------------------------


def test_deleted_picture_takes_its_files_along(
    make_picture: MakePicture, stored: Stored, media_root: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)

    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert [path for path in media_root.rglob("*") if path.is_file()] == []
    assert not Leftover.objects.exists()


def test_files_that_another_picture_shows_stay(
    make_picture: MakePicture, stored: Stored, django_capture_on_commit_callbacks: OnCommit
) -> None:
    first, second = make_picture(), make_picture()
    variants.make_variants(picture=first)
    assert variants.make_variants(picture=second) is True
    assert in_database(second).variants == in_database(first).variants

    with django_capture_on_commit_callbacks(execute=True):
        first.delete()
    assert len(stored()) == 9

    with django_capture_on_commit_callbacks(execute=True):
        second.delete()
    assert stored() == []


def test_deletion_that_is_undone_loses_nothing(
    make_picture: MakePicture, stored: Stored, django_capture_on_commit_callbacks: OnCommit
) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)

    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        in_database(picture).delete()
        raise RuntimeError
    assert len(stored()) == 9
    assert in_database(picture).variants is not None
    assert not Leftover.objects.exists()


def test_deletion_cut_short_by_a_crash_is_finished_by_the_sweep(
    make_picture: MakePicture, stored: Stored
) -> None:
    picture = make_picture()
    variants.make_variants(picture=picture)
    picture.delete()  # the test's transaction never commits: what follows a commit does not happen
    assert len(stored()) == 9

    variants.make_pending()
    assert stored() == []
    assert not Leftover.objects.exists()


def test_withdrawn_consent_takes_the_picture_from_the_public(
    make_picture: MakePicture, stored: Stored, django_capture_on_commit_callbacks: OnCommit
) -> None:
    picture = make_picture(consent=Consent.GRANTED)
    variants.make_variants(picture=picture)

    with django_capture_on_commit_callbacks(execute=True):
        picture.consent = Consent.WITHDRAWN
        picture.save()
    assert stored() == []
    payload = picture_payload(in_database(picture))
    assert (payload["ready"], payload["sources"]) == (False, {})
    assert variants.make_variants(picture=in_database(picture)) is False


def test_consent_given_again_makes_the_picture_public_again(
    make_picture: MakePicture, stored: Stored, django_capture_on_commit_callbacks: OnCommit
) -> None:
    picture = make_picture(consent=Consent.WITHDRAWN)
    picture.consent = Consent.GRANTED
    picture.save()
    age(picture)
    assert variants.make_pending() == 1
    assert picture_payload(in_database(picture))["ready"] is True
