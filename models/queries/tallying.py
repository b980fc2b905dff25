"""What tickets add to the counts, as they stand; and up to when run-out promises are counted."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from models.rules.clocks import OF_OTHERS
from models.rules.tally import Promise, State
from models.session import core
from models.tables import Clock, Enterprise, TallyMark, Ticket

_TICKETS: Final = select(
    Ticket.id,
    Ticket.counted,
    Ticket.type,
    Ticket.owner_id,
    Ticket.region,
    Enterprise.stage,
    Ticket.status,
    Ticket.created_at,
    Ticket.resolved_at,
    Ticket.confirmed_at,
    Ticket.rated_result,
    Ticket.rebounds,
).outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
_PROMISES: Final = select(Clock.ticket_id, Clock.name, Clock.due_at, Clock.met_at, Clock.warned).where(
    Clock.subject_id.is_(None)
)
_CHUNK: Final = 5_000
NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Standing(NamedTuple):
    """A ticket as it stands, and what the counts hold of it."""

    id: int
    counted: str | None
    state: State


def marked(session: Session) -> datetime:
    """Return up to when promises that ran out are in the counts."""
    return session.execute(select(TallyMark.until)).scalar_one_or_none() or NEVER


def lapsing(after: datetime, until: datetime) -> Select[int]:
    """Return the select of tickets with a promise of the owner's that ran out between two moments."""
    return select(Clock.ticket_id).where(
        Clock.met_at.is_(None),
        Clock.due_at >= bindparam("after", after),
        Clock.due_at < bindparam("until", until),
        Clock.name.not_in(sorted(OF_OTHERS)),
    )


def standing(session: Session, ids: Collection[int]) -> list[Standing]:
    """Return how these tickets stand."""
    listed = sorted(ids)
    promises = _PROMISES.where(Clock.ticket_id.in_(listed))
    tickets = _TICKETS.where(Ticket.id.in_(listed)).order_by(Ticket.id)
    return [*_joined(session.execute(tickets), session.execute(promises))]


def everything(session: Session) -> Iterator[Standing]:
    """Yield how every ticket stands, by its id, few at a time in memory."""
    last, run = 0, core(session).execute
    while ids := run(select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(_CHUNK)).all():
        page = _TICKETS.where(Ticket.id > last).order_by(Ticket.id).limit(_CHUNK)
        between = _PROMISES.where(Clock.ticket_id > last, Clock.ticket_id <= ids[-1].id)
        yield from _joined(run(page), run(between))
        last = ids[-1].id


def _joined(tickets: Iterable[Any], promises: Iterable[Any]) -> Iterator[Standing]:
    found: dict[int, list[Promise]] = {}
    for ticket_id, *rest in promises:
        found.setdefault(ticket_id, []).append(Promise(*rest))
    for ticket_id, counted, *rest in tickets:
        yield Standing(ticket_id, counted, State(*(*rest, found.get(ticket_id, ()))))


def day_named(number: int) -> date:
    """Return the day that a number like 20261128 stands for."""
    return date(number // 10_000, number // 100 % 100, number % 100)
