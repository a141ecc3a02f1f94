"""Reading the shelf: lists, single items, the feed of changes and the export.

Every function here costs a fixed number of queries, whatever it returns, and runs no serializer.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q, QuerySet

from sites import kinds
from sites.exceptions import FeedRebuilt
from sites.models import FeedCounter, Publication
from sites.numerals import whole_number

EXPORT_CHUNK = 500
# PostgreSQL stores no text with this character and refuses to be asked for one.
NUL = "\x00"


class BadCursor(ValueError):
    """A cursor that this feed or list never gave out."""


@dataclass(frozen=True)
class Scope:
    """What is read: one district, or the whole city. `seqs` holds the newest seq of each district in it."""

    seqs: Mapping[int, int]
    slugs: Mapping[int, str]
    whole_city: bool

    @property
    def mark(self) -> str:
        """Changes whenever anything in the scope does; known without reading an item."""
        text = ",".join(f"{pk}:{seq}" for pk, seq in sorted(self.seqs.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def publications(self) -> QuerySet[Publication]:
        if self.whole_city:
            return Publication.objects.all()
        (only,) = self.seqs
        return Publication.objects.filter(district_id=only)


def city_scope() -> Scope:
    """The whole city. One query."""
    rows = list(FeedCounter.objects.values_list("district_id", "seq", "district__slug"))
    return Scope({pk: seq for pk, seq, _ in rows}, {pk: slug for pk, _, slug in rows}, True)


def district_scope(slug: str) -> Scope | None:
    """One district, or None when there is none of that slug. One query."""
    if NUL in slug:
        return None
    row = FeedCounter.objects.filter(district__slug=slug).values_list("district_id", "seq").first()
    return Scope({row[0]: row[1]}, {row[0]: slug}, False) if row else None


# --- lists ------------------------------------------------------------------------------------------------------------


def encode_cursor(*values: object) -> str:
    """An opaque cursor that holds `values`."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode_cursor(text: str) -> list[Any]:
    """The values of a cursor. Raises BadCursor."""
    try:
        values = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise BadCursor(text) from None
    if not isinstance(values, list):
        raise BadCursor(text)
    return values


@dataclass(frozen=True)
class ListPage:
    """One page of a list: the items' bytes in order, and the cursor of the next page."""

    bodies: list[bytes]
    next_cursor: str | None


def list_page(
    where: Scope, *, kind: kinds.Kind, facets: Mapping[str, str], size: int, cursor: str | None
) -> ListPage:
    """`size` items of a kind from behind `cursor`. One query. Raises BadCursor."""
    rows = where.publications.filter(type=kind.type, deleted=False)
    for name, value in facets.items():
        rows = rows.filter(facets__name=name, facets__value=value)
    if cursor is not None:
        match decode_cursor(cursor):
            case [str(sort), int(pk)] if NUL not in sort and 0 < pk < 2**63:
                pass
            case _:
                raise BadCursor(cursor)
        if kind.descending:
            rows = rows.filter(Q(sort__lt=sort) | Q(sort=sort, id__lt=pk))
        else:
            rows = rows.filter(Q(sort__gt=sort) | Q(sort=sort, id__gt=pk))
    order = ("-sort", "-id") if kind.descending else ("sort", "id")
    found = list(rows.order_by(*order).values_list("body", "sort", "id")[: size + 1])
    more = len(found) > size
    bodies = [bytes(body) for body, _, _ in found[:size]]
    return ListPage(bodies, encode_cursor(*found[size - 1][1:]) if more else None)


def unused_facets(where: Scope, *, kind: kinds.Kind, facets: Mapping[str, str]) -> list[str]:
    """The names among `facets` whose value no item of the scope has. One query."""
    wanted = Q()
    for name, value in facets.items():
        wanted |= Q(facets__name=name, facets__value=value)
    rows = where.publications.filter(wanted, type=kind.type, deleted=False)
    used = set(rows.values_list("facets__name", flat=True).distinct())
    return [name for name in facets if name not in used]


