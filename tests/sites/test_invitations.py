"""Invitations: the mail, its link, and what becomes of whoever opens it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sites.domain import invitations, team
from sites.enums import Act, Role
from sites.exceptions import AccountExists, InvitationRefused
from sites.models import AuditEntry, Invitation, RoleGroup, ServedCommunity, User
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

ADDRESS = "li@example.org"
GOOD = {"name": "李静", "password": "yulin-teahouse-9", "again": "yulin-teahouse-9"}


@pytest.fixture(autouse=True)
def _mail_at_once(settings: Any) -> None:
    """The mail itself is looked at here; that it waits in the outbox is tested there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def secret_of(message: Any) -> str:
    """The secret in a mail's link."""
    found = re.search(r"http://localhost\S*/join/(\S+)/", message.body)
    assert found is not None
    return found.group(1)


def invite(
    city: City, email: str = ADDRESS, role: Role = Role.EDITOR, *, actor: str = "admin", **values: Any
) -> str:
    """Invite, and give back the secret of the mail."""
    invitations.invite(
        district=values.pop("district", city.wuhou), email=email, role=role, actor=city.user(actor), **values
    )
    return secret_of(mail.outbox[-1])


def page(secret: str) -> str:
    return reverse("join", args=[secret])


def anyone(host: str = "localhost") -> Client:
    return Client(headers={"host": host})


def acts() -> list[str]:
    return list(AuditEntry.objects.exclude(act=Act.SIGNED_IN).order_by("pk").values_list("act", flat=True))


# --- inviting -----------------------------------------------------------------------------------------------------------


def test_admin_invites_by_mail(city: City) -> None:
    community = city.community()
    browser = city.browser("admin")
    path = reverse("team_invite", args=["wuhou"])
    assert browser.get(path).status_code == 200
    response = browser.post(
        path, {"email": " Li@Example.org ", "role": "editor", "communities": [community.pk]}
    )
    assert response.headers["Location"] == reverse("team_members", args=["wuhou"])
    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    assert message.subject == "武侯区邀请你加入邻里"
    for said in ("admin邀请你", "编辑", "晋阳社区", "7 天内有效"):
        assert said in message.body
    secret = secret_of(message)
    assert len(secret) >= 43  # 256 bits
    invitation = Invitation.objects.get()
    assert invitation.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(list(Invitation.objects.values_list())) + str(
        list(AuditEntry.objects.values_list())
    )
    week = invitation.expires_at - timezone.now()
    assert dt.timedelta(days=6, hours=23) < week <= dt.timedelta(days=7)
    assert list(invitation.communities.all()) == [community]
    listed = text_of(browser.get(reverse("team_members", args=["wuhou"])))
    assert ADDRESS in listed
    assert secret not in listed
    assert acts() == ["invited"]


def test_answer_does_not_tell_whether_an_address_is_known(city: City) -> None:
    User.objects.create_user("known", email="known@example.org")
    outsider = city.user("outsider")
    outsider.email = "outsider@example.org"
    outsider.save()
    answers = set()
    for email in ("known@example.org", "outsider@example.org", "nobody@example.org"):
        browser = city.browser("admin")
        response = browser.post(
            reverse("team_invite", args=["wuhou"]), {"email": email, "role": "editor"}, follow=True
        )
        said = [str(message).replace(email, "…") for message in response.context["messages"]]
        answers.add((response.redirect_chain[0], *said))
    assert len(answers) == 1
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"email": "not an address", "role": "editor"}, "not an address"),
        ({"email": ADDRESS}, "请选一个角色"),
        ({"email": ADDRESS, "role": "city"}, "city"),
        ({"email": f"{'a' * 150}@example.org", "role": "editor"}, "150"),
        ({"email": ADDRESS, "role": "editor", "communities": ["999999"]}, "999999"),
    ],
)
def test_bad_invitation_is_refused_and_what_was_typed_stays(
    city: City, form: dict[str, Any], says: str
) -> None:
    response = city.browser("admin").post(reverse("team_invite", args=["wuhou"]), form)
    assert response.status_code == 200
    assert says in text_of(response)
    assert form["email"] in text_of(response)
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_admin_role_is_not_limited_to_communities(city: City) -> None:
    form = {"email": ADDRESS, "role": "admin", "communities": [city.community().pk]}
    response = city.browser("admin").post(reverse("team_invite", args=["wuhou"]), form)
    assert "区县管理员负责全区" in text_of(response)
    assert not Invitation.objects.exists()


