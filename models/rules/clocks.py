"""When each promise falls due, why, and how far it has run.

Pure: rules, calendar, extensions and pauses come in as arguments. `due` is the only function that computes a
due date; how days are counted stands in `counting`. An extension adds days of the clock's own unit, within
its cap; a paused day is counted by no clock, and none ends on one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from config.catalog import ClockName, ClockRule, StartEvent, clock_wording
from models.rules.calendar import Calendar
from models.rules.counting import SHANGHAI, Paused, Period, day_of, end_of, end_with_pauses
from models.rules.lifecycle import Verb

__all__ = [
    "KEEPS",
    "SHANGHAI",
    "ClockState",
    "Due",
    "Granted",
    "Paused",
    "accepted_clocks",
    "due",
    "explain",
    "first_clocks",
    "in_force",
    "materials_clocks",
    "rule_behind",
    "started",
    "state",
    "warnings",
]

WARNED_AT: Final = (0.5, 0.8)
"""The shares of a clock's time at which it warns before it is overdue (MISSION.md, 5)."""

_A_DAY: Final = timedelta(days=1)
_APPROVER: Final = 20
_REASON: Final = 16
"""Characters of who decided and why that a sentence has room for; the event keeps them whole."""

_DONE: Final = frozenset(
    {ClockName.RESULT, ClockName.PROGRESS, ClockName.FORWARD, ClockName.ANSWER, ClockName.TOTAL}
)
KEEPS: Final[Mapping[Verb, frozenset[ClockName]]] = {
    Verb.ACCEPT: frozenset({ClockName.ACCEPT}),
    Verb.CALL_IN: frozenset({ClockName.FORWARD}),
    Verb.PROGRESS: frozenset({ClockName.PROGRESS, ClockName.FORWARD}),
    Verb.RESOLVE: _DONE,
    Verb.DECLINE: _DONE | {ClockName.FIRST_CONTACT},
}
"""Which promises a step keeps. The first contact is kept by whatever is first said to the enterprise."""


OF_OTHERS: Final = frozenset({ClockName.CO_HANDLE, ClockName.APPEAL, ClockName.CONFIRMATION})
"""Promises that are not the owner's to the enterprise: a helper's, the supervisors', the enterprise's own."""


class ClockState(StrEnum):
    """How far a clock has run."""

    RUNNING = "running"
    WARNED_50 = "warned_50"
    WARNED_80 = "warned_80"
    MET = "met"
    MET_LATE = "met_late"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Granted:
    """An extension (延期): so many more days of the clock's unit, by whose decision and why."""

    days: int
    approver: str
    reason: str


@dataclass(frozen=True, slots=True)
class Due:
    """One promise to one ticket: what, by when, counted from when, by which rule, moved by what.

    Both moments are aware and in UTC. It is provisional while a day it counts is. `pauses` are those that
    this clock stood still for.
    """

    name: ClockName
    due_at: datetime
    started_at: datetime
    rule: ClockRule
    is_provisional: bool
    extensions: tuple[Granted, ...] = ()
    pauses: tuple[Paused, ...] = ()

    @property
    def rule_source(self) -> str:
        """Return the ground of the promise, such as the article of a regulation."""
        return self.rule.source


def due(
    rule: ClockRule,
    start: datetime,
    calendar: Calendar,
    *,
    extensions: Sequence[Granted] = (),
    pauses: Iterable[Paused] = (),
) -> Due:
    """Return when `rule` falls due for a start event at `start`, so extended and so paused.

    Extensions never lead beyond the rule's cap, and nowhere where there is none. A pause decided after a
    clock has run out does not revive it.

    Raises:
        ValueError: `start` has no time zone.
    """
    if start.tzinfo is None:
        raise ValueError("the start of a clock must have a time zone")
    day = day_of(start)
    granted = tuple(extensions) if rule.cap else ()
    length = min(rule.length + sum(each.days for each in granted), rule.cap or rule.length)
    period = Period(rule.unit, length, rule.closes_at)
    due_at, is_provisional = end_of(period, day, calendar)
    stops: tuple[Paused, ...] = ()
    for pause in sorted(pauses, key=lambda each: each.at) if rule.pausable else ():
        if _stands_still(pause, day, due_at):
            stops = (*stops, pause)
            due_at, is_provisional = end_with_pauses(period, day, calendar, stops)
    return Due(rule.name, due_at, start.astimezone(UTC), rule, is_provisional, granted, stops)


