"""Which concrete addresses of a route are asked for: with things of the other district, of one's own, and of both mixed.

Every argument of every route must have its values here; a route that brings an unknown one fails the inventory.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model
from wagtail.admin.models import EditingSession
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Page,
    Revision,
    Site,
    Task,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowState,
    get_page_models,
)

from cms.models import ReceivedStory, SentStory, StoryPage
from festival.models import (
    Application,
    ApplicationDocument,
    CheckInDevice,
    CheckInScan,
    Draw,
    FestivalPage,
)
from media.models import Document, Picture
from sites.models import ApiToken, Community, Invitation, User
from tests.isolation.laboratory import Laboratory
from tests.isolation.routes import Route

# What an argument names, by its own name, or by that of its route where the argument is only called "pk".
OBJECTS: dict[str, type[Model]] = {
    "page_id": Page,
    "parent_page_id": Page,
    "page_to_move_id": Page,
    "destination_id": Page,
    "page_pk": Page,
    "revision_id": Revision,
    "revision_id_a": Revision,
    "revision_id_b": Revision,
    "task_state_id": TaskState,
    "workflow_state_id": WorkflowState,
    "task_id": Task,
    "workflow_pk": Workflow,
    "document_id": Document,
    "doc_id": Document,
    "image_id": Picture,
    "uploaded_file_id": UploadedFile,
    "collection_id": Collection,
    "restriction_id": CollectionViewRestriction,
    "session_id": EditingSession,
    "wagtailadmin_api:pages pk": Page,
    "wagtailadmin_api:documents pk": Document,
    "wagtailadmin_api:images pk": Picture,
    "wagtailadmin_pages pk": Page,
    "wagtailadmin_collections pk": Collection,
    "wagtailadmin_workflows pk": Workflow,
    "wagtailadmin_workflows:edit_task pk": Task,
    "wagtailadmin_workflows:disable_task pk": Task,
    "wagtailadmin_workflows:enable_task pk": Task,
    "wagtaildocs_chooser pk": Document,
    "wagtailimages_chooser pk": Picture,
    "wagtailusers_users pk": User,
    "wagtailusers_groups pk": Group,
    "wagtailsites pk": Site,
    "wagtaildocs_serve 0": Document,
    "desk_decide pk": TaskState,
    "import_story shelf_id": Page,
    "send_story pk": StoryPage,
    "received_story pk": ReceivedStory,
    "received_preview pk": ReceivedStory,
    "take_story pk": ReceivedStory,
    "decline_story pk": ReceivedStory,
    "withdraw_story pk": SentStory,
    "second_factor_reset pk": User,
    "city_staff_dismiss pk": User,
    "team_member pk": User,
    "team_member_remove pk": User,
    "team_invite_again pk": Invitation,
    "team_invitation_revoke pk": Invitation,
    "team_token_revoke pk": ApiToken,
    "festival": FestivalPage,
    "booking_draw_hold pk": Draw,
    **{
        f"booking_{name} pk": Application
        for name in ("application", "decide", "payment", "write", "rank", "no_show")
    },
    "booking_document pk": ApplicationDocument,
    "booking_review pk": ApplicationDocument,
    "booking_scan_settle pk": CheckInScan,
    "booking_device_revoke pk": CheckInDevice,
}
# Arguments that are the slug of a district.
_DISTRICTS = {"district", "slug"}
# What a public item of a district is named by.
_EDITION = {"district", "edition"}
_ITEMS = ({"district", "slug"}, _EDITION)
# Arguments that name no thing of a district, with values to try.
WORDS: dict[str, tuple[Any, ...]] = {
    "filter_spec": ("max-165x165",),
    "action_name": ("approve",),
    "uidb64": ("Mg",),
    "token": ("set-password",),
    "secret": ("guessed",),
    "digest": ("0" * 40,),
    "suffix": ("jpg",),
    "wagtail_serve 0": ("", "stories/"),
    "path": ("stories/index.html", "original_images/x.jpg"),
    "reference": ("23456789",),
    "edition": ("whqxfestivalslug", "jjqxfestivalslug"),
    "api:application-document key": (1,),
    "api:draw number": (1,),
    "api:draw-entrants number": (1,),
}


def object_of(route: Route, argument: str) -> type[Model] | None:
    """The model that an argument of a route names, None for words."""
    space = route.name.rpartition(":")[0]
    for key in (f"{route.name} {argument}", f"{space} {argument}"):
        if key in OBJECTS:
            return OBJECTS[key]
    if argument in OBJECTS:
        return OBJECTS[argument]
    if argument == "pk" and route.model is not None:
        return route.model
    return None


def unknown_arguments(route: Route) -> list[str]:
    """The arguments of a route for which nothing stands here."""
    together = {argument for group in _groups(route) for argument in group}
    together |= _DISTRICTS
    return [
        argument
        for argument in route.arguments
        if argument not in together
        and f"{route.name} {argument}" not in WORDS
        and argument not in WORDS
        and object_of(route, argument) is None
    ]


def _groups(route: Route) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """Arguments that only make sense together, with their values."""
    names = set(route.arguments)
    if {"content_type_app_name", "content_type_model_name"} <= names:
        return {("content_type_app_name", "content_type_model_name"): _page_types()}
    if route.name == "wagtailadmin_pages:choose_parent":
        return {("app_label", "model_name"): _page_types()}
    if route.name == "wagtail_bulk_action":
        return {("app_label", "model_name", "action"): bulk_actions()}
    if route.name == "wagtailadmin_tag_model_autocomplete":
        return {("app_name", "model_name"): [("media", "picture"), ("media", "document")]}
    if route.name == "wagtailadmin_workflows:add_task":
        return {("app_label", "model_name"): [("wagtailcore", "groupapprovaltask")]}
    if route.name == "wagtailadmin_editing_sessions:ping":
        return {("app_label", "model_name", "object_id"): []}  # filled in by `_pings`
    if route.name == "wagtaildocs_serve":
        return {("0", "1"): []}  # filled in by `_documents`
    if names in _ITEMS:
        return {tuple(names): []}  # filled in by `_slugs`
    if names > _EDITION:
        return {tuple(_EDITION): []}  # filled in by `_slugs`
    return {}


def _page_types() -> list[tuple[str, str]]:
    return [(model._meta.app_label, str(model._meta.model_name)) for model in get_page_models()]


def bulk_actions() -> list[tuple[str, str, str]]:
    """Every bulk action there is, as (app, model, action)."""
    bulk_action_registry._scan_for_bulk_actions()
    return [
        (app, model, action)
        for app, models in bulk_action_registry.actions.items()
        for model, actions in models.items()
        for action in actions
    ]


def cases(
    laboratory: Laboratory, route: Route, *, me: str, other: str, few: bool = False
) -> Iterator[dict[str, Any]]:
    """The values for a route's arguments that a person of `me` tries. `few`: one foreign thing, none of one's own."""
    if route.name == "wagtailadmin_editing_sessions:ping":
        yield from _pings(laboratory, me=me, other=other)
        return
    if route.name == "wagtaildocs_serve":
        for document in Document.objects.filter(pk__in=laboratory.keys(other, Document)):
            yield {"0": document.pk, "1": document.filename}
        return
    if set(route.arguments) in _ITEMS:
        [item] = set(route.arguments) - {"district"}
        for district in (other, me):
            for slug in _slugs(laboratory, district):
                yield {"district": district, item: slug}
        return
    if set(route.arguments) > _EDITION:
        words = [argument for argument in route.arguments if argument not in _EDITION]
        named = {word: WORDS.get(f"{route.name} {word}", WORDS.get(word, ("",)))[0] for word in words}
        for district in (other, me):
            for slug in _spread(_slugs(laboratory, district), 3):
                yield {"district": district, "edition": slug} | named
        return
    if slug := next((argument for argument in route.arguments if argument in _DISTRICTS), None):
        rest = [argument for argument in route.arguments if argument != slug]
        for district in (other, me):
            for found in _objects(laboratory, route, rest, me=me, other=other, few=few):
                yield {slug: district} | found
        return
    groups = _groups(route)
    grouped = {argument for group in groups for argument in group}
    objects = [a for a in route.arguments if a not in grouped and object_of(route, a) is not None]
    words = [a for a in route.arguments if a not in grouped and a not in objects]
    for number, filled in enumerate(itertools.product(*groups.values())):
        fixed = {
            argument: value
            for group, values in zip(groups, filled, strict=True)
            for argument, value in zip(group, values, strict=True)
        }
        tried = (WORDS.get(f"{route.name} {word}", WORDS.get(word, ("",))) for word in words)
        for chosen in itertools.product(*tried):
            worded = fixed | dict(zip(words, chosen, strict=True))
            tried_objects = _objects(laboratory, route, objects, me=me, other=other, few=few)
            # Every thing with the first of the page types; with the others two will do.
            for found in tried_objects if number == 0 or not objects else itertools.islice(tried_objects, 2):
                yield worded | found


def _objects(
    laboratory: Laboratory, route: Route, arguments: list[str], *, me: str, other: str, few: bool
) -> Iterator[dict[str, Any]]:
    theirs = [_keys(laboratory, other, object_of(route, a)) for a in arguments]
    own = [_keys(laboratory, me, object_of(route, a)) for a in arguments]
    if not arguments:
        yield {}
        return
    if few:
        yield dict(zip(arguments, (keys[0] for keys in theirs), strict=True))
        return
    if len(arguments) == 1:
        for key in (*theirs[0], *_spread(own[0], 2)):
            yield {arguments[0]: key}
        return
    seen = set()
    for first, rest in (
        (_spread(theirs[0], 3), theirs[1:]),
        (_spread(own[0], 1), theirs[1:]),
        (_spread(theirs[0], 6), [_spread(keys, 1) for keys in own[1:]]),
        (_spread(own[0], 2), [_spread(keys, 1) for keys in own[1:]]),
    ):
        for values in itertools.product(first, *(_spread(keys, 4) for keys in rest)):
            if values not in seen:
                seen.add(values)
                yield dict(zip(arguments, values, strict=True))


def _keys(laboratory: Laboratory, district: str, model: type[Model] | None) -> list[Any]:
    """The keys of a model in a district; of what only the city has, the city's."""
    assert model is not None
    return laboratory.keys(district, model) or laboratory.keys("chengdu", model) or [1]


