"""What was said in a ticket: all of it for the official side, for the enterprise what it may know of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from models.tables import Delivery, Event, Message, Official, Outbox, Person, Side, Ticket


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the official side reads it: who of the desk really wrote it, and whether it counts."""

    message: Message
    writer: str | None = None
    is_deputy: bool = False
    is_waiting: bool = False


def said(session: Session, ticket: Ticket, *, now: datetime) -> Sequence[Said]:
    """Return all that was said in a ticket with its authors, oldest first."""
    rows = session.execute(
        select(Message, Official.name, Event.data)
        .outerjoin(Event, Event.id == Message.event_id)
        .outerjoin(Person, Person.id == Message.person_id)
        .outerjoin(Official, Official.id == func.coalesce(Event.actor_id, Person.official_id))
        .where(Message.ticket_id == ticket.id, Message.gathered_until.is_(None))
        .order_by(Message.id)
    ).all()
    return [_said(row[0], row[1], row[2], now) for row in rows]


def _said(message: Message, writer: str | None, data: dict[str, Any] | None, now: datetime) -> Said:
    is_ours = message.side != Side.ENTERPRISE
    is_waiting = message.retracted_at is None and message.held_until is not None and message.held_until > now
    return Said(message, writer if is_ours else None, "deputy_for" in (data or {}), is_waiting)


def is_said() -> ColumnElement[bool]:
    """Return the condition that keeps the messages the enterprise may know of.

    What was taken back was never said, what may still be taken back is not said yet, and what a helper
    writes is for the owner. Nor is what they said themselves as long as it may belong to another ticket.
    """
    waits = exists().where(
        Outbox.ticket_id == Message.ticket_id,
        Outbox.event_id == Message.event_id,
        Outbox.state == Delivery.PENDING,
        Outbox.attempts == 0,
    )
    return and_(
        Message.side != Side.CO_HANDLER,
        Message.retracted_at.is_(None),
        Message.gathered_until.is_(None),
        or_(Message.held_until.is_(None), ~waits),
    )


def transcript(session: Session, ticket: Ticket) -> Sequence[Message]:
    """Return all that was said in a ticket as far as the enterprise may know of it, oldest first."""
    return session.scalars(
        select(Message).where(Message.ticket_id == ticket.id, is_said()).order_by(Message.id)
    ).all()


def told(session: Session, ticket_id: int, *, limit: int) -> Sequence[Message]:
    """Return the first words of the enterprise in a ticket, oldest first, as its owner may know them."""
    wanted = select(Message).where(
        Message.ticket_id == ticket_id,
        Message.side == Side.ENTERPRISE,
        Message.kind.in_(("text", "voice")),
        Message.retracted_at.is_(None),
        Message.gathered_until.is_(None),
    )
    return session.scalars(wanted.order_by(Message.id).limit(limit)).all()


def stands_there(session: Session, ticket_id: int, text: str) -> bool:
    """Whether an official has said just this to the enterprise, and not taken it back."""
    wanted = select(Message.id).where(Message.ticket_id == ticket_id, Message.side == Side.OFFICIAL)
    return (
        session.scalar(wanted.where(Message.text == text, Message.retracted_at.is_(None)).limit(1))
        is not None
    )


def was_said(session: Session, ticket_id: int, text: str, *, since: datetime) -> bool:
    """Whether the enterprise has said exactly `text` in a ticket after `since`, passed on by now or not."""
    found = select(Message.id).where(
        Message.ticket_id == ticket_id,
        Message.side == Side.ENTERPRISE,
        Message.at > since,
        Message.text == text,
        Message.retracted_at.is_(None),
    )
    return session.scalars(found.limit(1)).first() is not None
