"""One application on one screen: documents, decisions, payment, messages; and of two organisers one is told."""

from __future__ import annotations

import html
import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from PIL import Image

from festival.domain import applying, deciding, documents
from festival.enums import ApplicationState, Payment, QuestionKind, Review
from festival.models import Application, ApplicationDocument, MessageTemplate
from tests.festival.booking import Edition
from tests.festival.desk import Desk, text_of

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


def picture() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "#a63a28").save(buffer, "PNG")
    return SimpleUploadedFile("执照.png", buffer.getvalue(), content_type="image/png")


def with_document(edition: Edition) -> tuple[Application, ApplicationDocument]:
    """An application whose one document was handed in."""
    wanted = edition.require("营业执照")
    question = edition.ask("要用电吗", QuestionKind.YES_NO)
    draft = edition.draft()
    applying.edit(application=draft, changes={"answers": {f"question:{question.pk}": True}})
    document = documents.hand_in(application=draft, requirement=f"document:{wanted.pk}", upload=picture())
    return applying.submit(application=Application.objects.get(pk=draft.pk)), document


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def sent_from(page: str) -> dict[str, str]:
    """What a browser sends of the screen, whichever of its buttons is pressed."""
    [form] = re.findall(r'<form method="post".*?</form>', page[page.index("linli-booking") :], re.DOTALL)
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        sent[re.findall(r'name="([^"]+)"', tag)[0]] = html.unescape(
            "".join(re.findall(r'value="([^"]*)"', tag))
        )
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = html.unescape(text.removeprefix("\n"))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.findall(r'value="(\w+)" selected|$', options)[0]
    return sent


def test_shows_what_was_asked_and_handed_in(edition: Edition, desk: Desk) -> None:
    application, document = with_document(edition)
    text = text_of(desk.get("application", application.pk))
    for word in (
        "谭家绳编",
        "谭示例",
        "tan@example.cn",
        "要用电吗",
        "<dd>是</dd>",
        "营业执照",
        document.name,
    ):
        assert word in text, word
    assert desk.address("document", document.pk) in text


def test_document_is_shown_to_organisers_only(edition: Edition, desk: Desk) -> None:
    _, document = with_document(edition)
    shown = desk.get("document", document.pk)
    assert shown.status_code == 200
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Disposition"].startswith("inline")
    assert "no-store" in shown["Cache-Control"] and "sandbox" in shown["Content-Security-Policy"]
    assert desk.get("document", document.pk, download=1)["Content-Disposition"].startswith("attachment")
    ApplicationDocument.objects.filter(pk=document.pk).update(content_type="application/pdf")
    assert desk.get("document", document.pk)["Content-Disposition"].startswith("attachment")
    for who in ("editor", "moderator", "outsider"):
        answer = Desk(edition, who).get("document", document.pk)
        assert answer.status_code == 404, who
    stranger = edition.city.browser()
    assert stranger.get(desk.address("document", document.pk)).status_code == 302


def test_document_is_refused_with_a_reason(edition: Edition, desk: Desk) -> None:
    application, document = with_document(edition)
    seen = {f"seen-{document.pk}": "pending", "version": application.version}
    why = f"document-{document.pk}"
    without = desk.post("review", document.pk, verdict="refused", **{why: " "}, **seen)
    assert without.status_code == 400 and "为什么不合格" in text_of(without)
    assert desk.post("review", document.pk, verdict="maybe", **seen).status_code == 400
    done = desk.post("review", document.pk, verdict="refused", **{why: "照片\x00不清楚"}, **seen)
    assert done.status_code == 302
    document.refresh_from_db()
    assert (document.review, document.review_reason) == (Review.REFUSED, "照片不清楚")
    # Somebody with an older page.
    late = Desk(edition, "admin").post("review", document.pk, verdict="refused", **{why: "过期了吧"}, **seen)
    assert late.status_code == 409 and "过期了吧" in text_of(late)
    document.refresh_from_db()
    assert document.review_reason == "照片不清楚"


