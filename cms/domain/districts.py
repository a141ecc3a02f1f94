"""Making a district: its site, page tree, collection, groups for the roles, and moderation workflow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import (
    Craft,
    CraftsmanIndexPage,
    HomePage,
    Notice,
    PlaceIndexPage,
    ReceivedStory,
    SentStory,
    StoryIndexPage,
)
from festival.models import Application, BookingRules, Booth, FestivalIndexPage, MessageTemplate, Zone
from sites.domain import shelf
from sites.enums import Role
from sites.exceptions import DistrictConflict
from sites.models import Community, District, FeedCounter, RoleGroup

_SHELVES: tuple[tuple[type[Page], str, str], ...] = (
    (StoryIndexPage, "stories", "故事"),
    (CraftsmanIndexPage, "craftsmen", "匠人"),
    (PlaceIndexPage, "places", "去处"),
    (FestivalIndexPage, "festivals", "邻里节"),
)
_PAGE_RIGHTS: dict[Role, tuple[str, ...]] = {
    Role.EDITOR: ("add_page", "change_page"),
    Role.MODERATOR: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    Role.ORGANISER: (),
    Role.ADMIN: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
}
_FESTIVAL_RIGHTS = ("add_page", "change_page", "publish_page")
# What stallholders write is for those who decide about it, and for nobody else of the district.
_BOOKING_RIGHTS: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Application, ("view", "change")),
    (BookingRules, ("view", "add", "change", "delete")),
    (MessageTemplate, ("view", "add", "change", "delete")),
)
_MODEL_RIGHTS: dict[Role, tuple[tuple[type[models.Model], tuple[str, ...]], ...]] = {
    Role.EDITOR: ((Community, ("view",)), (Notice, ("view",)), (SentStory, ("view", "add"))),
    Role.MODERATOR: (
        (Community, ("view",)),
        (Notice, ("view",)),
        (SentStory, ("view", "add")),
        (ReceivedStory, ("view", "change")),
    ),
    Role.ORGANISER: (
        (Community, ("view",)),
        (Notice, ("view",)),
        (Zone, ("view", "add", "change", "delete")),
        (Booth, ("view", "add", "change", "delete")),
        *_BOOKING_RIGHTS,
    ),
    Role.ADMIN: (
        (Community, ("view", "add", "change", "delete")),
        (Notice, ("view",)),
        (SentStory, ("view", "add")),
        (ReceivedStory, ("view", "change")),
        (Zone, ("view", "add", "change", "delete")),
        (Booth, ("view", "add", "change", "delete")),
        *_BOOKING_RIGHTS,
    ),
}
_CITY_RIGHTS: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Craft, ("view", "add", "change", "delete")),
    (Notice, ("view", "add", "change", "delete")),
)
_FILE_RIGHTS: dict[Role, tuple[str, ...]] = {
    Role.EDITOR: ("add", "choose"),
    Role.MODERATOR: ("add", "change", "choose"),
    Role.ORGANISER: ("add", "choose"),
    Role.ADMIN: ("add", "change", "delete", "choose"),
}


@dataclass(frozen=True)
class Colours:
    """A district's accent by day (4.5:1 on paper) and by night (4.5:1 on the night colour)."""

    accent: str = "#a63a28"
    accent_dark: str = "#f0a08c"


@transaction.atomic
def create_district(
    *,
    slug: str,
    name: str,
    hostname: str,
    port: int,
    code: str = "",
    is_city: bool = False,
    order: int | None = None,
    site_name: str = "",
    colours: Colours | None = None,
) -> tuple[District, bool]:
    """The district of that slug with all that belongs to it, and whether it was made now.

    Run again, it completes what is missing and brings name, host and code up to date; what editors changed stays.
    Raises DistrictConflict when the name or host belongs to another, and ValidationError for a bad slug, code or colour.
    """
    existing = District.objects.select_related("site", "collection").filter(slug=slug).first()
    _refuse_conflicts(slug=slug, name=name, hostname=hostname, port=port, is_city=is_city)
    district = existing or District(slug=slug, is_city=is_city)
    district.name = name
    district.code = code or district.code
    if order is not None:
        district.order = order
    if colours is not None:
        district.accent, district.accent_dark = colours.accent, colours.accent_dark
    district.full_clean(exclude=["site", "collection"])
    if existing is None:
        _clear_samples()
        now = timezone.now()
        home = Page.get_first_root_node().add_child(
            instance=HomePage(
                title=name,
                slug=slug,
                site_name=site_name or f"{name}邻里",
                first_published_at=now,
                last_published_at=now,
            )
        )
        district.site = Site.objects.create(
            hostname=hostname, port=port, root_page=home, site_name=name, is_default_site=is_city
        )
        district.collection = Collection.get_first_root_node().add_child(name=name)
    else:
        _bring_up_to_date(district, name=name, hostname=hostname, port=port)
    district.save()
    FeedCounter.objects.get_or_create(district=district)
    _complete(district)
    shelf.republish(district)
    if district.is_city:
        _tell_the_districts(district)
    return district, existing is None


