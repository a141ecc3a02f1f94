"""How each of Wagtail's addresses is kept by the gate (`sites.gate`). Imported by `cms.urls`.

Our own addresses are listed where they are made: viewsets list theirs, views theirs beside their patterns. Where an
address is kept for the city's staff, or from everybody, a comment says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest
from wagtail.models import Collection, Page, Revision, TaskState, UploadedFile, WorkflowState

from media.models import Document, Picture
from sites import gate
from sites.ownership import OwnedByDistrict, ownership_of

# Parent pages travel in the body of these forms, and an error message of theirs would tell their titles.
_PARENTS = ("new_parent_page", "parent_page", "chooser")


def _page_with(argument: str, *others: str) -> gate.Kept:
    """The page of that argument is the person's, and whatever else the address names is that page's."""
    return gate.objects(_PageCheck(argument), argument, *others)


class _PageCheck:
    def __init__(self, argument: str) -> None:
        self.argument = argument

    def __call__(self, request: HttpRequest, values: Mapping[str, Any]) -> None:
        key = values[self.argument]
        gate.must_reach(request, Page, [key])
        if (destination := values.get("destination_id")) is not None:
            gate.must_reach(request, Page, [destination])
        for name, of_page in _OF_A_PAGE.items():
            value = str(values.get(name, ""))
            # "live", "latest" and "earliest" are not keys.
            if value.isdecimal() and not of_page(int(value), str(key)):
                raise Http404
        _check_parents(request)


def _check_parents(request: HttpRequest) -> None:
    if request.method == "POST":
        gate.must_reach(request, Page, [key for name in _PARENTS for key in request.POST.getlist(name)])


def _is_revision(key: int, page: str) -> bool:
    page_type = _page_type()
    return Revision.objects.filter(pk=key, object_id=page, base_content_type=page_type).exists()


def _is_task_state(key: int, page: str) -> bool:
    return TaskState.objects.filter(pk=key, **_state_of(page)).exists()


def _is_task(key: int, page: str) -> bool:
    return TaskState.objects.filter(task=key, **_state_of(page)).exists()


def _is_workflow_state(key: int, page: str) -> bool:
    return WorkflowState.objects.filter(pk=key, object_id=page, base_content_type=_page_type()).exists()


def _state_of(page: str) -> dict[str, Any]:
    return {"workflow_state__object_id": page, "workflow_state__base_content_type": _page_type()}


def _page_type() -> Any:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(Page)


_OF_A_PAGE: dict[str, Callable[[int, str], bool]] = {
    "revision_id": _is_revision,
    "revision_id_a": _is_revision,
    "revision_id_b": _is_revision,
    "task_state_id": _is_task_state,
    "task_id": _is_task,
    "workflow_state_id": _is_workflow_state,
}


def _explored(request: HttpRequest, values: Mapping[str, Any]) -> None:
    gate.must_explore(request, [values["parent_page_id"]])


def _new_page(request: HttpRequest, values: Mapping[str, Any]) -> None:
    if "parent_page_id" in values:
        gate.must_reach(request, Page, [values["parent_page_id"]])
    _check_parents(request)


def _bulk(request: HttpRequest, values: Mapping[str, Any]) -> None:
    """Many at once: every key is the person's. "All" is taken from the person's own list by the actions
    (`cms.admin_overrides.bulk`)."""
    model = _model(values)
    if model not in {Page, Picture, Document}:
        raise Http404
    gate.must_reach(request, model, request.GET.getlist("id"))
    parents = request.GET.getlist("childOf")
    if model is Page:
        gate.must_explore(request, parents)
    else:
        gate.must_reach(request, Collection, parents)
    _check_parents(request)


def _edited(request: HttpRequest, values: Mapping[str, Any]) -> None:
    """Who else edits this: asked by the editor's script for pages and for our rows."""
    model = _model(values)
    if not (issubclass(model, Page) or isinstance(ownership_of(model), OwnedByDistrict)):
        raise Http404
    key = unquote(str(values["object_id"]))
    if not key.isdecimal():
        raise Http404
    gate.must_reach(request, model, [key])


def _model(values: Mapping[str, Any]) -> type[Model]:
    try:
        return apps.get_model(values["app_label"], values["model_name"])
    except LookupError as error:
        raise Http404 from error


def _chosen(model: type[Model]) -> gate.Check:
    def check(request: HttpRequest, values: Mapping[str, Any]) -> None:
        gate.must_reach(request, model, request.GET.getlist("id"), to_choose=True)

    return check


def _browsed(request: HttpRequest, values: Mapping[str, Any]) -> None:
    # The chooser's own view begins at the person's pages (`cms.admin_overrides.choosing`); the city's public pages may
    # be walked through as well.
    if "parent_page_id" in values:
        gate.must_browse(request, [values["parent_page_id"]])


