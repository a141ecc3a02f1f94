"""What a page's form asks of people before the page goes on: a note to the moderators, and that a personal number may
really be public. Mixed into `sites.pages.PublicPage` and its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from wagtail.admin.panels import CommentPanel, ObjectList, Panel, TabbedInterface
from wagtail.models import Page
from wagtail.utils.decorators import cached_classmethod

from sites.domain import confirmations
from sites.domain.personal_numbers import PersonalNumber
from sites.exceptions import PublishRefused
from sites.models import User
from sites.ownership import UnderHome

# Under this name a note stands in the content of the revision that it was sent with.
NOTE = "note_to_moderators"


class AskingForm(forms.BaseForm):
    """Mixed into the form of a public page, after it knows that the page is otherwise good."""

    data: Any
    instance: Any
    for_user: Any
    fields: dict[str, Any]
    # What must still be confirmed; the panel asks for it.
    asks_about: list[PersonalNumber]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_about = []
        self.fields[NOTE] = forms.CharField(
            required=False,
            max_length=500,
            initial=_unsent_note(self.instance),
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["confirm_numbers"] = forms.BooleanField(required=False)

    def save(self, commit: bool = True) -> Any:
        self.instance.note_to_moderators = self.cleaned_data.get(NOTE, "").strip()
        return super().save(commit)  # type: ignore[misc]

    @property
    def is_publishing(self) -> bool:
        """Whether what was pressed makes the page public."""
        approving = self.data.get("action-workflow-action") and (
            self.data.get("workflow-action-name") == "approve"
        )
        return bool(self.data.get("action-publish") or approving)

    def refuse_unconfirmed(self, children: Mapping[str, Sequence[models.Model]]) -> None:
        """Add an error where the page, as it was sent, says numbers that nobody confirmed; or take the confirmation.
        `children` are its child rows as they were sent."""
        rows = {
            name: [{f.name: f.value_from_object(row) for f in row._meta.concrete_fields} for row in rows]
            for name, rows in children.items()
        }
        numbers = confirmations.unconfirmed(self.instance, {**self.instance.serializable_data(), **rows})
        if not numbers:
            return
        if self.cleaned_data.get("confirm_numbers"):
            self.instance.confirmed_numbers = (numbers, self.for_user)
            return
        self.asks_about = numbers
        self.add_error(
            None,
            f"文字里像是有个人的号码（{told(numbers)}）。本人没有同意公开，就请删掉；"
            "同意了，请在表单最上面勾选“本人同意公开，仍然发布”，再发布一次。",
        )


class AskingPage:
    """Mixed into a public page, before Wagtail's page."""

    edit_handler: Any
    confirmed_numbers: tuple[list[PersonalNumber], User] | None = None
    note_to_moderators = ""

    @cached_classmethod
    def get_edit_handler(cls) -> Any:  # noqa: N805 - made a classmethod by the decorator
        """The model's panels, with what is asked around those of the first tab, and comments on all of them."""
        first, *others = cls.edit_handler.children
        asking = ObjectList(
            [ConfirmNumbersPanel(), *first.children, NotePanel(heading="给审核员的话"), CommentPanel()],
            heading=first.heading,
        )
        return TabbedInterface([asking, *others]).bind_to_model(cls)

    def serializable_data(self) -> dict[str, Any]:
        # Not a field: the note belongs to one version, and no later one inherits it.
        data: dict[str, Any] = super().serializable_data()  # type: ignore[misc]
        return {**data, NOTE: self.note_to_moderators} if self.note_to_moderators else data

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        revision = super().save_revision(*args, **kwargs)  # type: ignore[misc]
        if self.confirmed_numbers is not None:
            assert isinstance(self, Page)
            numbers, user = self.confirmed_numbers
            district = UnderHome().district_of(self)
            confirmations.confirm(self, numbers=numbers, user=user, district=district)
            self.confirmed_numbers = None
        return revision


class ConfirmNumbersPanel(Panel):
    """Asks whether personal numbers may be public, where a form was sent that says some."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "sites/panels/confirm_numbers.html"

        def is_shown(self) -> bool:
            return bool(getattr(self.form, "asks_about", None))


class NotePanel(Panel):
    """A few words that go to the moderators with the page; for those who cannot publish it themselves."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "sites/panels/note.html"

        def is_shown(self) -> bool:
            page = self.instance if self.instance.pk else getattr(self.form, "parent_page", None)
            user = getattr(self.request, "user", None)
            if page is None or user is None:
                return False
            tester = page.permissions_for_user(user)
            return not (tester.can_publish() if self.instance.pk else tester.can_publish_subpage())


def refuse_unasked(page: Page) -> None:
    """Raise PublishRefused where a page says personal numbers that nobody confirmed in its form."""
    if numbers := confirmations.unconfirmed(page, page.serializable_data()):
        raise PublishRefused(
            f"“{page.title}”里像是有个人的号码（{told(numbers)}）。请打开这一页，删掉它，或者确认本人同意公开，再发布。"
        )


def note_of(revision: Any) -> str:
    """The note that a revision was sent with."""
    return str(revision.content.get(NOTE, "")) if revision is not None else ""


def _unsent_note(page: Page) -> str:
    """What was typed into the newest draft and has not been sent to the moderators with it."""
    revision = page.latest_revision if page.pk else None
    note = note_of(revision)
    return "" if revision is None or (note and revision.task_states.exists()) else note


def told(numbers: list[PersonalNumber]) -> str:
    """The numbers in words: “手机号 138 0000 1111”."""
    return "、".join(f"{one.kind} {one.shown}" for one in numbers)