def _refuse_conflicts(*, slug: str, name: str, hostname: str, port: int, is_city: bool) -> None:
    others = District.objects.exclude(slug=slug)
    if others.filter(name=name).exists():
        raise DistrictConflict(f"名称“{name}”已属于另一个区县")
    # A host is one district's whatever the port: which site a host shows is told by its name.
    if others.filter(site__hostname=hostname).exists():
        raise DistrictConflict(f"主机名 {hostname} 已属于另一个区县")
    if is_city and others.filter(is_city=True).exists():
        raise DistrictConflict("全市站点已经有了")


def _clear_samples() -> None:
    """Take away what Wagtail's first migrations put into every database, as long as nobody has made use of it: a site
    with a welcome page, two groups, and a workflow of one of them."""
    for site in Site.objects.filter(district=None, root_page__depth=2, root_page__numchild=0):
        page = site.root_page
        site.delete()
        if page.specific_class is Page:
            page.delete()
    WorkflowPage.objects.filter(page__depth=1, workflow__name="Moderators approval").delete()
    Workflow.objects.filter(name="Moderators approval", workflow_pages=None, workflow_states=None).delete()
    GroupApprovalTask.objects.filter(
        name="Moderators approval", workflow_tasks=None, task_states=None
    ).delete()
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None, district_role=None).delete()


def _bring_up_to_date(district: District, *, name: str, hostname: str, port: int) -> None:
    site = district.site
    if (site.hostname, site.port, site.site_name) != (hostname, port, name):
        site.hostname, site.port, site.site_name = hostname, port, name
        site.save()
    if district.collection.name != name:
        district.collection.name = name
        district.collection.save()


def _complete(district: District) -> None:
    """Shelves, groups with their rights, and the workflow; what is there already is left as it is."""
    home = district.site.root_page
    for model, slug, title in _SHELVES:
        if not home.get_children().type(model).exists():
            home.add_child(instance=model(title=title, slug=slug))
    groups = {role: _group(district, role) for role in Role}
    for role, group in groups.items():
        _grant_pages(group, home, _PAGE_RIGHTS[role])
        _grant_files(group, district.collection, _FILE_RIGHTS[role])
        for owned, actions in _MODEL_RIGHTS[role]:
            group.permissions.add(*(_permission(owned, action) for action in actions))
    festivals = home.get_children().type(FestivalIndexPage).first()
    _grant_pages(groups[Role.ORGANISER], festivals, _FESTIVAL_RIGHTS)
    shared = District.objects.select_related("collection").filter(is_city=True).first()
    if shared is not None and shared != district:
        _share(shared, groups.values())
    _complete_workflow(district, home, groups[Role.MODERATOR])
    if district.is_city:
        complete_city_staff()


def _share(city: District, groups: Iterable[Group]) -> None:
    """Let the people of a district choose from the city's pictures and files."""
    for group in groups:
        _grant_files(group, city.collection, ("choose",))


def _tell_the_districts(city: District) -> None:
    """Each district's site names the portal, whichever of the two was made or moved last."""
    for district in District.objects.select_related("site").exclude(pk=city.pk):
        _share(city, Group.objects.filter(district_role__district=district))
        shelf.refresh(district.site.root_page)


def _group(district: District, role: Role) -> Group:
    known = RoleGroup.objects.filter(district=district, role=role).select_related("group").first()
    name = f"{district.name}·{role.label}"
    if known is not None:
        if known.group.name != name:
            known.group.name = name
            known.group.save()
        return known.group
    group = Group.objects.create(name=name)
    RoleGroup.objects.create(district=district, role=role, group=group)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    return group


def _permission(model: type[models.Model], action: str) -> Permission:
    content_type = ContentType.objects.get_for_model(model)
    return Permission.objects.get(content_type=content_type, codename=f"{action}_{model._meta.model_name}")


def _grant_pages(group: Group, page: Page, codenames: tuple[str, ...]) -> None:
    content_type = ContentType.objects.get_for_model(Page)
    for codename in codenames:
        permission = Permission.objects.get(content_type=content_type, codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _grant_files(group: Group, collection: Collection, actions: tuple[str, ...]) -> None:
    # Wagtail asks for the rights of its own two models, whichever models stand in for them.
    for model in (Image, Document):
        for action in actions:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=_permission(model, action)
            )


def _complete_workflow(district: District, home: Page, moderators: Group) -> None:
    if WorkflowPage.objects.filter(page=home).exists():
        return
    task = GroupApprovalTask.objects.create(name=f"{district.name}审核")
    task.groups.add(moderators)
    workflow = Workflow.objects.create(name=f"{district.name}发布审核")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=home)


CITY_STAFF = "全市工作人员"


def complete_city_staff() -> Group:
    """The group of those who serve every district: rights on the whole tree and all files, but no superusers."""
    group, _ = Group.objects.get_or_create(name=CITY_STAFF)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    _grant_pages(group, Page.get_first_root_node(), _PAGE_RIGHTS[Role.ADMIN])
    _grant_files(group, Collection.get_first_root_node(), _FILE_RIGHTS[Role.ADMIN])
    for owned, actions in (*_MODEL_RIGHTS[Role.ADMIN], *_CITY_RIGHTS):
        group.permissions.add(*(_permission(owned, action) for action in actions))
    return group
