"""The public renditions of pictures: made once, off the request, under a name that follows from the content.

Which pictures need them is read from the rows (`shown_key` is not `content_key`), never from the queue: a
task only makes it happen soon, and `make_pending` makes up for every task that was lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from media.domain import encoding
from media.enums import Consent
from media.exceptions import UnreadablePicture
from media.models import Leftover, Picture, Variant
from media.storage import RENDITIONS, put, remove_folder

log = logging.getLogger(__name__)

# How long a picture is left to its own task, and to whoever tried last, before the sweep takes it.
GRACE = timedelta(seconds=60)
RETRY = timedelta(minutes=10)


def folder_of(content_key: str) -> str:
    """The storage folder of a content's public files, without a slash at its end."""
    return f"{RENDITIONS}{content_key[:2]}/{content_key}"


def settle(*, picture: Picture) -> bool:
    """Bring a saved picture's row in line with its file and consent; True when renditions are to be made.

    A picture whose consent was withdrawn loses them.
    """
    if not picture.may_be_shown:
        if picture.variants is not None:
            forget(content_keys={picture.content_key, picture.shown_key})
            _write(picture, variants=None, shown_key="", sweep_after=None)
        return False
    if picture.shown_key == picture.content_key:
        return False
    _write(picture, sweep_after=timezone.now() + GRACE)
    return True


def make_variants(*, picture: Picture) -> bool:
    """Make the public files of a picture and note them on its row; True when the row changed.

    Idempotent: nothing happens when the row names the present content and its files are there. The row, and
    with it everything public that shows the picture, is written after all files are stored. Raises
    UnreadablePicture when the source is damaged or missing; then nothing is stored.
    """
    if not picture.may_be_shown or not picture.content_key:
        return False
    key = picture.content_key
    if picture.shown_key == key and _all_stored(picture.variants):
        return False
    twin = Picture.objects.filter(shown_key=key).exclude(pk=picture.pk).first()
    if twin is not None and _all_stored(twin.variants):
        return _show(picture, key=key, colour=twin.colour, variants=twin.variants)
    try:
        with picture.open_file() as file:
            made = encoding.encode(file)
    except OSError as error:
        raise UnreadablePicture(f"picture {picture.pk}: {error}") from error
    variants: list[Variant] = []
    for item in sorted(made.files, key=lambda item: item.width):
        name = f"{folder_of(key)}/{item.width}.{encoding.FORMATS[item.format]}"
        put(default_storage, name=name, data=item.data)
        variants.append(
            {
                "format": item.format,
                "width": item.width,
                "height": item.height,
                "key": name,
                "bytes": len(item.data),
            }
        )
    return _show(picture, key=key, colour=made.colour, variants=variants)


def pending() -> QuerySet[Picture]:
    """The pictures that need renditions and that nobody seems to be making any, longest waiting first."""
    return (
        Picture.objects.exclude(consent=Consent.WITHDRAWN)
        .exclude(shown_key=F("content_key"))
        .filter(Q(sweep_after=None) | Q(sweep_after__lte=timezone.now()))
        .order_by("sweep_after", "pk")
    )


def make_pending(*, limit: int = 20) -> int:
    """Make what was left lying (a worker was killed, a task failed), and finish deletions. Returns the
    number made.

    Each of at most `limit` pictures is claimed first, so that several workers may do this at once. One that
    fails is logged and tried again after `RETRY`.
    """
    made = 0
    for picture in pending()[:limit]:
        now = timezone.now()
        claim = pending().filter(pk=picture.pk).order_by()
        if not claim.update(sweep_after=now + RETRY):
            continue
        try:
            made += make_variants(picture=picture)
        except UnreadablePicture as error:
            log.warning("no renditions of picture %s: %s", picture.pk, error)
    for leftover in Leftover.objects.all()[:limit]:
        _clear(leftover.content_key)
    return made


def forget(*, content_keys: Iterable[str]) -> None:
    """Delete the public files of contents after the commit, unless a picture (still) has them then."""
    for key in sorted(filter(None, set(content_keys))):
        Leftover.objects.get_or_create(content_key=key)
        transaction.on_commit(lambda key=key: _clear(key), robust=True)  # type: ignore[misc]


def _users_of(key: str) -> QuerySet[Picture]:
    having = Q(content_key=key) | Q(shown_key=key)
    return Picture.objects.exclude(consent=Consent.WITHDRAWN).filter(having)


def _clear(key: str) -> None:
    if not _users_of(key).exists():
        remove_folder(default_storage, folder=folder_of(key))
        # A picture with the same content may have been saved meanwhile and have found the files still
        # there; the sweep looks after it.
        _users_of(key).update(shown_key="", sweep_after=None)
    Leftover.objects.filter(content_key=key).delete()


def _all_stored(variants: list[Variant] | None) -> bool:
    return bool(variants) and all(default_storage.exists(variant["key"]) for variant in variants or [])


@transaction.atomic
def _show(picture: Picture, *, key: str, colour: str, variants: list[Variant] | None) -> bool:
    """Note on the row which files show it, unless it was changed or deleted while they were made."""
    row = Picture.objects.select_for_update().filter(pk=picture.pk).first()
    if row is None or row.content_key != key or not row.may_be_shown:
        forget(content_keys={key})
        return False
    former = row.shown_key
    made = {"colour": colour, "variants": variants, "shown_key": key, "sweep_after": None}
    for name, value in made.items():
        setattr(row, name, value)
        setattr(picture, name, value)
    row.save(update_fields=list(made))
    if former and former != key:
        forget(content_keys={former})
    return True


def _write(picture: Picture, **values: object) -> None:
    """Write fields of a row that change nothing public by themselves, without another round of signals."""
    Picture.objects.filter(pk=picture.pk).update(**values)
    for name, value in values.items():
        setattr(picture, name, value)
