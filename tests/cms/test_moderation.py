"""From an editor's hand to the public by way of a moderator, over HTTP, and the mails on the way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.users.models import UserProfile

from cms.models import StoryPage
from sites.enums import Role
from sites.models import OutboxMessage, RoleGroup, User
from tests.city import CAST, City
from tests.cms.test_admin_language import english_in, english_on
from tests.page_forms import story_form

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

SUBMIT = {"action-submit": "1"}
PUBLISH = {"action-publish": "1"}


@pytest.fixture
def cast(city: City) -> City:
    """Everyone has an address; so has a moderator of the other district."""
    for who in CAST:
        user = city.user(who)
        user.email = f"{user.username}@example.org"
        user.save()
    other = User.objects.create_user("jinjiang-moderator", "jinjiang-moderator@example.org")
    other.groups.add(RoleGroup.objects.get(district=city.jinjiang, role=Role.MODERATOR).group)
    mail.outbox.clear()
    return city


def taken() -> list[EmailMultiAlternatives]:
    """The mails sent since the last look."""
    sent: list[Any] = list(mail.outbox)
    mail.outbox.clear()
    return sent


def recipients() -> list[str]:
    return sorted(address for one in taken() for address in one.to)


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def hand_in(city: City, *, note: str = "", title: str = "院坝里的一锅汤", **fields: Any) -> StoryPage:
    """A story, written and handed in by the editor."""
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", city.section("stories").pk])
    form = {
        **story_form(title, slug="s", **fields),
        **SUBMIT,
        "note_to_moderators": note,
        "comment_notifications": "on",
    }
    response = city.browser("editor").post(address, form)
    assert response.status_code == 302, response.context["form"].errors
    return StoryPage.objects.get(slug="s")


def decide(browser: Client, page: Page, action: str, comment: str = "") -> HttpResponse:
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return browser.post(address, {"comment": comment})


def test_story_goes_to_and_fro_until_it_is_public(cast: City) -> None:
    story = hand_in(cast, note="照片里的老人都同意了")
    [to_moderator] = taken()
    assert to_moderator.to == ["moderator@example.org"]
    assert to_moderator.subject == "editor提交了“院坝里的一锅汤”，等你审核"
    assert to_moderator.from_email == '"武侯区邻里" <linli@localhost>'
    assert "照片里的老人都同意了" in to_moderator.body
    assert f"http://localhost:8000/admin/pages/{story.pk}/edit/" in to_moderator.body
    assert cast.get("districts/wuhou/stories/s/").status_code == 404

    decide(cast.browser("moderator"), story, "reject", "请补一张照片")
    [to_editor] = taken()
    assert to_editor.to == ["editor@example.org"]
    assert to_editor.subject == "“院坝里的一锅汤”退回来了，请看看意见"
    assert "moderator说：\n请补一张照片" in to_editor.body

    again = {**story_form("院坝里的两锅汤", slug="s"), **SUBMIT}
    assert cast.browser("editor").post(edit(story), again).status_code == 302
    [to_moderator] = taken()
    assert to_moderator.to == ["moderator@example.org"]
    assert "照片里的老人" not in to_moderator.body, "a note belongs to what it was sent with"

    story.refresh_from_db()
    decide(cast.browser("moderator"), StoryPage.objects.get(), "approve", "写得好")
    [to_editor] = taken()
    assert to_editor.to == ["editor@example.org"]
    assert to_editor.subject == "“院坝里的两锅汤”已经发布"
    assert "写得好" in to_editor.body
    assert "http://wuhou.localhost:8000/stories/s/" in to_editor.body
    assert cast.item("stories/s")["title"] == "院坝里的两锅汤"


def test_mails_are_chinese_in_text_and_html(cast: City) -> None:
    story = hand_in(cast, note="请看\n第二段 <b>")
    decide(cast.browser("moderator"), story, "reject", "请补照片")
    for sent in taken():
        [(html, kind)] = [tuple(one) for one in sent.alternatives]
        assert kind == "text/html"
        assert english_in(sent.subject.replace("editor", "")) == []
        names = ("editor", "moderator")
        assert [text for text in english_on(html) if not any(name in text for name in names)] == []
        assert "<b>" not in html.split("第二段")[-1][:20]


def test_outsiders_decide_nothing(cast: City) -> None:
    story = hand_in(cast)
    taken()
    for who in ("outsider", "organiser", "editor"):
        decide(cast.browser(who, errors=False), story, "approve")
    assert taken() == []
    assert not StoryPage.objects.get().live


def test_moderator_who_hands_in_gets_no_mail_about_it(cast: City) -> None:
    story = cast.story(slug="s", publish=False)
    cast.browser("moderator").post(edit(story), {**story_form(slug="s"), **SUBMIT})
    assert recipients() == []


def test_those_who_turned_notices_off_get_none(cast: City) -> None:
    for who in ("moderator", "editor"):
        profile = UserProfile.get_for_user(cast.user(who))
        profile.submitted_notifications = profile.rejected_notifications = False
        profile.save()
    story = hand_in(cast)
    decide(cast.browser("moderator"), story, "reject", "不好")
    assert taken() == []


def test_notices_are_turned_off_in_the_account(cast: City) -> None:
    account = cast.browser("moderator").get(reverse("wagtailadmin_account")).content.decode()
    for name in ("submitted", "approved", "rejected", "updated_comments"):
        assert f"{name}_notifications" in account
    assert english_on(account) == ["moderator@example.org"] or "notification" not in " ".join(
        english_on(account)
    )


def test_dismissed_and_those_without_address_are_passed_over(cast: City) -> None:
    group = RoleGroup.objects.get(district=cast.wuhou, role=Role.MODERATOR).group
    User.objects.create_user("gone", "gone@example.org", is_active=False).groups.add(group)
    User.objects.create_user("silent").groups.add(group)
    hand_in(cast)
    assert recipients() == ["moderator@example.org"]


def test_published_by_a_moderators_own_hand_the_editor_hears_of_it(cast: City) -> None:
    story = hand_in(cast)
    taken()
    cast.browser("moderator").post(edit(story), {**story_form("改过的题目", slug="s"), **PUBLISH})
    [sent] = taken()
    assert (sent.to, sent.subject) == (["editor@example.org"], "“改过的题目”已经发布")


def test_taken_back_nobody_hears_of_a_publication(cast: City) -> None:
    story = hand_in(cast)
    taken()
    cast.browser("editor").post(edit(story), {**story_form(slug="s"), "action-cancel-workflow": "1"})
    assert taken() == []


def test_approved_for_later_the_mail_says_when(cast: City) -> None:
    later = timezone.localtime() + dt.timedelta(days=3)
    story = hand_in(cast, go_live_at=later.strftime("%Y-%m-%d %H:%M"))
    taken()
    decide(cast.browser("moderator"), story, "approve")
    [sent] = taken()
    assert sent.subject == "“院坝里的一锅汤”审核通过，到时发布"
    assert f"{later.month}月{later.day}日" in sent.body


def test_decision_that_fails_sends_nothing(cast: City, settings: Any) -> None:
    """The mail is a row of the decision's transaction: where that is undone, there is none."""
    picture = cast.picture("有说明")
    story = hand_in(cast, cover=picture.pk)
    taken()
    picture.description = ""
    picture.save()
    settings.EMAIL_BACKEND = "sites.outbox_mail.OutboxEmailBackend"
    decide(cast.browser("moderator"), story, "approve")
    assert not StoryPage.objects.get().live
    assert not OutboxMessage.objects.exists()
    decide(cast.browser("moderator"), StoryPage.objects.get(), "reject", "补图片说明")
    [row] = OutboxMessage.objects.all()
    assert (row.district, row.recipient) == (cast.wuhou, "editor@example.org")


def test_comment_in_the_editor_reaches_those_who_follow_it(cast: City) -> None:
    story = hand_in(cast)
    taken()
    comment = {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
        "comments-0-id": "",
        "comments-0-text": "这里说的是哪一年？",
        "comments-0-contentpath": "title",
        "comments-0-position": "null",
        "comments-0-DELETE": "",
        "comments-0-resolved": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "0",
    }
    assert story.subscribers.get(user=cast.user("editor")).comment_notifications, "who wrote it follows it"
    response = cast.browser("moderator").post(
        edit(story), {**story_form("院坝里的一锅汤", slug="s"), **comment}
    )
    assert response.status_code == 302, response.context["form"].errors
    [sent] = taken()
    assert sent.to == ["editor@example.org"]
    assert "这里说的是哪一年？" in sent.body
    assert english_in(sent.subject.replace("moderator", "")) == []
    assert [w for w in english_in(sent.body) if w not in {"editor", "moderator"}] == []
