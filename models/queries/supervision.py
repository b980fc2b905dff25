"""What waits for a supervisor (督查), and what is overdue where they look after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from models.queries.tickets import LISTED
from models.rules.clocks import OF_OTHERS
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.rules.regions import regions_within
from models.tables import Clock, Decline, Extension, Official, Ticket


class Matter(StrEnum):
    """What a supervisor is asked to decide."""

    APPEAL = "appeal"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a supervisor's word; `due_at` is by when."""

    matter: Matter
    number: str
    title: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Late:
    """A promise on a ticket that is overdue, and whose it is."""

    number: str
    title: str
    clock: str
    due_at: datetime
    owner: str


_APPEALED: Final = (Decline.appealed_at.is_not(None), Decline.decided_at.is_(None))
_ASKED_FOR: Final = (Extension.decided_at.is_(None), Ticket.status == Status.ACCEPTED)

Source = Callable[[Session, ColumnElement[bool], int], Sequence[Waiting]]
"""What finds matters of one kind: given which tickets, and how many at most, the most urgent first."""


def appeals(session: Session, where: ColumnElement[bool], limit: int) -> Sequence[Waiting]:
    """Return the appeals that are not decided."""
    rows = session.execute(
        select(Ticket.id, Ticket.title, Decline.due_at)
        .join(Ticket, Ticket.id == Decline.ticket_id)
        .where(*_APPEALED, where)
        .order_by(Decline.due_at, Decline.id)
        .limit(limit)
    ).all()
    return [Waiting(Matter.APPEAL, number_of(row[0]), row[1], row[2]) for row in rows]


def extensions(session: Session, where: ColumnElement[bool], limit: int) -> Sequence[Waiting]:
    """Return the requests for more time that are not decided; until then the old dates stand."""
    rows = session.execute(
        select(Ticket.id, Ticket.title)
        .join(Extension, Extension.ticket_id == Ticket.id)
        .where(*_ASKED_FOR, where)
        .order_by(Extension.id)
        .limit(limit)
    ).all()
    return [Waiting(Matter.EXTENSION, number_of(row[0]), row[1], None) for row in rows]


SOURCES: Final[tuple[Source, ...]] = (appeals, extensions)
"""Everything about a ticket that can wait for a supervisor."""


def waiting(session: Session, region: str, *, limit: int = LISTED, offset: int = 0) -> list[Waiting]:
    """Return what waits for a supervisor of `region`, of each kind the most urgent first."""
    found = [each for source in SOURCES for each in source(session, _inside(region), offset + limit)]
    return found[offset : offset + limit]


def how_many_waiting(session: Session, region: str) -> int:
    """Return how much waits for a supervisor of `region`."""
    appealed = select(func.count()).select_from(Decline).join(Ticket, Ticket.id == Decline.ticket_id)
    undecided = select(func.count()).select_from(Extension).join(Ticket, Ticket.id == Extension.ticket_id)
    return (
        session.scalars(appealed.where(*_APPEALED, _inside(region))).one()
        + session.scalars(undecided.where(*_ASKED_FOR, _inside(region))).one()
    )


def overdue(
    session: Session, region: str, now: datetime, *, limit: int = LISTED, offset: int = 0
) -> list[Late]:
    """Return the promises that are overdue in `region`, the oldest first, one for each ticket."""
    first = _late(region, now).order_by(func.min(Clock.due_at), Clock.ticket_id).limit(limit).offset(offset)
    dues = {row[0]: row[1] for row in session.execute(first).all()}
    rows = session.execute(
        select(Ticket.id, Ticket.title, Clock.name, Clock.due_at, Official.post, Official.name)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .join(Official, Official.id == Ticket.owner_id)
        .where(Clock.met_at.is_(None), Clock.name.not_in(OF_OTHERS), Clock.ticket_id.in_(dues))
        .order_by(Clock.due_at.desc(), Clock.id.desc())
    ).all()
    named = {row[0]: row for row in rows if row[3] == dues[row[0]]}
    found = [named[ticket_id] for ticket_id in dues]
    return [Late(number_of(row[0]), row[1], row[2], row[3], f"{row[4]} {row[5]}") for row in found]


def how_many_overdue(session: Session, region: str, now: datetime) -> int:
    """Return on how many tickets of `region` a promise is overdue."""
    return session.scalars(select(func.count()).select_from(_late(region, now).subquery())).one()


def _late(region: str, now: datetime) -> Select[int, datetime]:
    """Return the tickets of `region` with a promise that is overdue, and the oldest such date."""
    return (
        select(Clock.ticket_id, func.min(Clock.due_at))
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(Clock.met_at.is_(None), Clock.due_at < now, _inside(region))
        .where(Clock.name.not_in(OF_OTHERS))
        .group_by(Clock.ticket_id)
    )


def _inside(region: str) -> ColumnElement[bool]:
    return Ticket.region.in_(sorted(regions_within(region)))
