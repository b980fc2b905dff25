"""Write down what became of each attempt, and where its message goes from here."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, func, insert, select, update
from sqlalchemy.orm import Session

from models.actions import bells, reports
from models.actions.deliveries import Claimed
from models.actions.outbox import DOUBTFUL
from models.actions.unheard import warn_owners
from models.prepared import Prepared
from models.rules.retry import Failure
from models.rules.windows import MOST, Channel
from models.session import core
from models.tables import Attempt, Consent, Delivery, Outbox, Person


class Fate(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    AGAIN = "again"
    WINDOW_CLOSED = "window_closed"
    CHANNEL_CLOSED = "channel_closed"
    CONSENT_USED = "consent_used"
    NEXT_CHANNEL = "next_channel"
    """Refused this way, and the same claim went on by another: what came of that is an outcome of its own."""
    PARKED = "parked"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of one attempt, the same for all that travelled together; `said` has the words of each.

    `again_at` is set for AGAIN; `failure` says that the try counts against the message. `was_counted` is
    False when the platform certainly took nothing, so that the allowance or the consent is given back.
    `parts` is how many chat messages it took, of which the claim counted one.
    `is_of_account`: the platform refuses the account, and no other message would have fared better;
    `is_of_channel`: it refuses this channel to the account, and no other message would by it.
    """

    claimed: Claimed
    fate: Fate
    code: int | None = None
    detail: str | None = None
    said: Sequence[str] = ()
    platform_id: str | None = None
    again_at: datetime | None = None
    failure: Failure | None = None
    was_counted: bool = True
    parts: int = 1
    is_of_account: bool = False
    is_of_channel: bool = False


_LOCK: Final = select(Person.id, Person.window_expires_at).where(
    Person.id.in_(bindparam("people", expanding=True))
)
_TRIED: Final = Prepared(
    insert(Attempt), "outbox_id", "person_id", "at", "channel", "outcome", "code", "detail", "said"
)
_MOVE: Final = Prepared(
    update(Outbox)
    .where(Outbox.id == bindparam("row"))
    .values(
        state=bindparam("next"),
        lease_until=bindparam("lapses"),
        channel=bindparam("way"),
        reason=bindparam("why"),
        platform_id=bindparam("their_id"),
        due_at=func.coalesce(bindparam("again", type_=Outbox.due_at.type), Outbox.due_at),
        settled_at=bindparam("done"),
        misses=Outbox.misses + bindparam("missed"),
        doubts=Outbox.doubts + bindparam("doubted"),
    )
)
_STATES: Final = {Fate.SENT: Delivery.SENT, Fate.DEAD: Delivery.DEAD, Fate.PARKED: Delivery.PARKED}
_PLAINLY: Final = {"synchronize_session": False}


def settle(session: Session, outcomes: Sequence[Settlement], now: datetime) -> None:
    """Write down what became of each attempt, and where its messages go from here.

    A message whose lease lapsed and went to another worker is left to that worker; the attempt is
    written all the same.
    """
    windows = lock(session, {outcome.claimed.person_id for outcome in outcomes})
    _TRIED.many(session, [row for outcome in outcomes for row in _attempts(outcome, now)])
    ours = _still_ours(session, outcomes)
    ends = [each for each in ours if each.fate is not Fate.NEXT_CHANNEL]
    if ends:
        _MOVE.many(session, [row for outcome in ends for row in _moves(outcome, now)])
    _learn(session, outcomes, windows)
    _give_back(session, [each for each in ours if not each.was_counted], windows)
    _count_parts(session, outcomes, windows)
    silent = [each.claimed for each in ends if _certainly_silent(each)]
    bells.give_back(session, [(item.id, mine.at) for mine in silent for item in mine.items])
    reports.accepted(session, [_accepted(each) for each in ours if _will_be_reported(each)], now=now)
    lost = [each for each in ours if each.fate in {Fate.DEAD, Fate.PARKED}]
    warn_owners(session, {item.id: _why(each) for each in lost for item in each.claimed.items}, now=now)


def _why(outcome: Settlement) -> str:
    """What the owner is told of it: lost for good, or waiting because of failures, doubts or a refusal."""
    if outcome.fate is not Fate.PARKED or outcome.failure is None:
        return str(outcome.fate)
    return DOUBTFUL if outcome.failure is Failure.DOUBTFUL else "failed"


def _certainly_silent(outcome: Settlement) -> bool:
    """Whether nothing rang: the platform refused it, never had it, or never was asked."""
    if outcome.fate is Fate.SENT or outcome.failure is Failure.DOUBTFUL:
        return False
    return outcome.code is not None or outcome.failure is not None or not outcome.was_counted


def lock(session: Session, people: Collection[int]) -> dict[int, datetime | None]:
    """Lock people and return until when the window of each is open.

    In the order in which a batch of turns locks them, by openid as bytes, so that nobody waits in a circle;
    not against foreign keys, so that nobody waits who only tells them something.
    """
    statement = _LOCK
    if core(session).dialect.name == "postgresql":
        statement = _LOCK.order_by(Person.openid.collate("C")).with_for_update(key_share=True)
    found = session.execute(statement, {"people": list(people)})
    return {row.id: row.window_expires_at for row in found}


def _still_ours(session: Session, outcomes: Sequence[Settlement]) -> list[Settlement]:
    """Return the outcomes of what is still in our hand, without what is not."""
    ids = [item.id for outcome in outcomes for item in outcome.claimed.items]
    held = session.execute(
        select(Outbox.id, Outbox.attempts)
        .where(Outbox.id.in_(ids), Outbox.state == Delivery.SENDING)
        .with_for_update(key_share=True)
    )
    attempts = {row.id: row.attempts for row in held}
    return [
        replace(outcome, claimed=replace(outcome.claimed, items=items))
        for outcome in outcomes
        if (items := tuple(each for each in outcome.claimed.items if attempts.get(each.id) == each.attempt))
    ]


