"""Take one message from the door to its answer: admit, find the person, route, act, remember.

Everything happens in the caller's transaction; nothing here commits. A refusal by the rules takes back
what the handler did, never the message itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from handlers import (
    contacts,
    enterprise,
    events,
    guest,
    humans,
    matters,
    official,
    satisfaction,
    say,
)
from handlers.turn import MESSAGES, Handler, Incoming, Kind, Reply, Router, Speech, Turn
from handlers.understanding.commands import Order, read
from models.actions import inbox, people
from models.queries.people import Party
from models.queries.tickets import NoSuchTicket
from models.rules.lifecycle import NotAllowed, NotPossible
from models.rules.windows import Trigger
from models.session import savepoint
from models.tables import Outcome

QUESTION: Final = timedelta(minutes=30)
"""For so long the next words may answer what we asked."""

_TRIGGERS: Final = dict.fromkeys(MESSAGES, Trigger.MESSAGE) | {
    Kind.CLICK: Trigger.CLICK,
    Kind.FOLLOW: Trigger.FOLLOW,
    Kind.SCAN: Trigger.SCAN,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say back at once; empty for silence. `outcome` is None when the message came before."""

    speech: Speech
    outcome: Outcome | None


def take(session: Session, incoming: Incoming, now: datetime) -> Answer:
    """Take one push. A repeat gets the answer of the first time and changes nothing.

    Raises:
        Exception: whatever a bug of ours or the database raises; nothing of this push is stored then, and
            the caller rolls back (see `shelve`).
    """
    admission = inbox.admit(
        session, incoming.key, kind=incoming.name, sealed=incoming.sealed, sent_at=incoming.sent_at, now=now
    )
    if admission.inbox_id is None:
        return Answer(_thawed(admission.saved_reply), None)
    who = _with_open_question(people.meet(session, incoming.openid, at=incoming.said_at(now), now=now), now)
    turn = Turn(session, who, incoming, _order(incoming), admission.inbox_id, now)
    reply = _reply(turn)
    _remember(turn, reply)
    inbox.settle(
        session,
        admission.inbox_id,
        person_id=who.person_id,
        outcome=reply.outcome,
        ticket_id=reply.ticket_id,
        reply=list(reply.speech) or None,
    )
    return Answer(reply.speech, reply.outcome)


def shelve(session: Session, incoming: Incoming, now: datetime) -> Answer:
    """Store a push that a bug of ours kept us from taking, with an apology for an answer.

    It has no outcome, so reconciliation lists it until a person has looked.
    """
    admission = inbox.admit(
        session, incoming.key, kind=incoming.name, sealed=incoming.sealed, sent_at=incoming.sent_at, now=now
    )
    if admission.inbox_id is None:
        return Answer(_thawed(admission.saved_reply), None)
    speech = say.it_is_stored() if incoming.kind in MESSAGES else ()
    inbox.settle(
        session, admission.inbox_id, person_id=None, outcome=None, ticket_id=None, reply=list(speech) or None
    )
    return Answer(speech, None)


def _with_open_question(who: Party, now: datetime) -> Party:
    """Forget a question that was asked too long ago for the next words to be its answer."""
    question = who.pending
    if question is None or now < datetime.fromisoformat(question["until"]):
        return who
    return replace(who, pending=None)


def _order(incoming: Incoming) -> Order | None:
    return read(incoming.text) if incoming.kind in {Kind.TEXT, Kind.CLICK} else None


def _reply(turn: Turn) -> Reply:
    """Route the turn; a refusal by the rules takes back what the handler had done so far."""
    try:
        with savepoint(turn.session):
            return _handler(turn)(turn)
    except NoSuchTicket as unknown:
        return Reply(say.no_such_ticket(unknown.number), Outcome.REFUSAL)
    except NotPossible as refused:
        return Reply(say.not_possible(refused.status, refused.verb), Outcome.REFUSAL)
    except NotAllowed as refused:
        return Reply(say.not_allowed(refused.role, refused.verb), Outcome.REFUSAL)


def _routers(who: Party) -> tuple[Router, ...]:
    if who.official is not None:
        return guest.router, satisfaction.official_router, official.router, events.router
    mine = humans.router, guest.router, satisfaction.router, contacts.router, matters.router
    return *mine, enterprise.router, events.router


def _handler(turn: Turn) -> Handler:
    for router in _routers(turn.party):
        handler = router.find(turn)
        if handler is not None:
            return handler
    return events.other


def _remember(turn: Turn, reply: Reply) -> None:
    """Note what the turn changed about the person: window, case in hand, open question."""
    trigger = _TRIGGERS.get(turn.incoming.kind)
    if trigger is None:
        return
    hand, until = turn.party.hand_ticket_id, turn.party.hand_until
    if reply.ticket_id is not None:
        span = official.IN_HAND if turn.party.official is not None else enterprise.IN_HAND
        hand, until = (reply.ticket_id, turn.now + span) if reply.keeps_in_hand else (None, None)
    people.heard(
        turn.session,
        turn.party,
        trigger,
        hand_ticket_id=hand,
        hand_until=until,
        pending=reply.pending and {**reply.pending, "until": (turn.now + QUESTION).isoformat()},
        opened_cases=reply.opened,
        at=turn.said_at,
        now=turn.now,
    )


def _thawed(saved: list[Any] | None) -> Speech:
    return tuple(part if isinstance(part, str) else (part[0], part[1]) for part in saved or ())
