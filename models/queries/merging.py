"""Which cases are one matter (并案): what carries what, and what may be one."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.rules.lifecycle import Status
from models.tables import Merge, Message, Side, Ticket

BESIDE: Final = 8
"""So many open cases of an enterprise, the newest, are looked at for one that is the same matter."""


def main_of(session: Session, ticket_id: int) -> int | None:
    """Return the case that another is merged into, None if it stands by itself."""
    return session.scalar(select(Merge.main_id).where(Merge.ticket_id == ticket_id))


MAIN_OF: Final = select(Merge.main_id).where(Merge.ticket_id == Ticket.id).correlate(Ticket).scalar_subquery()
"""The case that a ticket is merged into."""


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


class Told(NamedTuple):
    """A case by what it is about: its title, and the words with which it came."""

    id: int
    title: str
    words: str | None


_BESIDE: Final = Prepared(
    select(
        Ticket.id,
        Ticket.title,
        select(Message.text)
        .where(Message.ticket_id == Ticket.id, Message.side == Side.ENTERPRISE.value, Message.text != "")
        .where(Message.retracted_at.is_(None))
        .order_by(Message.id)
        .limit(1)
        .scalar_subquery(),
    )
    .where(
        Ticket.enterprise_id == bindparam("firm"),
        Ticket.id < bindparam("before"),
        Ticket.owner_id == bindparam("owner"),
        or_(Ticket.status == Status.OPEN.value, Ticket.status == Status.ACCEPTED.value),
    )
    .order_by(Ticket.id.desc())
    .limit(BESIDE)
)
"""On the way of new cases: prepared, so that what their batch has put off stays put off."""


def beside(session: Session, ticket_id: int, enterprise_id: int, owner_id: int) -> list[Told]:
    """Return the cases of an enterprise and owner before this one that are worked on, newest first."""
    found = _BESIDE.all(session, firm=enterprise_id, before=ticket_id, owner=owner_id)
    return [Told(*row) for row in found]
