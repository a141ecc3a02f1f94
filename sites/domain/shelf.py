"""The shelf: writing what is public, in the transaction of the change that made it so.

Each write takes the next `seq` of its district from `FeedCounter`, whose row stays locked until the commit. A write that
would change no byte changes no row.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from wagtail.models import Page, ReferenceIndex

from sites import kinds
from sites.models import District, FeedCounter, Publication, PublicationFacet


@dataclass
class Changes:
    """How many items a call wrote and took away."""

    written: int = 0
    removed: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.written + other.written, self.removed + other.removed)

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def encode(item: dict[str, Any]) -> bytes:
    """An item's bytes: compact UTF-8 JSON, the same for the same content."""
    return orjson.dumps(item)


def etag_of(body: bytes) -> str:
    """The entity tag of an item's bytes, without quotes."""
    return hashlib.sha256(body).hexdigest()[:20]


def payload(source: models.Model) -> dict[str, Any]:
    """The item of a source as it stands in memory: what `put` would store, and what a preview shows.

    Raises LookupError when the source is of no registered kind.
    """
    kind = kinds.of_source(source)
    if kind is None:
        raise LookupError(f"{type(source).__name__} is not a kind of public item")
    return dict(kind.serializer(source).data)


@transaction.atomic
def refresh(source: models.Model, *, gone: bool = False) -> Changes:
    """Bring the shelf in line with a source, and with everything that shows it.

    `gone` says that the source is being deleted. A source of no kind (a picture, a craft) has no item of its own, but
    those that show it are written anew. Idempotent.
    """
    changes = Changes()
    seen: set[tuple[type[models.Model], Any]] = set()
    waiting: deque[tuple[models.Model, bool]] = deque([(source, gone)])
    while waiting:
        current, is_gone = waiting.popleft()
        if isinstance(current, Page):
            current = current.specific
        if (type(current), current.pk) in seen:
            continue
        seen.add((type(current), current.pk))
        kind = kinds.of_source(current)
        if kind is None:
            waiting.extend((owner, False) for owner in shown_in(current))
            continue
        stored = None if is_gone else _settled(kind, current)
        written = _refresh_item(kind, stored or current, gone=stored is None)
        if written:
            changes += written
            waiting.extend((owner, False) for owner in shown_in(current))
    return changes


def _settled(kind: kinds.Kind, source: models.Model) -> models.Model | None:
    """The source as it is stored, read when nobody else writes its district's shelf; None when it is gone.

    Somebody who renames what it shows has then committed, or will find its item among those to write anew.
    """
    district = kind.district(source)
    if district is not None:
        _lock(district)
    return type(source)._default_manager.filter(pk=source.pk).first()


def _refresh_item(kind: kinds.Kind, source: models.Model, *, gone: bool) -> Changes:
    """Write or take away the one item of a source."""
    district = kind.district(source)
    if gone or district is None or not kind.is_public(source):
        return Changes(removed=_remove_others(kind, source, keep=None))
    kind.prepare(source)
    body = encode(payload(source))
    slug = kind.slug(source)
    removed = _remove_others(kind, source, keep=(district.pk, slug))
    written = _put(
        kind, district=district, slug=slug, source=source, body=body, facets=set(kind.facets(source))
    )
    return Changes(written=int(written), removed=removed)


def _put(
    kind: kinds.Kind,
    *,
    district: District,
    slug: str,
    source: models.Model,
    body: bytes,
    facets: set[tuple[str, str]],
) -> bool:
    etag, sort = etag_of(body), kind.sort(source)
    row = Publication.objects.filter(district=district, type=kind.type, slug=slug).first()
    if row is not None:
        same = (row.etag, row.sort, row.deleted, row.source_id) == (etag, sort, False, source.pk)
        if same and set(row.facets.values_list("name", "value")) == facets:
            return False
    seq = next_seq(district)
    values = {"source_id": source.pk, "seq": seq, "etag": etag, "body": body, "sort": sort, "deleted": False}
    row, _ = Publication.objects.update_or_create(
        district=district, type=kind.type, slug=slug, defaults=values
    )
    row.facets.all().delete()
    PublicationFacet.objects.bulk_create(
        PublicationFacet(publication=row, name=name, value=value) for name, value in sorted(facets)
    )
    return True


def _remove_others(kind: kinds.Kind, source: models.Model, *, keep: tuple[int, str] | None) -> int:
    """Turn a source's items at any address but `keep` into tombstones (after a rename, a move, an unpublish)."""
    removed = 0
    rows = Publication.objects.filter(type=kind.type, source_id=source.pk, deleted=False)
    for row in rows.select_related("district"):
        if keep == (row.district_id, row.slug):
            continue
        bury(row)
        removed += 1
    return removed


def bury(row: Publication) -> None:
    """Leave a tombstone in the place of an item."""
    row.seq = next_seq(row.district)
    row.deleted, row.etag, row.body = True, "", b""
    row.save(update_fields=["seq", "deleted", "etag", "body", "changed_at"])
    row.facets.all().delete()


def next_seq(district: District) -> int:
    """The next number of a district's feed. Locks the district's counter until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("the shelf is written in the transaction of the change")
    FeedCounter.objects.filter(district=district).update(seq=F("seq") + 1)
    return FeedCounter.objects.values_list("seq", flat=True).get(district=district)


def _lock(district: District) -> None:
    """Lock a district's counter until the transaction ends, without counting."""
    FeedCounter.objects.select_for_update().filter(district=district).first()


def shown_in(source: models.Model) -> list[models.Model]:
    """What shows a source: by Wagtail's ReferenceIndex, and by the registered parts."""
    owners: list[models.Model] = []
    for model, find in kinds.parts().items():
        if isinstance(source, model):
            owners.extend(find(source))
    references = (
        ReferenceIndex.get_references_to(source).values_list("base_content_type", "object_id").distinct()
    )
    wanted: dict[int, set[str]] = {}
    for content_type_id, object_id in references:
        wanted.setdefault(content_type_id, set()).add(object_id)
    for content_type_id, ids in wanted.items():
        owner_model = ContentType.objects.get_for_id(content_type_id).model_class()
        if owner_model is None:
            continue
        key = owner_model._meta.pk
        found = owner_model._default_manager.filter(pk__in=[key.to_python(one) for one in ids])
        owners.extend(found.order_by("pk"))
    return owners


@transaction.atomic
def republish(district: District, *, first: Iterable[tuple[str, str]] = ()) -> Changes:
    """Write a district's whole shelf anew from its sources. The second run changes nothing.

    `first` are items by (type, slug) to begin with in that order: where the sort of a list is equal, the item that was
    written first stands first.
    """
    changes = Changes()
    _lock(district)
    for kind, source in _sources_of(district, first):
        changes += _refresh_item(kind, source, gone=False)
    for kind in kinds.all_kinds():
        live: set[int] = set()
        for source in kind.sources(district):
            live.add(source.pk)
            changes += _refresh_item(kind, source, gone=False)
        rows = Publication.objects.filter(district=district, type=kind.type, deleted=False)
        for row in rows.exclude(source_id__in=live).select_related("district"):
            bury(row)
            changes.removed += 1
    return changes


def _sources_of(district: District, items: Iterable[tuple[str, str]]) -> Iterator[tuple[kinds.Kind, Any]]:
    """The public sources of these items, in their order."""
    wanted = list(items)
    known = {
        (kind.type, kind.slug(source)): (kind, source)
        for kind in (kinds.all_kinds() if wanted else ())
        for source in kind.sources(district)
    }
    for item in wanted:
        if item in known:
            yield known[item]
