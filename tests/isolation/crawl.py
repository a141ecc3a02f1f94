"""Asking for everything and reading every answer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable
from urllib.parse import urlencode

from tests.isolation import addresses
from tests.isolation.allowed import is_allowed
from tests.isolation.browsing import Answer, Browser
from tests.isolation.findings import Finding, Tally
from tests.isolation.laboratory import OTHER, Laboratory
from tests.isolation.markers import Level, level_of, owner_of, words_in
from tests.isolation.routes import Route, all_routes
from tests.isolation.rows import keys_in

# Answers that say nothing but "not here" or "not for you".
_CLOSED = {400, 401, 403, 404, 405, 410}


def shown(
    laboratory: Laboratory, answer: Answer, route: Route, *, me: str, barred: Collection[str] = ()
) -> tuple[set[str], set[str]]:
    """The words and the keys in an answer that a person of `me` must not see there; `barred` are words of the own
    district that this person must not see either."""
    asked = words_in(answer.url)
    words = {
        word
        for word in words_in(answer.text) - asked
        if (owner_of(word) != me and not _may_be_read(word, in_admin=route.in_admin)) or word in barred
    }
    requested = keys_in(answer.url)
    keys = {
        str(key)
        for key in keys_in(answer.text) - requested
        if laboratory.owner_of_key.get(key) not in {None, me, "chengdu"}
    }
    if not route.in_admin:
        keys = set()  # numbers of public things are public
    return (
        {word for word in words if not is_allowed(route, word)},
        {key for key in keys if not is_allowed(route, key)},
    )


def _may_be_read(word: str, *, in_admin: bool) -> bool:
    level = level_of(word)
    if level is Level.PUBLIC:
        # Every district may refer to what the city has published.
        return not in_admin or owner_of(word) == "chengdu"
    return level in {Level.NAME, Level.SHARED}


def _needs_keys(route: Route) -> bool:
    """Whether an address says little until it is given the keys of things."""
    return "bulk_action" in route.name or "multiple" in route.name


class Crawl:
    """One person going over routes; collects what must not be."""

    def __init__(self, laboratory: Laboratory, *, me: str, who: str, browser: Browser | None = None) -> None:
        self.laboratory, self.me, self.other, self.who = laboratory, me, OTHER[me], who
        self.browser = browser or Browser()
        self._person = None if browser else laboratory.person(me, who)
        self.barred = self.laboratory.barred_words(me, who)
        self.findings: list[Finding] = []
        self.asked: Counter[str] = Counter()
        self.seen_words: dict[str, set[str]] = {}
        self.tally = Tally("crawl", who, f"{me} → {self.other}")

    def go(self, routes: Iterable[Route] | None = None, *, few: bool = False) -> Crawl:
        """Ask for every address of the routes (all by default)."""
        begun = time.monotonic()
        for route in routes or all_routes():
            self.tally.routes += 1
            if self._person is not None and not self.browser.cookies.get("sessionid"):
                self.browser.force_login(self._person)  # at first, and after the route that signs out
            self._route(route, few=few)
        self.tally.seconds = time.monotonic() - begun
        return self

    def _route(self, route: Route, *, few: bool) -> None:
        variants = addresses.query_variants(self.laboratory, route, other=self.other)
        closed = 0
        for number, values in enumerate(
            addresses.cases(self.laboratory, route, me=self.me, other=self.other, few=few)
        ):
            address = route.address(values)
            plain = self._ask(route, address)
            if self._person is not None and route.name.startswith("api:"):
                if number > 2:
                    break
                continue  # the API knows no session; programs and strangers look closer
            if few and not _needs_keys(route):
                if route.arguments:
                    break
                continue
            xhr = self._ask(route, address, xhr=True) if route.in_admin else plain
            if {plain.status, xhr.status} <= _CLOSED:
                closed += 1
                # The gate looks at the address; one thing with every query is enough to see that.
                if closed > 1:
                    continue
            own = any(self.laboratory.owner_of_key.get(value) == self.me for value in values.values())
            if own and not few:
                variants_here = variants[:1]
            else:
                variants_here = variants[5:6] if few else variants
            for query in variants_here:
                self._ask(route, f"{address}?{urlencode(query, doseq=True)}")

    def _ask(self, route: Route, url: str, *, xhr: bool = False) -> Answer:
        answer = self.browser.ask(url, xhr=xhr)
        self.tally.requests += 1
        self.asked[route.name] += 1
        self.seen_words.setdefault(route.name, set()).update(words_in(answer.text))
        words, keys = shown(self.laboratory, answer, route, me=self.me, barred=self.barred)
        for kind, what in (("word", words), ("key", keys)):
            if what:
                self._found(kind, route, answer, what)
        if answer.status >= 500:
            self._found("error", route, answer, {answer.error})
        return answer

    def _found(self, kind: str, route: Route, answer: Answer, what: set[str]) -> None:
        self.findings.append(
            Finding(
                kind,
                route.name if route.name != "-" else route.pattern,
                self.who,
                f"{self.me} → {self.other}",
                tuple(sorted(what)),
                answer.url[:300],
                answer.status,
            )
        )