def _uploaded(request: HttpRequest, values: Mapping[str, Any]) -> None:
    """An upload that waits for its description belongs to whoever sent it."""
    key = values["uploaded_file_id"]
    if not UploadedFile.objects.filter(pk=key, uploaded_by_user=request.user.pk).exists():
        raise Http404


# --- the desk and the account -------------------------------------------------------------------------------------------

gate.keep(gate.scoped(), "wagtailadmin_home", "wagtailadmin_block_preview")
gate.keep(gate.own(), "wagtailadmin_account", "wagtailadmin_logout", "wagtailadmin_dismissibles")
gate.keep(
    gate.open_to_all("uidb64", "token"),
    "wagtailadmin_login",
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
)
gate.keep(
    gate.objects(_edited, "app_label", "model_name", "object_id", "session_id"),
    "wagtailadmin_editing_sessions:ping",
)
gate.keep(gate.own("session_id"), "wagtailadmin_editing_sessions:release")
# Raises an error on purpose.
gate.keep(gate.nobody(), "wagtailadmin_error_test")

# --- pages --------------------------------------------------------------------------------------------------------------

gate.keep(
    gate.scoped(),
    "wagtailadmin_explore_root",
    "wagtailadmin_pages:search",
    "wagtailadmin_pages:search_results",
)
gate.keep(gate.objects(_explored, "parent_page_id"), "wagtailadmin_explore", "wagtailadmin_explore_results")
gate.keep(
    gate.objects(_new_page, "content_type_app_name", "content_type_model_name", "parent_page_id"),
    "wagtailadmin_pages:add",
    "wagtailadmin_pages:preview_on_add",
    "wagtailadmin_pages:add_subpage",
)
gate.keep(
    gate.scoped("content_type_app_name", "content_type_model_name"),
    "wagtailadmin_pages:type_use",
    "wagtailadmin_pages:type_use_results",
)
gate.keep(gate.objects(_new_page, "app_label", "model_name"), "wagtailadmin_pages:choose_parent")
gate.keep(
    _page_with("page_id"),
    *(
        f"wagtailadmin_pages:{view}"
        for view in (
            "usage",
            "edit",
            "preview_on_edit",
            "view_draft",
            "delete",
            "unpublish",
            "convert_alias",
            "copy",
            "confirm_workflow_cancellation",
            "lock",
            "unlock",
            "revisions_index",
            "workflow_history",
            "history",
            "history_results",
        )
    ),
)
gate.keep(
    _page_with("page_to_move_id", "destination_id"),
    "wagtailadmin_pages:move",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:set_page_position",
)
gate.keep(
    _page_with("page_id", "revision_id"),
    "wagtailadmin_pages:revisions_view",
    "wagtailadmin_pages:revisions_revert",
    "wagtailadmin_pages:revisions_unschedule",
)
gate.keep(_page_with("pk", "revision_id_a", "revision_id_b"), "wagtailadmin_pages:revisions_compare")
gate.keep(
    _page_with("page_id", "action_name", "task_state_id"),
    "wagtailadmin_pages:workflow_action",
    "wagtailadmin_pages:collect_workflow_action_data",
)
gate.keep(_page_with("page_id", "task_id"), "wagtailadmin_pages:workflow_preview")
gate.keep(_page_with("page_id", "workflow_state_id"), "wagtailadmin_pages:workflow_history_detail")
# A page is public or it is not: the public site is made of files and asks nobody for a password. The dialog would
# list every group of the city.
gate.keep(gate.nobody("page_id"), "wagtailadmin_pages:set_privacy")
gate.keep(gate.objects(_bulk, "app_label", "model_name", "action"), "wagtail_bulk_action")

# --- choosing -----------------------------------------------------------------------------------------------------------

gate.keep(
    gate.objects(_browsed, "parent_page_id"), "wagtailadmin_choose_page", "wagtailadmin_choose_page_child"
)
gate.keep(gate.scoped(), "wagtailadmin_choose_page_search")
gate.keep(gate.objects(_chosen(Page)), "wagtailadmin_choose_page_chosen_multiple")
gate.keep(
    gate.scoped(),
    "wagtailadmin_choose_page_external_link",
    "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_phone_link",
    "wagtailadmin_choose_page_anchor_link",
)
# Tags have no tenant: whoever types one is shown those of all.
gate.keep(
    gate.nobody("app_name", "model_name"),
    "wagtailadmin_tag_autocomplete",
    "wagtailadmin_tag_model_autocomplete",
)

# --- the admin's own API: the page tree beside the menu -----------------------------------------------------------------