def test_document_that_was_exchanged_meanwhile_is_not_accepted_unseen(edition: Edition, desk: Desk) -> None:
    application, document = with_document(edition)
    seen = sent_from(text_of(desk.get("application", application.pk)))
    documents.hand_in(application=fresh(application), requirement=document.requirement, upload=picture())
    late = desk.post("review", document.pk, verdict="accepted", **seen)
    assert late.status_code == 409 and "最新的证件" in text_of(late)
    document.refresh_from_db()
    assert document.review == Review.PENDING


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("approve", S.APPROVED),
        ("waitlist", S.WAITLISTED),
        ("ask", S.NEEDS_INFO),
        ("reject", S.REJECTED),
    ],
)
def test_decisions_tell_the_stallholder(
    edition: Edition, desk: Desk, mailoutbox: list[EmailMessage], action: str, state: str
) -> None:
    application = edition.submitted()
    mailoutbox.clear()
    answer = desk.decide(application, action, "{摊主}：因为{版块}。")
    assert answer.status_code == 302
    event = application.events.order_by("version").last()
    assert fresh(application).state == state
    assert event is not None and event.reason == "谭示例：因为手作。"
    assert event.actor == edition.city.user("organiser")
    assert [mail.to for mail in mailoutbox] == [["tan@example.cn"]]
    assert "谭示例：因为手作。" in text_of(desk.get("application", application.pk))


def test_refused_decision_keeps_what_was_typed(edition: Edition, desk: Desk) -> None:
    application = edition.submitted()
    for action, text, said in (
        ("reject", "  ", "请写理由"),
        ("reject", "抱歉，{谁}", "{谁}"),
        ("nonsense", "你好", "请选要办什么"),
        ("take_off", "收回吧", "没有摊位"),
    ):
        answer = desk.decide(application, action, text)
        page = text_of(answer)
        assert answer.status_code in {400, 409} and said in page, action
        assert f">{text}</textarea>" in page, action
    assert fresh(application).state == S.SUBMITTED


def test_of_two_organisers_the_second_is_told(edition: Edition, desk: Desk) -> None:
    application = edition.submitted()
    admin = Desk(edition, "admin")
    assert desk.decide(application, "approve").status_code == 302
    late = admin.decide(application, "reject", "和另一份重复")
    page = text_of(late)
    assert late.status_code == 409
    assert "和另一份重复" in page and "已通过" in page
    assert f'name="version" value="{fresh(application).version}"' in page
    assert fresh(application).state == S.APPROVED
    assert desk.decide(fresh(application), "revoke", "场地没有了").status_code == 302
    assert "也来不及了</textarea>" in text_of(admin.decide(application, "revoke", "也来不及了"))
    assert fresh(application).state == S.REVOKED


def test_a_decision_without_a_version_is_refused(edition: Edition, desk: Desk) -> None:
    application = edition.submitted()
    assert desk.decide(application, "approve").status_code == 302
    missing = desk.post("decide", application.pk, action="revoke", text="不来了")
    assert missing.status_code == 409 and fresh(application).state == S.APPROVED


def test_template_fills_the_words_and_decides_nothing(edition: Edition, desk: Desk) -> None:
    application = edition.submitted()
    template = MessageTemplate.objects.create(
        district=edition.city.wuhou, name="材料不全", text="{摊主}，请补{版块}的材料"
    )
    foreign = MessageTemplate.objects.create(
        district=edition.city.jinjiang, name="锦江的", text="锦江的内部话"
    )
    page = text_of(desk.decide(application, "template", "已写的", template=template.pk))
    assert "谭示例，请补手作的材料</textarea>" in page
    page = text_of(desk.decide(application, "template", "已写的", template=foreign.pk))
    assert "已写的</textarea>" in page and "锦江的" not in page
    assert fresh(application).version == application.version


def test_payment_is_written_down(edition: Edition, desk: Desk) -> None:
    application = edition.submitted()
    values = {"payment": "paid", "fee": "80", "deposit": "100.50", "payment_note": "现金", "version": 0}
    late = desk.post("payment", application.pk, **values)
    assert late.status_code == 409 and "现金" in text_of(late)
    values["version"] = application.version
    wrong = desk.post("payment", application.pk, **{**values, "fee": "八十"})
    assert wrong.status_code == 400 and "八十" in text_of(wrong)
    assert desk.post("payment", application.pk, **{**values, "deposit": "-1"}).status_code == 400
    assert fresh(application).payment == Payment.NONE
    assert desk.post("payment", application.pk, **values).status_code == 302
    now = fresh(application)
    assert (now.payment, now.fee, now.deposit, now.payment_note) == (
        Payment.PAID,
        Decimal("80.00"),
        Decimal("100.50"),
        "现金",
    )
    assert now.state == S.SUBMITTED and now.version == application.version + 1


