"""Taking a district away with everything that is its own, and nothing that is anybody else's.

What goes is found by what each model says of its owner (`sites.ownership`), and beside it whatever Wagtail and Django
keep about those rows. All rows go in one transaction; files go after its commit. The city's portal notices by itself:
a reader of the city's feed is told to begin again (410) and drops what is no longer there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage, storages
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from taggit.models import Tag
from wagtail.models import (
    Collection,
    Page,
    ReferenceIndex,
    Task,
    UploadedFile,
    Workflow,
    WorkflowPage,
)

from cms.domain.archive import inventory
from cms.publishing import building
from sites import shelving
from sites.domain import shelf
from sites.domain.audit import record
from sites.enums import Act
from sites.exceptions import DistrictConflict
from sites.hosts import table
from sites.models import District, RoleGroup, ServedCommunity, User
from sites.ownership import OwnedByDistrict, ownership_of
from sites.pages import Frame


@dataclass
class Going:
    """What would go with a district: how many of what (by its Chinese name), which accounts, what stands in the way."""

    counts: dict[str, int] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)


def survey(district: District) -> Going:
    """What would go. Changes nothing."""
    going = Going(people=[str(user) for user in only_here(district).order_by("pk")])
    if district.is_city and District.objects.exclude(pk=district.pk).exists():
        going.obstacles.append("还有别的区县：全市站点要最后才能删除")
    for model in [*inventory.pages(), *inventory.owned()]:
        name = str(model._meta.verbose_name)
        # What nobody has made, and what has no name for people, is not worth a line.
        if issubclass(model, Frame) or name.isascii():
            continue
        if count := _rows(model, district).count():
            going.counts[name] = going.counts.get(name, 0) + count
    going.obstacles += _used_elsewhere(district)
    return going


def only_here(district: District) -> models.QuerySet[User]:
    """The people who serve this district and nobody else: no other role, not the city's staff."""
    role = RoleGroup.objects.filter(district=district)
    elsewhere = Group.objects.exclude(pk__in=role.values("group"))
    served = ServedCommunity.objects.filter(community__district=district)
    return (
        User.objects.filter(Q(groups__in=role.values("group")) | Q(pk__in=served.values("user")))
        .exclude(groups__in=elsewhere)
        .exclude(is_superuser=True)
        .distinct()
    )


def delete_district(district: District, *, actor: User | None) -> Going:
    """Take a district away. Accounts that served it alone are erased; whoever also serves another keeps theirs.

    Raises DistrictConflict, and changes nothing, for the city while there are districts, while another district uses
    something of this one, and while its site is being built.
    """
    district = District.objects.select_related("site__root_page", "collection").get(pk=district.pk)
    going = survey(district)
    if going.obstacles:
        raise DistrictConflict(f"{district.name}还不能删除：" + "；".join(going.obstacles))
    try:
        with transaction.atomic():
            if building.is_being_built(district):
                raise DistrictConflict(f"{district.name}的网站正在构建，请过一会儿再删除")
            showing = _shown_by(district)
            with shelving.paused():
                _take_away(district)
            for source in showing:
                fresh = type(source)._default_manager.filter(pk=source.pk).first()
                if fresh is not None:
                    shelf.refresh(fresh)
            record(
                act=Act.DISTRICT_DELETED,
                actor=actor,
                subject_name=district.name,
                slug=district.slug,
                counts=going.counts,
                accounts=len(going.people),
            )
            slug = district.slug
            transaction.on_commit(lambda: remove_published(slug), robust=True)
    except ProtectedError as error:
        kinds = "、".join(sorted({str(row._meta.verbose_name) for row in error.protected_objects}))
        raise DistrictConflict(f"{district.name}还不能删除：别处还用着它的内容（{kinds}）") from error
    table.forget()
    return going


# --- what there is ----------------------------------------------------------------------------------------------------


def _owned() -> list[type[models.Model]]:
    return [model for model in inventory.ours() if isinstance(ownership_of(model), OwnedByDistrict)]


def _rows(model: type[models.Model], district: District) -> models.QuerySet[Any]:
    ownership = ownership_of(model)
    assert isinstance(ownership, OwnedByDistrict)
    return model._default_manager.filter(ownership.within([district]))


