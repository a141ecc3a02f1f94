"""The admin speaks Chinese: what Wagtail says, what the pages show, and what the mails say.

What Linli adds to Wagtail's catalogues lies in cms/locale. After a change there, compile it with
`msgfmt --output-file=django.mo django.po`.
"""

from __future__ import annotations

import ast
import gettext as gettext_module
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import ngettext, override, pgettext, trans_real
from wagtail.models import Page, Workflow
from wagtail.rich_text import RichText

from cms.admin_appearance import desks_of
from cms.domain.districts import complete_city_staff, create_district
from cms.models import CraftsmanIndexPage, PlaceIndexPage, StoryIndexPage, StoryPage
from festival.models import FestivalIndexPage
from sites.enums import Role
from sites.models import District, RoleGroup, User

pytestmark = pytest.mark.once

CATALOGUES = Path(__file__).resolve().parents[2] / "cms" / "locale" / "zh_Hans" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")

# --- the catalogues ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """One entry of a .po file."""

    context: str | None
    text: str
    plural: str | None
    translation: str


def messages_of(file: Path) -> list[Message]:
    """The entries of a .po file without its header. Fuzzy ones do not count: gettext leaves them out."""
    found = []
    for block in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")):
        parts: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            named = re.match(r"(msg\w+(?:\[0\])?)\s+(\".*\")", line)
            if named:
                keyword, line = named.groups()
            if line.startswith('"'):
                parts[keyword] = parts.get(keyword, "") + ast.literal_eval(line)
        if parts.get("msgid") and "#, fuzzy" not in block:
            translation = parts.get("msgstr", parts.get("msgstr[0]", ""))
            found.append(
                Message(parts.get("msgctxt"), parts["msgid"], parts.get("msgid_plural"), translation)
            )
    return found


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_that_of_the_source(domain: str) -> None:
    with (CATALOGUES / f"{domain}.mo").open("rb") as file:
        compiled = gettext_module.GNUTranslations(file)
        file.seek(8)
        entries = int.from_bytes(file.read(4), "little")
    messages = messages_of(CATALOGUES / f"{domain}.po")

    assert entries == len(messages) + 1  # the header is an entry as well
    for message in messages:
        if message.context:
            said = compiled.npgettext(message.context, message.text, message.plural or message.text, 1)
            said = said if message.plural else compiled.pgettext(message.context, message.text)
        elif message.plural:
            said = compiled.ngettext(message.text, message.plural, 1)
        else:
            said = compiled.gettext(message.text)
        assert said == message.translation, message.text


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_asks_for_nothing_that_its_text_does_not_give(domain: str) -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for message in messages_of(CATALOGUES / f"{domain}.po"):
        given = {*placeholder.findall(message.text), *placeholder.findall(message.plural or "")}
        assert set(placeholder.findall(message.translation)) <= given, message.text


def english_texts_of_wagtail(domain: str) -> Iterator[Message]:
    for app in apps.get_app_configs():
        file = Path(app.path) / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
        if app.name.split(".")[0] == "wagtail" and file.exists():
            yield from messages_of(file)


def said(message: Message) -> str:
    """What the admin says for it."""
    if message.plural:
        return ngettext(message.text, message.plural, 2)
    return pgettext(message.context, message.text) if message.context else translate(message.text)


def is_chinese(text: str) -> bool:
    """Whether nothing in it is left to translate: it has Chinese characters, or no words at all."""
    bare = re.sub(r"%\(\w+\)[sd]|\{\w+\}|<[^>]*>", "", text)
    return bool(re.search(r"[\u4e00-\u9fff]", bare)) or not re.search(r"[A-Za-z]{2}", bare)


def test_everything_that_wagtail_can_say_is_chinese() -> None:
    """Fails after an update of Wagtail that brings new texts: they belong into cms/locale."""
    with override("zh-hans"):
        english = {
            message.text for message in english_texts_of_wagtail("django") if not is_chinese(said(message))
        }
    assert english == set()


def test_everything_that_wagtails_scripts_can_say_is_chinese() -> None:
    # As its view does: the texts of one app, and what LOCALE_PATHS adds to them.
    catalogue = trans_real.DjangoTranslation(
        "zh-hans",
        domain="djangojs",
        localedirs=[str(Path(apps.get_app_config("wagtailadmin").path) / "locale")],
    )
    english = {
        message.text
        for message in english_texts_of_wagtail("djangojs")
        if not is_chinese(
            catalogue.ngettext(message.text, message.plural, 2)
            if message.plural
            else catalogue.gettext(message.text)
        )
    }
    assert english == set()


# --- the pages --------------------------------------------------------------------------------------------------------

ALLOWED = {
    # Names of keys, formats and programs, as Chinese keyboards and menus write them.
    *(
        "Ctrl",
        "Shift",
        "Word",
        "Excel",
        "PowerPoint",
        "JavaScript",
        "HEIC",
        "AVIF",
        "WebP",
        "DOCX",
        "XLSX",
        "PPTX",
    ),
    # The hidden counter of a side panel without a form, which no one sees.
    "None",
    # The hidden search button of the page chooser: Wagtail's template has it in English, without a block around it.
    "Search",
}