def test_member_is_not_invited_again(city: City) -> None:
    editor = city.user("editor")
    editor.email = ADDRESS.upper()
    editor.save()
    response = city.browser("admin").post(
        reverse("team_invite", args=["wuhou"]), {"email": ADDRESS, "role": "moderator"}
    )
    assert "已经在团队里" in text_of(response)
    assert mail.outbox == []


@pytest.mark.parametrize("who", ["editor", "moderator", "organiser", "outsider"])
def test_nobody_else_invites(city: City, who: str) -> None:
    with pytest.raises(InvitationRefused):
        invite(city, actor=who)
    assert mail.outbox == []


def test_second_invitation_ends_the_first(city: City) -> None:
    first, second = invite(city), invite(city, role=Role.MODERATOR)
    assert anyone().get(page(first)).status_code == 404
    assert anyone().get(page(second)).status_code == 200
    invitation = Invitation.objects.get(revoked_at=None)
    city.browser("admin").post(reverse("team_invite_again", args=["wuhou", invitation.pk]))
    third = secret_of(mail.outbox[-1])
    assert [anyone().get(page(one)).status_code for one in (second, third)] == [404, 200]
    assert Invitation.objects.get(revoked_at=None).role == "moderator"


def test_invitation_is_withdrawn(city: City) -> None:
    secret = invite(city)
    invitation = Invitation.objects.get()
    path = reverse("team_invitation_revoke", args=["wuhou", invitation.pk])
    assert city.browser("admin").get(path).status_code == 405
    theirs = reverse("team_invitation_revoke", args=["jinjiang", invitation.pk])
    assert city.browser("outsider").post(theirs).status_code == 404
    assert city.browser("outsider").post(path).status_code == 404
    assert anyone().get(page(secret)).status_code == 200
    city.browser("admin").post(path)
    assert anyone().post(page(secret), GOOD).status_code == 404
    assert not User.objects.filter(username=ADDRESS).exists()
    assert acts() == ["invited", "invitation_revoked"]


# --- the link -----------------------------------------------------------------------------------------------------------


def test_reading_the_link_changes_nothing(city: City) -> None:
    secret = invite(city)
    before = [list(model.objects.values_list()) for model in (Invitation, User, AuditEntry)]
    for method in ("get", "head", "get"):
        response = getattr(anyone(), method)(page(secret))
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["Referrer-Policy"] == "same-origin"
    assert [list(model.objects.values_list()) for model in (Invitation, User, AuditEntry)] == before


@pytest.mark.parametrize("why", ["never made", "expired", "used", "inviter left", "inviter gone"])
def test_link_that_is_no_good_answers_the_same(city: City, why: str) -> None:
    secret = "no-such-secret"
    if why != "never made":
        secret = invite(city)
    if why == "expired":
        Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    elif why == "used":
        anyone().post(page(secret), GOOD)
    elif why == "inviter left":
        city.user("admin").groups.clear()
    elif why == "inviter gone":
        city.user("admin").delete()
    users = User.objects.count()
    for response in (anyone().get(page(secret)), anyone().post(page(secret), GOOD)):
        assert response.status_code == 404
        assert "这份邀请不能用了" in text_of(response)
        assert "武侯" not in text_of(response)
    assert User.objects.count() == users


def test_link_is_served_where_the_admin_is(city: City) -> None:
    secret = invite(city)
    assert anyone().get(page(secret)).status_code == 200
    assert anyone("wuhou.localhost").get(page(secret)).status_code == 404
    assert anyone("wuhou.localhost").post(page(secret), GOOD).status_code == 404


