"""The demo content validates, is as large as promised, and breaks loudly when a reference is wrong."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cms.demo import content as module
from cms.demo.blocks import text_of
from cms.demo.content import CONTENT, STORY_KINDS, THEMES, Content, load_content
from cms.demo.toml_reading import ContentError

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content()


def _length(story: module.Story) -> int:
    return sum(len(text_of(block)) for block in story.body)


def _texts() -> Iterator[tuple[str, str]]:
    for path in sorted(CONTENT.glob("*.toml")):
        yield path.name, path.read_text(encoding="utf-8")


def test_city_has_twenty_three_districts_of_which_three_have_no_code(content: Content) -> None:
    districts = [d for d in content.districts if not d.is_city]
    assert content.city.slug == "chengdu"
    assert len(districts) == 23
    assert sorted(d.slug for d in districts if not d.code) == ["dongbu", "gaoxin", "tianfu"]
    assert all(re.fullmatch(r"5101\d\d", d.code) for d in districts if d.code)
    assert len({d.code for d in districts if d.code}) == 20


def test_every_district_has_three_to_eight_communities(content: Content) -> None:
    for district in content.districts:
        if not district.is_city:
            assert 3 <= len(district.communities) <= 8, district.slug


def test_six_long_stories_and_at_least_forty_two_short_ones(content: Content) -> None:
    lengths = [sum(len(HAN.findall(text_of(block))) for block in story.body) for story in content.stories]
    assert sum(400 <= length <= 800 for length in lengths) >= 6
    assert sum(120 <= _length(story) <= 300 for story in content.stories) >= 42
    assert all(_length(story) >= 120 for story in content.stories)


def test_stories_cover_every_district_kind_and_theme(content: Content) -> None:
    assert {story.district for story in content.stories} == {d.slug for d in content.districts}
    assert {story.kind for story in content.stories} == set(STORY_KINDS)
    assert set(THEMES) <= {story.theme for story in content.stories}
    assert {story.published_at.year for story in content.stories} == {2023, 2024}
    assert all(story.byline and story.source and story.summary for story in content.stories)


def test_twenty_four_sample_craftsmen_of_all_categories(content: Content) -> None:
    assert len(content.craftsmen) == 24
    assert all(person.is_sample for person in content.craftsmen)
    assert len({person.district for person in content.craftsmen}) >= 14
    categories = {craft.slug: craft.category for craft in content.crafts}
    assert {categories[slug] for person in content.craftsmen for slug in person.crafts} == set(
        module.CRAFT_CATEGORIES
    )
    for person in content.craftsmen:
        assert 2 <= len(person.works) <= 3, person.slug
        assert 110 <= sum(map(len, person.story)) <= 260, person.slug
    assert len({person.portrait for person in content.craftsmen}) == 24
    assert 3 <= sum(bool(person.contact_address) for person in content.craftsmen) <= 12


def test_places_lie_in_and_around_chengdu(content: Content) -> None:
    assert len(content.places) >= 26
    assert all(place.is_sample for place in content.places)
    points = [place.point for place in content.places if place.point]
    assert len(points) >= 20
    assert all(103.0 < longitude < 104.9 and 30.1 < latitude < 31.4 for longitude, latitude in points)
    assert {place.kind for place in content.places} == set(module.PLACE_KINDS)


def test_pictures_are_few_enough_used_and_described(content: Content) -> None:
    assert len(content.pictures) <= 130
    alts = [picture.alt for picture in content.pictures.values()]
    assert all(len(HAN.findall(alt)) >= 10 for alt in alts)
    assert [alt for alt, count in Counter(alts).items() if count > 1] == []
    for picture in content.pictures.values():
        assert picture.alt not in (picture.key, f"{picture.key}.png")
        assert not re.search(r"图片|插图|\.png", picture.alt)


def test_no_text_holds_a_telephone_number_or_an_address_of_the_net() -> None:
    for name, text in _texts():
        without_colours = re.sub(
            r"#[0-9a-f]{6}|\d{4}-\d\d-\d\d\S*|value = \"\d+\"|\d+\.\d{4}|views = \d+", "", text
        )
        without_codes = re.sub(r'code = "5101\d\d"', "", without_colours)
        assert re.search(r"\d{6,}|\d{3,4}[- ]\d{3,4}[- ]?\d{3,4}|1[3-9]\d{3}", without_codes) is None, name
        assert "http" not in text, name


def test_texts_have_no_official_or_machine_phrases() -> None:
    phrases = ("赋能", "抓手", "打造", "闭环", "不仅仅是", "在这个快节奏", "总而言之", "Lorem", "TODO")
    for name, text in _texts():
        assert [phrase for phrase in phrases if phrase in text] == [], name


def test_load_content_names_the_entry_when_a_key_is_unknown(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _replace(folder / "crafts.toml", 'name = "竹编"', 'nome = "竹编"')
    with pytest.raises(ContentError, match=r"crafts\.toml: craft bamboo-weaving: unknown key nome"):
        load_content(folder)


def test_load_content_refuses_a_missing_key(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    _replace(folder / "crafts.toml", ', name = "竹编"', "")
    with pytest.raises(ContentError, match="missing key name"):
        load_content(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "stories-long.toml",
            'community = "jinyang"',
            'community = "nowhere"',
            "unknown community 'nowhere'",
        ),
        (
            "stories-long.toml",
            'craftsmen = ["zhou-bangqing"]',
            'craftsmen = ["luo-suzhen"]',
            "unknown craftsman",
        ),
        ("stories-long.toml", 'cover = "wuhou-board"', 'cover = "no-such"', "unknown picture 'no-such'"),
        ("places.toml", 'cover = "wenjiang-kitchen"', 'cover = "gaoxin-feast"', "is another district's"),
        ("notices.toml", '"jinjiang"', '"beijing"', "unknown district 'beijing'"),
        ("handovers.toml", "wuhou/the-board", "wuhou/no-board", "unknown story"),
        ("places.toml", 'district = "wuhou"', 'district = "beijing"', "unknown district 'beijing'"),
        ("pictures.toml", 'motif = "gate"', 'motif = "rocket"', "unknown motif 'rocket'"),
        ("festivals-city.toml", 'stage = "tea"', 'stage = "moon"', "unknown stage 'moon'"),
        ("communities.toml", "jinjiang = [", "atlantis = [", "unknown district atlantis"),
    ],
)
def test_load_content_refuses_references_that_lead_nowhere(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    folder = _copy(tmp_path)
    _replace(folder / name, old, new)
    with pytest.raises(ContentError, match=message):
        load_content(folder)


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
