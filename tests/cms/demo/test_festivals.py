"""Festivals: facts of the eighth carnival, stages without clashes, booths that stand inside their courts."""

import datetime as dt
import itertools

import pytest

from cms.demo.content import Content, load_content
from cms.demo.floor_plan import Booth, Court, Point, turned
from cms.demo.records import CHINA, Festival, Zone

CONTENT = load_content()
FESTIVALS = {f"{festival.district}-{festival.slug}": festival for festival in CONTENT.festivals}
PLANNED = [festival for festival in CONTENT.festivals if festival.floor_plan]


@pytest.fixture(scope="module")
def content() -> Content:
    return CONTENT


@pytest.fixture(scope="module")
def carnival() -> Festival:
    return FESTIVALS["chengdu-2024"]


def _inside(point: Point, shape: tuple[Point, ...]) -> bool:
    """Within a convex polygon whose corners run clockwise on a page where y points down."""
    return all(
        (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax) >= -0.1
        for (ax, ay), (bx, by) in zip(shape, (*shape[1:], shape[0]), strict=True)
    )


def _apart(first: list[Point], second: list[Point]) -> bool:
    """Whether two convex polygons are disjoint, by separating axes."""
    for shape in (first, second):
        for (ax, ay), (bx, by) in zip(shape, [*shape[1:], shape[0]], strict=True):
            normal = (ay - by, bx - ax)
            spans = [[x * normal[0] + y * normal[1] for x, y in corners] for corners in (first, second)]
            if max(spans[0]) <= min(spans[1]) or max(spans[1]) <= min(spans[0]):
                return True
    return False


def test_carnival_keeps_the_facts(carnival: Festival) -> None:
    assert (carnival.edition, carnival.starts_on, carnival.date_note) == (8, dt.date(2024, 12, 21), "冬至")
    assert carnival.theme == "微光成炬·幸福友邻"
    assert carnival.venue.name == "安公社区党群服务中心大广场"
    assert [zone.name for zone in carnival.zone] == [
        "幸福集市", "邻里创意展", "儿童邻里乐", "国补换新购", "善行乐天府", "社区匠人行",
    ]  # fmt: skip
    titles = [item.title for act in carnival.act for item in act.item]
    for title in ("《我的父亲》", "《小茶座 传大爱》", "《以信换心·家园焕新》", "《幸福大院》"):
        assert title in titles
    assert [item.kind for act in carnival.act for item in act.item].count("release") == 4
    assert "示例" in carnival.programme_note


def test_carnival_streams_on_eleven_platforms_to_over_a_million(carnival: Festival) -> None:
    assert len({broadcast.platform for broadcast in carnival.broadcast}) == 11
    assert sum(broadcast.views or 0 for broadcast in carnival.broadcast) > 1_000_000
    assert all("示例" in broadcast.note and broadcast.as_of for broadcast in carnival.broadcast)


def test_carnival_has_seventy_two_booths_in_six_zones(carnival: Festival) -> None:
    numbers = [booth.number for zone in carnival.zone for booth in zone.booths]
    assert numbers == [f"{letter}{n:02d}" for letter in "ABCDEF" for n in range(1, 13)]


def test_city_keeps_an_archive_and_four_districts_have_their_own(content: Content) -> None:
    assert sorted(FESTIVALS) == [
        "chengdu-2023", "chengdu-2024", "chenghua-2024", "jintang-2024", "tianfu-2024", "wuhou-2024",
        "wuhou-coming",
    ]  # fmt: skip
    assert all(festival.is_sample for key, festival in FESTIVALS.items() if key != "chengdu-2024")


@pytest.mark.parametrize("key", sorted(FESTIVALS))
def test_items_on_one_stage_never_overlap(key: str) -> None:
    festival = FESTIVALS[key]
    by_stage: dict[str, list[tuple[dt.datetime, dt.datetime]]] = {}
    for item in (item for act in festival.act for item in act.item if item.stage and item.starts):
        start, end = festival.starts_at(item), festival.ends_at(item)
        assert start and end and start.utcoffset() == dt.timedelta(hours=8)
        assert end.date() == festival.starts_on
        by_stage.setdefault(item.stage, []).append((start, end))
    assert by_stage
    for spans in by_stage.values():
        spans.sort()
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


@pytest.mark.parametrize("festival", PLANNED, ids=lambda festival: f"{festival.district}-{festival.slug}")
def test_booths_stand_inside_their_zone_and_apart(festival: Festival) -> None:
    plan = festival.floor_plan
    assert plan
    booths: list[Booth] = []
    for zone in festival.zone:
        assert all(0 <= x <= plan.width and 0 <= y <= plan.height for x, y in zone.shape)
        for booth in zone.booths:
            assert all(_inside(corner, zone.shape) for corner in booth.corners()), booth.number
            assert booth.offer or festival.booking, "of an edition to come, nobody knows yet"
        booths += zone.booths
    for first, second in itertools.combinations(booths, 2):
        assert _apart(first.corners(), second.corners()), (first.number, second.number)


def test_edition_to_come_can_be_booked_in_all_three_ways() -> None:
    coming = FESTIVALS["wuhou-coming"]
    assert coming.is_sample and coming.starts_on > dt.datetime.now(CHINA).date()
    assert coming.booking and {one.mode for one in coming.booking.zone} == {"allot", "pick", "open"}
    last_day = dt.datetime.now(CHINA).date() + dt.timedelta(days=coming.booking.open_days)
    assert last_day < coming.starts_on, "who applies last still knows in time"


@pytest.mark.parametrize("festival", PLANNED, ids=lambda festival: f"{festival.district}-{festival.slug}")
def test_zones_and_landmarks_do_not_cover_each_other(festival: Festival) -> None:
    assert festival.floor_plan
    zones: list[Zone] = list(festival.zone)
    for first, second in itertools.combinations(zones, 2):
        assert _apart(list(first.shape), list(second.shape)), (first.slug, second.slug)
    for zone in zones:
        for landmark in festival.floor_plan.landmark:
            assert _apart(list(zone.shape), list(landmark.shape)), (zone.slug, landmark.label)


def test_court_refuses_offers_that_do_not_match_its_places() -> None:
    with pytest.raises(ValueError, match="12 places but 1 offers"):
        Court(centre=(0, 0), columns=4, rows=4).booths(prefix="A", offers=("茶",))


def test_turned_goes_clockwise_on_a_page() -> None:
    assert turned((1, 0), about=(0, 0), degrees=90) == pytest.approx((0, 1))