def item(where: Scope, *, kind: kinds.Kind, slug: str) -> tuple[str, bytes] | None:
    """ETag and bytes of one item of a district, or None. One query."""
    if NUL in slug:
        return None
    row = (
        where.publications.filter(type=kind.type, slug=slug, deleted=False)
        .values_list("etag", "body")
        .first()
    )
    return (row[0], bytes(row[1])) if row else None


# --- the feed ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FeedPage:
    """A page of the feed as JSON bytes, and where to read on."""

    entries: list[bytes]
    cursor: str
    more: bool


def start_cursor(where: Scope) -> str:
    """The cursor of now: what follows it is news."""
    return _encode_position(where, dict(where.seqs))


def changes(where: Scope, *, since: str, types: list[str], size: int) -> FeedPage:
    """What changed after the cursor `since` ("0" is the beginning), oldest first in each district. One query.

    Raises BadCursor, and FeedRebuilt when the cursor is newer than the feed.
    """
    position = _decode_position(where, since)
    behind = {pk: position.get(pk, 0) for pk, seq in where.seqs.items() if position.get(pk, 0) < seq}
    if any(position.get(pk, 0) > seq for pk, seq in where.seqs.items()) or set(position) - set(where.seqs):
        raise FeedRebuilt("这个位置比变更记录还新，请从 since=0 重新开始。")
    if not behind:
        return FeedPage([], _encode_position(where, position), False)
    news = Q()
    for pk, seq in behind.items():
        # Bounded above by the counter that was read, so that the cursor below never runs ahead of what was seen.
        news |= Q(district_id=pk, seq__gt=seq, seq__lte=where.seqs[pk])
    rows = Publication.objects.filter(news)
    if types:
        rows = rows.filter(type__in=types)
    columns = ("district_id", "seq", "type", "slug", "deleted", "etag", "body")
    found = list(rows.order_by("district_id", "seq").values_list(*columns)[: size + 1])
    more = len(found) > size
    found = found[:size]
    for pk, seq, *_ in found:
        position[pk] = seq
    finished = {pk for pk in behind if not more or pk < found[-1][0]}
    position.update({pk: where.seqs[pk] for pk in finished})
    return FeedPage([_entry(where, row) for row in found], _encode_position(where, position), more)


def _entry(where: Scope, row: tuple[int, int, str, str, bool, str, bytes]) -> bytes:
    district_id, seq, type_, slug, deleted, etag, body = row
    head = {
        "seq": seq,
        "type": type_,
        "district": where.slugs[district_id],
        "slug": slug,
        "deleted": deleted,
        "etag": etag or None,
    }
    return orjson.dumps(head)[:-1] + b',"item":' + (b"null" if deleted else bytes(body)) + b"}"


def _encode_position(where: Scope, position: dict[int, int]) -> str:
    if where.whole_city:
        return encode_cursor(*sorted(position.items()))
    return str(next(iter(position.values()), 0))


def _decode_position(where: Scope, since: str) -> dict[int, int]:
    """District → seq that was seen. A district's own cursor is its plain seq; the city's holds one for each."""
    if since == "0":
        return dict.fromkeys(where.seqs, 0)
    if not where.whole_city:
        seq = whole_number(since)
        if seq is None:
            raise BadCursor(since)
        return dict.fromkeys(where.seqs, seq)
    position: dict[int, int] = {}
    for pair in decode_cursor(since):
        match pair:
            case [int(pk), int(seq)] if 0 <= pk < 2**63 and 0 <= seq < 2**63:
                position[pk] = seq
            case _:
                raise BadCursor(since)
    return position


def export(where: Scope) -> Iterator[bytes]:
    """Everything public as JSON lines, the cursor to read on from first. Constant memory.

    The cursor was read before the rows, so what is published meanwhile comes again in the feed; nothing is missed.
    """
    yield orjson.dumps({"cursor": start_cursor(where)}) + b"\n"
    rows = where.publications.filter(deleted=False).order_by("district_id", "seq")
    for body in rows.values_list("body", flat=True).iterator(chunk_size=EXPORT_CHUNK):
        yield bytes(body) + b"\n"
