"""A story passed to another district: frozen, decided there, and never reached into."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cms.domain import handovers
from cms.enums import HandoverState
from cms.exceptions import HandoverRefused
from cms.models import ReceivedPicture, ReceivedStory, SentStory, StoryPage
from media.models import Picture
from media.pages import picture_ids
from sites.enums import Act
from sites.models import AuditEntry, District, User
from tests.city import City, item_block, paragraph, programme, shelf_rows

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

ITEM = "11111111-1111-4111-8111-111111111111"
PUBLISH = {"action-publish": "1"}


@pytest.fixture(autouse=True)
def _mail_at_once(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def reachable(city: City, *cast: str) -> None:
    for who in cast:
        user = city.user(who)
        user.email = f"{user.username}@example.cn"
        user.save()


def pass_on(
    city: City, story: StoryPage, target: District, *, who: str = "editor", note: str = ""
) -> SentStory:
    sent, _ = handovers.send(story=story, targets=[target], by=city.user(who), note=note)
    return sent[0]


def received(sent: SentStory) -> ReceivedStory:
    return ReceivedStory.objects.get(handover=sent.handover)


def post(city: City, who: str, view: str, pk: int, **form: Any) -> Any:
    return city.browser(who).post(reverse(view, args=[pk]), form)


def rich(city: City) -> StoryPage:
    """A story that points at everything a story can point at."""
    other = city.story("旧事", slug="other")
    festival = city.festival("第八届邻里节", programme=programme(item_block("猜灯谜", id=ITEM)))
    cover, inside, poster = city.picture("题图"), city.picture("院坝", credit="老王"), city.picture("封面")
    body = [
        paragraph(f'见<a linktype="page" id="{other.pk}">旧事</a>和<a href="/places/">去处</a>'),
        ("picture", {"image": inside, "caption": "图注"}),
        (
            "gallery",
            {"title": "", "images": [{"image": cover, "caption": ""}, {"image": inside, "caption": ""}]},
        ),
        ("video", {"title": "片", "url": "https://example.cn/v", "poster": poster}),
        ("festival_item", {"item": f"{festival.pk}:{ITEM}"}),
    ]
    teller = city.craftsman("陈师傅", slug="chen", crafts=(city.craft(),))
    return city.story(
        "借物板",
        slug="s",
        cover=cover,
        body=body,
        community=city.community(),
        tells_of=(teller,),
        source="晋阳报",
    )


# --- sending ------------------------------------------------------------------------------------------------------------


def test_editor_passes_a_story_to_several(city: City) -> None:
    story = city.story(slug="s")
    form = {"targets": [city.chengdu.pk, city.jinjiang.pk], "note": "值得转"}
    answer = post(city, "editor", "send_story", story.pk, **form)
    assert answer.status_code == 302
    assert {row.district.slug for row in ReceivedStory.objects.all()} == {"chengdu", "jinjiang"}
    assert {row.note for row in ReceivedStory.objects.all()} == {"值得转"}
    acts = AuditEntry.objects.filter(act=Act.STORY_PASSED)
    assert {(one.district.slug, one.details["target"]) for one in acts if one.district} == {
        ("wuhou", "chengdu"),
        ("wuhou", "jinjiang"),
    }


@pytest.mark.parametrize("who", ["organiser", "outsider"])
def test_story_is_passed_only_by_those_who_write_it(city: City, who: str) -> None:
    story = city.story(slug="s")
    assert city.browser(who).get(reverse("send_story", args=[story.pk])).status_code == 404
    assert post(city, who, "send_story", story.pk, targets=[city.chengdu.pk]).status_code == 404
    assert not SentStory.objects.exists()


def test_draft_and_own_district_are_no_handover(city: City) -> None:
    draft, story = city.story(slug="d", publish=False), city.story(slug="s")
    assert post(city, "editor", "send_story", draft.pk, targets=[city.chengdu.pk]).status_code == 404
    assert post(city, "editor", "send_story", story.pk, targets=[city.wuhou.pk]).status_code == 200
    with pytest.raises(HandoverRefused):
        pass_on(city, story, city.wuhou)
    assert not SentStory.objects.exists()


def test_second_handover_of_what_waits_is_refused_and_sends_nothing(city: City) -> None:
    story = city.story(slug="s")
    pass_on(city, story, city.jinjiang)
    form = {"targets": [city.chengdu.pk, city.jinjiang.pk], "note": "再来"}
    answer = post(city, "editor", "send_story", story.pk, **form)
    assert "已经送给锦江区了" in answer.content.decode()
    assert "再来" in answer.content.decode()
    assert SentStory.objects.count() == ReceivedStory.objects.count() == 1
    row = SentStory.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SentStory.objects.create(district=row.district, story=row.story, title="x", target_slug="jinjiang")


def test_button_stands_on_public_stories_only(city: City) -> None:
    label = "送给全市或其他区县"
    for story, shown in ((city.story(slug="s"), True), (city.story(slug="d", publish=False), False)):
        page = city.browser("editor").get(reverse("wagtailadmin_pages:edit", args=[story.pk]))
        assert (label in page.content.decode()) is shown


# --- the frozen copy ----------------------------------------------------------------------------------------------------


def test_copy_points_at_nothing_of_its_district(city: City) -> None:
    story = rich(city)
    theirs = received(pass_on(city, story, city.jinjiang))
    post(city, "outsider", "take_story", theirs.pk)
    page = StoryPage.objects.descendant_of(city.home(city.jinjiang)).get()
    assert (page.live, page.title, page.source) == (False, "借物板", "晋阳报")
    assert (page.community, list(page.craftsmen.all())) == (None, [])
    assert (page.origin_name, page.origin_url) == ("武侯区", "http://wuhou.localhost:8000/stories/s/")

    page.save_revision().publish()
    item = city.json("districts/jinjiang/stories/jie-wu-ban/")
    assert item["origin"] == {"name": "武侯区", "url": "http://wuhou.localhost:8000/stories/s/"}
    text = json.dumps(item["body"], ensure_ascii=False)
    assert 'href=\\"http://wuhou.localhost:8000/stories/other/\\"' in text
    assert 'href=\\"http://wuhou.localhost:8000/places/\\"' in text
    assert "http://wuhou.localhost:8000/festivals/2024/programme/#item-11111111" in text
    assert "陈师傅（竹编）" in text and "晋阳街道晋阳社区" in text
    kinds = [block["type"] for block in item["body"]]
    assert kinds == ["paragraph", "picture", "gallery", "video", "paragraph", "paragraph"]

    copies = Picture.objects.filter(collection=city.jinjiang.collection)
    assert {(one.description, one.credit) for one in copies} == {("题图", ""), ("院坝", "老王"), ("封面", "")}
    of_wuhou = Picture.objects.filter(collection=city.wuhou.collection)
    assert not {one.file.name for one in copies} & {one.file.name for one in of_wuhou}
    assert set(picture_ids(page)) == {one.pk for one in copies}


def test_later_changes_of_the_source_change_no_copy(city: City) -> None:
    story = city.story("原来的题目", slug="s", cover=city.picture("题图"))
    theirs = received(pass_on(city, story, city.jinjiang))
    story.title, story.body = "改过的题目", [paragraph("改过")]
    story.save_revision().publish()
    story.delete()
    Picture.objects.filter(collection=city.wuhou.collection).first().delete()
    preview = city.browser("outsider").get(reverse("received_preview", args=[theirs.pk])).content.decode()
    assert "原来的题目" in preview and "转自武侯区" in preview and "改过" not in preview
    page = handovers.take(received=theirs, by=city.user("outsider"))
    assert page.cover is not None
    assert (page.title, page.cover.description) == ("原来的题目", "题图")


def test_draft_of_the_source_is_not_passed(city: City) -> None:
    story = city.story("公开的", slug="s")
    story.title = "还没想好"
    story.save_revision()
    assert received(pass_on(city, story, city.jinjiang)).title == "公开的"


def test_address_taken_by_another_story_is_made_free(city: City) -> None:
    city.story("借物板", slug="jie-wu-ban", district=city.jinjiang)
    theirs = received(pass_on(city, city.story("借物板", slug="s"), city.jinjiang))
    assert handovers.take(received=theirs, by=city.user("outsider")).slug != "jie-wu-ban"


# --- deciding -----------------------------------------------------------------------------------------------------------


def test_story_is_decided_only_where_it_was_sent(city: City) -> None:
    theirs = received(pass_on(city, city.story(slug="s"), city.jinjiang))
    for who in ("editor", "moderator", "organiser", "admin"):
        for view in ("received_story", "received_preview"):
            assert city.browser(who).get(reverse(view, args=[theirs.pk])).status_code == 404
        for view in ("take_story", "decline_story"):
            assert post(city, who, view, theirs.pk, reason="不").status_code == 404
    assert received_state(theirs) == HandoverState.WAITING
    assert "邻居的院坝" in city.browser("outsider").get(reverse("handovers")).content.decode()
    assert city.browser("city staff").get(reverse("received_story", args=[theirs.pk])).status_code == 200


def received_state(row: ReceivedStory) -> str:
    return ReceivedStory.objects.get(pk=row.pk).state


def test_declined_with_a_reason_that_the_sender_sees(city: City) -> None:
    reachable(city, "editor")
    sent = pass_on(city, city.story(slug="s", cover=city.picture()), city.jinjiang)
    theirs = received(sent)
    file = theirs.pictures.get().file.name
    assert (
        "请写一句退回的理由"
        in post(city, "outsider", "decline_story", theirs.pk, reason=" ").content.decode()
    )
    assert received_state(theirs) == HandoverState.WAITING
    post(city, "outsider", "decline_story", theirs.pk, reason="我们刚写过")
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == (HandoverState.DECLINED, "我们刚写过")
    page = city.browser("editor").get(reverse("handovers") + "?side=sent").content.decode()
    assert "我们刚写过" in page and "已退回" in page and "outsider" not in page
    assert [(one.to, "我们刚写过" in one.body) for one in mail.outbox] == [(["editor@example.cn"], True)]
    assert not ReceivedPicture.objects.exists()
    assert ReceivedStory.objects.get().content == {}
    assert AuditEntry.objects.get(act=Act.STORY_DECLINED).district == city.jinjiang
    assert default_storage.exists(str(file))  # until the commit, which this test never reaches


def test_decided_is_decided(city: City) -> None:
    sent = pass_on(city, city.story(slug="s"), city.jinjiang)
    theirs = received(sent)
    handovers.take(received=theirs, by=city.user("outsider"))
    for again in (
        lambda: handovers.take(received=theirs, by=city.user("outsider")),
        lambda: handovers.decline(received=theirs, by=city.user("outsider"), reason="晚了"),
        lambda: handovers.withdraw(sent=sent, by=city.user("editor")),
    ):
        with pytest.raises(HandoverRefused, match="已收下"):
            again()
    assert StoryPage.objects.descendant_of(city.home(city.jinjiang)).count() == 1
    assert AuditEntry.objects.filter(act=Act.STORY_TAKEN, district=city.jinjiang).count() == 1


def test_withdrawn_while_it_waits(city: City) -> None:
    sent = pass_on(city, city.story(slug="s", cover=city.picture()), city.jinjiang)
    assert post(city, "outsider", "withdraw_story", sent.pk).status_code == 404
    post(city, "editor", "withdraw_story", sent.pk)
    assert received_state(received(sent)) == HandoverState.WITHDRAWN
    assert not ReceivedPicture.objects.exists()
    answer = city.browser("outsider").get(reverse("received_preview", args=[received(sent).pk]))
    assert answer.status_code == 404
    pass_on(city, StoryPage.objects.get(slug="s"), city.jinjiang)


def test_arrival_is_told_to_those_who_decide(city: City) -> None:
    reachable(city, "outsider", "editor", "moderator", "city staff")
    story = city.story(slug="s")
    pass_on(city, story, city.jinjiang, note="请看")
    pass_on(city, story, city.chengdu)
    assert [one.to for one in mail.outbox] == [["outsider@example.cn"], ["city-staff@example.cn"]]
    assert "请看" in mail.outbox[0].body and "editor" not in mail.outbox[0].body


@pytest.mark.parametrize(
    "values",
    [
        {"state": "taken"},
        {"state": "waiting", "decided_at": timezone.now()},
        {"state": "declined", "decided_at": timezone.now(), "reason": ""},
        {"state": "lost", "decided_at": timezone.now()},
    ],
)
def test_impossible_states_are_refused_by_the_database(city: City, values: dict[str, Any]) -> None:
    sent = pass_on(city, city.story(slug="s"), city.jinjiang)
    for model in (SentStory, ReceivedStory):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(handover=sent.handover).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceivedStory.objects.update(page=StoryPage.objects.get())


# --- consent ------------------------------------------------------------------------------------------------------------


def test_picture_without_consent_stays_behind(city: City) -> None:
    withdrawn, kept = city.picture("不行"), city.picture("可以")
    gallery = {"title": "", "images": [{"image": one, "caption": ""} for one in (withdrawn, kept)]}
    body = [paragraph(), ("gallery", gallery), ("picture", {"image": withdrawn, "caption": ""})]
    story = city.story(slug="s", cover=withdrawn, body=body)
    withdrawn.consent = "withdrawn"
    withdrawn.save()
    form = {"targets": [city.jinjiang.pk]}
    answer = city.browser("editor").post(reverse("send_story", args=[story.pk]), form, follow=True)
    assert "有 1 张图片的授权已经撤回" in answer.content.decode()
    theirs = ReceivedStory.objects.get()
    assert [one.description for one in theirs.pictures.all()] == ["可以"]
    page = handovers.take(received=theirs, by=city.user("outsider"))
    assert page.cover is None
    assert [block.block_type for block in page.body] == ["paragraph", "picture"]


def withdraw_consent(picture: Picture) -> None:
    picture.consent = "withdrawn"
    picture.save()


def test_consent_withdrawn_while_the_story_waits(city: City) -> None:
    reachable(city, "outsider")
    picture = city.picture("题图")
    theirs = received(pass_on(city, city.story(slug="s", cover=picture), city.jinjiang))
    mail.outbox.clear()
    withdraw_consent(picture)
    withdraw_consent(picture)
    assert [one.to for one in mail.outbox] == [["outsider@example.cn"]]
    theirs.refresh_from_db()
    assert theirs.item["cover"] is None
    assert "授权已经撤回" in city.browser("outsider").get(reverse("handovers")).content.decode()
    assert handovers.take(received=theirs, by=city.user("outsider")).cover is None


def test_consent_withdrawn_after_the_story_was_taken_is_told_and_touches_nothing(city: City) -> None:
    reachable(city, "outsider")
    picture = city.picture("题图")
    theirs = received(pass_on(city, city.story(slug="s", cover=picture), city.jinjiang))
    page = handovers.take(received=theirs, by=city.user("outsider"))
    page.save_revision().publish()
    mail.outbox.clear()
    before = [row for row in shelf_rows() if row[1] == "story"]
    withdraw_consent(picture)
    assert len(mail.outbox) == 1 and "题图" not in mail.outbox[0].to
    assert (
        "授权已经撤回"
        in city.browser("outsider").get(reverse("received_story", args=[theirs.pk])).content.decode()
    )
    assert StoryPage.objects.get(pk=page.pk).cover.may_be_shown
    assert [row for row in shelf_rows() if row[1] == "story"] == before


# --- leaving ------------------------------------------------------------------------------------------------------------


def test_side_that_goes_leaves_nothing_waiting(city: City) -> None:
    story = city.story(slug="s", cover=city.picture())
    first = pass_on(city, story, city.jinjiang)
    received(first).delete()
    first.refresh_from_db()
    assert first.state == HandoverState.WITHDRAWN
    second = pass_on(city, story, city.jinjiang)
    theirs = received(second)
    second.delete()
    assert received_state(theirs) == HandoverState.WITHDRAWN
    assert not ReceivedPicture.objects.exists()


# --- the city's pictures ------------------------------------------------------------------------------------------------


def test_picture_of_the_city_is_chosen_by_districts_and_changed_only_by_the_city(city: City) -> None:
    shared = city.picture("街灯", district=city.chengdu)
    from tests.page_forms import story_form

    section = city.section("stories")
    browser = city.browser("moderator")
    add = reverse("wagtailadmin_pages:add", args=["cms", "storypage", section.pk])
    answer = browser.post(add, {**story_form(slug="s", cover=str(shared.pk)), **PUBLISH})
    assert answer.status_code == 302
    assert city.item("stories/s")["cover"]["alt"] == "街灯"
    for who in ("moderator", "admin"):
        for view in ("edit", "delete"):
            address = reverse(f"wagtailimages:{view}", args=[shared.pk])
            form = {
                "title": "x",
                "description": "x",
                "consent": "withdrawn",
                "collection": city.wuhou.collection.pk,
            }
            assert city.browser(who).post(address, form).status_code in (302, 403, 404)
    again = Picture.objects.get()
    assert (again.description, again.collection, again.consent) == (
        "街灯",
        city.chengdu.collection,
        "not-needed",
    )
    form = {
        "title": "灯",
        "description": "亮着的街灯",
        "consent": "not-needed",
        "collection": city.chengdu.collection.pk,
    }
    city.browser("city staff").post(reverse("wagtailimages:edit", args=[shared.pk]), form)
    assert city.item("stories/s")["cover"]["alt"] == "亮着的街灯"


def test_user_who_sent_may_leave(city: City) -> None:
    sent = pass_on(city, city.story(slug="s"), city.jinjiang)
    User.objects.get(username="editor").delete()
    handovers.decline(received=received(sent), by=city.user("outsider"), reason="不合适")
    assert not mail.outbox
