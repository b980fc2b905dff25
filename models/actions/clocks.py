"""Start, keep and restart the clocks of a ticket. When they are due is for rules.clocks to say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from config import catalog
from models.actions import overtaken, tallies
from models.actions.outbox import Notice
from models.prepared import Prepared
from models.queries.deadlines import paused, running
from models.queries.workdays import calendar
from models.rules.calendar import Calendar
from models.rules.clocks import (
    KEEPS,
    Due,
    Paused,
    accepted_clocks,
    due,
    explain,
    first_clocks,
    in_force,
    materials_clocks,
    started,
)
from models.rules.lifecycle import Verb
from models.rules.warnings import next_warning
from models.session import later
from models.tables import Clock, Outbox, Ticket

_START: Final = Prepared(
    insert(Clock),
    *("ticket_id", "name", "started_at", "due_at", "source", "explanation", "is_provisional"),
    *("warned", "warn_at", "calendar"),
)

ACCEPT: Final = "accept"
FIRST_CONTACT: Final = "first_contact"
PROGRESS: Final = "progress"
RESULT: Final = "result"
ANSWER: Final = "answer"
TOTAL: Final = "total"
FORWARD: Final = "forward"
CONFIRMATION: Final = "confirmation"


def first(type_code: str, now: datetime) -> tuple[Due, ...]:
    """Return the clocks that start when a request of this type is submitted."""
    return first_clocks(type_code, now, catalog.clock_rules(), calendar())


def accepted(type_code: str, now: datetime) -> tuple[Due, ...]:
    """Return the clocks that start when a request of this type is accepted."""
    return accepted_clocks(type_code, now, catalog.clock_rules(), calendar())


def materials(type_code: str, received: datetime) -> tuple[Due, ...]:
    """Return the clocks that count from the materials of a request of this type."""
    return materials_clocks(type_code, received, catalog.clock_rules(), calendar())


def start_for(
    session: Session,
    ticket: Ticket,
    event: catalog.StartEvent,
    *,
    subject_id: int | None = None,
    now: datetime,
) -> Due:
    """Start the one clock that `event` starts for somebody beside the owner, and return it.

    `subject_id` says for what: whose help, which appeal; None for the enterprise's own word on a result.

    Raises:
        LookupError: the catalogue has no such rule in force.
    """
    dues = started(event, ticket.type, now, rules=catalog.clock_rules(), calendar=calendar())
    if not dues:
        raise LookupError(f"no clock starts with {event}")
    [one] = _paused(session, ticket, dues[:1])
    session.add(Clock(ticket_id=ticket.id, subject_id=subject_id, **_row(one)))
    session.flush()
    return one


def start(session: Session, ticket_id: int, dues: Iterable[Due]) -> None:
    """Start clocks on a ticket."""
    _write(session, ticket_id, map(_row, dues))
    tallies.touch(session, ticket_id)


def start_first(session: Session, ticket_id: int, type_code: str, now: datetime) -> tuple[Due, ...]:
    """Start the clocks of a request of this type that was submitted now, and return them."""
    dues, rows, _ = _first_rows(type_code, now, calendar())
    _write(session, ticket_id, rows)
    return dues


def first_dates(type_code: str, now: datetime) -> Mapping[str, str]:
    """Return the dates of those clocks as the event keeps them."""
    return _first_rows(type_code, now, calendar())[2]


@lru_cache(maxsize=32)
def _first_rows(
    type_code: str, now: datetime, days: Calendar
) -> tuple[tuple[Due, ...], tuple[Mapping[str, Any], ...], Mapping[str, str]]:
    """Return the first clocks and their rows: what is committed together was submitted at one moment."""
    rules = in_force(catalog.StartEvent.SUBMITTED, type_code, now, catalog.clock_rules())
    begun = [_begun(rule, now, days) for rule in rules]
    dues, rows = tuple(one for one, _ in begun), tuple(row for _, row in begun)
    return dues, rows, dates(dues)


@lru_cache(maxsize=64)
def _begun(rule: catalog.ClockRule, now: datetime, days: Calendar) -> tuple[Due, Mapping[str, Any]]:
    """Return the clock that a rule starts now, and its row: most rules are several types'."""
    return (one := due(rule, now, days)), _row(one)


