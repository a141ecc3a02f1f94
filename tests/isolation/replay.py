"""Sending what somebody else's form holds, and looking at every row of the other district afterwards."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.urls import Resolver404, resolve
from wagtail.models import Page

from tests.isolation import addresses, rows
from tests.isolation.allowed import is_allowed_change
from tests.isolation.browsing import Answer, Browser
from tests.isolation.crawl import shown
from tests.isolation.findings import Finding, Tally
from tests.isolation.forms import Form, forms_in, stream_fields
from tests.isolation.laboratory import OTHER, Laboratory
from tests.isolation.routes import Route, all_routes
from tests.isolation.rows import keys_in

# Pages whose forms are recorded: each type, and each state that has buttons of its own.
_RECORDED_PAGES = (
    "story",
    "draftstory",
    "waitingstory",
    "lockedstory",
    "festival",
    "craftsman",
    "place",
    "stories",
    "home",
)
_SENT_BLUNTLY = ("PUT", "PATCH", "DELETE")


class _Undo(Exception):
    pass


class Sender:
    """One person who sends forms; each is undone after its rows were compared."""

    def __init__(self, laboratory: Laboratory, *, me: str, who: str, part: str = "replay") -> None:
        self.laboratory, self.me, self.other, self.who = laboratory, me, OTHER[me], who
        self.browser = Browser()
        self.person = laboratory.person(me, who)
        self.findings: list[Finding] = []
        self.tally = Tally(part, who, f"{me} → {self.other}")
        self.asked_routes: set[str] = set()
        self._foreign = laboratory.rows[self.other]
        self._known = rows.take()

    def send(
        self, url: str, data: Any = None, *, method: str = "POST", kind: str = "row", **options: Any
    ) -> Answer:
        """Send, compare, undo."""
        if not self.browser.cookies.get("sessionid"):
            self.browser.force_login(self.person)
        route = route_of(url)
        answer: Answer | None = None
        cookies = self.browser.cookies.copy()
        try:
            with transaction.atomic():
                answer = self.browser.ask(url, data, method=method, **options)
                self._compare(route, answer, kind)
                raise _Undo
        except _Undo:
            pass
        self.browser.cookies = cookies
        assert answer is not None
        self.tally.requests += 1
        self.asked_routes.add(route.name)
        self.tally.routes = len(self.asked_routes)
        if answer.status >= 500:
            self._found("error", route, answer, [answer.error])
        words, keys = shown(self.laboratory, answer, route, me=self.me)
        sent = _keys_sent(data)
        keys = {key for key in keys if int(key) not in sent}
        if words:
            self._found("word", route, answer, sorted(words))
        if keys:
            self._found("key", route, answer, sorted(keys))
        return answer

    def _compare(self, route: Route, answer: Answer, kind: str) -> None:
        touched = rows.tables_written(answer.written)
        if not touched:
            return
        before = {table: self._known[table] for table in touched if table in self._known}
        found = rows.changes(before, rows.take(before), foreign=self._foreign)
        found = [change for change in found if not is_allowed_change(route, change)]
        if found:
            self._found(kind, route, answer, [str(change) for change in found])

    def _found(self, kind: str, route: Route, answer: Answer, what: list[str]) -> None:
        self.findings.append(
            Finding(
                kind,
                route.name if route.name != "-" else route.pattern,
                self.who,
                f"{self.me} → {self.other}",
                tuple(what[:12]),
                f"{answer.method} {answer.url[:240]}",
                answer.status,
            )
        )


def route_of(url: str) -> Route:
    """The route of an address."""
    path = urlsplit(url).path
    try:
        match = resolve(path)
    except Resolver404:
        return Route("-", path.lstrip("/"), "", (), lambda: None)
    for route in all_routes():
        if route.pattern == match.route:
            return route
    return Route(match.view_name or "-", match.route.lstrip("^"), "", (), match.func)


def own_forms(laboratory: Laboratory, answer: Answer) -> list[Form]:
    """The forms of an answer, those of pages with the blocks that a browser's script would have put there."""
    found = forms_in(answer)
    route = route_of(answer.url)
    if route.name != "wagtailadmin_pages:edit":
        return found
    page = Page.objects.get(pk=route_key(answer.url)).get_latest_revision_as_object()
    blocks = tuple(stream_fields(page))
    return [form.with_fields({}, added=blocks) if form.action == answer.url else form for form in found]


