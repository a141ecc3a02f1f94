"""What the checks find on a page, what they leave alone, and what they keep from being published unasked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from cms.domain.content_checks import Draft, Finding, check, check_page, gather
from cms.models import CraftsmanPage, StoryPage
from sites.models import AuditEntry
from tests.city import City, paragraph
from tests.page_forms import craftsman_form, story_form, text_block

pytestmark = pytest.mark.once

PUBLISH = {"action-publish": "1"}
NUMBER = "13800001111"


def codes(page: Any) -> set[str]:
    return {finding.code for finding in check_page(page)}


def found(page: Any, code: str) -> Finding:
    [finding] = [one for one in check_page(page) if one.code == code]
    return finding


def whole(city: City, **values: Any) -> StoryPage:
    """A story, not yet public, on which nothing is found."""
    community = city.community()
    values = {"summary": "摘要", "cover": city.picture(), "community": community, **values}
    return city.story(publish=False, **values)


def heading(text: str, level: str = "2") -> tuple[str, dict[str, str]]:
    return "heading", {"text": text, "level": level}


# --- each rule ------------------------------------------------------------------------------------------------------------


def test_nothing_is_found_on_a_whole_story(city: City) -> None:
    assert (
        check_page(whole(city, body=[heading("缘起"), paragraph(), heading("后来", "3"), paragraph()])) == []
    )


@pytest.mark.parametrize("name", ["summary", "cover", "community"])
def test_what_is_missing_is_named(city: City, name: str) -> None:
    page = whole(city, **{name: "" if name == "summary" else None})
    assert {finding.field for finding in check_page(page)} == {name}


def test_community_is_not_asked_where_there_is_none(city: City) -> None:
    assert "no-community" not in codes(city.story(publish=False))
    city.community()
    assert "no-community" in codes(city.story(publish=False))


@pytest.mark.parametrize(("title", "is_long"), [("邻" * 30, False), ("邻" * 31, True)])
def test_title_that_folds_on_a_phone(city: City, title: str, is_long: bool) -> None:
    assert ("long-title" in codes(city.story(title, publish=False))) is is_long


def test_pictures_without_words_are_told_with_their_place(city: City) -> None:
    silent = city.picture("")
    picture = ("picture", {"image": silent, "caption": ""})
    page = whole(city, body=[paragraph(), picture])
    finding = found(page, "no-alt-text")
    assert (finding.place, finding.field, finding.severity) == ("正文第2块（图片）", "body", "must")
    assert finding.block


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([heading("小", "3"), paragraph()], "heading-order"),
        ([heading("大"), paragraph(), heading("尾巴")], "heading-alone"),
        ([heading(" "), paragraph()], "empty-heading"),
    ],
)
def test_headings(city: City, body: list[Any], code: str) -> None:
    assert codes(whole(city, body=body)) == {code}


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ('<a href="https://example.org/"></a>', "empty-link"),
        ('<a href="https://example.org/"> </a>', "empty-link"),
        ('<a href="https://example.org/">点击这里</a>', "vague-link"),
        ('<a href="https://example.org/">请点击这里！</a>', "vague-link"),
        ('<a href="https://example.org/">这里</a>', "vague-link"),
        ('<a href="https://example.org/"><b>查看更多</b></a>', "vague-link"),
        ('<a href="https://example.org/">click here</a>', "vague-link"),
        ('<a href="#">报名表</a>', "link-to-nothing"),
        ('<a href="https://">报名表</a>', "link-to-nothing"),
        ("<a>报名表</a>", "link-to-nothing"),
        ('<a linktype="page" id="999999">报名表</a>', "link-gone"),
    ],
)
def test_links_that_lead_nowhere_or_say_nothing(city: City, html: str, code: str) -> None:
    assert codes(whole(city, body=[paragraph(html)])) == {code}


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://example.org/">这里的茶馆</a>',
        '<a href="tel:12345">12345</a>',
        '<a linktype="document" id="3">报名表</a>',
        "没有链接的这里",
    ],
)
def test_good_links_are_left_alone(city: City, html: str) -> None:
    assert codes(whole(city, body=[paragraph(html)])) == set()


def test_links_to_what_is_not_public(city: City) -> None:
    draft = city.story("草稿", slug="draft", publish=False)
    public = city.story("公开", slug="public")
    link = '<a linktype="page" id="{}">那一篇</a>'
    assert codes(whole(city, body=[paragraph(link.format(public.pk))])) == set()
    page = city.story(publish=False, body=[paragraph(link.format(draft.pk))])
    assert "link-not-public" in codes(page)


def test_craftsman_who_is_not_public(city: City) -> None:
    hidden = city.craftsman(publish=False)
    assert "craftsman-not-public" in codes(city.story(publish=False, tells_of=(hidden,)))


@pytest.mark.parametrize(
    "body",
    [
        paragraph(f"请打{NUMBER}"),
        paragraph("请打 138<b>0000</b>1111"),
        ("quote", {"text": f"我的电话是{NUMBER}", "speaker": "", "role": ""}),
        ("callout", {"title": "报名", "html": f"<p>{NUMBER}</p>", "tone": "info"}),
        ("timeline", {"title": "", "entries": [{"when": "2019", "title": "开张", "text": NUMBER}] * 2}),
    ],
)
def test_personal_number_is_found_wherever_it_stands(city: City, body: Any) -> None:
    findings = [one for one in check_page(whole(city, body=[body])) if one.code == "personal-number"]
    assert findings
    assert {one.severity for one in findings} == {"confirm"}


@pytest.mark.parametrize("name", ["title", "summary", "byline", "source", "reprint_note", "tags"])
def test_personal_number_is_found_in_every_field(city: City, name: str) -> None:
    page = whole(city)
    setattr(page, name, f"电话 {NUMBER}")
    assert found(page, "personal-number").field == name


def test_two_paragraphs_make_no_number(city: City) -> None:
    assert codes(whole(city, body=[paragraph("一共 138</p><p>0000 1111")])) == set()


@pytest.mark.parametrize(
    ("given", "ended", "is_found"),
    [(None, None, True), (-10, None, False), (-10, -1, True), (1, None, True)],
)
def test_craftsmans_own_number_may_be_told_while_the_consent_holds(
    city: City, given: int | None, ended: int | None, is_found: bool
) -> None:
    def day(offset: int | None) -> dt.date | None:
        return None if offset is None else timezone.localdate() + dt.timedelta(days=offset)

    page = CraftsmanPage(
        title="陈师傅",
        phone="138 0000 1111",
        consented_on=day(given),
        withdrawn_on=day(ended),
        body=[paragraph(f"打 {NUMBER}")],
    )
    assert ("personal-number" in codes(page)) is is_found
    page.body = [paragraph("打 13900002222")]
    assert "personal-number" in codes(page)


def test_facts_for_many_drafts_cost_as_much_as_for_one(city: City, django_assert_num_queries: Any) -> None:
    pictures = [city.picture("") for _ in range(3)]
    pages = [
        city.story(
            f"第{n}篇",
            publish=False,
            body=[
                ("picture", {"image": pictures[n % 3], "caption": ""}),
                paragraph(f'<a linktype="page" id="{city.home().pk}">首页</a>'),
            ],
        )
        for n in range(12)
    ]
    drafts = [Draft(StoryPage, page.latest_revision.content) for page in pages]
    for few in (drafts[:1], drafts):
        with django_assert_num_queries(2):
            facts = gather(few)
            assert all(any(one.code == "no-alt-text" for one in check(draft, facts)) for draft in few)


# --- before publishing ----------------------------------------------------------------------------------------------------


def send(city: City, who: str, form: dict[str, Any], page: StoryPage | None = None) -> HttpResponse:
    if page is not None:
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    else:
        section = city.section("stories")
        address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", section.pk])
    response: HttpResponse = city.browser(who).post(address, form)
    return response


def with_number(**fields: Any) -> dict[str, Any]:
    return story_form("找人", [text_block(f"请打{NUMBER}")], slug="s", **fields)


def test_personal_number_is_not_published_without_being_asked_about(city: City) -> None:
    response = send(city, "moderator", {**with_number(), **PUBLISH})
    html = response.content.decode()
    assert response.status_code == 200
    assert not StoryPage.objects.exists()
    assert 'name="confirm_numbers"' in html
    assert "手机号 13800001111" in html
    assert f"u6253{NUMBER}" in html, "what was typed is still there, 打 as its code"

    response = send(city, "moderator", {**with_number(), **PUBLISH, "confirm_numbers": "on"})
    assert response.status_code == 302
    assert NUMBER in str(city.item("stories/s"))
    [line] = AuditEntry.objects.filter(act="number_confirmed")
    assert (line.actor, line.district) == (city.user("moderator"), city.wuhou)
    assert NUMBER not in str([line.subject_name, line.details])


def test_confirmed_once_it_is_not_asked_again_but_another_number_is(city: City) -> None:
    send(city, "moderator", {**with_number(), **PUBLISH, "confirm_numbers": "on"})
    page = StoryPage.objects.get()
    assert send(city, "moderator", {**with_number(summary="改了"), **PUBLISH}, page).status_code == 302
    other = {**with_number(summary="也可以打 13900002222"), **PUBLISH}
    response = send(city, "moderator", other, page)
    assert response.status_code == 200
    assert "139" not in str(city.item("stories/s"))


def test_draft_and_submission_are_not_held_up(city: City) -> None:
    assert send(city, "editor", with_number()).status_code == 302
    page = StoryPage.objects.get()
    assert send(city, "editor", {**with_number(), "action-submit": "1"}, page).status_code == 302
    assert page.current_workflow_task_state is not None


def test_approval_without_the_form_is_refused_and_says_why(city: City) -> None:
    send(city, "editor", {**with_number(), "action-submit": "1"})
    page = StoryPage.objects.get()
    address = reverse(
        "wagtailadmin_pages:workflow_action", args=[page.pk, "approve", page.current_workflow_task_state.pk]
    )
    browser = city.browser("moderator")
    response = browser.post(address, follow=True)
    assert "像是有个人的号码" in response.content.decode()
    assert not StoryPage.objects.get().live

    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    assert send(city, "moderator", {**with_number(), **approve}, page).status_code == 200
    confirmed = {**with_number(), **approve, "confirm_numbers": "on"}
    assert send(city, "moderator", confirmed, page).status_code == 302
    assert StoryPage.objects.get().live


def test_editors_confirmation_is_worth_nothing(city: City) -> None:
    """Who may not publish may not confirm."""
    send(city, "editor", {**with_number(), "action-submit": "1", "confirm_numbers": "on"})
    assert not AuditEntry.objects.filter(act="number_confirmed").exists()


def test_bulk_publishing_is_refused(city: City) -> None:
    send(city, "editor", with_number())
    page = StoryPage.objects.get()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    city.browser("moderator").post(f"{address}?id={page.pk}&next=/admin/")
    assert not StoryPage.objects.get().live


def test_number_in_a_row_of_a_craftsman_is_asked_about(city: City) -> None:
    picture, craft = city.picture(), city.craft()
    form = craftsman_form(crafts=[craft.pk], works=[picture.pk], slug="chen")
    form["works-0-caption"] = f"定做 {NUMBER}"
    section = city.section("craftsmen")
    address = reverse("wagtailadmin_pages:add", args=["cms", "craftsmanpage", section.pk])
    response = city.browser("moderator").post(address, {**form, **PUBLISH})
    assert response.status_code == 200
    assert 'name="confirm_numbers"' in response.content.decode()


# --- in the editor --------------------------------------------------------------------------------------------------------


def test_editor_sees_what_is_found_and_after_saving_what_is_left(city: City) -> None:
    city.community()
    page = city.story(publish=False, body=[paragraph('<a href="https://e.org/">点击这里</a>')])
    browser = city.browser("editor")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = browser.get(address).content.decode()
    assert "没有说通到哪里" in html
    assert "还没有选社区" in html

    page.refresh_from_db()
    form = {
        **story_form("邻居的院坝", slug=page.slug),
        "loaded_revision_id": str(page.latest_revision_id),
        "loaded_revision_created_at": page.latest_revision.created_at.isoformat(),
    }
    answer = browser.post(address, form, headers={"accept": "application/json"}).json()
    assert answer["success"] is True
    assert "没有说通到哪里" not in answer["html"]
    assert "还没有选社区" in answer["html"]


def test_note_that_was_typed_and_not_sent_is_still_there(city: City) -> None:
    page = city.story(publish=False)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    browser = city.browser("editor")
    browser.post(address, {**story_form(slug=page.slug), "note_to_moderators": "请看第三段"})
    assert "请看第三段" in browser.get(address).content.decode()
    browser.post(
        address, {**story_form(slug=page.slug), "note_to_moderators": "请看第三段", "action-submit": "1"}
    )
    textarea = (
        browser.get(address).content.decode().split('name="note_to_moderators"')[1].split("</textarea>")[0]
    )
    assert "请看第三段" not in textarea
