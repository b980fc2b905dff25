"""Announce a call with a card that can be trusted, take it back, and end it when its time is over.

Every change is an event of the ticket, if there is one. The phrase is in none: only the two sides read it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import catalog
from models.actions import cards, events, unasked_calls
from models.actions.appointments import (
    Announced,
    announced,
    card,
    close,
    hearer,
    keep,
    moments,
    open_anew,
    permit,
    tell_caller,
    tell_people,
    window_of,
)
from models.actions.outbox import Notice
from models.queries.people import OfficialCard, Party, official
from models.queries.tickets import Actor
from models.queries.trust import Addressee, calls_to, current_call, open_call, tails_of
from models.rules.calling import Fault, Span, fault_of_announcement
from models.rules.lifecycle import FINISHED, Role, Verb
from models.tables import Call, CallKind, CallState, Enterprise, Person, Ticket


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


def announce(
    session: Session,
    to: Addressee,
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
    permit(session, to, Verb.ANNOUNCE_CALL, actor)
    if (whom := hearer(session, to, now)) is None:
        raise NobodyToCall
    if (found := fault_of_announcement(window, catalog.call_habits(), now)) is not None:
        raise NotAtThatTime(found)
    if whom.no_calls and kind is CallKind.CALL:
        raise NoCallsPlease(whom.name)
    caller = official(session, caller_id)
    tails = tails_of(session, caller_id)
    if not tails:
        raise NoNumber(caller)
    old = open_call(session, to)
    if old is not None and old.phrase and _is_same(old, caller_id, window, kind):
        return Announced(window, old.phrase, caller, tails, is_new=False, kind=kind)
    if not (old is not None and old.state == CallState.AGREED and window_of(old) == window):
        unasked_calls.spare(session, to, window, now=now)
    facts = {"caller_id": caller_id, "kind": kind, "asked_for": unasked_calls.count(session, to, now=now)}
    event_id = keep(session, to, Verb.ANNOUNCE_CALL, actor, now=now, **facts, **moments(window))
    call = open_anew(session, to, caller_id, event_id, now, window=window, phrase=phrase, kind=kind)
    done = Announced(window, phrase, caller, tails, kind=kind)
    news = card(session, done) | {"again": old is not None and old.phrase is not None}
    told = {Notice.CALL_ANNOUNCED: [whom.person_id]}
    if caller_id != actor.official_id:
        told[Notice.CALL_BRIEFED] = _people_of(session, caller_id)
    for notice, people in told.items():
        tell_people(session, people, notice, news, to=to, call=call, now=now)
    return done


def _is_same(old: Call, caller_id: int, window: Span, kind: CallKind) -> bool:
    return old.caller_id == caller_id and window_of(old) == window and old.kind == kind


def cancel(session: Session, to: Addressee, actor: Actor, *, now: datetime) -> None:
    """The desk takes an announcement back; the enterprise is told that nobody will call.

    Raises:
        NoOpenCall: there is none.
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    permit(session, to, Verb.CANCEL_CALL, actor)
    call = open_call(session, to)
    if call is None:
        raise NoOpenCall
    _end(session, to, call, keep(session, to, Verb.CANCEL_CALL, actor, now=now, call=call.id), now)


def call_off(session: Session, ticket: Ticket, *, event_id: int, now: datetime) -> None:
    """End the call of a case that is over or another's now: whoever announced it may not make it any more.

    Whoever expects it is told, as somebody else may ring at that time.
    """
    call = open_call(session, ticket)
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
    visits = select(Enterprise).join(Call, Call.enterprise_id == Enterprise.id).order_by(Enterprise.id)
    for firm in session.scalars(visits.where(Call.caller_id == official_id, Call.closed_at.is_(None))).all():
        stay_away(session, firm.id, now=now)


def stay_away(session: Session, enterprise_id: int, *, now: datetime) -> None:
    """Call off a visit to an enterprise that is in that leader's care no more."""
    firm = session.get_one(Enterprise, enterprise_id)
    call = open_call(session, firm)
    if call is not None:
        _end(session, firm, call, None, now)


def _end(session: Session, to: Addressee, call: Call, event_id: int | None, now: datetime) -> None:
    """Take a call back, and tell whoever expects it: somebody else may ring at that time."""
    window = window_of(call) if call.state == CallState.AGREED else None
    whom = hearer(session, to, now)
    call.event_id = event_id
    close(session, call, CallState.CANCELLED, now)
    card_out = cards.expected(session, call, now=now)
    if whom is None or (window is None and card_out is None):
        return
    caller = official(session, call.caller_id)
    when = moments(window) if window else {each: (card_out or {})[each] for each in ("begins", "ends")}
    who = {"by": {"name": caller.name, "post": caller.post}, "is_visit": call.kind == CallKind.VISIT}
    people = [whom.person_id]
    tell_people(session, people, Notice.CALL_CANCELLED, who | when, to=to, call=call, now=now)


def strike(session: Session, now: datetime, *, limit: int = 100) -> int:
    """Close calls whose time is over, and ask their desks how they went. Return how many that were.

    Two workers at once take different ones, and one whose ticket is in somebody's hands waits for the next
    time: tickets are locked before their calls, here as everywhere. Whoever comes again finds nothing left.
    """
    over = Call.closed_at.is_(None), Call.lapses_at <= now
    of_cases = select(Call, Ticket).join(Ticket, Ticket.id == Call.ticket_id)
    to_firms = select(Call, Enterprise).join(Enterprise, Enterprise.id == Call.enterprise_id)
    rows: list[tuple[Call, Addressee]] = []
    for found, which in ((of_cases, (Ticket, Call)), (to_firms, Call)):
        due = found.where(*over).order_by(Call.lapses_at, Call.id).limit(limit - len(rows))
        rows += session.execute(due.with_for_update(of=which, skip_locked=True)).all()
    for call, to in rows:
        window = window_of(call)
        close(session, call, CallState.EXPIRED, now)
        if window is not None and not (isinstance(to, Ticket) and to.status in FINISHED):
            news = moments(window) | {"is_visit": call.kind == CallKind.VISIT}
            tell_caller(session, Notice.CALL_OVER, news, to=to, call=call, now=now)
    return len(rows)


def announced_to(session: Session, party: Party, now: datetime) -> list[Announced]:
    """Return the calls that `party` may expect, the next one first."""
    windows = [(call, window_of(call)) for call in calls_to(session, party, now)]
    return [announced(session, call, window, call.phrase or "") for call, window in windows if window]


def announced_about(session: Session, to: Addressee, now: datetime) -> Announced | None:
    """Return the call that may be expected about a ticket, or by an enterprise without one."""
    call = current_call(session, to, now)
    window = window_of(call) if call else None
    return announced(session, call, window, call.phrase or "") if call and window else None


def _people_of(session: Session, official_id: int) -> list[int]:
    return list(session.scalars(select(Person.id).where(Person.official_id == official_id)))
