"""The cards of announced calls (来电预告) on their way: which an enterprise has, and which never comes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from models.actions import overtaken
from models.actions.outbox import Notice
from models.tables import Call, Contact, Delivery, Outbox

_NEVER_COMES: Final = (Delivery.RETRACTED, Delivery.DEAD)


def drop(session: Session, call: Call, *, now: datetime) -> None:
    """Take out of the line what has not gone out yet: nobody shall read a card whose call is over."""
    overtaken.drop(session, *_about_the_same(call), why="call_over", now=now)


def expected(session: Session, call: Call, *, now: datetime) -> Mapping[str, Any] | None:
    """Return the newest card about what a call is about that went out or may, while its window is not over.

    After `drop` the only cards still in line are those that a worker is taking out of it this moment.
    """
    last = session.scalars(
        select(Outbox.payload)
        .where(*_about_the_same(call), Outbox.state.not_in(_NEVER_COMES))
        .order_by(Outbox.id.desc())
        .limit(1)
    ).first()
    return last if last is not None and datetime.fromisoformat(last["ends"]) > now else None


def reader(session: Session, enterprise_id: int) -> int | None:
    """Return to whom the card of a visit that is announced went, as long as they speak for the enterprise."""
    return session.scalars(
        select(Outbox.person_id)
        .join(Call, Call.id == Outbox.call_id)
        .join(
            Contact,
            and_(Contact.person_id == Outbox.person_id, Contact.enterprise_id == Call.enterprise_id),
        )
        .where(Call.enterprise_id == enterprise_id, Call.closed_at.is_(None), Contact.is_active)
        .where(Outbox.kind == Notice.CALL_ANNOUNCED)
        .order_by(Outbox.id.desc())
        .limit(1)
    ).first()


def _about_the_same(call: Call) -> tuple[ColumnElement[bool], ...]:
    """The cards about the case of a call, or those that came to its enterprise without one."""
    theirs = Outbox.ticket_id == call.ticket_id
    if call.ticket_id is None:
        theirs = Outbox.call_id.in_(select(Call.id).where(Call.enterprise_id == call.enterprise_id))
    return theirs, Outbox.kind == Notice.CALL_ANNOUNCED