gate.keep(gate.scoped(), "wagtailadmin_api:pages:listing")
gate.keep(gate.of_model(Page, "pk"), "wagtailadmin_api:pages:detail")
# Copies, moves and publishes by programs; the forms do the same and say why when they refuse.
gate.keep(gate.nobody("pk", "action_name"), "wagtailadmin_api:pages:action")
# Nothing in the admin asks for these. The one finds a page by any address, the others list every file of the city.
gate.keep(
    gate.nobody("pk"),
    "wagtailadmin_api:pages:find",
    *(
        f"wagtailadmin_api:{files}:{view}"
        for files in ("images", "documents")
        for view in ("listing", "detail", "find")
    ),
)

# --- pictures and documents ---------------------------------------------------------------------------------------------

gate.keep(
    gate.scoped(),
    *(
        f"{app}:{view}"
        for app in ("wagtailimages", "wagtaildocs")
        for view in ("index", "index_results", "add", "add_multiple")
    ),
    *(
        f"{app}_chooser:{view}"
        for app in ("wagtailimages", "wagtaildocs")
        for view in ("choose", "choose_results", "create")
    ),
)
gate.keep(
    gate.of_model(Picture, "image_id"),
    *(
        f"wagtailimages:{view}"
        for view in ("edit", "delete", "image_usage", "edit_multiple", "delete_multiple")
    ),
)
gate.keep(
    gate.of_model(Document, "document_id", "doc_id"),
    *(
        f"wagtaildocs:{view}"
        for view in ("edit", "delete", "document_usage", "edit_multiple", "delete_multiple")
    ),
)
gate.keep(
    gate.objects(_uploaded, "uploaded_file_id"),
    "wagtailimages:create_multiple_from_uploaded_image",
    "wagtailimages:delete_upload_multiple",
    "wagtaildocs:create_multiple_from_uploaded_document",
    "wagtaildocs:delete_upload_multiple",
)
gate.keep(gate.of_model(Picture, "pk", to_choose=True), "wagtailimages_chooser:chosen")
gate.keep(gate.of_model(Document, "pk", to_choose=True), "wagtaildocs_chooser:chosen")
gate.keep(gate.objects(_chosen(Picture)), "wagtailimages_chooser:chosen_multiple")
gate.keep(gate.objects(_chosen(Document)), "wagtaildocs_chooser:chosen_multiple")
gate.keep(gate.of_model(Picture, "image_id", to_choose=True), "wagtailimages_chooser:select_format")
# Makes addresses of pictures in any size; the public's sizes are made once, by the worker.
gate.keep(
    gate.nobody("image_id", "filter_spec"),
    "wagtailimages:url_generator",
    "wagtailimages:url_generator_output",
    "wagtailimages:preview",
)


def _served(request: HttpRequest, values: Mapping[str, Any]) -> None:
    gate.must_reach(request, Document, [values["0"]], to_choose=True)


gate.keep(gate.objects(_served, "0", "1"), "wagtaildocs_serve")
# No collection is guarded by a password.
gate.keep(gate.nobody("restriction_id"), "wagtaildocs_authenticate_with_password")

# --- what is the whole city's -------------------------------------------------------------------------------------------

_CRUD = ("index", "index_results", "add", "edit", "delete", "history", "history_results", "usage")

# People, groups and sites show and change everything of everybody; a district's admin has the team page instead.
gate.keep(
    gate.city("pk"),
    *(f"wagtailusers_users:{view}" for view in (*_CRUD, "copy")),
    *(f"wagtailusers_groups:{view}" for view in _CRUD),
    *(f"wagtailsites:{view}" for view in (*_CRUD, "copy")),
)
gate.keep(
    gate.city("pk", "collection_id"),
    *(f"wagtailadmin_collections:{view}" for view in ("index", "add", "edit", "delete", "set_privacy")),
)
# A district's moderation is made with it.
gate.keep(
    gate.city("pk", "page_pk", "workflow_pk", "app_label", "model_name", "task_id"),
    *(
        f"wagtailadmin_workflows:{view}"
        for view in (
            *(
                "index",
                "index_results",
                "add",
                "enable",
                "disable",
                "edit",
                "usage",
                "usage_results",
                "remove",
            ),
            *(
                "add_task",
                "select_task_type",
                "task_index",
                "task_index_results",
                "edit_task",
                "disable_task",
            ),
            *("enable_task", "task_chooser", "task_chooser_results", "task_chooser_create", "task_chosen"),
        )
    ),
)
# Each lists or filters by everybody's pages, people and tasks.
gate.keep(
    gate.city(),
    *(
        f"wagtailadmin_reports:{report}{part}"
        for report in (
            *("locked_pages", "workflow", "workflow_tasks", "site_history"),
            *("aging_pages", "page_types_usage"),
        )
        for part in ("", "_results")
    ),
)
gate.keep(gate.city(), "wagtailsnippets:index")
