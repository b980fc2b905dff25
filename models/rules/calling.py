"""When an official may call an enterprise.

Pure: habits and the moment come in as arguments.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from config.catalog import CallHabits
from models.rules.disturbance import Quiet

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_MINUTE: Final = timedelta(minutes=1)
_QUARTER: Final = 15
_QUARTERS: Final = 2 * 24 * 4
"""Two days of them: after that no other window will be found either."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to a later one; both aware."""

    begins: datetime
    ends: datetime


class Fault(StrEnum):
    """Why a window is none for a call."""

    PAST = "past"
    TOO_FAR = "too_far"
    TOO_LONG = "too_long"
    OUT_OF_HOURS = "out_of_hours"


def fault(window: Span, habits: CallHabits, now: datetime) -> Fault | None:
    """Return what is wrong with a window for a call, whoever wishes it; None if nothing is."""
    if window.ends <= max(now, window.begins):
        return Fault.PAST
    if window.begins > now + habits.ahead:
        return Fault.TOO_FAR
    return Fault.TOO_LONG if window.ends - window.begins > habits.longest else None


def fault_of_announcement(window: Span, habits: CallHabits, now: datetime) -> Fault | None:
    """Return what is wrong with a window that an official proposes: nobody is rung up at night."""
    found = fault(window, habits, now)
    if found is not None:
        return found
    begins, ends = window.begins.astimezone(SHANGHAI), window.ends.astimezone(SHANGHAI)
    is_one_day = begins.date() == ends.date()
    is_within = habits.opens <= begins.time() and ends.time() <= habits.closes
    return None if is_one_day and is_within else Fault.OUT_OF_HOURS


def is_quiet_in(window: Span, quiet: Quiet) -> bool:
    """Whether any minute of a window is in somebody's quiet hours."""
    minutes = int((window.ends - window.begins) / _MINUTE) or 1
    return any(quiet.holds(window.begins + n * _MINUTE) for n in range(minutes))


def next_window(window: Span, quiet: Quiet, habits: CallHabits, now: datetime) -> Span | None:
    """Return the next window as long as this one in which nothing is quiet; None if there is none soon."""
    length = window.ends - window.begins
    begins = window.begins.replace(second=0, microsecond=0)
    begins += -begins.minute % _QUARTER * _MINUTE
    for _ in range(_QUARTERS):
        found = Span(begins, begins + length)
        if fault_of_announcement(found, habits, now) is None and not is_quiet_in(found, quiet):
            return found
        begins += _QUARTER * _MINUTE
    return None


def is_on(window: Span, habits: CallHabits, now: datetime) -> bool:
    """Whether a call at `now` is the one that was announced for `window`; people ring a little early."""
    return window.begins - habits.early <= now < window.ends
