"""One row as JSON and back. References stay the keys of the installation they were written in; whoever reads them says
what they have become."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from taggit.managers import TaggableManager
from wagtail.fields import StreamField

from cms.domain.archive.inventory import fields_of, label_of
from media.exceptions import ArchiveRefused


def to_json(field: models.Field, instance: models.Model) -> Any:
    """The value of a field that is neither a reference nor a file, as JSON."""
    if isinstance(field, StreamField):
        return _stream(field, instance)
    value = field.value_from_object(instance)
    if isinstance(field, models.JSONField) or value is None or isinstance(value, str | int | float | bool):
        return value
    return field.value_to_string(instance)


def _stream(field: StreamField, instance: models.Model) -> list[Any]:
    stored: list[Any] = json.loads(field.value_to_string(instance) or "[]")
    return stored


def from_json(field: models.Field, value: Any) -> Any:
    """The value for an instance. Raises ArchiveRefused for what such a field cannot hold."""
    if isinstance(field, StreamField):
        return field.to_python(json.dumps(value or [], ensure_ascii=False))
    if isinstance(field, models.JSONField):
        return value
    try:
        return field.to_python(value)
    except (ValidationError, TypeError, ValueError) as error:
        raise ArchiveRefused(f"{field.model._meta.label}.{field.name} 的值不对：{value!r:.60}") from error


def checked_fields(model: type[models.Model], values: Any) -> dict[str, Any]:
    """The fields of a row. Raises ArchiveRefused when one is unknown here, or one is lacking that must be given."""
    if not isinstance(values, dict):
        raise ArchiveRefused(f"{label_of(model)} 里有一行不成样子")
    known = {field.name: field for field in fields_of(model)}
    if unknown := sorted(set(values) - set(known)):
        raise ArchiveRefused(f"归档里有这里不认识的字段：{label_of(model)}.{'、'.join(unknown)[:200]}")
    lacking = [name for name, field in known.items() if name not in values and _must_be_given(field)]
    if lacking:
        raise ArchiveRefused(f"归档里缺少字段：{label_of(model)}.{'、'.join(lacking)}")
    return values


def _must_be_given(field: models.Field) -> bool:
    if isinstance(field, TaggableManager | models.ManyToManyField):
        return False
    return not (field.null or field.blank or field.has_default())


def check_values(instance: models.Model, names: set[str]) -> None:
    """That the given fields hold what a form would have let through (choices, lengths, addresses). Empty ones are let
    through: drafts have them. Raises ArchiveRefused."""
    skipped = {
        field.name
        for field in instance._meta.concrete_fields
        if field.name not in names or field.value_from_object(instance) in (None, "", [], {})
    }
    try:
        instance.clean_fields(exclude=skipped)
    except ValidationError as error:
        said = "；".join(f"{name}：{'、'.join(texts)}" for name, texts in error.message_dict.items())
        raise ArchiveRefused(
            f"{instance._meta.verbose_name}“{str(instance)[:60]}”的内容不对：{said}"
        ) from error
