"""Words that are held back for a moment, so that whoever wrote them can take them back for good.

The outbox is the truth: as long as no worker has touched a row, nobody has read it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select, update
from sqlalchemy.orm import Session

from models.actions import clocks, events, overtaken
from models.actions.conversation import about
from models.actions.outbox import Notice, tell
from models.queries.tickets import Actor
from models.rules.lifecycle import FINISHED, Role, Status, Verb, advance
from models.rules.numbers import number_of
from models.tables import Delivery, Event, Message, Official, Outbox, Side, Ticket

_WORDS: Final = frozenset({Verb.REPLY, Verb.PROGRESS})


class AlreadyOut(Exception):
    """There is nothing left to take back or to send at once: it has gone out, or its time is over."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True, slots=True)
class Held:
    """Words that wait: the place of their event in the case's chain, and until when."""

    seq: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """Words that wait on a case, by the place of their event, and who of the desk wrote them."""

    ticket: Ticket
    seq: int
    writer: str
    text: str
    kind: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What was taken back or sent at once, and whether somebody else of the desk had written it."""

    text: str
    kind: str
    is_others: bool


def hold(session: Session, ticket_id: int, event_id: int, *, until: datetime) -> Held:
    """Hold back what an event makes us say. Later words to the same person wait behind it."""
    session.execute(update(Outbox).where(*_untouched(ticket_id, event_id)).values(due_at=until))
    seq = session.scalars(select(Event.seq).where(Event.id == event_id)).one()
    return Held(seq, until)


def waiting(session: Session, tickets: Select[Any], actor: Actor, *, now: datetime) -> Sequence[Unsent]:
    """Return the words about cases among `tickets` that this person may still take back, the latest first."""
    statement = (
        select(Ticket, Event.seq, Official.name, Event.actor_id, Message.text, Message.kind)
        .join(Message, Message.ticket_id == Ticket.id)
        .join(Event, Event.id == Message.event_id)
        .join(Official, Official.id == Event.actor_id)
        .where(Ticket.id.in_(tickets), *_takeable(actor, now))
        .order_by(Message.id.desc())
    )
    return [
        Unsent(row[0], row[1], row[2], row[4], row[5], is_own=row[3] == actor.official_id)
        for row in session.execute(statement)
    ]


def retract(
    session: Session, ticket: Ticket, actor: Actor, *, seq: int | None = None, now: datetime
) -> Written:
    """Take words back for good (撤回): those of event `seq`, else the newest held ones, their own first.

    A leader may take back what an aide wrote, an aide only their own. The clocks these words had met run
    again, and whoever wrote them is told when it was another.

    Raises:
        AlreadyOut: there are none, they went out, or the time for it is over.
        NotPossible: the case is merged into another.
    """
    message, event = _found(session, ticket, actor, seq, now)
    return _take_back(session, ticket, actor, message, event, now=now)


def drop(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Take back all that waits on a case that changes hands: whoever wrote it does not speak for it any more.

    What a worker has in hand this moment goes out, as it was said before.
    """
    system = Actor(Role.SYSTEM, None)
    for message, event in session.execute(_of_case(ticket, system, now)).all():
        with suppress(AlreadyOut):
            _take_back(session, ticket, system, message, event, now=now)


def _take_back(
    session: Session, ticket: Ticket, actor: Actor, message: Message, event: Event, *, now: datetime
) -> Written:
    _claim(session, ticket, event.id, state=Delivery.RETRACTED, reason="retracted", settled_at=now)
    message.retracted_at = now
    session.flush()
    unsaid = Outbox.event_id == event.id, Outbox.kind == Notice.AIDE_WROTE
    overtaken.drop(session, *unsaid, why="retracted", now=now)
    retraction = events.record(session, ticket, Verb.RETRACT, actor, now=now, of=event.seq, what=event.verb)
    _run_again(session, ticket, event, message)
    is_others = message.person_id is not None and message.person_id != actor.person_id
    if is_others:
        news = about(ticket) | {
            "text": message.text,
            "kind": message.kind,
            "moved": actor.role is Role.SYSTEM,
        }
        writer = [message.person_id or 0]
        tell(session, writer, Notice.TAKEN_BACK, news, ticket_id=ticket.id, event_id=retraction, now=now)
    return Written(message.text, message.kind, is_others)


