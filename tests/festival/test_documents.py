"""Files that stallholders hand in: what is kept of them, who may have them, and when they are deleted."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from festival.domain import applying, deciding, documents, uploads
from festival.enums import QuestionKind, Review, ZoneMode
from festival.exceptions import FieldsRefused, FileRefused, NotOpen, StateChanged
from festival.models import Application, ApplicationDocument, SlotEvent
from tests.city import City
from tests.festival.booking import Edition

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def upload(data: bytes, name: str = "营业执照.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def stored() -> list[str]:
    folder = Path(default_storage.path(documents.FOLDER))
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


# --- what is kept of a file -------------------------------------------------------------------------------------------


def test_a_picture_keeps_its_pixels_only() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    hidden = picture(exif=exif) + b"<script>alert(1)</script>"
    kept = uploads.kept_of(upload(hidden, "../../带路径\u202egpj.exe"))
    assert (kept.suffix, kept.content_type, kept.name) == ("jpg", "image/jpeg", "带路径gpj.jpg")
    assert b"script" not in kept.data
    with Image.open(BytesIO(kept.data)) as shown:
        assert shown.size == (30, 40) and not shown.getexif()


def test_what_is_transparent_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    kept = uploads.kept_of(upload(out.getvalue(), "公章"))
    with Image.open(BytesIO(kept.data)) as shown:
        assert (kept.name, shown.format, shown.getpixel((1, 1))) == ("公章.png", "PNG", (255, 255, 255))


def test_a_large_picture_is_made_smaller() -> None:
    kept = uploads.kept_of(upload(picture(size=(4200, 60))))
    with Image.open(BytesIO(kept.data)) as shown:
        assert max(shown.size) <= uploads.LONGEST_SIDE


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"<html>", "只收 JPG、PNG 图片和 PDF"),
        (b"GIF89a" + b"\0" * 40, "只收"),
        (b"\x89PNG\r\n\x1a\n broken", "只收"),
        (b"%PDF-1.7 and then nothing", "不完整"),
        (b"\0" * (uploads.LARGEST + 1), "10 MB"),
    ],
)
def test_what_is_neither_a_picture_nor_a_pdf_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        uploads.kept_of(upload(data))


def test_a_cut_off_picture_is_refused() -> None:
    whole = picture(size=(400, 400))
    with pytest.raises(FileRefused, match="损坏"):
        uploads.kept_of(upload(whole[: len(whole) // 2]))


def test_a_bomb_of_pixels_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_PIXELS", 100)
    with pytest.raises(FileRefused, match="太大"):
        uploads.kept_of(upload(picture("PNG")))


# --- handing in -------------------------------------------------------------------------------------------------------


def test_a_bomb_of_passes_is_refused_before_it_is_drawn() -> None:
    data = picture(progressive=True)
    # Bytes behind the end are a film of a telephone, and none of the picture's passes.
    film = b"\xff\xda\x00\x02" * 1000
    assert uploads.kept_of(upload(data + film)).suffix == "jpg"
    last = data[data.rindex(b"\xff\xda") : -2]
    for between in (b"", b"\x00", b"\xff", b"\xff\xd0"):
        bomb = data[:-2] + (between + last) * 200 + data[-2:]
        with pytest.raises(FileRefused, match="太费时"):
            uploads.kept_of(upload(bomb))


def test_a_file_is_handed_in_for_what_is_asked(edition: Edition) -> None:
    licence = edition.require("食品经营许可证", has_expiry=True)
    photo = edition.ask("摊位照片", kind=QuestionKind.FILE)
    draft = edition.draft()
    last_day = edition.festival.ends_on
    assert last_day is not None
    documents.hand_in(
        application=draft,
        requirement=f"document:{licence.pk}",
        upload=upload(PDF, "证.PDF"),
        expires_on=last_day,
    )
    documents.hand_in(application=draft, requirement=f"question:{photo.pk}", upload=upload(picture()))
    applying.submit(application=draft)
    kept = {one.label: one for one in draft.documents.all()}
    assert kept["食品经营许可证"].name == "证.pdf" and kept["食品经营许可证"].expires_on == last_day
    assert len(stored()) == 2
    assert all(one.file.startswith(f"{documents.FOLDER}/") for one in kept.values())


def test_what_is_not_asked_for_is_not_taken(edition: Edition) -> None:
    question = edition.ask("要用电吗")
    licence = edition.require("执照")
    draft = edition.draft()
    for requirement in (f"question:{question.pk}", "document:0", "contact"):
        with pytest.raises(FieldsRefused, match="没有要交的这一项"):
            documents.hand_in(application=draft, requirement=requirement, upload=upload(picture()))
    with pytest.raises(FieldsRefused, match="没有有效期"):
        documents.hand_in(
            application=draft,
            requirement=f"document:{licence.pk}",
            upload=upload(picture()),
            expires_on=timezone.localdate(),
        )
    assert stored() == []


def test_a_replaced_file_is_deleted_and_reviewed_anew(
    edition: Edition, city: City, django_capture_on_commit_callbacks: Any
) -> None:
    licence = f"document:{edition.require('执照').pk}"
    draft = edition.draft()
    first = documents.hand_in(application=draft, requirement=licence, upload=upload(picture()))
    applying.submit(application=draft)
    organiser = city.user("organiser")
    deciding.review(document=first, verdict=Review.REFUSED, actor=organiser, reason="看不清")
    seen = draft.version
    deciding.approve(application=draft, actor=organiser, version=seen)
    with django_capture_on_commit_callbacks(execute=True):
        second = documents.hand_in(application=draft, requirement=licence, upload=upload(PDF))
    assert (second.pk, second.review, second.review_reason) == (first.pk, Review.PENDING, "")
    assert stored() == [second.file.rsplit("/", 1)[-1]]
    # Who decides meanwhile is told of it.
    with pytest.raises(StateChanged):
        deciding.revoke(
            application=Application.objects.get(pk=draft.pk), actor=organiser, reason="缺", version=seen + 1
        )


def test_what_was_decided_is_changed_only_where_it_was_refused(edition: Edition, city: City) -> None:
    licence = f"document:{edition.require('执照').pk}"
    draft = edition.draft()
    document = documents.hand_in(application=draft, requirement=licence, upload=upload(picture()))
    applying.submit(application=draft)
    deciding.approve(application=draft, actor=city.user("organiser"))
    with pytest.raises(StateChanged):
        documents.hand_in(application=draft, requirement=licence, upload=upload(PDF))
    with pytest.raises(StateChanged):
        documents.remove(application=draft, document=document)
    assert stored() == [document.file.rsplit("/", 1)[-1]]


def test_after_the_closing_nothing_is_exchanged(edition: Edition) -> None:
    licence = f"document:{edition.require('执照').pk}"
    draft = edition.draft()
    documents.hand_in(application=draft, requirement=licence, upload=upload(picture()))
    applying.submit(application=draft)
    with pytest.raises(NotOpen):
        documents.hand_in(
            application=draft, requirement=licence, upload=upload(PDF), now=edition.rules.closes_at
        )


def test_what_was_submitted_stays_whole(edition: Edition) -> None:
    licence = edition.require("执照", has_expiry=True)
    extra = edition.require("荣誉证书", required=False)
    draft = edition.draft()
    last_day = edition.festival.ends_on
    assert last_day is not None
    must = documents.hand_in(
        application=draft,
        requirement=f"document:{licence.pk}",
        upload=upload(picture()),
        expires_on=last_day,
    )
    may = documents.hand_in(application=draft, requirement=f"document:{extra.pk}", upload=upload(picture()))
    applying.submit(application=draft)
    with pytest.raises(FieldsRefused):
        documents.remove(application=draft, document=must)
    with pytest.raises(FieldsRefused, match="最后一天"):
        documents.hand_in(
            application=draft,
            requirement=f"document:{licence.pk}",
            upload=upload(picture()),
            expires_on=last_day - dt.timedelta(days=1),
        )
    documents.remove(application=draft, document=may)
    assert [one.label for one in draft.documents.all()] == ["执照"]


def test_a_date_is_corrected_without_sending_the_file_again(edition: Edition, city: City) -> None:
    licence = f"document:{edition.require('执照', has_expiry=True).pk}"
    draft = edition.draft()
    last_day = edition.festival.ends_on
    assert last_day is not None
    document = documents.hand_in(application=draft, requirement=licence, upload=upload(PDF))
    documents.set_expiry(application=draft, requirement=licence, expires_on=last_day)
    applying.submit(application=draft)
    document.refresh_from_db()
    deciding.review(document=document, verdict=Review.ACCEPTED, actor=city.user("organiser"))
    assert not documents.set_expiry(application=draft, requirement=licence, expires_on=last_day)
    with pytest.raises(FieldsRefused):
        documents.set_expiry(application=draft, requirement=licence, expires_on=None)
    assert draft.documents.get().review == Review.ACCEPTED
    later = last_day + dt.timedelta(days=1)
    assert documents.set_expiry(application=draft, requirement=licence, expires_on=later)
    assert draft.documents.get().review == Review.PENDING


# --- reading and deleting ---------------------------------------------------------------------------------------------


def test_a_file_is_saved_and_never_shown(edition: Edition) -> None:
    requirement = f"document:{edition.require('执照').pk}"
    document = documents.hand_in(application=edition.draft(), requirement=requirement, upload=upload(PDF))
    response = documents.open_document(document)
    assert b"".join(response.streaming_content) == PDF  # type: ignore[arg-type]
    assert response["Content-Disposition"].startswith("attachment;")
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")


def test_no_file_has_a_public_address(edition: Edition, city: City) -> None:
    requirement = f"document:{edition.require('执照').pk}"
    document = documents.hand_in(application=edition.draft(), requirement=requirement, upload=upload(PDF))
    for path in (f"/media/{document.file}", f"/{document.file}", f"/documents/{document.pk}/{document.name}"):
        assert city.browser("organiser", errors=False).get(path).status_code == 404


def test_abandoned_drafts_go_with_their_files_and_stay_in_the_log(
    edition: Edition, django_capture_on_commit_callbacks: Any
) -> None:
    requirement = f"document:{edition.require('执照').pk}"
    begun = timezone.now()
    booth = edition.booths(ZoneMode.OPEN)[0]
    draft = edition.draft(ZoneMode.OPEN, booths=(booth,), now=begun)
    kept = edition.draft(address="zhou@example.cn", now=begun)
    former = draft.holder
    documents.hand_in(application=draft, requirement=requirement, upload=upload(PDF), now=begun)
    later = begun + documents.ABANDONED
    with django_capture_on_commit_callbacks(execute=True):
        assert documents.prune_drafts(now=later) == 0
        applying.edit(application=kept, changes={"offer": "只卖盘扣"}, now=later)
        assert documents.prune_drafts(now=later + dt.timedelta(seconds=1)) == 1
    assert list(Application.objects.all()) == [kept]
    assert stored() == []
    assert list(SlotEvent.objects.values_list("act", "application")) == [("held", None), ("expired", None)]
    names = set(SlotEvent.objects.values_list("holder", flat=True))
    assert len(names) == 1 and former not in names, "who it was, nobody can find out any more"


def test_files_that_no_row_knows_are_deleted_after_a_day(edition: Edition) -> None:
    requirement = f"document:{edition.require('执照').pk}"
    known = documents.hand_in(application=edition.draft(), requirement=requirement, upload=upload(PDF))
    documents.put(default_storage, name=f"{documents.FOLDER}/lost.pdf", data=PDF)
    now = timezone.now()
    assert documents.prune_files(now=now) == 0
    assert documents.prune_files(now=now + dt.timedelta(days=2)) == 1
    assert stored() == [known.file.rsplit("/", 1)[-1]]
    assert ApplicationDocument.objects.count() == 1
