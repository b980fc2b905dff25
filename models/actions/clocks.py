"""Start, meet and restart the clocks of a ticket. When they are due is for rules.clocks to say."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from config import catalog
from models.prepared import Prepared
from models.rules.calendar import Calendar
from models.rules.clocks import Due, accepted_clocks, explain, first_clocks, started
from models.session import later
from models.tables import Clock, Ticket

_START: Final = Prepared(
    insert(Clock), "ticket_id", "name", "started_at", "due_at", "source", "explanation", "is_provisional"
)

ACCEPT: Final = "accept"
FIRST_CONTACT: Final = "first_contact"
PROGRESS: Final = "progress"
RESULT: Final = "result"


@cache
def calendar() -> Calendar:
    """Return the working-day calendar with the operator's overrides."""
    return Calendar(catalog.calendar_overrides())


def first(type_code: str, now: datetime) -> tuple[Due, ...]:
    """Return the clocks that start when a request of this type is submitted."""
    return first_clocks(type_code, now, catalog.clock_rules(), calendar())


def accepted(type_code: str, now: datetime) -> tuple[Due, ...]:
    """Return the clocks that start when a request of this type is accepted."""
    return accepted_clocks(type_code, now, catalog.clock_rules(), calendar())


def counted_from(event: catalog.StartEvent, type_code: str, now: datetime) -> Due:
    """Return the one clock that `event` starts for somebody beside the owner: a helper, a supervisor.

    Raises:
        LookupError: the catalogue has no such rule in force.
    """
    dues = started(event, type_code, now, rules=catalog.clock_rules(), calendar=calendar())
    if not dues:
        raise LookupError(f"no clock starts with {event}")
    return dues[0]


def start(session: Session, ticket_id: int, dues: Iterable[Due]) -> None:
    """Start clocks on a ticket."""
    rows = [
        {
            "ticket_id": ticket_id,
            "name": due.name,
            "started_at": due.started_at,
            "due_at": due.due_at,
            "source": due.rule_source,
            "explanation": explain(due),
            "is_provisional": due.is_provisional,
        }
        for due in dues
    ]
    if rows:
        later(session, _START, *rows)


def meet(session: Session, ticket_id: int, name: str, now: datetime) -> None:
    """Stop the running clocks of this name: what they asked for has happened."""
    session.execute(
        update(Clock)
        .where(Clock.ticket_id == ticket_id, Clock.name == name, Clock.met_at.is_(None))
        .values(met_at=now)
    )


def reopen(session: Session, ticket_id: int, name: str) -> None:
    """Take back that the newest clock of this name was met: its date stands."""
    newest = select(func.max(Clock.id)).where(Clock.ticket_id == ticket_id, Clock.name == name)
    session.execute(update(Clock).where(Clock.id == newest.scalar_subquery()).values(met_at=None))


def again(session: Session, ticket: Ticket, *names: str, now: datetime) -> None:
    """Start clocks anew from `now`: the next report, or the result of a case that came back."""
    dues = (*first(ticket.type, now), *accepted(ticket.type, now))
    start(session, ticket.id, (due for due in dues if due.name in names))


def end(session: Session, ticket_id: int, *, now: datetime) -> None:
    """Stop the clocks of a finished case: what was not due yet is void, what had run out stays on record."""
    running = (Clock.ticket_id == ticket_id, Clock.met_at.is_(None))
    session.execute(delete(Clock).where(*running, Clock.due_at > now))
    session.execute(update(Clock).where(*running).values(met_at=now))


def retype(session: Session, ticket: Ticket) -> None:
    """Give a ticket the clocks of its new type, counted from the same submission."""
    met = set(
        session.scalars(select(Clock.name).where(Clock.ticket_id == ticket.id, Clock.met_at.is_not(None)))
    )
    session.execute(delete(Clock).where(Clock.ticket_id == ticket.id, Clock.met_at.is_(None)))
    start(session, ticket.id, (due for due in first(ticket.type, ticket.created_at) if due.name not in met))