def send_now(
    session: Session, ticket: Ticket, actor: Actor, *, seq: int | None = None, now: datetime
) -> Written:
    """Wait no longer with words of this case (现在发); what was written before them goes first.

    Raises:
        AlreadyOut: nothing is held back any more.
        NotPossible: the case is merged into another.
        NotAllowed: `actor` does not work at the owner's desk.
    """
    message, event = _found(session, ticket, actor, seq, now)
    _claim(session, ticket, event.id, due_at=now)
    message.held_until = now
    session.flush()
    earlier = (
        Message.ticket_id == ticket.id,
        Message.id < message.id,
        Message.held_until > now,
        Message.retracted_at.is_(None),
    )
    for event_id in session.scalars(
        update(Message).where(*earlier).values(held_until=now).returning(Message.event_id)
    ).all():
        session.execute(update(Outbox).where(*_untouched(ticket.id, event_id)).values(due_at=now))
    return Written(message.text, message.kind, is_others=message.person_id != actor.person_id)


def _untouched(ticket_id: int, event_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return (
        Outbox.ticket_id == ticket_id,
        Outbox.event_id == event_id,
        Outbox.kind != Notice.AIDE_WROTE,
        Outbox.state == Delivery.PENDING,
        Outbox.attempts == 0,
    )


def _takeable(actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Message.side == Side.OFFICIAL,
        Message.retracted_at.is_(None),
        Message.held_until > now,
        Event.verb.in_(sorted(_WORDS)),
    ]
    if actor.role is Role.AIDE and actor.deputy_for is None:
        conditions.append(Event.actor_id == actor.official_id)
    return conditions


def _found(
    session: Session, ticket: Ticket, actor: Actor, seq: int | None, now: datetime
) -> tuple[Message, Event]:
    advance(Status(ticket.status), Verb.RETRACT, actor.role)  # only who may take words back sends them
    mine_first = case((Message.person_id == actor.person_id, 0), else_=1), Message.id.desc()
    statement = _of_case(ticket, actor, now).order_by(*mine_first).limit(1)
    row = session.execute(statement if seq is None else statement.where(Event.seq == seq)).one_or_none()
    if row is None:
        raise AlreadyOut(number_of(ticket.id))
    return row[0], row[1]


def _of_case(ticket: Ticket, actor: Actor, now: datetime) -> Select[Message, Event]:
    return (
        select(Message, Event)
        .join(Event, Event.id == Message.event_id)
        .where(Message.ticket_id == ticket.id, *_takeable(actor, now))
    )


def _claim(session: Session, ticket: Ticket, event_id: int, **values: Any) -> None:
    """Change what waits because of an event, all of it or nothing: a worker may be at it this moment."""
    changed = session.execute(
        update(Outbox).where(*_untouched(ticket.id, event_id)).values(**values).returning(Outbox.id)
    ).all()
    theirs = (Outbox.event_id == event_id, Outbox.kind != Notice.AIDE_WROTE)
    rows = select(func.count()).where(Outbox.ticket_id == ticket.id, *theirs)
    if not changed or len(changed) != session.scalars(rows).one():
        raise AlreadyOut(number_of(ticket.id))


def _run_again(session: Session, ticket: Ticket, event: Event, message: Message) -> None:
    """Take back what these words had answered: first contact, and the progress report."""
    if ticket.first_contact_at == message.at:
        ticket.first_contact_at = _next_word(session, ticket.id, message.id)
        if ticket.first_contact_at is not None or ticket.status not in FINISHED:
            first = ticket.first_contact_at
            clocks.take_back(session, ticket.id, clocks.FIRST_CONTACT, message.at, met_at=first)
    if event.verb == Verb.PROGRESS and ticket.status not in FINISHED:
        clocks.unlink(session, ticket.id, clocks.PROGRESS, message.at)
        reported = _next_report(session, ticket.id, event.seq)
        clocks.take_back(session, ticket.id, clocks.FORWARD, message.at, met_at=reported)


def _next_report(session: Session, ticket_id: int, seq: int) -> datetime | None:
    """Return when the desk reported next, and did not take that back."""
    return session.scalars(
        select(Event.at)
        .join(Message, Message.event_id == Event.id)
        .where(Event.ticket_id == ticket_id, Event.seq > seq, Event.verb == Verb.PROGRESS)
        .where(Message.ticket_id == ticket_id, Message.retracted_at.is_(None))
        .order_by(Event.seq)
        .limit(1)
    ).first()


def _next_word(session: Session, ticket_id: int, message_id: int) -> datetime | None:
    return session.scalars(
        select(Message.at)
        .where(
            Message.ticket_id == ticket_id,
            Message.id > message_id,
            Message.side == Side.OFFICIAL,
            Message.retracted_at.is_(None),
        )
        .order_by(Message.id)
        .limit(1)
    ).first()
