"""Numbers in a text that belong to a person: mobile and landline telephones of the mainland, and identity cards.

What is everybody's is none: hotlines (12345, 028-12345), service numbers (400…), years, prices, area codes of statistics.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# People break numbers with these; zero-width signs come along with what is copied from chats and web pages.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_GAP = r"[ \t\u00a0\-‐‑‒–—−_.·・~/]{0,3}"
_DIGIT = r"[0-9]"
_START, _END = r"(?<![0-9])", r"(?![0-9])"

_ID_CARD = re.compile(
    rf"{_START}([1-6]\d{{5}}|8[123]\d{{4}}){_GAP}((?:18|19|20)\d{{2}}){_GAP}((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    rf"{_GAP}(\d{{3}}[0-9Xx]){_END}"
)
# In one piece, in the usual groups, or digit by digit. Other groups are sums of money and rows of figures.
_MOBILE_SHAPES = (
    rf"1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}",
    rf"1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}",
    rf"1[3-9]\d{{5}}{_GAP}\d{{4}}",
    "1 [3-9](?: [0-9]){9}",
    "1-[3-9](?:-[0-9]){9}",
)
_MOBILE = re.compile(rf"{_START}(?:(?:\+|00)?86{_GAP})?({'|'.join(_MOBILE_SHAPES)}){_END}")
_AREA = r"0(?:10|2\d|[3-9]\d{2})"
_LOCAL = rf"[2-8]\d{{2,3}}{_GAP}\d{{4}}"
_LANDLINE = re.compile(rf"{_START}[(]?({_AREA}[)]?{_GAP}{_LOCAL}){_END}")
# Without an area code, only where the text says what it is: 20241221 is a day.
_NAMED = re.compile(
    rf"(?:电话|座机|手机|联系方式|微信)(?:号码|号)?[是为:\s]{{0,3}}((?:{_LOCAL}|1[3-9]\d{{9}})){_END}"
)


@dataclass(frozen=True)
class PersonalNumber:
    """`digits` without gaps, `shown` as the text has it, `kind` in words for the editor."""

    digits: str
    shown: str
    kind: str


def find(text: str) -> list[PersonalNumber]:
    """The personal numbers of a text, each once, identity cards first. Full-width digits and hidden signs are seen through."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).replace("（", "(").replace("）", ")")
    found: dict[str, PersonalNumber] = {}
    for kind, pattern in (
        ("身份证号", _ID_CARD),
        ("手机号", _MOBILE),
        ("座机号", _LANDLINE),
        ("电话号码", _NAMED),
    ):
        rest = []
        end = 0
        for match in pattern.finditer(plain):
            shown = match.group(0 if kind == "身份证号" else 1).strip()
            digits = re.sub(r"[^0-9X]", "", shown.upper())
            found.setdefault(digits, PersonalNumber(digits, shown, kind))
            rest.append(plain[end : match.start()])
            end = match.end()
        # What was told is not looked at again: a part of an identity card is no telephone.
        plain = "\n".join([*rest, plain[end:]])
    return list(found.values())
