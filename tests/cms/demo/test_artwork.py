"""The pictures: deterministic, of the declared size, without text, and in inks that can be read."""

import io
import itertools
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from cms.demo import artwork
from cms.demo.content import PIXELS, load_content

CONTENT = load_content()
INKS = artwork.palette_for("#a63a28")


@pytest.mark.parametrize("motif", artwork.MOTIFS)
def test_motif_is_well_formed_and_holds_no_text(motif: str) -> None:
    svg = artwork.draw(motif, palette=INKS, size=(800, 600), seed=1)
    names = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}
    assert "text" not in names
    assert "nan" not in svg


@pytest.mark.parametrize(
    ("size", "motif"), [("cover", "gate"), ("wide", "stage"), ("portrait", "portrait-cobbler")]
)
def test_render_gives_a_png_of_the_declared_size(size: str, motif: str) -> None:
    png = artwork.render(motif, palette=INKS, size=artwork.SIZES[size], seed=3)
    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.size) == ("PNG", artwork.SIZES[size])
        assert len(image.convert("RGB").resize((64, 64)).getcolors(4096) or []) > 20


def test_render_is_deterministic_and_seed_changes_it() -> None:
    def png(seed: int) -> bytes:
        return artwork.render("lantern", palette=INKS, size=(400, 300), seed=seed)

    assert png(1) == png(1)
    assert png(1) != png(2)


def test_content_renders_a_picture_by_key() -> None:
    with Image.open(io.BytesIO(CONTENT.render("wuhou-board"))) as image:
        width, height = artwork.SIZES["cover"]
        assert image.size == (width * PIXELS, height * PIXELS)


@pytest.mark.parametrize("district", CONTENT.districts, ids=lambda district: district.slug)
def test_accents_can_be_read_on_paper_and_at_night(district) -> None:  # type: ignore[no-untyped-def]
    assert artwork.contrast(district.accent, "#fbf6ec") >= 4.5
    assert artwork.contrast(district.accent_dark, "#141a2b") >= 4.5
    assert district.accent_name


def test_accents_differ_from_each_other() -> None:
    def channels(colour: str) -> tuple[int, ...]:
        return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))

    for first, second in itertools.combinations(CONTENT.districts, 2):
        distance = sum(
            abs(a - b) for a, b in zip(channels(first.accent), channels(second.accent), strict=True)
        )
        assert distance >= 18, (first.slug, second.slug)


def test_contrast_knows_black_on_white() -> None:
    assert artwork.contrast("#000000", "#ffffff") == pytest.approx(21)
