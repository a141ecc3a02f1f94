"""Layer 5 of tenancy: nothing refers to what is another district's.

A key in a form is only a number, and whoever types another district's is shown its picture, its draft, its name. So on
every save each reference that an object makes is looked up, as Wagtail's ReferenceIndex would find it: foreign keys,
child rows, choosers in StreamFields, links in rich text. Allowed is what belongs to the same district, and what the
city shares: its pictures and documents, its public pages, the lists that are one for the whole city.

The forms call it and so does publishing; a page that stays in its district can be changed by no other way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey, ManyToManyField, Model
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.models import Page
from wagtail.signals import pre_page_move

from sites.exceptions import AnotherDistrict
from sites.models import District
from sites.ownership import InCollection, OfTheCity, OwnedByDistrict, UnderHome, ownership_of

Children = Mapping[str, Sequence[Model]]


@dataclass(frozen=True)
class Reference:
    """That a field of a row names a row of another model."""

    row: Model
    field: str
    model: type[Model]
    pk: str


@dataclass(frozen=True)
class Problem:
    """A reference that is not allowed, and what to tell the person who made it."""

    row: Model
    field: str
    pk: str
    text: str


def references_of(row: Model, *, children: Children | None = None) -> Iterator[Reference]:
    """Every reference that a row and its child rows make. `children` are the child rows by relation where they are
    not (yet) the row's own."""
    for field in row._meta.get_fields():
        if isinstance(field, ForeignKey) and not isinstance(field, ParentalKey):
            if not field.remote_field.parent_link and (pk := getattr(row, field.attname)) is not None:
                yield Reference(row, field.name, field.related_model, str(pk))
        elif isinstance(field, ManyToManyField) and row.pk is not None:
            for pk in getattr(row, field.name).values_list("pk", flat=True):
                yield Reference(row, field.name, field.related_model, str(pk))
        elif hasattr(field, "extract_references"):
            stream: Any = field
            value = stream.value_from_object(row)
            for model, found, _, _ in stream.extract_references(value) if value is not None else ():
                yield Reference(row, field.name, model, str(found))
    for child in _children(row) if children is None else (one for rows in children.values() for one in rows):
        yield from references_of(child)


def _children(row: Model) -> Iterator[Model]:
    if isinstance(row, ClusterableModel):
        for relation in get_all_child_relations(row):
            # A revision's comments and the like are Wagtail's own and refer to nothing of ours.
            if ownership_of(relation.related_model) is not None:
                yield from getattr(row, relation.get_accessor_name()).all()


def problems_of(row: Model, *, district: District | None, children: Children | None = None) -> list[Problem]:
    """The references of a row of `district` that lead to what is another's. A query for each kind of target."""
    wanted: dict[type[Model], dict[str, list[Reference]]] = {}
    for one in references_of(row, children=children):
        if (target := _target(one.model)) is not None:
            wanted.setdefault(target, {}).setdefault(one.pk, []).append(one)
    problems = []
    for model, by_pk in wanted.items():
        foreign = _known(model, by_pk) - _allowed(model, by_pk, district)
        for pk in sorted(foreign):
            problems += [Problem(one.row, one.field, pk, _explained(one)) for one in by_pk[pk]]
    return problems


def _target(model: type[Model]) -> type[Model] | None:
    """The model whose rows have a district, or None for what has none."""
    if issubclass(model, Page):
        return Page
    return model if isinstance(ownership_of(model), OwnedByDistrict) else None


def _known(model: type[Model], pks: Iterable[str]) -> set[str]:
    # What was deleted since is nobody's, and a draft with a dead link must still be saved.
    return {str(pk) for pk in model._default_manager.filter(pk__in=pks).values_list("pk", flat=True)}


def _allowed(model: type[Model], pks: Iterable[str], district: District | None) -> set[str]:
    ownership = UnderHome() if model is Page else ownership_of(model)
    assert isinstance(ownership, OwnedByDistrict)
    rows = model._default_manager.filter(pk__in=pks)
    city = District.objects.filter(is_city=True)
    found = list(rows.filter(ownership.within([district] if district else [])).values_list("pk", flat=True))
    if model is Page:
        found += rows.filter(ownership.within(city), live=True).values_list("pk", flat=True)
    elif isinstance(ownership, InCollection):
        found += rows.filter(ownership.within(city)).values_list("pk", flat=True)
    return {str(pk) for pk in found}


def _explained(one: Reference) -> str:
    field = one.row._meta.get_field(one.field)
    label = str(getattr(field, "verbose_name", one.field))
    kind = "页面" if issubclass(one.model, Page) else str(one.model._meta.verbose_name)
    return f"“{label}”里有一个{kind}不是本区县的，也不是全市共享的。请重新选择，或者拿掉它。"


# --- pages stay where they are ------------------------------------------------------------------------------------------

MOVE_REFUSED = "“{title}”不能移到别的区县：它的图片、社区和匠人都留在原来的区县。请用“送出”把它交给那个区县。"
COPY_REFUSED = "“{title}”用到了本区县的图片、社区或匠人，不能复制到别的区县。请用“送出”把它交给那个区县。"


def connect() -> None:
    """Refuse every move across districts, whoever asks for it."""
    pre_page_move.connect(_refuse_move, dispatch_uid="district")


