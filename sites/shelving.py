"""What makes the shelf move: Wagtail's and Django's signals, each passed on to `sites.domain.shelf`.

The rule of what is public is not here; these only say that something may have changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from sites import kinds
from sites.domain import shelf


def connect() -> None:
    """Listen to what concerns pages. Rows that are not pages are listened to by `watch`."""
    page_published.connect(_page_changed, dispatch_uid="shelf")
    page_unpublished.connect(_page_changed, dispatch_uid="shelf")
    page_slug_changed.connect(_page_changed, dispatch_uid="shelf")
    post_page_move.connect(_page_moved, dispatch_uid="shelf")
    pre_delete.connect(_going, dispatch_uid="shelf")
    post_delete.connect(_gone, dispatch_uid="shelf")


def watch(*watched: type[models.Model]) -> None:
    """Follow every save of models that are public as they stand (no drafts), or that are shown in items."""
    for model in watched:
        _watched.add(model)
        post_save.connect(_row_saved, sender=model, dispatch_uid=f"shelf {model.__name__}")
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through
            # A form writes these after the row itself.
            uid = f"shelf {model.__name__} {field.name}"
            m2m_changed.connect(_relations_changed, sender=through, dispatch_uid=uid)


_watched: set[type[models.Model]] = set()
_paused: ContextVar[bool] = ContextVar("shelving paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """Follow nothing meanwhile: whoever changes very much at once brings the shelf in line afterwards."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def _page_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if not _paused.get():
        shelf.refresh(instance)


def _page_moved(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    for page in Page.objects.descendant_of(instance, inclusive=True).specific():
        shelf.refresh(page)


def _row_saved(sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: Any) -> None:
    if not raw and not _paused.get():
        shelf.refresh(instance)


def _relations_changed(
    sender: type[models.Model], instance: models.Model, action: str, reverse: bool, **kwargs: Any
) -> None:
    if action.startswith("post_") and not reverse and not _paused.get():
        shelf.refresh(instance)


def _is_followed(instance: models.Model) -> bool:
    if _paused.get():
        return False
    # Wagtail deletes pages through their specific class; Django then reports the parent rows as well.
    if isinstance(instance, Page):
        return type(instance) is instance.specific_class
    return type(instance) in _watched


def _going(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    # Who shows it can only be asked while it is there.
    if _is_followed(instance):
        instance._shown_in = shelf.shown_in(instance)  # type: ignore[attr-defined]


def _gone(sender: type[models.Model], instance: models.Model, origin: Any = None, **kwargs: Any) -> None:
    if not _is_followed(instance):
        return
    if kinds.of_source(instance) is not None:
        shelf.refresh(instance, gone=True)
    for owner in getattr(instance, "_shown_in", ()):
        fresh = type(owner)._default_manager.filter(pk=owner.pk).first()
        if fresh is not None and not _goes_too(fresh, origin):
            shelf.refresh(fresh)


def _goes_too(owner: models.Model, origin: Any) -> bool:
    """Whether the deletion that began at `origin` takes the owner of a row along. It stands until the last, but to write
    its item anew would make rows for what is gone already."""
    if isinstance(origin, models.QuerySet):
        return isinstance(owner, origin.model) and origin.filter(pk=owner.pk).exists()
    return isinstance(owner, Page) and isinstance(origin, Page) and owner.path.startswith(origin.path)
