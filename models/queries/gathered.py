"""Words that only seem to belong to a case, and those that were passed on as such."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.rules.lifecycle import Role, Verb
from models.tables import Event, Message, Side, Ticket


def gathered(session: Session, ticket_id: int, person_id: int | None = None) -> Sequence[Message]:
    """Return the words gathered on a ticket, oldest first; those of one person if named."""
    words = select(Message).where(Message.ticket_id == ticket_id, Message.gathered_until.is_not(None))
    if person_id is not None:
        words = words.where(Message.person_id == person_id)
    return session.scalars(words.order_by(Message.id)).all()


def due(session: Session, now: datetime, early: timedelta, *, limit: int) -> Sequence[int]:
    """Return the tickets whose gathered words are due: the last has waited its time, or the first too long.

    `early` is how long before its own end the first must give way, so that nobody who goes on for ever is
    never heard.
    """
    return session.scalars(
        select(Message.ticket_id)
        .where(Message.gathered_until.is_not(None))
        .group_by(Message.ticket_id)
        .having(or_(func.max(Message.gathered_until) <= now, func.min(Message.gathered_until) <= now - early))
        .order_by(func.min(Message.id))
        .limit(limit)
    ).all()


def passed_on(session: Session, ticket: Ticket, person_id: int, *, since: datetime) -> Sequence[Message]:
    """Return the last words of a person that a guess of ours put to a ticket, if that was after `since`."""
    event = session.scalars(
        select(Event)
        .where(
            Event.ticket_id == ticket.id,
            Event.verb == Verb.FOLLOW_UP,
            Event.actor_role == Role.ENTERPRISE,
            Event.actor_id == person_id,
        )
        .order_by(Event.seq.desc())
        .limit(1)
    ).first()
    if event is None or event.at < since or "guessed" not in event.data:
        return ()
    told = event.data["guessed"]
    return session.scalars(
        select(Message).where(Message.ticket_id == ticket.id, Message.inbox_id.in_(told)).order_by(Message.id)
    ).all()


def of_enterprise(session: Session, ticket: Ticket) -> Sequence[str]:
    """Return what the enterprise said in words so far, gathered too, oldest first; places are no words."""
    return session.scalars(
        select(Message.text)
        .where(
            Message.ticket_id == ticket.id,
            Message.side == Side.ENTERPRISE,
            Message.kind.in_(("text", "voice")),
            Message.text != "",
        )
        .order_by(Message.id)
    ).all()
