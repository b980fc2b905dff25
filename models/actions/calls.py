"""Announce a call with a card that can be trusted, take it back, and end it when its time is over.

Every change is an event of the ticket. The phrase is in no event: only the two sides read it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import catalog
from models.actions import cards, events, unasked_calls
from models.actions.conversation import about, tell_callee, tell_desk
from models.actions.outbox import Notice, tell
from models.queries.people import OfficialCard, Party, official
from models.queries.reach import callee
from models.queries.tickets import Actor
from models.queries.trust import calls_to, current_call, open_call, tails_of
from models.rules.calling import Fault, Span, fault_of_announcement
from models.rules.lifecycle import FINISHED, Role, Status, Verb, advance
from models.tables import Call, CallKind, CallState, Person, Ticket


class NotAtThatTime(Exception):
    """No call can be announced for this window; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class NoNumber(Exception):
    """Whoever would call has no registered number, so that no card could be trusted."""

    def __init__(self, caller: OfficialCard) -> None:
        super().__init__(caller.id)
        self.caller = caller


class NoCallsPlease(Exception):
    """The contact has asked not to be telephoned."""

    def __init__(self, name: str | None) -> None:
        super().__init__()
        self.name = name


class NobodyToCall(Exception):
    """Nobody speaks for the enterprise any more, so that nobody can read a card."""


class NoOpenCall(LookupError):
    """No call is announced for this ticket, or its time is over."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A call as both sides know it. `is_new`: somebody was told of it just now."""

    window: Span
    phrase: str
    caller: OfficialCard
    tails: tuple[str, ...]
    is_new: bool = True
    kind: CallKind = CallKind.CALL


def announce(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    *,
    caller_id: int,
    window: Span,
    phrase: str,
    now: datetime,
    kind: CallKind = CallKind.CALL,
) -> Announced:
    """Announce a call or a visit: the enterprise gets the verified card, and whoever calls the same phrase.

    An open announcement gives way to the new one; the same once more changes nothing. A time that the
    enterprise has named itself may be in its quiet hours.

    Raises:
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
        NobodyToCall: all its contacts have left the enterprise.
        NotAtThatTime: the window is past, too far, too long, or at night.
        NoCallsPlease: the contact wants no calls; they may be visited.
        NoNumber: the caller has no registered number.
        QuietThen: the enterprise wants nothing at that time.
        AnnouncedEnough: there were as many announcements today as there may be.
    """
    advance(Status(ticket.status), Verb.ANNOUNCE_CALL, actor.role)
    if (whom := callee(session, ticket)) is None:
        raise NobodyToCall
    if (found := fault_of_announcement(window, catalog.call_habits(), now)) is not None:
        raise NotAtThatTime(found)
    if whom.no_calls and kind is CallKind.CALL:
        raise NoCallsPlease(whom.name)
    caller = official(session, caller_id)
    tails = tails_of(session, caller_id)
    if not tails:
        raise NoNumber(caller)
    old = open_call(session, ticket.id)
    if old is not None and old.phrase and _is_same(old, caller_id, window, kind):
        return Announced(window, old.phrase, caller, tails, is_new=False, kind=kind)
    if not (old is not None and old.state == CallState.AGREED and window_of(old) == window):
        unasked_calls.spare(session, ticket, window, now=now)
    facts = {"caller_id": caller_id, "kind": kind, "asked_for": unasked_calls.count(session, ticket, now=now)}
    event_id = events.record(session, ticket, Verb.ANNOUNCE_CALL, actor, now=now, **facts, **moments(window))
    open_anew(session, ticket, caller_id, event_id, now, window=window, phrase=phrase, kind=kind)
    done = Announced(window, phrase, caller, tails, kind=kind)
    news = card(session, done) | {"again": old is not None and old.phrase is not None}
    tell_callee(session, ticket, Notice.CALL_ANNOUNCED, news, event_id=event_id, now=now)
    if caller_id != actor.official_id:
        told = _people_of(session, caller_id)
        tell_people(session, told, Notice.CALL_BRIEFED, news, ticket=ticket, event_id=event_id, now=now)
    return done


def _is_same(old: Call, caller_id: int, window: Span, kind: CallKind) -> bool:
    return old.caller_id == caller_id and window_of(old) == window and old.kind == kind


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


