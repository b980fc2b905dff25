"""A call or visit as both sides know it, and to whom it is announced: about a case, or to an enterprise.

A case keeps every step as its event. Where there is none the call itself is all that is kept, and it is the
cause of what is said about it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import catalog
from models.actions import cards, events
from models.actions.conversation import about, desk_or_office, tell_desk
from models.actions.outbox import Notice, tell
from models.queries.people import OfficialCard, official
from models.queries.reach import callee
from models.queries.tickets import Actor
from models.queries.trust import Addressee, open_call, tails_of
from models.queries.visits import spokesman
from models.rules.calling import Span
from models.rules.lifecycle import Status, Verb, advance
from models.tables import Call, CallKind, CallState, Enterprise, Person, Ticket


@dataclass(frozen=True, slots=True)
class Announced:
    """A call as both sides know it. `is_new`: somebody was told of it just now."""

    window: Span
    phrase: str
    caller: OfficialCard
    tails: tuple[str, ...]
    is_new: bool = True
    kind: CallKind = CallKind.CALL


def permit(session: Session, to: Addressee, verb: Verb, actor: Actor) -> None:
    """Refuse what a case does not allow; an enterprise is locked, as a ticket is where it is read.

    Raises:
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    if isinstance(to, Ticket):
        advance(Status(to.status), verb, actor.role)
        return
    session.execute(select(Enterprise.id).where(Enterprise.id == to.id).with_for_update(key_share=True))


def keep(
    session: Session, to: Addressee, verb: Verb, actor: Actor, *, now: datetime, **facts: Any
) -> int | None:
    """Record a step in the chain of the case, and return the event; without a case there is no chain."""
    return events.record(session, to, verb, actor, now=now, **facts) if isinstance(to, Ticket) else None


class Hearer(NamedTuple):
    """Whoever gets a card, and whether they want no telephone calls."""

    person_id: int
    name: str | None = None
    no_calls: bool = False


def hearer(session: Session, to: Addressee, now: datetime) -> Hearer | None:
    """Return who gets the card; None if nobody speaks for the enterprise.

    Whoever has the card of a visit hears what becomes of it too.
    """
    if isinstance(to, Ticket):
        whom = callee(session, to)
        return Hearer(whom.person_id, whom.name, whom.no_calls) if whom else None
    reader = cards.reader(session, to.id)
    if reader is not None:
        return Hearer(reader)
    found = spokesman(session, to.id, now)
    if found is None:
        return None
    return Hearer(session.scalars(select(Person.id).where(Person.openid == found[0])).one())


def tell_people(
    session: Session,
    people: Iterable[int],
    notice: Notice,
    news: Mapping[str, Any],
    *,
    to: Addressee,
    call: Call,
    now: datetime,
) -> None:
    """Tell people what has become of a call."""
    cause: dict[str, Any] = {"ticket_id": call.ticket_id, "event_id": call.event_id}
    if call.ticket_id is None:
        step = f"{news.get('answer', call.state)}:{call.begins_at}"
        cause |= {"call_id": call.id, "key": f"call:{call.id}:{step}:{now.timestamp()}"}
    tell(session, people, notice, subject(to) | dict(news), **cause, now=now)


def tell_caller(
    session: Session, notice: Notice, news: Mapping[str, Any], *, to: Addressee, call: Call, now: datetime
) -> None:
    """Tell the desk that answers for a case; without one, that of whoever comes."""
    if isinstance(to, Ticket) and call.event_id is not None:
        tell_desk(session, to, notice, subject(to) | dict(news), event_id=call.event_id, now=now)
        return
    told = desk_or_office(session, official(session, call.caller_id).desk_id, now)
    tell_people(session, told.people, notice, news, to=to, call=call, now=now)


def subject(to: Addressee) -> dict[str, Any]:
    """Return what news of a call says about its case, or else its enterprise."""
    return about(to) if isinstance(to, Ticket) else {"firm": to.id, "enterprise": to.name}


def open_anew(
    session: Session,
    to: Addressee,
    caller_id: int,
    event_id: int | None,
    now: datetime,
    *,
    window: Span | None = None,
    phrase: str | None = None,
    kind: CallKind = CallKind.CALL,
) -> Call:
    """Open a call in place of the one that may be open: announced for a window, or asked about without."""
    old = open_call(session, to)
    if old is not None:
        close(session, old, CallState.REPLACED, now)
    call = Call(
        ticket_id=to.id if isinstance(to, Ticket) else None,
        enterprise_id=None if isinstance(to, Ticket) else to.id,
        caller_id=caller_id,
        event_id=event_id,
        kind=kind,
        state=CallState.ANNOUNCED if window else CallState.ASKED,
        begins_at=window.begins if window else None,
        ends_at=window.ends if window else None,
        lapses_at=window.ends if window else now + catalog.call_habits().answer,
        phrase=phrase,
        created_at=now,
    )
    session.add(call)
    session.flush()
    return call


def close(session: Session, call: Call, state: CallState, now: datetime) -> None:
    """End a call; a card of it that has not gone out yet never will."""
    call.state, call.closed_at = state, now
    session.flush()
    cards.drop(session, call, now=now)


def card(session: Session, call: Announced) -> dict[str, Any]:
    """Return what the verified card says: who, from which number, when, with which phrase."""
    leader = official(session, call.caller.leader_id) if call.caller.leader_id else None
    return {
        "by": {"name": call.caller.name, "post": call.caller.post},
        "leader": {"name": leader.name, "post": leader.post} if leader else None,
        "tails": list(call.tails),
        "phrase": call.phrase,
        "is_visit": call.kind is CallKind.VISIT,
        **moments(call.window),
    }


def announced(session: Session, call: Call, window: Span, phrase: str) -> Announced:
    """Return an open call as both sides know it, with this window and phrase."""
    caller, tails = official(session, call.caller_id), tails_of(session, call.caller_id)
    return Announced(window, phrase, caller, tails, kind=CallKind(call.kind))


def window_of(call: Call) -> Span | None:
    """Return the window of a call, None while it has none."""
    return Span(call.begins_at, call.ends_at) if call.begins_at and call.ends_at else None


def moments(window: Span) -> dict[str, str]:
    """Return a window as it is written into events and news."""
    return {"begins": window.begins.isoformat(), "ends": window.ends.isoformat()}
