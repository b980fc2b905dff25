"""The cases behind a figure: what `rules.tally` counts so, as a condition on tickets.

The counts are kept; a list of what they count is looked up. A test holds every condition against the counts.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_

from config.catalog import ClockName
from models.rules.clocks import OF_OTHERS
from models.rules.counting import SHANGHAI
from models.rules.lifecycle import Status
from models.rules.satisfaction import CONTENT
from models.rules.tally import DONE, IN_WORK, OUT, RESULTS
from models.tables import Clock, Ticket


class Counted(StrEnum):
    """As what cases are counted."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    GREEN = "green"
    """In hand, no promise has run out, and nobody was warned of one."""
    AMBER = "amber"
    RED = "red"
    DONE = "done"
    FINISHED = "finished"
    """Resolved; a week of it is that of the result."""
    CONFIRMED = "confirmed"
    WRITTEN_OFF = "written_off"
    REBOUNDED = "rebounded"
    RATED = "rated"
    SATISFIED = "satisfied"
    DUE = "due"
    """Its first contact was made, or should have been by now."""
    IN_TIME = "in_time"
    OVERDUE = "overdue"


def counted_as(what: Counted, at: datetime) -> ColumnElement[bool]:
    """Return the condition that a ticket is counted as `what` at `at`."""
    return and_(*_CONDITIONS[what](at))


def in_week(what: Counted | None, monday: date) -> ColumnElement[bool]:
    """Return the condition that a ticket was received, or finished, in the seven days from `monday`."""
    begins = datetime.combine(monday, time(), SHANGHAI)
    moment = Ticket.resolved_at if what is Counted.FINISHED else Ticket.created_at
    return and_(moment >= begins, moment < begins + timedelta(days=7))


def _is(statuses: frozenset[Status]) -> ColumnElement[bool]:
    return Ticket.status.in_(sorted(statuses))


_COUNTS: Final = ~_is(OUT)
_HANDS: Final = _is(IN_WORK)
_IS_DONE: Final = _is(DONE)
_OURS: Final = exists().where(
    Clock.ticket_id == Ticket.id, Clock.subject_id.is_(None), Clock.name.not_in(sorted(OF_OTHERS))
)
_RUNS: Final = _OURS.where(Clock.met_at.is_(None))
_WARNED: Final = _RUNS.where(Clock.warned > 0)
_CONTACT: Final = _OURS.where(Clock.name == ClockName.FIRST_CONTACT)
_KEPT: Final = _CONTACT.where(Clock.met_at.is_not(None))
_RESULT: Final = _OURS.where(Clock.name.in_(sorted(RESULTS)))


def _broken(promise: Any, at: datetime) -> ColumnElement[bool]:
    return promise.where(Clock.due_at < func.coalesce(Clock.met_at, at))  # type: ignore[no-any-return]


_CONDITIONS: Final[dict[Counted, Any]] = {
    Counted.RECEIVED: lambda _: (_COUNTS,),
    Counted.IN_HAND: lambda _: (_HANDS,),
    Counted.GREEN: lambda at: (_HANDS, ~_broken(_RUNS, at), ~_WARNED),
    Counted.AMBER: lambda at: (_HANDS, ~_broken(_RUNS, at), _WARNED),
    Counted.RED: lambda at: (_HANDS, _broken(_RUNS, at)),
    Counted.DONE: lambda _: (_IS_DONE,),
    Counted.FINISHED: lambda _: (_IS_DONE, Ticket.resolved_at.is_not(None)),
    Counted.CONFIRMED: lambda _: (_IS_DONE, Ticket.confirmed_at.is_not(None)),
    Counted.WRITTEN_OFF: lambda _: (
        _COUNTS,
        or_(Ticket.status == Status.CLOSED.value, Ticket.rebounds > 0),
    ),
    Counted.REBOUNDED: lambda _: (_COUNTS, Ticket.rebounds > 0),
    Counted.RATED: lambda _: (_IS_DONE, Ticket.rated_result.is_not(None)),
    Counted.SATISFIED: lambda _: (_IS_DONE, Ticket.rated_result.in_(sorted(CONTENT))),
    Counted.DUE: lambda at: (_COUNTS, or_(_KEPT, _broken(_CONTACT, at))),
    Counted.IN_TIME: lambda at: (_COUNTS, _KEPT, ~_broken(_CONTACT, at)),
    Counted.OVERDUE: lambda at: (_COUNTS, _broken(_RESULT, at)),
}
