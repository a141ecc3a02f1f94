"""The floor plan at the desk: giving booths, moving, closing; and what is taken in between is said."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from festival.domain import deciding, slots
from festival.enums import ApplicationState, SlotState
from festival.models import Application, Booth, BoothSlot
from tests.city import City
from tests.festival.booking import Edition
from tests.festival.desk import Desk, text_of

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

S = ApplicationState


def approved(edition: Edition, address: str = "tan@example.cn", **values: object) -> Application:
    application = edition.submitted(address=address)
    Application.objects.filter(pk=application.pk).update(**values)
    deciding.approve(application=application, actor=edition.city.user("admin"))
    return Application.objects.get(pk=application.pk)


def numbers_of(application: Application) -> list[str]:
    return [slot.booth.number for slot in application.slots.filter(state=SlotState.CONFIRMED)]


def give(desk: Desk, application: Application, *booths: Booth) -> object:
    return desk.post(
        "allot",
        application=f"{application.pk}:{application.version}",
        booths=[booth.pk for booth in booths],
    )


def test_gives_a_booth_and_moves_to_another(edition: Edition, desk: Desk) -> None:
    application = approved(edition)
    first, second, _ = edition.booths("allot")
    page = text_of(desk.get("plan"))
    assert f'data-booth="{first.pk}" data-state="free"' in page
    assert f'<option value="{application.pk}:{application.version}"' in page
    assert give(desk, application, first).status_code == 302  # type: ignore[attr-defined]
    assert numbers_of(application) == [first.number]
    assert f'data-booth="{first.pk}" data-state="taken"' in text_of(desk.get("plan"))
    moved = Application.objects.get(pk=application.pk)
    assert moved.state == S.ALLOCATED
    assert give(desk, moved, second).status_code == 302  # type: ignore[attr-defined]
    assert numbers_of(application) == [second.number]
    assert BoothSlot.objects.get(booth=first).state == SlotState.FREE


def test_taken_in_between_is_said_and_nothing_changes(edition: Edition, desk: Desk) -> None:
    mine, other = approved(edition), approved(edition, "zhou@example.cn")
    booth = edition.booths("allot")[0]
    deciding.allot(application=other, booths=[booth], actor=edition.city.user("admin"))
    answer = give(desk, mine, booth)
    page = text_of(answer)
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert f"摊位 {booth.number} 刚刚被别人选走了" in page
    # What was chosen is still chosen, beside what is so now.
    assert f'<option value="{mine.pk}:{mine.version}" data-wanted="1" selected>' in page
    assert f'<option value="{booth.pk}" selected>' in page
    assert Application.objects.get(pk=mine.pk).state == S.APPROVED and numbers_of(mine) == []


def test_refuses_what_cannot_be(edition: Edition, desk: Desk, city: City) -> None:
    application = approved(edition)
    booths = edition.booths("allot")
    foreign = city.booth(city.zone(city.festival("锦江邻里节", district=city.jinjiang)))
    assert "要 1 个摊位，你选了 2 个" in text_of(give(desk, application, *booths[:2]))
    assert "请选这届邻里节的摊位" in text_of(give(desk, application, foreign))
    assert "请选这届邻里节的摊位" in text_of(give(desk, application))
    nobody = desk.post("allot", application="", booths=[booths[0].pk])
    assert nobody.status_code == 409 and "请先选摊主" in text_of(nobody)
    late = desk.post("allot", application=f"{application.pk}:0", booths=[booths[0].pk])
    assert late.status_code == 409 and "刚刚有了变动" in text_of(late)
    assert BoothSlot.objects.exclude(state=SlotState.FREE).count() == 0


def test_gives_several_booths_to_who_wants_several(edition: Edition, desk: Desk) -> None:
    application = approved(edition, booths_wanted=2)
    booths = edition.booths("allot")
    assert 'multiple size="5"' in text_of(desk.get("plan"))
    assert give(desk, application, *booths[:2]).status_code == 302  # type: ignore[attr-defined]
    assert numbers_of(application) == [booth.number for booth in booths[:2]]


def test_takes_a_stallholder_off(edition: Edition, desk: Desk) -> None:
    application = approved(edition)
    booth = edition.booths("allot")[0]
    give(desk, application, booth)
    now = Application.objects.get(pk=application.pk)
    assert desk.decide(now, "take_off").status_code == 302
    assert Application.objects.get(pk=application.pk).state == S.APPROVED
    assert BoothSlot.objects.get(booth=booth).state == SlotState.FREE


def test_closes_and_opens_booths(edition: Edition, desk: Desk, city: City) -> None:
    application = approved(edition)
    taken, free, _ = edition.booths("allot")
    give(desk, application, taken)
    for booth, action, state in (
        (free, "block", SlotState.BLOCKED),
        (taken, "block", SlotState.CONFIRMED),
        (free, "unblock", SlotState.FREE),
    ):
        assert desk.post("booth", booth=booth.pk, action=action).status_code == 302
        assert BoothSlot.objects.get(booth=booth).state == state
    foreign = city.booth(city.zone(city.festival("锦江邻里节", district=city.jinjiang)))
    assert desk.post("booth", booth=foreign.pk, action="block").status_code == 404


def test_hold_of_a_draft_names_nobody(edition: Edition, desk: Desk) -> None:
    booth = edition.booths("open")[0]
    draft = edition.draft("open", booths=(booth,))
    page = text_of(desk.get("plan"))
    assert f'data-booth="{booth.pk}" data-state="held"' in page
    assert draft.stall_name not in page
    BoothSlot.objects.filter(booth=booth).update(expires_at=timezone.now())
    assert f'data-booth="{booth.pk}" data-state="free"' in text_of(desk.get("plan"))


def test_cost_does_not_grow_with_booths(edition: Edition, desk: Desk) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("plan").status_code == 200
        return sum("festival_" in one["sql"] for one in captured.captured_queries)

    approved(edition, "first@example.cn")
    cost()
    few = cost()
    zone = edition.zone("allot")
    for number in range(20):
        Booth.objects.create(zone=zone, number=f"N{number:02}", x=20, y=100)
    slots.prepare(festival=edition.festival)
    for number in range(5):
        approved(edition, f"{number}@example.cn")
    assert cost() == few <= 10
