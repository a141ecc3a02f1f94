"""Reads the demo city's content files and proves that they agree with each other.

`load_content()` returns everything typed; an unknown or missing key, a reference that leads nowhere or a slug used twice
raises `ContentError`. Nothing here needs Django.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cms.demo import artwork
from cms.demo.blocks import Block, FestivalItemBlock, build_blocks, pictures_in
from cms.demo.records import (
    CHINA,
    Booking,
    Craft,
    Craftsman,
    District,
    Festival,
    Handover,
    Notice,
    Picture,
    Place,
    Story,
)
from cms.demo.toml_reading import ContentError, build, read_tables

# Sharp on a phone and in a column; larger ones would only make the first `make demo` slower.
PIXELS = 0.6

CONTENT = Path(__file__).parent / "content"

STORY_KINDS = ("story", "project", "release", "statistics", "junior-reporter", "role-model")
THEMES = ("people", "culture", "land", "scenery", "industry")
COMMUNITY_KINDS = ("urban", "rural")
CRAFT_CATEGORIES = ("heritage", "handicraft", "creative", "repair")
NOTICE_KINDS = ("urgent", "activity", "notice")
PLACE_KINDS = ("neighbour-space", "service", "organisation")
ITEM_KINDS = (
    "film", "talk", "recital", "sketch", "release", "music", "dance", "ceremony", "workshop", "game",
)  # fmt: skip
ZONE_MODES = ("allot", "pick", "open")
QUESTION_KINDS = ("text", "choice", "number", "yes_no", "file")
LANDMARK_KINDS = ("stage", "gate", "toilet", "first-aid", "water", "tree", "path", "service")
FEATURES = {
    "step-free": "无台阶",
    "toilet": "无障碍卫生间",
    "hearing": "听障友好",
    "nursing": "母婴室",
    "parking": "无障碍车位",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Content:
    """The whole demo city; the city itself is the district with `is_city`."""

    districts: tuple[District, ...]
    pictures: Mapping[str, Picture]
    crafts: tuple[Craft, ...]
    stories: tuple[Story, ...]
    craftsmen: tuple[Craftsman, ...]
    places: tuple[Place, ...]
    festivals: tuple[Festival, ...]
    notices: tuple[Notice, ...]
    handovers: tuple[Handover, ...]

    @property
    def city(self) -> District:
        return next(district for district in self.districts if district.is_city)

    def district(self, slug: str) -> District:
        return next(district for district in self.districts if district.slug == slug)

    def accent(self, picture: Picture) -> str:
        """The colour in which a picture is drawn."""
        return self.district(picture.palette).accent

    def render(self, key: str) -> bytes:
        """The PNG of one picture."""
        picture = self.pictures[key]
        return artwork.render(
            picture.motif,
            palette=artwork.palette_for(self.accent(picture)),
            size=artwork.SIZES[picture.size],
            seed=picture.seed,
            scale=PIXELS,
        )


def load_content(folder: Path = CONTENT) -> Content:
    """Everything below `folder`, validated."""
    districts = _read_districts(folder)
    content = Content(
        districts=districts,
        pictures={p.key: p for p in _read(folder, "pictures", "picture", Picture, key=lambda p: p.key)},
        crafts=_read(folder, "crafts", "craft", Craft, key=lambda c: c.slug),
        stories=_read(folder, "stories*", "story", Story, key=_within_district, prepare=_with_blocks),
        craftsmen=_read(folder, "craftsmen*", "craftsman", Craftsman, key=_within_district),
        places=_read(folder, "places", "place", Place, key=_within_district),
        festivals=_read(
            folder, "festivals*", "festival", Festival, key=_within_district, prepare=_with_dates
        ),
        notices=_read(folder, "notices", "notice", Notice, key=lambda n: n.key),
        handovers=_read(folder, "handovers", "handover", Handover, key=lambda h: f"{h.story}>{h.target}"),
    )
    _check(content)
    return content


def _within_district(entry: Any) -> str:
    return f"{entry.district}/{entry.slug}"


def _with_blocks(table: dict[str, Any], where: str) -> dict[str, Any]:
    """Blocks are of several types, so they are built here and not by their annotation."""
    return {**table, "body": build_blocks(table.get("body"), where=f"{where}.body")}


def _with_dates(table: dict[str, Any], where: str) -> dict[str, Any]:
    """An edition that is still to come is so many days after today, whenever the demo is loaded."""
    if "in_days" not in table:
        return table
    today = dt.datetime.now(CHINA)
    day = today.date() + dt.timedelta(days=table["in_days"])
    dates = {"starts_on": day, "ends_on": day, "published_at": today - dt.timedelta(days=2)}
    return {**{key: value for key, value in table.items() if key != "in_days"}, **dates}


def _read(
    folder: Path,
    pattern: str,
    name: str,
    cls: type[T],
    *,
    key: Callable[[T], str],
    prepare: Callable[[dict[str, Any], str], dict[str, Any]] | None = None,
) -> tuple[T, ...]:
    """The entries `[[name]]` of all files that match, in order of the files' names."""
    entries: dict[str, T] = {}
    for path in sorted(folder.glob(f"{pattern}.toml")):
        document = read_tables(path)
        if unknown := sorted(set(document) - {name}):
            raise ContentError(f"{path.name}: unknown key {', '.join(unknown)}")
        for n, table in enumerate(document.get(name, [])):
            where = f"{path.name}: {name} {table.get('slug') or table.get('key') or n}"
            entry = build(cls, prepare(table, where) if prepare else table, where=where)
            if key(entry) in entries:
                raise ContentError(f"{where}: {key(entry)} is used twice")
            entries[key(entry)] = entry
    if not entries:
        raise ContentError(f"no {name} in {pattern}.toml")
    return tuple(entries.values())


