"""A post on the roster is one WeChat's: the one that was bound last."""

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.tables import Delivery, Outbox, Person

_NOT_OUT: Final = (Delivery.PENDING, Delivery.HELD, Delivery.PARKED)


def held_elsewhere(session: Session, person_id: int, official_id: int) -> bool:
    """Whether a post is bound to another WeChat, which a new binding would end."""
    other = select(Person.id).where(Person.official_id == official_id, Person.id != person_id)
    return session.scalars(other.limit(1)).first() is not None


def take(session: Session, person_id: int, official_id: int) -> None:
    """Bind a post to one WeChat, the newest: a lost telephone has no say, and what waits for it goes over."""
    before = session.scalars(
        select(Person.id)
        .where(Person.official_id == official_id, Person.id != person_id)
        .order_by(Person.id)
        .with_for_update()
    ).all()
    if before:
        session.execute(
            update(Outbox)
            .where(Outbox.person_id.in_(before), Outbox.state.in_(_NOT_OUT))
            .values(person_id=person_id)
        )
        gone = {"official_id": None, "hand_ticket_id": None, "hand_until": None, "pending": None}
        session.execute(update(Person).where(Person.id.in_(before)).values(gone))
    session.execute(update(Person).where(Person.id == person_id).values(official_id=official_id))
