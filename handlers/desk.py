"""Take one message from the door to its answer: admit, find the person, route, act, remember.

All in the caller's transaction. A refusal by the rules takes back what was done, never the message itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from handlers import (
    addressed,
    after_refusal,
    answerable,
    binding,
    call_answers,
    calls,
    cases,
    co_handling,
    complaints,
    contacts,
    day,
    declining,
    delegating,
    desk_words,
    enterprise,
    events,
    extensions,
    guest,
    held,
    helping,
    manners,
    matters,
    numbered,
    official,
    open_questions,
    own_words,
    passing_on,
    patch_work,
    patches,
    refused,
    satisfaction,
    say,
    several,
    shielding,
    supervisor,
    verify,
    visits,
)
from handlers.cases import WORDS_KEPT
from handlers.meant import IN_HAND
from handlers.turn import MESSAGES, Handler, Incoming, Kind, Means, Reply, Routers, Speech, Turn
from handlers.understanding.commands import Order, read
from handlers.understanding.desk_talk import spoken
from handlers.understanding.ruling import ruled
from models.actions import inbox, people
from models.actions.held import AlreadyOut
from models.queries import delegations
from models.queries.people import Party
from models.queries.tickets import NoSuchTicket, Overview, actor_on, overview
from models.rules.lifecycle import NotAllowed, NotPossible, Role
from models.rules.windows import Trigger
from models.session import savepoint
from models.tables import OfficialKind, Outcome

_TRIGGERS: Final = dict.fromkeys(MESSAGES, Trigger.MESSAGE) | {
    Kind.CLICK: Trigger.CLICK,
    Kind.FOLLOW: Trigger.FOLLOW,
    Kind.SCAN: Trigger.SCAN,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say back at once; empty for silence. `outcome` is None when the message came before."""

    speech: Speech
    outcome: Outcome | Literal["shelved"] | None


def take(session: Session, incoming: Incoming, now: datetime, means: Means) -> Answer:
    """Take one push. A repeat gets the answer of the first time and changes nothing; the unreadable is kept.

    Raises:
        Exception: whatever a bug of ours or the database raises; the caller rolls back (see `shelve`).
    """
    if incoming.kind is Kind.UNREADABLE:
        return shelve(session, incoming, now)
    admission = inbox.admit(
        session, incoming.key, kind=incoming.name, sealed=incoming.sealed, sent_at=incoming.sent_at, now=now
    )
    if admission.inbox_id is None:
        return Answer(_thawed(admission.saved_reply), None)
    who = people.meet(session, incoming.openid, at=incoming.said_at(now), now=now)
    who = _with_delegations(session, open_questions.still_open(who, now), now)
    turn = Turn(session, who, incoming, _order(incoming, who), admission.inbox_id, now, means)
    reply = open_questions.keep(turn, _reply(turn))
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
    """Store a push that a bug of ours kept us from taking, with an apology, or that nobody can read.

    Its row has no outcome, so reconciliation lists it for a person to look at.
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
    return Answer(speech, "shelved")


def _with_delegations(session: Session, who: Party, now: datetime) -> Party:
    """Note whose cases an official works on today besides their own desk's."""
    if who.official is None:
        return who
    leaders = delegations.deputised(session, who.official.id, now.astimezone(say.LOCAL).date())
    return replace(who, deputises=leaders) if leaders else who


def _order(incoming: Incoming, who: Party) -> Order | None:
    """The command in a text; officials may put it in free words, unless we wait for words of theirs."""
    if incoming.kind not in {Kind.TEXT, Kind.CLICK}:
        return None
    order = read(incoming.text)
    if order is not None or who.official is None:
        return order
    asked = who.pending.get("ask") if who.pending else None
    if asked not in _SPOKEN_THROUGH:
        return None
    decided = ruled(incoming.text) if who.official.kind == OfficialKind.SUPERVISOR else None
    return decided or spoken(incoming.text)


_SPOKEN_THROUGH: Final = frozenset(
    {
        None,
        WORDS_KEPT,
        official.WHAT_WAS_DONE,
        calls.CALL_WHEN,
        supervisor.WHOM,
        supervisor.OF_WHICH,
        extensions.HOW_LONG,
    }
)
"""Questions of ours that take no words which mean a command as their answer."""


