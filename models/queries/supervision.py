"""What waits for a supervisor (督查), and what is overdue where they look after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.queries.tickets import LISTED
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


Source = Callable[[Session, ColumnElement[bool], int], Sequence[Waiting]]
"""What finds matters of one kind: given which tickets, and how many at most, the most urgent first."""


def appeals(session: Session, where: ColumnElement[bool], limit: int) -> Sequence[Waiting]:
    """Return the appeals that are not decided."""
    rows = session.execute(
        select(Ticket.id, Ticket.title, Decline.due_at)
        .join(Ticket, Ticket.id == Decline.ticket_id)
        .where(Decline.appealed_at.is_not(None), Decline.decided_at.is_(None), where)
        .order_by(Decline.due_at, Decline.id)
        .limit(limit)
    ).all()
    return [Waiting(Matter.APPEAL, number_of(row[0]), row[1], row[2]) for row in rows]


def extensions(session: Session, where: ColumnElement[bool], limit: int) -> Sequence[Waiting]:
    """Return the requests for more time that are not decided; until then the old dates stand."""
    rows = session.execute(
        select(Ticket.id, Ticket.title)
        .join(Extension, Extension.ticket_id == Ticket.id)
        .where(Extension.decided_at.is_(None), Ticket.status == Status.ACCEPTED, where)
        .order_by(Extension.id)
        .limit(limit)
    ).all()
    return [Waiting(Matter.EXTENSION, number_of(row[0]), row[1], None) for row in rows]


SOURCES: Final[tuple[Source, ...]] = (appeals, extensions)
"""Everything about a ticket that can wait for a supervisor."""


def waiting(session: Session, region: str, *, limit: int = LISTED) -> list[Waiting]:
    """Return what waits for a supervisor of `region`, of each kind the most urgent first."""
    return [found for source in SOURCES for found in source(session, _inside(region), limit)]


def overdue(session: Session, region: str, now: datetime, *, limit: int = LISTED) -> list[Late]:
    """Return the promises that are overdue in `region`, the oldest first, one for each ticket."""
    rows = session.execute(
        select(Ticket.id, Ticket.title, Clock.name, Clock.due_at, Official.post, Official.name)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .join(Official, Official.id == Ticket.owner_id)
        .where(Clock.met_at.is_(None), Clock.due_at < now, _inside(region))
        .order_by(Clock.due_at, Clock.id)
        .limit(3 * limit)
    ).all()
    first = {row[0]: row for row in reversed(rows)}
    found = sorted(first.values(), key=lambda row: row[3])[:limit]
    return [Late(number_of(row[0]), row[1], row[2], row[3], f"{row[4]} {row[5]}") for row in found]


def _inside(region: str) -> ColumnElement[bool]:
    return Ticket.region.in_(sorted(regions_within(region)))
