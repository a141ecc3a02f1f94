"""Words by which a text betrays whose it is.

Each district's words begin with a syllable of its own that occurs nowhere else, and go on with the name of the field
they stand in: `jjqxstorydraft` in an answer says at once what of whose was shown. They are Latin letters only, so that
no escaping (JSON, HTML, addresses) hides them, and fixed, so that a failure today reads like one of last year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

SYLLABLES = {"wuhou": "whqx", "jinjiang": "jjqx", "chengdu": "cdqx"}
_WORD = re.compile(rf"(?:{'|'.join(SYLLABLES.values())})[a-z0-9]*", re.IGNORECASE)
# Django's CSRF tokens: 64 random letters and digits, among which a syllable turns up by chance once in some thousands.
# No marker has a capital letter.
_TOKEN = re.compile(r"(?<![A-Za-z0-9])(?=[a-z0-9]*[A-Z])[A-Za-z0-9]{64}(?![A-Za-z0-9])")
_OWNER = {syllable: district for district, syllable in SYLLABLES.items()}


class Level(Enum):
    """Who may read a word beside the people of its district and the city's staff."""

    SECRET = "nobody"
    PUBLIC = "the public, at public addresses"
    SHARED = "the people of every district: what the city lets all choose from"
    NAME = "everybody, everywhere"  # a district's own name, as the list of districts has it


_known: dict[str, Level] = {}


def mark(district: str, name: str, *, level: Level = Level.SECRET) -> str:
    """The word of a field of a district: letters and digits only, lower case."""
    assert re.fullmatch(r"[a-z0-9]+", name), name
    word = f"{SYLLABLES[district]}{name}"
    assert _known.setdefault(word, level) is level, f"{word} was {_known[word]} before"
    return word


def level_of(word: str) -> Level:
    """The level of a word as it was met; one that was cut off or grown has that of the longest word it begins with,
    and is secret otherwise."""
    word = word.lower()
    begins = [known for known in _known if word.startswith(known)]
    if begins:
        return _known[max(begins, key=len)]
    # Cut off by an ellipsis: public only where every word that it may have been is.
    grown = {_known[known] for known in _known if known.startswith(word)}
    return grown.pop() if len(grown) == 1 else Level.SECRET


def words_in(text: str) -> set[str]:
    """Every marker in a text, but for what random tokens, secrets and nonces look like."""
    return {found.lower() for found in _WORD.findall(_TOKEN.sub("", text)) if not _is_random(found)}


def _is_random(found: str) -> bool:
    """Whether a syllable stands in random letters: small and capital ones that go on as no marker does."""
    word = found.lower()
    if found in {word, word.upper()}:
        return False
    return not any(word.startswith(known) or known.startswith(word) for known in _known)


def owner_of(word: str) -> str:
    """The district of a word."""
    return _OWNER[word[:4]]


def words_of(district: str, words: Iterable[str]) -> set[str]:
    """Those of a district."""
    return {word for word in words if owner_of(word) == district}


def known_words(district: str) -> set[str]:
    """Every word that was given to the fields of a district."""
    return words_of(district, _known)