def _reply(turn: Turn) -> Reply:
    """Route the turn; a refusal by the rules takes back what the handler had done so far."""
    try:
        with savepoint(turn.session):
            return _handler(turn)(turn)
    except NoSuchTicket as unknown:
        return _unknown(turn, unknown.number)
    except NotPossible as refused:
        return Reply(say.not_possible(refused.status, refused.verb, *_concerned(turn)), Outcome.REFUSAL)
    except AlreadyOut as late:
        return Reply(say.already_out(late.number), Outcome.REFUSAL)
    except NotAllowed as refused:
        return Reply(say.not_allowed(refused.role, refused.verb, _concerned(turn)[0]), Outcome.REFUSAL)
    except tuple(_REFUSALS) as refused:
        return _REFUSALS[type(refused)](refused)


def _unknown(turn: Turn, number: str) -> Reply:
    if turn.party.official is not None:
        return several.lost_number(turn, number)
    return Reply(say.no_such_ticket(number), Outcome.REFUSAL)


def _concerned(turn: Turn) -> tuple[Overview | None, Role]:
    """Return the case that a refused step was about, if it can be told, and in which role they acted."""
    try:
        ticket = cases.meant(turn)
    except NoSuchTicket:
        ticket = None
    if ticket is None:
        return None, Role.ENTERPRISE
    role = actor_on(turn.session, turn.party, ticket).role
    return overview(turn.session, ticket, seen_by=turn.party), role


_REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {
    refused: answer
    for router in (co_handling, helping, declining, supervisor, shielding)
    for refused, answer in router.REFUSALS.items()
}


_OFFICIAL: Final = Routers(
    binding.router,
    guest.router,
    verify.router,
    *shielding.routers,
    delegating.official_router,
    visits.official_router,
    day.official_router,
    satisfaction.official_router,
    *(extensions.official_router, extensions.supervisor_router),
    co_handling.official_router,
    refused.official_router,
    helping.official_router,
    declining.official_router,
    *(patch_work.official_router, patches.official_router),
    held.net_router,
    several.official_router,
    passing_on.official_router,
    addressed.official_router,
    helping.helper_router,  # before those who hear plain words as an owner's
    calls.official_router,
    *(held.official_router, manners.official_router, official.router),
    events.router,
)
_SUPERVISOR: Final = Routers(
    *(binding.router, guest.router, verify.router),
    *(extensions.official_router, extensions.supervisor_router, *shielding.routers),
    *(patch_work.supervisor_router, patches.supervisor_router, supervisor.router, events.router),
)
_ENTERPRISE: Final = Routers(
    binding.router,
    *(patches.enterprise_router, patches.shown_router),
    answerable.router,
    guest.router,
    verify.router,
    *shielding.routers,
    call_answers.router,
    visits.enterprise_router,
    day.enterprise_router,
    *(extensions.enterprise_router, declining.enterprise_router),
    desk_words.enterprise_router,
    satisfaction.router,
    contacts.router,
    matters.router,
    manners.enterprise_router,
    after_refusal.router,
    complaints.router,
    numbered.router,
    own_words.router,
    enterprise.router,
    events.router,
)


def _routers(who: Party) -> Routers:
    if who.official is None:
        return _ENTERPRISE
    return _SUPERVISOR if who.official.kind == OfficialKind.SUPERVISOR else _OFFICIAL


def _handler(turn: Turn) -> Handler:
    return _routers(turn.party).find(turn) or events.other


def _remember(turn: Turn, reply: Reply) -> None:
    """Note what the turn changed about the person: window, case in hand, open question."""
    trigger = _TRIGGERS.get(turn.incoming.kind)
    if trigger is None:
        return
    hand, until = turn.party.hand_ticket_id, turn.party.hand_until
    if reply.ticket_id is not None:
        span = official.IN_HAND if turn.party.official is not None else IN_HAND
        hand, until = (reply.ticket_id, turn.now + span) if reply.keeps_in_hand else (None, None)
    elif reply.empties_hand:
        hand, until = None, None
    people.heard(
        turn.session,
        turn.party,
        trigger,
        hand_ticket_id=hand,
        hand_until=until,
        pending=open_questions.asked(reply, turn.now),
        opened_cases=reply.opened,
        at=turn.said_at,
        now=turn.now,
    )


def _thawed(saved: list[Any] | None) -> Speech:
    return tuple(part if isinstance(part, str) else (part[0], part[1]) for part in saved or ())
