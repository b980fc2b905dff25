"""Days in words: 今天到下周五, 12月1日-12月5日, 明天起三天. Pure; times of day are not understood here."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .regex import Regex

_TODAY: Final = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_WEEKS: Final = {"本": 0, "这": 0, "下": 1, "下下": 2}
_WEEKDAYS: Final = {name: place % 7 for place, name in enumerate("一二三四五六日")} | {"天": 6}
_COUNTS: Final = {name: n for n, name in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}

_DAY: Final = (
    r"(?:(?P<near{n}>大后天|今天|今日|明天|明日|后天)"
    r"|(?P<week{n}>下下|下|本|这)?个?(?:周|星期|礼拜)(?P<weekday{n}>[一二三四五六日天])"
    r"|(?<!\d)(?:(?P<year{n}>20\d\d)\s*[年./-]\s*)?(?P<month{n}>1[0-2]|0?[1-9])\s*[月./-]\s*(?P<day{n}>3[01]|[12]\d|0?[1-9])(?!\d)[日号]?"
    r"{bare})"
)
_WEEK: Final = Regex(r"(?P<week>下下|下|本|这)个?(?:周|星期|礼拜)(?:一?整?周|全周)?[。.]?\s*$")
_BARE: Final = r"|(?<!\d)(?P<only2>3[01]|[12]\d|0?[1-9])[日号]"
_SPAN: Final = Regex(
    _DAY.format(n=1, bare="")
    + r"(?:\s*(?:起|开始)?\s*(?P<length>\d{1,3}|[一二两三四五六七八九十])\s*(?:天|个?(?P<weeks>周|星期|礼拜))"
    + r"|\s*(?:到|至|[-–—~～]|\s)\s*"
    + _DAY.format(n=2, bare=_BARE)
    + r")?\s*(?:为?止)?[。.]?\s*$"
)
_LATE: Final = timedelta(days=60)
"""A date without a year that is past by no more is meant as past; else it is one of next year."""


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day, both included; `before` is what was said before them."""

    first: date
    last: date
    before: str


def days_in(text: str, today: date) -> Days | None:
    """Return the days that a text ends with, None if it names none, or none that exist in this order."""
    found = _SPAN.search(text)
    if found is None:
        return _whole_week(text, today)
    first = _day(found, "1", today, not_before=today - _LATE)
    if first is None:
        return None
    last: date | None = first
    if found["length"]:
        last = first + timedelta(days=_count(found["length"]) * (7 if found["weeks"] else 1) - 1)
    elif found["only2"]:
        last = _dated(first.year, first.month, int(found["only2"]))
    elif any(found[f"{part}2"] for part in ("near", "weekday", "month")):
        last = _day(found, "2", today, not_before=first)
    if last is None or last < first:
        return None
    return Days(first, last, text[: found.start()].strip(" \u3000:：,，、从自"))


def _whole_week(text: str, today: date) -> Days | None:
    """Return the days of a week that is named as a whole, from today on: 下周, 本周."""
    found = _WEEK.search(text)
    if found is None:
        return None
    monday = today - timedelta(days=today.weekday() - 7 * _WEEKS[found["week"]])
    first, last = max(monday, today), monday + timedelta(days=6)
    return Days(first, last, text[: found.start()].strip(" \u3000:：,，、从自"))


def _count(word: str) -> int:
    return _COUNTS[word] if word in _COUNTS else max(1, int(word))


def _day(found: re.Match[str], n: str, today: date, *, not_before: date) -> date | None:
    if found[f"near{n}"]:
        return today + timedelta(days=_TODAY[found[f"near{n}"]])
    if found[f"weekday{n}"]:
        return _weekday(found[f"week{n}"], found[f"weekday{n}"], today, not_before)
    year, month, day = found[f"year{n}"], int(found[f"month{n}"]), int(found[f"day{n}"])
    if year:
        return _dated(int(year), month, day)
    this = _dated(not_before.year, month, day)
    if this is not None and this >= not_before:
        return this
    return _dated(not_before.year + 1, month, day)


def _weekday(week: str | None, weekday: str, today: date, not_before: date) -> date:
    """A day of a named week; without one the next such day that does not lie before the first."""
    monday = today - timedelta(days=today.weekday())
    if week:
        return monday + timedelta(days=7 * _WEEKS[week] + _WEEKDAYS[weekday])
    start = max(today, not_before)
    return start + timedelta(days=(_WEEKDAYS[weekday] - start.weekday()) % 7)


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
