"""Who helps with which ticket, and what a desk was asked to help with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from models.queries.tickets import LISTED
from models.rules.lifecycle import FINISHED
from models.rules.numbers import number_of
from models.tables import CoHandling, HelpState, Official, Ticket, is_helping

_FRESH: Final = {"populate_existing": True}
"""What was read before the ticket was locked may be stale by now."""


@dataclass(frozen=True, slots=True)
class Help:
    """One unit's help with one ticket, as the owner's side sees it."""

    id: int
    unit_id: int
    name: str
    post: str
    department: str
    state: HelpState
    task: str
    due_at: datetime
    is_answered: bool

    @property
    def is_open(self) -> bool:
        """Whether the owner still waits for what the unit was asked: it has neither answered nor refused."""
        return self.state in {HelpState.ASKED, HelpState.JOINED} and not self.is_answered


@dataclass(frozen=True, slots=True)
class Task:
    """What a desk was asked to help with, as that desk sees it."""

    ticket_id: int
    number: str
    title: str
    task: str
    state: HelpState
    due_at: datetime
    is_answered: bool


def helpers(session: Session, ticket_id: int) -> list[Help]:
    """Return who helps with a ticket now: those who were asked, and those who have accepted, oldest first."""
    rows = session.execute(
        select(CoHandling, Official)
        .join(Official, Official.id == CoHandling.unit_id)
        .where(CoHandling.ticket_id == ticket_id, is_helping(CoHandling.state))
        .order_by(CoHandling.id),
        execution_options=_FRESH,
    ).all()
    return [help_of(row[0], row[1]) for row in rows]


def awaited(session: Session, ticket_id: int) -> list[Help]:
    """Return those whose answer the owner of a ticket still waits for."""
    return [each for each in helpers(session, ticket_id) if each.is_open]


def helping(session: Session, ticket_id: int, unit_id: int) -> CoHandling | None:
    """Return the unit's part in a ticket while it helps or is asked to."""
    statement = select(CoHandling).where(
        CoHandling.ticket_id == ticket_id, CoHandling.unit_id == unit_id, is_helping(CoHandling.state)
    )
    return session.scalars(statement, execution_options=_FRESH).one_or_none()


def helped_by(unit_id: int) -> Select[int]:
    """Return the ids of the tickets a unit helps with or is asked to."""
    return select(CoHandling.ticket_id).where(CoHandling.unit_id == unit_id, is_helping(CoHandling.state))


def joined_before(session: Session, row: CoHandling) -> bool:
    """Return whether the unit has helped with the same ticket before."""
    earlier = select(CoHandling.id).where(
        CoHandling.ticket_id == row.ticket_id,
        CoHandling.unit_id == row.unit_id,
        CoHandling.id < row.id,
        CoHandling.joined_at.is_not(None),
    )
    return session.scalars(earlier.limit(1)).first() is not None


def tasks(session: Session, unit_ids: Collection[int], *, limit: int = LISTED) -> list[Task]:
    """Return what some desks were asked to help with and have not answered, the most urgent first."""
    rows = session.execute(
        _unanswered(unit_ids).order_by(CoHandling.due_at, CoHandling.id).limit(limit)
    ).all()
    return [task(row[0], row[1]) for row in rows]


def helped(session: Session, unit_ids: Collection[int], *, limit: int = LISTED) -> list[Task]:
    """Return the same, and behind it what they have answered and may say more about."""
    answered = CoHandling.answered_at.is_not(None)
    rows = session.execute(
        _live(unit_ids).order_by(answered, CoHandling.due_at, CoHandling.id).limit(limit)
    ).all()
    return [task(row[0], row[1]) for row in rows]


def refused(
    session: Session, unit_ids: Collection[int], *, since: datetime
) -> list[tuple[CoHandling, Ticket]]:
    """Return what some desks have refused since, the newest first, and were not asked for again."""
    later = aliased(CoHandling)
    again = select(later.id).where(
        later.ticket_id == CoHandling.ticket_id, later.unit_id == CoHandling.unit_id, later.id > CoHandling.id
    )
    rows = session.execute(
        select(CoHandling, Ticket)
        .join(Ticket, Ticket.id == CoHandling.ticket_id)
        .where(CoHandling.unit_id.in_(unit_ids), CoHandling.state == HelpState.REFUSED)
        .where(CoHandling.ended_at >= since, ~again.exists())
        .order_by(CoHandling.id.desc())
    ).all()
    return [(row[0], row[1]) for row in rows]


def asked_since(session: Session, row: CoHandling) -> bool:
    """Whether somebody else was asked to help with the same ticket after a unit's refusal."""
    later = select(CoHandling.id).where(CoHandling.ticket_id == row.ticket_id, CoHandling.id > row.id)
    return session.scalars(later.limit(1)).first() is not None


def how_many_tasks(session: Session, unit_ids: Collection[int]) -> int:
    """Return how much some desks were asked to help with and have not answered."""
    unanswered = _unanswered(unit_ids).with_only_columns(func.count())
    return session.scalars(unanswered).one()


def _unanswered(unit_ids: Collection[int]) -> Select[CoHandling, Ticket]:
    return _live(unit_ids).where(CoHandling.answered_at.is_(None))


def _live(unit_ids: Collection[int]) -> Select[CoHandling, Ticket]:
    return (
        select(CoHandling, Ticket)
        .join(Ticket, Ticket.id == CoHandling.ticket_id)
        .where(
            CoHandling.unit_id.in_(unit_ids),
            is_helping(CoHandling.state),
            Ticket.status.not_in(FINISHED),
        )
    )


def help_of(row: CoHandling, unit: Official) -> Help:
    """Return one row as the owner's side sees it."""
    return Help(
        row.id,
        row.unit_id,
        unit.name,
        unit.post,
        unit.department,
        HelpState(row.state),
        row.task,
        row.due_at,
        row.answered_at is not None,
    )


def task(row: CoHandling, ticket: Ticket) -> Task:
    """Return one row as the unit sees it."""
    return Task(
        ticket.id,
        number_of(ticket.id),
        ticket.title,
        row.task,
        HelpState(row.state),
        row.due_at,
        row.answered_at is not None,
    )