def _attempts(outcome: Settlement, now: datetime) -> Iterator[dict[str, Any]]:
    for item, said in zip_longest(outcome.claimed.items, outcome.said):
        yield {
            "outbox_id": item.id,
            "person_id": outcome.claimed.person_id,
            "at": now,
            "channel": outcome.claimed.channel,
            "outcome": outcome.fate,
            "code": outcome.code,
            "detail": outcome.detail,
            "said": said,
        }


def _moves(outcome: Settlement, now: datetime) -> Iterator[dict[str, Any]]:
    state = _STATES.get(outcome.fate, Delivery.PENDING)
    is_pending = state is Delivery.PENDING
    for item in outcome.claimed.items:
        yield {
            "row": item.id,
            "next": state,
            "lapses": None,
            "way": outcome.claimed.channel,
            "why": DOUBTFUL if _why(outcome) == DOUBTFUL else outcome.detail,
            "their_id": outcome.platform_id,
            "again": (outcome.again_at or now) if is_pending else None,
            "done": None if is_pending else now,
            "missed": int(outcome.failure is Failure.MISSED),
            "doubted": int(outcome.failure is Failure.DOUBTFUL),
        }


def _will_be_reported(outcome: Settlement) -> bool:
    """Whether the platform will say what became of it, and we shall know what it speaks of."""
    if outcome.fate is not Fate.SENT or outcome.claimed.channel is Channel.CUSTOM:
        return False
    return outcome.platform_id is not None or outcome.claimed.channel is Channel.SUBSCRIPTION


def _accepted(outcome: Settlement) -> reports.Accepted:
    """Return the one notice that was accepted: notices travel one by one."""
    mine, [item] = outcome.claimed, outcome.claimed.items
    return reports.Accepted(
        mine.person_id,
        mine.channel,
        mine.template_id,
        outcome.platform_id,
        outbox_id=item.id,
        attempt=item.attempt,
        claimed_at=mine.at,
    )


def _is_same_window(outcome: Settlement, windows: Mapping[int, datetime | None]) -> bool:
    """Whether the person has not written since: the platform's word on an older window is out of date."""
    return windows[outcome.claimed.person_id] == outcome.claimed.window_until


def _learn(session: Session, outcomes: Sequence[Settlement], windows: Mapping[int, datetime | None]) -> None:
    """Let the platform's word override our ledger of what it allows."""
    still_true = [each for each in outcomes if _is_same_window(each, windows)]
    _change_people(session, _of(still_true, Fate.WINDOW_CLOSED), window_left=0)
    _change_people(session, _of(still_true, Fate.CHANNEL_CLOSED), window_left=0, is_reachable=False)
    for mine in _of(outcomes, Fate.CONSENT_USED):
        reports.forget_consent(session, mine.person_id, mine.template_id)


def _of(outcomes: Sequence[Settlement], fate: Fate) -> list[Claimed]:
    return [outcome.claimed for outcome in outcomes if outcome.fate is fate]


def _give_back(
    session: Session, outcomes: Sequence[Settlement], windows: Mapping[int, datetime | None]
) -> None:
    """Count an allowance up again: the platform took nothing. Never beyond what it allows."""
    by_window = [
        each.claimed
        for each in outcomes
        if each.claimed.channel is Channel.CUSTOM and _is_same_window(each, windows)
    ]
    by_consent = [
        each.claimed
        for each in outcomes
        if each.claimed.channel is Channel.SUBSCRIPTION and each.claimed.uses_consent
    ]
    _change_people(session, by_window, Person.window_left < MOST, window_left=Person.window_left + 1)
    _change_consents(session, by_consent, Consent.left >= 0, left=Consent.left + 1)


def _count_parts(
    session: Session, outcomes: Sequence[Settlement], windows: Mapping[int, datetime | None]
) -> None:
    """Count what a message that went in parts cost beyond the one that its claim counted."""
    for each in outcomes:
        more = each.parts - 1
        if more and _is_same_window(each, windows):
            left = case((Person.window_left > more, Person.window_left - more), else_=0)
            _change_people(session, [each.claimed], window_left=left)


def _change_people(session: Session, whose: Sequence[Claimed], *only: Any, **changes: Any) -> None:
    if whose:
        are_theirs = Person.id.in_([each.person_id for each in whose])
        session.execute(update(Person).where(are_theirs, *only).values(changes), execution_options=_PLAINLY)


def _change_consents(session: Session, whose: Sequence[Claimed], *only: Any, **changes: Any) -> None:
    for template_id in {each.template_id for each in whose}:
        people = [each.person_id for each in whose if each.template_id == template_id]
        are_theirs = and_(Consent.person_id.in_(people), Consent.template_id == template_id)
        session.execute(update(Consent).where(are_theirs, *only).values(changes), execution_options=_PLAINLY)


def rearm(session: Session, outbox_id: int, *, now: datetime) -> bool:
    """Put a dead or parked message back in line, as if it had never failed. False if it is neither.

    Its attempts go on counting: a number that came again would let a worker from before settle it.
    """
    lock(session, session.scalars(select(Outbox.person_id).where(Outbox.id == outbox_id)).all())
    changed = session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state.in_((Delivery.DEAD, Delivery.PARKED)))
        .values(state=Delivery.PENDING, due_at=now, misses=0, doubts=0, reason=None, settled_at=None)
        .returning(Outbox.id)
    ).one_or_none()
    return changed is not None
