"""The rows of an archive on their way into the database: twice through them, first to make them and learn their keys,
then to fill in what names rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar, cast

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models
from modelcluster.fields import ParentalManyToManyField
from taggit.managers import TaggableManager
from wagtail.models import Collection, Page

from cms.domain.archive import booking, inventory
from cms.domain.archive.container import ArchiveReader
from cms.domain.archive.files import FilesWritten
from cms.domain.archive.inventory import PUBLIC_KEYS, fields_of, holds_file, label_of, root_of, waits
from cms.domain.archive.references import Link, rewrite_field
from cms.domain.archive.rows import check_values, checked_fields, from_json
from media.exceptions import ArchiveRefused
from media.models import Picture
from sites.models import District
from sites.ownership import OwnedByDistrict, UnderHome, ownership_of
from sites.pages import Frame

_BATCH = 200
_T = TypeVar("_T")


def batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    walk = iter(items)
    while batch := list(islice(walk, size)):
        yield batch


def reset_sequence(models_: Iterable[type[models.Model]]) -> None:
    """Let the next new key come after all that are there."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(models_)):
            cursor.execute(sql)


class Rows:
    """What was made of an archive so far. `keys` maps (root model, key in the archive) to the key here, `made` lists
    the keys of new rows by model."""

    district: District

    def __init__(self, reader: ArchiveReader, written: FilesWritten) -> None:
        self.reader = reader
        self.written = written
        self.keys: dict[tuple[type[models.Model], int], int] = {}
        self.made: dict[type[models.Model], list[int]] = {}
        self.counts: dict[str, int] = {}
        self.notes: list[str] = []
        self.city: District | None = None
        self.city_is_new = False
        inventory.check()
        self.order = inventory.in_order(booking.AFTER)

    def first_pass(self, folder: str) -> None:
        for model in self.order:
            if model is Page:
                self._plant(
                    "pages.jsonl" if folder == "rows" else "shared/pages.jsonl", shared=folder == "shared"
                )
                continue
            if folder == "rows" and not isinstance(ownership_of(model), OwnedByDistrict):
                continue
            for batch in batches(self.reader.lines(f"{folder}/{label_of(model)}.jsonl"), _BATCH):
                self._insert(model, batch, shared=folder == "shared")

    def _insert(self, model: type[models.Model], rows: list[dict[str, Any]], *, shared: bool) -> None:
        if shared and isinstance(ownership_of(model), UnderHome) and not self.city_is_new:
            return  # parts of the city's own pages, which are here with theirs
        wanted = {row["id"] for row in rows} if label_of(model) in PUBLIC_KEYS else set()
        taken = set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
        new: list[tuple[int, models.Model]] = []
        for row in rows:
            values = checked_fields(model, row["fields"])
            if shared and (known := self._known_here(model, values)) is not None:
                self.keys[model, row["id"]] = known
                continue
            instance = model()
            if not self._fill(instance, values, first=True, citys=row.get("citys", False)):
                if not shared:
                    self.notes.append(f"{model._meta.verbose_name} {row['id']} 离不开别的区县，没有带来")
                continue
            if row["id"] in wanted - taken:
                instance.pk = row["id"]
            new.append((row["id"], instance))
        kept = [instance for _, instance in new if instance.pk is not None]
        others = [instance for _, instance in new if instance.pk is None]
        model._default_manager.bulk_create(kept)
        if wanted and others:
            reset_sequence([model])  # PostgreSQL would give out the keys that were just kept
        model._default_manager.bulk_create(others)
        for key, instance in new:
            self.keys[model, key] = instance.pk
        self.made.setdefault(model, []).extend(instance.pk for _, instance in new)
        name = label_of(model)
        self.counts[name] = self.counts.get(name, 0) + len(new)

    def _known_here(self, model: type[models.Model], values: dict[str, Any]) -> int | None:
        """The row of the city that a shared one is: the same by its unique field, or by all that it says."""
        if isinstance(ownership_of(model), OwnedByDistrict) and model is not Picture and "file" not in values:
            return None
        plain = [
            one
            for one in fields_of(model)
            if not one.is_relation
            and not holds_file(one)
            and not isinstance(one, models.JSONField)
            and not getattr(one, "auto_now_add", False)
            and one.name in values
            and one.editable
        ]
        unique = [one for one in plain if one.unique]
        sought = unique[:1] or plain
        rows = model._default_manager.all()
        ownership = ownership_of(model)
        if isinstance(ownership, OwnedByDistrict):
            if self.city is None:
                return None
            rows = rows.filter(ownership.within([self.city]))
            content = [one for one in fields_of(model) if one.name in ("content_key", "file_hash")]
            sought = [*sought, *content]
        found = rows.filter(**{one.name: from_json(one, values[one.name]) for one in sought}).first()
        return found.pk if found is not None else None

    def _fill(
        self, instance: models.Model, values: dict[str, Any], *, first: bool, citys: bool = False
    ) -> bool:
        """Set what can be set before (`first`) or after every row is there. False when a row that it cannot do
        without did not come along."""
        model = type(instance)
        named: set[str] = set()
        for one in fields_of(model):
            if one.name not in values or waits(model, one) == first or one.many_to_many:
                continue
            value = values[one.name]
            if isinstance(one, models.ForeignKey):
                key = self._target(one, value)
                if key is None and not one.null:
                    return False
                setattr(instance, one.attname, key)
            elif holds_file(one):
                self.written.store(one, instance, value, reader=self.reader)
            else:
                stored = rewrite_field(one, booking.renamed(one, value, self._visit), self._visit)
                setattr(instance, one.attname, from_json(one, stored))
                named.add(one.name)
        if first and "collection" in {one.name for one in model._meta.concrete_fields}:
            collection = values.get("collection")
            instance.collection_id = self._collection(collection, citys=citys)  # type: ignore[attr-defined]
        check_values(instance, named)
        return True

    def _collection(self, key: int | None, *, citys: bool) -> int:
        own = self.district
        if key is not None and (Collection, key) in self.keys:
            return self.keys[Collection, key]
        return self.city.collection_id if citys and self.city is not None else own.collection_id

    def _target(self, one: models.ForeignKey, key: Any) -> int | None:
        if key is None:
            return None
        if one.related_model is ContentType:
            app_label, _, name = str(key).partition(".")
            return ContentType.objects.get_by_natural_key(app_label, name).pk
        return self.keys.get((root_of(one.related_model), int(key)))

    def _visit(self, root: type[models.Model], key: int) -> int | Link | None:
        return self.keys.get((root, key))

    def second_pass(self, folder: str) -> None:
        for model in self.order:
            if model is Page or not any(waits(model, one) for one in fields_of(model)):
                continue
            made = set(self.made.get(model, []))
            for row in self.reader.lines(f"{folder}/{label_of(model)}.jsonl"):
                pk = self.keys.get((model, row["id"]))
                if pk in made:
                    self._complete(model._default_manager.get(pk=pk), row["fields"])
        name = "pages.jsonl" if folder == "rows" else "shared/pages.jsonl"
        planted = set(self.made.get(Page, []))
        for row in self.reader.lines(name):
            pk = self.keys.get((Page, row["id"]))
            if pk in planted:
                page = Page.objects.get(pk=pk).specific
                self._fill(page, row["fields"], first=False)
                page.live = bool(row["fields"]["live"])
                page.save(clean=False)

    def _complete(self, instance: models.Model, values: dict[str, Any]) -> None:
        self._fill(instance, values, first=False)
        late = [one for one in fields_of(type(instance)) if one.name in values and waits(type(instance), one)]
        plain = {one.attname: getattr(instance, one.attname) for one in late if not one.many_to_many}
        if plain:
            type(instance)._default_manager.filter(pk=instance.pk).update(**plain)
        for one in late:
            if isinstance(one, TaggableManager):
                if values[one.name]:
                    getattr(instance, one.name).set(values[one.name])
            elif one.many_to_many:
                related: Any = one.related_model
                root = root_of(related)
                kept = [self.keys[root, key] for key in values[one.name] if (root, key) in self.keys]
                manager = getattr(instance, one.name)
                if isinstance(one, ParentalManyToManyField):
                    manager.set(related._default_manager.filter(pk__in=kept))
                    manager.commit()
                else:
                    manager.set(kept)

    def _plant(self, member: str, *, shared: bool) -> None:
        """Put pages below the home page that is there. A shelf takes the place of the one that was made with the
        district; of a city that was here before nothing is added to, only found again."""
        types = {label_of(model): model for model in inventory.pages()}
        district = self.city if shared else self.district
        found_only = shared and not self.city_is_new
        for row in self.reader.lines(member):
            model = types.get(row["model"])
            if model is None:
                raise ArchiveRefused(f"归档里有这里不认识的页面类型：{row['model']!r:.60}")
            if district is None:
                return
            values = checked_fields(model, row["fields"])
            parent = Page.objects.filter(pk=self.keys.get((Page, row["parent"] or 0))).first()
            here = self._there_already(model, values, parent=parent, district=district)
            if here is None:
                if found_only:
                    continue
                if parent is None:
                    raise ArchiveRefused(f"归档里的页面“{values.get('title')}”没有上级")
                here = cast("Page", model())
                if not self._fill(here, values, first=True):
                    raise ArchiveRefused(f"归档里的页面“{values.get('title')}”缺少它离不开的内容")
                here.live = False
                parent.add_child(instance=here)
            elif not found_only:
                self._fill(here, values, first=True)
                here.slug = district.slug if parent is None else here.slug
                here.save(clean=False)
            self.keys[Page, row["id"]] = here.pk
            if not found_only:
                self.made.setdefault(Page, []).append(here.pk)
                self.counts["pages"] = self.counts.get("pages", 0) + 1

    def _there_already(
        self, model: type[Page], values: dict[str, Any], *, parent: Page | None, district: District
    ) -> Page | None:
        if parent is None:
            home: Page = district.site.root_page.specific
            return home if isinstance(home, model) else None
        siblings = model.objects.child_of(parent)
        if not issubclass(model, Frame):
            siblings = siblings.filter(slug=values["slug"])
        return siblings.first()
