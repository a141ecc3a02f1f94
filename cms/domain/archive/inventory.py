"""Which models an archive carries, and that it knows how to carry each of their fields.

What belongs to a district is said by the models themselves (`sites.ownership`), so a new model is taken along without
being named here. One with a field that cannot be carried stops every export until somebody decides about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from taggit.managers import TaggableManager
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Collection, Page

from media.exceptions import ArchiveRefused
from sites.models import District, User
from sites.ownership import ByDistrict, InCollection, OfTheCity, UnderHome, ownership_of

# Not carried, and why.
LEFT_BEHIND: dict[str, str] = {
    "districts.district": "in district.json",
    "districts.rolegroup": "made anew with the district; people.jsonl says who has which role",
    "districts.invitation": "holds a secret and is good at its own installation only",
    "districts.apitoken": "holds a secret and is good at its own installation only",
    "districts.auditentry": "the trail belongs to the installation where it happened",
    "districts.outboxmessage": "mail that is on its way, with secret links in it",
    "districts.feedcounter": "the shelf is written anew",
    "districts.publication": "the shelf is written anew",
    "districts.publicationfacet": "the shelf is written anew",
    "districts.sitebuild": "the site is built anew",
    "districts.noticegateway": "holds a secret; the gateway of another installation gets one of its own",
    "media.picturerendition": "made anew",
    "festival.applicationlink": "opens an application at its own installation only; each notice makes a new one",
    "festival.contactcode": "good for minutes",
    "festival.idempotencyrecord": "answers to requests that come again to its own installation only",
    "festival.passkey": "holds a secret and is good at its own installation only",
    "festival.pass": "signed by a key that stays",
    "festival.checkindevice": "holds a secret and is good at its own installation only",
    "festival.checkinscan": "of devices that stay; the history of the applications tells who came",
}
# Their keys stand in public items or addresses. An archive keeps them where nobody else has them.
PUBLIC_KEYS = frozenset(
    {
        *("festival.stage", "festival.zone", "festival.booth", "media.document"),
        *("festival.question", "festival.documentrequirement"),
    }
)
# Columns that hold the key of a file in the default storage, and are no FileField because nothing has its address.
PRIVATE_FILES = frozenset({"festival.applicationdocument.file"})

_MADE_ANEW: dict[str, frozenset[str]] = {
    "media.picture": frozenset({"variants", "shown_key", "sweep_after", "collection"}),
    "media.document": frozenset({"collection"}),
}
# A page's place in the tree, and what Wagtail keeps for it; drafts.jsonl carries the draft.
_OF_THE_TREE = frozenset(
    {
        *("path", "depth", "numchild", "url_path", "content_type", "locale", "translation_key"),
        *("latest_revision", "live_revision", "locked", "locked_at", "locked_by", "alias_of"),
    }
)
_SECRET_NAMES = ("digest", "secret", "token", "password")


def label_of(model: type[models.Model]) -> str:
    """What an archive calls a model: "cms.storypage"."""
    return str(model._meta.label_lower)


def root_of(model: type[models.Model]) -> type[models.Model]:
    """The model whose keys a row of `model` has: Page for every page, Group approval's task and so on."""
    parents = model._meta.get_parent_list()
    concrete: type[models.Model] = parents[-1] if parents else model
    return concrete


def ours() -> Iterator[type[models.Model]]:
    """Every model that says whose it is."""
    for model in apps.get_models():
        if ownership_of(model) is not None:
            yield model


def owned() -> list[type[models.Model]]:
    """The models whose rows an archive carries because they are the district's, pages left out."""
    return [
        model
        for model in ours()
        if isinstance(ownership_of(model), ByDistrict | UnderHome | InCollection)
        and label_of(model) not in LEFT_BEHIND
        and not issubclass(model, Page)
    ]


def of_the_city() -> list[type[models.Model]]:
    """The models that the whole city shares; an archive carries those of their rows that the district shows."""
    return [model for model in ours() if isinstance(ownership_of(model), OfTheCity)]


def pages() -> list[type[models.Model]]:
    """Our page types."""
    return [model for model in ours() if issubclass(model, Page)]


