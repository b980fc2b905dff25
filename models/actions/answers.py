"""What the enterprise says to a call that is announced: yes, another time, or no."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config import catalog
from models.actions import cards, events
from models.actions.calls import (
    Announced,
    NoOpenCall,
    NotAtThatTime,
    announced,
    card,
    close,
    moments,
    window_of,
)
from models.actions.conversation import Words, about, say, tell_callee, tell_desk
from models.actions.outbox import Notice
from models.queries.people import Party
from models.queries.reach import callee
from models.queries.tickets import Actor, actor_of, by_id
from models.queries.trust import calls_to, open_call
from models.rules.calling import Span, fault
from models.rules.lifecycle import FINISHED, Status, Verb, advance
from models.tables import Call, CallKind, CallState, Ticket


class NoWindowYet(Exception):
    """We asked when to call and have not been told."""


def agree(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> Announced:
    """The enterprise agrees to the announced call; agreeing twice changes nothing.

    Raises:
        NoOpenCall: there is none, or its time is over.
        NoWindowYet: no time has been named.
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    call = _to_answer(session, ticket, actor, now)
    window = window_of(call)
    if window is None or call.phrase is None:
        raise NoWindowYet
    done = announced(session, call, window, call.phrase)
    if call.state != CallState.AGREED:
        news = {"answer": "agreed"} | card(session, done)
        call.state = CallState.AGREED
        _answered(session, ticket, actor, call, news, now=now)
    return done


def move(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    window: Span,
    words: Words,
    *,
    phrase: str,
    now: datetime,
) -> Announced:
    """The enterprise names another time, or the first; the phrase stays, `phrase` is for a call without one.

    Its words are kept and passed on: there may be more in them than a time, such as a number to call.

    Raises:
        NoOpenCall: there is none, or its time is over.
        NotAtThatTime: the window is past, too far or too long.
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    call = _to_answer(session, ticket, actor, now)
    found = fault(window, catalog.call_habits(), now)
    if found is not None:
        raise NotAtThatTime(found)
    done = announced(session, call, window, call.phrase or phrase)
    if call.state != CallState.AGREED or window_of(call) != window:
        call.begins_at, call.ends_at, call.phrase = window.begins, window.ends, done.phrase
        call.lapses_at = window.ends
        news = {"answer": "moved", "text": words.text} | card(session, done)
        call.state = CallState.AGREED
        _answered(session, ticket, actor, call, news, now=now)
        say(session, ticket.id, actor, words, now=now)
    return done


def decline(session: Session, ticket: Ticket, actor: Actor, words: Words, *, now: datetime) -> None:
    """The enterprise does not want the call, and may say why.

    Raises:
        NoOpenCall: there is none, or its time is over.
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    call = _to_answer(session, ticket, actor, now)
    news = {"answer": "declined", "text": words.text, "is_visit": call.kind == CallKind.VISIT}
    close(session, call, CallState.DECLINED, now)
    _answered(session, ticket, actor, call, news, now=now)
    if words.text:
        say(session, ticket.id, actor, words, now=now)


def doubt(
    session: Session, ticket: Ticket, actor: Actor, lead_id: int, *, phrase: str, now: datetime
) -> Announced | None:
    """Somebody else passed for the announced caller: the call stands, but its phrase is another from now on.

    Both sides are told the new one. None where no call is announced any more.

    Raises:
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    advance(Status(ticket.status), Verb.ANSWER_CALL, actor.role)
    call = open_call(session, ticket.id)
    window = window_of(call) if call is not None else None
    if call is None or window is None or call.lapses_at <= now:
        return None
    cards.drop(session, ticket.id, now=now)
    call.phrase = phrase
    done = announced(session, call, window, phrase)
    news = card(session, done)
    _answered(session, ticket, actor, call, {"answer": "doubted", "lead": str(lead_id)} | news, now=now)
    news |= {"again": True, "is_renewed": True}
    tell_callee(session, ticket, Notice.CALL_ANNOUNCED, news, event_id=call.event_id, now=now)
    return done


def decline_all(session: Session, who: Party, words: Words, *, now: datetime) -> None:
    """Somebody wants no calls at all: those announced to them are off, and each desk hears it."""
    tickets = sorted(call.ticket_id for call in calls_to(session, who, now))
    for ticket in [by_id(session, each, seen_by=who) for each in tickets]:
        whom = callee(session, ticket)
        if whom is not None and whom.person_id == who.person_id and ticket.status not in FINISHED:
            decline(session, ticket, actor_of(who), words, now=now)


def _to_answer(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> Call:
    advance(Status(ticket.status), Verb.ANSWER_CALL, actor.role)
    call = open_call(session, ticket.id)
    if call is None or call.lapses_at <= now:
        raise NoOpenCall
    return call


def _answered(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    call: Call,
    news: dict[str, Any],
    *,
    now: datetime,
) -> None:
    window = window_of(call)
    call.event_id = events.record(
        session,
        ticket,
        Verb.ANSWER_CALL,
        actor,
        now=now,
        call=call.id,
        answer=news["answer"],
        **(moments(window) if window else {}),
    )
    session.flush()
    tell_desk(session, ticket, Notice.CALL_ANSWERED, about(ticket) | news, event_id=call.event_id, now=now)
