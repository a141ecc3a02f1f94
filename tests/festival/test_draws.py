"""Draws: published before anybody can know the seed, computed from list and seed alone, checked by anybody."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from festival.domain import applying, contacts, deciding, draws, slots, terms, waitlist
from festival.domain.contacts import Contact
from festival.enums import ApplicationState, ContactKind, ZoneMode
from festival.exceptions import DrawRefused
from festival.models import Application, ApplicationEvent, ApplicationLink, Draw
from tests.city import City
from tests.festival.booking import Edition

S = ApplicationState
SCRIPT = Path("docs/verify_draw.py")


def entrants(edition: Edition, number: int, *, wanted: int = 1) -> list[Application]:
    """Submitted applications, written at once: who they are does not matter here."""
    zone = edition.zone(ZoneMode.ALLOT)
    own = terms.terms_for(zone, rules=edition.rules)
    now = timezone.now()
    rows = [
        Application(
            festival=edition.festival,
            reference=f"D{n:07}",
            state=S.SUBMITTED,
            version=2,
            holder=contacts.holder_of(
                festival=edition.festival, contact=Contact(ContactKind.EMAIL, f"a{n}@example.cn")
            ),
            zone=zone,
            category="手作",
            booths_wanted=wanted,
            stall_name=f"摊{n}",
            contact_kind=ContactKind.EMAIL,
            contact=f"a{n}@example.cn",
            contact_name="谭示例",
            terms=own,
            submitted_at=now,
        )
        for n in range(number)
    ]
    return Application.objects.bulk_create(rows, batch_size=500)


def closing(edition: Edition) -> dt.datetime:
    return edition.rules.closes_at


def published(edition: Edition, city: City, **values: Any) -> Draw:
    now = closing(edition)
    return draws.publish_list(
        **{
            "zone": edition.zone(ZoneMode.ALLOT),
            "title": "手作摊位抽签",
            "places": 3,
            "seed_source": "福彩双色球下一期的开奖号码",
            "seed_at": now + dt.timedelta(days=2),
            "actor": city.user("organiser"),
            "now": now,
            **values,
        }
    )


def held(draw: Draw, city: City, seed: str = "03 08 17 21 26 30 + 12", **values: Any) -> Draw:
    return draws.draw(
        **{"draw": draw, "seed": seed, "actor": city.user("organiser"), "now": draw.seed_at, **values}
    )


def run_script(source: Path) -> subprocess.CompletedProcess[str]:
    # -I: nothing of ours is on its path.
    return subprocess.run([sys.executable, "-I", SCRIPT, source], capture_output=True, text=True, timeout=60)


def test_draw_decides_and_tells_everybody(
    edition: Edition, city: City, mailoutbox: list[EmailMessage]
) -> None:
    entrants(edition, 8)
    draw = held(published(edition, city), city)
    order = [reference for reference, _ in draw.result]
    found = {one.reference: one for one in Application.objects.filter(zone=draw.zone)}
    assert [found[reference].state for reference in order] == [S.APPROVED] * 3 + [S.WAITLISTED] * 5
    assert [found[reference].rank for reference in order[3:]] == [1, 2, 3, 4, 5]
    assert "没有抽到名额" in found[order[3]].reason
    event = ApplicationEvent.objects.get(application=found[order[3]])
    assert (event.from_state, event.to_state, event.version) == (S.SUBMITTED, S.WAITLISTED, 3)
    assert event.details == {"draw": 1, "rank": 4, "places": 0}
    # One notice each, with a private link of its own.
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(one.contact for one in found.values())
    assert ApplicationLink.objects.count() == 8
    # Nobody who waits is offered what those who were drawn were promised.
    assert waitlist.offer_next(zone=draw.zone) == []


def test_order_hangs_on_the_seed_and_on_nothing_else(edition: Edition, city: City) -> None:
    entrants(edition, 40)
    draw = published(edition, city)
    pairs = draws.entrants_of(draw.entrants)
    given: dict[str, Any] = {"list_hash": draw.list_hash, "left": {}, "places": 3}
    one, other = (draws.order_of(pairs, seed=seed, **given) for seed in ("1", "2"))
    assert one != other
    assert one == draws.order_of(list(reversed(pairs)), seed="1", **given)
    held(draw, city, seed="  1 ")
    assert [tuple(each) for each in Draw.objects.get().result] == one


def test_last_place_goes_to_who_is_next(edition: Edition, city: City) -> None:
    entrants(edition, 3, wanted=2)
    draw = held(published(edition, city), city)
    assert [got for _, got in draw.result] == [2, 1, 0]
    second = Application.objects.get(reference=draw.result[1][0])
    assert (second.state, second.booths_wanted) == (S.APPROVED, 1)
    assert "名额只剩 1 个" in second.reason


def test_who_left_takes_no_place(edition: Edition, city: City) -> None:
    gone, *_ = entrants(edition, 5)
    draw = published(edition, city)
    applying.withdraw(application=gone, now=draw.seed_at)
    # Who applied too late is not in it.
    late = edition.draft(address="late@example.cn")
    applying.submit(application=late)
    draw = held(draw, city)
    assert draw.left == {gone.reference: S.WITHDRAWN}
    assert len(draw.result) == 4
    assert draws.verify(draw).problems == []
    late.refresh_from_db()
    assert late.state == S.SUBMITTED


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"now": timezone.now()}, "没有截止"),
        ({"title": "  "}, "名称"),
        ({"seed_source": ""}, "种子从哪里来"),
        ({"places": 0}, "1 到"),
        ({"seed_at": timezone.now() - dt.timedelta(days=1)}, "谁也不能先知道"),
    ],
)
def test_list_is_published_only_when_it_is_fair(
    edition: Edition, city: City, values: dict[str, Any], why: str
) -> None:
    entrants(edition, 2)
    with pytest.raises(DrawRefused, match=why):
        published(edition, city, **values)
    assert not Draw.objects.exists()


def test_zone_without_entrants_has_no_draw(edition: Edition, city: City) -> None:
    with pytest.raises(DrawRefused, match="没有已提交的申请"):
        published(edition, city)


def test_one_draw_at_a_time(edition: Edition, city: City) -> None:
    entrants(edition, 2)
    published(edition, city)
    with pytest.raises(DrawRefused, match="还没有抽"):
        published(edition, city)
    assert Draw.objects.count() == 1


def test_draw_waits_for_its_seed_and_is_held_once(edition: Edition, city: City) -> None:
    entrants(edition, 4)
    draw = published(edition, city)
    with pytest.raises(DrawRefused, match="时间还没有到"):
        held(draw, city, now=draw.seed_at - dt.timedelta(seconds=1))
    with pytest.raises(DrawRefused, match="请写种子"):
        held(draw, city, seed="  ")
    stale = Draw.objects.get()
    held(draw, city)
    with pytest.raises(DrawRefused, match="已经抽过"):
        held(stale, city, seed="a better one")
    assert Draw.objects.get().seed == "03 08 17 21 26 30 + 12"


def test_draw_waits_for_who_was_asked(edition: Edition, city: City) -> None:
    asked, *_ = entrants(edition, 3)
    draw = published(edition, city)
    deciding.ask(application=asked, text="请补营业执照", actor=city.user("organiser"))
    with pytest.raises(DrawRefused, match=asked.reference):
        held(draw, city)
    assert not ApplicationEvent.objects.filter(to_state=S.APPROVED).exists()


def test_what_was_published_cannot_be_changed(edition: Edition, city: City) -> None:
    entrants(edition, 3)
    draw = published(edition, city)
    draw.places = 99
    with pytest.raises(DrawRefused, match="不能改"):
        draw.save()
    # By the database itself: a result without its seed, a seed before its time, a seed known at publication.
    for changes in (
        {"drawn_at": draw.seed_at},
        {"seed": "7"},
        {"seed": "7", "drawn_at": draw.seed_at - dt.timedelta(days=1)},
        {"seed_at": draw.published_at},
        {"entrants": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.filter(pk=draw.pk).update(**changes)


def test_a_changed_draw_is_found_out(edition: Edition, city: City, tmp_path: Path) -> None:
    entrants(edition, 6)
    draw = held(published(edition, city), city)
    call_command("verify_draw", "wuhou", stdout=(out := StringIO()))
    assert "结果正确" in out.getvalue()
    good = draws.whole(draw)
    swapped = [good["result"][1], good["result"][0], *good["result"][2:]]
    fewer = [one for one in good["entrants"] if one["reference"] != good["result"][-1]["reference"]]
    for wrong, said in (
        (good | {"result": swapped}, "does not follow"),
        (good | {"seed": "1"}, "does not follow"),
        (good | {"entrants": fewer}, "hash was published"),
    ):
        file = tmp_path / "draw.json"
        file.write_text(json.dumps(wrong))
        checked = run_script(file)
        assert checked.returncode == 1 and said in checked.stderr
    Draw.objects.filter(pk=draw.pk).update(result=[list(one.values()) for one in swapped])
    with pytest.raises(CommandError, match="1 次抽签不对"):
        call_command("verify_draw", stdout=StringIO())


def test_draw_is_public(edition: Edition, city: City) -> None:
    entrants(edition, 5)
    draw = published(edition, city)
    base = "districts/wuhou/festivals/fair/draws/"
    (listed,) = city.json(base)["results"]
    assert (listed["list_hash"], listed["seed"], listed["drawn"]) == (draw.list_hash, "", [])
    assert city.item("festivals/fair")["draws"] == [listed]
    response = city.get(f"{base}1/entrants.txt", accept="text/plain")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert draws.hash_of(response.content.decode()) == draw.list_hash
    held(draw, city)
    whole = city.json(f"{base}1/")
    assert whole["seed"] == "03 08 17 21 26 30 + 12"
    assert len(whole["entrants"]) == len(whole["result"]) == 5
    # The page of the edition is told at once.
    assert city.item("festivals/fair")["draws"][0]["drawn"] == whole["drawn"]
    # References and numbers only.
    assert "example.cn" not in json.dumps(whole) and "摊1" not in json.dumps(whole, ensure_ascii=False)


@pytest.mark.parametrize(
    "path",
    ["jinjiang/festivals/fair/draws/1/", "wuhou/festivals/none/draws/1/", "wuhou/festivals/fair/draws/2/"],
)
def test_strange_draw_is_not_there(edition: Edition, city: City, path: str) -> None:
    entrants(edition, 2)
    published(edition, city)
    for address, accept in ((path, "application/json"), (f"{path}entrants.txt", "text/plain")):
        response = city.get(f"districts/{address}", accept=accept)
        assert response.status_code == 404
        assert response.headers["Content-Type"].startswith("application/problem+json")
        assert json.loads(response.content)["status"] == 404


def test_more_places_than_there_are_booths_are_not_drawn(edition: Edition, city: City) -> None:
    entrants(edition, 4)
    slots.block(booth=edition.booths(ZoneMode.ALLOT)[0])
    with pytest.raises(DrawRefused, match="只有 2 个摊位"):
        published(edition, city, places=3)
    approved = edition.submitted(address="approved@example.cn")
    deciding.approve(application=approved, actor=city.user("organiser"))
    with pytest.raises(DrawRefused, match="只有 1 个摊位"):
        published(edition, city, places=2)


def test_list_counts_and_not_what_was_written_since(edition: Edition, city: City) -> None:
    one, *_ = entrants(edition, 2)
    draw = published(edition, city)
    Application.objects.filter(pk=one.pk).update(booths_wanted=3)
    held(draw, city)
    one.refresh_from_db()
    assert (one.state, one.booths_wanted, one.reason) == (S.APPROVED, 1, "抽签“手作摊位抽签”抽中。")


def test_edition_goes_with_its_draws(edition: Edition, city: City) -> None:
    entrants(edition, 3)
    held(published(edition, city), city)
    edition.festival.delete()
    assert not Draw.objects.exists()


@pytest.mark.once
def test_draw_of_ten_thousand(city: City, tmp_path: Path, mailoutbox: list[EmailMessage]) -> None:
    edition = Edition(city, booths=72)
    entrants(edition, 10_000)
    draw = published(edition, city, places=72)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        draw = held(draw, city)
    assert len(queries) < 400  # not several for each
    assert Application.objects.filter(state=S.APPROVED).count() == 72
    waiting = Application.objects.filter(state=S.WAITLISTED).order_by("rank").values_list("reference", "rank")
    assert list(waiting) == [(one[0], n) for n, one in enumerate(draw.result[72:], start=1)]
    assert len(mailoutbox) == ApplicationEvent.objects.count() == 10_000
    file = tmp_path / "draw.json"
    file.write_bytes(city.get("districts/wuhou/festivals/fair/draws/1/").content)
    checked = run_script(file)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "10000 entrants" in checked.stdout and "GOOD" in checked.stdout


def test_script_is_short_and_uses_nothing_of_ours() -> None:
    lines = SCRIPT.read_text().splitlines()
    assert len(lines) <= 50
    imported = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names


def test_promised_booths_are_kept_for_who_was_approved(edition: Edition, city: City) -> None:
    """Also without a draw: a booth that comes free is not offered while those who were approved have none yet."""
    organiser = city.user("organiser")
    approved, waiting = edition.submitted(address="a@example.cn"), edition.submitted(address="b@example.cn")
    deciding.approve(application=approved, actor=organiser)
    deciding.put_on_waitlist(application=waiting, actor=organiser)
    booths = edition.booths(ZoneMode.ALLOT)
    for booth in booths[1:]:
        slots.block(booth=booth)
    assert waitlist.offer_next(zone=waiting.zone) == []
    deciding.allot(application=approved, booths=booths[:1], actor=organiser)
    slots.unblock(booth=booths[1])
    assert waitlist.offer_next(zone=waiting.zone) == [waiting]
