"""Communities, and their import from CSV."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from sites.enums import CommunityKind
from sites.exceptions import CsvRefused
from sites.models import Community, District, code_validator
from sites.slugs import free_slug, pinyin_slug

# Header → field. Official tables are in English or in Chinese.
COLUMNS = {
    "name": "name",
    "社区": "name",
    "名称": "name",
    "subdistrict": "subdistrict",
    "街道": "subdistrict",
    "街道/镇": "subdistrict",
    "kind": "kind",
    "类型": "kind",
    "code": "code",
    "代码": "code",
    "district": "district",
    "district_code": "district_code",
    "区县代码": "district_code",
    "district_name": "district_name",
    "区县": "district_name",
}
KINDS = {
    "urban": CommunityKind.URBAN,
    "城市": CommunityKind.URBAN,
    "城市社区": CommunityKind.URBAN,
    "rural": CommunityKind.RURAL,
    "农村": CommunityKind.RURAL,
    "农村社区": CommunityKind.RURAL,
    "村": CommunityKind.RURAL,
}
_SUBDISTRICT_ENDINGS = ("街道", "镇", "乡")
_ENDINGS = ("社区", "村")


@dataclass
class Imported:
    """How many communities an import made, changed and found as they were."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class _Line:
    number: int
    district: District
    name: str
    subdistrict: str
    kind: CommunityKind
    code: str


def community_slug(district: District, *, name: str, subdistrict: str, taken: set[str]) -> str:
    """A free pinyin address for a community: 晋阳社区 → jinyang; of two with one name the second names its
    subdistrict."""
    bare = _without(name, *_ENDINGS) if name != subdistrict else _without(name, *_SUBDISTRICT_ENDINGS)
    short = pinyin_slug(bare, most=40).replace("-", "")
    if short in taken:
        short = (
            f"{pinyin_slug(_without(subdistrict, *_SUBDISTRICT_ENDINGS), most=19).replace('-', '')}-{short}"
        )
    return free_slug(short, is_taken=taken.__contains__, fallback="community")


def _without(name: str, *endings: str) -> str:
    for ending in endings:
        if name.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


@transaction.atomic
def import_csv(data: bytes, *, district: District | None = None) -> Imported:
    """Make or change the communities of a CSV file (UTF-8, or GB 18030 as Excel writes it in China).

    Needs a column for the name; subdistrict, kind, code and district (slug, name or code) where known. A row whose name
    is a subdistrict's stands for that subdistrict. With `district` every row must be of that district. Raises
    CsvRefused with every bad line, having imported nothing.
    """
    lines, problems = _read(data, only=district)
    if problems:
        raise CsvRefused(sorted(problems))
    done = Imported()
    for owner in {line.district.pk: line.district for line in lines}.values():
        _import_district(owner, [line for line in lines if line.district == owner], done)
    return done


def _import_district(district: District, lines: list[_Line], done: Imported) -> None:
    standing = {(c.subdistrict, c.name): c for c in Community.objects.filter(district=district)}
    taken = {community.slug for community in standing.values()}
    for line in lines:
        community = standing.get((line.subdistrict, line.name))
        if community is None:
            slug = community_slug(district, name=line.name, subdistrict=line.subdistrict, taken=taken)
            taken.add(slug)
            Community.objects.create(
                district=district,
                slug=slug,
                name=line.name,
                subdistrict=line.subdistrict,
                kind=line.kind,
                code=line.code,
            )
            done.created += 1
        elif (community.kind, community.code) != (line.kind, line.code or community.code):
            community.kind, community.code = line.kind, line.code or community.code
            community.save()
            done.updated += 1
        else:
            done.unchanged += 1


