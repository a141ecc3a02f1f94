import pytest

from sites.numerals import whole_number


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_figures_are_a_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "+7", "-7", " 7", "7_0", "７", "²", "1.0", "9" * 19])
def test_what_int_reads_beyond_figures_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_longer_than_asked_for_is_none() -> None:
    assert (whole_number("123456", digits=6), whole_number("1234567", digits=6)) == (123456, None)
