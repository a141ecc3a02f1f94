"""Addresses from Chinese names."""

from __future__ import annotations

import pytest

from sites.slugs import free_slug, pinyin_slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("晋阳社区", "jin-yang-she-qu"),
        ("武侯 Wuhou 区", "wu-hou-wuhou-qu"),
        ("2024年第8届", "2024-nian-di8-jie"),
        ("“引号”、顿号。", "yin-hao-dun-hao"),
        ("ＡＢＣ１２", "abc12"),
        ("", ""),
        ("……——", ""),
    ],
)
def test_pinyin_of_a_name(text: str, slug: str) -> None:
    assert pinyin_slug(text) == slug


def test_pinyin_is_cut_to_fit_without_a_hyphen_at_its_end() -> None:
    assert pinyin_slug("晋阳社区", most=9) == "jin-yang"
    assert len(pinyin_slug("双" * 300)) <= 60


def test_free_address_is_the_first_that_nobody_has() -> None:
    taken = {"lin-ju", "lin-ju-2"}
    assert free_slug("lin-ju", is_taken=taken.__contains__, fallback="story") == "lin-ju-3"
    assert free_slug("new", is_taken=taken.__contains__, fallback="story") == "new"
    assert free_slug("", is_taken=taken.__contains__, fallback="story") == "story"