def dates(dues: Iterable[Due]) -> dict[str, str]:
    """Return by when each clock asks for what, as events keep it (`due`) for whoever looks back."""
    return {str(one.name): one.due_at.isoformat() for one in dues}


def _row(one: Due) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "started_at": one.started_at,
        "due_at": one.due_at,
        "source": one.rule_source,
        "explanation": explain(one),
        "is_provisional": one.is_provisional,
        "warned": 0,
        "warn_at": warns(one),
        "calendar": calendar().digest,
    }


def _write(session: Session, ticket_id: int, rows: Iterable[Mapping[str, Any]]) -> None:
    later(session, _START, *({"ticket_id": ticket_id, **row} for row in rows))


def warns(one: Due, warned: int = 0) -> datetime | None:
    """Return when a clock warns next that has warned up to `warned`; None after its last warning."""
    return warns_next((one.started_at, one.due_at), warned, one.pauses)


def warns_next(
    span: tuple[datetime, datetime], warned: int, pauses: Sequence[Paused] = ()
) -> datetime | None:
    """Return the same for a clock that runs over `span`."""
    return next_warning(span, warned, calendar(), catalog.warning_manners(), pauses)


def accept(session: Session, ticket: Ticket, now: datetime) -> None:
    """Start the clocks of a case that is taken on now: some count from the request itself."""
    start(session, ticket.id, on_acceptance(session, ticket, now))


def on_acceptance(session: Session, ticket: Ticket, now: datetime) -> list[Due]:
    """Return the clocks that begin to run when a case is taken on now."""
    dues = (*accepted(ticket.type, now), *materials(ticket.type, ticket.created_at))
    return _paused(session, ticket, dues)


def _paused(session: Session, ticket: Ticket, dues: Iterable[Due]) -> list[Due]:
    """Return clocks that start now as the pauses of the ticket leave them."""
    found, stops = list(dues), paused(session, ticket.id)
    if not stops:
        return found
    return [due(one.rule, one.started_at, calendar(), pauses=stops) for one in found]


def keep(session: Session, ticket_id: int, verb: Verb, now: datetime) -> None:
    """Stop the running clocks whose promise a step keeps."""
    if verb in KEEPS:
        meet(session, ticket_id, *KEEPS[verb], now=now)


def meet(session: Session, ticket_id: int, *names: str, now: datetime) -> None:
    """Stop the running clocks of these names: what they asked for has happened."""
    theirs = (Clock.ticket_id == ticket_id, Clock.name.in_(names), Clock.met_at.is_(None))
    session.execute(update(Clock).where(*theirs).values(met_at=now))


def meet_for(session: Session, ticket_id: int, name: str, subject_id: int, *, now: datetime) -> None:
    """Stop the running clock of one helper, or of one appeal: what it asked for has happened."""
    mine = (Clock.ticket_id == ticket_id, Clock.name == name, Clock.subject_id == subject_id)
    session.execute(update(Clock).where(*mine, Clock.met_at.is_(None)).values(met_at=now))


def reopen(session: Session, ticket_id: int, name: str) -> None:
    """Take back that the newest clock of this name was met: its date stands."""
    newest = select(func.max(Clock.id)).where(Clock.ticket_id == ticket_id, Clock.name == name)
    session.execute(update(Clock).where(Clock.id == newest.scalar_subquery()).values(met_at=None))


def take_back(session: Session, ticket_id: int, name: str, at: datetime, *, met_at: datetime | None) -> None:
    """Take back that a clock of this name was met at `at`; it was met at `met_at`, or runs again if not."""
    session.execute(
        update(Clock)
        .where(Clock.ticket_id == ticket_id, Clock.name == name, Clock.met_at == at)
        .values(met_at=met_at)
    )


