"""Paper-cut pictures for the demo: `render(motif, palette=palette_for(accent), size=SIZES["cover"], seed=1)` → PNG.

A picture is an SVG of flat inks made by pure functions, so the same arguments always give the same bytes. No picture
holds text, so none depends on a font.
"""

import resvg_py

from cms.demo.artwork.catalogue import SCENES
from cms.demo.artwork.inks import Inks, contrast, palette_for
from cms.demo.artwork.portraits import SITTERS, portrait
from cms.demo.artwork.scene import document, sheet

__all__ = ["MOTIFS", "SIZES", "Inks", "contrast", "draw", "palette_for", "render"]

SIZES: dict[str, tuple[int, int]] = {"cover": (1600, 1200), "wide": (1600, 900), "portrait": (1200, 1500)}

MOTIFS: tuple[str, ...] = (*SCENES, *SITTERS)


def draw(motif: str, *, palette: Inks, size: tuple[int, int], seed: int) -> str:
    """The picture as an SVG document."""
    width, height = size
    if motif in SITTERS:
        content = portrait(SITTERS[motif], palette, width, height, f"{motif}:{seed}")
        return document(content, palette, width, height)
    return sheet(SCENES[motif], palette, width, height, f"{motif}:{seed}")


def render(motif: str, *, palette: Inks, size: tuple[int, int], seed: int, scale: float = 1.0) -> bytes:
    """The picture, composed for `size`, as a PNG of `scale` times that many pixels."""
    svg = draw(motif, palette=palette, size=size, seed=seed)
    width, height = (round(side * scale) for side in size)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True))
