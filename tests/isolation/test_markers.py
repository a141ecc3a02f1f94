"""The laboratory itself: it is full, its words are found, and its rows are told apart."""

import pytest
from django.apps import apps
from django.db.models import Model

from sites.ownership import OwnedByDistrict, ownership_of
from tests.isolation import rows
from tests.isolation.laboratory import OTHER, Laboratory
from tests.isolation.markers import Level, known_words, level_of, mark, owner_of, words_in

pytestmark = pytest.mark.once
# Words that are in files, in what was deleted, and in what belongs to two.
_ELSEWHERE = ("content", "deletedstory", "draftfestivalgate", "exchangenote")


def test_every_table_of_a_district_has_rows_of_both(laboratory: Laboratory) -> None:
    """A new model must be furnished here, or nothing of it is looked for."""
    empty = [
        f"{model._meta.label} of {district}"
        for model in apps.get_models()
        if isinstance(ownership_of(model), OwnedByDistrict) and not model._meta.abstract
        for district in OTHER
        if not laboratory.rows[district].get(model._meta.db_table)
    ]
    assert not empty, "\n".join(empty)


def test_every_word_stands_in_a_row_of_its_district(laboratory: Laboratory) -> None:
    for district in OTHER:
        text = repr(laboratory.rows[district]).lower()
        missing = known_words(district) - words_in(text)
        assert {word for word in missing if not any(part in word for part in _ELSEWHERE)} == set()


def test_districts_are_furnished_alike(laboratory: Laboratory) -> None:
    """The twin of a thing is the one at the same place, so both must have as many."""
    wuhou, jinjiang = laboratory.rows["wuhou"], laboratory.rows["jinjiang"]
    assert {table: len(found) for table, found in wuhou.items()} == {
        table: len(found) for table, found in jinjiang.items()
    }


def test_keys_of_tables_differ(laboratory: Laboratory) -> None:
    keys = [
        key
        for district in laboratory.rows.values()
        for table, found in district.items()
        if _numbers_itself(rows.tables()[table])
        for key in found
    ]
    assert len(keys) == len(set(keys))
    assert min(keys) > 7_000_000


def _numbers_itself(model: type[Model]) -> bool:
    from django.db.models import AutoField

    return isinstance(model._meta.pk, AutoField)


def test_words_are_found_however_they_are_written() -> None:
    word = mark("jinjiang", "editormail")
    for text in (
        f"x{word}y",
        word.upper(),
        f'{{"a": "\\u9526{word}"}}',
        f"/%E9%94%A6-{word}/",
        f"&quot;{word}&quot;",
    ):
        (found,) = words_in(text)
        assert found.startswith(word)
        assert owner_of(found) == "jinjiang"
    assert words_in("jjq x whq wuhou jinjiang") == set()


def test_token_of_a_form_is_no_marker_and_hides_none() -> None:
    token = "jjqXccqagjKJh9lyxg1MXsmp2idfgqkomi8gr3weHO5ux8df5wzx0ynsQ1w2E3r4"
    assert len(token) == 64
    assert words_in(f'<input name="csrfmiddlewaretoken" value="{token}"> jjqxprobe') == {"jjqxprobe"}
    assert words_in("jjqx" + "a" * 60) == {"jjqx" + "a" * 60}


def test_random_secret_is_no_marker() -> None:
    mark("jinjiang", "shopname")
    assert words_in('value="whsec_p3JjqXy9B8jFm19iH4f"') == set()
    assert words_in("JjqxShopName") == {"jjqxshopname"}


def test_level_of_a_cut_off_word_is_the_strictest() -> None:
    mark("wuhou", "probesecret")
    mark("wuhou", "probepublic", level=Level.PUBLIC)
    assert level_of("whqxprobesecret") is Level.SECRET
    assert level_of("whqxprobepublic-and-more") is Level.PUBLIC
    assert level_of("whqxprobe") is Level.SECRET
    assert level_of("whqxprobepub") is Level.PUBLIC


def test_a_change_to_a_foreign_row_is_told(laboratory: Laboratory) -> None:
    from sites.models import Community, ServedCommunity

    foreign = laboratory.rows["jinjiang"]
    theirs = laboratory.furniture["jinjiang"]
    before = rows.take()
    assert rows.changes(before, rows.take(), foreign=foreign) == []
    Community.objects.filter(pk=theirs.unused_community.pk).update(name="x")
    ServedCommunity.objects.create(user=laboratory.person("wuhou", "editor"), community=theirs.community)
    ServedCommunity.objects.filter(user=laboratory.person("jinjiang", "limited")).delete()
    told = [str(change) for change in rows.changes(before, rows.take(), foreign=foreign)]
    assert len(told) == 3
    assert any("districts_community#" in one and "name" in one for one in told)
    assert any(one.endswith("deleted") for one in told)
    assert any(f"refers to [{theirs.community.pk}]" in one for one in told)
