"""Claim what must go out and decide how it travels. What became of it is for `settlements`.

A claim is a lease: a worker that dies leaves the row to the next one when the lease lapses, so delivery is
at least once (ADR 0003). Per person the oldest goes first, and nothing overtakes it.

Whoever changes somebody's messages, consents or allowance holds the lock on that person: claims, settlements
and turns alike. A claim never waits for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from models.actions.outbox import Notice, warn_owners
from models.queries.outbox import IS_FREE, Recipient, lock_the_due, oldest_of
from models.rules.windows import Channel, Window, channel_for
from models.tables import Consent, Delivery, Outbox, Person

LEASE: Final = timedelta(seconds=90)
"""Longer than the slowest send: token, upload and message with their timeouts."""


class Why(StrEnum):
    """Why a message waits for the person to come back."""

    LEFT = "left"
    REFUSED = "refused"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Channels:
    """The notices this account may send outside the 48 hours; None where it has no template."""

    subscription_id: str | None = None
    template_id: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message in a worker's hand, claimed `at`; `template_id` is set where a notice carries it.

    `window_until` is how we knew the person's window: another one has other allowances.
    """

    id: int
    person_id: int
    openid: str
    kind: str
    payload: Mapping[str, Any]
    media_id: int | None
    attempts: int
    misses: int
    doubts: int
    channel: Channel
    at: datetime
    window_until: datetime | None = None
    template_id: str | None = None


_TAKE: Final = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("rows", expanding=True)), IS_FREE)
    .values(
        state=Delivery.SENDING,
        lease_until=bindparam("lapses"),
        claimed_by=bindparam("worker"),
        attempts=Outbox.attempts + 1,
    )
    .returning(Outbox.id, Outbox.attempts)
)
_PARK: Final = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("rows", expanding=True)))
    .values(state=Delivery.PARKED, lease_until=None, reason=bindparam("why"), settled_at=bindparam("now"))
)
_COUNT: Final = (
    update(Person)
    .where(Person.id.in_(bindparam("people", expanding=True)))
    .values(window_left=Person.window_left - 1)
)
_COUNT_CONSENTS: Final = (
    update(Consent)
    .where(
        Consent.person_id.in_(bindparam("people", expanding=True)),
        Consent.template_id == bindparam("template"),
        Consent.left > 0,
    )
    .values(left=Consent.left - 1)
)
_PLAINLY: Final = {"synchronize_session": False}


def claim(session: Session, worker: str, *, channels: Channels, limit: int, now: datetime) -> list[Claimed]:
    """Take up to `limit` due messages, at most one a person, and decide how each will travel.

    The allowance is counted down here, before anything is sent: a crash may waste one message of the
    five, never send a sixth. Messages for which no way is open are parked.
    """
    people = {person.id: person for person in lock_the_due(session, limit=limit, now=now)}
    if not people:
        return []
    consents = _consents(session, people, channels)
    ways: dict[int, Channel] = {}
    parked: dict[int, str] = {}
    rows = oldest_of(session, list(people), now=now)
    for row in rows:
        way = _way(people[row.person_id], row.kind, consents.get(row.person_id, 0), channels, now)
        if isinstance(way, Why):
            parked[row.id] = way
        else:
            ways[row.id] = way
    _park(session, parked, now)
    attempts = _take(session, worker, list(ways), now)
    claimed = [
        Claimed(
            row.id,
            row.person_id,
            people[row.person_id].openid,
            row.kind,
            row.payload,
            row.media_id,
            attempts[row.id],
            row.misses,
            row.doubts,
            ways[row.id],
            at=now,
            window_until=people[row.person_id].window_expires_at,
            template_id=_template(ways[row.id], channels),
        )
        for row in rows
        if row.id in attempts
    ]
    _count(session, claimed)
    return claimed


def _take(session: Session, worker: str, rows: Collection[int], now: datetime) -> dict[int, int]:
    """Put messages into the worker's hand; return the number of each one's attempt."""
    if not rows:
        return {}
    values = {"rows": rows, "now": now, "lapses": now + LEASE, "worker": worker}
    taken = session.execute(_TAKE, values, execution_options=_PLAINLY)
    return {row.id: row.attempts for row in taken}


def _consents(session: Session, people: Collection[int], channels: Channels) -> dict[int, int]:
    if channels.subscription_id is None:
        return {}
    found = session.execute(
        select(Consent.person_id, Consent.left).where(
            Consent.person_id.in_(people), Consent.template_id == channels.subscription_id
        )
    )
    return {row.person_id: row.left for row in found}


def _way(person: Recipient, kind: str, consents: int, channels: Channels, now: datetime) -> Channel | Why:
    if not person.follows:
        return Why.LEFT
    if not person.is_reachable:
        return Why.REFUSED
    expires = person.window_expires_at
    window = Window(expires, person.window_left) if expires is not None else None
    has_notices = kind != Notice.MEDIA
    channel = channel_for(
        window,
        now,
        consents=consents if has_notices else 0,
        has_template=has_notices and channels.template_id is not None,
    )
    return channel or Why.WINDOW


def _template(way: Channel, channels: Channels) -> str | None:
    if way is Channel.SUBSCRIPTION:
        return channels.subscription_id
    return channels.template_id if way is Channel.TEMPLATE else None


def _count(session: Session, claimed: Sequence[Claimed]) -> None:
    in_windows = [each.person_id for each in claimed if each.channel is Channel.CUSTOM]
    if in_windows:
        session.execute(_COUNT, {"people": in_windows}, execution_options=_PLAINLY)
    by_consent = [each for each in claimed if each.channel is Channel.SUBSCRIPTION]
    if by_consent:
        whose = {"people": [each.person_id for each in by_consent], "template": by_consent[0].template_id}
        session.execute(_COUNT_CONSENTS, whose, execution_options=_PLAINLY)


def _park(session: Session, whys: Mapping[int, str], now: datetime) -> None:
    for why in set(whys.values()):
        rows = [row for row, its_why in whys.items() if its_why == why]
        session.execute(_PARK, {"rows": rows, "why": why, "now": now}, execution_options=_PLAINLY)
    warn_owners(session, whys, now=now)
