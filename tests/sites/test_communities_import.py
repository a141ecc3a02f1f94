"""Communities from CSV: all lines or none, every bad line named, and nothing twice."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.domain.districts import create_district
from sites.domain.communities import Imported, import_csv
from sites.enums import CommunityKind
from sites.exceptions import CsvRefused
from sites.models import Community
from tests.city import City, shelf_rows

pytestmark = pytest.mark.once  # shows nothing that hangs on the database

HERE = Path(__file__).resolve().parent
# The table of the whole city is no part of the project; where it stands beside it, it is used.
REAL = HERE.parents[2] / "shared" / "data" / "chengdu_subdistricts.csv"
EXTRACT = HERE / "two_districts.csv"

TABLE = """社区,街道,类型,代码,区县
晋阳社区,晋阳街道,城市,510107001001,武侯区
团结村,簇桥街道,农村,,510107
水井坊社区,锦官驿街道,,510104017001,jinjiang
"""


def known() -> list[tuple[str, ...]]:
    return list(
        Community.objects.order_by("district__slug", "slug").values_list(
            "district__slug", "slug", "name", "subdistrict", "kind", "code"
        )
    )


def refused(data: bytes | str, **options: Any) -> list[tuple[int, str]]:
    """The bad lines of a table; nothing was imported."""
    before, shelf = known(), shelf_rows()
    with pytest.raises(CsvRefused) as refusal:
        import_csv(data if isinstance(data, bytes) else data.encode(), **options)
    assert known() == before
    assert shelf_rows() == shelf
    return refusal.value.problems


# --- real tables --------------------------------------------------------------------------------------------------------


def test_table_of_the_city_is_imported_whole(city: City) -> None:
    data = (REAL if REAL.exists() else EXTRACT).read_bytes()
    rows = [line.split(",") for line in data.decode().splitlines()[1:]]
    for code, name in sorted({(row[2], row[3]) for row in rows}):
        if code not in {city.wuhou.code, city.jinjiang.code}:
            create_district(slug=f"d{code}", name=name, hostname=f"d{code}.localhost", port=8000, code=code)

    assert import_csv(data) == Imported(created=len(rows))

    assert Community.objects.count() == len(rows)
    assert set(Community.objects.values_list("code", flat=True)) == {row[0] for row in rows}
    assert len(city.json("communities/", {"page_size": "100"})["results"]) == min(len(rows), 100)
    shelf = shelf_rows()
    assert import_csv(data) == Imported(unchanged=len(rows))
    assert shelf_rows() == shelf


def test_table_with_districts_that_are_not_here_names_each_line(city: City) -> None:
    city.jinjiang.delete()
    lines = EXTRACT.read_text().splitlines()
    foreign = [number for number, line in enumerate(lines, start=1) if ",510104," in line]
    problems = refused(EXTRACT.read_bytes())
    assert [number for number, _ in problems] == foreign
    assert problems[0][1] == "没有这个区县：510104、锦江区"


def test_subdistricts_stand_for_themselves(city: City) -> None:
    import_csv(EXTRACT.read_bytes())
    one = Community.objects.get(code="510104017")
    assert (one.name, one.subdistrict, one.slug, one.kind) == (
        "锦官驿街道",
        "锦官驿街道",
        "jinguanyi",
        CommunityKind.URBAN,
    )


# --- what is understood -------------------------------------------------------------------------------------------------

WANTED = [
    ("jinjiang", "shuijingfang", "水井坊社区", "锦官驿街道", "urban", "510104017001"),
    ("wuhou", "jinyang", "晋阳社区", "晋阳街道", "urban", "510107001001"),
    ("wuhou", "tuanjie", "团结村", "簇桥街道", "rural", ""),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_table_as_excel_writes_it(city: City, encoding: str, ending: str) -> None:
    data = TABLE.replace("\n", ending).encode(encoding)
    assert import_csv(data) == Imported(created=3)
    assert known() == WANTED


def test_table_with_english_headers_in_another_order(city: City) -> None:
    data = "district,kind,name,subdistrict\nwuhou,rural,团结村,簇桥街道\n".encode()
    assert import_csv(data) == Imported(created=1)
    assert known()[0][2:5] == ("团结村", "簇桥街道", "rural")


def test_blank_lines_and_spaces_do_not_matter(city: City) -> None:
    data = "\n 社区 , 街道 \n\n  晋阳社区 ,晋阳街道  \n,\n\n".encode()
    assert import_csv(data, district=city.wuhou) == Imported(created=1)
    assert known()[0][2:4] == ("晋阳社区", "晋阳街道")


def test_kind_is_guessed_from_the_name(city: City) -> None:
    data = "社区,街道\n晋阳社区,晋阳街道\n团结村,簇桥街道\n".encode()
    import_csv(data, district=city.wuhou)
    assert [row[4] for row in known()] == ["urban", "rural"]


def test_second_import_changes_nothing(city: City) -> None:
    import_csv(TABLE.encode())
    before, shelf = known(), shelf_rows()
    assert import_csv(TABLE.encode()) == Imported(unchanged=3)
    assert (known(), shelf_rows()) == (before, shelf)


def test_import_changes_what_is_known_and_keeps_its_address(city: City) -> None:
    community = city.community("晋阳社区", slug="my-own-slug", subdistrict="晋阳街道")
    city.story(slug="s", community=community)
    done = import_csv(
        "社区,街道,类型,代码\n晋阳社区,晋阳街道,农村,510107001001\n".encode(), district=city.wuhou
    )
    assert done == Imported(updated=1)
    assert known() == [("wuhou", "my-own-slug", "晋阳社区", "晋阳街道", "rural", "510107001001")]
    assert city.item("communities/my-own-slug")["kind"] == "rural"


def test_table_without_codes_keeps_the_codes(city: City) -> None:
    city.community("晋阳社区", code="510107001001")
    data = "社区,街道\n晋阳社区,晋阳街道\n".encode()
    assert import_csv(data, district=city.wuhou) == Imported(unchanged=1)


def test_communities_of_one_name_get_different_addresses(city: City) -> None:
    data = "社区,街道\n" + "".join(f"团结社区,{name}街道\n" for name in ("晋阳", "簇桥", "簇锦"))
    import_csv(data.encode(), district=city.wuhou)
    assert [row[1] for row in known()] == ["cujin-tuanjie", "cuqiao-tuanjie", "tuanjie"]


def test_communities_with_long_names_get_addresses_that_fit(city: City) -> None:
    long = "双" * 55
    data = "社区,街道\n" + "".join(f"{long}{name}社区,{'长' * 50}街道\n" for name in "甲乙丙丁")
    assert import_csv(data.encode(), district=city.wuhou) == Imported(created=4)
    for community in Community.objects.all():
        community.full_clean()


# --- what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("晋阳社区,晋阳街道,城市,,没有区", "没有这个区县：没有区"),
        ("晋阳社区,晋阳街道,城市,,", "没有写区县"),
        (",晋阳街道,城市,,武侯区", "没有写社区名称"),
        ("晋阳社区,,城市,,武侯区", "没有写“晋阳社区”在哪个街道或镇"),
        ("晋阳社区,晋阳街道,乡下,,武侯区", "类型应是“城市”或“农村”，不是“乡下”"),
        ("晋阳社区,晋阳街道,城市,12345,武侯区", "代码应是 6、9 或 12 位数字，不是“12345”"),
        ("晋阳社区,晋阳街道,城市,５１０１０７,武侯区", "代码应是 6、9 或 12 位数字，不是“５１０１０７”"),
        ("晋阳社区,晋阳街道,城市,510104001001,武侯区", "代码 510104001001 不属于武侯区（510107）"),
        ("晋阳社区,晋阳街道,城市", "应有 5 列，实有 3 列"),
        ("晋阳社区,晋阳街道,城市,,武侯区,多", "应有 5 列，实有 6 列"),
        (f"{'长' * 61},晋阳街道,城市,,武侯区", "名称最多 60 个字"),
        ("晋阳\x00社区,晋阳街道,城市,,武侯区", "含有不可见的空字符"),
        ("团结村,簇桥街道,农村,,武侯区", "与第 3 行重复：簇桥街道团结村"),
    ],
)
def test_bad_line_is_named_with_its_number(city: City, line: str, text: str) -> None:
    assert refused(f"{TABLE}{line}\n") == [(5, text)]


def test_every_bad_line_is_named_at_once(city: City) -> None:
    table = (
        TABLE + "甲社区,,城市,,武侯区\n乙社区,晋阳街道,城市,,武侯区\n丙社区,晋阳街道,错,,武侯区\n,,,,武侯区\n"
    )
    assert [number for number, _ in refused(table)] == [5, 7, 8]


def test_line_numbers_are_those_of_the_file(city: City) -> None:
    table = '社区,街道\n\n"晋阳\n社区",晋阳街道\n\n坏社区,\n'
    assert [number for number, _ in refused(table, district=city.wuhou)] == [6]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "文件是空的"),
        (b"\n\n", "文件是空的"),
        ("社区,街道\n".encode(), "只有表头，没有社区"),
        ("社区,街道,人口\n晋阳社区,晋阳街道,9\n".encode(), "不认识的列“人口”"),
        ("街道\n晋阳街道\n".encode(), "缺少社区名称这一列（name 或 社区）"),
        (b"\x80\xff\x00\x81", "文件不是 UTF-8 也不是 GB 18030 编码的文本"),
    ],
)
def test_table_that_is_none_is_refused(city: City, data: bytes, text: str) -> None:
    assert refused(data, district=city.wuhou) == [(1, text)]


def test_table_with_a_column_twice_is_refused(city: City) -> None:
    problems = refused("社区,名称,街道\n晋阳社区,别的,晋阳街道\n", district=city.wuhou)
    assert [number for number, _ in problems] == [1]


@pytest.mark.parametrize("data", ["社区,街道".encode("utf-16"), b"PK\x03\x04" + b"\x00" * 90, b"a" * 200_000])
def test_file_of_another_kind_is_refused(city: City, data: bytes) -> None:
    assert refused(data, district=city.wuhou)


def test_table_of_all_districts_needs_their_column(city: City) -> None:
    problems = refused("社区,街道\n晋阳社区,晋阳街道\n")
    assert problems == [(1, "缺少区县这一列（district、district_code 或 district_name）")]


def test_table_for_one_district_with_lines_of_another_is_refused(city: City) -> None:
    assert refused(TABLE, district=city.wuhou) == [(4, "这一行属于锦江区，不属于武侯区")]


def test_line_whose_district_contradicts_itself_is_refused(city: City) -> None:
    table = "社区,街道,区县代码,区县\n晋阳社区,晋阳街道,510104,武侯区\n"
    assert refused(table) == [(2, "区县的名称和代码不一致：510104、武侯区")]


# --- the command --------------------------------------------------------------------------------------------------------


def test_command_imports_a_file(city: City, tmp_path: Path) -> None:
    file, out = tmp_path / "communities.csv", StringIO()
    file.write_bytes(TABLE.encode("gb18030"))
    call_command("import_communities", str(file), stdout=out)
    call_command("import_communities", str(file), stdout=out)
    assert out.getvalue().splitlines() == ["新增 3，更新 0，不变 0", "新增 0，更新 0，不变 3"]


def test_command_reports_every_bad_line(city: City, tmp_path: Path) -> None:
    file = tmp_path / "communities.csv"
    file.write_text(TABLE + "甲社区,,城市,,武侯区\n,晋阳街道,城市,,武侯区\n")
    with pytest.raises(
        CommandError, match=r"有 2 处不对，一行也没有导入：\n第 5 行：.*\n第 6 行：没有写社区名称"
    ):
        call_command("import_communities", str(file))
    assert known() == []


def test_command_for_one_district(city: City, tmp_path: Path) -> None:
    file = tmp_path / "communities.csv"
    file.write_text(TABLE)
    with pytest.raises(CommandError, match="第 4 行"):
        call_command("import_communities", str(file), "--district", "wuhou")
    with pytest.raises(CommandError, match="没有标识为“nowhere”的区县"):
        call_command("import_communities", str(file), "--district", "nowhere")
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_communities", str(tmp_path / "missing.csv"))
