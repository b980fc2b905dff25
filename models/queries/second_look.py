"""Which guesses are worth a second look, the words they were made from, and what people decided since."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.queries import feed
from models.queries.corrections import PEOPLE
from models.rules.lifecycle import Status, Verb
from models.tables import Contact, Enterprise, Event, FeedCursor, Message, Official, Side, Ticket


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


@dataclass(frozen=True, slots=True)
class Page:
    """What is worth knowing of some events that follow one another, and where they end."""

    guesses: Sequence[Guessed]
    decided: Sequence[int]
    """Tickets whose type a person named, or accepted as it stood."""
    end: Position


@dataclass(frozen=True, slots=True)
class Known:
    """Whose case it is: what its words may call people and firms by."""

    people: Sequence[str]
    firms: Sequence[str]


def position(session: Session, reader: str) -> Position:
    """Return how far a reader that has begun has come."""
    row = session.get_one(FeedCursor, reader)
    return Position(row.tx, row.event_id, row.tries)


def page(session: Session, after: Position, *, limit: int, with_deep: bool = False) -> Page:
    """Return what is in the next `limit` events.

    A type that somebody named is no guess. What the deep path has guessed already is one if `with_deep`.
    """
    found: list[Guessed] = []
    decided: dict[int, None] = {}
    before = after
    for event in feed.events(session, None, after=(after.tx, after.event_id), limit=limit):
        at = Position(event.tx, event.id)
        data = event.data
        is_guess = data.get("type_source", "guess") == "guess" and "confidence" in data
        if event.verb == Verb.SUBMIT and is_guess and (with_deep or not data.get("deep")):
            found.append(Guessed(event.ticket_id, data["type"], before, at))
        if event.verb == Verb.ACCEPT or (event.verb == Verb.RETYPE and event.actor_role in PEOPLE):
            decided[event.ticket_id] = None
        before = at
    return Page(found, tuple(decided), before)


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


def known_of(session: Session, ticket_id: int) -> Known:
    """Return the names around a case: its enterprise and who speaks for it, its owner and their aides."""
    ticket = session.get_one(Ticket, ticket_id)
    of_firm = () if ticket.enterprise_id is None else (Contact.enterprise_id == ticket.enterprise_id,)
    contacts = select(Contact.name).where(or_(Contact.person_id == ticket.person_id, *of_firm))
    officials = select(Official.name).where(
        or_(Official.id == ticket.owner_id, Official.leader_id == ticket.owner_id)
    )
    firms = (
        select(Enterprise.name)
        .join(Contact, Contact.enterprise_id == Enterprise.id, isouter=True)
        .where(or_(Enterprise.id == ticket.enterprise_id, Contact.person_id == ticket.person_id))
        .distinct()
    )
    people = [*session.scalars(contacts), *session.scalars(officials)]
    return Known([each for each in people if each], session.scalars(firms).all())
