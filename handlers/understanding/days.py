"""Which days people mean: 今天, 明天, 周五, 下周一, 11月28日, 28号. Text and today in, dates out.

Pure. A day that does not exist is None among them; the caller asks.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from .regex import Regex

NEXT_YEAR_WITHIN: Final = timedelta(days=60)
"""A date without its year that has passed means the next year's only if that is this near."""

_WEEK: Final = 7
_DECEMBER: Final = 12
_WEEKDAYS: Final = "一二三四五六日"
_NEAR: Final = {"今": 0, "明": 1, "大后": 3, "后": 2}
_EDGE: Final = Regex("(今|明)(早|晚)上?")

_NAMED: Final = Regex("(今|明|大后|后)[天日儿]")
_LATER: Final = Regex(r"(?<!\d)(?P<days>\d{1,2})天[之以]?后")
_WEEKDAY: Final = Regex("(?P<which>下下个?|下个?|本|这个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])")
_FULL: Final = Regex(
    r"(?<!\d)(?P<year>20\d{2})[年\-/.](?P<month>\d{1,2})[月\-/.](?P<day>\d{1,2})(?!\d)[日号]?"
)
_DATE: Final = Regex(r"(?<!\d)(?P<month>\d{1,2})(?:月|/)(?P<day>\d{1,2})(?!\d)[日号]?")
_DAY: Final = Regex(r"(?<!\d)(?P<day>\d{1,2})[日号]")

_FIGURES: Final = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNIT: Final = "个?半?小时|个?半?钟头|[点时月日号分刻年天]"
_TENS: Final = "[一二三四五六]?十[一二三四五六七八九]?"
_NUMERAL: Final = Regex(
    rf"(?:{_TENS}|[〇零]?[一二两三四五六七八九]|二[〇零][〇零一二三四五六七八九]{{2}})(?={_UNIT})"
    rf"|(?<=月)(?:{_TENS}|[一二三四五六七八九])$"
)

Meaning = Callable[[re.Match[str], date], date | None]


def days_in(text: str, today: date) -> tuple[set[date | None], str]:
    """Return the days that `text` names, and what is left of it."""
    found: set[date | None] = set()
    rest = _EDGE.sub(r"\1天\2上", text)
    for pattern, meaning in _MEANINGS:
        found |= {meaning(match, today) for match in pattern.finditer(rest)}
        rest = pattern.sub(" ", rest)
    return found, rest


def in_figures(text: str) -> str:
    """Return `text` with numerals before a unit of time as figures: 十一月二十八日下午三点半, 一月十五."""
    return _NUMERAL.sub(lambda match: str(_value(match[0])), text)


def _value(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int("".join(str(_FIGURES[char]) for char in numeral))
    return (_value(tens) if tens else 1) * 10 + (_value(ones) if ones else 0)


def _named(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=_NEAR[match[1]])


def _later(match: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=int(match["days"]))


def _weekday(match: re.Match[str], today: date) -> date | None:
    """The next such day, or the one of this or a later week if that is said; weeks begin on Monday."""
    if match["day"] == "末":
        return None
    number = _WEEKDAYS.index(match["day"].replace("天", "日"))
    which = match["which"]
    if which is None:
        return today + timedelta(days=(number - today.weekday()) % _WEEK)
    weeks = which.count("下")
    return today + timedelta(days=number - today.weekday() + weeks * _WEEK)


def _full(match: re.Match[str], today: date) -> date | None:
    del today
    return _existing(int(match["year"]), int(match["month"]), int(match["day"]))


def _date(match: re.Match[str], today: date) -> date | None:
    month, day = int(match["month"]), int(match["day"])
    this = _existing(today.year, month, day)
    following = _existing(today.year + 1, month, day)
    if (this is None or this < today) and following and following - today <= NEXT_YEAR_WITHIN:
        return following
    return this


def _day(match: re.Match[str], today: date) -> date | None:
    """A day of this month, or of the next if it has passed."""
    day = int(match["day"])
    this = _existing(today.year, today.month, day)
    if this is not None and this >= today:
        return this
    return _existing(today.year + today.month // _DECEMBER, today.month % _DECEMBER + 1, day)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_MEANINGS: Final[tuple[tuple[Regex, Meaning], ...]] = (
    (_LATER, _later),
    (_NAMED, _named),
    (_WEEKDAY, _weekday),
    (_FULL, _full),
    (_DATE, _date),
    (_DAY, _day),
)
