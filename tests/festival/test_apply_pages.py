"""The stallholder's way to an application, as somebody without scripts goes it: by plain forms."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from festival.domain import deciding, gatekeeping, links
from festival.enums import ApplicationState, QuestionKind, SlotState, ZoneMode
from festival.models import (
    Application,
    ApplicationDocument,
    BookingRules,
    BoothSlot,
    ContactCode,
)
from sites.domain import gateways
from sites.enums import Channel
from sites.models import OutboxMessage
from tests.city import City
from tests.festival.apply_pages import APPLY, PDF, WUHOU, applied, begin, fill, open_link
from tests.festival.booking import Edition
from tests.festival.forms_of_pages import PlainBrowser, newest_code

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


# --- the whole way ----------------------------------------------------------------------------------------------------


def test_booth_is_booked_from_the_plan_to_the_pass(stallholder: PlainBrowser, edition: Edition) -> None:
    begin(stallholder)
    assert stallholder.title == "填写报名"
    held = BoothSlot.objects.get(booth__number="C01")
    assert held.state == SlotState.HELD and held.expires_at
    assert f"{timezone.localtime(held.expires_at):%H:%M}" in stallholder.html, "until when, without a script"
    page = stallholder.html
    fill(stallholder)
    assert (stallholder.status, stallholder.title, stallholder.standing) == (200, "报名好了", "摊位定下来了")
    stallholder.html = page
    fill(stallholder)  # a double click
    assert (stallholder.status, stallholder.standing) == (200, "摊位定下来了")
    application = Application.objects.get()
    assert (application.state, application.contact) == (S.ALLOCATED, "tan@example.cn")
    assert application.reference in stallholder.html
    picture = re.search(
        r'<a [^>]*href="data:image/png;base64,([^"]+)" download="通行证-C01.png"', stallholder.html
    )
    assert picture, "kept by a plain link, without a script and without a network"
    kept = Image.open(io.BytesIO(base64.b64decode(picture[1])))
    assert kept.width >= 500 and kept.height > kept.width, "what is written stands below the code"
    link = stallholder.link
    assert link.startswith("http://wuhou.localhost:8000/festivals/fair/apply/status/#")
    stallholder.open(f"{APPLY}status/").send(having="link", link=f"  {link} \n")
    assert stallholder.standing == "摊位定下来了"


def test_zone_that_is_allotted_asks_no_booth(stallholder: PlainBrowser, edition: Edition) -> None:
    stallholder.open(APPLY).send(having="allot")
    assert stallholder.title == "怎么联系您"
    stallholder.send(having="contact", contact="Tan@Example.cn ").send(having="code", code=newest_code())
    fill(stallholder)
    assert stallholder.standing == "收到了，等组委会审核"
    assert Application.objects.get().state == S.SUBMITTED


def test_questions_and_documents_are_asked_and_kept(stallholder: PlainBrowser, edition: Edition) -> None:
    lamps = edition.ask("几盏灯", QuestionKind.NUMBER)
    fire = edition.ask("用明火吗？", QuestionKind.YES_NO)
    paper = edition.require("健康证", has_expiry=True)
    number, yes_no, document = f"question__{lamps.pk}", f"question__{fire.pk}", f"document__{paper.pk}"
    begin(stallholder, "allot", "")
    assert "安排场地" in stallholder.html and "90 天删除" in stallholder.html
    fill(stallholder, **{number: "三盏", yes_no: "no"})
    assert stallholder.status == 422
    assert stallholder.problems == ["请写数字。"]
    assert 'value="三盏"' in stallholder.html and 'value="谭家绳编"' in stallholder.html
    stallholder.send(button="submit", **{number: "３"})
    assert stallholder.problems == ["健康证：请上传。"]
    stallholder.send(button="submit", **{document: SimpleUploadedFile("证.pdf", PDF)})
    assert stallholder.problems == ["健康证：请写有效期。"], "the file is kept, only its end is missing"
    past = timezone.localdate().isoformat()
    stallholder.send(button="submit", **{f"{document}__expires_on": past})
    assert "最后一天" in stallholder.problems[0] and past in stallholder.html
    stallholder.send(button="submit", **{f"{document}__expires_on": "2090-01-01"})
    assert stallholder.standing == "收到了，等组委会审核"
    application = Application.objects.get()
    assert application.answers == {f"question:{lamps.pk}": 3, f"question:{fire.pk}": False}
    assert application.documents.get().expires_on == dt.date(2090, 1, 1)


def test_draft_is_saved_and_found_again(stallholder: PlainBrowser, edition: Edition) -> None:
    begin(stallholder)
    stallholder.send(button="save", stall_name="谭家", offer="")
    assert "已保存" in stallholder.html and Application.objects.get().stall_name == "谭家"
    link = stallholder.link
    stallholder.open(f"{APPLY}status/").send(having="link", link=link)
    assert stallholder.title == "填写报名" and 'value="谭家"' in stallholder.html


def test_booth_can_be_changed_before_it_is_submitted(stallholder: PlainBrowser, edition: Edition) -> None:
    begin(stallholder)
    stallholder.send(button="booths", stall_name="谭家")
    assert stallholder.title == "选摊位"
    stallholder.send(button="hold", booths=["C02"])
    assert stallholder.title == "填写报名" and 'value="谭家"' in stallholder.html
    states = dict(BoothSlot.objects.filter(booth__zone__slug="open").values_list("booth__number", "state"))
    assert states == {"C01": "free", "C02": "held", "C03": "free"}


# --- refused, and nothing lost ----------------------------------------------------------------------------------------


def test_address_that_is_none_is_said_beside_it(stallholder: PlainBrowser, edition: Edition) -> None:
    stallholder.open(APPLY).send(having="allot")
    stallholder.send(having="contact", contact="tan at example")
    assert stallholder.status == 422 and 'value="tan at example"' in stallholder.html
    assert stallholder.problems == ["邮箱的写法不对，例如 name@example.cn。"]
    assert 'href="#f-contact"' in stallholder.html and 'aria-invalid="true"' in stallholder.html
    assert not ContactCode.objects.exists()


def test_machine_is_refused_and_a_quick_person_gets_through(
    stallholder: PlainBrowser, edition: Edition
) -> None:
    stallholder.open(APPLY).send(having="allot")
    stallholder.send(having="contact", contact="tan@example.cn", patient=False)
    assert stallholder.status == 422 and 'value="tan@example.cn"' in stallholder.html
    stallholder.send(having="contact", website="http://spam.example")
    assert stallholder.status == 422 and not ContactCode.objects.exists()
    stallholder.send(having="contact", website="")
    assert stallholder.title == "填验证码" and ContactCode.objects.count() == 1


def test_phone_is_offered_where_a_message_reaches_it(
    stallholder: PlainBrowser, city: City, edition: Edition
) -> None:
    stallholder.open(APPLY).send(having="allot")
    assert "手机" not in stallholder.html
    stallholder.send(having="contact", contact_kind="phone", contact="13800000000")
    assert stallholder.status == 422 and stallholder.problems == ["这个区县暂时只能用邮箱。"]
    gateways.set_up(district=city.wuhou, url="http://127.0.0.1:9/", actor=city.user("admin"))
    stallholder.open(APPLY).send(having="allot")
    stallholder.send(having="contact", contact_kind="phone", contact="1380000")
    assert stallholder.problems == ["请写 11 位手机号。"]
    stallholder.send(having="contact", contact_kind="phone", contact="138 0000 0000")
    assert stallholder.title == "填验证码" and "13800000000" in stallholder.html
    assert OutboxMessage.objects.filter(channel=Channel.WEBHOOK).count() == 1


def test_what_is_typed_stays_when_too_much_is_sent(stallholder: PlainBrowser, edition: Edition) -> None:
    lamps = f"question__{edition.ask('几盏灯', QuestionKind.NUMBER).pk}"
    begin(stallholder, "allot", "")
    who = f"application:{Application.objects.get().pk}"
    for _ in range(gatekeeping.BY_CONTACT[gatekeeping.Act.EDIT][0]):
        gatekeeping.admit(gatekeeping.Act.EDIT, network="127.0.0.0/24", who=who)
    fill(stallholder, **{lamps: "12"})
    assert stallholder.status == 429 and "频繁" in stallholder.problems[0]
    assert 'value="谭家绳编"' in stallholder.html and 'value="12"' in stallholder.html
    assert Application.objects.get().stall_name == ""


def test_too_many_codes_are_refused_with_429(stallholder: PlainBrowser, edition: Edition) -> None:
    stallholder.open(APPLY).send(having="allot")
    form = stallholder.html
    for _ in range(5):
        stallholder.html = form
        stallholder.send(having="contact", contact="tan@example.cn")
        assert stallholder.status == 200
    stallholder.html = form
    stallholder.send(having="contact", contact="tan@example.cn")
    assert stallholder.status == 429 and "频繁" in stallholder.problems[0]
    assert ContactCode.objects.count() == 5


def test_wrong_code_keeps_the_choice_and_counts(stallholder: PlainBrowser, edition: Edition) -> None:
    stallholder.open(APPLY).send(having="open", booths=["C02"]).send(
        having="contact", contact="tan@example.cn"
    )
    assert "又发了一次" not in stallholder.html
    stallholder.send(having="stamp")
    assert "又发了一次" in stallholder.html
    right = newest_code()
    stallholder.send(having="code", code="12")
    assert stallholder.status == 422 and ContactCode.objects.latest("pk").attempts == 1
    stallholder.send(having="code", code=f" {right[:3]} {right[3:]}")
    assert stallholder.title == "填写报名"
    assert BoothSlot.objects.get(state=SlotState.HELD).booth.number == "C02"


def test_double_click_begins_one_application(stallholder: PlainBrowser, edition: Edition) -> None:
    stallholder.open(APPLY).send(having="open", booths=["C01"]).send(
        having="contact", contact="tan@example.cn"
    )
    page, code = stallholder.html, newest_code()
    stallholder.send(having="code", code=code)
    first = stallholder.link
    stallholder.html = page
    stallholder.send(having="code", code=code)
    assert (stallholder.title, stallholder.link) == ("填写报名", first)
    assert Application.objects.count() == 1


def test_booth_that_went_meanwhile_can_be_chosen_anew_without_a_new_code(
    stallholder: PlainBrowser, edition: Edition
) -> None:
    stallholder.open(APPLY).send(having="open", booths=["C01"]).send(
        having="contact", contact="tan@example.cn"
    )
    edition.draft(ZoneMode.OPEN, address="zhou@example.cn", booths=(edition.booths(ZoneMode.OPEN)[0],))
    stallholder.send(having="code", code=newest_code())
    assert stallholder.status == 422 and "C01 刚刚被别人选走了" in stallholder.problems[0]
    stallholder.send(having="proof", zone="open", booths=["C03"])
    assert stallholder.title == "填写报名"
    assert Application.objects.get(contact="tan@example.cn").slots.get().booth.number == "C03"


def test_hold_that_ran_out_keeps_what_was_typed(stallholder: PlainBrowser, edition: Edition) -> None:
    begin(stallholder)
    BoothSlot.objects.filter(booth__number="C01").update(expires_at=timezone.now())
    fill(stallholder)
    assert stallholder.status == 422 and "保留的时间已过" in stallholder.problems[0]
    assert 'value="谭家绳编"' in stallholder.html and "现在没有为您保留摊位" in stallholder.html
    stallholder.send(button="booths").send(button="hold", booths=["C02"])
    fill(stallholder)
    assert stallholder.standing == "摊位定下来了"


def test_text_that_is_too_long_is_shown_again(stallholder: PlainBrowser, edition: Edition) -> None:
    begin(stallholder)
    fill(stallholder, stall_name="长" * 41, contact_name="谭示例")
    assert stallholder.status == 422 and stallholder.problems == ["太长了，最多 40 个字。"]
    assert "长" * 41 in stallholder.html
    assert Application.objects.get().contact_name == "谭示例", "what could be stored is stored"


def test_file_that_is_none_is_refused_beside_its_field(stallholder: PlainBrowser, edition: Edition) -> None:
    document = f"document__{edition.require('健康证').pk}"
    begin(stallholder, "allot", "")
    fill(stallholder, **{document: SimpleUploadedFile("证.jpg", b"<script>")})  # type: ignore[arg-type]
    assert stallholder.status == 422 and "只收 JPG" in stallholder.problems[0]
    assert not ApplicationDocument.objects.exists()


def test_two_tabs_do_not_overwrite_each_other(
    stallholder: PlainBrowser, city: City, edition: Edition
) -> None:
    applied(stallholder, "allot", "")
    stallholder.send(button="edit")
    other = PlainBrowser(city.browser(host=WUHOU))
    other.html = stallholder.html
    other.send(button="save", offer="剪纸")
    stallholder.send(button="save", stall_name="另一个名字")
    assert stallholder.status == 409 and 'value="另一个名字"' in stallholder.html
    stored = Application.objects.get()
    assert (stored.stall_name, stored.offer) == ("谭家绳编", "剪纸")
    stallholder.send(button="save", stall_name="另一个名字")
    assert Application.objects.get().stall_name == "另一个名字"


def test_what_people_type_is_never_markup(stallholder: PlainBrowser, city: City, edition: Edition) -> None:
    bad = "\"'></textarea><script>alert(1)</script>{{ 7*7 }}"
    edition.ask(bad, help_text=bad, purpose=bad)
    BookingRules.objects.update(terms=bad, contact=bad[:100])
    begin(stallholder, "allot", "")
    pages = [stallholder.html]
    stallholder.send(button="save", stall_name="x" + bad[:30], offer=bad, contact_name=bad[:40])
    pages.append(stallholder.html)
    question = next(name for name in stallholder.form(button="submit").values if name.startswith("question:"))
    fill(stallholder, offer=bad, **{question.replace(":", "__"): bad})
    assert stallholder.standing == "收到了，等组委会审核"
    application = Application.objects.get()
    deciding.ask(application=application, text=bad, actor=city.user("organiser"))
    open_link(stallholder, application)
    pages.append(stallholder.html)
    stallholder.send(button="message", text=bad)
    pages.append(stallholder.html)
    pages.append(PlainBrowser(city.browser(host=WUHOU)).open(APPLY).html)
    for page in pages:
        assert "<script>alert" not in page
        assert page.count("<textarea") == page.count("</textarea>")
    assert "&lt;script&gt;alert(1)" in pages[2]


def test_second_choice_of_one_page_leads_to_the_first(stallholder: PlainBrowser, edition: Edition) -> None:
    stallholder.open(APPLY).send(having="open", booths=["C01"]).send(
        having="contact", contact="tan@example.cn"
    )
    edition.draft(ZoneMode.OPEN, address="zhou@example.cn", booths=(edition.booths(ZoneMode.OPEN)[0],))
    stallholder.send(having="code", code=newest_code())
    page = stallholder.html
    stallholder.send(having="proof", zone="open", booths=["C02"])
    stallholder.html = page
    stallholder.send(having="proof", zone="open", booths=["C03"])
    assert stallholder.title == "我的报名" and "接着办" in stallholder.problems[0]
    assert Application.objects.filter(contact="tan@example.cn").count() == 1


def test_strange_bytes_are_no_server_error(stallholder: PlainBrowser, city: City, edition: Edition) -> None:
    begin(stallholder)
    fill(stallholder, stall_name="谭\x00家", reference="A\x00")
    assert stallholder.status == 404, "a reference that is none"
    assert city.browser(host=WUHOU).get("/festivals/fa\x00ir/apply/").status_code == 404
    for query in ({"zone": "x"}, {"zone": "open", "booths": ["A01"]}, {"zone": ["a", "b"]}, {}):
        assert city.browser(host=WUHOU).get(f"{APPLY}contact/", query).status_code == 422
    application = edition.draft(address="long@example.cn")
    own = {"reference": application.reference, "secret": links.make(application)}
    for which in ("9" * 5000, "9" * 20, "²"):
        answer = city.browser(host=WUHOU).post(f"{APPLY}form/", {**own, "do": f"see:{which}"})
        assert answer.status_code == 422, which[:3]


# --- closed, foreign, unknown -----------------------------------------------------------------------------------------


def test_closed_edition_says_when_it_was(stallholder: PlainBrowser, edition: Edition) -> None:
    begin(stallholder)
    now = timezone.now()
    BookingRules.objects.update(opens_at=now - dt.timedelta(days=9), closes_at=now - dt.timedelta(days=1))
    fill(stallholder)
    assert stallholder.status == 422 and "截止" in stallholder.problems[0]
    assert 'value="谭家绳编"' in stallholder.html
    assert "没有提交上" in stallholder.html
    stallholder.open(APPLY)
    assert "截止" in stallholder.html and "<form" not in stallholder.html
    stallholder.open(f"{APPLY}contact/?zone=allot")
    assert stallholder.status == 422 and "截止" in stallholder.problems[0]


def test_edition_without_rules_is_not_booked_here(city: City) -> None:
    city.festival()
    browser = PlainBrowser(city.browser(host=WUHOU))
    assert "不在网上报名" in browser.open("/festivals/2024/apply/").html
    assert browser.open("/festivals/1999/apply/").status == 404


def test_choosing_costs_few_queries(
    stallholder: PlainBrowser, edition: Edition, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    stallholder.open(APPLY)
    with django_assert_max_num_queries(8):
        stallholder.open(APPLY)