def test_new_person_joins_once(city: City) -> None:
    community = city.community()
    secret = invite(city, communities=[community])
    visitor = anyone()
    assert "李静" not in text_of(visitor.get(page(secret)))
    response = visitor.post(page(secret), GOOD)
    assert response.headers["Location"] == reverse("wagtailadmin_login")
    person = User.objects.get(username=ADDRESS)
    assert (person.get_full_name(), person.email) == ("李静", ADDRESS)
    assert person.check_password(GOOD["password"])
    assert not (person.is_superuser or person.is_staff)
    member = team.member(city.wuhou, person.pk)
    assert member is not None
    assert (member.roles, member.communities) == ([Role.EDITOR], [community])
    assert "账号建好了" in text_of(visitor.get(reverse("wagtailadmin_login")))
    inside = anyone()
    inside.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert inside.get("/admin/").status_code == 200
    assert anyone().post(page(secret), {**GOOD, "name": "别人"}).status_code == 404
    assert User.objects.filter(last_name="别人").count() == 0
    assert acts() == ["invited", "invitation_accepted", "role_given", "communities_changed"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": ""}, "请写上你的姓名"),
        ({"again": "something-else-1"}, "两次输入的密码不一样"),
        ({"password": "12345678", "again": "12345678"}, "密码"),
        ({"password": "li@example.org", "again": "li@example.org"}, "相似"),
        ({"password": "", "again": ""}, "请设一个密码"),
    ],
)
def test_bad_account_is_refused_in_chinese_and_nothing_typed_is_lost(
    city: City, form: dict[str, str], says: str
) -> None:
    secret = invite(city)
    sent = {**GOOD, **form}
    response = anyone().post(page(secret), sent)
    assert response.status_code == 200
    text = text_of(response)
    assert says in text
    for value in filter(None, sent.values()):
        assert f'value="{value}"' in text
    assert "no-store" in response.headers["Cache-Control"]
    assert not User.objects.filter(username=ADDRESS).exists()
    assert anyone().post(page(secret), GOOD).status_code == 302


def test_known_person_signs_in_and_accepts(city: City) -> None:
    outsider = city.user("outsider")
    outsider.email = "Outsider@example.org"
    outsider.save()
    secret = invite(city, "outsider@example.org")
    stranger = anyone().get(page(secret))
    assert reverse("wagtailadmin_login") in text_of(stranger)
    assert f"next=%2Fjoin%2F{secret}%2F" in text_of(stranger)
    assert anyone().post(page(secret), GOOD).status_code == 200
    assert User.objects.count() == 6
    browser = city.browser("outsider")
    assert "接受邀请" in text_of(browser.get(page(secret)))
    assert team.member(city.wuhou, outsider.pk) is None
    assert browser.post(page(secret)).headers["Location"] == reverse("wagtailadmin_home")
    for district, role in ((city.wuhou, Role.EDITOR), (city.jinjiang, Role.ADMIN)):
        member = team.member(district, outsider.pk)
        assert member is not None
        assert member.roles == [role]


def test_link_in_the_wrong_hands_gives_nothing(city: City) -> None:
    secret = invite(city)
    browser = city.browser("outsider")
    for response in (browser.get(page(secret)), browser.post(page(secret))):
        assert "发给 li@example.org 的" in text_of(response)
    assert team.member(city.wuhou, city.user("outsider").pk) is None
    with pytest.raises(InvitationRefused):
        invitations.accept(secret=secret, person=city.user("outsider"))
    assert anyone().get(page(secret)).status_code == 200


def test_account_that_is_switched_off_is_not_taken_over(city: City) -> None:
    User.objects.create_user("old", email=ADDRESS, is_active=False)
    secret = invite(city)
    for response in (anyone().get(page(secret)), anyone().post(page(secret), GOOD)):
        assert "停用" in text_of(response)
    assert User.objects.filter(email=ADDRESS).count() == 1
    with pytest.raises(AccountExists):
        invitations.join(secret=secret, name="李静", password="x")


def test_invitation_into_a_team_one_is_in_adds_the_role(city: City) -> None:
    """Two invitations may be open at once where the second came from another admin's list."""
    secret = invite(city, role=Role.ADMIN)
    person = User.objects.create_user("li", email=ADDRESS)
    person.groups.add(RoleGroup.objects.get(district=city.wuhou, role=Role.EDITOR).group)
    ServedCommunity.objects.create(user=person, community=city.community())
    invitations.accept(secret=secret, person=person)
    member = team.member(city.wuhou, person.pk)
    assert member is not None
    assert (member.roles, member.communities) == ([Role.EDITOR, Role.ADMIN], [])
