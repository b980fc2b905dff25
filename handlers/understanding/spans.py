"""Days as people write them at the beginning of a text: how many, or which one."""

import re
from datetime import date
from typing import Final

from .days import days_in
from .regex import Regex

_DIGITS: Final = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNIT: Final = r"\s*(?:个?工作日|个?自然日|日|天)"
_ENDS: Final = r"(?=[\s,，。.:：;；、]|$)"
_COUNT: Final = re.compile(
    rf"(?P<count>\d{{1,3}}|[零一二两三四五六七八九十]{{1,3}})(?:{_UNIT}|{_ENDS})(?P<rest>.*)", re.DOTALL
)
_DAY: Final = Regex(
    r"(?:(?P<year>\d{4})\s*[年./-]\s*)?(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*[日号]?(?P<rest>.*)",
    re.DOTALL,
)
_AROUND: Final = " 到至停止前"
_BETWEEN: Final = " \t\r\n\u3000:：,，。、;；.!！"


def how_many(text: str) -> tuple[int, str] | None:
    """Return the number of days that `text` begins with, and what follows; None if it begins otherwise."""
    found = _COUNT.fullmatch(text.strip())
    if found is None:
        return None
    count = _number(found["count"])
    return None if count is None else (count, found["rest"].strip(_BETWEEN))


def which(text: str, today: date) -> tuple[date, str] | None:
    """Return the day that `text` begins with, and what follows; without a year the next such day."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return _in_words(text.strip(), today)
    month, day = int(found["month"]), int(found["day"])
    try:
        meant = date(int(found["year"]), month, day) if found["year"] else _next(month, day, today)
    except ValueError:
        return None
    return meant, found["rest"].strip(_BETWEEN)


def _in_words(text: str, today: date) -> tuple[date, str] | None:
    """The same of a day in words, set apart from what follows: 下周五 等鉴定."""
    head, _, rest = text.partition(" ")
    days, left = days_in(head, today)
    day = next(iter(days)) if len(days) == 1 and not left.strip(_AROUND) else None
    return None if day is None or day < today else (day, rest.strip(_BETWEEN))


def _next(month: int, day: int, today: date) -> date:
    meant = date(today.year, month, day)
    return meant if meant >= today else date(today.year + 1, month, day)


def _number(written: str) -> int | None:
    """Return a number written in digits, or in Chinese up to ninety-nine."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return _DIGITS.get(written)
    parts = _DIGITS.get(tens or "一"), _DIGITS.get(ones or "零")
    return None if None in parts else (parts[0] or 0) * 10 + (parts[1] or 0)
