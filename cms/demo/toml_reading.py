"""Strict reading of TOML tables into dataclasses: an unknown, missing or wrongly typed key fails with its place."""

import dataclasses
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class ContentError(ValueError):
    """The demo content contradicts itself; the message names the file or entry."""


def read_tables(path: Path) -> dict[str, Any]:
    """The document at `path`; a syntax error names the file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{path.name}: {error}") from error


def build(cls: type[T], table: Mapping[str, Any], *, where: str) -> T:
    """An instance of the dataclass `cls` from `table`; nested dataclasses and tuples are built as well."""
    if not isinstance(table, Mapping):
        raise ContentError(f"{where}: expected a table, found {type(table).__name__}")
    hints = typing.get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls) if f.init}  # type: ignore[arg-type]
    if unknown := sorted(set(table) - set(fields)):
        raise ContentError(f"{where}: unknown key {', '.join(unknown)}")
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(hints[name], table[name], where=f"{where}.{name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ContentError(f"{where}: missing key {name}")
    return cls(**values)


def _value(hint: Any, raw: Any, *, where: str) -> Any:
    if isinstance(raw, tuple):
        return raw  # TOML has lists only: a tuple was built by whoever called
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        hint = next(option for option in typing.get_args(hint) if option is not types.NoneType)
        return _value(hint, raw, where=where)
    if origin is tuple:
        return _tuple(typing.get_args(hint), raw, where=where)
    if dataclasses.is_dataclass(hint):
        return build(typing.cast(type[Any], hint), raw, where=where)
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    # bool is an int to isinstance; a flag where a number belongs is a mistake.
    if not isinstance(raw, hint) or (isinstance(raw, bool) and hint is not bool):
        raise ContentError(f"{where}: expected {hint.__name__}, found {raw!r}")
    return raw.strip() if isinstance(raw, str) else raw


def _tuple(args: tuple[Any, ...], raw: Any, *, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise ContentError(f"{where}: expected a list, found {raw!r}")
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(_value(args[0], item, where=f"{where}[{n}]") for n, item in enumerate(raw))
    if len(raw) != len(args):
        raise ContentError(f"{where}: expected {len(args)} values, found {len(raw)}")
    return tuple(
        _value(arg, item, where=f"{where}[{n}]") for n, (arg, item) in enumerate(zip(args, raw, strict=True))
    )
