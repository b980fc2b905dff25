"""Since when something has been so, and by when somebody wants it: words and today in, spans of days out. Pure.

A vague moment is the span of days that its words allow: 2019年5月 is the whole month, 拖了两年多 from under three
to two years ago, 三年了 half a year to either side of three years ago.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from .days import days_in
from .features import READ_AT_MOST
from .numerals import number
from .text import normalize

_N: Final = r"(?:\d{1,3}|[一二两三四五六七八九十半]{1,3}|好?几)"
_YEARS_BACK: Final = {"今年": 0, "去年": 1, "前年": 2, "大前年": 3}
_UNIT_DAYS: Final = {
    "年": 365.25,
    "载": 365.25,
    "个月": 30.44,
    "个多月": 30.44,
    "月": 30.44,
    "周": 7,
    "星期": 7,
    "天": 1,
    "日": 1,
}
_DATED: Final = re.compile(
    r"(?<![\d-])(?:(?P<year>(?:19|20)?\d\d)\s*[年./-]\s*|(?P<near>今年|去年|大前年|前年)的?)(?:(?P<month>1[0-2]|0?[1-9])\s*(?:[月./-]\s*)?"
    r"(?:(?P<part>初|中旬?|上旬|下旬|底)|(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号]?)?(?:份)?|(?P<whole>年?初|年?底|上半年|下半年|春天|夏天|秋天|冬天))?"
    r"(?![\d-])"
)
_LASTED: Final = re.compile(
    rf"(?P<n>{_N})\s*(?P<more>多)?\s*(?P<unit>年|载|个多?月|周|星期|天)(?P<half>半)?(?P<more2>多)?\s*(?:了|来|都|也|至今|没|未|一直|还)"
    rf"|(?:拖|欠|等|压|扣|拖欠|已经?|整整|长达|快|近|将近|都)了?\s*(?P<n2>{_N})\s*(?P<more3>多)?\s*(?P<unit2>年|个多?月|周|星期|天)(?P<half2>半)?(?P<more4>多)?"
)
_AHEAD: Final = re.compile(
    rf"(?P<n>{_N})\s*(?:个)?(?P<unit>天|日|周|星期|个月|月|工作日)\s*(?:之|以)?内(?!部|容|地)"
    r"|(?P<named>本周|这周|这个?月|本月|月底|年底|年前|年内|春节前|过年前|节前|今天|今晚|下班|明天|后天|下周|下个?月底?)\s*(?P<by>(?:结束|下班)?(?:之|以)?前|内|底|必须|一定|就要)?"
)
_BY: Final = re.compile(
    r"(?:务必|必须|一定|请|要|得|希望|最(?:迟|晚)|赶)?[^,。;!?]{0,12}?(?:之前|以前|前|截止|到期|为止)"
)
_FOUNDED: Final = re.compile(
    "[,，]?[^,。;!?]{0,8}?(?:成立|创办|创建|注册(?!商标)|建厂|投产|出生|开业|入驻|落户)"
)
"""What is told of the firm's beginnings is not since when it has the matter."""
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last day that words may mean, both included; `text` is what was said."""

    first: date
    last: date
    text: str


def since(text: str, today: date) -> Span | None:
    """Return since when what `text` tells has been so: the earliest day that it dates, else how long it lasts.

    Days after `today` are no answer. Never raises; time is bounded.
    """
    plain = normalize(text[:READ_AT_MOST])
    dated = [span for span in _dated(plain, today) if span.first <= today]
    if dated:
        return min(dated, key=lambda span: span.first)
    lasted = [span for span in _lasted(plain, today) if span is not None]
    return min(lasted, key=lambda span: span.first) if lasted else None


def deadline(text: str, today: date) -> Span | None:
    """Return by when something is wanted: 下周五前, 12月5日之前, 三天内, 月底前; None if nothing is said.

    `first` is the day on which a named span begins, `last` the last day on which it may be done.
    """
    plain = normalize(text[:READ_AT_MOST])
    ahead = _AHEAD.search(plain)
    for match in _BY.finditer(plain):
        found, _ = days_in(match[0], today)
        days = sorted(day for day in found if day is not None and day >= today)
        if days:
            return Span(days[0], days[0], match[0][-12:])
    return _ahead(ahead, today) if ahead else None


def _dated(plain: str, today: date) -> Iterator[Span]:
    for match in _DATED.finditer(plain):
        year = _year(match, today)
        span = year and _span(match, year)
        if (
            span
            and not _FOUNDED.match(plain, match.end())
            and (match["month"] or match["near"] or match["whole"] or len(match["year"] or "") == len("2019"))
        ):
            yield Span(*span, match[0].strip())


def _year(match: re.Match[str], today: date) -> int | None:
    if match["near"]:
        return today.year - _YEARS_BACK[match["near"]]
    written = match["year"]
    if len(written) == len("17") and not (match["month"] and "年" in match[0]):
        return None
    year = int(written) if len(written) > len("17") else today.year // 100 * 100 + int(written)
    return year if today.year - 60 <= year <= today.year + 10 else None


def _span(match: re.Match[str], year: int) -> tuple[date, date] | None:
    if match["day"]:
        return _one_day(year, int(match["month"]), int(match["day"]))
    if match["month"]:
        first = date(year, int(match["month"]), 1)
        last = _month_end(first)
        if part := match["part"]:
            return _part(first, last, part[0])
        return first, last
    months = {
        "初": (1, 3),
        "底": (11, 12),
        "上": (1, 6),
        "下": (7, 12),
        "春": (3, 5),
        "夏": (6, 8),
        "秋": (9, 11),
        "冬": (11, 12),
    }
    word = (match["whole"] or "").removeprefix("年")
    start, end = months.get(word[:1], (1, 12))
    return date(year, start, 1), _month_end(date(year, end, 1))


def _part(first: date, last: date, part: str) -> tuple[date, date]:
    bounds = {"初": (1, 10), "上": (1, 10), "中": (11, 20), "下": (21, last.day), "底": (21, last.day)}
    low, high = bounds[part]
    return first.replace(day=low), first.replace(day=high)


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _one_day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return (date(year, month, day),) * 2
    except ValueError:
        return None


def _lasted(plain: str, today: date) -> Iterator[Span | None]:
    for match in _LASTED.finditer(plain):
        n, unit = match["n"] or match["n2"], match["unit"] or match["unit2"]
        count = _count(n)
        if count is None:
            continue
        is_half = bool(match["half"] or match["half2"])
        is_more = bool(match["more"] or match["more2"] or match["more3"] or match["more4"] or "多" in unit)
        low, high = count
        place = _HALF if is_half or low < 1 else 1.0
        if is_half:
            low, high = low + _HALF, high + _HALF
        low, high = (low, high + place) if is_more else (max(0.0, low - place / 2), high + place / 2)
        size = _UNIT_DAYS[unit]
        yield _back(today, low * size, high * size, match[0])


def _back(today: date, least: float, most: float, text: str) -> Span | None:
    try:
        return Span(today - timedelta(days=round(most)), today - timedelta(days=round(least)), text)
    except OverflowError:
        return None


def _count(written: str) -> tuple[float, float] | None:
    if written == "半":
        return _HALF, _HALF
    if written.endswith("几"):
        return 2.0, 9.0
    found = number(written)
    if found is None or found.high > Decimal(200):
        return None
    return float(found.low), float(found.high)


def _ahead(match: re.Match[str], today: date) -> Span | None:
    if match["n"]:
        count = _count(match["n"])
        if count is None:
            return None
        size = {"天": 1.0, "日": 1.0, "工作日": 1.4, "周": 7.0, "星期": 7.0}.get(match["unit"], 30.44)
        return Span(today, today + timedelta(days=round(count[1] * size)), match[0])
    named = match["named"]
    if not match["by"] and not named.endswith(("前", "底")):
        return None
    last = _named_end(named, today)
    return None if last is None else Span(today, last, match[0])


def _named_end(named: str, today: date) -> date | None:
    sunday = today + timedelta(days=6 - today.weekday())
    month = _month_end(today.replace(day=1))
    ends = {
        "今": today, "下班": today, "明": today + timedelta(days=1), "后": today + timedelta(days=2),
        "本周": sunday, "这周": sunday, "下周": sunday + timedelta(days=7),
        "年": date(today.year, 12, 31), "下个": _month_end(month + timedelta(days=1)), "下月": _month_end(month + timedelta(days=1)),
    }  # fmt: skip
    if named in {"春节前", "过年前", "节前", "年前"}:
        return None
    return next((end for name, end in ends.items() if named.startswith(name)), month)
