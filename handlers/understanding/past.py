"""Days that people name when they tell of the past: 2019年5月, 去年底, 3月5号, 上个月, 昨天, 三年前. Pure.

A day without its year is the last such day. Each answer is the span of days that the words allow, with the
place where they stand; what lies after today is left out.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .durations import AGO, Span, back
from .numerals import number
from .regex import Regex

__all__ = ["Dated", "Span", "dates_in", "month_end", "part_of_month"]

OLDEST: Final = 60
"""Years back that a message may tell of."""
MONTH: Final = "1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
DAY: Final = (
    "3[01]|[12]\\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
)
PART: Final = "初|上旬|中旬?|下旬|底|末"
_NEAR: Final = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "前年": 2, "大前年": 3}
_SEASONS: Final = {
    "初": (1, 3), "中": (6, 7), "底": (11, 12), "末": (11, 12), "上": (1, 6), "下": (7, 12),
    "春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (11, 12),
}  # fmt: skip
_SEASON: Final = "年?[初中底末]|上半年|下半年|[春夏秋冬]天"
_IN_MONTH: Final = (
    rf"(?P<month>{MONTH})月份?(?:的?(?P<part>{PART})"
    rf"|(?P<day>{DAY})(?!\d)\s?[日号]?(?![万亿千百个台家人年月%.]))?"
)
_YEARLY: Final = Regex(
    r"(?:(?<![\d.])(?P<year>(?:19|20)\d\d|\d\d|[一二][〇零九][〇零一二三四五六七八九]{2})\s?年|(?P<near>"
    + "|".join(sorted(_NEAR, key=len, reverse=True))
    + rf"))的?\s?(?:{_IN_MONTH}|(?P<season>{_SEASON}))?"
)
_MONTHLY: Final = Regex(rf"(?<![\d每个十年.-]){_IN_MONTH}(?!内|龄|子|薪|租|供|[\d前])")
_NUMERIC: Final = Regex(
    r"(?<![\da-z.\-/])(?P<year>20\d\d)(?P<sep>[./-])(?P<month>1[0-2]|0?[1-9])"
    r"(?:(?P=sep)(?P<day>3[01]|[12]\d|0?[1-9]))?(?![\da-z.\-/]|\s?[万亿元千百%吨亩平米㎡])"
)
_LAST_MONTH: Final = Regex(rf"上个?月(?:(?P<part>{PART})|(?P<day>{DAY})[日号])?")
_NAMED: Final = Regex(
    "(?P<named>昨[天日晚]|前[天日]|大前天|前几天|前些天|前阵子|上个?(?:周|星期"
    "|礼拜)(?P<weekday>[一二三四五六日天])?)"
)
_NAMED_BACK: Final = {
    "昨": (1, 1),
    "前天": (2, 2),
    "前日": (2, 2),
    "大前": (3, 3),
    "前几": (9, 2),
    "前些": (20, 3),
    "前阵": (60, 7),
}
_WEEKDAYS: Final = "一二三四五六日"
_TWO_DIGITS: Final = 2


@dataclass(frozen=True, slots=True)
class Dated:
    """A span of days, and from where to where the message names it."""

    span: Span
    start: int
    end: int


def dates_in(plain: str, today: date) -> Iterator[Dated]:
    """Yield the days of the past that a normalised text names, each place once."""
    taken = bytearray(len(plain))
    for pattern, meaning in _MEANINGS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if 1 in taken[start:end]:
                continue
            days = meaning(match, today)
            if days is not None and days[0] <= today:
                taken[start:end] = bytes([1]) * (end - start)
                yield Dated(Span(days[0], min(days[1], today), match[0].strip()), start, end)


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def part_of_month(first: date, part: str) -> tuple[date, date]:
    """Return from when to when 初, 上旬, 中旬, 下旬 or 底 of the month that begins on `first` is."""
    last = month_end(first)
    low, high = {"初": (1, 10), "上": (1, 10), "中": (11, 20)}.get(part[0], (21, last.day))
    return first.replace(day=low), first.replace(day=high)


def _yearly(match: re.Match[str], today: date) -> tuple[date, date] | None:
    year = today.year - _NEAR[match["near"]] if match["near"] else _year(match["year"], today)
    if year is None or (
        len(match["year"] or "2019") == _TWO_DIGITS and not (match["month"] or match["season"])
    ):
        return None
    if match["month"]:
        return _in_month(match, year)
    start, end = _SEASONS.get((match["season"] or "").removeprefix("年")[:1], (1, 12))
    return date(year, start, 1), month_end(date(year, end, 1))


def _monthly(match: re.Match[str], today: date) -> tuple[date, date] | None:
    if not (match["day"] or match["part"] or match[0].endswith(("月", "月份"))):
        return None
    found = (_in_month(match, year) for year in (today.year, today.year - 1))
    return next((days for days in found if days is not None and days[0] <= today), None)


def _numeric(match: re.Match[str], today: date) -> tuple[date, date] | None:
    del today
    year, month = int(match["year"]), int(match["month"])
    return _one_day(year, month, int(match["day"])) if match["day"] else _whole(year, month)


def _in_last_month(match: re.Match[str], today: date) -> tuple[date, date] | None:
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if match["day"]:
        return _one_day(first.year, first.month, _value(match["day"]))
    return part_of_month(first, match["part"]) if match["part"] else (first, month_end(first))


def _named(match: re.Match[str], today: date) -> tuple[date, date] | None:
    named = match["named"]
    if named.startswith("上"):
        monday = today - timedelta(days=today.weekday() + 7)
        if match["weekday"]:
            day = monday + timedelta(days=_WEEKDAYS.index(match["weekday"].replace("天", "日")))
            return day, day
        return monday, monday + timedelta(days=6)
    most, least = next(days for word, days in _NAMED_BACK.items() if named.startswith(word))
    return today - timedelta(days=most), today - timedelta(days=least)


def _ago(match: re.Match[str], today: date) -> tuple[date, date] | None:
    span = back(match, today)
    return (span.first, span.last) if span else None


def _in_month(match: re.Match[str], year: int) -> tuple[date, date] | None:
    month = _value(match["month"])
    if match["day"]:
        return _one_day(year, month, _value(match["day"]))
    return part_of_month(date(year, month, 1), match["part"]) if match["part"] else _whole(year, month)


def _whole(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, month_end(first)


def _one_day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return (date(year, month, day),) * 2
    except ValueError:
        return None


def _year(written: str, today: date) -> int | None:
    if not written.isdecimal():
        written = "".join(str("零一二三四五六七八九".index(digit)) for digit in written.replace("〇", "零"))
    year = int(written) + (today.year // 100 * 100 if len(written) == _TWO_DIGITS else 0)
    return year if max(1, today.year - OLDEST) <= year <= today.year else None


def _value(written: str) -> int:
    found = number(written)
    return int(found.low) if found else 0


_MEANINGS: Final[tuple[tuple[Regex, Callable[[re.Match[str], date], tuple[date, date] | None]], ...]] = (
    (_NUMERIC, _numeric),
    (_YEARLY, _yearly),
    (_LAST_MONTH, _in_last_month),
    (_MONTHLY, _monthly),
    (_NAMED, _named),
    (AGO, _ago),
)
