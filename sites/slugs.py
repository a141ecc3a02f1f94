"""Addresses from Chinese names."""

from __future__ import annotations

import re
from collections.abc import Callable

from anyascii import anyascii
from django.utils.text import slugify


def pinyin_slug(text: str, *, most: int = 60) -> str:
    """An address in pinyin, at most `most` characters: 晋阳社区 → jin-yang-she-qu. Empty when nothing can be read.

    anyascii (a dependency of Wagtail) writes each character's commonest reading with a capital, which marks the
    syllables.
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "-", anyascii(text))
    return slugify(words)[:most].strip("-")


def free_slug(wanted: str, *, is_taken: Callable[[str], bool], fallback: str) -> str:
    """`wanted`, or with the first number behind it that is not taken; `fallback` when `wanted` is empty."""
    base = wanted or fallback
    slug, number = base, 1
    while is_taken(slug):
        number += 1
        slug = f"{base}-{number}"
    return slug
