"""“我们的团队”: who is in a district's team, in which roles and for which communities, and who may change it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from sites.domain import city_team, team
from sites.domain.history import details_of
from sites.domain.people import districts_of, is_city_staff
from sites.enums import Act, Role
from sites.exceptions import CommunityServed, TeamRefused
from sites.models import AuditEntry, Community, District, Invitation, RoleGroup, ServedCommunity, User
from tests.city import City

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

NOT_ADMINS = ["editor", "moderator", "organiser"]


def add(city: City, name: str, *roles: Role, district: District | None = None) -> User:
    """One more person with roles in a district."""
    person = User.objects.create_user(name, last_name=name, email=f"{name}@example.org")
    for role in roles:
        person.groups.add(RoleGroup.objects.get(district=district or city.wuhou, role=role).group)
    return person


def roles_of(person: User, district: District) -> list[Role]:
    found = team.member(district, person.pk)
    return found.roles if found else []


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def address(name: str, *args: Any, district: str = "wuhou") -> str:
    return reverse(name, args=[district, *args])


def trail(city: City) -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.filter(district=city.wuhou).exclude(act=Act.SIGNED_IN).order_by("pk")
    return [(one.act, one.subject_name, str(one.details.get("role", ""))) for one in rows]


# --- who comes in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", NOT_ADMINS)
def test_team_is_not_there_for_those_who_do_not_keep_it(city: City, who: str) -> None:
    browser = city.browser(who)
    person = city.user("admin")
    for path in (
        reverse("team"),
        reverse("city_staff"),
        reverse("team_history_of_all"),
        *(address(name) for name in ("team_members", "team_invite", "team_history", "team_tokens")),
        *(address(name, person.pk) for name in ("team_member", "team_member_remove")),
    ):
        assert browser.get(path).status_code == 404, path
        assert browser.post(path, {"roles": ["admin"], "role": "admin"}).status_code == 404, path
    assert reverse("team") not in text_of(browser.get("/admin/"))


def test_admin_sees_their_own_team_and_no_other(city: City) -> None:
    browser = city.browser("admin")
    assert browser.get(reverse("team")).headers["Location"] == address("team_members")
    text = text_of(browser.get(address("team_members")))
    for shown in ("editor", "moderator", "organiser", "admin", "区县管理员", "还没有登录过"):
        assert shown in text
    assert "outsider" not in text
    assert "city staff" not in text
    for name in ("team_members", "team_invite", "team_history", "team_tokens"):
        theirs = browser.get(address(name, district="jinjiang"))
        nowhere = browser.get(address(name, district="nowhere"))
        assert (theirs.status_code, nowhere.status_code) == (404, 404)
    for path in (reverse("city_staff"), reverse("team_history_of_all")):
        assert browser.get(path).status_code == 404
    assert reverse("team") in text_of(browser.get("/admin/"))  # the menu


def test_admin_of_two_districts_chooses_between_them(city: City) -> None:
    admin = city.user("admin")
    admin.groups.add(RoleGroup.objects.get(district=city.jinjiang, role=Role.ADMIN).group)
    browser = city.browser("admin")
    text = text_of(browser.get(reverse("team")))
    assert address("team_members") in text
    assert address("team_members", district="jinjiang") in text
    assert "成都市" not in text
    assert reverse("city_staff") not in text
    assert "锦江区" in text_of(browser.get(address("team_members", district="jinjiang")))


def test_city_staff_choose_the_district(city: City) -> None:
    browser = city.browser("city staff")
    city.user("outsider").groups.clear()
    text = text_of(browser.get(reverse("team")))
    assert "武侯区" in text
    assert "还没有管理员" in text
    assert browser.get(address("team_members", district="jinjiang")).status_code == 200
    assert browser.get(reverse("team_history_of_all")).status_code == 200


def test_person_of_another_district_is_nobody_here(city: City) -> None:
    outsider = city.user("outsider")
    browser = city.browser("admin")
    for name in ("team_member", "team_member_remove"):
        assert browser.get(address(name, outsider.pk)).status_code == 404
        assert browser.post(address(name, outsider.pk), {"roles": ["editor"]}).status_code == 404
        assert browser.post(address(name, outsider.pk, district="jinjiang")).status_code == 404
    assert roles_of(outsider, city.jinjiang) == [Role.ADMIN]
    assert roles_of(outsider, city.wuhou) == []


# --- roles --------------------------------------------------------------------------------------------------------------


def test_roles_are_given_and_taken_at_once(city: City) -> None:
    editor = city.user("editor")
    theirs = city.browser("editor")
    response = city.browser("admin").post(
        address("team_member", editor.pk), {"roles": ["moderator", "organiser"]}
    )
    assert response.headers["Location"] == address("team_members")
    assert roles_of(editor, city.wuhou) == [Role.MODERATOR, Role.ORGANISER]
    assert theirs.get(reverse("zones:add")).status_code == 200  # the session that was there before
    assert trail(city) == [
        ("role_given", "editor", "moderator"),
        ("role_given", "editor", "organiser"),
        ("role_taken", "editor", "editor"),
    ]
    entry = AuditEntry.objects.filter(act=Act.ROLE_TAKEN).get()
    assert (entry.actor, entry.address) == (city.user("admin"), "127.0.0.1")


def test_person_who_is_removed_keeps_the_session_and_loses_the_desk(city: City) -> None:
    editor = city.user("editor")
    theirs = city.browser("editor")
    assert theirs.get("/admin/").status_code == 200
    asked = city.browser("admin").get(address("team_member_remove", editor.pk))
    assert "editor" in text_of(asked)
    assert roles_of(editor, city.wuhou) == [Role.EDITOR]
    city.browser("admin").post(address("team_member_remove", editor.pk))
    assert roles_of(editor, city.wuhou) == []
    assert theirs.get("/admin/").status_code == 302
    assert User.objects.get(pk=editor.pk).is_active
    assert trail(city) == [("role_taken", "editor", "editor")]


def test_roles_in_other_districts_are_neither_shown_nor_touched(city: City) -> None:
    person = add(city, "李静", Role.EDITOR)
    person.groups.add(RoleGroup.objects.get(district=city.jinjiang, role=Role.MODERATOR).group)
    browser = city.browser("admin")
    for path in (address("team_members"), address("team_member", person.pk)):
        assert "锦江" not in text_of(browser.get(path))
    browser.post(address("team_member", person.pk), {"roles": ["organiser"]})
    assert roles_of(person, city.jinjiang) == [Role.MODERATOR]
    browser.post(address("team_member_remove", person.pk))
    assert roles_of(person, city.jinjiang) == [Role.MODERATOR]
    assert [one.slug for one in districts_of(person)] == ["jinjiang"]


def test_city_staff_in_a_team_stay_city_staff(city: City) -> None:
    staff = city.user("city staff")
    staff.groups.add(RoleGroup.objects.get(district=city.wuhou, role=Role.EDITOR).group)
    browser = city.browser("admin")
    assert "全市工作人员" not in text_of(browser.get(address("team_member", staff.pk)))
    browser.post(address("team_member_remove", staff.pk))
    assert roles_of(staff, city.wuhou) == []
    assert is_city_staff(staff)


@pytest.mark.parametrize("way", ["demoted", "removed"])
def test_last_admin_stays(city: City, way: str) -> None:
    admin = city.user("admin")
    asleep = add(city, "睡着的", Role.ADMIN)
    asleep.is_active = False
    asleep.save()
    browser = city.browser("admin")
    if way == "demoted":
        response = browser.post(address("team_member", admin.pk), {"roles": ["editor"]})
    else:
        response = browser.post(address("team_member_remove", admin.pk))
    assert response.status_code == 200
    assert "唯一的管理员" in text_of(response)
    assert roles_of(admin, city.wuhou) == [Role.ADMIN]
    assert trail(city) == []
    second = add(city, "第二位", Role.ADMIN)
    browser.post(address("team_member_remove", admin.pk))
    assert roles_of(admin, city.wuhou) == []
    assert roles_of(second, city.wuhou) == [Role.ADMIN]


def test_city_staff_may_remove_the_last_admin(city: City) -> None:
    admin = city.user("admin")
    city.browser("city staff").post(address("team_member_remove", admin.pk))
    assert roles_of(admin, city.wuhou) == []


def test_admin_who_leaves_is_shown_out(city: City) -> None:
    add(city, "第二位", Role.ADMIN)
    response = city.browser("admin").post(
        address("team_member", city.user("admin").pk), {"roles": ["editor"]}
    )
    assert response.headers["Location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "至少留一个角色"),
        ({"roles": ["emperor"]}, "emperor"),
        ({"roles": ["admin"], "communities": ["mine"]}, "区县管理员负责全区"),
        ({"roles": ["editor"], "communities": ["theirs"]}, "communities"),
    ],
)
def test_bad_choice_is_named_and_what_was_ticked_stays(city: City, form: dict[str, Any], says: str) -> None:
    mine = city.community()
    theirs = city.community("水井坊社区", district=city.jinjiang, slug="shuijingfang")
    keys = {"mine": str(mine.pk), "theirs": str(theirs.pk)}
    sent = {name: [keys.get(one, one) for one in values] for name, values in form.items()}
    editor = city.user("editor")
    response = city.browser("admin").post(address("team_member", editor.pk), sent)
    assert response.status_code == 200
    text = text_of(response)
    assert says in text
    assert "水井坊" not in text
    if "mine" in form.get("communities", []):
        assert f'value="{mine.pk}" checked' in text
    assert roles_of(editor, city.wuhou) == [Role.EDITOR]
    assert not ServedCommunity.objects.exists()


def test_domain_refuses_what_no_form_offers(city: City) -> None:
    theirs = city.community("水井坊社区", district=city.jinjiang, slug="shuijingfang")
    editor, admin = city.user("editor"), city.user("admin")
    for change in (
        {"actor": admin, "roles": [Role.EDITOR], "communities": [theirs]},
        {"actor": editor, "roles": [Role.EDITOR, Role.ADMIN]},
        {"actor": city.user("outsider"), "roles": [Role.ADMIN]},
        {"actor": admin, "roles": []},
    ):
        with pytest.raises(TeamRefused):
            team.change(district=city.wuhou, person=editor, **change)  # type: ignore[arg-type]
    with pytest.raises(TeamRefused):
        team.change(district=city.wuhou, person=city.user("outsider"), roles=[Role.EDITOR], actor=admin)
    assert trail(city) == []


# --- communities --------------------------------------------------------------------------------------------------------


def test_work_is_limited_to_communities_and_freed_again(city: City) -> None:
    editor, browser = city.user("editor"), city.browser("admin")
    first, second = city.community(), city.community("簇桥社区", slug="cuqiao", subdistrict="簇桥街道")
    path = address("team_member", editor.pk)
    browser.post(path, {"roles": ["editor"], "communities": [first.pk, second.pk]})
    browser.post(path, {"roles": ["editor"], "communities": [second.pk]})
    assert list(ServedCommunity.objects.values_list("user", "community")) == [(editor.pk, second.pk)]
    assert "只负责簇桥社区" in text_of(browser.get(address("team_members")))
    assert f'value="{second.pk}" checked' in text_of(browser.get(path))
    browser.post(path, {"roles": ["editor"]})
    assert not ServedCommunity.objects.exists()
    told = AuditEntry.objects.filter(act=Act.COMMUNITIES_CHANGED).order_by("pk")
    assert [one.details["communities"] for one in told] == [["晋阳社区", "簇桥社区"], ["簇桥社区"], []]


def test_limits_end_with_the_last_role_and_only_in_this_district(city: City) -> None:
    person = add(city, "李静", Role.EDITOR)
    person.groups.add(RoleGroup.objects.get(district=city.jinjiang, role=Role.EDITOR).group)
    here, there = city.community(), city.community("水井坊社区", district=city.jinjiang, slug="shuijingfang")
    for community in (here, there):
        ServedCommunity.objects.create(user=person, community=community)
    city.browser("admin").post(address("team_member_remove", person.pk))
    assert list(ServedCommunity.objects.values_list("community", flat=True)) == [there.pk]


def test_community_that_limits_somebody_is_not_deleted(city: City) -> None:
    """Else the one who was limited to it would serve the whole district."""
    served, offered = city.community(), city.community("簇桥社区", slug="cuqiao")
    ServedCommunity.objects.create(user=city.user("editor"), community=served)
    invitation = Invitation.objects.create(
        district=city.wuhou, email="a@example.org", role="editor", digest="0", expires_at=timezone.now()
    )
    invitation.communities.add(offered)
    for community in (served, offered):
        with pytest.raises(CommunityServed, match="我们的团队"):
            community.delete()
        response = city.browser("admin").post(reverse("communities:delete", args=[community.pk]))
        assert response.status_code == 302
        community.district = city.jinjiang
        with pytest.raises(ValidationError, match="我们的团队"):
            community.full_clean()
        community.refresh_from_db()
    assert Community.objects.count() == 2
    ServedCommunity.objects.all().delete()
    served.full_clean()
    served.delete()


# --- who did what -------------------------------------------------------------------------------------------------------


def test_history_shows_people_and_pages_of_the_district_alone(city: City) -> None:
    city.browser("admin").post(address("team_member", city.user("editor").pk), {"roles": ["moderator"]})
    story = city.story("武侯的事")
    city.story("锦江的事", district=city.jinjiang)
    editor = city.user("editor")
    story.save_revision(user=editor, log_action=True)
    text = text_of(city.browser("admin").get(address("team_history")))
    for shown in ("给予角色", "审核员", "《武侯的事》", "取消角色"):
        assert shown in text
    assert "锦江的事" not in text
    everything = text_of(city.browser("city staff").get(reverse("team_history_of_all")))
    assert "锦江的事" in everything
    assert "武侯的事" in everything


def test_history_of_a_deleted_page_is_shown_where_its_writer_works(city: City) -> None:
    here, there = city.story("武侯的旧事"), city.story("锦江的旧事", district=city.jinjiang)
    both = add(city, "两边的", Role.EDITOR)
    both.groups.add(RoleGroup.objects.get(district=city.jinjiang, role=Role.ADMIN).group)
    third = city.story("两边的旧事", district=city.jinjiang)
    for story, who in ((here, city.user("admin")), (there, city.user("outsider")), (third, both)):
        story.delete(user=who)
    assert PageLogEntry.objects.filter(action="wagtail.delete", user_id__isnull=False).count() == 3
    text = text_of(city.browser("admin").get(address("team_history")))
    assert "武侯的旧事" in text
    assert "锦江的旧事" not in text
    assert "两边的旧事" not in text


def test_history_is_asked_by_person_and_day(city: City) -> None:
    admin, editor = city.user("admin"), city.user("editor")
    for n, actor in enumerate((admin, editor)):
        entry = AuditEntry.objects.create(
            act=Act.INVITED, district=city.wuhou, actor=actor, actor_name=f"人{n}", subject_name=f"邮箱{n}"
        )
        day = timezone.make_aware(timezone.datetime(2026, 3, 1 + n, 23, 30))  # type: ignore[attr-defined]
        AuditEntry.objects.filter(pk=entry.pk).update(at=day)
    browser = city.browser("admin")

    def shown(**query: Any) -> list[int]:
        text = text_of(browser.get(address("team_history"), query))
        return [n for n in (0, 1) if f"邮箱{n}" in text]

    assert shown() == [0, 1]
    assert shown(person=admin.pk) == [0]
    assert shown(since="2026-03-02") == [1]
    assert shown(until="2026-03-01") == [0]
    assert shown(since="2026-03-02", until="2026-03-02", person=editor.pk) == [1]
    assert shown(since="2027-01-01") == []
    # Nobody of another district can be asked about, and nonsense is named.
    outsider = browser.get(address("team_history"), {"person": city.user("outsider").pk})
    assert "outsider" not in text_of(outsider)
    assert "不能早于" in text_of(
        browser.get(address("team_history"), {"since": "2026-03-02", "until": "2026-03-01"})
    )
    assert browser.get(address("team_history"), {"until": "9999-12-31", "p": "x"}).status_code == 200


def test_history_has_pages(city: City) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(act=Act.INVITED, district=city.wuhou, actor_name="甲", subject_name=f"第{n:03}封")
        for n in range(120)
    )
    browser = city.browser("admin")
    pages = [text_of(browser.get(address("team_history"), {"p": n})) for n in (1, 2, 3)]
    seen = [sum(f"第{n:03}封" in page for page in pages) for n in range(120)]
    assert seen == [1] * 120
    assert "第119封" in pages[0]


def test_history_says_details_in_words(city: City) -> None:
    names = {"jinjiang": "锦江区"}
    for details, said in (
        ({"role": "editor", "communities": ["晋阳社区"]}, "编辑 · 只负责晋阳社区"),
        ({"communities": []}, "负责全区"),
        ({"roles": ["admin", "city"]}, "区县管理员、全市工作人员"),
        ({"target": "jinjiang", "withdrawn": True}, "给锦江区 · 撤回"),
        ({"what": "backup codes"}, "备用码"),
        ({"rows": 3, "slug": "x"}, ""),
    ):
        assert details_of(details, districts=names) == said


# --- the city's staff ---------------------------------------------------------------------------------------------------


def test_city_staff_appoint_and_dismiss(city: City) -> None:
    editor, browser = city.user("editor"), city.browser("city staff")
    response = browser.post(reverse("city_staff"), {"who": "没有的人"})
    assert "没有这个邮箱或账号" in text_of(response)
    assert "没有的人" in text_of(response)
    browser.post(reverse("city_staff"), {"who": "EDITOR"})
    assert is_city_staff(editor)
    assert User.objects.get(pk=editor.pk).is_superuser is False
    assert "已经是" in text_of(browser.post(reverse("city_staff"), {"who": "editor"}))
    browser.post(reverse("city_staff_dismiss", args=[editor.pk]))
    assert not is_city_staff(editor)
    assert roles_of(editor, city.wuhou) == [Role.EDITOR]
    told = (
        AuditEntry.objects.exclude(act=Act.SIGNED_IN)
        .order_by("pk")
        .values_list("act", "district", "subject_name")
    )
    assert list(told) == [("role_given", None, "editor"), ("role_taken", None, "editor")]
    assert browser.get(reverse("city_staff_dismiss", args=[editor.pk])).status_code == 404


def test_last_of_the_city_staff_stays(city: City) -> None:
    staff, browser = city.user("city staff"), city.browser("city staff")
    response = browser.post(reverse("city_staff_dismiss", args=[staff.pk]))
    assert "最后一位" in text_of(response)
    assert is_city_staff(staff)


@pytest.mark.parametrize("who", [*NOT_ADMINS, "admin"])
def test_nobody_else_appoints_city_staff(city: City, who: str) -> None:
    browser = city.browser(who)
    assert browser.post(reverse("city_staff"), {"who": who}).status_code == 404
    staff = city.user("city staff")
    assert browser.post(reverse("city_staff_dismiss", args=[staff.pk])).status_code == 404
    with pytest.raises(TeamRefused):
        city_team.appoint(person=city.user(who), actor=city.user(who))
    assert not is_city_staff(city.user(who))