class VisibleText(HTMLParser):
    """Collects what a page shows or reads out: its text, and the attributes that tell what something is."""

    SILENT = {"script", "style", "svg", "code"}
    SPOKEN = {"title", "aria-label", "placeholder", "alt"}

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0
        self._time_zones = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in self.SILENT:
            self._silent += 1
        if tag == "select":
            # Names of time zones are keys of a database: Asia/Shanghai.
            self._time_zones = "time_zone" in (given.get("name") or "")
        spoken = [value for name, value in attrs if name in self.SPOKEN and value]
        if tag == "input" and given.get("type") in {"submit", "button"} and given.get("value"):
            spoken.append(given["value"] or "")
        self.texts += spoken

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self._silent -= 1
        if tag == "select":
            self._time_zones = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent and not self._time_zones:
            self.texts.append(data.strip())


def english_in(text: str) -> list[str]:
    """The English words of a text. Three letters or fewer may be a unit or a format: MB, JPG, Esc."""
    bare = re.sub(r"https?://\S+", "", text)
    return [word for word in re.findall(r"[A-Za-z]{4,}", bare) if word not in ALLOWED]


def english_on(html: str) -> list[str]:
    reader = VisibleText()
    reader.feed(html)
    shown = [text for text in reader.texts if english_in(text)]
    menu = re.search(r'<script id="wagtail-sidebar-props"[^>]*>(.*?)</script>', html, re.DOTALL)
    labels = re.findall(r'"label": ("(?:[^"\\]|\\.)*")', menu[1]) if menu else []
    return shown + [label for label in map(json.loads, labels) if english_in(label)]


@pytest.fixture
def district(db: None) -> District:
    create_district(slug="chengdu", name="成都市", hostname="localhost", port=8000, is_city=True)
    made, _ = create_district(slug="wuhou", name="武侯区", hostname="wuhou.localhost", port=8000)
    return made


def person(district: District, role: Role, name: str) -> User:
    user = User.objects.create_user(f"{name}", f"{role}@example.org", "linli-demo", last_name=name)
    user.groups.add(RoleGroup.objects.get(district=district, role=role).group)
    return user


@pytest.fixture
def editor(district: District) -> User:
    return person(district, Role.EDITOR, "王小满")


@pytest.fixture
def moderator(district: District) -> User:
    return person(district, Role.MODERATOR, "李立冬")


@pytest.fixture
def story(district: District, editor: User, moderator: User) -> StoryPage:
    """A published story with a newer draft that waits for the moderators."""
    shelf = StoryIndexPage.objects.child_of(district.site.root_page).get()
    page = shelf.add_child(
        instance=StoryPage(
            title="院坝里的一锅汤",
            slug="yi-guo-tang",
            owner=editor,
            body=[("paragraph", RichText("<p>冬至那天，院坝里支起一口大锅。</p>"))],
        )
    )
    page.save_revision(user=editor, log_action=True).publish(user=moderator)
    page.title = "院坝里的两锅汤"
    page.save_revision(user=editor, log_action=True)
    Workflow.objects.get(name="武侯区发布审核").start(page, editor)
    return page


def visitor(user: User | None = None) -> Client:
    client = Client(headers={"host": settings.PUBLIC_HOSTNAME})
    if user is not None:
        client.force_login(user)
    return client


def shown(client: Client, address: str) -> str:
    """The HTML at an address; of a dialogue, what it shows."""
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    if answer["Content-Type"].startswith("application/json"):
        return answer.json()["html"]
    return answer.content.decode()


def addresses(district: District, story: Page) -> list[str]:
    """Where an editor and a moderator go in their daily work."""
    home = district.site.root_page
    stories, craftsmen, places, festivals = (
        shelf.objects.child_of(home).get()
        for shelf in (StoryIndexPage, CraftsmanIndexPage, PlaceIndexPage, FestivalIndexPage)
    )
    add = [
        reverse("wagtailadmin_pages:add", args=[app, model, shelf.pk])
        for app, model, shelf in (
            ("cms", "storypage", stories),
            ("cms", "craftsmanpage", craftsmen),
            ("cms", "placepage", places),
            ("festival", "festivalpage", festivals),
        )
    ]
    of_page = [
        reverse(f"wagtailadmin_pages:{view}", args=[story.pk])
        for view in ("edit", "history", "workflow_history", "usage", "copy")
    ]
    return [
        *add,
        *of_page,
        *(reverse("wagtailadmin_explore", args=[page.pk]) for page in (home, stories, festivals)),
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_account"),
        f"{reverse('wagtailadmin_pages:search')}?q=汤",
        f"{reverse('wagtailadmin_pages:search')}?q=没有",
        *(reverse(f"wagtailadmin_choose_page{kind}") for kind in ("", "_external_link", "_email_link")),
        *(reverse(f"wagtailimages:{view}") for view in ("index", "add_multiple")),
        reverse("wagtailimages_chooser:choose"),
        *(reverse(f"wagtaildocs:{view}") for view in ("index", "add_multiple")),
        reverse("wagtaildocs_chooser:choose"),
        reverse("communities:index"),
    ]


