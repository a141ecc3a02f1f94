"""The files that stallholders hand in: private, one for each thing that is asked for, deleted when nothing needs them.

They lie in the default storage below `FOLDER`, under names that cannot be guessed, and have no public address: nothing
below `FOLDER` is served, and what is shown of them passes through `open_document`, whose caller asks who may.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.signals import post_delete
from django.http import FileResponse
from django.utils import timezone

from festival.domain import applying, contacts, slots, terms
from festival.domain.transitions import APPLICANT, move
from festival.domain.uploads import kept_of
from festival.enums import ApplicationState, QuestionKind, Review
from festival.exceptions import FieldsRefused, FileRefused, StateChanged
from festival.models import Application, ApplicationDocument
from media.storage import put

logger = logging.getLogger(__name__)

S = ApplicationState

FOLDER = "private/applications"
# Of a stallholder who began and never came back.
ABANDONED = dt.timedelta(days=7)
_UNCLAIMED = dt.timedelta(days=1)


def hand_in(
    *,
    application: Application,
    requirement: str,
    upload: UploadedFile,
    expires_on: dt.date | None = None,
    now: dt.datetime | None = None,
) -> ApplicationDocument:
    """Keep a file for something that is asked for, in place of the one that was there. `requirement` is a key of the
    application's terms: "document:7", or "question:3" of a question that is answered by a file.

    It waits for the organiser's review again. Once an application is decided, only what was refused can be handed in
    again. Raises FieldsRefused, FileRefused, StateChanged, NotOpen; then the former file stands.
    """
    now = now or timezone.now()
    wanted = _wanted(application, requirement)
    if expires_on is not None and not wanted.get("has_expiry"):
        raise FieldsRefused({"expires_on": "这一项没有有效期。"})
    kept = kept_of(upload)
    key = new_key(f".{kept.suffix}")
    put(default_storage, name=key, data=kept.data)
    try:
        with transaction.atomic():
            _lock(application)
            former = application.documents.filter(requirement=requirement).first()
            _check_may(application, former, now=now)
            document, _ = ApplicationDocument.objects.update_or_create(
                application=application,
                requirement=requirement,
                defaults={
                    "label": wanted["label"],
                    "file": key,
                    "name": kept.name,
                    "content_type": kept.content_type,
                    "size": len(kept.data),
                    "expires_on": expires_on,
                    "review": Review.PENDING,
                    "review_reason": "",
                    "reviewed_by": None,
                    "uploaded_at": now,
                },
            )
            if former is not None:
                _delete_when_done(former.file)
            _note(application, "handed_in", requirement, now=now)
    except BaseException:
        default_storage.delete(key)
        raise
    return document


def set_expiry(
    *,
    application: Application,
    requirement: str,
    expires_on: dt.date | None,
    now: dt.datetime | None = None,
) -> bool:
    """Write down until when a file that is there already is valid, and let it be reviewed again; returns whether anything
    changed. Raises as `hand_in`."""
    now = now or timezone.now()
    if expires_on is not None and not _wanted(application, requirement).get("has_expiry"):
        raise FieldsRefused({"expires_on": "这一项没有有效期。"})
    with transaction.atomic():
        _lock(application)
        document = application.documents.filter(requirement=requirement).first()
        if document is None or document.expires_on == expires_on:
            return False
        _check_may(application, document, now=now)
        document.expires_on, document.review, document.review_reason = expires_on, Review.PENDING, ""
        document.reviewed_by = None
        document.save()
        _note(application, "handed_in", requirement, now=now)
    return True


def new_key(suffix: str) -> str:
    """A key for a private file, which cannot be guessed. `suffix` is like ".pdf"."""
    return f"{FOLDER}/{secrets.token_hex(20)}{suffix.lower()}"


def remove(
    *, application: Application, document: ApplicationDocument, now: dt.datetime | None = None
) -> None:
    """Take a file back, while the application can still be changed. Raises StateChanged, NotOpen after the closing, and
    FieldsRefused where what was submitted would lack it; then it stays."""
    now = now or timezone.now()
    with transaction.atomic():
        _lock(application)
        _check_may(application, None, now=now)
        requirement = document.requirement
        document.delete()
        _note(application, "removed", requirement, now=now)


def _wanted(application: Application, requirement: str) -> dict[str, Any]:
    asked = applying.terms_of(application)
    files = [one for one in asked["questions"] if one["kind"] == QuestionKind.FILE]
    for one in [*asked["documents"], *files]:
        if one["key"] == requirement:
            return dict(one)
    raise FieldsRefused({"requirement": "没有要交的这一项。"})


def _lock(application: Application) -> None:
    """Let nobody else change the application meanwhile, and see it as it is."""
    row = Application.objects.select_for_update().filter(pk=application.pk).values("state", "version")
    for name, value in row.get().items():
        setattr(application, name, value)


def _check_may(application: Application, former: ApplicationDocument | None, *, now: dt.datetime) -> None:
    was_refused = former is not None and former.review == Review.REFUSED
    if application.state in {S.DRAFT, S.NEEDS_INFO} or (was_refused and application.state in applying.LIVING):
        return
    if application.state != S.SUBMITTED:
        raise StateChanged(f"申请现在是“{application.get_state_display()}”，不能再换文件。")
    terms.check_open(terms.rules_of(application.festival), now=now)


def _note(application: Application, what: str, requirement: str, *, now: dt.datetime) -> None:
    """Write a change of files into the history of what was submitted, so that who decides meanwhile is told of it.
    Raises FieldsRefused when it lacks something now."""
    if application.state == S.DRAFT:
        Application.objects.filter(pk=application.pk).update(changed_at=now)
        return
    if application.state != S.NEEDS_INFO:
        wrong = terms.problems_of(application, terms=applying.terms_of(application)).get(requirement)
        if wrong:
            raise FieldsRefused({requirement: wrong})
    move(
        application,
        S(application.state),
        by=APPLICANT,
        now=now,
        details={what: requirement},
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def find(*, application: Application, key: int) -> ApplicationDocument | None:
    """A file of an application by its `id`; None also for one of another application."""
    return application.documents.filter(pk=key).first() if 0 < key < 2**63 else None


def open_document(document: ApplicationDocument) -> FileResponse:
    """A file as something to save, never to be shown in place. The caller has asked whether it may be had. Raises
    FileRefused when it is gone."""
    try:
        file = default_storage.open(document.file)
    except FileNotFoundError:
        raise FileRefused("这个文件已经删除。") from None
    response = FileResponse(
        file, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# --- deleting ---------------------------------------------------------------------------------------------------------


def connect() -> None:
    """Delete each file with its row, whatever deletes that."""
    post_delete.connect(_row_deleted, sender=ApplicationDocument, dispatch_uid="document files")


def _row_deleted(sender: type[ApplicationDocument], instance: ApplicationDocument, **kwargs: Any) -> None:
    _delete_when_done(instance.file)


def _delete_when_done(key: str) -> None:
    transaction.on_commit(lambda: default_storage.delete(key))


def prune_drafts(*, older_than: dt.timedelta = ABANDONED, now: dt.datetime | None = None) -> int:
    """Delete the drafts that nobody touched for so long, with their files and links; returns how many. Each in a
    transaction of its own. What they held stays in the log, under a random name."""
    now = now or timezone.now()
    deleted = 0
    abandoned = Application.objects.filter(state=S.DRAFT, changed_at__lt=now - older_than)
    for application in list(abandoned):
        with transaction.atomic():
            if not abandoned.select_for_update().filter(pk=application.pk).exists():
                continue  # somebody came back at this very moment
            slots.release_expired(holder=application.holder, now=now)
            if application.slots.exists():
                continue
            contacts.rename(application)
            application.delete()
            deleted += 1
    return deleted


def prune_files(*, now: dt.datetime | None = None) -> int:
    """Delete the files that no row knows, which a killed process or a lost transaction left behind; returns how many."""
    now = now or timezone.now()
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    known = set(ApplicationDocument.objects.values_list("file", flat=True))
    deleted = 0
    for key in (f"{FOLDER}/{name}" for name in names):
        # A fresh one may be of a transaction that is still to be committed.
        if key not in known and default_storage.get_modified_time(key) < now - _UNCLAIMED:
            default_storage.delete(key)
            deleted += 1
    if deleted:
        logger.warning("%s private files belonged to no application and were deleted", deleted)
    return deleted
