"""Pages that show pictures, and the rule that each picture needs its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.admin.forms import WagtailAdminPageForm

from media.models import Picture
from sites.pages import PublicPage


def picture_ids(instance: models.Model) -> Iterator[int]:
    """The pictures that a row chooses in its own fields, those inside a StreamField included."""
    for field in instance._meta.get_fields():
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, Picture):
            if (pk := getattr(instance, field.attname)) is not None:
                yield pk
        elif hasattr(field, "extract_references"):
            for model, pk, _, _ in field.extract_references(getattr(instance, field.name)):
                if issubclass(model, Picture):
                    yield int(pk)


def undescribed(rows: Iterable[models.Model]) -> list[str]:
    """The titles of the pictures that `rows` show and that lack an alternative text."""
    ids = {pk for row in rows for pk in picture_ids(row)}
    return [
        picture.title for picture in Picture.objects.filter(pk__in=ids).order_by("pk") if not picture.alt_text
    ]


class IllustratedPage(PublicPage):
    """A public page with pictures. It is not published while one of them has no alternative text."""

    class Meta:
        abstract = True

    def problems(self) -> list[str]:
        rows = [
            child
            for relation in get_all_child_relations(self)
            for child in getattr(self, relation.get_accessor_name()).all()
        ]
        return [*super().problems(), *_missing(undescribed([self, *rows]))]

    def problems_of_form(self, form: WagtailAdminPageForm) -> list[str]:
        rows: list[Any] = []
        for formset in form.formsets.values():
            rows += [child.instance for child in formset.forms if not child.cleaned_data.get("DELETE")]
        own = [problem for problem in self.problems() if not problem.startswith(_ALT)]
        return [*own, *_missing(undescribed([self, *rows]))]


_ALT = "图片还没有写替代文字："


def _missing(titles: list[str]) -> list[str]:
    return [f"{_ALT}{'、'.join(titles)}。请点开图片补上，看不见图片的人靠它。"] if titles else []
