"""Pages that show pictures, and the rule that each picture needs its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import models

from media.models import Picture
from sites.pages import PublicPage
from sites.references import Children


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


def picture_problems(rows: Iterable[models.Model]) -> list[str]:
    """What keeps the pictures that `rows` show from being public, in words for the editor."""
    ids = {pk for row in rows for pk in picture_ids(row)}
    pictures = list(Picture.objects.filter(pk__in=ids).order_by("pk"))
    problems = []
    if silent := [picture.title for picture in pictures if not picture.alt_text]:
        problems.append(f"图片还没有写图片说明：{'、'.join(silent)}。请点开图片补上，看不见图片的人靠它。")
    if withdrawn := [picture.title for picture in pictures if not picture.may_be_shown]:
        problems.append(f"图片的授权已经撤回：{'、'.join(withdrawn)}。请换一张，或者拿掉它。")
    return problems


class IllustratedPage(PublicPage):
    """A public page with pictures. It is not published while one of them has no words or no consent."""

    class Meta:
        abstract = True

    def problems(self, *, children: Children | None = None) -> list[str]:
        rows = [row for rows in (children or self.children_now()).values() for row in rows]
        return [*super().problems(children=children), *picture_problems([self, *rows])]
