"""How the days of a period are counted, and which of them are not.

Pure. The day of the start event is not counted (Civil Code, article 201); the period ends at the close of
business of its last day where there are business hours, else at the end of that day, and a last day that is
not a working day gives way to the next one (article 203). A paused day is not counted, and no period ends on
one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from config.catalog import Unit
from models.rules.calendar import Calendar

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause (暂停计时) decided at `at`: no day from `first` to `last`, both included, is counted."""

    at: datetime
    first: date
    last: date
    approver: str
    reason: str

    def covers(self, day: date) -> bool:
        """Tell whether `day` is not counted."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Period:
    """So many days of a unit, each ending at a time of day."""

    unit: Unit
    length: int
    closes_at: time


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls where we are."""
    return moment.astimezone(SHANGHAI).date()


@lru_cache(maxsize=8192)
def end_of(period: Period, day: date, calendar: Calendar) -> tuple[datetime, bool]:
    """Return the moment a period ends that starts the day after `day`, and whether it is provisional."""
    if period.unit is Unit.WORKING_DAYS:
        last = calendar.add_working_days(day, period.length)
        uncertain = calendar.is_provisional_between(day, last)
    else:
        counted = day + timedelta(days=period.length)
        last = calendar.add_working_days(counted, 0)
        uncertain = calendar.is_provisional_between(counted, last)
    return _closing(last, period), uncertain


def end_with_pauses(
    period: Period, day: date, calendar: Calendar, pauses: Sequence[Paused]
) -> tuple[datetime, bool]:
    """Return the same, counting no paused day: one day after the other, as pauses are few."""
    left, counted = period.length, day
    while left:
        counted += _A_DAY
        is_counted = period.unit is Unit.CALENDAR_DAYS or calendar.is_working_day(counted)
        left -= is_counted and not is_paused(counted, pauses)
    last = counted
    while is_paused(last, pauses) or not calendar.is_working_day(last):
        last += _A_DAY
    asked_from = day if period.unit is Unit.WORKING_DAYS else counted
    return _closing(last, period), calendar.is_provisional_between(asked_from, last)


def is_paused(day: date, pauses: Iterable[Paused]) -> bool:
    """Tell whether one of `pauses` keeps `day` from being counted."""
    return any(pause.covers(day) for pause in pauses)


def _closing(day: date, period: Period) -> datetime:
    return datetime.combine(day, period.closes_at, SHANGHAI).astimezone(UTC)