def _stands_still(pause: Paused, day: date, due_at: datetime) -> bool:
    """Tell whether a pause lies within a clock that starts on `day` and would be due at `due_at`."""
    return pause.at < due_at and max(day + _A_DAY, pause.first) <= min(pause.last, day_of(due_at))


def in_force(
    event: StartEvent, type_code: str, at: datetime, rules: Iterable[ClockRule]
) -> tuple[ClockRule, ...]:
    """Return the rules that an event at `at` starts for a ticket of this type, one for each name.

    Of several with one name, a rule that names the type goes before one for all types; then the one that
    came into force last.
    """
    return _in_force(event, type_code, day_of(at), tuple(rules))


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


def rule_behind(
    name: str, type_code: str, started_at: datetime, rules: Iterable[ClockRule]
) -> ClockRule | None:
    """Return the rule by which a clock of this name was started, None if the catalogue no longer has it."""
    day = day_of(started_at)
    fitting = [rule for rule in rules if rule.name == name and _applies(rule, type_code, day)]
    return max(fitting, key=_rank, default=None)


def started(
    event: StartEvent,
    type_code: str,
    at: datetime,
    *,
    rules: Iterable[ClockRule],
    calendar: Calendar,
    pauses: Iterable[Paused] = (),
) -> tuple[Due, ...]:
    """Return the clocks that an event at `at` starts for a ticket of this type."""
    stops = tuple(pauses)
    return tuple(due(rule, at, calendar, pauses=stops) for rule in in_force(event, type_code, at, rules))


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


def materials_clocks(
    type_code: str, at: datetime, rules: Iterable[ClockRule], calendar: Calendar
) -> tuple[Due, ...]:
    """Return the clocks that count from the materials: the request itself, received at `at` (ADR 0012)."""
    return started(StartEvent.MATERIALS, type_code, at, rules=rules, calendar=calendar)


def explain(promise: Due) -> str:
    """Return one sentence that says from when, how long, moved by what, until when and on what ground."""
    first, last = day_of(promise.started_at), day_of(promise.due_at)
    changes = _changes(promise, with_year=first.year != last.year)
    sentence = _sentence(promise.rule, first, last, changes)
    return sentence + clock_wording().provisional if promise.is_provisional else sentence


def warnings(started_at: datetime, due_at: datetime) -> tuple[datetime, ...]:
    """Return the moments at 50, 80 and 100 % of the time from start to due date, nights included."""
    whole, (half, most) = due_at - started_at, WARNED_AT
    return started_at + half * whole, started_at + most * whole, due_at


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


def _changes(promise: Due, *, with_year: bool) -> str:
    """Return the clauses that say what moved the date, empty where nothing did."""
    wording = clock_wording()
    extended = [
        wording.extended.format(days=each.days, unit=wording.units[promise.rule.unit], **_ground(each))
        for each in promise.extensions
    ]
    paused = [
        wording.paused.format(
            first=_written(each.first, with_year=with_year),
            last=_written(each.last, with_year=with_year),
            **_ground(each),
        )
        for each in promise.pauses
    ]
    return "".join((*extended, *paused))


def _ground(change: Granted | Paused) -> dict[str, str]:
    return {"approver": _short(change.approver, _APPROVER), "reason": _short(change.reason, _REASON)}


@lru_cache(maxsize=1024)
def _sentence(rule: ClockRule, first: date, last: date, changes: str) -> str:
    with_year = first.year != last.year
    return rule.template.format(
        started=_written(first, with_year=with_year),
        length=rule.length,
        due=changes + _written(last, with_year=with_year) + clock_wording().closing[rule.unit],
        source=rule.source,
    )


def _short(words: str, room: int) -> str:
    line = " ".join(words.split())
    return line if len(line) <= room else line[: room - 1] + "…"


def _applies(rule: ClockRule, type_code: str, day: date) -> bool:
    return (rule.applies_to is None or type_code in rule.applies_to) and (
        rule.effective_from <= day and (rule.effective_to is None or day <= rule.effective_to)
    )


def _rank(rule: ClockRule) -> tuple[bool, date]:
    return rule.applies_to is not None, rule.effective_from


def _written(day: date, *, with_year: bool) -> str:
    """Return `day` as it is said: with its year only where the years of a sentence differ."""
    wording = clock_wording()
    pattern = wording.day_with_year if with_year else wording.day
    return pattern.format(year=day.year, month=day.month, day=day.day)