def route_key(url: str) -> int:
    """The key in the address of a page's form."""
    return next(int(part) for part in urlsplit(url).path.split("/") if part.isdecimal())


def _keys_sent(data: Any) -> set[int]:
    return keys_in(str(data))


# --- another's forms --------------------------------------------------------------------------------------------------


def record(laboratory: Laboratory, *, of: str, browser: Browser, only: set[str] | None = None) -> list[Form]:
    """Every form that whoever sits at the browser is given for the things of a district."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    wanted = {laboratory.furniture[of].pages[name].pk for name in _RECORDED_PAGES}
    pages = set(laboratory.keys(of, Page))
    for route in all_routes():
        if not route.in_admin or "logout" in route.name or (only is not None and route.name not in only):
            continue
        for values in addresses.cases(laboratory, route, me=OTHER[of], other=of):
            keys = {value for value in values.values() if isinstance(value, int)}
            if any(laboratory.owner_of_key.get(key) != of for key in keys) or (keys & pages) - wanted:
                continue
            url = route.address(values)
            if route.name == "wagtail_bulk_action":
                url += "?" + "&".join(f"id={key}" for key in _bulk_keys(laboratory, values["model_name"], of))
            for form in own_forms(laboratory, browser.ask(url)):
                if "logout" not in form.action:
                    found.setdefault((form.action, tuple(name for name, _ in form.fields)), form)
    return list(found.values())


def _bulk_keys(laboratory: Laboratory, model_name: str, of: str) -> list[Any]:
    from django.apps import apps

    model = next(model for model in apps.get_models() if model._meta.model_name == model_name)
    return laboratory.keys(of, model)[:6]


def replay(sender: Sender, forms: Iterable[Form]) -> Sender:
    """Send each form of the other district, as it is, retyped, and by each of its buttons."""
    begun = time.monotonic()
    for form in forms:
        url = _absolute(form)
        answer = sender.send(url, form.retyped().data())
        if answer.status in {403, 404}:
            continue
        for button in form.buttons:
            sender.send(url, form.retyped().data(button))
        sender.send(url, form.retyped().data(), accept="application/json")
    sender.tally.seconds += time.monotonic() - begun
    return sender


def _guesses(laboratory: Laboratory, of: str) -> dict[str, Any]:
    """Fields that forms of the admin are known to have, with a district's things in them."""
    furniture = laboratory.furniture[of]
    page, collection = furniture.pages["stories"].pk, furniture.district.collection_id
    return {
        "is_editing": "1",
        "confirm": "1",
        "next": "/admin/",
        "include_descendants": "on",
        "url": "https://example.org/",
        "link_text": "x",
        "email_address": "x@example.org",
        "phone_number": "+86",
        "external-link-chooser-url": "https://example.org/",
        "url-anchor": "x",
        "title": "x",
        "name": "x",
        "slug": "x",
        "new_parent_page": page,
        "parent_page": page,
        "chooser": page,
        "parent": collection,
        "collection": collection,
        "district": furniture.district.pk,
        "community": furniture.community.pk,
        "festival": furniture.pages["festival"].pk,
        "email": "guess@example.org",
        "role": "admin",
        "communities": furniture.community.pk,
        "zone": furniture.zone.pk,
        "application": f"{furniture.stalls.submitted.pk}:1",
        "chosen": f"{furniture.stalls.submitted.pk}:1",
        "version": "1",
        "booths": furniture.stalls.free_booth.pk,
        "booth": furniture.stalls.free_booth.pk,
        "notice": furniture.stalls.notice.pk,
        "template": furniture.stalls.template.pk,
        "action": "approve",
        "step": "confirm",
        "reason": "x",
        "text": "x",
        "message": "x",
        "position": "1",
        "format": "csv",
        "verdict": "accepted",
        "seen": "pending",
    }