def _refuse_move(
    sender: type[Page], instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    below = UnderHome()
    if below.district_of(parent_page_before) != below.district_of(parent_page_after):
        raise AnotherDistrict(MOVE_REFUSED.format(title=instance.title))


def is_tied(page: Page, target: Page) -> bool:
    """Whether a copy of the page below `target` would refer to what is the page's own district's."""
    district = UnderHome().district_of(target)
    if district == UnderHome().district_of(page):
        return False
    return any(
        problems_of(one.get_latest_revision_as_object(), district=district)
        for one in page.get_descendants(inclusive=True).specific()
    )


def refuse_abroad(page: Page, target: Page | None) -> None:
    """Raises AnotherDistrict where a copy below `target` would refer to what is the page's own district's."""
    if target is not None and is_tied(page, target):
        raise AnotherDistrict(COPY_REFUSED.format(title=page.title))


# --- forms --------------------------------------------------------------------------------------------------------------


class GuardedForm:
    """Mixed in before a model form: refuses what the row refers to and must not, drafts included.

    What was typed stays in the form, beside the words that say what to choose anew; only the refused key goes.
    """

    if TYPE_CHECKING:
        instance: Any
        fields: dict[str, Any]
        errors: Any
        is_bound: bool
        formsets: dict[str, Any]

        def add_error(self, field: str | None, error: Any) -> None: ...
        def __getitem__(self, name: str) -> Any: ...

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()  # type: ignore[misc]
        district = self.owning_district()
        if not valid and (not self.is_bound or district is None):
            return False  # of nobody's row, everything would be somebody else's
        if not valid:
            self._look_at_refused_blocks()
        # Not in `clean`: what was typed reaches the instance only after it.
        problems = problems_of(self.instance, district=district, children=self._typed_children())
        crossed_out = {id(form.instance) for form in self._child_forms() if form.cleaned_data.get("DELETE")}
        said = [problem for problem in problems if id(problem.row) not in crossed_out]
        if valid and not said:
            return True
        for problem in problems:
            _forget(self._form_of(problem.row), problem)
        for problem in said:
            self._say(problem)
        return False

    def _look_at_refused_blocks(self) -> None:
        """Put blocks with a mistake in them on the instance, which is not saved now: they are shown again, too."""
        for name in self.fields.keys() & self.errors.keys():
            if hasattr(type(self.instance), name) and hasattr(
                self.instance._meta.get_field(name), "extract_references"
            ):
                setattr(self.instance, name, self[name].data)

    def owning_district(self) -> District | None:
        """The district to which the row will belong."""
        ownership = ownership_of(type(self.instance))
        if isinstance(ownership, OfTheCity):
            return District.objects.filter(is_city=True).first()
        return ownership.district_of(self.instance) if isinstance(ownership, OwnedByDistrict) else None

    def submitted_children(self) -> Children:
        """The child rows as they were typed, without those crossed out; they reach the row itself only when it is
        saved."""
        kept = {id(form.instance) for form in self._child_forms() if not form.cleaned_data.get("DELETE")}
        return {
            name: [row for row in rows if id(row) in kept] for name, rows in self._typed_children().items()
        }

    def _typed_children(self) -> Children:
        return {
            name: [form.instance for form in formset.forms if getattr(form, "cleaned_data", None)]
            for name, formset in getattr(self, "formsets", {}).items()
            if ownership_of(formset.model) is not None
        }

    def _child_forms(self) -> Iterator[Any]:
        for formset in getattr(self, "formsets", {}).values():
            # A row that was never sent has nothing to look at.
            yield from (form for form in formset.forms if hasattr(form, "cleaned_data"))

    def _form_of(self, row: Model) -> Any:
        return next((form for form in self._child_forms() if form.instance is row), self)

    def _say(self, problem: Problem) -> None:
        form = self._form_of(problem.row)
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)
        if form is not self:
            self.add_error(None, problem.text)


# What a StreamField's form carries beside the values of its blocks.
_FRAME_OF_BLOCKS = ("-count", "-order", "-type", "-deleted", "-id")


def _forget(form: Any, problem: Problem) -> None:
    """Take the refused key out of what was typed. The form is shown again, and a chooser in it would tell the title,
    the words and the address of whatever it names; all else that was typed stays."""
    name = form.add_prefix(problem.field)
    data = form.data.copy()
    for key, value in form.data.items():
        if key != name and (not key.startswith(f"{name}-") or key.endswith(_FRAME_OF_BLOCKS)):
            continue
        if value == problem.pk:
            data[key] = ""
        elif isinstance(value, str) and '"entityMap"' in value:
            data[key] = _unlinked(value, problem.pk)
    form.data = data


def _unlinked(typed: str, pk: str) -> str:
    """Rich text as Draftail sends it, without what leads to that key; the words stay."""
    try:
        content = json.loads(typed)
        gone = {key for key, one in content["entityMap"].items() if str(one["data"].get("id")) == pk}
        for block in content["blocks"]:
            ranges = block.get("entityRanges", [])
            block["entityRanges"] = [one for one in ranges if str(one["key"]) not in gone]
        content["entityMap"] = {key: one for key, one in content["entityMap"].items() if key not in gone}
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""  # no editor sent this
    return json.dumps(content)


def guarded(form_class: type[Any]) -> type[Any]:
    """The form class with the guard mixed in, where it is not there yet."""
    if issubclass(form_class, GuardedForm):
        return form_class
    metaclass: Any = type(form_class)
    made: type[Any] = metaclass(
        form_class.__name__, (GuardedForm, form_class), {"__module__": form_class.__module__}
    )
    return made