def _used_elsewhere(district: District) -> list[str]:
    """What of other districts cannot do without a row of this one, in words."""
    found = []
    for model in _owned():
        for one in model._meta.concrete_fields:
            target = one.related_model if isinstance(one, models.ForeignKey) else None
            if target is None or _on_delete(one) is not models.PROTECT:
                continue
            if isinstance(ownership_of(target), OwnedByDistrict):
                theirs = model._default_manager.exclude(pk__in=_rows(model, district).values("pk"))
                for row in theirs.filter(**{f"{one.name}__in": _rows(target, district)})[:20]:
                    found.append(f"{model._meta.verbose_name}“{row}”还用着它的{target._meta.verbose_name}")
    return found


def _on_delete(field: Any) -> Any:
    return field.remote_field.on_delete


def _shown_by(district: District) -> list[models.Model]:
    """What of others shows something of the district, and must be written anew without it. None of its own rows."""
    keys = _keys(district)
    home = district.site.root_page
    found: dict[tuple[int, str], None] = {}
    for model, ids in keys.items():
        types = _types_of(model)
        for chunk in _chunks(ids):
            rows = ReferenceIndex.objects.filter(to_content_type__in=types, to_object_id__in=chunk)
            found.update(dict.fromkeys(rows.values_list("base_content_type", "object_id")))
    sources: list[models.Model] = []
    for content_type, key in found:
        owner = ContentType.objects.get_for_id(content_type).model_class()
        source = owner._default_manager.filter(pk=key).first() if owner is not None else None
        if isinstance(source, Page) and source.path.startswith(home.path):
            continue
        if source is not None and str(source.pk) not in keys.get(type(source), ()):
            sources.append(source)
    return sources


def _types_of(model: type[models.Model]) -> set[int]:
    """The content types under which a row of the model may be remembered."""
    return {ContentType.objects.get_for_model(one).pk for one in (model, *model._meta.get_parent_list())}


# --- taking it away ---------------------------------------------------------------------------------------------------


def _take_away(district: District) -> None:
    home, site, collection = district.site.root_page, district.site, district.collection
    people = list(only_here(district))
    groups = list(Group.objects.filter(district_role__district=district))
    keys = _keys(district)
    workflows, tasks = _workflows(home, groups)
    tags = _tags_of(keys)
    # Not public any more: each later step then finds nothing to write anew for it, but tells those that showed it.
    Page.objects.descendant_of(home, inclusive=True).update(live=False)
    for model in reversed(inventory.in_order()):
        # Those that others point to go last; pages and files have ways of their own.
        if model is Page or _is_file(model) or _is_pointed_to_by_pages(model):
            continue
        if isinstance(ownership_of(model), OwnedByDistrict):
            for row in _rows(model, district).order_by("pk").iterator(chunk_size=200):
                row.delete()
    for section in home.get_children().specific():
        section.delete()
    _let_go_of_files(home)
    District.objects.get(pk=district.pk).delete()
    site.delete()
    Page.objects.get(pk=home.pk).specific.delete()
    for model in _owned():
        if _is_file(model):
            rows = Collection.objects.descendant_of(collection, inclusive=True)
            for file in model._default_manager.filter(collection__in=rows).order_by("pk"):
                file.delete()
    Collection.objects.get(pk=collection.pk).delete()
    for workflow in workflows:
        workflow.delete()
    for task in tasks:
        task.specific.delete()
    for group in groups:
        group.delete()
    _erase(people)
    _forget(keys)
    tags.filter(taggit_taggeditem_items=None).delete()


def _is_file(model: type[models.Model]) -> bool:
    names = {one.name for one in model._meta.concrete_fields}
    return {"file", "collection"} <= names


def _is_pointed_to_by_pages(model: type[models.Model]) -> bool:
    fields = [one for page in inventory.pages() for one in page._meta.concrete_fields]
    return any(isinstance(one, models.ForeignKey) and one.related_model is model for one in fields)


def _keys(district: District) -> dict[type[models.Model], list[str]]:
    """The keys of the district's rows by model, as text, for whatever remembers rows in that form."""
    keys: dict[type[models.Model], list[str]] = {}
    for model in _owned():
        keys[model] = [str(pk) for pk in _rows(model, district).values_list("pk", flat=True)]
    home = district.site.root_page
    keys[Page] = [
        str(pk) for pk in Page.objects.descendant_of(home, inclusive=True).values_list("pk", flat=True)
    ]
    return keys


