"""Write down what became of each attempt, and where its message goes from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, update
from sqlalchemy.orm import Session

from models.actions import reports
from models.actions.deliveries import Claimed
from models.actions.outbox import warn_owner
from models.rules.retry import Failure
from models.rules.windows import MOST, Channel
from models.tables import Attempt, Consent, Delivery, Outbox, Person


class Fate(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    AGAIN = "again"
    WINDOW_CLOSED = "window_closed"
    CHANNEL_CLOSED = "channel_closed"
    CONSENT_USED = "consent_used"
    PARKED = "parked"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The outcome of one attempt.

    `again_at` is set for AGAIN; `failure` says that the try counts against the message. `was_counted` is
    False when the platform certainly took nothing, so that the allowance is given back.
    """

    claimed: Claimed
    fate: Fate
    code: int | None = None
    detail: str | None = None
    said: str | None = None
    platform_id: str | None = None
    again_at: datetime | None = None
    failure: Failure | None = None
    was_counted: bool = True


def settle(session: Session, outcomes: Sequence[Settlement], now: datetime) -> None:
    """Write down what became of each attempt, and where its message goes from here.

    A message whose lease lapsed and went to another worker is left to that worker; the attempt is
    written all the same.
    """
    for outcome in outcomes:
        session.execute(
            insert(Attempt).values(
                outbox_id=outcome.claimed.id,
                at=now,
                channel=outcome.claimed.channel,
                outcome=outcome.fate,
                code=outcome.code,
                detail=outcome.detail,
                said=outcome.said,
            )
        )
        still_ours = session.execute(
            update(Outbox)
            .where(
                Outbox.id == outcome.claimed.id,
                Outbox.state == Delivery.SENDING,
                Outbox.attempts == outcome.claimed.attempts,
            )
            .values(**_next_state(outcome, now))
            .returning(Outbox.id)
        ).one_or_none()
        _learn(session, outcome)
        if still_ours is None:
            continue
        if not outcome.was_counted:
            _give_back(session, outcome.claimed)
        if _will_be_reported(outcome):
            reports.accepted(session, [_accepted(outcome)], now=now)
        if outcome.fate in {Fate.DEAD, Fate.PARKED}:
            warn_owner(session, outcome.claimed.id, outcome.fate, now=now)


def _will_be_reported(outcome: Settlement) -> bool:
    """Whether the platform will say what became of it, and we shall know what it speaks of."""
    if outcome.fate is not Fate.SENT or outcome.claimed.channel is Channel.CUSTOM:
        return False
    return outcome.platform_id is not None or outcome.claimed.channel is Channel.SUBSCRIPTION


def _accepted(outcome: Settlement) -> reports.Accepted:
    mine = outcome.claimed
    return reports.Accepted(
        mine.person_id,
        mine.channel,
        mine.template_id,
        outcome.platform_id,
        outbox_id=mine.id,
        attempt=mine.attempts,
        claimed_at=mine.at,
    )


def _next_state(outcome: Settlement, now: datetime) -> dict[str, Any]:
    common: dict[str, Any] = {
        "lease_until": None,
        "channel": outcome.claimed.channel,
        "reason": outcome.detail,
        "platform_id": outcome.platform_id,
    }
    if outcome.failure is Failure.MISSED:
        common["misses"] = Outbox.misses + 1
    elif outcome.failure is Failure.DOUBTFUL:
        common["doubts"] = Outbox.doubts + 1
    match outcome.fate:
        case Fate.SENT:
            return common | {"state": Delivery.SENT, "settled_at": now}
        case Fate.DEAD:
            return common | {"state": Delivery.DEAD, "settled_at": now}
        case Fate.PARKED:
            return common | {"state": Delivery.PARKED, "settled_at": now}
        case _:
            return common | {"state": Delivery.PENDING, "due_at": outcome.again_at or now}


def _learn(session: Session, outcome: Settlement) -> None:
    """Let the platform's word override our ledger of what it allows."""
    changes: dict[str, Any] = {}
    if outcome.fate is Fate.WINDOW_CLOSED:
        changes = {"window_left": 0}
    elif outcome.fate is Fate.CHANNEL_CLOSED:
        changes = {"is_reachable": False, "window_left": 0}
    if changes:
        session.execute(update(Person).where(Person.id == outcome.claimed.person_id).values(**changes))
    if outcome.fate is Fate.CONSENT_USED:
        session.execute(update(Consent).where(_consent_of(outcome.claimed)).values(left=0))


def _give_back(session: Session, claimed: Claimed) -> None:
    """Count an allowance up again: the platform took nothing. Never beyond what it allows."""
    if claimed.channel is Channel.CUSTOM:
        session.execute(
            update(Person)
            .where(Person.id == claimed.person_id, Person.window_left < MOST)
            .values(window_left=Person.window_left + 1)
        )
    elif claimed.channel is Channel.SUBSCRIPTION:
        session.execute(
            update(Consent).where(_consent_of(claimed), Consent.left >= 0).values(left=Consent.left + 1)
        )


def _consent_of(claimed: Claimed) -> ColumnElement[bool]:
    return and_(Consent.person_id == claimed.person_id, Consent.template_id == claimed.template_id)


def rearm(session: Session, outbox_id: int, *, now: datetime) -> bool:
    """Put a dead or parked message back in line, as if it had never failed. False if it is neither.

    Its attempts go on counting: a number that came again would let a worker from before settle it.
    """
    changed = session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state.in_((Delivery.DEAD, Delivery.PARKED)))
        .values(state=Delivery.PENDING, due_at=now, misses=0, doubts=0, reason=None, settled_at=None)
        .returning(Outbox.id)
    ).one_or_none()
    return changed is not None
