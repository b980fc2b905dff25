"""What an office takes down on an enterprise's behalf, by telephone or on a visit (代为登记)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import tickets
from models.actions.conversation import Words
from models.actions.outbox import Notice, tell
from models.actions.tickets import Guess, Submitted
from models.queries.contacts import speaker
from models.tables import Event


class HasLeft(LookupError):
    """The contact no longer speaks for the enterprise."""


def register(
    session: Session, contact_id: int, text: str, guess: Guess, *, title: str, key_id: int, now: datetime
) -> Submitted:
    """Open a ticket for what a contact asked for outside the chat; contact and owner are told.

    It is routed, timed and numbered like any other. `key_id` is the API key of the office, and stands in
    the first event.

    Raises:
        HasLeft: there is no such contact, or they no longer speak for the enterprise.
        NobodyOnDuty: the roster names nobody at all.
    """
    who = speaker(session, contact_id)
    if who is None:
        raise HasLeft(contact_id)
    done = tickets.submit(session, who, Words("text", text), guess, title=title, now=now, key_id=key_id)
    cause = session.scalars(select(Event.id).where(Event.ticket_id == done.id, Event.seq == 1)).one()
    news = {
        "number": done.number,
        "title": title,
        "type": done.type,
        "sure": guess.is_sure,
        "text": text,
        "owner": {"name": done.owner.name, "post": done.owner.post},
        "due": done.dues[0].due_at.isoformat() if done.dues else None,
    }
    tell(session, [who.person_id], Notice.REGISTERED, news, ticket_id=done.id, event_id=cause, now=now)
    return done