def _read(data: bytes, *, only: District | None) -> tuple[list[_Line], list[tuple[int, str]]]:
    text = _decode(data)
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(_rows(reader), None)
    if header is None:
        return [], [(1, "文件是空的")]
    fields = [COLUMNS.get(cell.strip()) for cell in header[1]]
    problems = [
        (1, f"不认识的列“{cell.strip()}”")
        for cell, field in zip(header[1], fields, strict=True)
        if field is None
    ]
    named = [field for field in fields if field]
    if len(set(named)) < len(named):
        problems.append((1, "同一列写了两次"))
    if "name" not in fields:
        problems.append((1, "缺少社区名称这一列（name 或 社区）"))
    if only is None and not {"district", "district_code", "district_name"} & set(fields):
        problems.append((1, "缺少区县这一列（district、district_code 或 district_name）"))
    if problems:
        return [], problems
    by_key = {key: d for d in District.objects.all() for key in (d.slug, d.name, d.code) if key}
    lines: list[_Line] = []
    seen: dict[tuple[int, str, str], int] = {}
    for number, cells in _rows(reader):
        if len(cells) != len(fields):
            problems.append((number, f"应有 {len(fields)} 列，实有 {len(cells)} 列"))
            continue
        row = {str(field): cell.strip() for field, cell in zip(fields, cells, strict=True)}
        found = _line(number, row, by_key, only)
        if isinstance(found, str):
            problems.append((number, found))
            continue
        key = (found.district.pk, found.subdistrict, found.name)
        if key in seen:
            problems.append((number, f"与第 {seen[key]} 行重复：{found.subdistrict}{found.name}"))
        seen.setdefault(key, number)
        lines.append(found)
    if not lines and not problems:
        problems.append((1, "只有表头，没有社区"))
    return lines, problems


def _decode(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CsvRefused([(1, "这是 Excel 文件。请在 Excel 里选“另存为”，格式选“CSV UTF-8”，再导入")])
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or data.count(0) > max(8, len(data) // 50):
        raise CsvRefused([(1, "这不是 CSV 文本。请在 Excel 里选“另存为”，格式选“CSV UTF-8”，再导入")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            raise CsvRefused([(1, "文件不是 UTF-8 也不是 GB 18030 编码的文本")]) from None


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them, each with its line number in the file."""
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells  # type: ignore[attr-defined]
    except csv.Error as error:
        raise CsvRefused([(reader.line_num, f"不是有效的 CSV：{error}")]) from None  # type: ignore[attr-defined]


def _line(
    number: int, row: dict[str, str], by_key: dict[str, District], only: District | None
) -> _Line | str:
    """The line, or what is wrong with it."""
    named = [row[key] for key in ("district", "district_code", "district_name") if row.get(key)]
    districts = {by_key.get(key) for key in named}
    if None in districts:
        return f"没有这个区县：{'、'.join(key for key in named if key not in by_key)}"
    if len(districts) > 1:
        return f"区县的名称和代码不一致：{'、'.join(named)}"
    district = districts.pop() if districts else only
    if district is None:
        return "没有写区县"
    if only is not None and district != only:
        return f"这一行属于{district}，不属于{only}"
    name = row["name"]
    if not name:
        return "没有写社区名称"
    if "\x00" in "".join(row.values()):
        return "含有不可见的空字符"
    if any(value.startswith(("=", "+", "-", "@")) for value in (name, row.get("subdistrict", ""))):
        return "名称不能以 = + - @ 开头：表格软件会把它当公式来算"
    is_subdistrict = name.endswith(_SUBDISTRICT_ENDINGS)
    subdistrict = row.get("subdistrict") or (name if is_subdistrict else "")
    if not subdistrict:
        return f"没有写“{name}”在哪个街道或镇"
    if max(len(name), len(subdistrict)) > 60:
        return "名称最多 60 个字"
    kind_text = row.get("kind", "")
    guessed = CommunityKind.RURAL if name.endswith(("村", "镇", "乡")) else CommunityKind.URBAN
    kind = KINDS.get(kind_text) if kind_text else guessed
    if kind is None:
        return f"类型应是“城市”或“农村”，不是“{kind_text}”"
    code = row.get("code", "")
    try:
        code_validator(code)
    except ValidationError:
        return f"代码应是 6、9 或 12 位数字，不是“{code}”"
    if code and district.code and not code.startswith(district.code):
        return f"代码 {code} 不属于{district}（{district.code}）"
    return _Line(number, district, name, subdistrict, kind, code)
