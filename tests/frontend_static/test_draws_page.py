"""The page of an edition's draws: all numbers stand in it without a script."""

from __future__ import annotations

import pytest

from frontend_static.errors import PageNotFound
from frontend_static.rendering import paths, render_page
from frontend_static.source import ItemKey, MemorySource
from tests.frontend_static.sample_town import Item, town

_HASH = "7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a"
_PATH = "/festivals/2024/draws/"


def draw(**values: object) -> Item:
    return {
        "number": 1,
        "title": "手作版块摊位抽签",
        "zone": {"slug": "market", "name": "幸福集市"},
        "places": 2,
        "seed_source": "福彩双色球开奖号码",
        "seed_at": "2024-12-10T21:30:00+08:00",
        "list_hash": _HASH,
        "published_at": "2024-12-08T10:00:00+08:00",
        "seed": "",
        "drawn_at": None,
        "drawn": [],
        **values,
    }


def source(*draws: Item) -> MemorySource:
    chengdu = MemorySource("chengdu", town())
    carnival = chengdu.get(ItemKey("festival", "chengdu", "2024"))
    assert carnival is not None
    chengdu.put({**carnival, "draws": list(draws)})
    return chengdu


def test_published_list_stands_in_the_page_before_the_draw() -> None:
    text = render_page(source(draw()), _PATH)
    assert _HASH in text and "福彩双色球开奖号码" in text and "12月8日 周日 10:00" in text
    assert "还没有抽" in text and "抽中的编号" not in text
    assert 'data-address="/api/v1/districts/chengdu/festivals/2024/draws/1/"' in text


def test_result_stands_in_the_page_after_the_draw() -> None:
    drawn = [{"reference": "ABCD2345", "places": 1}, {"reference": "WXYZ6789", "places": 2}]
    held = draw(seed="03 08 <17>", drawn_at="2024-12-10T22:00:00+08:00", drawn=drawn)
    text = render_page(source(held), _PATH)
    assert "03 08 &lt;17&gt;" in text and "<17>" not in text
    assert text.index("ABCD2345") < text.index("WXYZ6789")
    assert "还没有抽" not in text
    # The newest first.
    both = render_page(source(held, draw(number=2, title="第二次")), _PATH)
    assert both.index("第二次") < both.index("手作版块摊位抽签")


def test_edition_without_draws_has_no_page_of_them() -> None:
    assert _PATH in set(paths(source(draw())))
    assert _PATH in render_page(source(draw()), "/festivals/2024/")
    # As an item that was stored before there were any: without the member.
    for without in (source(), MemorySource("chengdu", town())):
        assert _PATH not in set(paths(without))
        assert _PATH not in render_page(without, "/festivals/2024/")
        with pytest.raises(PageNotFound):
            render_page(without, _PATH)