def _read_districts(folder: Path) -> tuple[District, ...]:
    """Districts with their communities, which live in a file of their own by district."""
    communities = read_tables(folder / "communities.toml")
    known: set[str] = set()

    def with_communities(table: dict[str, Any]) -> dict[str, Any]:
        known.add(table.get("slug", ""))
        return {**table, "communities": communities.get(table.get("slug", ""), [])}

    document = read_tables(folder / "districts.toml")
    districts = tuple(
        build(District, with_communities(table), where=f"districts.toml: {table.get('slug')}")
        for table in document.get("district", [])
    )
    if lost := sorted(set(communities) - known):
        raise ContentError(f"communities.toml: unknown district {', '.join(lost)}")
    _unique((d.slug for d in districts), "districts.toml")
    for district in districts:
        _unique((c.slug for c in district.communities), f"communities.toml: {district.slug}")
    if sum(district.is_city for district in districts) != 1:
        raise ContentError("districts.toml: exactly one district is the city")
    return districts


def _unique(keys: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ContentError(f"{where}: {key} is used twice")
        seen.add(key)


def _check(content: Content) -> None:
    """Every reference leads somewhere and every choice is a known one."""
    communities = {d.slug: {c.slug: c for c in d.communities} for d in content.districts}
    crafts = {craft.slug for craft in content.crafts}
    craftsmen = {_within_district(c) for c in content.craftsmen}
    items = {
        f"{_within_district(f)}#{item.key}" for f in content.festivals for act in f.act for item in act.item
    }

    def known(value: str, choices: Iterable[str], what: str, where: str, *, blank: bool = False) -> None:
        if not (blank and value == "") and value not in choices:
            raise ContentError(f"{where}: unknown {what} {value!r}")

    def located(entry: Story | Craftsman | Place, where: str) -> None:
        known(entry.district, communities, "district", where)
        known(entry.community, communities[entry.district], "community", where, blank=True)

    for picture in content.pictures.values():
        where = f"picture {picture.key}"
        known(picture.motif, artwork.MOTIFS, "motif", where)
        known(picture.palette, communities, "palette", where)
        known(picture.size, artwork.SIZES, "size", where)
    for district in content.districts:
        known(district.cover, content.pictures, "picture", f"district {district.slug}")
        for community in district.communities:
            known(community.kind, COMMUNITY_KINDS, "kind", f"community {district.slug}/{community.slug}")
    for craft in content.crafts:
        known(craft.category, CRAFT_CATEGORIES, "category", f"craft {craft.slug}")
    for story in content.stories:
        where = f"story {_within_district(story)}"
        located(story, where)
        known(story.kind, STORY_KINDS, "kind", where)
        known(story.theme, THEMES, "theme", where, blank=True)
        known(story.cover, content.pictures, "picture", where, blank=True)
        for slug in story.craftsmen:
            known(f"{story.district}/{slug}", craftsmen, "craftsman", where)
        for block in story.body:
            _check_block(block, content, items, where)
    for craftsman in content.craftsmen:
        where = f"craftsman {_within_district(craftsman)}"
        located(craftsman, where)
        known(craftsman.portrait, content.pictures, "picture", where)
        for slug in craftsman.crafts:
            known(slug, crafts, "craft", where)
        for work in craftsman.works:
            known(work.picture, content.pictures, "picture", where)
    for place in content.places:
        where = f"place {_within_district(place)}"
        located(place, where)
        known(place.kind, PLACE_KINDS, "kind", where)
        known(place.cover, content.pictures, "picture", where, blank=True)
        for feature in place.features:
            known(feature, FEATURES, "feature", where)
    for notice in content.notices:
        where = f"notice {notice.key}"
        known(notice.kind, NOTICE_KINDS, "kind", where)
        known(notice.picture, content.pictures, "picture", where, blank=True)
        for slug in notice.districts:
            known(slug, communities, "district", where)
    stories = {_within_district(story) for story in content.stories}
    for handover in content.handovers:
        known(handover.story, stories, "story", f"handover {handover.story}")
        known(handover.target, communities, "district", f"handover {handover.story}")
    for festival in content.festivals:
        _check_festival(festival, content, known)
    _check_owners(content)


def _check_owners(content: Content) -> None:
    """A page shows pictures of its own district and of the city only: others it could not even be published with."""
    shown = [(f"district {d.slug}", d.slug, [d.cover]) for d in content.districts]
    shown += [(f"place {_within_district(p)}", p.district, [p.cover]) for p in content.places]
    shown += [(f"festival {_within_district(f)}", f.district, [f.cover]) for f in content.festivals]
    for story in content.stories:
        inside = [key for block in story.body for key in pictures_in(block)]
        shown.append((f"story {_within_district(story)}", story.district, [story.cover, *inside]))
    for person in content.craftsmen:
        works = [work.picture for work in person.works]
        shown.append((f"craftsman {_within_district(person)}", person.district, [person.portrait, *works]))
    shown += [(f"notice {notice.key}", content.city.slug, [notice.picture]) for notice in content.notices]
    for where, district, keys in shown:
        for key in filter(None, keys):
            if content.pictures[key].palette not in (district, content.city.slug):
                raise ContentError(f"{where}: picture {key!r} is another district's")


def _check_block(block: Block, content: Content, items: set[str], where: str) -> None:
    for key in pictures_in(block):
        if key not in content.pictures:
            raise ContentError(f"{where}: unknown picture {key!r}")
    if isinstance(block, FestivalItemBlock) and f"{block.festival}#{block.item}" not in items:
        raise ContentError(f"{where}: unknown festival item {block.festival}#{block.item}")


def _check_festival(festival: Festival, content: Content, known: Callable[..., None]) -> None:
    where = f"festival {_within_district(festival)}"
    known(festival.district, [d.slug for d in content.districts], "district", where)
    known(festival.cover, content.pictures, "picture", where)
    stages = [stage.key for stage in festival.stage]
    _unique(stages, where)
    _unique((item.key for act in festival.act for item in act.item), where)
    for act in festival.act:
        for item in act.item:
            known(item.kind, ITEM_KINDS, "kind", f"{where} {item.key}")
            known(item.stage, stages, "stage", f"{where} {item.key}", blank=True)
    if festival.zone and festival.floor_plan is None:
        raise ContentError(f"{where}: zones need a floor plan")
    for landmark in festival.floor_plan.landmark if festival.floor_plan else ():
        known(landmark.kind, LANDMARK_KINDS, "landmark", where)
    _unique((zone.slug for zone in festival.zone), where)
    _unique((booth.number for zone in festival.zone for booth in zone.booths), where)
    if festival.booking is not None:
        _check_booking(festival.booking, [zone.slug for zone in festival.zone], where, known)


def _check_booking(booking: Booking, zones: list[str], where: str, known: Callable[..., None]) -> None:
    _unique((one.zone for one in booking.zone), f"{where} booking")
    for rules in booking.zone:
        known(rules.zone, zones, "zone", f"{where} booking")
        known(rules.mode, ZONE_MODES, "mode", f"{where} booking {rules.zone}")
        for category in rules.categories:
            known(category, booking.categories, "category", f"{where} booking {rules.zone}")
    for asked in (*booking.question, *booking.document):
        known(asked.kind, QUESTION_KINDS, "kind", f"{where} booking {asked.label}")
        for zone in asked.zones:
            known(zone, zones, "zone", f"{where} booking {asked.label}")
