"""The base of every page that becomes public, and where a page belongs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page, PagePermissionTester

from sites.domain import reach
from sites.exceptions import AnotherDistrict, PublishRefused
from sites.models import District
from sites.ownership import UnderHome
from sites.publish_asking import AskingForm, AskingPage, refuse_unasked
from sites.references import COPY_REFUSED, Children, GuardedForm, is_tied, problems_of, refuse_abroad
from sites.slugs import free_slug, pinyin_slug


def district_of(page: Page) -> District | None:
    """The district whose home page is the page or an ancestor of it; None outside every district. One query."""
    return UnderHome().district_of(page)


def iso(moment: Any) -> str:
    """A moment as ISO 8601 with the city's offset and whole seconds."""
    return timezone.localtime(moment).isoformat(timespec="seconds")


class PublicPageForm(AskingForm, GuardedForm, WagtailAdminPageForm):
    """Tells the editor, when a page is sent on or published, what still keeps it from being public.

    A draft is saved whatever it lacks, but not with what is another district's.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            # Left empty, it is made from the title: an editor need not know what it is.
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any] | None:
        if self.cleaned_data.get("slug") == "" and self.cleaned_data.get("title"):
            self.cleaned_data["slug"] = self.instance.free_address(
                self.cleaned_data["title"], parent=self.parent_page
            )
        return super().clean()

    def is_valid(self) -> bool:
        # Not in `clean`: what was typed reaches the page only after it.
        valid: bool = super().is_valid()
        if not valid or self.is_deferred_validation:
            return valid
        for problem in self.instance.problems(children=self.submitted_children()):
            self.add_error(None, problem)
        if self.is_publishing and not self.errors:
            self.refuse_unconfirmed(self.submitted_children())
        return not self.errors

    def owning_district(self) -> District | None:
        """The district under whose home page the page stands or will stand."""
        # A home page stands below the tree's root, which is nobody's.
        if self.instance.path or self.parent_page is None:
            return district_of(self.instance)
        return district_of(self.parent_page)


class PageCopyForm(CopyForm):
    """Says why a page cannot be copied into another district, where Wagtail's form would name its shelf."""

    def clean(self) -> dict[str, Any]:
        target = self.cleaned_data.get("new_parent_page")
        if target is not None and is_tied(self.page, target):
            self.add_error(
                "new_parent_page", str(AnotherDistrict(COPY_REFUSED.format(title=self.page.title)))
            )
            return dict(self.cleaned_data)
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class DistrictPagePermissions(PagePermissionTester):
    """What somebody may do with a page: Wagtail's rules within the districts and communities that they serve."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        self.is_in_reach: bool = not user.is_active or reach.of(user).sees_page(page)
        if not self.is_in_reach and not user.is_superuser:
            self.permissions: set[str] = set()

    def can_edit(self) -> bool:
        return self.is_in_reach and bool(super().can_edit())

    def can_lock(self) -> bool:
        return self.is_in_reach and bool(super().can_lock())

    def can_unlock(self) -> bool:
        return self.is_in_reach and bool(super().can_unlock())

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:
        allowed = bool(super().can_copy_to(destination, recursive))
        return allowed and not is_tied(self.page, destination)

    def can_set_view_restrictions(self) -> bool:
        # The public site is made of files and asks nobody for a password.
        return False


class _FramePermissions(DistrictPagePermissions):
    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        if user.is_superuser or not self._is_for_communities_only():
            return
        # Who serves some communities writes pages for them, and leaves the district's own alone.
        holds_theirs = any(
            reach.names_community(model) for model in page.specific_class.allowed_subpage_models()
        )
        self.permissions = self.permissions & {"add", "publish"} if holds_theirs else set()

    def _is_for_communities_only(self) -> bool:
        mine = reach.of(self.user)
        district = None if mine.is_city else mine.district_above(self.page)
        return district is not None and district.pk in mine.communities and not mine.organises(district)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False


class InDistrict:
    """Mixed into every page of ours."""

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return DistrictPagePermissions(user, self)


class Frame(InDistrict):
    """Mixed into the pages that create_district makes and a district's site stands on: its home page and its shelves.

    They are edited, but nobody deletes, moves or unpublishes them, and with them all that is below, in the admin.
    """

    is_frame = True

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return _FramePermissions(user, self)


class PublicPage(InDistrict, AskingPage, Page):
    """A page with a pinyin address that the public site shows, and whose preview is that very rendering."""

    ownership = UnderHome()

    slug: str
    base_form_class = PublicPageForm
    copy_form_class = PageCopyForm
    show_in_menus_default = False
    # Wagtail's template rendering is not used: the public site is built from payloads.
    preview_modes: ClassVar[list[tuple[str, str]]] = [("", "公开页面")]
    is_creatable = False

    class Meta:
        abstract = True

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        return [
            {"name": "mobile", "icon": "mobile-alt", "device_width": 390, "label": "手机"},
            {"name": "tablet", "icon": "tablet-alt", "device_width": 820, "label": "平板"},
            {"name": "desktop", "icon": "desktop", "device_width": 1280, "label": "电脑"},
        ]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from sites import previews  # the renderer is only needed here

        return HttpResponse(previews.render(self))

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self._part_from_exchanged_rows()
            super().save(*args, **kwargs)

    def _part_from_exchanged_rows(self) -> None:
        """Delete the child rows whose unique choice changes, so that they are written anew: two that exchange their
        crafts cannot be updated one after the other."""
        for rows in self.children_now().values():
            model = type(rows[0]) if rows else None
            constraints = model._meta.total_unique_constraints if model else ()
            names = {name for constraint in constraints for name in constraint.fields}
            if model is None or not names:
                continue
            wanted = {row.pk: row for row in rows if row.pk is not None}
            for row in model._default_manager.filter(pk__in=wanted):
                if any(row.serializable_value(n) != wanted[row.pk].serializable_value(n) for n in names):
                    row.delete()

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self._give_address()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        self._give_address()
        super().minimal_clean()

    def _give_address(self) -> None:
        if not self.slug and self.title:
            self.slug = self.free_address(self.title, parent=self.get_parent() if self.path else None)

    def free_address(self, title: str, *, parent: Page | None) -> str:
        """An address below `parent` made from a title, which no other page there has."""
        others = parent.get_children().exclude(pk=self.pk) if parent is not None else Page.objects.none()
        taken = set(others.values_list("slug", flat=True))
        return free_slug(pinyin_slug(title), is_taken=taken.__contains__, fallback=str(self._meta.model_name))

    def problems(self, *, children: Children | None = None) -> list[str]:
        """What keeps the page from being published, in words for its editor. `children` are its child rows by
        relation, where they are not (yet) the page's own."""
        return []

    def children_now(self) -> Children:
        """The page's own child rows by relation."""
        return {
            name: list(getattr(self, name).all())
            for relation in get_all_child_relations(self)
            for name in [relation.get_accessor_name()]
        }

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's copy. Raises AnotherDistrict where it would take along what is this district's."""
        refuse_abroad(self, kwargs.get("to"))
        return super().copy(*args, **kwargs)

    def create_alias(self, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's alias. Raises AnotherDistrict where it would show what is this district's."""
        refuse_abroad(self, kwargs.get("parent"))
        return super().create_alias(*args, **kwargs)

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's publish, which every way of publishing ends in. Raises PublishRefused."""
        page = revision.as_object()
        problems = list(page.problems())
        problems += [one.text for one in problems_of(page, district=district_of(page))]
        if problems:
            raise PublishRefused(f"“{page.title}”还不能发布：" + "".join(problems))
        refuse_unasked(page)
        return super().publish(revision, *args, **kwargs)

    @property
    def first_public_at(self) -> str:
        """When the page first became public; now for a draft."""
        return iso(self.first_published_at or timezone.now())

    @property
    def last_public_at(self) -> str:
        return iso(self.last_published_at or self.first_published_at or timezone.now())