def _workflows(home: Page, groups: list[Group]) -> tuple[list[Workflow], list[Task]]:
    """The workflows used here and nowhere else, and the tasks of these and no others."""
    here = WorkflowPage.objects.filter(page__in=Page.objects.descendant_of(home, inclusive=True))
    other = WorkflowPage.objects.exclude(pk__in=here.values("pk"))
    workflows = list(
        Workflow.objects.filter(pk__in=here.values("workflow")).exclude(pk__in=other.values("workflow"))
    )
    tasks = Task.objects.filter(
        Q(workflow_tasks__workflow__in=workflows) | Q(groupapprovaltask__groups__in=groups)
    )
    return workflows, list(
        tasks.exclude(
            workflow_tasks__workflow__in=Workflow.objects.exclude(pk__in=[one.pk for one in workflows])
        ).distinct()
    )


def _tags_of(keys: dict[type[models.Model], list[str]]) -> models.QuerySet[Tag]:
    wanted = Q(pk__in=[])
    for model, ids in keys.items():
        if _is_file(model):
            content_type = ContentType.objects.get_for_model(model)
            wanted |= Q(
                taggit_taggeditem_items__content_type=content_type, taggit_taggeditem_items__object_id__in=ids
            )
    return Tag.objects.filter(pk__in=list(Tag.objects.filter(wanted).values_list("pk", flat=True)))


def _let_go_of_files(home: Page) -> None:
    """A home page holds its pictures so that they cannot go before it."""
    page = home.specific
    held = {
        one.name: None
        for one in page._meta.concrete_fields
        if isinstance(one, models.ForeignKey) and one.null and _is_file(one.related_model)
    }
    type(page)._default_manager.filter(pk=page.pk).update(**held)


def _erase(people: Iterable[User]) -> None:
    for person in people:
        UploadedFile.objects.filter(uploaded_by_user=person).delete()
        _forget_sign_ins(person.get_username())
        person.delete()


def _forget_sign_ins(username: str) -> None:
    """What guards the sign-in remembers accounts by name."""
    if apps.is_installed("axes"):
        for model in apps.get_app_config("axes").get_models():
            if "username" in {one.name for one in model._meta.concrete_fields}:
                model._default_manager.filter(username=username).delete()


def _forget(keys: dict[type[models.Model], list[str]]) -> None:
    """Delete what is kept about rows by content type and key, without a foreign key to go along with: log, sessions
    of editing, references to them."""
    for model, ids in keys.items():
        if not ids:
            continue
        types = _types_of(model)
        for chunk in _chunks(ids):
            for keeper, type_name, id_name in _keepers():
                keeper._default_manager.filter(
                    **{f"{type_name}__in": types, f"{id_name}__in": chunk}
                ).delete()
            if model is Page:
                apps.get_model("wagtailcore", "PageLogEntry")._default_manager.filter(
                    page_id__in=chunk
                ).delete()


def _keepers() -> Iterator[tuple[type[models.Model], str, str]]:
    """The models that remember any row: (model, its field for the content type, its field for the key)."""
    yield ReferenceIndex, "to_content_type", "to_object_id"
    for model in apps.get_models():
        names = {one.name for one in model._meta.concrete_fields}
        for prefix in ("", "base_"):
            if {f"{prefix}content_type", "object_id"} <= names:
                yield model, f"{prefix}content_type", "object_id"


def _chunks(items: list[str], size: int = 500) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


# --- published files --------------------------------------------------------------------------------------------------


def remove_published(slug: str) -> int:
    """Delete every file of a public site, here and where published files live elsewhere; returns how many. Run again,
    it finishes what was cut off."""
    if not slug or "/" in slug or slug.startswith("."):
        raise ValueError(slug)
    folder = Path(settings.PUBLISHED_ROOT) / slug
    count = sum(one.is_file() for one in folder.rglob("*")) if folder.is_dir() else 0
    shutil.rmtree(folder, ignore_errors=True)
    if settings.S3_PUBLISHED_BUCKET:
        count += _empty(storages["published"], slug)
    return count


def _empty(storage: Storage, prefix: str) -> int:
    try:
        folders, files = storage.listdir(prefix)
    except FileNotFoundError:
        return 0
    for name in files:
        storage.delete(f"{prefix}/{name}")
    return len(files) + sum(_empty(storage, f"{prefix}/{name}") for name in folders)
