"""Passing a story to another district: sent by one, decided by the other, each on its own rows.

What is sent is a frozen copy with files of its own. Taken, it becomes a draft of the receiving district that names its
source; from then on the two know nothing of each other, but that consent to a picture was withdrawn.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from cms.domain import handover_mail, story_copies
from cms.enums import HandoverState
from cms.exceptions import HandoverRefused
from cms.models import ReceivedPicture, ReceivedStory, SentPicture, SentStory, StoryIndexPage, StoryPage
from media.enums import Consent
from media.models import Picture
from sites.domain import audit
from sites.domain.people import districts_of
from sites.enums import Act
from sites.models import District, User
from sites.pages import district_of

SEND = "cms.add_sentstory"
DECIDE = "cms.change_receivedstory"


def may_send(user: User | AnonymousUser, *, story: StoryPage) -> bool:
    """Whether a person may pass on a story: it is public, and of those that they write. A few queries."""
    if not story.live or not user.has_perm(SEND):
        return False
    return bool(story.permissions_for_user(user).can_edit())


def targets_of(district: District) -> QuerySet[District]:
    """To whom a district may pass its stories, the city first."""
    return District.objects.exclude(pk=district.pk)


@transaction.atomic
def send(
    *,
    story: StoryPage,
    targets: Iterable[District],
    by: User,
    note: str = "",
    request: HttpRequest | None = None,
) -> tuple[list[SentStory], int]:
    """Pass on the public state of a story, to all of the targets or none. Also gives how many pictures stay behind
    because their consent was withdrawn.

    Raises HandoverRefused when it may not be sent, or when a target has not yet decided about it.
    """
    story = StoryPage.objects.get(pk=story.pk)
    district = district_of(story)
    if district is None or not may_send(by, story=story):
        raise HandoverRefused("只有已发布的、自己能编辑的故事才能送出。")
    sent: list[SentStory] = []
    held_back = 0
    written: list[ReceivedPicture] = []
    try:
        for target in targets:
            if target.pk == district.pk:
                raise HandoverRefused(f"这个故事就是{district.name}的。")
            frozen = story_copies.freeze(story, district=district)
            held_back = frozen.held_back
            row = _sent_row(story=story, district=district, target=target, by=by, note=note)
            _receive(row, story=story, district=district, target=target, frozen=frozen, written=written)
            audit.record(
                act=Act.STORY_PASSED,
                actor=by,
                district=district,
                subject_name=story.title,
                request=request,
                target=target.slug,
            )
            sent.append(row)
    except BaseException:
        # The rows go with the transaction; files know none.
        for picture in written:
            picture.file.storage.delete(str(picture.file.name))
        raise
    return sent, held_back


def _sent_row(*, story: StoryPage, district: District, target: District, by: User, note: str) -> SentStory:
    try:
        with transaction.atomic():
            return SentStory.objects.create(
                district=district,
                story=story,
                title=story.title,
                target_slug=target.slug,
                target_name=target.name,
                note=note,
                sent_by=by,
            )
    except IntegrityError:
        raise HandoverRefused(f"这个故事已经送给{target.name}了，对方还没有决定。") from None


def _receive(
    row: SentStory,
    *,
    story: StoryPage,
    district: District,
    target: District,
    frozen: story_copies.Frozen,
    written: list[ReceivedPicture],
) -> None:
    origin = (district.name, f"{district.site.root_url}/stories/{story.slug}/")
    received = ReceivedStory.objects.create(
        handover=row.handover,
        district=target,
        origin_name=origin[0],
        origin_url=origin[1],
        title=story.title,
        note=row.note,
        content=frozen.content,
        item=story_copies.item_of(
            frozen.content,
            pictures={key: picture.pk for key, picture in frozen.pictures.items()},
            target=target,
            origin=origin,
        ),
    )
    for key, picture in frozen.pictures.items():
        SentPicture.objects.create(sent=row, picture=picture, key=key)
        copy = ReceivedPicture(
            received=received,
            key=key,
            title=picture.title,
            description=picture.description,
            credit=picture.credit,
            consent=picture.consent,
        )
        try:
            with picture.file.open("rb") as file:
                copy.file.save(_file_name(str(picture.file.name)), File(file), save=False)
        except FileNotFoundError:
            raise HandoverRefused(f"图片“{picture.title}”的文件找不到了，故事没有送出。") from None
        written.append(copy)
        copy.save()
    handover_mail.tell_of_arrival(received)


def _file_name(name: str) -> str:
    return f"{uuid.uuid4().hex}.{name.rpartition('.')[2].lower()}"


@transaction.atomic
def take(*, received: ReceivedStory, by: User, request: HttpRequest | None = None) -> StoryPage:
    """Make a draft of a received story, with pictures that the district owns and its source named.

    Raises HandoverRefused when somebody else has decided about it before.
    """
    _settle(received, state=HandoverState.TAKEN, by=by)
    received = ReceivedStory.objects.select_related("district__site", "district__collection").get(
        pk=received.pk
    )
    copies = {
        str(picture.key): _own_copy(picture, district=received.district, by=by)
        for picture in received.pictures.filter(withdrawn_at=None)
    }
    page = story_copies.thawed(
        received.content, pictures={key: picture.pk for key, picture in copies.items()}
    )
    page.origin_name, page.origin_url = received.origin_name, received.origin_url
    page.live, page.owner = False, by
    section = StoryIndexPage.objects.child_of(received.district.site.root_page).get()
    page.slug = page.free_address(page.title, parent=section)
    section.add_child(instance=page)
    page.save_revision(user=by, log_action="wagtail.create")
    received.page, received.content, received.item = page, {}, {}
    received.save(update_fields=["page", "content", "item"])
    _record(Act.STORY_TAKEN, received, by=by, request=request)
    handover_mail.tell_of_decision(received)
    return page


def _own_copy(picture: ReceivedPicture, *, district: District, by: User) -> Picture:
    with picture.file.open("rb") as file:
        copy = Picture(
            title=picture.title,
            description=picture.description,
            credit=picture.credit,
            consent=picture.consent,
            consent_note=f"随故事转自{picture.received.origin_name}，授权凭据由对方保管"
            if picture.consent == Consent.GRANTED
            else "",
            collection=district.collection,
            uploaded_by_user=by,
        )
        copy.file.save(str(picture.file.name).rpartition("/")[2], File(file), save=False)
        copy.save()
    drop_file(picture)
    picture.copy, picture.file = copy, ""
    picture.save(update_fields=["copy", "file"])
    return copy


@transaction.atomic
def decline(*, received: ReceivedStory, by: User, reason: str, request: HttpRequest | None = None) -> None:
    """Send a story back with a reason. Raises HandoverRefused without one, or when it was decided before."""
    if not reason.strip():
        raise HandoverRefused("请写一句退回的理由，对方会看到。")
    _settle(received, state=HandoverState.DECLINED, by=by, reason=reason.strip())
    received.refresh_from_db()
    _forget(received)
    _record(Act.STORY_DECLINED, received, by=by, request=request)
    handover_mail.tell_of_decision(received)


@transaction.atomic
def withdraw(*, sent: SentStory, by: User, request: HttpRequest | None = None) -> None:
    """Take back a story that its receiver has not decided about. Raises HandoverRefused when they have."""
    received = ReceivedStory.objects.filter(handover=sent.handover).first()
    if received is None:
        _close(sent)
        return
    _settle(received, state=HandoverState.WITHDRAWN, by=None)
    received.refresh_from_db()
    _forget(received)
    audit.record(
        act=Act.STORY_PASSED,
        actor=by,
        district=sent.district,
        subject_name=sent.title,
        request=request,
        target=sent.target_slug,
        withdrawn=True,
    )


def received_by(user: User | AnonymousUser) -> QuerySet[ReceivedStory]:
    """The received stories about which a person decides, or did."""
    return ReceivedStory.objects.filter(district__in=districts_of(user, may=DECIDE))


def sent_by(user: User | AnonymousUser) -> QuerySet[SentStory]:
    """What was sent from the districts in which a person may send."""
    return SentStory.objects.filter(district__in=districts_of(user, may=SEND))


def _settle(received: ReceivedStory, *, state: HandoverState, by: User | None, reason: str = "") -> None:
    """Compare and set: of all who decide at once, one does. The sender's row follows. Raises HandoverRefused."""
    now = timezone.now()
    waiting = {"handover": received.handover, "state": HandoverState.WAITING}
    decided = ReceivedStory.objects.filter(**waiting).update(
        state=state, decided_at=now, decided_by=by, reason=reason
    )
    if not decided:
        current = ReceivedStory.objects.filter(pk=received.pk).first()
        raise HandoverRefused(
            f"《{received.title}》{current.get_state_display() if current else '已撤回'}，不能再改。"
        )
    SentStory.objects.filter(**waiting).update(state=state, decided_at=now, reason=reason)


