"""The inks of a picture: a few flat colours derived from one district's accent."""

import colorsys
from dataclasses import dataclass

from cms.domain.colours import PAPER, contrast

INK = "#211a15"

__all__ = ["INK", "PAPER", "Inks", "contrast", "mixed", "palette_for"]


@dataclass(frozen=True, slots=True)
class Inks:
    """`main` is the district's colour; `deep` its shadow, `mid`, `haze` and `tint` its lights; `second` answers it.

    `leaf` and `bloom` are for plants, so that bamboo stays green and hibiscus rosy in every district; `ash` is old hair.
    """

    paper: str
    tint: str
    haze: str
    mid: str
    main: str
    deep: str
    second: str
    gold: str
    skin: str
    leaf: str
    bloom: str
    fruit: str
    ash: str


def palette_for(accent: str) -> Inks:
    """The inks that go with an accent colour."""
    hue = _hue(accent)
    warm = hue < 0.19 or hue > 0.78
    green = 0.19 <= hue < 0.5
    return Inks(
        paper=PAPER,
        tint=mixed(PAPER, accent, 0.10),
        haze=mixed(PAPER, accent, 0.22),
        mid=mixed(PAPER, accent, 0.48),
        main=accent,
        deep=mixed(accent, INK, 0.62),
        second="#3f7466" if warm else "#c2533f",
        gold="#d9a13f",
        skin=mixed("#f6d9b8", accent, 0.08),
        leaf=mixed(accent, INK, 0.12) if green else ("#3f7466" if warm else "#35776f"),
        bloom=accent if hue < 0.05 or hue > 0.88 else "#c2533f",
        fruit=accent if hue < 0.1 or hue > 0.9 else "#d07a26",
        ash="#9a8f88",
    )


def mixed(first: str, second: str, share: float) -> str:
    """`first` with a `share` of `second`."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _hue(colour: str) -> float:
    red, green, blue = (channel / 255 for channel in _channels(colour))
    return colorsys.rgb_to_hls(red, green, blue)[0]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
