"""What the enterprise says to a call that is announced: yes, another time, or no."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config import catalog
from models.actions import cards
from models.actions.appointments import (
    Announced,
    announced,
    card,
    close,
    hearer,
    keep,
    moments,
    permit,
    tell_caller,
    tell_people,
    window_of,
)
from models.actions.calls import NoOpenCall, NotAtThatTime
from models.actions.conversation import Words, say, sealed
from models.actions.outbox import Notice
from models.queries.people import Party
from models.queries.tickets import Actor, actor_of
from models.queries.trust import Addressee, addressees, calls_to, open_call
from models.rules.calling import Span, fault
from models.rules.lifecycle import FINISHED, Verb
from models.tables import Call, CallKind, CallState, Ticket


class NoWindowYet(Exception):
    """We asked when to call and have not been told."""


def agree(session: Session, to: Addressee, actor: Actor, *, now: datetime) -> Announced:
    """The enterprise agrees to the announced call; agreeing twice changes nothing.

    Raises:
        NoOpenCall: there is none, or its time is over.
        NoWindowYet: no time has been named.
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    call = _to_answer(session, to, actor, now)
    window = window_of(call)
    if window is None or call.phrase is None:
        raise NoWindowYet
    done = announced(session, call, window, call.phrase)
    if call.state != CallState.AGREED:
        news = {"answer": "agreed"} | card(session, done)
        call.state = CallState.AGREED
        _answered(session, to, actor, call, news, now=now)
    return done


def move(
    session: Session,
    to: Addressee,
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
    call = _to_answer(session, to, actor, now)
    found = fault(window, catalog.call_habits(), now)
    if found is not None:
        raise NotAtThatTime(found)
    done = announced(session, call, window, call.phrase or phrase)
    if call.state != CallState.AGREED or window_of(call) != window:
        call.begins_at, call.ends_at, call.phrase = window.begins, window.ends, done.phrase
        call.lapses_at = window.ends
        news = {"answer": "moved", "text": words.text} | card(session, done)
        call.state = CallState.AGREED
        _answered(session, to, actor, call, news, words, now=now)
    return done


def decline(session: Session, to: Addressee, actor: Actor, words: Words, *, now: datetime) -> None:
    """The enterprise does not want the call, and may say why.

    Raises:
        NoOpenCall: there is none, or its time is over.
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    call = _to_answer(session, to, actor, now)
    news = {"answer": "declined", "text": words.text, "is_visit": call.kind == CallKind.VISIT}
    close(session, call, CallState.DECLINED, now)
    kept = [words] * bool(words.text)
    _answered(session, to, actor, call, news, *kept, now=now)


def doubt(
    session: Session, to: Addressee, actor: Actor, lead_id: int, *, phrase: str, now: datetime
) -> Announced | None:
    """Somebody else passed for the announced caller: the call stands, but its phrase is another from now on.

    Both sides are told the new one. None where no call is announced any more.

    Raises:
        NotPossible: the ticket does not allow it.
        NotAllowed: it is not for `actor`.
    """
    permit(session, to, Verb.ANSWER_CALL, actor)
    call = open_call(session, to)
    window = window_of(call) if call is not None else None
    if call is None or window is None or call.lapses_at <= now:
        return None
    cards.drop(session, call, now=now)
    call.phrase = phrase
    done = announced(session, call, window, phrase)
    news = card(session, done)
    _answered(session, to, actor, call, {"answer": "doubted", "lead": str(lead_id)} | news, now=now)
    news |= {"again": True, "is_renewed": True}
    whom = hearer(session, to, now)
    people = [whom.person_id] if whom else []
    tell_people(session, people, Notice.CALL_ANNOUNCED, news, to=to, call=call, now=now)
    return done


def decline_all(session: Session, who: Party, words: Words, *, now: datetime) -> None:
    """Somebody wants no calls at all: those announced to them are off, and each desk hears it."""
    for to in addressees(session, calls_to(session, who, now), seen_by=who):
        whom = hearer(session, to, now)
        is_theirs = whom is not None and whom.person_id == who.person_id
        if is_theirs and not (isinstance(to, Ticket) and to.status in FINISHED):
            decline(session, to, actor_of(who), words, now=now)


def _to_answer(session: Session, to: Addressee, actor: Actor, now: datetime) -> Call:
    permit(session, to, Verb.ANSWER_CALL, actor)
    call = open_call(session, to)
    if call is None or call.lapses_at <= now:
        raise NoOpenCall
    return call


def _answered(
    session: Session,
    to: Addressee,
    actor: Actor,
    call: Call,
    news: dict[str, Any],
    *words: Words,
    now: datetime,
) -> None:
    """Record an answer and tell the caller. Its words are kept with the case; else the news has them."""
    window = window_of(call)
    facts = {"call": call.id, "answer": news["answer"], **(moments(window) if window else {})}
    if isinstance(to, Ticket):
        facts |= sealed(actor, *words, now=now)
        for each in words:
            say(session, to.id, actor, each, now=now)
    call.event_id = keep(session, to, Verb.ANSWER_CALL, actor, now=now, **facts)
    session.flush()
    tell_caller(session, Notice.CALL_ANSWERED, news, to=to, call=call, now=now)
