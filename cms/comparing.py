"""What two versions of a page show side by side: labels instead of stored values, days and times as people write them.

Wagtail asks a block for its comparison; the choice and time blocks have none, and their stored values would be shown.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.html import escape
from wagtail.admin.compare import (
    BlockComparison,
    FieldComparison,
    TextDiff,
    register_comparison_class,
)
from wagtail.blocks.field_block import BaseChoiceBlock, DateBlock, DateTimeBlock

from cms.enums import AccessFeature

_FEATURES = dict(AccessFeature.choices)


def _changed(before: str, after: str) -> str:
    """The whole of both: half a label or half a date says nothing."""
    if before == after:
        return escape(before)
    diffs = [(kind, text) for kind, text in (("deletion", before), ("addition", after)) if text]
    return TextDiff(diffs).to_html()


def shown(value: Any) -> str:
    """A stored value in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, list):
        return "、".join(str(_FEATURES.get(one, one)) for one in value)
    return str(value)


class _ShownBlock(BlockComparison):
    def _words(self, value: Any) -> str:
        return shown(value)

    def htmlvalue(self, val: Any) -> str:
        return escape(self._words(val))

    def htmldiff(self) -> str:
        return _changed(self._words(self.val_a), self._words(self.val_b))


class _ChoiceBlock(_ShownBlock):
    def _words(self, value: Any) -> str:
        labels = dict(flatten_choices(self.block.field.choices))
        return str(labels.get(value, "" if value is None else value))


class _ShownField(FieldComparison):
    def htmldiff(self) -> str:
        return _changed(shown(self.val_a), shown(self.val_b))


def register() -> None:
    """Make the comparisons known to Wagtail."""
    BaseChoiceBlock.get_comparison_class = lambda block: _ChoiceBlock
    for block in (DateBlock, DateTimeBlock):
        block.get_comparison_class = lambda block: _ShownBlock
    for field in (models.BooleanField, models.DateField, models.JSONField):
        register_comparison_class(field, comparison_class=_ShownField)
