"""The schema: committed, served, and true of every item that is served."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from sites import kinds
from tests.city import City, item_block, paragraph, programme

pytestmark = pytest.mark.once

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
COMMAND = ".venv/bin/python manage.py spectacular --format openapi-json --file docs/openapi.json"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema as this code has it."""
    file = tmp_path_factory.mktemp("schema") / "openapi.json"
    call_command(
        "spectacular", "--format", "openapi-json", "--file", str(file), "--validate", "--fail-on-warn"
    )
    made: dict[str, Any] = json.loads(file.read_text())
    return made


def test_committed_schema_is_that_of_the_code(schema: dict[str, Any]) -> None:
    hint = f"docs/openapi.json is not what the code says. Look at the difference, then:\n{COMMAND}"
    assert COMMITTED.exists(), hint
    assert json.loads(COMMITTED.read_text()) == schema, hint


def test_served_schema_is_the_committed_one(city: City) -> None:
    response = city.get("openapi.json")
    assert response.status_code == 200
    assert json.loads(response.content) == json.loads(COMMITTED.read_text())


def test_page_to_browse_the_schema_asks_nobody_else(city: City) -> None:
    response = city.get("docs/", accept="text/html")
    assert response.status_code == 200
    text = response.content.decode()
    # The page's own script is an address of its own: a strict Content-Security-Policy runs none inside the page.
    assert 'src="/api/v1/docs/?script="' in text
    text += city.get("docs/", {"script": ""}, accept="*/*").content.decode()
    assert "/api/v1/openapi.json" in text
    assert 'src="http' not in text
    assert 'href="http' not in text


def test_schema_names_every_address_that_answers(schema: dict[str, Any]) -> None:
    from cms.api.urls import urlpatterns

    answering = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(one.pattern))
        for one in urlpatterns
        if getattr(one, "name", None) not in {None, "openapi", "docs"}
    }
    assert set(schema["paths"]) == answering


def test_schema_names_every_filter_with_its_values(schema: dict[str, Any]) -> None:
    for kind in kinds.all_kinds():
        path = (
            "/api/v1/districts/"
            if kind.type == "district"
            else f"/api/v1/districts/{{district}}/{kind.plural}/"
        )
        parameters = {
            one["name"]: one for one in schema["paths"][path]["get"]["parameters"] if one["in"] == "query"
        }
        assert set(parameters) == {"page_size", "cursor", "fields", *kind.filters}
        for name, facet in kind.filters.items():
            values = sorted(value for value, _ in facet.choices) if facet.choices else None
            assert (sorted(parameters[name]["schema"].get("enum", [])) or None) == values


def strict(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema, and no member beyond those declared."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(value) for name, value in schema.items() if name not in {"nullable", "readOnly"}}
    if made.get("type") == "object" and "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


@pytest.fixture(scope="module")
def components(schema: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = strict(schema["components"])
    return made


def mistakes(item: dict[str, Any], component: str, components: dict[str, Any]) -> str:
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{component}", "components": components},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    worst = best_match(validator.iter_errors(item))
    return f"{worst.json_path}: {worst.message}" if worst else ""


COMPONENTS = {
    "district": "District",
    "community": "Community",
    "story": "Story",
    "craftsman": "Craftsman",
    "place": "Place",
    "festival": "Festival",
}


@pytest.fixture
def everything(city: City) -> City:
    """Full and empty things of every kind."""
    import datetime as dt

    picture, community, craft = city.picture(), city.community(code="510107001001"), city.craft()
    today = dt.date.today()  # noqa: DTZ011 - the city's day or the machine's, both have begun
    chen = city.craftsman(
        slug="chen",
        crafts=(craft,),
        community=community,
        portrait=picture,
        phone="028-1234",
        consented_on=today - dt.timedelta(days=9),
        body=[paragraph()],
    )
    city.craftsman("空", slug="bare")
    item = item_block(
        "开场",
        id="11111111-1111-4111-8111-111111111111",
        stage="主舞台",
        starts_at="2024-12-21T10:00:00+08:00",
        minutes=15,
        performers=[{"name": "合唱团", "community": ""}],
    )
    landmarks = json.dumps(
        [{"type": "landmark", "value": {"kind": "gate", "label": "", "shape": "0,0 10,0 10,10"}, "id": "g"}]
    )
    festival = city.festival(
        programme=programme(item, item_block("未定")),
        cover=picture,
        landmarks=landmarks,
        longitude=104,
        latitude=30,
    )
    city.booth(city.zone(festival, offers="羊肉汤\n糖画"))
    city.festival("没有节目", slug="bare", stages=())
    city.place(
        slug="p", community=community, cover=picture, longitude=104.1, latitude=30.2, features=["toilet"]
    )
    city.place("空", slug="bare")
    body = [
        paragraph(),
        ("heading", {"text": "小标题", "level": "3"}),
        ("picture", {"image": picture, "caption": "图注"}),
        ("gallery", {"title": "", "images": [{"image": picture, "caption": ""}] * 2}),
        ("quote", {"text": "原话", "speaker": "", "role": ""}),
        (
            "statistic",
            {
                "label": "志愿者",
                "value": "3868900",
                "unit": "人",
                "as_of": today,
                "source": "统计",
                "note": "",
            },
        ),
        ("timeline", {"title": "", "entries": [{"when": "2019", "title": "开始", "text": ""}] * 2}),
        (
            "video",
            {"title": "片", "url": "https://example.org/", "poster": None, "duration": "", "transcript": ""},
        ),
        ("festival_item", {"item": f"{festival.pk}:11111111-1111-4111-8111-111111111111"}),
    ]
    city.story(
        slug="full",
        tells_of=(chen,),
        community=community,
        cover=picture,
        body=body,
        theme="people",
        tags="一",
    )
    city.story("空", slug="bare")
    city.story(slug="gone").unpublish()
    return city


def test_every_served_item_is_as_the_schema_says(everything: City, components: dict[str, Any]) -> None:
    seen = set()
    for plural in ("districts", "communities", "stories", "craftsmen", "places", "festivals"):
        for item in everything.json(f"{plural}/")["results"]:
            assert mistakes(item, COMPONENTS[item["type"]], components) == "", (item["type"], item["slug"])
            seen.add(item["type"])
    assert seen == set(COMPONENTS)


def test_every_answer_is_as_the_schema_says(everything: City, components: dict[str, Any]) -> None:
    for plural in ("communities", "stories", "craftsmen", "places", "festivals"):
        component = {
            "communities": "CommunityList",
            "craftsmen": "CraftsmanList",
            "stories": "StoryList",
        }.get(plural, f"{plural.removesuffix('s').title()}List")
        answer = everything.json(f"districts/wuhou/{plural}/", {"page_size": "1"})
        assert mistakes(answer, component, components) == ""
    assert mistakes(everything.json("districts/wuhou/changes/"), "ChangesPage", components) == ""


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("districts/nowhere/", {}),
        ("districts/wuhou/stories/", {"page_size": "0"}),
        ("districts/wuhou/changes/", {"since": "999999"}),
    ],
)
def test_every_refusal_begins_as_the_schema_says(
    city: City, components: dict[str, Any], path: str, query: dict[str, str]
) -> None:
    body = json.loads(city.get(path, query).content)
    members = ("type", "title", "status", "detail", "instance")
    assert mistakes({name: body[name] for name in members}, "Problem", components) == ""
