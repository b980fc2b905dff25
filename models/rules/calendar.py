"""Which days are worked in mainland China, and how working days are counted.

Pure: the notices come in as an argument. Asked in this order: the official notices of the catalogue, the
library `chinese_calendar` for the years it knows, and the statutory holidays of the library `holidays` for
all others. What only the last one says is provisional: nobody has announced that year's make-up weekends.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Final

import chinese_calendar

from config.catalog import CalendarNotice

MOST_DAYS: Final = 3660
"""No clock counts further than about fifteen years of working days; more is a mistake of the caller."""

DIGEST: Final = 16
"""Characters of a calendar's digest."""

_A_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_NO_DAYS: Final[frozenset[date]] = frozenset()
_YEARS_KNOWN: Final = frozenset(day.year for day in chinese_calendar.holidays)


class Source(StrEnum):
    """On whose word a day is worked or free: an official notice's, a published calendar's, nobody's yet."""

    NOTICE = "notice"
    PUBLISHED = "published"
    PROVISIONAL = "provisional"


class Calendar:
    """The working days of mainland China under a list of official notices.

    Days are those of Asia/Shanghai. A year is worked out when first asked for and then kept, as is every
    answer of `add_working_days`, so that the same question costs a look-up. `digest` tells two calendars
    apart: dates computed from one with another digest may be wrong under this one.
    """

    def __init__(self, overrides: Iterable[CalendarNotice] = ()) -> None:
        self._named: dict[date, bool] = {}
        self._announced: set[int] = set()
        self._years: dict[int, tuple[date, ...]] = {}
        notices = tuple(overrides)
        self.digest = _digest(notices)
        for notice in notices:
            self._named |= dict.fromkeys(notice.rest, False) | dict.fromkeys(notice.work, True)
            if notice.year is not None:
                self._announced.add(notice.year)

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on `day`."""
        worked = self._worked(day.year)
        found = bisect_right(worked, day)
        return found > 0 and worked[found - 1] == day

    def is_provisional(self, day: date) -> bool:
        """Tell whether `day` is settled by no official notice and no published calendar."""
        return day not in self._named and not self._is_settled(day.year)

    def source_of(self, day: date) -> Source:
        """Tell on whose word `day` is worked or free."""
        if day in self._named or day.year in self._announced:
            return Source.NOTICE
        return Source.PUBLISHED if day.year in _YEARS_KNOWN else Source.PROVISIONAL

    def is_provisional_between(self, first: date, last: date) -> bool:
        """Tell whether any day from `first` to `last`, both included, is provisional."""
        days = range((last - first).days + 1)
        return any(self.is_provisional(first + timedelta(days=n)) for n in days)

    def add_working_days(self, start: date, days: int) -> date:
        """Return the `days`-th working day after `start`; `start` itself is not counted.

        For 0 it is the first working day from `start` on, so the answer always is a working day.

        Raises:
            ValueError: `days` is negative or more than `MOST_DAYS`.
            OverflowError: the calendar ends (year 9999) before enough days are found.
        """
        return _add(self, start, days)

    def _count_on(self, start: date, days: int) -> date:
        if not 0 <= days <= MOST_DAYS:
            raise ValueError(f"working days must be from 0 to {MOST_DAYS}, not {days}")
        if days == 0:
            # The first one from `start` on is the first one after the day before.
            start, days = start - _A_DAY, 1
        year = start.year
        worked = self._worked(year)
        wanted = bisect_right(worked, start) + days - 1
        while wanted >= len(worked):
            if year == date.max.year:
                raise OverflowError(f"no {days} working days after {start}")
            wanted -= len(worked)
            year += 1
            worked = self._worked(year)
        return worked[wanted]

    def _is_settled(self, year: int) -> bool:
        return year in self._announced or year in _YEARS_KNOWN

    def _worked(self, year: int) -> tuple[date, ...]:
        """Return the working days of `year` in order."""
        if year not in self._years:
            rest, work = (_NO_DAYS, _NO_DAYS) if year in self._announced else _published(year)
            self._years[year] = tuple(
                day
                for day in _days_of(year)
                if self._named.get(day, day in work or (day.weekday() < _SATURDAY and day not in rest))
            )
        return self._years[year]


@lru_cache(maxsize=8192)
def _add(calendar: Calendar, start: date, days: int) -> date:
    return calendar._count_on(start, days)  # noqa: SLF001 -- the cache of Calendar, outside it so that it is bounded


def _digest(notices: Iterable[CalendarNotice]) -> str:
    """Return a short digest of all that a calendar knows: the notices in their order, both libraries."""
    named = [
        (notice.year, sorted(map(str, notice.rest)), sorted(map(str, notice.work))) for notice in notices
    ]
    known = sorted(map(str, chinese_calendar.holidays)), sorted(map(str, chinese_calendar.workdays))
    return sha256(repr((named, known, version("holidays"))).encode()).hexdigest()[:DIGEST]


def _days_of(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))


def _published(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the free days and the make-up weekends that a library knows for `year`."""
    if year in _YEARS_KNOWN:
        return frozenset(chinese_calendar.holidays), frozenset(chinese_calendar.workdays)
    return _statutory(year)


@lru_cache(maxsize=16)
def _statutory(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the statutory holidays of a year that nobody has arranged yet, or that is long past."""
    from holidays.countries.china import (  # noqa: PLC0415 -- 45 MB and 0.3 s, only for unannounced years
        China,
    )

    known = China(years=year, expand=False)  # type: ignore[no-untyped-call]  # its constructor has no types
    return frozenset(known), frozenset(known.weekend_workdays)
