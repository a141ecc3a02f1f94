"""API tokens: what one is good for, and that everything else answers as if it were not there."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from sites.domain import tokens
from sites.enums import Act, TokenAction
from sites.exceptions import TokenRefused
from sites.models import ApiToken, AuditEntry, District, Publication
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

STORIES = "districts/wuhou/drafts/stories/"


def make(city: City, *, kinds: tuple[str, ...] = (), days: int = 30, district: District | None = None) -> str:
    """The secret of a new token."""
    _, secret = tokens.make(
        district=district or city.wuhou,
        name="预览",
        actions=[TokenAction.DRAFTS],
        kinds=kinds,
        expires_at=timezone.now() + dt.timedelta(days=days),
        actor=city.user("city staff"),
    )
    return secret


def get(city: City, path: str, secret: str, query: dict[str, Any] | None = None) -> HttpResponse:
    return city.get(path, query, authorization=f"Bearer {secret}")


def body_of(response: HttpResponse) -> Any:
    assert response.status_code == 200, response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    return json.loads(response.content)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


# --- good and bad tokens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", ["unknown", "expired", "revoked", "scheme", "no prefix", "empty"])
@pytest.mark.parametrize("path", ["stories/", "districts/wuhou/", STORIES, "districts/nowhere/"])
def test_bad_token_is_refused_and_never_anonymous(city: City, why: str, path: str) -> None:
    secret = make(city)
    if why == "expired":
        ApiToken.objects.update(expires_at=timezone.now())
    elif why == "revoked":
        tokens.revoke(token=ApiToken.objects.get(), actor=city.user("admin"))
    header = {
        "unknown": f"Bearer {secret}x",
        "scheme": f"Basic {secret}",
        "no prefix": f"Bearer {secret.removeprefix('linli_')}",
        "empty": "",
    }.get(why, f"Bearer {secret}")
    response = city.get(path, authorization=header)
    assert response.status_code == 401
    assert json.loads(response.content)["type"] == "urn:linli:problem:bad-token"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="linli"'
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [STORIES, f"{STORIES}x/", "districts/nowhere/drafts/stories/"])
def test_drafts_without_a_token_are_refused(city: City, path: str) -> None:
    city.story(slug="x", publish=False)
    response = city.get(path)
    assert response.status_code == 401
    assert "WWW-Authenticate" in response.headers


def test_public_answers_are_the_same_with_a_token(city: City, django_assert_num_queries: Any) -> None:
    city.story(slug="s")
    secret = make(city, kinds=("places",))
    for path in ("stories/", "districts/jinjiang/", "districts/wuhou/stories/s/", "districts/wuhou/changes/"):
        assert get(city, path, secret).content == city.get(path).content
    with django_assert_num_queries(3):  # one more than without
        assert get(city, "districts/wuhou/stories/s/", secret).status_code == 200


def test_only_the_hash_of_a_secret_is_kept(city: City) -> None:
    secret = make(city)
    assert secret.startswith("linli_")
    assert len(secret) >= len("linli_") + 43  # 256 bits
    token = ApiToken.objects.get()
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str([token.__dict__, *AuditEntry.objects.values_list()])


def test_use_is_noted_once_a_minute(city: City, django_assert_num_queries: Any) -> None:
    secret = make(city)
    get(city, STORIES, secret)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    for _ in range(3):
        get(city, "districts/wuhou/", secret)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - dt.timedelta(minutes=2))
    get(city, "districts/wuhou/", secret)
    used = ApiToken.objects.get().last_used_at
    assert used is not None
    assert used >= first


# --- drafts -------------------------------------------------------------------------------------------------------------


def test_list_of_drafts_says_how_far_each_is(city: City) -> None:
    secret = make(city)
    city.story("公开的", slug="public")
    city.story("锦江的草稿", slug="theirs", district=city.jinjiang, publish=False)
    city.place("去处")
    city.story("草稿", slug="draft", publish=False)
    changed = city.story("改过的", slug="changed")
    changed.title = "改成这样"
    changed.save_revision()
    reviewed = city.story("送审的", slug="reviewed", publish=False)
    reviewed.get_workflow().start(reviewed, city.user("editor"))
    later = city.story("定时的", slug="later", publish=False)
    later.go_live_at = timezone.now() + dt.timedelta(days=1)
    later.save_revision().publish()
    listed = body_of(get(city, STORIES, secret))
    assert listed["next"] is None
    assert [(one["slug"], one["title"], one["state"]) for one in listed["results"]] == [
        ("later", "定时的", "scheduled"),
        ("reviewed", "送审的", "in_review"),
        ("changed", "改成这样", "changed"),
        ("draft", "草稿", "draft"),
    ]
    for one in listed["results"]:
        assert set(one) == {"type", "slug", "title", "state", "changed_at"}
        assert dt.datetime.fromisoformat(one["changed_at"]).utcoffset() == dt.timedelta(hours=8)


def test_draft_is_what_the_shelf_gets_when_it_is_published(city: City) -> None:
    secret = make(city)
    community = city.community()
    story = city.story("旧题目", slug="s")
    story.title, story.community = "新题目", community
    revision = story.save_revision()
    assert city.item("stories/s")["title"] == "旧题目"
    draft = body_of(get(city, f"{STORIES}s/", secret))
    assert (draft["title"], draft["community"]["slug"]) == ("新题目", "jinyang")
    revision.publish()
    public = json.loads(city.row("story", "s").content)
    moments = {name for name in public if name.endswith("_at")}
    assert moments
    assert {k: v for k, v in draft.items() if k not in moments} == {
        k: v for k, v in public.items() if k not in moments
    }
    assert get(city, f"{STORIES}s/", secret).status_code == 404  # nothing of it is a draft any more
    assert Publication.objects.filter(slug="s").count() == 1


@pytest.mark.parametrize("plural", ["stories", "craftsmen", "places", "festivals"])
def test_draft_of_every_kind_is_read(city: City, plural: str) -> None:
    made = {
        "stories": lambda: city.story(publish=False),
        "craftsmen": lambda: city.craftsman(publish=False),
        "festivals": lambda: city.festival(publish=False),
    }
    page = made[plural]() if plural in made else city.place()
    if plural == "places":
        page.summary = "改过"
        page.save_revision()
    secret = make(city, kinds=(plural,))
    (listed,) = body_of(get(city, f"districts/wuhou/drafts/{plural}/", secret))["results"]
    draft = body_of(get(city, f"districts/wuhou/drafts/{plural}/{listed['slug']}/", secret))
    assert (draft["type"], draft["title"]) == (listed["type"], page.title)


def test_list_has_pages(city: City, django_assert_num_queries: Any) -> None:
    secret = make(city)
    for n in range(5):
        city.story(f"第{n}篇", slug=f"s{n}", publish=False)
    seen: list[str] = []
    query: dict[str, Any] | None = {"page_size": "2"}
    while query is not None:
        page = body_of(get(city, STORIES, secret, query))
        seen += [one["slug"] for one in page["results"]]
        following = page["next"]
        assert following is None or following.startswith("http://localhost/api/v1/districts/wuhou/drafts/")
        query = dict(part.split("=") for part in following.split("?")[1].split("&")) if following else None
    assert seen == ["s4", "s3", "s2", "s1", "s0"]
    get(city, STORIES, secret)
    for size in ("1", "5"):  # whatever it holds
        with django_assert_num_queries(4):
            get(city, STORIES, secret, {"page_size": size})


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ({"page_size": "101"}, "bad-value"),
        ({"page_size": "0"}, "bad-value"),
        ({"cursor": "x"}, "bad-cursor"),
        ({"cursor": "WyJub3doZXJlIiwxXQ"}, "bad-cursor"),
        ({"cursor": "WyIyMDI2LTEzLTQ1VDAwOjAwOjAwKzAwOjAwIiwxXQ"}, "bad-cursor"),
        ({"kind": "news"}, "unknown-parameter"),
    ],
)
def test_bad_parameter_is_named(city: City, query: dict[str, str], type_: str) -> None:
    response = get(city, STORIES, make(city), query)
    assert response.status_code == 400
    assert json.loads(response.content)["type"] == f"urn:linli:problem:{type_}"


# --- what a token is not good for -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["drafts/stories/", "drafts/stories/secret/", "drafts/places/"])
def test_another_district_answers_as_one_that_never_existed(city: City, rest: str) -> None:
    city.story("锦江的草稿", slug="secret", district=city.jinjiang, publish=False)
    secret = make(city, kinds=("stories",))
    theirs = get(city, f"districts/jinjiang/{rest}", secret)
    nowhere = get(city, f"districts/nowhere/{rest}", secret)
    assert (theirs.status_code, nowhere.status_code) == (404, 404)
    assert text_of(theirs).replace("jinjiang", "nowhere") == text_of(nowhere)
    assert dict(theirs.headers) | {"Content-Length": ""} == dict(nowhere.headers) | {"Content-Length": ""}


def test_identifier_of_another_district_answers_as_one_that_never_existed(city: City) -> None:
    city.story("锦江的草稿", slug="secret", district=city.jinjiang, publish=False)
    secret = make(city)
    theirs, nothing = (get(city, f"{STORIES}{slug}/", secret) for slug in ("secret", "unseen"))
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert text_of(theirs).replace("secret", "unseen") == text_of(nothing)
    assert get(city, f"{STORIES}%00/", secret).status_code == 404


def test_other_kind_or_action_is_forbidden_in_chinese(city: City) -> None:
    city.story(slug="x", publish=False)
    secret = make(city, kinds=("places",))
    for path in (STORIES, f"{STORIES}x/"):
        response = get(city, path, secret)
        assert response.status_code == 403
        assert "不能读社区故事的草稿" in json.loads(response.content)["detail"]
    ApiToken.objects.update(kinds=[], actions=[])
    assert get(city, STORIES, secret).status_code == 403


def test_draft_of_a_kind_that_is_no_page_has_no_address(city: City) -> None:
    secret = make(city)
    for path in ("drafts/communities/", "drafts/districts/", "drafts/"):
        assert get(city, f"districts/wuhou/{path}", secret).status_code == 404


def test_positive_control_of_the_isolation(city: City) -> None:
    city.story("锦江的草稿", slug="secret", district=city.jinjiang, publish=False)
    secret = make(city, district=city.jinjiang)
    listed = body_of(get(city, "districts/jinjiang/drafts/stories/", secret))
    assert [one["slug"] for one in listed["results"]] == ["secret"]


# --- making and ending them -----------------------------------------------------------------------------------------------


def test_admin_makes_a_token_and_sees_it_once(city: City) -> None:
    city.story(slug="x", publish=False)
    browser = city.browser("admin")
    path = reverse("team_token_make", args=["wuhou"])
    assert browser.get(path).status_code == 200
    response = browser.post(path, {"name": "区政府网站", "kinds": ["stories"], "days": "30"})
    secret = response.context["secret"]
    assert secret in text_of(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert get(city, STORIES, secret).status_code == 200
    listed = text_of(browser.get(reverse("team_tokens", args=["wuhou"])))
    assert "区政府网站" in listed
    assert "社区故事" in listed
    assert "上次使用" in listed
    assert secret not in listed
    end = reverse("team_token_revoke", args=["wuhou", ApiToken.objects.get().pk])
    browser.get(end)
    assert get(city, STORIES, secret).status_code == 200
    browser.post(end)
    assert get(city, STORIES, secret).status_code == 401
    assert "已停用" in text_of(browser.get(reverse("team_tokens", args=["wuhou"])))
    made = AuditEntry.objects.filter(act__in=[Act.TOKEN_MADE, Act.TOKEN_REVOKED]).order_by("pk")
    assert [(one.act, one.subject_name) for one in made] == [
        ("token_made", "区政府网站"),
        ("token_revoked", "区政府网站"),
    ]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "", "days": "30"}, "用在哪里"),
        ({"name": "预览", "days": "9999"}, "9999"),
        ({"name": "预览", "days": "30", "kinds": ["communities"]}, "communities"),
    ],
)
def test_bad_token_form_is_refused(city: City, form: dict[str, Any], says: str) -> None:
    response = city.browser("admin").post(reverse("team_token_make", args=["wuhou"]), form)
    assert response.status_code == 200
    assert says in text_of(response)
    assert not ApiToken.objects.exists()


def test_nobody_else_keeps_the_tokens_of_a_district(city: City) -> None:
    make(city)
    token = ApiToken.objects.get()
    for who in ("editor", "outsider"):
        browser = city.browser(who)
        for path in (
            reverse("team_token_make", args=["wuhou"]),
            reverse("team_token_revoke", args=["wuhou", token.pk]),
            reverse("team_token_revoke", args=["jinjiang", token.pk]),
        ):
            assert browser.post(path, {"name": "x", "days": "30"}).status_code == 404
        with pytest.raises(TokenRefused):
            tokens.revoke(token=token, actor=city.user(who))
    assert ApiToken.objects.get().revoked_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"actions": []},
        {"kinds": ["communities"]},
        {"expires_at": dt.timedelta(days=367)},
        {"expires_at": dt.timedelta(0)},
    ],
)
def test_token_beyond_the_rules_is_not_made(city: City, wrong: dict[str, Any]) -> None:
    values: dict[str, Any] = {
        "actions": [TokenAction.DRAFTS],
        "kinds": [],
        "expires_at": dt.timedelta(days=1),
        **wrong,
    }
    values["expires_at"] = timezone.now() + values["expires_at"]
    with pytest.raises(TokenRefused):
        tokens.make(district=city.wuhou, name="x", actor=city.user("admin"), **values)
