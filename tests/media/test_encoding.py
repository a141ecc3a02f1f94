from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from media.domain.encoding import Encoded, encode, public_widths
from media.exceptions import UnreadablePicture
from tests.media import sources


def encoded(data: bytes) -> list[Encoded]:
    return list(encode(BytesIO(data)).files)


def pixels(file: Encoded) -> Image.Image:
    return Image.open(BytesIO(file.data)).convert("RGB")


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 24 for a, b in zip(colour, wanted, strict=True))


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (4000, [480, 960, 1600]),
        (1600, [480, 960, 1600]),
        (1599, [480, 960, 1599]),
        (960, [480, 960]),
        (700, [480, 700]),
        (480, [480]),
        (1, [1]),
    ],
)
def test_widths_of_a_source(width: int, widths: list[int]) -> None:
    assert public_widths(width) == widths


def test_large_photograph_gives_nine_files_of_the_promised_size() -> None:
    files = encoded(sources.photograph(2400, 1800))

    sizes = {(file.format, file.width, file.height) for file in files}
    steps = [(480, 360), (960, 720), (1600, 1200)]
    assert sizes == {(kind, *step) for kind in ("avif", "webp", "jpeg") for step in steps}
    for file in files:
        image = Image.open(BytesIO(file.data))
        assert (image.format or "").lower() == file.format
        assert image.size == (file.width, file.height)


def test_jpeg_is_progressive() -> None:
    jpeg = next(file for file in encoded(sources.photograph()) if file.format == "jpeg")
    assert Image.open(BytesIO(jpeg.data)).info["progressive"]


@pytest.mark.parametrize(("orientation", "at_the_top"), [(6, sources.RED), (8, sources.BLUE)])
def test_photograph_that_the_camera_turned_stands_upright(
    orientation: int, at_the_top: tuple[int, int, int]
) -> None:
    for file in encoded(sources.photograph(1000, 500, orientation=orientation)):
        assert file.height == 2 * file.width
        assert near(pixels(file).getpixel((file.width // 2, file.height // 8)), at_the_top)


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF", "HEIF"])
def test_files_keep_nothing_of_where_a_photograph_was_taken(format: str) -> None:
    source = sources.photograph(format=format)
    assert sources.PLACE in source

    for file in encoded(source):
        assert sources.PLACE not in file.data
        image = Image.open(BytesIO(file.data))
        assert not dict(image.getexif())
        assert not {"icc_profile", "xmp", "comment", "exif"} & {
            name for name, value in image.info.items() if value
        }


def test_colours_of_another_profile_become_srgb() -> None:
    profile = sources.exchanged_colours_profile()
    red = Image.new("RGB", (600, 400), (255, 0, 0))

    for file in encoded(sources.saved(red, "PNG", icc_profile=profile)):
        red_part, _, blue_part = pixels(file).getpixel((100, 100))  # type: ignore[misc]
        assert blue_part > 200 > 60 > red_part


def test_broken_colour_profile_is_passed_over() -> None:
    files = encoded(sources.saved(sources.halves(600, 400), "PNG", icc_profile=b"no profile at all"))
    assert near(pixels(files[0]).getpixel((10, 10)), sources.RED)


def test_transparent_picture_lies_on_white_in_every_format() -> None:
    image = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    image.paste((*sources.GREEN, 255), (300, 0, 600, 400))

    for file in encoded(sources.saved(image, "PNG")):
        assert near(pixels(file).getpixel((20, 20)), (255, 255, 255))
        assert near(pixels(file).getpixel((file.width - 20, 20)), sources.GREEN)


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    middle = Image.new("I;16", (600, 400), 32768)
    assert near(pixels(encoded(sources.saved(middle, "PNG"))[0]).getpixel((9, 9)), (128, 128, 128))


def test_palette_picture_is_made_smaller_smoothly() -> None:
    stripes = Image.new("RGB", (2000, 100), "white")
    for x in range(0, 2000, 2):
        stripes.paste("black", (x, 0, x + 1, 100))
    file = next(
        file
        for file in encoded(sources.saved(stripes.quantize(2), "PNG"))
        if (file.format, file.width) == ("jpeg", 480)
    )
    assert near(pixels(file).getpixel((200, 10)), (127, 127, 127))


def test_colour_is_the_mean_of_the_picture() -> None:
    red, green, blue = bytes.fromhex(encode(BytesIO(sources.photograph())).colour[1:])
    assert near((red, green, blue), (125, 30, 125))


@pytest.mark.parametrize(
    "data",
    [
        sources.photograph()[:-2000],
        sources.saved(sources.halves(300, 200), "PNG")[:-60],
        sources.png_bomb(),
        sources.svg_with_script(),
        sources.saved(sources.halves(300, 200), "GIF"),
        b"",
    ],
    ids=["cut-off-jpeg", "cut-off-png", "bomb", "svg", "gif", "empty"],
)
def test_file_that_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        encode(BytesIO(data))
