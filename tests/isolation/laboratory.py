"""The laboratory: a city with two districts that are full to the brim, where each thing says whose it is.

Both districts and the city hold one of everything that can be shown or changed, made through the domain and the models.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model
from wagtail.models import Page

from cms.domain.districts import complete_city_staff, create_district
from sites.enums import Role
from sites.hosts import table
from sites.models import District, RoleGroup, ServedCommunity, User
from tests.isolation import rows
from tests.isolation.furniture import Furniture
from tests.isolation.markers import SYLLABLES, Level, known_words, mark

CITY_HOST = "localhost"
# The people of each district; the limited editor serves one of its communities only.
PEOPLE = {
    "editor": Role.EDITOR,
    "moderator": Role.MODERATOR,
    "organiser": Role.ORGANISER,
    "admin": Role.ADMIN,
    "limited": Role.EDITOR,
}
DISTRICTS = {"wuhou": "510107", "jinjiang": "510104"}
OTHER = {"wuhou": "jinjiang", "jinjiang": "wuhou"}


class Laboratory:
    """What was built: by district the rows that are its own, its people and its furniture."""

    def __init__(self) -> None:
        self.rows: dict[str, rows.Rows] = {}
        self.furniture: dict[str, Furniture] = {}

    def person(self, district: str, who: str) -> User:
        """Somebody of a district, or with "city" the city's staff."""
        name = "labcitystaff" if who == "city" else mark(district, f"{who}user")
        return User.objects.get(username=name)

    def keys(self, district: str, model: type[Model]) -> list[Any]:
        """The primary keys of a district's rows of a model (of Page: of every page type)."""
        return sorted(self.rows[district].get(model._meta.db_table, {}))

    def barred_words(self, district: str, who: str) -> set[str]:
        """The words of a person's own district that are not for that person: drafts of a community not served."""
        if who != "limited":
            return set()
        return {word for word in known_words(district) if word.startswith(f"{SYLLABLES[district]}draftplace")}

    def foreign(self, district: str) -> rows.Rows:
        """The rows that are none of a district's business: those of the other one and the city's own."""
        return self.rows[OTHER[district]]

    @functools.cached_property
    def owner_of_key(self) -> dict[int, str]:
        """The district of each key."""
        return {key: slug for slug, known in self.rows.items() for key in rows.keys_of(known)}


def build() -> Laboratory:
    """Make the city, both districts, their people and all that they own. About five seconds."""
    laboratory = Laboratory()
    rows.set_keys_apart()
    for slug, added in _districts(laboratory):
        laboratory.rows[slug] = added
    for giver, taker in OTHER.items():
        laboratory.furniture[giver].send_to(
            District.objects.get(slug=taker), note=mark(giver, "exchangenote", level=Level.SHARED)
        )
    staff = User.objects.create_user("labcitystaff", last_name="全市", email="staff@city.example")
    staff.groups.add(complete_city_staff())
    table.forget()
    return laboratory


def _districts(laboratory: Laboratory) -> Iterator[tuple[str, rows.Rows]]:
    before = rows.take()
    for slug in ("chengdu", *DISTRICTS):
        district, _ = create_district(
            slug=slug,
            name=f"{mark(slug, 'district', level=Level.NAME)}区",
            hostname=CITY_HOST if slug == "chengdu" else f"{slug}.localhost",
            port=8000,
            code=DISTRICTS.get(slug, ""),
            is_city=slug == "chengdu",
        )
        _name_what_was_made(district)
        people = {who: _employ(district, who, role) for who, role in PEOPLE.items()}
        laboratory.furniture[slug] = furniture = Furniture(district, people)
        furniture.bring_in()
        ServedCommunity.objects.create(user=people["limited"], community=furniture.community)
        after = rows.take()
        yield slug, _added(before, after)
        before = after


def _added(before: rows.Rows, after: rows.Rows) -> rows.Rows:
    return {
        name: {key: row for key, row in known.items() if key not in before.get(name, {})}
        for name, known in after.items()
    }


def _name_what_was_made(district: District) -> None:
    """Give words of their own to what `create_district` named after the district."""
    slug = district.slug
    for post in RoleGroup.objects.filter(district=district).select_related("group"):
        Group.objects.filter(pk=post.group_id).update(name=mark(slug, f"group{post.role}"))
    site = district.site
    site.site_name = mark(slug, "site")
    site.save()
    district.collection.name = mark(slug, "collection", level=shared(slug))
    district.collection.save()
    home = Page.objects.get(pk=site.root_page_id)
    workflow = home.get_workflow()
    if workflow is not None:
        workflow.name = mark(slug, "workflow")
        workflow.save()
        for task in workflow.tasks.all():
            task.name = mark(slug, "task")
            task.save()


def shared(slug: str) -> Level:
    """The level of the names of files and collections: the city's are there for all to choose from."""
    return Level.SHARED if slug == "chengdu" else Level.SECRET


def _employ(district: District, who: str, role: Role) -> User:
    slug = district.slug
    user = User.objects.create_user(
        mark(slug, f"{who}user"),
        last_name=mark(slug, f"{who}name"),
        email=f"{mark(slug, f'{who}mail')}@example.org",
    )
    user.groups.add(RoleGroup.objects.get(district=district, role=role).group)
    return user
