"""The kinds of public items: from what each is made, how it is described, and by what its lists may be filtered.

A room registers its kinds in its `AppConfig.ready`; the shelf, the feed, the lists and the schema know no kind by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from rest_framework.serializers import Serializer
from wagtail.models import Page

from sites.models import District
from sites.ownership import OwnedByDistrict, UnderHome, ownership_of

# Named, because a field called `type` hides the builtin inside the class.
ModelClass = type[models.Model]
SerializerClass = type[Serializer[Any]]


@dataclass(frozen=True)
class Facet:
    """A filter of a list.

    `choices` are the values allowed; None means that any value in use is allowed. `help` describes it in the schema.
    """

    help: str
    choices: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of public item.

    `is_public` says whether a source is shown at all; `sort` is the text its list is ordered by (`descending` or not);
    `facets` gives (name, value) pairs. `sources` lists what is public in a district, for `republish`. `prepare` writes
    what else a kind keeps of its publications (versions): in their transaction, behind the lock on the district's shelf,
    before the item is made. It changes nothing where nothing changed.
    """

    type: str
    plural: str
    label: str
    model: ModelClass
    serializer: SerializerClass
    slug: Callable[[Any], str]
    is_public: Callable[[Any], bool]
    sort: Callable[[Any], str]
    sources: Callable[[District], Iterable[Any]]
    descending: bool = False
    filters: Mapping[str, Facet] = field(default_factory=dict)
    facets: Callable[[Any], Iterable[tuple[str, str]]] = lambda source: ()
    prepare: Callable[[Any], object] = lambda source: None

    def district(self, source: models.Model) -> District | None:
        """The district whose item a source is, by its model's ownership; None when it belongs to none."""
        ownership = ownership_of(self.model)
        assert isinstance(ownership, OwnedByDistrict)
        return ownership.district_of(source)


def page_kind(
    *,
    type: str,
    plural: str,
    label: str,
    model: type[Page],
    serializer: SerializerClass,
    sort: Callable[[Any], str],
    slug: Callable[[Any], str] = lambda page: page.slug,
    **options: Any,
) -> Kind:
    """The kind whose items are the live pages of a model. `options` are those of `Kind` that have a default."""
    return Kind(
        type=type,
        plural=plural,
        label=label,
        model=model,
        serializer=serializer,
        sort=sort,
        slug=slug,
        is_public=lambda page: page.live,
        sources=lambda district: model.objects.live().filter(UnderHome().within([district])).order_by("path"),
        **options,
    )


_kinds: dict[str, Kind] = {}
# Models whose change shows in another's item: model → the sources that must be written anew.
_parts: dict[type[models.Model], Callable[[Any], Iterable[models.Model]]] = {}


def register(kind: Kind) -> None:
    """Make a kind known. A type is registered once."""
    if kind.type in _kinds:
        raise ValueError(f"kind {kind.type!r} is registered twice")
    _kinds[kind.type] = kind


def register_part(model: type[models.Model], owners: Callable[[Any], Iterable[models.Model]]) -> None:
    """Say that rows of `model` are shown in the items of `owners(row)` without being referenced by them."""
    _parts[model] = owners


def all_kinds() -> list[Kind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def by_type(name: str) -> Kind:
    """The kind of that type. Raises KeyError."""
    return _kinds[name]


def of_source(source: models.Model) -> Kind | None:
    """The kind that is made from `source`, or None."""
    return next((kind for kind in _kinds.values() if isinstance(source, kind.model)), None)


def parts() -> Mapping[type[models.Model], Callable[[Any], Iterable[models.Model]]]:
    return _parts
