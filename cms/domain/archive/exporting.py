"""Writing a district's archive: its rows, the city's rows that it shows, its files and people."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from modelcluster.fields import ParentalKey
from taggit.managers import TaggableManager
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Revision

from cms.domain.archive import inventory
from cms.domain.archive.container import ArchiveWriter
from cms.domain.archive.facts import facts
from cms.domain.archive.files import stored_file
from cms.domain.archive.inventory import fields_of, holds_file, label_of, root_of
from cms.domain.archive.people import person_rows
from cms.domain.archive.references import Link, address_of, named_in, rewrite_draft, rewrite_field
from cms.domain.archive.rows import to_json
from cms.domain.archive.snapshot import one_moment
from festival.models import FestivalPage
from media.exceptions import ArchiveRefused
from sites import kinds
from sites.models import District, Publication, ServedCommunity, User
from sites.ownership import OwnedByDistrict, ownership_of
from sites.pages import Frame

_CHUNK = 200
_Key = tuple[type[models.Model], int]


def pieces(district: District) -> Generator[bytes]:
    """The archive of a district, piece by piece, in constant memory but for the keys of its rows.

    All is read as it was at one moment, whoever writes meanwhile. Raises ArchiveRefused before the first piece when
    something cannot be taken along.
    """
    with one_moment():
        yield from _Export(district).run()


class _Export:
    """One export on its way. `city` is whose rows come along as copies; None when the city itself is exported."""

    def __init__(self, district: District) -> None:
        self.district = District.objects.select_related("site", "collection").get(pk=district.pk)
        self.home = self.district.site.root_page
        self.city = (
            None
            if self.district.is_city
            else District.objects.select_related("site", "collection").filter(is_city=True).first()
        )
        self.writer = ArchiveWriter()
        self.own: dict[type[models.Model], set[int]] = {}
        self.people = self._people()
        self.city_pages = self._city_pages()
        # Rows that are not the district's and come along, and those of them that were written.
        self.shared: dict[_Key, None] = {}
        self.written: set[_Key] = set()
        self.left_out: list[str] = []
        self.counts: dict[str, int] = {}

    # --- what there is ------------------------------------------------------------------------------------------------

    def _people(self) -> set[int]:
        roles = User.objects.filter(groups__district_role__district=self.district)
        served = ServedCommunity.objects.filter(community__district=self.district)
        return {*roles.values_list("pk", flat=True), *served.values_list("user_id", flat=True)}

    def _city_pages(self) -> dict[int, None]:
        """The city's pages that the site of every district shows something of: its home, shelves and editions."""
        if self.city is None:
            return {}
        below = Page.objects.descendant_of(self.city.site.root_page, inclusive=True).order_by("path")
        shelves = [model for model in inventory.pages() if issubclass(model, Frame)]
        return dict.fromkeys(
            below.filter(Q(pk__in=FestivalPage.objects.live()) | _of_types(shelves)).values_list(
                "pk", flat=True
            )
        )

    def _own(self, root: Any) -> set[int]:
        """The keys of the district's rows of a model."""
        if root not in self.own:
            if root is Page:
                rows: Any = Page.objects.descendant_of(self.home, inclusive=True)
            elif root is Collection:
                rows = Collection.objects.descendant_of(self.district.collection, inclusive=True)
            elif root is Group:
                rows = Group.objects.filter(district_role__district=self.district)
            else:
                rows = self._rows(root)
            self.own[root] = set(rows.values_list("pk", flat=True))
        return self.own[root]

    def _rows(self, model: type[models.Model]) -> QuerySet[Any]:
        ownership = ownership_of(model)
        if not isinstance(ownership, OwnedByDistrict):
            return model._default_manager.none()
        return model._default_manager.filter(ownership.within([self.district])).order_by("pk")

    # --- writing ------------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[bytes]:
        inventory.check()
        order = inventory.in_order()
        self._refuse_early(order)
        self._share_what_needs_no_mention()
        yield from self.writer.lines("district.json", iter([facts(self.district, self.city)]))
        for model in order:
            if model is Page:
                yield from self._lines("pages.jsonl", self._page_rows())
            elif isinstance(ownership_of(model), OwnedByDistrict):
                yield from self._model(model, self._rows(model), folder="rows", shared=False)
        yield from self._lines("drafts.jsonl", self._drafts())
        yield from self._shared_rows(order)
        yield from self._lines("restrictions.jsonl", self._restrictions())
        yield from self._lines("people.jsonl", person_rows(self.district, self.people))
        yield from self._lines("shelf.jsonl", self._shelf())
        yield from self.writer.end(
            district=self.district.slug, counts=self.counts, left_out=self.left_out[:1000]
        )

    def _refuse_early(self, order: list[type[models.Model]]) -> None:
        """Go through everything once without writing it: who downloads an archive cannot be told in its middle."""
        for _ in self._page_rows():
            pass
        for _ in self._drafts():
            pass
        for model in order:
            if model is Page:
                continue
            for row in self._rows(model).iterator(chunk_size=_CHUNK):
                self._row(row, shared=False)
                for field in model._meta.concrete_fields:
                    storage, name = stored_file(field, row) if holds_file(field) else (None, "")
                    if storage is not None and not storage.exists(name):
                        raise ArchiveRefused(f"{row._meta.verbose_name}“{row}”的文件不见了：{name}")
        self.left_out.clear()
        self.shared.clear()

    def _lines(self, name: str, rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
        def counted() -> Iterator[dict[str, Any]]:
            for row in rows:
                self.counts[name] = self.counts.get(name, 0) + 1
                yield row

        yield from self.writer.lines(name, counted())

    def _model(
        self, model: type[models.Model], rows: QuerySet[Any], *, folder: str, shared: bool
    ) -> Iterator[bytes]:
        yield from self._lines(
            f"{folder}/{label_of(model)}.jsonl",
            (self._row(row, shared=shared) for row in rows.iterator(chunk_size=_CHUNK)),
        )
        for field in model._meta.concrete_fields:
            if holds_file(field):
                for row in rows.iterator(chunk_size=_CHUNK):
                    yield from self._file(field, row)

    def _file(self, field: models.Field, row: models.Model) -> Iterator[bytes]:
        storage, name = stored_file(field, row)
        if storage is None:
            return
        with storage.open(name, "rb") as source:
            yield from self.writer.file(member_of(field, row), source)

    def _row(self, row: models.Model, *, shared: bool) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for field in fields_of(type(row)):
            fields[field.name] = self._value(field, row, shared=shared)
        return {"id": row.pk, "fields": fields}

    def _value(self, field: models.Field, row: models.Model, *, shared: bool) -> Any:
        if isinstance(field, TaggableManager):
            return sorted(getattr(row, field.name).names())
        if isinstance(field, models.ManyToManyField):
            root = root_of(field.related_model)
            keys = getattr(row, field.name).order_by("pk").values_list("pk", flat=True)
            kept = [self._reach(root, key, row, shared=shared, may_be_lost=True) for key in keys]
            return [key for key in kept if isinstance(key, int)]
        if holds_file(field):
            storage, name = stored_file(field, row)
            stored = {"name": PurePosixPath(name).name, "member": member_of(field, row)}
            return stored if storage is not None else None
        if isinstance(field, models.ForeignKey):
            key = getattr(row, field.attname)
            if key is None:
                return None
            if field.related_model is ContentType:
                return label_of(ContentType.objects.get_for_id(key).model_class() or type(row))
            found = self._reach(root_of(field.related_model), key, row, shared=shared, may_be_lost=field.null)
            return found if isinstance(found, int) else None
        value = to_json(field, row)
        if not inventory.holds_references(field):
            return value
        return self._text(field, value, row, shared=shared)

    def _text(self, field: models.Field, value: Any, row: models.Model, *, shared: bool) -> Any:
        seen: set[_Key] = set()

        def visit(root: type[models.Model], key: int) -> int | Link | None:
            seen.add((root, key))
            return self._reach(root, key, row, shared=shared, may_be_lost=True)

        made = rewrite_field(field, value, visit)
        if missed := named_in(field, field.value_from_object(row)) - seen:
            names = "、".join(f"{model._meta.label} {key}" for model, key in missed)
            raise ArchiveRefused(f"归档没有认出“{row}”里指向的内容：{names}")
        return made

    def _reach(
        self, root: type[models.Model], key: int, row: models.Model, *, shared: bool, may_be_lost: bool
    ) -> int | Link | None:
        """What a reference becomes: its key when what it names comes along, the address that a link showed, or None.

        Raises ArchiveRefused for what a row cannot do without and does not belong to the district.
        """
        if root is User:
            if not may_be_lost:
                self.people.add(key)
            return key if key in self.people else None
        if root is District:
            return key
        if not shared and key in self._own(root):
            return key
        if (root, key) in self.shared or self._may_share(root, key):
            self.shared[root, key] = None
            return key
        if root is Page:
            page = Page._default_manager.filter(pk=key).first()
            if may_be_lost:
                self.left_out.append(f"“{row}”指向的页面“{page or '（已删除）'}”不属于这个区县")
                return address_of(page)
        if may_be_lost:
            self.left_out.append(f"“{row}”指向的 {root._meta.label} {key} 不属于这个区县")
            return None
        raise ArchiveRefused(
            f"{row._meta.verbose_name}“{row}”离不开别的区县的内容（{root._meta.verbose_name} {key}），请先改掉再导出"
        )

    def _may_share(self, root: type[models.Model], key: int) -> bool:
        if root is Page:
            return key in self.city_pages
        if root in inventory.of_the_city() or "file" in {field.name for field in root._meta.concrete_fields}:
            return root._default_manager.filter(pk=key).exists()
        return False

    # --- the members --------------------------------------------------------------------------------------------------

    def _page_rows(self) -> Iterator[dict[str, Any]]:
        below = Page.objects.descendant_of(self.home, inclusive=True).order_by("path")
        yield from self._pages(below, shared=False)

    def _pages(self, chosen: Any, *, shared: bool) -> Iterator[dict[str, Any]]:
        keys: dict[str, int] = {}
        for page in chosen.specific().iterator(chunk_size=_CHUNK):
            keys[page.path] = page.pk
            row = self._row(page, shared=shared)
            parent = keys.get(page.path[: -page.steplen])
            yield {"id": row["id"], "model": label_of(type(page)), "parent": parent, "fields": row["fields"]}

    def _drafts(self) -> Iterator[dict[str, Any]]:
        """The newest draft of each page that has one beside what is public, and what is scheduled."""
        pages = Page.objects.descendant_of(self.home, inclusive=True).order_by("path")
        for page in pages.iterator(chunk_size=_CHUNK):
            kept = Revision.objects.for_instance(page).filter(approved_go_live_at__isnull=False)
            if page.has_unpublished_changes or not page.live:
                kept = kept | Revision.objects.filter(pk=page.latest_revision_id)
            for revision in kept.order_by("created_at", "pk"):
                yield self._draft(page, revision)

    def _draft(self, page: Page, revision: Revision) -> dict[str, Any]:
        model = page.specific_class
        if model is None:
            raise ArchiveRefused(f"页面“{page}”的类型已经没有了")

        def visit(root: type[models.Model], key: int) -> int | Link | None:
            return self._reach(root, key, page, shared=False, may_be_lost=True)

        content = rewrite_draft(model, revision.content, visit=visit, child=lambda root, key: key)
        # What was said about a draft stays where it was said.
        content["wagtail_admin_comments"] = []
        return {
            "page": page.pk,
            "latest": revision.pk == page.latest_revision_id,
            "created_at": revision.created_at.isoformat(),
            "approved_go_live_at": revision.approved_go_live_at and revision.approved_go_live_at.isoformat(),
            "user": revision.user_id if revision.user_id in self.people else None,
            "content": content,
        }

    def _share_what_needs_no_mention(self) -> None:
        """What every district's site shows of the city without naming it: its editions, and notices for all."""
        self.shared.update(dict.fromkeys((Page, key) for key in self.city_pages))
        for model in inventory.of_the_city():
            if self.district.is_city:
                keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
                self.shared.update(dict.fromkeys((model, key) for key in keys))
            owners = kinds.parts().get(model)
            if owners is None or self.district.is_city:
                continue
            for row in model._default_manager.order_by("pk"):
                if any(owner.pk == self.home.pk for owner in owners(row)):
                    self.shared[model, row.pk] = None

    def _shared_rows(self, order: list[type[models.Model]]) -> Iterator[bytes]:
        """What the shared rows show is shared as well. A model is written once it is known which of its rows are."""
        chosen = Page.objects.filter(pk__in=list(self.city_pages)).order_by("path")
        rows: dict[type[models.Model], list[dict[str, Any]]] = {Page: list(self._pages(chosen, shared=True))}
        for model in inventory.owned():
            if lookup := self._part_of_a_page(model):
                found = model._default_manager.filter(Q(**{f"{lookup}__in": list(self.city_pages)}))
                keys = found.order_by("pk").values_list("pk", flat=True) if self.city_pages else []
                self.shared.update(dict.fromkeys((model, key) for key in keys))
        while waiting := [one for one in self.shared if one not in self.written]:
            for root, key in waiting:
                self.written.add((root, key))
                if root is not Page:
                    row = root._default_manager.get(pk=key)
                    made = self._row(row, shared=True)
                    if self._is_the_citys(row):
                        made["citys"] = True
                    rows.setdefault(root, []).append(made)
        for model in order:
            label = "pages" if model is Page else label_of(model)
            yield from self._lines(f"shared/{label}.jsonl", iter(rows.get(model, [])))
            for field in model._meta.concrete_fields:
                if holds_file(field):
                    for made in rows.get(model, []):
                        yield from self._file(field, model._default_manager.get(pk=made["id"]))

    def _part_of_a_page(self, model: type[models.Model]) -> str:
        """The way from a row to the page in whose item it is shown; "" for what is no such part."""
        for field in model._meta.concrete_fields:
            if isinstance(field, ParentalKey) and issubclass(field.related_model, Page):
                return field.name
        lookup = getattr(ownership_of(model), "lookup", "")
        return lookup if model in kinds.parts() and lookup else ""

    def _is_the_citys(self, row: models.Model) -> bool:
        ownership = ownership_of(type(row))
        if not isinstance(ownership, OwnedByDistrict):
            return True
        return self.city is not None and ownership.district_of(row) == self.city

    def _restrictions(self) -> Iterator[dict[str, Any]]:
        """Who may see what in the admin's files. A shared password is a secret: that restriction becomes a sign-in."""
        for model, target in ((PageViewRestriction, Page), (CollectionViewRestriction, Collection)):
            name = target._meta.model_name
            for one in model.objects.filter(**{f"{name}__in": list(self._own(target))}).order_by("pk"):
                groups = [key for key in one.groups.values_list("pk", flat=True) if key in self._own(Group)]
                kind = one.restriction_type
                yield {
                    "on": name,
                    "id": getattr(one, f"{name}_id"),
                    "kind": model.LOGIN if kind == model.PASSWORD else kind,
                    "groups": groups,
                }

    def _shelf(self) -> Iterator[dict[str, Any]]:
        """What is public, in the order in which lists break their ties."""
        rows = Publication.objects.filter(district=self.district, deleted=False).order_by("pk")
        for type_, slug, etag in rows.values_list("type", "slug", "etag").iterator(chunk_size=_CHUNK):
            yield {"type": type_, "slug": slug, "etag": etag}


def member_of(field: models.Field, row: models.Model) -> str:
    """The member that holds a row's file. Its own name stands in the row."""
    return f"files/{label_of(type(row))}/{row.pk}/{field.name}"


def _of_types(types: Sequence[type[models.Model]]) -> Q:
    return Q(content_type__in=[one.pk for one in ContentType.objects.get_for_models(*types).values()])
