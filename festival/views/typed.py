"""What was typed into the form of an application: what of it is stored, and what is shown again because it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from festival.domain.terms import LONGEST_ANSWER
from festival.enums import QuestionKind
from festival.models import Application

_LONGEST = {
    field.name: int(field.max_length or 0)
    for field in Application._meta.concrete_fields
    if field.name in {"stall_name", "offer", "contact_name", "organisation"}
}


@dataclass
class Typed:
    """`changes` for `applying.edit`; `problems` of what cannot be stored; `values` all of it as it was typed."""

    changes: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def read(post: QueryDict, *, application: Application, terms: Mapping[str, Any]) -> Typed:
    """Read a sent form. What the form does not have is not changed."""
    typed = Typed()
    for name in _LONGEST:
        if name in post:
            typed.values[name] = _text(post, name)
            longest = _LONGEST[name]
            if len(typed.values[name]) > longest:
                typed.problems[name] = f"太长了，最多 {longest} 个字。"
            else:
                typed.changes[name] = typed.values[name]
    if "stall_name" in post:
        typed.values["name_is_public"] = typed.changes["name_is_public"] = bool(post.get("name_is_public"))
    if "category" in post:
        typed.values["category"] = post["category"]
        if post["category"] in terms["categories"]:
            typed.changes["category"] = post["category"]
        else:
            typed.problems["category"] = "这个版块不收这一类，请另选。"
    if "booths_wanted" in post:
        typed.values["booths_wanted"] = post["booths_wanted"]
        most = terms["booths_per_applicant"]
        number = _number(_text(post, "booths_wanted"))
        if isinstance(number, int) and 1 <= number <= most:
            typed.changes["booths_wanted"] = number
        else:
            typed.problems["booths_wanted"] = f"请写 1 到 {most}。"
    for document in terms["documents"]:
        until = f"{document['key']}:expires_on"
        if until in post:
            typed.values[until] = post[until]
    if "text" in post:
        typed.values["text"] = _text(post, "text")
    _read_answers(post, typed, application=application, terms=terms)
    return typed


def _read_answers(
    post: QueryDict, typed: Typed, *, application: Application, terms: Mapping[str, Any]
) -> None:
    answers = dict(application.answers)
    for question in terms["questions"]:
        key, kind = question["key"], question["kind"]
        if kind == QuestionKind.FILE or key not in post:
            continue
        text = _text(post, key)
        typed.values[key] = text
        value: Any = text
        if kind == QuestionKind.NUMBER and text:
            value = _number(text)
            if value is None:
                typed.problems[key] = "请写数字。"
                continue
        elif kind == QuestionKind.YES_NO:
            value = {"yes": True, "no": False}.get(text, "")
        elif kind == QuestionKind.CHOICE and text and text not in question["choices"]:
            typed.problems[key] = "请从给出的答案里选。"
            continue
        elif len(text) > LONGEST_ANSWER:
            typed.problems[key] = f"最多 {LONGEST_ANSWER} 个字。"
            continue
        if value == "":
            answers.pop(key, None)
        else:
            answers[key] = value
    typed.changes["answers"] = answers


def _text(post: QueryDict, name: str) -> str:
    # Browsers send the ends of lines as CR LF, and count them as one sign.
    return str(post[name]).replace("\r\n", "\n").strip()


def _number(text: str) -> int | float | None:
    """A number as people write it: 12, 1.5, １２, 1,200. None for anything else."""
    plain = text.strip().replace(",", "").replace("，", "")
    try:
        number = float(plain)
    except ValueError:
        return None
    if abs(number) > 1e12 or number != number:
        return None
    return int(number) if number == int(number) and "." not in plain else number