def _close(sent: SentStory) -> None:
    SentStory.objects.filter(pk=sent.pk, state=HandoverState.WAITING).update(
        state=HandoverState.WITHDRAWN, decided_at=timezone.now()
    )


def _forget(received: ReceivedStory) -> None:
    """What a district did not take it does not keep."""
    for picture in received.pictures.all():
        picture.delete()
    received.content, received.item = {}, {}
    received.save(update_fields=["content", "item"])


def _record(act: Act, received: ReceivedStory, *, by: User, request: HttpRequest | None) -> None:
    audit.record(
        act=act,
        actor=by,
        district=received.district,
        subject_name=received.title,
        request=request,
        origin=received.origin_name,
    )


def drop_file(picture: ReceivedPicture) -> None:
    """Delete the file of a received picture when the transaction is done."""
    storage, name = picture.file.storage, picture.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def consent_withdrawn(*, picture: Picture) -> None:
    """Tell every district that got a copy of a picture that consent to it was withdrawn; a story that still waits
    goes on without it. Idempotent."""
    rows = SentPicture.objects.filter(picture=picture).values_list("key", flat=True)
    copies = ReceivedPicture.objects.filter(key__in=list(rows), withdrawn_at=None)
    for copy in copies.select_related("received__district__site"):
        received = copy.received
        copy.withdrawn_at = timezone.now()
        copy.save(update_fields=["withdrawn_at"])
        if received.state == HandoverState.WAITING:
            _go_on_without(received, copy)
        handover_mail.tell_of_withdrawn_consent(copy)


def _go_on_without(received: ReceivedStory, copy: ReceivedPicture) -> None:
    drop_file(copy)
    copy.file = ""
    copy.save(update_fields=["file"])
    received.content = story_copies.without(received.content, keys={str(copy.key)})
    originals = SentPicture.objects.filter(sent__handover=received.handover)
    received.item = story_copies.item_of(
        received.content,
        pictures={str(row.key): row.picture_id for row in originals},
        target=received.district,
        origin=(received.origin_name, received.origin_url),
    )
    received.save(update_fields=["content", "item"])


@transaction.atomic
def other_side_gone(*, handover: uuid.UUID) -> None:
    """End what waited for a district that was deleted with all its rows."""
    now = timezone.now()
    gone: dict[str, Any] = {"state": HandoverState.WITHDRAWN, "decided_at": now}
    SentStory.objects.filter(handover=handover, state=HandoverState.WAITING).update(**gone)
    for received in ReceivedStory.objects.filter(handover=handover, state=HandoverState.WAITING):
        ReceivedStory.objects.filter(pk=received.pk, state=HandoverState.WAITING).update(**gone)
        _forget(received)
