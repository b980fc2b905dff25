"""Which cases are one matter (并案): what carries what, and what may be one."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.lifecycle import Status
from models.tables import Merge, Ticket

BESIDE: Final = 8
"""So many open cases of an enterprise, the newest, are looked at for one that is the same matter."""


def main_of(session: Session, ticket_id: int) -> int | None:
    """Return the case that another is merged into, None if it stands by itself."""
    return session.scalar(select(Merge.main_id).where(Merge.ticket_id == ticket_id))


def mains_of(session: Session, ticket_ids: Collection[int]) -> Mapping[int, int]:
    """Return for those of some cases that are merged the one they are merged into."""
    found = select(Merge.ticket_id, Merge.main_id).where(Merge.ticket_id.in_(ticket_ids))
    return {row.ticket_id: row.main_id for row in session.execute(found)}


def carried_by(session: Session, main_id: int) -> list[int]:
    """Return the cases that are merged into this one, oldest first."""
    wanted = select(Merge.ticket_id).where(Merge.main_id == main_id).order_by(Merge.ticket_id)
    return list(session.scalars(wanted))


def authors_of_carried(session: Session, main_id: int) -> Sequence[int]:
    """Return who brought the cases that are merged into this one."""
    wanted = select(Ticket.person_id).join(Merge, Merge.ticket_id == Ticket.id)
    return session.scalars(wanted.where(Merge.main_id == main_id).distinct().order_by(Ticket.person_id)).all()


def locked(session: Session, *ticket_ids: int) -> list[Ticket]:
    """Return cases, locked for the rest of the transaction, in one order for everybody: earliest first."""
    wanted = select(Ticket).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id)
    found = wanted.with_for_update(key_share=True)
    return list(session.scalars(found, execution_options={"populate_existing": True}))


def beside(session: Session, ticket_id: int, enterprise_id: int, owner_id: int) -> Sequence[Ticket]:
    """Return the cases of an enterprise and owner before this one that are worked on, newest first."""
    wanted = select(Ticket).where(
        Ticket.enterprise_id == enterprise_id,
        Ticket.id < ticket_id,
        Ticket.owner_id == owner_id,
        Ticket.status.in_([Status.OPEN, Status.ACCEPTED]),
    )
    return session.scalars(wanted.order_by(Ticket.id.desc()).limit(BESIDE)).all()
