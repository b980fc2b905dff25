"""Put right which case words belong to: move them to a ticket of their own, or split one message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.actions import events, shielding
from models.actions.conversation import Words, about, say, seal_of, sealed, tell_desk
from models.actions.gathered import send_media
from models.actions.outbox import Notice
from models.actions.retyping import is_guess_open, reguess
from models.actions.tickets import Guess, Submitted, open_case
from models.queries.contacts import speaking_for
from models.queries.people import Party
from models.queries.tickets import actor_of
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.rules.sealing import MOVED, SEALED
from models.tables import Event, Inbox, Message, Ticket


@dataclass(frozen=True, slots=True)
class Piece:
    """One matter of a message: its words, what it seems to be, and what it is called."""

    text: str
    guess: Guess
    title: str


class SplitAlready(Exception):
    """The message was split before; `numbers` are the tickets that came of it."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


def move(
    session: Session,
    who: Party,
    ticket: Ticket,
    run: Sequence[Message],
    guess: Guess,
    *,
    title: str,
    now: datetime,
) -> Submitted:
    """Open a ticket for words that were put to a wrong one, and take them there.

    Words still gathered leave nothing behind. Those the owner has heard of leave an event on both tickets,
    and the owner is told.

    Raises:
        NotPossible: the owner has heard them, and the ticket is finished.
    """
    was_told = all(one.gathered_until is None for one in run)
    text = "\n".join(one.text for one in run if one.text)
    words = Words(run[0].kind if not text else "text", text)
    party = speaking_for(session, who, ticket.enterprise_id)
    seals = [seal_of(one) for one in run]
    origin = {SEALED: seals} | ({"moved_from": ticket.id} if was_told else {})
    done = open_case(session, party, words, guess, title=title, now=now, origin=origin)
    _rehang(session, run, done.id)
    opened, key = events.newest(session, done.id), f"moved:{done.id}"
    send_media(session, done.desk.people, run, ticket_id=done.id, event_id=opened, key=key, now=now)
    if was_told:
        actor = actor_of(who)
        moved = {"moved_to": done.id, "inbox": [one.inbox_id for one in run], MOVED: seals}
        event_id = events.record(session, ticket, Verb.FOLLOW_UP, actor, now=now, **moved)
        news = about(ticket) | {"text": text, "kind": words.kind, "other": done.number}
        tell_desk(session, ticket, Notice.MOVED_AWAY, news, event_id=event_id, now=now)
    shielding.pass_on(session, ticket, [done.id], actor_of(who), now=now)
    return done


def _rehang(session: Session, run: Sequence[Message], ticket_id: int) -> None:
    for one in run:
        one.ticket_id, one.gathered_until = ticket_id, None
    session.flush()
    pushes = [one.inbox_id for one in run if one.inbox_id is not None]
    session.execute(update(Inbox).where(Inbox.id.in_(pushes)).values(ticket_id=ticket_id))


def split(
    session: Session, who: Party, ticket: Ticket, pieces: Sequence[Piece], *, now: datetime
) -> list[Submitted]:
    """Make a ticket of its own of every piece but the first, which stays with what was said as a whole.

    Raises:
        SplitAlready: it was done before.
        NotPossible: the ticket is finished.
    """
    already = split_into(session, ticket)
    if already:
        raise SplitAlready([number_of(each) for each in already])
    party, actor = speaking_for(session, who, ticket.enterprise_id), actor_of(who)
    first = first_words(session, ticket)
    opened = [_open_piece(session, party, ticket, piece, first, now=now) for piece in pieces[1:]]
    ids = [done.id for done in opened]
    event_id = events.record(session, ticket, Verb.FOLLOW_UP, actor, now=now, split_into=ids)
    if pieces[0].guess.is_sure and is_guess_open(ticket, 1.1):
        reguess(session, ticket, pieces[0].guess, title=pieces[0].title, now=now)
    others = [done.number for done in opened]
    news = about(ticket) | {"text": pieces[0].text, "kind": "text", "others": others}
    tell_desk(session, ticket, Notice.SPLIT_OFF, news, event_id=event_id, now=now)
    shielding.pass_on(session, ticket, ids, actor, now=now)
    return opened


def _open_piece(
    session: Session, who: Party, ticket: Ticket, piece: Piece, first: Message | None, *, now: datetime
) -> Submitted:
    words = Words("text", piece.text, inbox_id=first.inbox_id if first else None)
    actor = actor_of(who)
    origin = {"split_from": ticket.id} | sealed(actor, words, now=now)
    done = open_case(session, who, words, piece.guess, title=piece.title, now=now, origin=origin)
    say(session, done.id, actor, words, now=now)
    return done


def split_into(session: Session, ticket: Ticket) -> list[int]:
    """Return the tickets that a ticket's first message was split into."""
    facts: Iterable[dict[str, object]] = session.scalars(
        select(Event.data).where(Event.ticket_id == ticket.id, Event.verb == Verb.FOLLOW_UP)
    )
    found = next((data["split_into"] for data in facts if "split_into" in data), [])
    return list(found) if isinstance(found, list) else []


def first_words(session: Session, ticket: Ticket) -> Message | None:
    """Return the message that opened a ticket."""
    return session.scalars(
        select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id).limit(1)
    ).first()