def send_bluntly(sender: Sender, *, few: bool = False) -> Sender:
    """POST to every address of the other district's things without knowing its form, and the other methods, too."""
    begun = time.monotonic()
    guesses = _guesses(sender.laboratory, sender.other)
    for route in all_routes():
        if not route.in_admin or "logout" in route.name:
            continue
        closed = 0
        for number, values in enumerate(
            addresses.cases(sender.laboratory, route, me=sender.me, other=sender.other, few=few)
        ):
            url = route.address(values)
            if route.name == "wagtail_bulk_action":
                keys = _bulk_keys(sender.laboratory, values["model_name"], sender.other)
                url += "?" + "&".join(f"id={key}" for key in keys)
            answer = sender.send(url, guesses)
            closed += answer.status in {403, 404, 405}
            if number == 0 and not few:
                for method in _SENT_BLUNTLY:
                    sender.send(url, "{}", method=method, content_type="application/json")
    sender.tally.seconds += time.monotonic() - begun
    return sender


def _absolute(form: Form) -> str:
    """Where a form goes: its action may be relative to its page."""
    if form.action.startswith("/"):
        return form.action
    if form.action.startswith("?"):
        return urlsplit(form.page).path + form.action
    if form.action.startswith("http"):
        split = urlsplit(form.action)
        return split.path + (f"?{split.query}" if split.query else "")
    return form.page


# --- forged references ------------------------------------------------------------------------------------------------


def twins(laboratory: Laboratory, me: str) -> dict[int, int]:
    """For each key of a person's own district the same thing's key in the other: both were furnished alike."""
    own, theirs = laboratory.rows[me], laboratory.rows[OTHER[me]]
    found: dict[int, int] = {}
    for table in own:
        mine = sorted(key for key in own[table] if isinstance(key, int))
        other = sorted(key for key in theirs.get(table, {}) if isinstance(key, int))
        found |= dict(zip(mine, other, strict=False))
    return found


def forgeries(form: Form, pairs: dict[int, int], *, uuids: dict[str, str]) -> Iterator[tuple[str, Form]]:
    """The form once for each field that names something: with the other district's twin in its place."""
    number = re.compile(r"(?<![0-9])[789][0-9]{6}(?![0-9])")

    def forged(value: str) -> str:
        text = number.sub(lambda match: str(pairs.get(int(match[0]), match[0])), value)
        for mine, theirs in uuids.items():
            text = text.replace(mine, theirs)
        return text

    for place, (name, value) in enumerate(form.fields):
        if (other := forged(value)) != value:
            yield name, form.with_fields({place: other})
    chosen = {name for name, _ in form.fields}
    for name, options in form.offered:
        twin = next((forged(option) for option in options if forged(option) != option), None)
        if twin is None:
            continue
        if name in chosen:
            places = [place for place, (known, _) in enumerate(form.fields) if known == name]
            if form.fields[places[0]][1] and forged(form.fields[places[0]][1]) != form.fields[places[0]][1]:
                continue  # was forged above
            yield name, form.with_fields({places[0]: twin})
        else:
            yield name, form.with_fields({}, added=((name, twin),))


def forge(sender: Sender, forms: Iterable[Form], *, json: bool = True) -> Sender:
    """Send one's own forms with references to the other district's things: nothing of it may be stored or shown."""
    begun = time.monotonic()
    pairs = twins(sender.laboratory, sender.me)
    uuids = {
        sender.laboratory.furniture[sender.me].item_id: sender.laboratory.furniture[sender.other].item_id
    }
    for form in forms:
        url = _absolute(form)
        publish = next((button for button in form.buttons if button[0] == "action-publish"), None)
        for _name, false in forgeries(form, pairs, uuids=uuids):
            sender.send(url, false.data(publish), kind="forgery")
            if json and "/pages/" in url:
                sender.send(url, false.data(), kind="forgery", accept="application/json")
    sender.tally.seconds += time.monotonic() - begun
    return sender