# Rows that Wagtail's first migrations make, with English names; no district uses them.
WAGTAILS_OWN_ROWS = {
    *("Moderators approval", "Moderators", "Editors", "Root"),
    "Welcome to your new Wagtail site!",
}


@pytest.mark.parametrize("who", ["editor", "moderator"])
def test_daily_work_meets_no_english(who: str, district: District, story: StoryPage) -> None:
    client = visitor(User.objects.get(email=f"{who}@example.org"))
    english = {}
    for address in addresses(district, story):
        found = [text for text in english_on(shown(client, address)) if text not in WAGTAILS_OWN_ROWS]
        if found:
            english[address] = found
    assert english == {}


def test_a_moderators_decisions_meet_no_english(story: StoryPage, moderator: User) -> None:
    client = visitor(moderator)
    task = story.current_workflow_task_state
    of_page = [
        reverse(f"wagtailadmin_pages:{view}", args=[story.pk])
        for view in ("move", "unpublish", "confirm_workflow_cancellation")
    ]
    decisions = [
        reverse("wagtailadmin_pages:workflow_action", args=[story.pk, action, task.pk])
        for action in ("approve", "reject")
    ]
    for address in (*of_page, *decisions):
        assert [text for text in english_on(shown(client, address)) if text not in WAGTAILS_OWN_ROWS] == [], (
            address
        )


def test_the_door_speaks_chinese(district: District) -> None:
    client = visitor()
    login = shown(client, reverse("wagtailadmin_login"))
    assert "<title>登录 - 邻里</title>" in login
    assert english_on(login) == []
    assert english_on(shown(client, reverse("wagtailadmin_password_reset"))) == []
    refused = client.post(reverse("wagtailadmin_login"), {"username": "nobody", "password": "wrong"})
    assert english_on(refused.content.decode()) == []


def test_a_wrong_address_is_refused_in_chinese(editor: User) -> None:
    answer = visitor(editor).get("/admin/nosuch/")
    assert answer.status_code == 404
    assert english_on(answer.content.decode()) == []


def test_mails_about_moderation_are_chinese(story: StoryPage, moderator: User) -> None:
    mail.outbox.clear()
    story.current_workflow_state.current_task_state.specific.reject(user=moderator, comment="请补一张照片")
    story.current_workflow_state.resume(user=story.owner)
    story.current_workflow_state.current_task_state.specific.approve(user=moderator)

    assert mail.outbox
    for sent in mail.outbox:
        bodies = [sent.body, *(body for body, _ in getattr(sent, "alternatives", []))]
        assert english_in(sent.subject) == []
        assert english_on(" ".join(bodies)) == []


# --- the dashboard ----------------------------------------------------------------------------------------------------


def test_the_dashboard_offers_what_a_role_may_do(district: District, editor: User) -> None:
    organiser = person(district, Role.ORGANISER, "周谷雨")
    writing = ["写一篇故事", "导入文章", "添一位匠人", "加一个去处"]

    [desk] = desks_of(editor)
    assert (desk.name, desk.roles) == ("武侯区", ["编辑"])
    assert [action.label for action in desk.actions] == [*writing, "邻里节", "传图片", "看我们的网站"]
    [desk] = desks_of(organiser)
    assert (desk.name, desk.roles) == ("武侯区", ["活动组织者"])
    assert [action.label for action in desk.actions] == ["邻里节", "传图片", "看我们的网站"]
    assert desk.actions[-1].url == "http://wuhou.localhost:8000/"


@pytest.mark.parametrize("who", ["editor", "moderator"])
def test_every_offered_step_is_open_to_the_person(who: str, district: District, story: StoryPage) -> None:
    user = User.objects.get(email=f"{who}@example.org")
    client = visitor(user)
    for desk in desks_of(user):
        for action in desk.actions:
            assert action.leaves_admin or client.get(action.url).status_code == 200, action.label


def test_those_who_serve_all_districts_start_at_the_citys(district: District) -> None:
    user = User.objects.create_user("chengdu", "city@example.org", "linli-demo")
    user.groups.add(complete_city_staff())
    assert [(desk.name, desk.roles) for desk in desks_of(user)] == [("成都市", ["全市工作人员"])]


def test_somebody_without_a_district_is_told_whom_to_ask(district: District) -> None:
    user = User.objects.create_superuser("root", "root@example.org", "linli-demo")
    assert [desk.name for desk in desks_of(user)] == ["成都市"]
    nobody = User.objects.create_user("nobody", "nobody@example.org", "linli-demo")
    assert desks_of(nobody) == []