def unlink(session: Session, ticket_id: int, name: str, at: datetime) -> None:
    """Take out the clock that began anew at `at`: the one before runs on in its place.

    What met the one that is taken out has met the one before.
    """
    begun = (Clock.ticket_id == ticket_id, Clock.name == name, Clock.started_at == at)
    met_at = session.scalars(select(Clock.met_at).where(*begun)).first()
    session.execute(delete(Clock).where(*begun))
    take_back(session, ticket_id, name, at, met_at=met_at)


def go_on(session: Session, ticket: Ticket, now: datetime) -> None:
    """Let the clocks of a case run on that was not done after all: its dates stand, reports are due again."""
    end_one(session, ticket.id, CONFIRMATION, now=now)
    _remind_no_more(session, ticket.id, now)
    for name in (RESULT, ANSWER, TOTAL):
        reopen(session, ticket.id, name)
    again(session, ticket, PROGRESS, now=now)


PROMISED_ANEW: Final = (RESULT, PROGRESS, ANSWER, TOTAL)


def rebound(session: Session, ticket: Ticket, now: datetime) -> None:
    """Start the clocks of a case that came back after write-off: everything is promised anew."""
    again(session, ticket, *PROMISED_ANEW, now=now)


def again(session: Session, ticket: Ticket, *names: str, now: datetime) -> None:
    """Start clocks anew from `now`: the next report, or the result of a case that came back."""
    start(session, ticket.id, anew(session, ticket, *names, now=now))


def anew(session: Session, ticket: Ticket, *names: str, now: datetime) -> list[Due]:
    """Return the clocks that `again` starts."""
    dues = (*first(ticket.type, now), *accepted(ticket.type, now), *materials(ticket.type, now))
    return _paused(session, ticket, (one for one in dues if one.name in names))


def end(session: Session, ticket_id: int, *, now: datetime) -> None:
    """Stop the clocks of a finished case: what was not due yet is void, what had run out stays on record."""
    _remind_no_more(session, ticket_id, now)
    _end(session, Clock.ticket_id == ticket_id, now=now)


def _remind_no_more(session: Session, ticket_id: int, now: datetime) -> None:
    """Take back the question whether it is solved, if it is still on its way: it has been answered."""
    overtaken.drop(
        session, Outbox.ticket_id == ticket_id, Outbox.kind == Notice.STILL_OPEN, why="overtaken", now=now
    )


def end_one(
    session: Session, ticket_id: int, name: str, *, subject_id: int | None = None, now: datetime
) -> None:
    """Stop a clock whose promise nobody waits for any more: void if it was not due yet, else on record."""
    of = Clock.subject_id.is_(None) if subject_id is None else Clock.subject_id == subject_id
    _end(session, Clock.ticket_id == ticket_id, Clock.name == name, of, now=now)


def _end(session: Session, *whose: ColumnElement[bool], now: datetime) -> None:
    unmet = (*whose, Clock.met_at.is_(None))
    session.execute(delete(Clock).where(*unmet, Clock.due_at > now))
    session.execute(update(Clock).where(*unmet).values(met_at=now))


def retype(session: Session, ticket: Ticket) -> None:
    """Give a ticket the clocks of its new type, counted from the same submission."""
    wanted = {str(one.name): one for one in of_type(session, ticket, ticket.type)}
    for clock in running(session, ticket.id):
        if clock.subject_id is not None:
            continue
        same = wanted.get(clock.name)
        if same and (same.due_at, same.rule_source) == (clock.due_at, clock.source):
            del wanted[clock.name]  # it runs on, and has warned already of what it has warned of
        else:
            session.delete(clock)
    start(session, ticket.id, wanted.values())


def of_type(session: Session, ticket: Ticket, type_code: str) -> list[Due]:
    """Return the clocks that a ticket has as one of this type, but for those whose promise was kept."""
    met = set(
        session.scalars(select(Clock.name).where(Clock.ticket_id == ticket.id, Clock.met_at.is_not(None)))
    )
    dues = (one for one in first(type_code, ticket.created_at) if one.name not in met)
    return _paused(session, ticket, dues)
