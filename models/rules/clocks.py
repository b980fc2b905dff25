"""When each promise falls due, why, and how far it has run.

Pure: rules and calendar come in as arguments. `due` is the only function that computes a due date. Its
counting follows the Civil Code: the day of the start event is not counted (article 201); the period ends at
the close of business of its last day where there are business hours, else at the end of that day, and a last
day that is not a working day gives way to the next one (article 203).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from config.catalog import ClockName, ClockRule, StartEvent, Unit, clock_wording
from models.rules.calendar import Calendar

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
WARNED_AT: Final = (0.5, 0.8)
"""The shares of a clock's time at which it warns before it is overdue (MISSION.md, 5)."""


class ClockState(StrEnum):
    """How far a clock has run."""

    RUNNING = "running"
    WARNED_50 = "warned_50"
    WARNED_80 = "warned_80"
    MET = "met"
    MET_LATE = "met_late"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Due:
    """One promise to one ticket: what, by when, counted from when, by which rule.

    Both moments are aware and in UTC. It is provisional while a day it counts is.
    """

    name: ClockName
    due_at: datetime
    started_at: datetime
    rule: ClockRule
    is_provisional: bool

    @property
    def rule_source(self) -> str:
        """Return the ground of the promise, such as the article of a regulation."""
        return self.rule.source


def due(rule: ClockRule, start: datetime, calendar: Calendar) -> Due:
    """Return when `rule` falls due for a start event at `start`.

    Raises:
        ValueError: `start` has no time zone.
    """
    if start.tzinfo is None:
        raise ValueError("the start of a clock must have a time zone")
    day = start.astimezone(SHANGHAI).date()
    due_at, is_provisional = _deadline(rule.unit, rule.length, rule.closes_at, day, calendar)
    return Due(rule.name, due_at, start.astimezone(UTC), rule, is_provisional)


def in_force(
    event: StartEvent, type_code: str, at: datetime, rules: Iterable[ClockRule]
) -> tuple[ClockRule, ...]:
    """Return the rules that an event at `at` starts for a ticket of this type, one for each name.

    Of several with one name, a rule that names the type goes before one for all types; then the one that
    came into force last.
    """
    return _in_force(event, type_code, at.astimezone(SHANGHAI).date(), tuple(rules))


@lru_cache(maxsize=256)
def _in_force(
    event: StartEvent, type_code: str, day: date, rules: tuple[ClockRule, ...]
) -> tuple[ClockRule, ...]:
    chosen: dict[ClockName, ClockRule] = {}
    for rule in rules:
        if rule.start is event and _applies(rule, type_code, day):
            rival = chosen.get(rule.name)
            if rival is None or _rank(rule) > _rank(rival):
                chosen[rule.name] = rule
    return tuple(chosen.values())


def started(
    event: StartEvent, type_code: str, at: datetime, *, rules: Iterable[ClockRule], calendar: Calendar
) -> tuple[Due, ...]:
    """Return the clocks that an event at `at` starts for a ticket of this type."""
    return tuple(due(rule, at, calendar) for rule in in_force(event, type_code, at, rules))


def first_clocks(
    type_code: str, at: datetime, rules: Iterable[ClockRule], calendar: Calendar
) -> tuple[Due, ...]:
    """Return the clocks that start when a request of this type is submitted."""
    return started(StartEvent.SUBMITTED, type_code, at, rules=rules, calendar=calendar)


def accepted_clocks(
    type_code: str, at: datetime, rules: Iterable[ClockRule], calendar: Calendar
) -> tuple[Due, ...]:
    """Return the clocks that start when a request of this type is accepted."""
    return started(StartEvent.ACCEPTED, type_code, at, rules=rules, calendar=calendar)


def explain(promise: Due) -> str:
    """Return one sentence that says from when, how long, until when and on what ground."""
    first, last = (moment.astimezone(SHANGHAI).date() for moment in (promise.started_at, promise.due_at))
    sentence = _sentence(promise.rule, first, last)
    return sentence + clock_wording().provisional if promise.is_provisional else sentence


def warnings(started_at: datetime, due_at: datetime) -> tuple[datetime, ...]:
    """Return the moments at 50, 80 and 100 % of the time from start to due date, nights included."""
    whole = due_at - started_at
    return (*(started_at + share * whole for share in WARNED_AT), due_at)


def state(due_at: datetime, started_at: datetime, met_at: datetime | None, now: datetime) -> ClockState:
    """Return how far a clock has run at `now`. What happens at the due moment itself is in time."""
    if met_at is not None:
        return ClockState.MET if met_at <= due_at else ClockState.MET_LATE
    half, most, _ = warnings(started_at, due_at)
    if now > due_at:
        return ClockState.OVERDUE
    if now >= most:
        return ClockState.WARNED_80
    return ClockState.WARNED_50 if now >= half else ClockState.RUNNING


@lru_cache(maxsize=8192)
def _deadline(
    unit: Unit, length: int, closes_at: time, day: date, calendar: Calendar
) -> tuple[datetime, bool]:
    """Return the moment a period ends that starts the day after `day`, and whether it is provisional."""
    if unit is Unit.WORKING_DAYS:
        last = calendar.add_working_days(day, length)
        uncertain = calendar.is_provisional_between(day, last)
    else:
        counted = day + timedelta(days=length)
        last = calendar.add_working_days(counted, 0)
        uncertain = calendar.is_provisional_between(counted, last)
    return datetime.combine(last, closes_at, SHANGHAI).astimezone(UTC), uncertain


@lru_cache(maxsize=1024)
def _sentence(rule: ClockRule, first: date, last: date) -> str:
    return rule.template.format(
        started=_written(first, last),
        length=rule.length,
        due=_written(last, first) + clock_wording().closing[rule.unit],
        source=rule.source,
    )


def _applies(rule: ClockRule, type_code: str, day: date) -> bool:
    return (rule.applies_to is None or type_code in rule.applies_to) and (
        rule.effective_from <= day and (rule.effective_to is None or day <= rule.effective_to)
    )


def _rank(rule: ClockRule) -> tuple[bool, date]:
    return rule.applies_to is not None, rule.effective_from


def _written(day: date, other: date) -> str:
    """Return `day` as it is said beside `other`: with its year only when the years differ."""
    wording = clock_wording()
    pattern = wording.day if day.year == other.year else wording.day_with_year
    return pattern.format(year=day.year, month=day.month, day=day.day)
