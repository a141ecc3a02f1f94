"""Reading an archive into an installation: all of it in one transaction, or nothing.

Every row gets a new key (those that the public sees keep theirs where nobody has it), and every reference is changed to
it. Texts that name rows are filled in after all rows are there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils.dateparse import parse_datetime
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    ReferenceIndex,
    Revision,
)
from wagtail.search import index
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.domain.archive import inventory
from cms.domain.archive.container import MOST_BYTES, ArchiveReader
from cms.domain.archive.files import FilesWritten
from cms.domain.archive.inventory import PUBLIC_KEYS, label_of
from cms.domain.archive.people import bring_people
from cms.domain.archive.planting import Rows, batches, reset_sequence
from cms.domain.archive.references import rewrite_draft
from cms.domain.districts import Colours, create_district
from festival.domain import contacts
from festival.models import FestivalPage
from media.exceptions import ArchiveRefused
from media.models import Picture
from media.tasks import make_picture_variants
from sites.domain import shelf
from sites.domain.audit import record
from sites.enums import Act
from sites.exceptions import DistrictConflict
from sites.models import District, FeedCounter, Publication, RoleGroup, User

log = logging.getLogger(__name__)
_BATCH = 200


@dataclass
class Imported:
    """What an import brought: the district, rows by model, what was renamed or left out, and what was public before
    as (type, slug) → entity tag."""

    district: District
    city_made: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    etags: dict[tuple[str, str], str] = field(default_factory=dict)

    def differing(self) -> list[tuple[str, str]]:
        """The items that are not, byte for byte, as they were when the archive was written. One query."""
        rows = Publication.objects.filter(district=self.district, deleted=False)
        now = {(type_, slug): etag for type_, slug, etag in rows.values_list("type", "slug", "etag")}
        return sorted(key for key in now.keys() | self.etags.keys() if now.get(key) != self.etags.get(key))


def import_district(
    file: IO[bytes],
    *,
    hostname: str = "",
    port: int | None = None,
    actor: User | None = None,
    most_bytes: int = MOST_BYTES,
) -> Imported:
    """Make the district of an archive with everything in it. `hostname` and `port` take the place of its own.

    Where no city is, the frame of its city comes along (site, home page, editions, and what the district shows of
    its pictures, crafts and notices). Pictures are made ready for the public by the worker afterwards. Raises
    ArchiveRefused, and DistrictConflict when slug, name or host is taken; then nothing was stored.
    """
    reader = ArchiveReader(file, most_bytes=most_bytes)
    written = FilesWritten()
    try:
        with transaction.atomic(), disable_reference_index_auto_update():
            return _Import(reader, written).run(hostname=hostname, port=port, actor=actor)
    except BaseException as error:
        written.remove()
        if isinstance(error, DatabaseError):
            raise ArchiveRefused(
                f"归档里的内容互相矛盾，没有导入：{str(error).splitlines()[0][:200]}"
            ) from error
        if isinstance(error, ValidationError):
            raise ArchiveRefused(f"归档里的内容不对，没有导入：{'；'.join(error.messages)}") from error
        if isinstance(error, KeyError | TypeError | AttributeError | ValueError):
            raise ArchiveRefused(f"归档的内容不成样子，没有导入：{type(error).__name__}：{error}") from error
        raise
    finally:
        reader.close()


class _Import(Rows):
    """One import on its way, from the district to its shelf."""

    def __init__(self, reader: ArchiveReader, written: FilesWritten) -> None:
        super().__init__(reader, written)
        self._refuse_unknown_members()

    def run(self, *, hostname: str, port: int | None, actor: User | None) -> Imported:
        facts = next(self.reader.lines("district.json"), None)
        if facts is None:
            raise ArchiveRefused("归档里缺少文件：district.json")
        city_made = self._make_city(facts["city"])
        district = self._make_district(facts, hostname=hostname, port=port)
        self.district = district
        self.imported = Imported(district, city_made, self.counts, self.notes)
        self._collections(facts["collections"], district)
        bring_people(self.reader.lines("people.jsonl"), district=district, keys=self.keys, notes=self.notes)
        for folder in ("shared", "rows"):
            self.first_pass(folder)
        for folder in ("shared", "rows"):
            self.second_pass(folder)
        self._know_applicants()
        self._drafts()
        self._restrictions()
        self._reset_sequences()
        self._index()
        self._publish()
        record(
            act=Act.DISTRICT_IMPORTED,
            actor=actor,
            district=district,
            subject_name=district.name,
            rows=sum(self.imported.counts.values()),
        )
        for picture in self.made.get(Picture, []):
            transaction.on_commit(lambda key=picture: make_picture_variants.enqueue(key))  # type: ignore[misc]
        return self.imported

    def _refuse_unknown_members(self) -> None:
        known = {
            "district.json",
            "pages.jsonl",
            "drafts.jsonl",
            "restrictions.jsonl",
            "people.jsonl",
            "shelf.jsonl",
        }
        known |= {"shared/pages.jsonl"}
        for model in [*inventory.owned(), *inventory.of_the_city()]:
            known |= {f"rows/{label_of(model)}.jsonl", f"shared/{label_of(model)}.jsonl"}
        strange = [
            name for name in self.reader.members if name not in known and not name.startswith("files/")
        ]
        if strange:
            raise ArchiveRefused(f"归档里有这里不认识的内容：{'、'.join(sorted(strange)[:5])}")

    # --- districts ----------------------------------------------------------------------------------------------------

    def _make_city(self, facts: dict[str, Any] | None) -> bool:
        """The city's frame, where an archive has one and no city is here. Whether it was made now."""
        self.city = District.objects.select_related("site", "collection").filter(is_city=True).first()
        if facts is None:
            return False
        if self.city is None:
            self.city_is_new = True
            self.city = self._create(facts, hostname=facts["hostname"], port=facts["port"])
        self.keys[District, facts["id"]] = self.city.pk
        self.keys[Collection, facts["collection"]] = self.city.collection_id
        return self.city_is_new

    def _make_district(self, facts: dict[str, Any], *, hostname: str, port: int | None) -> District:
        own = facts["district"]
        if District.objects.filter(slug=own["slug"]).exists():
            raise DistrictConflict(f"标识 {own['slug']} 已属于另一个区县")
        district = self._create(own, hostname=hostname or own["hostname"], port=port or own["port"])
        for key, slug in facts["districts"].items():
            other = District.objects.filter(slug=slug).first()
            if other is not None:
                self.keys[District, int(key)] = other.pk
        self.keys[District, own["id"]] = district.pk
        groups = dict(RoleGroup.objects.filter(district=district).values_list("role", "group_id"))
        for key, role in facts["groups"].items():
            self.keys[Group, int(key)] = groups[role]
        return district

    def _create(self, facts: dict[str, Any], *, hostname: str, port: int) -> District:
        try:
            district, _ = create_district(
                slug=facts["slug"],
                name=facts["name"],
                hostname=hostname,
                port=port,
                code=facts["code"],
                is_city=facts["is_city"],
                order=facts["order"],
                colours=Colours(facts["accent"], facts["accent_dark"]),
            )
        except ValidationError as error:
            raise ArchiveRefused(f"归档里区县的资料不对：{'；'.join(error.messages)}") from error
        return district

    def _collections(self, facts: list[dict[str, Any]], district: District) -> None:
        for one in facts:
            if one["id"] == facts[0]["id"]:
                self.keys[Collection, one["id"]] = district.collection_id
                continue
            parent = Collection.objects.get(pk=self.keys[Collection, one["parent"]])
            self.keys[Collection, one["id"]] = parent.add_child(name=one["name"]).pk

    # --- drafts and who may see what -------------------------------------------------------------------------------------

    def _drafts(self) -> None:
        for row in self.reader.lines("drafts.jsonl"):
            page = Page.objects.get(pk=self.keys[Page, row["page"]]).specific
            content = rewrite_draft(type(page), row["content"], visit=self._visit, child=self._child)
            content["pk"] = page.pk
            revision = Revision(
                content_object=page,
                base_content_type=ContentType.objects.get_for_model(Page),
                content=content,
                object_str=str(page),
                created_at=parse_datetime(row["created_at"]),
                approved_go_live_at=row["approved_go_live_at"] and parse_datetime(row["approved_go_live_at"]),
                user_id=self.keys.get((User, row["user"] or 0)),
            )
            revision.as_object()  # that it can be opened
            revision.save()
            if row["latest"]:
                Page.objects.filter(pk=page.pk).update(latest_revision=revision)

    def _child(self, root: type[models.Model], key: int) -> int | None:
        return self.keys.get((root, key))

    def _restrictions(self) -> None:
        kinds_of = {"page": PageViewRestriction, "collection": CollectionViewRestriction}
        roots = {"page": Page, "collection": Collection}
        for row in self.reader.lines("restrictions.jsonl"):
            key = self.keys[roots[row["on"]], row["id"]]
            made = kinds_of[row["on"]].objects.create(
                **{f"{row['on']}_id": key, "restriction_type": row["kind"]}
            )
            made.groups.set(self.keys[Group, one] for one in row["groups"])

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def _know_applicants(self) -> None:
        """The hash of an applicant's address is made with the key of an installation, and of the edition."""
        planted = self.made.get(Page, [])
        for festival in FestivalPage.objects.filter(pk__in=planted, booking__isnull=False):
            contacts.know_again(festival)

    def _reset_sequences(self) -> None:
        reset_sequence(model for model in self.made if label_of(model) in PUBLIC_KEYS)

    def _index(self) -> None:
        """What Wagtail keeps by signals, which rows in bulk do not send: references and search."""
        for model, keys in self.made.items():
            for row in self._read(model, keys):
                if ReferenceIndex.model_is_indexable(type(row)):
                    ReferenceIndex.create_or_update_for_object(row)
                if isinstance(row, index.Indexed):
                    index.insert_or_update_object(row)

    def _read(self, model: type[models.Model], keys: list[int]) -> Iterator[models.Model]:
        for batch in batches(keys, _BATCH):
            rows: Any = model._default_manager.filter(pk__in=batch)
            yield from rows.specific() if model is Page else rows

    def _publish(self) -> None:
        """Write the shelf in the order in which it was written before, so that lists break their ties alike."""
        district = self.imported.district
        for row in self.reader.lines("shelf.jsonl"):
            self.imported.etags[row["type"], row["slug"]] = row["etag"]
        Publication.objects.filter(district=district).delete()
        FeedCounter.objects.filter(district=district).update(seq=0)
        shelf.republish(district, first=list(self.imported.etags))
        if self.city_is_new and self.city is not None:
            shelf.republish(self.city)