def test_payment_leaves_the_waitlist_as_it_is(edition: Edition, desk: Desk) -> None:
    application = edition.submitted()
    deciding.put_on_waitlist(application=application, actor=edition.city.user("organiser"))
    values = {"payment": "waived", "fee": "0", "deposit": "0", "payment_note": ""}
    assert desk.post("payment", application.pk, version=application.version, **values).status_code == 302
    assert (fresh(application).state, fresh(application).rank) == (S.WAITLISTED, 1)


def test_messages_and_notes(edition: Edition, desk: Desk, mailoutbox: list[EmailMessage]) -> None:
    application = edition.submitted()
    mailoutbox.clear()
    assert desk.post("write", application.pk, message="先看看位置", kind="note").status_code == 302
    assert mailoutbox == []
    assert desk.post("write", application.pk, message="请早点来", kind="message").status_code == 302
    assert len(mailoutbox) == 1 and "请早点来" in mailoutbox[0].body
    applying.answer(application=application, text="好的，八点到")
    page = text_of(desk.get("application", application.pk))
    assert all(word in page for word in ("先看看位置", "内部备注", "请早点来", "好的，八点到"))
    empty = desk.post("write", application.pk, message=" ", kind="note")
    assert empty.status_code == 400
    long = desk.post("write", application.pk, message="长" * 1001, kind="message")
    assert long.status_code == 400 and "长" * 1001 in text_of(long)
    assert application.messages.count() == 3


def test_what_is_typed_beside_a_deed_is_kept(edition: Edition, desk: Desk) -> None:
    application, document = with_document(edition)
    why, deeds = f"document-{document.pk}", desk.address("decide", application.pk)
    page = text_of(desk.get("application", application.pk))
    typed = {
        "text": "请补{谁}的\n材料",
        "message": "看过现场<b>",
        why: "照片不清楚",
        "fee": "80",
        "payment_note": "现金",
    }
    pressed = [
        (deeds, {"action": "name"}, set(), "登在公开的摊位图上"),
        (deeds, {"action": ""}, set(), "请选要办什么"),
        (deeds, {"action": "ask"}, set(), "{谁}"),
        (desk.address("write", application.pk), {"kind": "note"}, {"message"}, "备注记下了"),
        (desk.address("review", document.pk), {"verdict": "refused"}, {why}, "不合格。"),
        (desk.address("payment", application.pk), {}, {"fee", "payment_note"}, "付款情况记下了"),
    ]
    left = set(typed)
    for address, button, told, said in pressed:
        sent = sent_from(page) | {name: typed[name] for name in left}
        page = text_of(desk.browser.post(address, sent | button, follow=True))
        left -= told
        assert said in page
        shown = sent_from(page)
        assert {name: shown[name] for name in left} == {name: typed[name] for name in left}, said
        assert not any(shown[name] for name in told & {"message", why}), said
    # What was once shown is kept nowhere.
    assert "看过现场" in page and "booking_typed_beside" not in desk.browser.session
    now, document = fresh(application), ApplicationDocument.objects.get(pk=document.pk)
    assert (now.payment_note, now.fee, document.review_reason) == ("现金", Decimal(80), "照片不清楚")
    assert [one.text for one in now.messages.all()] == ["看过现场<b>"]
    assert sent_from(text_of(desk.get("application", application.pk)))["text"] == ""


def test_payment_that_is_kept_unsaved_covers_nothing_that_another_wrote(edition: Edition, desk: Desk) -> None:
    application = edition.submitted()
    sent = sent_from(text_of(desk.get("application", application.pk))) | {"fee": "80", "message": "先记一笔"}
    admin = Desk(edition, "admin")
    values = {
        "payment": "due",
        "fee": "0",
        "deposit": "50",
        "payment_note": "说好了",
        "version": application.version,
    }
    assert admin.post("payment", application.pk, **values).status_code == 302
    page = text_of(
        desk.browser.post(desk.address("write", application.pk), sent | {"kind": "note"}, follow=True)
    )
    shown = sent_from(page)
    assert (shown["fee"], shown["payment"], shown["deposit"], shown["payment_note"]) == (
        "80",
        "due",
        "50.00",
        "说好了",
    )
    assert desk.browser.post(desk.address("payment", application.pk), shown).status_code == 302
    now = fresh(application)
    assert (now.fee, now.deposit, now.payment_note) == (Decimal(80), Decimal(50), "说好了")
