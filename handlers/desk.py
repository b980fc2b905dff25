"""Take one message from the door to its answer: admit, find the person, route, act, remember.

All in the caller's transaction. A refusal by the rules takes back what was done, never the message itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from handlers import binding, official, open_questions, say
from handlers.meant import IN_HAND
from handlers.routing import heard_by, ordered, reply_to
from handlers.turn import MESSAGES, Handler, Incoming, Kind, Means, Reply, Speech, Turn
from handlers.understanding.classifier import verdict_on
from handlers.understanding.intents import Intent, intent_of
from models.actions import inbox, people
from models.queries import delegations
from models.queries.people import Party
from models.rules.windows import Trigger
from models.session import write_down
from models.tables import Outcome

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
    return take_together(session, [incoming], now, means)[0]


def take_together(
    session: Session, pushes: Sequence[Incoming], now: datetime, means: Means
) -> Sequence[Answer]:
    """Take pushes of different people, each as `take` does; return their answers in the same order.

    Those whose turns cannot concern one another go step by step, not person by person: what one step needs
    is then in the processor's caches for all of them (ADR 0227). Everybody else has their turn after these,
    and knows what came of the turns before.
    """
    answers: dict[int, Answer] = {}
    inboxes: dict[int, int] = {}
    for place, incoming in enumerate(pushes):
        taken = _admit(session, incoming, now)
        if isinstance(taken, Answer):
            answers[place] = taken
        else:
            inboxes[place] = taken
    met = {place: _met(session, pushes[place], now) for place in inboxes}

    def turn_of(place: int, who: Party) -> Turn:
        said = pushes[place]
        return Turn(session, who, said, ordered(said, who), inboxes[place], now, means)

    apart = {place: turn_of(place, met[place]) for place in _unrelated(met)}
    _read_ahead(apart.values())
    heard = {place: heard_by(turn) for place, turn in apart.items()}
    for place, turn in apart.items():
        answers[place] = _answered(turn, heard[place])
    for place in [each for each in met if each not in apart]:
        write_down(session)  # what is looked up by prepared statements is to be found
        answers[place] = _answered(turn_of(place, _met(session, pushes[place], now)), None)
    return [answers[place] for place in range(len(pushes))]


def _unrelated(met: Mapping[int, Party]) -> list[int]:
    """Return whose turns cannot concern one another: those of entrepreneurs, no two of one enterprise.

    An official works on what any of them may speak of, and colleagues speak of the same cases. Who is asked
    whether to be bound may be anybody's colleague, or an official, once this turn is over.
    """
    if len(met) == 1:
        return [*met]
    firms = {place: [each.id for each in (who.enterprise, *who.others) if each] for place, who in met.items()}
    speakers = Counter(firm for theirs in firms.values() for firm in theirs)
    return [
        place
        for place, who in met.items()
        if who.official is None
        and (who.pending or {}).get("ask") != binding.BIND
        and all(speakers[firm] == 1 for firm in firms[place])
    ]


def _admit(session: Session, incoming: Incoming, now: datetime) -> int | Answer:
    """Store a push and return its id, or the answer if it came before or cannot be read."""
    if incoming.kind is Kind.UNREADABLE:
        return shelve(session, incoming, now)
    admission = inbox.admit(
        session, incoming.key, kind=incoming.name, sealed=incoming.sealed, sent_at=incoming.sent_at, now=now
    )
    if admission.inbox_id is None:
        return Answer(_thawed(admission.saved_reply), None)
    return admission.inbox_id


def _met(session: Session, incoming: Incoming, now: datetime) -> Party:
    """Return who speaks, and what is still open with them."""
    who = people.meet(session, incoming.openid, at=incoming.said_at(now), now=now)
    return _with_delegations(session, open_questions.still_open(who, now), now)


def _read_ahead(turns: Iterable[Turn]) -> None:
    """Have what requests are about found out; it is remembered for who will ask."""
    said = [turn for turn in turns if turn.incoming.kind is Kind.TEXT and turn.order is None]
    texts = [turn.text for turn in said if turn.party.official is None and turn.incoming.verdict is None]
    for text in [each for each in texts if intent_of(each) is Intent.REQUEST]:
        verdict_on(text)


def _answered(turn: Turn, heard: Handler | None) -> Answer:
    """Have a turn answered, and write down what came of it."""
    if turn.session.identity_map:
        turn.session.expunge_all()
    reply = open_questions.keep(turn, reply_to(turn, heard))
    _remember(turn, reply)
    inbox.settle(
        turn.session,
        turn.inbox_id,
        person_id=turn.party.person_id,
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