def fields_of(model: type[models.Model]) -> list[models.Field]:
    """The fields that a row of an archive has, its key left out."""
    left = _MADE_ANEW.get(label_of(model), frozenset())
    if issubclass(model, Page):
        left |= _OF_THE_TREE
    found = [
        field for field in model._meta.concrete_fields if not field.primary_key and field.name not in left
    ]
    found = [field for field in found if not (field.remote_field and field.remote_field.parent_link)]
    found = [field for field in found if not (issubclass(model, Page) and field.name == "id")]
    return found + [field for field in model._meta.many_to_many if _is_carried_relation(field)]


def _is_carried_relation(field: models.Field) -> bool:
    if isinstance(field, TaggableManager):
        return True
    return bool(field.remote_field.through._meta.auto_created)  # type: ignore[union-attr]


def holds_references(field: models.Field) -> bool:
    """Whether the text of a field names rows (StreamField, rich text)."""
    return isinstance(field, StreamField | RichTextField)


def holds_file(field: models.Field) -> bool:
    """Whether a field names a file that goes along."""
    return isinstance(field, models.FileField) or f"{label_of(field.model)}.{field.name}" in PRIVATE_FILES


def waits(model: type[models.Model], field: models.Field) -> bool:
    """Whether a field is filled in only after every row is there: what names rows that may come later."""
    if holds_references(field) or isinstance(field, models.ManyToManyField | TaggableManager):
        return True
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return True  # Django writes the present moment over what a new row says
    to_page = isinstance(field, models.ForeignKey) and issubclass(field.related_model, Page)
    return to_page and issubclass(model, Page)


def check() -> None:
    """That every model can be carried. Raises ArchiveRefused that names each field for which this is not so."""
    problems = [
        f"{model._meta.label}.{name}：{why}"
        for model in [*owned(), *of_the_city(), *pages()]
        for name, why in _problems(model)
    ]
    if problems:
        raise ArchiveRefused(
            "归档还不知道怎样带走这些内容，请先在 inventory.py 里决定：" + "；".join(problems)
        )


def _problems(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    known = {label_of(one) for one in [*owned(), *of_the_city(), *pages()]}
    for field in model._meta.private_fields:
        if isinstance(field, GenericForeignKey):
            yield field.name, "指向任意一种内容"
    for field in model._meta.many_to_many:
        through: Any = field.remote_field.through
        if not _is_carried_relation(field) and label_of(through) not in known:
            yield field.name, f"经过 {through._meta.label}"
    if model._meta.get_parent_list() and not issubclass(model, Page):
        yield "", "是另一种内容的子类"
    for field in fields_of(model):
        if any(word in field.name for word in _SECRET_NAMES):
            yield field.name, "像是密钥"
        if isinstance(field, models.ForeignKey) and not _leads_somewhere(field, known):
            yield field.name, f"指向 {field.related_model._meta.label}"
        if isinstance(field, models.BinaryField):
            yield field.name, "是二进制内容"
        if isinstance(field, models.ForeignKey) and waits(model, field) and not field.null:
            yield field.name, "页面必须指向另一个页面"


def _leads_somewhere(field: models.ForeignKey, known: set[str]) -> bool:
    target: Any = field.related_model
    if target in (User, District, Group, ContentType, Collection, Page) or label_of(target) in known:
        return True
    return bool(field.null)


def in_order(
    after: Mapping[type[models.Model], Iterable[type[models.Model]]] | None = None,
) -> list[type[models.Model]]:
    """The carried models, each after those that its rows point to, and after those that `after` says; Page stands for
    all pages. Raises ArchiveRefused when they point at each other."""
    graph: dict[type[models.Model], set[type[models.Model]]] = {Page: set()}
    chosen = {*owned(), *of_the_city()}
    for model in [*chosen, *pages()]:
        node = Page if issubclass(model, Page) else model
        graph.setdefault(node, set()).update((after or {}).get(model, ()))
        for field in fields_of(model):
            if isinstance(field, models.ForeignKey) and not waits(model, field):
                target = Page if issubclass(field.related_model, Page) else field.related_model
                if target is not node and (target is Page or target in chosen):
                    graph[node].add(target)
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        names = " → ".join(model._meta.label for model in error.args[1])
        raise ArchiveRefused(f"归档还不知道怎样带走互相指向的内容：{names}") from error
