"""Whether a case may have more time, and which of its promises that moves.

Pure. The extendable promise that falls due first is extended, and with it every other extendable one that
would otherwise fall due before its new date; each within its own cap and no more often than its rule allows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.calendar import Calendar
from models.rules.clocks import Due, Granted, due
from models.rules.counting import Paused


class Why(StrEnum):
    """Why there can be no extension."""

    NOTHING_RUNS = "nothing_runs"
    """No promise of this case may be extended."""

    TOO_LATE = "too_late"
    """The date has passed: more time must be asked for while there is some."""

    TOO_OFTEN = "too_often"
    TOO_LONG = "too_long"
    INCOMPLETE = "incomplete"
    """Days or reason are missing."""

    UNDECIDED = "undecided"
    """An earlier request waits for its decision."""


class NoExtension(Exception):
    """There can be no extension. `most` is how many days there could be, where fewer would do."""

    def __init__(self, why: Why, most: int = 0) -> None:
        super().__init__(why)
        self.why, self.most = why, most


@dataclass(frozen=True, slots=True)
class Move:
    """One promise as it stands and as it would stand."""

    before: Due
    after: Due


def moves(
    running: Iterable[Due], days: int, calendar: Calendar, *, pauses: Iterable[Paused], now: datetime
) -> tuple[Move, ...]:
    """Return what `days` more would move.

    Raises:
        NoExtension: nothing can be extended, or not by so many days, not so often, not any more.
    """
    stops = tuple(pauses)
    extendable = sorted((one for one in running if one.rule.cap), key=lambda one: one.due_at)
    if not extendable:
        raise NoExtension(Why.NOTHING_RUNS)
    in_time = [one for one in extendable if one.due_at > now]
    if not in_time:
        raise NoExtension(Why.TOO_LATE)
    moved = _moved(in_time, days, calendar, stops)
    if any(len(move.before.extensions) >= move.before.rule.extensions for move in moved):
        raise NoExtension(Why.TOO_OFTEN)
    if not _fit(moved, days):
        fewer = range(min(days - 1, room(in_time[0])), 0, -1)
        most = next((each for each in fewer if _fit(_moved(in_time, each, calendar, stops), each)), 0)
        raise NoExtension(Why.TOO_LONG if most else Why.TOO_OFTEN, most)
    return moved


def room(promise: Due) -> int:
    """Return by how many days a promise may still be extended."""
    had = promise.rule.length + sum(each.days for each in promise.extensions)
    return max((promise.rule.cap or 0) - had, 0)


def _moved(in_time: list[Due], days: int, calendar: Calendar, pauses: tuple[Paused, ...]) -> tuple[Move, ...]:
    """Return the promise due first with its new date, and the others that would then be due before it."""
    longer = [Move(one, _longer(one, days, calendar, pauses)) for one in in_time]
    lead = longer[0].after.due_at
    return tuple(move for move in longer if move is longer[0] or move.before.due_at < lead)


def _fit(moved: Iterable[Move], days: int) -> bool:
    return all(days <= room(move.before) for move in moved)


def _longer(promise: Due, days: int, calendar: Calendar, pauses: tuple[Paused, ...]) -> Due:
    more = (*promise.extensions, Granted(days, "", ""))
    return due(promise.rule, promise.started_at, calendar, extensions=more, pauses=pauses)
