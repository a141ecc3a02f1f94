"""Dates and numbers as they are written in Chengdu. Every time is shown in Chengdu's time, UTC+8."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

CHENGDU = timezone(timedelta(hours=8))
_WEEKDAYS = "一二三四五六日"
_NUMBER = re.compile(r"([+-]?)(\d+)(\.\d+)?")


def moment(value: str) -> datetime:
    """An ISO 8601 time with offset, in Chengdu's time."""
    return datetime.fromisoformat(value).astimezone(CHENGDU)


def _date(value: str) -> date:
    return date.fromisoformat(value) if len(value) == 10 else moment(value).date()


def day(value: str, note: str = "") -> str:
    """12月21日 周六（冬至）"""
    when = _date(value)
    return f"{when.month}月{when.day}日 周{_WEEKDAYS[when.weekday()]}" + (f"（{note}）" if note else "")


def full_day(value: str, note: str = "") -> str:
    """2024年12月21日 周六（冬至）"""
    return f"{_date(value).year}年{day(value, note)}"


def month(value: str) -> str:
    """2024年12月"""
    when = _date(value)
    return f"{when.year}年{when.month}月"


def last_day(value: str) -> str:
    """12月21日, the last day on which something that ends at that moment still stands."""
    when = (moment(value) - timedelta(seconds=1)).date()
    return f"{when.month}月{when.day}日"


def span(first: str, last: str, note: str = "") -> str:
    """One day, or 2024年12月20日 周五至12月21日 周六（冬至）."""
    if first == last:
        return full_day(first, note)
    tail = full_day(last, note) if first[:4] != last[:4] else day(last, note)
    return f"{full_day(first)}至{tail}"


def clock(value: str) -> str:
    """14:05"""
    return moment(value).strftime("%H:%M")


def day_and_clock(value: str) -> str:
    """12月21日 周六 14:05"""
    return f"{day(moment(value).date().isoformat())} {clock(value)}"


def money(value: str) -> str:
    """50.00 → 50元, 0.50 → 0.50元; 不收费 for nothing."""
    amount = Decimal(value)
    if not amount:
        return "不收费"
    return f"{thousands(f'{amount:f}'.removesuffix('.00'))}元"


def year(value: str) -> str:
    return value[:4]


def big_day(value: str) -> str:
    """12·21, as it stands on a poster."""
    when = _date(value)
    return f"{when.month}·{when.day}"


def thousands(value: object) -> str:
    """3868900 → 3,868,900; anything that is not a plain number stays as it was written."""
    match = _NUMBER.fullmatch(str(value).strip())
    if match is None:
        return str(value)
    sign, whole, rest = match.groups()
    return (
        f"{sign}{int(whole):,}{rest or ''}"
        if len(whole) > 3 and not whole.startswith("0")
        else str(value).strip()
    )


def size(number: int) -> str:
    """2500000 → 2.4 MB, 900 → 1 KB"""
    if number >= 1024 * 1024:
        return f"{number / 1024 / 1024:.1f} MB"
    return f"{max(1, round(number / 1024))} KB"


def chinese_number(number: int) -> str:
    """8 → 八, 12 → 十二, 21 → 二十一; for editions, below one hundred."""
    digits = "零一二三四五六七八九"
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
