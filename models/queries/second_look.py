"""Which guesses are worth a second look, and the words they were made from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries import feed
from models.rules.lifecycle import Status, Verb
from models.tables import Event, FeedCursor, Message, Side, Ticket


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the event feed, and how often what comes next was begun."""

    tx: int
    event_id: int
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Guessed:
    """A first event with a quick guess of ours in it, and where it stands in the feed."""

    ticket_id: int
    type: str
    before: Position
    at: Position


def position(session: Session, reader: str) -> Position:
    """Return how far a reader that has begun has come."""
    row = session.get_one(FeedCursor, reader)
    return Position(row.tx, row.event_id, row.tries)


def guesses(session: Session, after: Position, *, limit: int) -> tuple[list[Guessed], Position]:
    """Return the guesses among the next `limit` events, and where those events end.

    A type that somebody named, or that the deep path has guessed already, is none.
    """
    rows, found, before = _events(session, after, limit), [], after
    for event in rows:
        at = Position(event.tx, event.id)
        data = event.data
        is_guess = data.get("type_source", "guess") == "guess" and "confidence" in data
        if event.verb == Verb.SUBMIT and is_guess and not data.get("deep"):
            found.append(Guessed(event.ticket_id, data["type"], before, at))
        before = at
    return found, before


def words_of(session: Session, guessed: Guessed) -> str | None:
    """Return the words of a guess that still is one; None if somebody, or later words, knew better."""
    ticket = session.get(Ticket, guessed.ticket_id)
    if ticket is None or ticket.type_source != "guess" or ticket.status != Status.OPEN:
        return None
    if ticket.type != guessed.type or _was_split_or_retyped(session, ticket.id):
        return None
    said = session.scalars(
        select(Message.text)
        .where(Message.ticket_id == ticket.id, Message.side == Side.ENTERPRISE)
        .where(Message.at <= ticket.created_at)
        .order_by(Message.id)
    )
    return "\n".join(text for text in said if text) or None


def _was_split_or_retyped(session: Session, ticket_id: int) -> bool:
    later = session.execute(select(Event.verb, Event.data).where(Event.ticket_id == ticket_id, Event.seq > 1))
    return any(verb == Verb.RETYPE or "split_into" in data for verb, data in later)


def _events(session: Session, after: Position, limit: int) -> Sequence[Event]:
    return feed.events(session, None, after=(after.tx, after.event_id), limit=limit)
