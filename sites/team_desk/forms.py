"""The forms of the team's desk. Each offers only what belongs to its district."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.db.models import QuerySet
from django.utils import timezone

from sites.domain.audit import name_of
from sites.domain.invitations import LONGEST_ADDRESS
from sites.domain.tokens import kinds_with_drafts
from sites.enums import Role
from sites.models import Community, District, User

FEW_COMMUNITIES = 24
ROLE_HELP: dict[Role, str] = {
    Role.EDITOR: "写故事、匠人和去处，写好了送审。",
    Role.MODERATOR: "审核并发布大家写的内容。",
    Role.ORGANISER: "办邻里节：节目、版块、摊位。",
    Role.ADMIN: "管这个区县的内容和团队，可以邀请和移出别人。",
}


@dataclass(frozen=True)
class RoleChoice:
    """A role as it is offered: with what it means, and whether it is ticked."""

    value: str
    label: str
    help: str
    ticked: bool


@dataclass(frozen=True)
class Subdistrict:
    """The communities of one subdistrict: (community, ticked)."""

    name: str
    communities: list[tuple[Community, bool]]

    @property
    def ticked(self) -> int:
        return sum(ticked for _, ticked in self.communities)


class _WithCommunities(forms.Form):
    """Limits a person's work to some communities of the district; none ticked is all of it."""

    communities = forms.ModelMultipleChoiceField(
        label="只负责这些社区", queryset=Community.objects.none(), required=False
    )

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["communities"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = district.communities.order_by("subdistrict", "name")

    def _ticked(self, name: str) -> set[str]:
        value = self[name].value() or []
        values = value if isinstance(value, (list, tuple, QuerySet)) else [value]
        return {str(getattr(one, "pk", one)) for one in values}

    def subdistricts(self) -> list[Subdistrict]:
        """What is offered, by subdistrict."""
        field = self.fields["communities"]
        assert isinstance(field, forms.ModelMultipleChoiceField) and field.queryset is not None
        ticked = self._ticked("communities")
        found: dict[str, Subdistrict] = {}
        for one in field.queryset:
            group = found.setdefault(one.subdistrict, Subdistrict(one.subdistrict, []))
            group.communities.append((one, str(one.pk) in ticked))
        return list(found.values())

    def few_communities(self) -> bool:
        """Whether all fit on a page without being folded away by subdistrict."""
        return sum(len(group.communities) for group in self.subdistricts()) <= FEW_COMMUNITIES

    def _role_choices(self, name: str) -> Iterator[RoleChoice]:
        ticked = self._ticked(name)
        for role in Role:
            yield RoleChoice(role.value, role.label, ROLE_HELP[role], role.value in ticked)


class InviteForm(_WithCommunities):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="邮箱",
        max_length=LONGEST_ADDRESS,
        help_text="邀请信寄到这里，链接 7 天内有效。对方有没有账号都可以。",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    role = forms.ChoiceField(
        label="角色", choices=Role.choices, error_messages={"required": "请选一个角色。"}
    )
    field_order = ("email", "role", "communities")

    def roles(self) -> Iterator[RoleChoice]:
        return self._role_choices("role")


class MemberForm(_WithCommunities):
    """What somebody of the team does."""

    roles = forms.MultipleChoiceField(
        label="角色",
        choices=Role.choices,
        error_messages={"required": "至少留一个角色。要让人离开团队，请用“移出团队”。"},
    )

    def role_choices(self) -> Iterator[RoleChoice]:
        return self._role_choices("roles")


class JoinForm(forms.Form):
    """A new person's name and password. What was typed stays in the form, passwords too: the page is never stored."""

    name = forms.CharField(
        label="你的姓名",
        max_length=60,
        error_messages={"required": "请写上你的姓名。"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="设一个密码",
        strip=False,
        max_length=128,
        error_messages={"required": "请设一个密码。"},
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输入一次密码",
        strip=False,
        max_length=128,
        error_messages={"required": "请再输入一次密码。"},
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    @property
    def password_rules(self) -> list[str]:
        return [str(text) for text in password_validators_help_texts()]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        password, again = values.get("password"), values.get("again")
        if password and again and password != again:
            self.add_error("again", "两次输入的密码不一样。")
        if password:
            person = User(username=self.email, email=self.email, last_name=values.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


class HistoryForm(forms.Form):
    """What of the history to show."""

    person = forms.ModelChoiceField(
        label="谁", queryset=User.objects.none(), required=False, empty_label="所有人"
    )
    since = forms.DateField(label="从", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        field.label_from_instance = name_of  # type: ignore[method-assign, assignment]

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        for name, day in (("since", since), ("until", until)):
            if day is not None and not 2000 <= day.year <= 2100:
                self.add_error(name, "请选 2000 年到 2100 年之间的日子。")
        if since and until and since > until:
            self.add_error("until", "“到”不能早于“从”。")
        return values


class TokenForm(forms.Form):
    """A new API token."""

    DAYS = (("30", "30 天"), ("90", "90 天"), ("180", "180 天"), ("365", "一年"))

    name = forms.CharField(
        label="用在哪里",
        max_length=60,
        help_text="比如“区政府网站预览”。以后停用时好认。",
        error_messages={"required": "请写上这个令牌用在哪里。"},
    )
    kinds = forms.MultipleChoiceField(
        label="能读哪些草稿",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一个也不选，就是全部。",
    )
    days = forms.ChoiceField(label="有效期", choices=DAYS, initial="90")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind.plural, kind.label) for kind in kinds_with_drafts()]

    @property
    def expires_at(self) -> dt.datetime:
        """When the token ends, as chosen."""
        return timezone.now() + dt.timedelta(days=int(self.cleaned_data["days"]))


class AppointForm(forms.Form):
    """Whom to make one of the city's staff."""

    who = forms.CharField(
        label="邮箱或账号",
        max_length=254,
        help_text="这个人要先有账号；还没有的话，先在“成都市”的团队里邀请。",
        error_messages={"required": "请写上邮箱或账号。"},
    )


class GatewayForm(forms.Form):
    """Where a district's notices to phones go."""

    url = forms.CharField(
        label="网关地址",
        max_length=500,
        help_text="例如 https://sms.example.cn/linli，由管网关的人给。",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )


class GatewayTryForm(forms.Form):
    """To whom a message goes for trying."""

    phone = forms.RegexField(
        r"^1[3-9][0-9]{9}$",
        label="发到这个手机",
        error_messages={"invalid": "请写 11 位手机号。"},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
