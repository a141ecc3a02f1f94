"""Every address of the installation, as the URL resolver has it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One pattern. `name` carries its namespaces; `arguments` are the names of what it takes (positions as "0")."""

    name: str
    pattern: str
    view: str
    arguments: tuple[str, ...]
    callback: Callable[..., Any]

    @property
    def key(self) -> str:
        """What the checked-in list calls it; two patterns may share a name."""
        return f"{self.name} {self.pattern}"

    @property
    def in_admin(self) -> bool:
        return self.pattern.startswith("admin/")

    def address(self, values: dict[str, Any]) -> str:
        """The path with its arguments filled in."""
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), _without_regex(self.pattern))
        for argument in self.arguments:
            path = path.replace(f"\0{argument}\0", str(values[argument]))
        return f"/{path}"

    @property
    def model(self) -> Any:
        """The model of a class-based view of one; None for others."""
        view = getattr(self.callback, "view_class", None)
        given = getattr(self.callback, "view_initkwargs", {})
        found = given.get("model") or getattr(view, "model", None)
        return found if isinstance(found, type) else None


def _without_regex(pattern: str) -> str:
    """A pattern in which groups of regular expressions have become \\0name\\0 and anchors are gone."""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", "\0\\1\0", pattern)
    for position in range(plain.count("(")):
        # Positional groups, which may hold a group themselves.
        plain = re.sub(r"\((?:[^()]|\([^()]*\))*\)", f"\0{position}\0", plain, count=1)
    return plain.replace("\\.", ".").replace("^", "").replace("$", "")


@functools.cache
def all_routes() -> tuple[Route, ...]:
    """Every route, in the resolver's order."""
    return tuple(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            space = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, pattern, space)
        elif isinstance(entry, URLPattern):
            callback = entry.callback
            view = f"{callback.__module__}.{getattr(callback, '__qualname__', type(callback).__name__)}"
            names = tuple(entry.pattern.regex.groupindex)
            arguments = names or tuple(str(n) for n in range(entry.pattern.regex.groups))
            yield Route(":".join((*spaces, entry.name or "-")), pattern, view, arguments, callback)