def cancel(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> None:
    """The desk takes an announcement back; the enterprise is told that nobody will call.

    Raises:
        NoOpenCall: there is none.
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    advance(Status(ticket.status), Verb.CANCEL_CALL, actor.role)
    call = open_call(session, ticket.id)
    if call is None:
        raise NoOpenCall
    event_id = events.record(session, ticket, Verb.CANCEL_CALL, actor, now=now, call=call.id)
    _end(session, ticket, call, event_id, now)


def call_off(session: Session, ticket: Ticket, *, event_id: int, now: datetime) -> None:
    """End the call of a case that is over or another's now: whoever announced it may not make it any more.

    Whoever expects it is told, as somebody else may ring at that time.
    """
    call = open_call(session, ticket.id)
    if call is None:
        return
    is_at_desk = official(session, call.caller_id).desk_id == ticket.owner_id
    if ticket.status in FINISHED or not is_at_desk:
        _end(session, ticket, call, event_id, now)


def leave(session: Session, official_id: int, *, now: datetime) -> None:
    """End the calls of somebody who leaves the roster: nobody of that name rings any more."""
    found = select(Ticket, Call).join(Call, Call.ticket_id == Ticket.id).order_by(Ticket.id)
    mine = found.where(Call.caller_id == official_id, Call.closed_at.is_(None))
    for ticket, call in session.execute(mine.with_for_update(of=Ticket, key_share=True)).all():
        system = Actor(Role.SYSTEM, None)
        event_id = events.record(session, ticket, Verb.CANCEL_CALL, system, now=now, call=call.id)
        _end(session, ticket, call, event_id, now)


def _end(session: Session, ticket: Ticket, call: Call, event_id: int, now: datetime) -> None:
    """Take a call back, and tell whoever expects it: somebody else may ring at that time."""
    window = window_of(call) if call.state == CallState.AGREED else None
    call.event_id = event_id
    close(session, call, CallState.CANCELLED, now)
    card_out = cards.expected(session, ticket.id, now=now)
    if window is None and card_out is None:
        return
    caller = official(session, call.caller_id)
    when = moments(window) if window else {each: (card_out or {})[each] for each in ("begins", "ends")}
    news = {"by": {"name": caller.name, "post": caller.post}, "is_visit": call.kind == CallKind.VISIT} | when
    tell_callee(session, ticket, Notice.CALL_CANCELLED, news, event_id=event_id, now=now)


def strike(session: Session, now: datetime, *, limit: int = 100) -> int:
    """Close calls whose time is over, and ask their desks how they went. Return how many that were.

    Two workers at once take different ones, and one whose ticket is in somebody's hands waits for the next
    time: tickets are locked before their calls, here as everywhere. Whoever comes again finds nothing left.
    """
    rows = session.execute(
        select(Call, Ticket)
        .join(Ticket, Ticket.id == Call.ticket_id)
        .where(Call.closed_at.is_(None), Call.lapses_at <= now)
        .order_by(Call.lapses_at, Call.id)
        .limit(limit)
        .with_for_update(of=(Ticket, Call), skip_locked=True)
    ).all()
    for call, ticket in rows:
        window = window_of(call)
        close(session, call, CallState.EXPIRED, now)
        if window is not None and ticket.status not in FINISHED:
            news = about(ticket) | moments(window) | {"is_visit": call.kind == CallKind.VISIT}
            tell_desk(session, ticket, Notice.CALL_OVER, news, event_id=call.event_id, now=now)
    return len(rows)


def open_anew(
    session: Session,
    ticket: Ticket,
    caller_id: int,
    event_id: int,
    now: datetime,
    *,
    window: Span | None = None,
    phrase: str | None = None,
    kind: CallKind = CallKind.CALL,
) -> None:
    """Open a call in place of the one that may be open: announced for a window, or asked about without."""
    old = open_call(session, ticket.id)
    if old is not None:
        close(session, old, CallState.REPLACED, now)
    call = Call(
        ticket_id=ticket.id,
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


def tell_people(
    session: Session,
    people: Iterable[int],
    notice: Notice,
    news: Mapping[str, Any],
    *,
    ticket: Ticket,
    event_id: int,
    now: datetime,
) -> None:
    """Tell people something about a ticket that an event has caused."""
    tell(session, people, notice, about(ticket) | dict(news), ticket_id=ticket.id, event_id=event_id, now=now)


def announced_to(session: Session, party: Party, now: datetime) -> list[Announced]:
    """Return the calls that `party` may expect, the next one first."""
    windows = [(call, window_of(call)) for call in calls_to(session, party, now)]
    return [announced(session, call, window, call.phrase or "") for call, window in windows if window]


def announced_about(session: Session, ticket: Ticket, now: datetime) -> Announced | None:
    """Return the call that may be expected about a ticket."""
    call = current_call(session, ticket.id, now)
    window = window_of(call) if call else None
    return announced(session, call, window, call.phrase or "") if call and window else None


def window_of(call: Call) -> Span | None:
    """Return the window of a call, None while it has none."""
    return Span(call.begins_at, call.ends_at) if call.begins_at and call.ends_at else None


def close(session: Session, call: Call, state: CallState, now: datetime) -> None:
    """End a call; a card of it that has not gone out yet never will."""
    call.state, call.closed_at = state, now
    session.flush()
    cards.drop(session, call.ticket_id, now=now)


def announced(session: Session, call: Call, window: Span, phrase: str) -> Announced:
    """Return an open call as both sides know it, with this window and phrase."""
    caller, tails = official(session, call.caller_id), tails_of(session, call.caller_id)
    return Announced(window, phrase, caller, tails, kind=CallKind(call.kind))


def moments(window: Span) -> dict[str, str]:
    """Return a window as it is written into events and news."""
    return {"begins": window.begins.isoformat(), "ends": window.ends.isoformat()}


def _people_of(session: Session, official_id: int) -> list[int]:
    return list(session.scalars(select(Person.id).where(Person.official_id == official_id)))