def _spread(keys: list[Any], most: int) -> list[Any]:
    """At most so many of the keys, evenly over them."""
    if len(keys) <= most:
        return keys
    return [keys[len(keys) * n // most] for n in range(most)]


def _slugs(laboratory: Laboratory, district: str) -> list[str]:
    """The addresses of a district's pages and communities, public or not."""
    pages = Page.objects.filter(pk__in=laboratory.keys(district, Page), depth__gt=3)
    communities = Community.objects.filter(pk__in=laboratory.keys(district, Community))
    return [*pages.values_list("slug", flat=True), *communities.values_list("slug", flat=True)]


def _pings(laboratory: Laboratory, *, me: str, other: str) -> Iterator[dict[str, Any]]:
    from festival.models import Zone

    session = laboratory.keys(other, EditingSession)[0]
    pages = Page.objects.in_bulk(laboratory.keys(other, Page))
    named: list[tuple[type[Model], Any]] = [(page.specific_class, key) for key, page in pages.items()]
    for model in (Zone, Community, Picture, Document, User, Group, Site, Workflow):
        named += [(model, key) for key in laboratory.keys(other, model)[:2]]
    for model, key in named:
        yield {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "object_id": key,
            "session_id": session,
        }


def query_variants(laboratory: Laboratory, route: Route, *, other: str) -> list[dict[str, Any]]:
    """The queries to add to an address: a search, an export, an order, and the other district's keys as filters."""
    from tests.isolation.furniture import COMMON

    def keys(model: type[Model], most: int = 40) -> list[Any]:
        return _spread(laboratory.keys(other, model), most)

    user, page = keys(User, 1), keys(Page, 1)
    collection = laboratory.keys(other, Collection)
    # "all" is a word of bulk actions; elsewhere a key that is no number says nothing of a district.
    everything = [{"id": ["all"]}, {"id": ["all"], "childOf": page}] if "bulk" in route.name else []
    return [
        {"q": COMMON},
        {"export": "csv"},
        {"export": "xlsx"},
        {"ordering": "title"},
        {"ordering": "-latest_revision_created_at", "p": "1"},
        {
            "id": [
                key
                for model in (Page, Picture, Document, Community, User, Group, Workflow, Task, Collection)
                for key in keys(model)
            ]
        },
        {
            "collection_id": collection[:1],
            "collection": collection[:1],
            "owner": user,
            "user": user,
            "locked_by": user,
            "last_published_by_user": user,
            "workflow": keys(Workflow, 1),
            "task": keys(Task, 1),
            "site": keys(Site, 1),
        },
        {"child_of": page, "descendant_of": page, "fields": "*"},
        *everything,
        {"page_type": "wagtailcore.page", "multiple": "1", "object_id": page, "uuid": "1"},
    ]
