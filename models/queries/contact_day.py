"""Did anyone bother us today, did anyone help us today: both, from the rows, each with what is behind it.

Bothered: every message that rang although nobody of the enterprise had just written, every call that was
announced and whose time has come, every call in vain, and every visit it has not denied. Helped: every
answer, report of progress and result that officials gave on its cases, as far as it was not taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from models.queries.disturbance import Account
from models.rules.disturbance import LOCAL
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.tables import Call, CallState, Event, Message, Outbox, Ticket, Visit

MOST: Final = 200
"""More of one kind are counted by nobody: no day has that many."""

STEPS: Final = (Verb.REPLY, Verb.PROGRESS, Verb.RESOLVE, Verb.CONTRIBUTE)
RANG: Final = (CallState.ANNOUNCED, CallState.AGREED, CallState.EXPIRED)


class Kind(StrEnum):
    """What somebody came with."""

    MESSAGE = "message"
    CALL = "call"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Bother:
    """One disturbance: when, about which case, and what exactly (kind of message, state of the call)."""

    kind: Kind
    at: datetime
    number: str | None
    what: str


@dataclass(frozen=True, slots=True)
class Help:
    """One step of an official on a case."""

    at: datetime
    number: str
    step: str
    official_id: int | None


@dataclass(frozen=True, slots=True)
class ContactDay:
    """One enterprise's day, each list in the order in which things happened."""

    day: date
    bothered: Sequence[Bother]
    helped: Sequence[Help]


def contact_day(session: Session, whose: Account, day: date, *, now: datetime) -> ContactDay:
    """Return who bothered and who helped an enterprise, or a person who speaks for none, on one day."""
    begins = datetime.combine(day, time(), LOCAL)
    span = _Span(begins, begins + timedelta(days=1), now)
    came = [*_messages(session, whose, span), *_calls(session, whose, span), *_visits(session, whose, day)]
    return ContactDay(day, sorted(came, key=lambda each: each.at), _steps(session, whose, span))


@dataclass(frozen=True, slots=True)
class _Span:
    """A day, as far as it has come."""

    begins: datetime
    ends: datetime
    now: datetime

    def holds(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= self.begins, column < self.ends, column <= self.now)


def _theirs(whose: Account) -> ColumnElement[bool]:
    if whose.enterprise_id is not None:
        return Ticket.enterprise_id == whose.enterprise_id
    return and_(Ticket.person_id == whose.person_id, Ticket.enterprise_id.is_(None))


def _messages(session: Session, whose: Account, span: _Span) -> list[Bother]:
    theirs = [Outbox.rang_for == whose.enterprise_id, Outbox.rang_for.is_not(None)]
    if whose.enterprise_id is None:
        theirs = [Outbox.person_id == whose.person_id, Outbox.rang_for.is_(None)]
    rows: Any = session.execute(
        select(Outbox.rang_at, Outbox.ticket_id, Outbox.kind)
        .where(*theirs, Outbox.rang_at.is_not(None))
        .where(span.holds(Outbox.rang_at))
        .order_by(Outbox.rang_at, Outbox.id)
        .limit(MOST)
    )
    return [Bother(Kind.MESSAGE, row[0], _number(row[1]), row[2]) for row in rows]


def _calls(session: Session, whose: Account, span: _Span) -> list[Bother]:
    """Calls whose time has come, and those in vain that were no such call."""
    announced = and_(Call.ticket_id == Ticket.id, Call.state.in_(RANG), span.holds(Call.begins_at))
    kept: Sequence[Any] = session.execute(
        select(Call.begins_at, Call.ticket_id, Call.state)
        .join(Ticket, announced)
        .where(_theirs(whose))
        .order_by(Call.id)
        .limit(MOST)
    ).all()
    in_vain: Sequence[Any] = session.execute(
        select(Event.at, Event.ticket_id, Event.verb)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .where(
            _theirs(whose), Event.verb == Verb.CALL_FAILED, span.holds(Event.at), ~exists().where(announced)
        )
        .order_by(Event.id)
        .limit(MOST)
    ).all()
    announced_visits: Sequence[Any] = session.execute(
        select(Call.begins_at, Call.ticket_id, Call.state)
        .where(Call.enterprise_id == whose.enterprise_id, Call.state.in_(RANG), span.holds(Call.begins_at))
        .order_by(Call.id)
        .limit(MOST)
    ).all()
    rows = (*kept, *announced_visits, *in_vain)
    return [Bother(Kind.CALL, row[0], _number(row[1]), row[2]) for row in rows]


def _visits(session: Session, whose: Account, day: date) -> list[Bother]:
    if whose.enterprise_id is None:
        return []
    rows = session.execute(
        select(Visit.created_at, Visit.ticket_id, Visit.confirmed_at)
        .where(Visit.enterprise_id == whose.enterprise_id, Visit.day == day, Visit.disputed_at.is_(None))
        .order_by(Visit.id)
        .limit(MOST)
    )
    said = {True: "confirmed", False: "noted"}
    return [Bother(Kind.VISIT, row[0], _number(row[1]), said[row[2] is not None]) for row in rows]


def _steps(session: Session, whose: Account, span: _Span) -> list[Help]:
    is_said = or_(
        Message.id.is_(None),
        and_(
            Message.retracted_at.is_(None),
            or_(Message.held_until.is_(None), Message.held_until <= span.now),
        ),
    )
    rows = session.execute(
        select(Event.at, Event.ticket_id, Event.verb, Event.actor_id)
        .join(Ticket, Ticket.id == Event.ticket_id)
        .outerjoin(Message, and_(Message.ticket_id == Event.ticket_id, Message.event_id == Event.id))
        .where(_theirs(whose), Event.verb.in_(STEPS), span.holds(Event.at), is_said)
        .order_by(Event.at, Event.id)
        .limit(MOST)
    )
    return [Help(row[0], number_of(row[1]), row[2], row[3]) for row in rows]


def _number(ticket_id: int | None) -> str | None:
    return None if ticket_id is None else number_of(ticket_id)
