"""By when something is wanted: 下周五前, 三天内, 10个工作日内, 月底前. Pure: words and today in, days out.

The day that is named is still in time (下周五前 includes that Friday); a festival is not.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from math import ceil
from typing import Final

from config import catalog
from models.queries.workdays import calendar

from .days import days_in, in_figures
from .durations import COUNT, DAYS, Span, counted
from .features import READ_AT_MOST
from .numerals import number
from .past import DAY, MONTH, PART, month_end, part_of_month
from .regex import Regex
from .text import normalize

_TRIGGERS_AT_MOST: Final = 40
_TAIL: Final = 14
"""Characters before a word such as 前 in which the day may be named."""
_PAUSES: Final = Regex("[,。;!?\n]")
_WITHIN: Final = Regex(
    rf"(?P<count>\d{{1,3}}|{COUNT})\s?个?\s?(?P<unit>工作日|自然日|天|日|周|星期|礼拜|月|年"
    rf"|小时)(?:(?:之|以)?内(?!部|容|地|蒙|环)|(?P<time>的?时间))"
)
_GIVEN: Final = Regex("给[我咱俺]们?$")
"""三天内, 给我们十天时间."""
_PROMISED: Final = Regex(
    "承诺|规定|约定|说好|条例|按照|本应|当初|原定|曾|过去|最近|近|已|答应过|法律|连续|分[两三]次"
)
_HAPPENED: Final = Regex(
    r"[^,。;!?]{0,4}?(?:连续|先后|已|停了|停电|跳闸|断电|\d次|[两三四五六七八九几]次|[两三四五六七八九几]起)"
)
_TRIGGER: Final = Regex(
    r"(?<![目提从以当面眼跟生事])(?:之前|以前|前(?![年天日后途景提往些几阵台期段])|之内|以内"
    r"|内(?![部容地蒙环])|截止|到期|为止|就要|必须|要[交发用开停验]"
    r"|(?<=[日号天])(?<!今[天日])(?=就[断停关封拆])|(?<=[本这]月底)(?<!截[至止][本这]月底)(?![之以]?前))"
)
"""Before or on which day; 三十号就断电 and 本月底 are told without a word of before."""
_ENDS: Final = frozenset({"到期", "截止"})
_LATEST: Final = Regex("最(?:晚|迟)|不晚于|截止(?:时间|日期)?(?:到|至|是|为|:)?")
_HOURS: Final = Regex(
    r"(?:上午|下午|晚上|中午|下班|(?<![今明])晚|(?:\d{1,2}|[一二两三四五六七八九十]{1,3})[点时]半?"
    r"|结束|投标|报名|申报|缴费|[的就])+$"
)

_NEXT_MONTH_DAY: Final = Regex(rf"下个?月(?P<day>{DAY})[日号]?$")
_IN_MONTH: Final = Regex(rf"(?P<year>今年|明年|20\d\d年)?(?<!\d)(?P<month>{MONTH})月份?(?P<part>{PART})?$")
_PERIOD: Final = Regex(
    r"(?<![\d一二两三四五六七八九十几半多个])(?P<which>本|这个?|下下?个?|今|明)?(?P<unit>周|星期"
    r"|礼拜|月|年|季度)(?P<part>底|末|初|中旬?|内)?$"
)
_WEEK: Final = timedelta(days=7)
_MORE: Final = "0123456789〇零一二三四五六七八九十年月下本这明今后大上个前"
"""After these the name of a day goes on."""
_EVENING: Final = Regex("[早晚]上$")


def deadline(text: str, today: date) -> Span | None:
    """Return by when something is wanted, the first that is said; None if nothing is.

    The span holds the days that the last day may be, one if it is exact. Never raises; time is bounded.
    """
    plain = normalize(text[:READ_AT_MOST])
    found = [each for each in (_within(plain, today), _before(plain, today), _latest(plain, today)) if each]
    return min(found, key=lambda each: each[0])[1] if found else None


def _within(plain: str, today: date) -> tuple[int, Span] | None:
    for match in _WITHIN.finditer(plain):
        clause = _PAUSES.split(plain[max(0, match.start() - _TAIL) : match.start()])[-1]
        if match["time"] and not _GIVEN.search(clause):
            continue
        bounds = counted(match["count"])
        if bounds is None or _PROMISED.search(clause) or _HAPPENED.match(plain, match.end()):
            continue
        first, last = (_after(today, count, match["unit"]) for count in bounds)
        return match.start(), Span(first, last, match[0])
    return None


def _after(today: date, count: float, unit: str) -> date:
    if unit == "工作日":
        return calendar().add_working_days(today, ceil(count))
    if unit == "小时":
        return today + timedelta(days=ceil(count / 24))
    return today + timedelta(days=round(count * DAYS.get(unit, 1.0)))


def _before(plain: str, today: date) -> tuple[int, Span] | None:
    """Return the first day before which something is wanted, else the first on which something ends."""
    ends: tuple[int, Span] | None = None
    for place, match in enumerate(_TRIGGER.finditer(plain)):
        if place == _TRIGGERS_AT_MOST:
            break
        tail = _PAUSES.split(plain[max(0, match.start() - _TAIL) : match.start()])[-1]
        named = _HOURS.sub("", tail.rstrip())
        meaning = partial(_named, trigger=match[0], today=today)
        day = meaning(named)
        if day is not None and day >= today and _is_to_come(day, named, match[0], today):
            words = f"{_words(named, meaning)}{tail[len(named) :]}{match[0]}"
            found = match.start(), Span(day, day, words)
            if match[0] not in _ENDS:
                return found
            ends = ends or found
    return ends


def _is_to_come(day: date, named: str, trigger: str, today: date) -> bool:
    """Whether a day is not rather the last such one: 3号就停电了."""
    return trigger != "" or "月" in named or day.month == today.month


def _latest(plain: str, today: date) -> tuple[int, Span] | None:
    match = _LATEST.search(plain)
    if match is None:
        return None
    after = _PAUSES.split(plain[match.end() : match.end() + _TAIL])[0]
    for end in range(len(after), 1, -1):
        day = _period(after[:end], today, "") or _day(after[:end], today)
        if day is not None and day >= today:
            return match.start(), Span(day, day, match[0] + after[:end])
    return None


def _words(named: str, meaning: Callable[[str], date | None]) -> str:
    """Return the shortest end of `named` that means the same day: 下周五 of 请领导在下周五."""
    day = meaning(named)
    for start in range(len(named) - 1, 0, -1):
        if meaning(named[start:]) == day and named[start - 1] not in _MORE:
            return named[start:]
    return named


def _named(named: str, trigger: str, today: date) -> date | None:
    return _festival(named + trigger, today) or _period(named, today, trigger) or _day(named, today)


def _festival(words: str, today: date) -> date | None:
    day = catalog.festival_before(words, today)
    return None if day is None else day - timedelta(days=1)


def _period(named: str, today: date, trigger: str) -> date | None:
    if match := _NEXT_MONTH_DAY.search(named):
        following = month_end(today) + timedelta(days=1)
        return _existing(following.year, following.month, _value(match["day"]))
    if match := _IN_MONTH.search(named):
        return _in_month(match, today, trigger)
    match = _PERIOD.search(named)
    if match is None or not (match["which"] or match["part"] or trigger.endswith("内")):
        return None
    if not match["which"] and match["unit"] not in {"月", "年", "季度"}:
        return None
    return _end(match["unit"], match["which"] or "本", match["part"] or "", today)


def _in_month(match: re.Match[str], today: date, trigger: str) -> date | None:
    month = _value(match["month"])
    year = today.year + (1 if match["year"] == "明年" or (not match["year"] and month < today.month) else 0)
    if match["year"] and match["year"][0] == "2":
        year = int(match["year"][:4])
    first = date(year, month, 1)
    if match["part"]:
        return part_of_month(first, match["part"])[1]
    return first - timedelta(days=1) if trigger.endswith("前") else month_end(first)


def _value(written: str) -> int:
    found = number(written)
    return int(found.low) if found else 1


def _end(unit: str, which: str, part: str, today: date) -> date:
    later = which.count("下") + which.count("明")
    if unit in {"周", "星期", "礼拜"}:
        return today + timedelta(days=6 - today.weekday()) + later * _WEEK
    if unit == "季度":
        month = (today.month + 2) // 3 * 3
        return month_end(date(today.year, month, 1))
    if unit == "年":
        return date(today.year + later, 12, 31)
    first = today.replace(day=1)
    for _ in range(later):
        first = month_end(first) + timedelta(days=1)
    return part_of_month(first, part)[1] if part and part != "内" else month_end(first)


def _day(named: str, today: date) -> date | None:
    found, rest = days_in(in_figures(named), today)
    rest = _EVENING.sub("", rest)
    days = [day for day in found if day is not None]
    return max(days) if days and len(days) == len(found) and rest.endswith(" ") else None


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
