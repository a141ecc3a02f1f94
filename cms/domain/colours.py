"""Whether a district's colours can be read where the public site puts them."""

from __future__ import annotations

PAPER = "#fbf6ec"
NIGHT = "#141a2b"
LEAST_CONTRAST = 4.5  # WCAG 2, AA, for text


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours (#rrggbb) by WCAG 2: 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
