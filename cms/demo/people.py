"""Who works in the demo city. The names are made up; each account's own name says where it works and as what."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cms.domain.districts import complete_city_staff
from sites.enums import Role
from sites.models import Community, District, RoleGroup, ServedCommunity, User

# Forty and forty-nine have no common divisor, so no two of the first 1,960 people have the same name.
_SURNAMES = "李王张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
_GIVEN = (
    *("静", "晓琳", "建国", "雨桐", "志明", "秀英", "浩然", "玉兰", "国栋", "思源", "春梅", "文博", "小川"),
    *("丽华", "海燕", "子涵", "永强", "雪莲", "家豪", "桂芳", "明轩", "红霞", "俊杰", "若溪", "光辉", "淑芬"),
    *("一鸣", "晓燕", "立新", "欣怡", "长江", "彩云", "嘉宁", "玉梅", "宏伟", "书瑶", "德友", "芳菲", "振华"),
    *("云舒", "建平", "诗雅", "学军", "月娥", "天佑", "兰芝", "安然", "世杰", "巧玲"),
)
# Beside one person for each role: an editor who writes for two communities only.
LIMITED = ("wuhou-yulin", "wuhou", ("yulin-donglu", "jinyang"))


def name_of(number: int) -> str:
    """The name of the demo's person of that number, from 0."""
    return f"{_SURNAMES[number * 7 % len(_SURNAMES)]}{_GIVEN[number * 11 % len(_GIVEN)]}"


@transaction.atomic
def load_people(districts: Iterable[District], *, password: str) -> None:
    """The city's staff, a person for each role of each district, and what of them is missing. Renamed ones stay."""
    # One hash for all: a hundred slow ones would be most of the loading, and the password is printed anyway.
    hashed = make_password(password)

    def person(username: str, number: int) -> User:
        values = {"password": hashed, "last_name": name_of(number), "email": f"{username}@example.org"}
        return User.objects.get_or_create(username=username, defaults=values)[0]

    person("city", 0).groups.add(complete_city_staff())
    groups = {(one.district_id, one.role): one.group for one in RoleGroup.objects.select_related("group")}
    number = 0
    for district in districts:
        for role in Role:
            number += 1
            person(f"{district.slug}-{role.value}", number).groups.add(groups[district.pk, role.value])
    username, slug, slugs = LIMITED
    limited = person(username, number + 1)
    communities = list(
        Community.objects.filter(district__slug=slug, slug__in=slugs).select_related("district")
    )
    for community in communities:
        limited.groups.add(groups[community.district_id, Role.EDITOR.value])
        ServedCommunity.objects.get_or_create(user=limited, community=community)
