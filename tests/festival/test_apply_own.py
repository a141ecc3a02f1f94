"""What a stallholder does on the public site with the private link of an application, by plain forms."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from festival.domain import applying, deciding, links
from festival.domain.transitions import organiser
from festival.enums import ApplicationState, Review, SlotState, ZoneMode
from festival.models import (
    Application,
    ApplicationDocument,
    ApplicationMessage,
    BoothSlot,
)
from tests.city import City
from tests.festival.apply_pages import APPLY, PDF, WUHOU, applied, begin, fill, open_link
from tests.festival.booking import Edition
from tests.festival.forms_of_pages import PlainBrowser, newest_code

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


def test_what_is_asked_for_is_brought_and_submitted_again(
    stallholder: PlainBrowser, city: City, edition: Edition
) -> None:
    application = applied(stallholder, "allot", "")
    deciding.ask(application=application, text="请说明卖什么。", actor=city.user("organiser"))
    open_link(stallholder, application)
    assert stallholder.standing == "还差一点，请您补充" and "请说明卖什么。" in stallholder.html
    stallholder.send(button="message", text="几天能答复？")
    assert "再提交一次" in stallholder.html, "words alone do not hand it in again"
    stallholder.send(button="edit").send(button="submit", offer="", text="只卖盘扣。")
    assert stallholder.status == 422 and "只卖盘扣。" in stallholder.html
    page = stallholder.html
    for _ in range(2):  # a double click
        stallholder.html = page
        stallholder.send(button="submit", offer="盘扣，当场做")
    assert stallholder.standing == "收到了，等组委会审核"
    stored = Application.objects.get()
    assert (stored.state, stored.offer) == (S.SUBMITTED, "盘扣，当场做")
    said = stored.messages.filter(actor_kind="applicant").values_list("text", flat=True)
    assert sorted(said) == ["几天能答复？", "只卖盘扣。"]


def test_lost_link_is_found_by_the_address(stallholder: PlainBrowser, city: City, edition: Edition) -> None:
    application = applied(stallholder)
    links.revoke_all(application)
    stallholder.open(f"{APPLY}find/").send(having="contact", contact="tan@example.cn")
    stallholder.send(having="code", code=newest_code())
    assert stallholder.title == "我的报名" and application.reference in stallholder.html
    page = stallholder.html
    stallholder.send(having=application.reference)
    assert stallholder.standing == "摊位定下来了"
    foreign = edition.draft(ZoneMode.ALLOT, address="zhou@example.cn")
    stallholder.html = page
    stallholder.send(having="proof", reference=foreign.reference)
    assert stallholder.title == "我的报名" and foreign.reference not in stallholder.html
    stallholder.html = page
    stallholder.send(having="proof", proof="forged")
    assert stallholder.status == 422 and stallholder.title == "找回我的报名"


def test_who_has_too_many_drafts_goes_on_with_one(stallholder: PlainBrowser, edition: Edition) -> None:
    drafts = [edition.draft(ZoneMode.ALLOT) for _ in range(applying.MOST_OPEN)]
    begin(stallholder, "allot", "")
    assert stallholder.status == 422 and "最多同时有 3 份" in stallholder.problems[0]
    stallholder.send(having=drafts[0].reference)
    assert stallholder.title == "填写报名" and drafts[0].reference in stallholder.html


def test_message_is_sent_once(stallholder: PlainBrowser, edition: Edition) -> None:
    applied(stallholder, "allot", "")
    page = stallholder.html
    stallholder.send(button="message", text="几点布展？")
    assert "几点布展？" in stallholder.html
    stallholder.html = page
    stallholder.send(button="message", text="几点布展？")
    assert ApplicationMessage.objects.count() == 1
    stallholder.send(button="message", text="")
    assert stallholder.status == 422 and ApplicationMessage.objects.count() == 1


def test_booth_is_picked_after_approval(stallholder: PlainBrowser, city: City, edition: Edition) -> None:
    application = applied(stallholder, "pick", "")
    deciding.approve(application=application, actor=city.user("organiser"))
    open_link(stallholder, application)
    assert stallholder.standing == "审核通过了，请选位置"
    stallholder.send(button="booths")
    page = stallholder.html
    other = edition.submitted(ZoneMode.PICK, address="zhou@example.cn")
    deciding.approve(application=other, actor=city.user("organiser"))
    applying.pick(application=other, booths=edition.booths(ZoneMode.PICK)[:1])
    stallholder.html = page
    stallholder.send(button="pick", booths=["B01"])
    assert stallholder.status == 422 and "B01 刚刚被别人选走了" in stallholder.problems[0]
    stallholder.send(button="pick", booths=["B02"])
    assert stallholder.standing == "摊位定下来了" and "B02" in stallholder.html


def test_offer_is_accepted_or_declined(stallholder: PlainBrowser, city: City, edition: Edition) -> None:
    actor = organiser(city.user("organiser"))
    first = [
        edition.submitted(ZoneMode.OPEN, address=f"stall{n}@example.cn", booths=(booth,))
        for n, booth in enumerate(edition.booths(ZoneMode.OPEN))
    ]
    waiting = []
    for n in range(2):
        browser = PlainBrowser(city.browser(host=WUHOU))
        browser.open(APPLY)
        assert "报名候补" in browser.html
        begin(browser, "open", "", address=f"late{n}@example.cn")
        assert "排在候补名单上" in browser.html
        fill(browser)
        assert (
            browser.standing == "您在候补名单上" and f'第 <b class="figures">{n + 1}</b> 位' in browser.html
        )
        waiting.append(browser)
    assert actor.user is not None
    deciding.revoke(application=first[0], actor=actor.user, reason="没有交材料")
    one, two = [Application.objects.get(contact=f"late{n}@example.cn") for n in range(2)]
    open_link(waiting[0], one)
    assert waiting[0].standing == "有摊位了，请您确认" and "C01" in waiting[0].html
    waiting[0].send(button="ask-decline").send(button="decline")
    assert waiting[0].standing == "您已经撤回" and "<h3>组委会说" not in waiting[0].html
    open_link(waiting[1], two).send(button="accept")
    assert waiting[1].standing == "摊位定下来了" and "C01" in waiting[1].html


def test_offer_that_ran_out_is_not_offered_any_more(
    stallholder: PlainBrowser, city: City, edition: Edition
) -> None:
    booths = edition.booths(ZoneMode.OPEN)
    for n, booth in enumerate(booths):
        edition.submitted(ZoneMode.OPEN, address=f"stall{n}@example.cn", booths=(booth,))
    waiting = edition.submitted(ZoneMode.OPEN)
    applying.withdraw(application=Application.objects.get(contact="stall0@example.cn"))
    open_link(stallholder, waiting)
    page = stallholder.html
    assert stallholder.standing == "有摊位了，请您确认"
    Application.objects.filter(pk=waiting.pk).update(offer_expires_at=timezone.now())
    stallholder.send(button="accept")
    assert stallholder.status == 422 and "确认的时间已过" in stallholder.problems[0]
    assert stallholder.standing == "确认的时间已经过了" and 'value="accept"' not in stallholder.html
    assert 'value="accept"' in page


def test_withdrawing_is_asked_twice(stallholder: PlainBrowser, edition: Edition) -> None:
    applied(stallholder)
    stallholder.send(button="ask-withdraw")
    assert Application.objects.get().state == S.ALLOCATED
    stallholder.send(button="back")
    assert stallholder.standing == "摊位定下来了"
    stallholder.send(button="ask-withdraw").send(button="withdraw", reason="那天有事")
    assert stallholder.standing == "您已经撤回" and "那天有事" in stallholder.html
    assert "<h3>组委会说" not in stallholder.html, "the reason is the stallholder's own"
    assert BoothSlot.objects.get(booth__number="C01").state == SlotState.FREE


def test_refused_document_is_handed_in_again_after_the_decision(
    stallholder: PlainBrowser, city: City, edition: Edition
) -> None:
    paper = edition.require("健康证")
    name = f"document__{paper.pk}"
    begin(stallholder, "allot", "")
    fill(stallholder, **{name: SimpleUploadedFile("证.pdf", PDF)})  # type: ignore[arg-type]
    application, actor = Application.objects.get(), city.user("organiser")
    deciding.approve(application=application, actor=actor)
    document = application.documents.get()
    deciding.review(document=document, verdict=Review.REFUSED, actor=actor, reason="看不清")
    open_link(stallholder, application)
    assert "看不清" in stallholder.html
    stallholder.send(button="files", **{name: SimpleUploadedFile("新.pdf", PDF)})
    document.refresh_from_db()
    assert (document.review, document.name) == (Review.PENDING, "新.pdf")


# --- foreign and unknown ----------------------------------------------------------------------------------------------


def test_foreign_secret_opens_as_little_as_none(
    stallholder: PlainBrowser, city: City, edition: Edition
) -> None:
    application = applied(stallholder)
    foreign = edition.draft(ZoneMode.ALLOT, address="zhou@example.cn")
    secret = links.make(foreign)
    answers = []
    for reference, given in (
        (application.reference, secret),
        (application.reference, "x" * 43),
        ("22222222", secret),
    ):
        link = f"https://wuhou.localhost/festivals/fair/apply/status/#{reference}.{given}"
        stallholder.open(f"{APPLY}status/").send(having="link", link=link)
        answers.append((stallholder.status, stallholder.problems))
    assert answers == [(404, ["这个链接打不开：可能没有复制完整，也可能已经过期。"])] * 3
    neighbour = PlainBrowser(city.browser(host="jinjiang.localhost"))
    assert neighbour.open(APPLY).status == 404


def test_another_ones_document_cannot_be_had(stallholder: PlainBrowser, city: City, edition: Edition) -> None:
    document = f"document__{edition.require('健康证').pk}"
    begin(stallholder, "allot", "")
    stallholder.send(button="save", **{document: SimpleUploadedFile("证.pdf", PDF)})
    own = ApplicationDocument.objects.get()
    mine = stallholder.html
    stallholder.send(button=f"see:{own.pk}")
    assert stallholder.status == 200 and stallholder.headers["Content-Type"] == "application/pdf"
    assert b"".join(stallholder.response.streaming_content) == PDF
    other = PlainBrowser(city.browser(host=WUHOU))
    begin(other, "allot", "", address="zhou@example.cn")
    form = other.form(button="submit")
    answer = other.client.post(form.action, {**form.values, "do": f"see:{own.pk}"})
    assert answer.status_code == 422 and "已经删除" in answer.content.decode()
    other.client.post(form.action, {**form.values, "do": f"remove:{own.pk}"})
    assert ApplicationDocument.objects.count() == 1
    stallholder.html = mine
    stallholder.send(button=f"remove:{own.pk}")
    assert stallholder.status == 200 and not ApplicationDocument.objects.exists()


def test_reading_changes_nothing_and_stores_nothing(
    stallholder: PlainBrowser, city: City, edition: Edition
) -> None:
    client = city.browser(host=WUHOU)
    applied(stallholder)
    before = Application.objects.values().get()
    for path in ("", "contact/?zone=allot", "code/", "code/send/", "start/", "form/", "status/"):
        answer = client.get(f"{APPLY}{path}")
        assert answer.status_code in {200, 302}
        assert not answer.cookies
    assert client.get(APPLY).headers["Cache-Control"] == "no-store"
    assert client.get(APPLY).headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert stallholder.headers["X-Robots-Tag"] == "noindex" and not stallholder.response.cookies
    assert Application.objects.values().get() == before
