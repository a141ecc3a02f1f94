"""The city's notices: kept by the city, chosen by districts, out from their beginning to their end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cms.domain import notices
from cms.models import HomeNotice, Notice
from media.models import Document
from sites.domain import shelf
from tests.city import City, shelf_rows
from tests.page_forms import home_form, html

HOUR = dt.timedelta(hours=1)


def notice(title: str = "冬至邻里宴报名", **values: Any) -> Notice:
    return Notice.objects.create(title=title, **values)


def choose(city: City, *chosen: Notice, district: Any = None) -> None:
    home = city.home(district)
    home.notices = [HomeNotice(notice=one, sort_order=n) for n, one in enumerate(chosen)]
    home.save_revision().publish()


def titles(city: City, district: str = "wuhou") -> list[str]:
    return [one["title"] for one in city.json(f"districts/{district}/")["notices"]]


def form(**fields: Any) -> dict[str, Any]:
    blank = dict.fromkeys(
        ("link_url", "link_text", "picture", "document", "starts_at", "ends_at", "for_all"), ""
    )
    return {**blank, "title": "停水提醒", "kind": "urgent", "text": html("明早停水"), **fields}


# --- who keeps them -----------------------------------------------------------------------------------------------------


def test_city_staff_keep_notices(city: City) -> None:
    browser = city.browser("city staff")
    assert browser.post(reverse("notices:add"), form(for_all="on")).status_code == 302
    made = Notice.objects.get()
    assert titles(city) == titles(city, "jinjiang") == titles(city, "chengdu") == ["停水提醒"]
    browser.post(reverse("notices:edit", args=[made.pk]), form(title="改过了", for_all="on"))
    assert titles(city) == ["改过了"]
    browser.post(reverse("notices:delete", args=[made.pk]))
    assert titles(city) == []


@pytest.mark.parametrize("who", ["editor", "moderator", "organiser", "admin"])
def test_districts_see_notices_and_change_none(city: City, who: str) -> None:
    made = notice(for_all=True)
    browser = city.browser(who)
    assert "冬至邻里宴报名" in browser.get(reverse("notices:index")).content.decode()
    assert "冬至邻里宴报名" in browser.get(reverse("notices:inspect", args=[made.pk])).content.decode()
    before = shelf_rows()
    for view in ("edit", "delete"):
        address = reverse(f"notices:{view}", args=[made.pk])
        assert browser.get(address).status_code in (302, 403, 404)
        browser.post(address, form())
    browser.post(reverse("notices:add"), form())
    assert list(Notice.objects.values_list("title", flat=True)) == ["冬至邻里宴报名"]
    assert shelf_rows() == before


def test_notice_shows_only_files_of_the_city(city: City) -> None:
    foreign, own = city.picture("院坝"), city.picture("街灯", district=city.chengdu)
    browser = city.browser("city staff")
    refused = browser.post(reverse("notices:add"), form(picture=str(foreign.pk)))
    assert "请选全市的图片和文档" in refused.content.decode()
    assert not Notice.objects.exists()
    browser.post(reverse("notices:add"), form(picture=str(own.pk), for_all="on"))
    assert city.json("districts/wuhou/")["notices"][0]["image"]["alt"] == "街灯"


def test_bad_times_and_a_text_without_its_link_are_refused(city: City) -> None:
    browser = city.browser("city staff")
    answer = browser.post(
        reverse("notices:add"), form(starts_at="2026-06-02 09:00", ends_at="2026-06-01 09:00")
    )
    assert "停止显示的时间要晚于开始显示的时间" in answer.content.decode()
    assert "有链接文字" in browser.post(reverse("notices:add"), form(link_text="看")).content.decode()
    assert not Notice.objects.exists()
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        notice(starts_at=now, ends_at=now - HOUR)


# --- who shows them -----------------------------------------------------------------------------------------------------


def test_district_shows_what_it_chose_in_its_order(city: City) -> None:
    first, second, _ = notice("一"), notice("二"), notice("没有选")
    choose(city, second, first)
    assert titles(city) == ["二", "一"]
    assert titles(city, "jinjiang") == []


def test_urgent_notice_stands_first(city: City) -> None:
    chosen = notice("选的")
    notice("都显示", for_all=True)
    choose(city, chosen)
    notice("台风", for_all=True, kind="urgent")
    assert titles(city) == ["台风", "选的", "都显示"]


def test_editor_chooses_in_the_form_among_what_has_not_ended(city: City) -> None:
    now = timezone.now()
    ended, coming = notice("过去的", ends_at=now - HOUR), notice("将来的", starts_at=now + HOUR)
    home = city.home()
    address = reverse("wagtailadmin_pages:edit", args=[home.pk])
    browser = city.browser("moderator")
    shown = browser.get(address).content.decode()
    assert "将来的" in shown and "过去的" not in shown
    publish = {"action-publish": "1", "slug": home.slug, "title": home.title}
    refused = browser.post(address, {**home_form(notices=[ended.pk]), **publish})
    assert refused.status_code == 200
    assert not HomeNotice.objects.exists()
    assert browser.post(address, {**home_form(notices=[coming.pk]), **publish}).status_code == 302
    assert HomeNotice.objects.get().notice == coming
    assert titles(city) == []


def test_chosen_notice_that_ended_does_not_hinder_editing_the_home_page(city: City) -> None:
    chosen = notice()
    choose(city, chosen)
    Notice.objects.update(ends_at=timezone.now() - HOUR)
    home = city.home()
    row = {"id": str(home.notices.get().pk), "notice": str(chosen.pk), "ORDER": "1"}
    form_ = home_form("新站名", notices=[row])
    answer = city.browser("moderator").post(
        reverse("wagtailadmin_pages:edit", args=[home.pk]),
        {**form_, "action-publish": "1", "slug": home.slug, "title": home.title},
    )
    assert answer.status_code == 302
    assert city.json("districts/wuhou/")["site_name"] == "新站名"


def test_notice_changed_or_deleted_changes_who_shows_it_and_nobody_else(city: City) -> None:
    chosen = notice("一")
    choose(city, chosen)
    other = city.seq(city.jinjiang)
    chosen.title = "改名"
    chosen.save()
    assert titles(city) == ["改名"]
    chosen.delete()
    assert titles(city) == []
    assert city.seq(city.jinjiang) == other
    assert not shelf.republish(city.wuhou)


# --- by the clock -------------------------------------------------------------------------------------------------------


def test_notice_begins_and_ends_by_the_clock(city: City) -> None:
    now = timezone.now()
    notice("中秋", for_all=True, starts_at=now + HOUR, ends_at=now + 3 * HOUR)
    before = shelf_rows()
    assert notices.refresh_due(at=now) == 0
    assert shelf_rows() == before
    # The time that comes is set into the row, since the payload is written by the real clock.
    Notice.objects.update(starts_at=now - HOUR)
    assert notices.refresh_due(at=timezone.now()) == 1
    assert titles(city) == ["中秋"]
    settled = shelf_rows()
    assert notices.refresh_due(at=timezone.now()) == 0
    assert shelf_rows() == settled
    Notice.objects.update(ends_at=now - dt.timedelta(minutes=1))
    assert notices.refresh_due(at=timezone.now()) == 1
    assert titles(city) == []
    assert not shelf.republish(city.wuhou)


def test_payload_tells_from_when_until_when(city: City) -> None:
    start = dt.datetime(2026, 1, 2, 8, tzinfo=timezone.get_default_timezone())
    notice(for_all=True, starts_at=start, link_url="https://example.cn/")
    shown = city.json("districts/wuhou/")["notices"][0]
    assert (shown["starts_at"], shown["ends_at"]) == ("2026-01-02T08:00:00+08:00", None)
    assert shown["link"] == {"url": "https://example.cn/", "text": "看详情"}


# --- documents ----------------------------------------------------------------------------------------------------------


def document(city: City) -> Document:
    file = ContentFile(b"%PDF-1.4 form", "form.pdf")
    return Document.objects.create(title="报名表", file=file, collection=city.chengdu.collection)


def test_document_is_public_while_its_notice_stands(city: City) -> None:
    made = notice(for_all=True, document=document(city))
    unseen = document(city)
    url = city.json("districts/wuhou/")["notices"][0]["document"]["url"]
    answer = city.browser().get(url)
    assert answer.getvalue() == b"%PDF-1.4 form"
    assert "attachment" in answer["Content-Disposition"]
    Notice.objects.filter(pk=made.pk).update(ends_at=timezone.now() - HOUR)
    assert city.browser().get(url).status_code == 404
    assert city.browser().get(unseen.url).status_code == 404
