"""The waitlist of a zone at the desk: its order, moving somebody with a reason, offers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from festival.domain import deciding, waitlist
from festival.domain.transitions import organiser
from festival.enums import ApplicationState
from festival.models import Application
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.desk import Desk, text_of

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


@pytest.fixture
def waiting(edition: Edition) -> list[Application]:
    """Four who wait for 手作, in the order of their applications."""
    rows = [edition.submitted(address=f"{n}@example.cn") for n in range(4)]
    for one in rows:
        deciding.put_on_waitlist(application=one, actor=edition.city.user("organiser"))
    return rows


def order() -> list[int]:
    return list(Application.objects.filter(state=S.WAITLISTED).order_by("rank").values_list("pk", flat=True))


def keys(rows: list[Application], *places: int) -> list[int]:
    return [rows[place].pk for place in places]


def test_moves_up_and_down_and_to_a_place(desk: Desk, waiting: list[Application]) -> None:
    for who, how, after in (
        (2, {"move": "up"}, (0, 2, 1, 3)),
        (0, {"move": "down"}, (2, 0, 1, 3)),
        (3, {"position": 1}, (3, 2, 0, 1)),
        (3, {"position": 99}, (2, 0, 1, 3)),
        (2, {"move": "up"}, (2, 0, 1, 3)),
    ):
        one = Application.objects.get(pk=waiting[who].pk)
        answer = desk.post("rank", one.pk, version=one.version, reason="社区推荐", **how)
        assert answer.status_code == 302, how
        assert order() == keys(waiting, *after), how
    ranks = Application.objects.filter(state=S.WAITLISTED).values_list("rank", flat=True)
    assert list(ranks.order_by("rank")) == [1, 2, 3, 4]
    event = waiting[3].events.order_by("version").last()
    assert event is not None and (event.reason, event.actor) == (
        "社区推荐",
        desk.edition.city.user("organiser"),
    )


def test_order_keeps_gaps_that_others_left(edition: Edition, waiting: list[Application]) -> None:
    deciding.reject(application=waiting[1], actor=edition.city.user("organiser"), reason="重复")
    last = Application.objects.get(pk=waiting[3].pk)
    by = organiser(edition.city.user("organiser"))
    waitlist.reorder(application=last, position=2, by=by, reason="社区推荐")
    assert order() == keys(waiting, 0, 3, 2)
    waitlist.reorder(application=last, position=3, by=by, reason="还是原来的顺序")
    assert order() == keys(waiting, 0, 2, 3)


def test_move_needs_a_reason_and_the_newest_version(desk: Desk, waiting: list[Application]) -> None:
    one = Application.objects.get(pk=waiting[2].pk)
    without = desk.post("rank", one.pk, version=one.version, move="up", reason=" ")
    assert without.status_code == 400 and "请写为什么" in text_of(without)
    late = desk.post("rank", one.pk, version=one.version - 1, move="up", reason="社区推荐")
    assert late.status_code == 400 and "刚刚有了变动" in text_of(late) and 'value="社区推荐"' in text_of(late)
    assert desk.post("rank", one.pk, version=one.version, position="一", reason="社区推荐").status_code == 400
    assert order() == keys(waiting, 0, 1, 2, 3)


def test_moving_costs_the_same_on_a_long_list(edition: Edition, waiting: list[Application]) -> None:
    by = organiser(edition.city.user("organiser"))

    def cost(position: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            one = Application.objects.select_related("zone").get(pk=waiting[3].pk)
            waitlist.reorder(application=one, position=position, by=by, reason="社区推荐")
        return len(captured)

    few = cost(3)
    rest = Application.objects.get(pk=waiting[0].pk)
    Application.objects.bulk_create(
        Application(
            festival=edition.festival,
            reference=f"W{n}",
            state=S.WAITLISTED,
            rank=100 + n,
            holder=f"{n}",
            zone=rest.zone,
            contact_kind="email",
            submitted_at=rest.submitted_at,
        )
        for n in range(300)
    )
    assert cost(200) == few
    assert Application.objects.filter(state=S.WAITLISTED).values("rank").distinct().count() == 304


def test_free_booths_are_offered_in_order(desk: Desk, waiting: list[Application]) -> None:
    zone = waiting[0].zone
    text = text_of(desk.get("waitlist", zone=zone.pk))
    assert text.index(waiting[0].reference) < text.index(waiting[3].reference)
    assert desk.post("offer", zone=zone.pk).status_code == 302
    states = [Application.objects.get(pk=one.pk).state for one in waiting]
    assert states == [S.OFFERED] * 3 + [S.WAITLISTED]
    text = text_of(desk.get("waitlist", zone=zone.pk))
    assert "等摊主确认" in text and "A01" in text and "还有 1 天 23 小时" in text
    # Nothing is left to offer.
    answer = desk.browser.post(desk.address("offer"), {"zone": zone.pk}, follow=True)
    assert "没有可以给候补的空摊位" in answer.content.decode()


def test_zone_of_another_edition_is_none(edition: Edition, desk: Desk, city: City) -> None:
    foreign = city.zone(city.festival("锦江邻里节", district=city.jinjiang))
    assert desk.get("waitlist", zone=foreign.pk).status_code == 404
    assert desk.post("offer", zone=foreign.pk).status_code == 404
