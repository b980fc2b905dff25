"""Claim what must go out and decide how it travels. What became of it is for `settlements`.

A claim is a lease: a worker that dies leaves the row to the next one when the lease lapses, so delivery is
at least once (ADR 0003). Per person the oldest goes first, and nothing overtakes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from models.actions.outbox import Notice, warn_owner
from models.rules.windows import Channel, Window, channel_for
from models.tables import Consent, Delivery, Media, Outbox, Person, is_in_line

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
    """One message in a worker's hand; `template_id` is set where a notice carries it."""

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
    template_id: str | None = None


_older: Final = aliased(Outbox)


def claim(session: Session, worker: str, *, channels: Channels, limit: int, now: datetime) -> list[Claimed]:
    """Take up to `limit` due messages, at most one a person, and decide how each will travel.

    The allowance is counted down here, before anything is sent: a crash may waste one message of the
    five, never send a sixth. Messages for which no way is open are parked.
    """
    rows = session.execute(_claim(worker, limit, now)).all()
    if not rows:
        return []
    people = {
        person.id: person
        for person in session.scalars(
            select(Person).where(Person.id.in_({row.person_id for row in rows})).with_for_update()
        )
    }
    consents = _consents(session, people, channels)
    claimed = []
    for row in sorted(rows, key=lambda row: row.id):
        person = people[row.person_id]
        way = _way(person, row.kind, consents.get(person.id), channels, now)
        if isinstance(way, Why):
            _park(session, row.id, way, now)
            continue
        _count(person, consents.get(person.id), way)
        claimed.append(
            Claimed(
                row.id,
                person.id,
                person.openid,
                row.kind,
                row.payload,
                row.media_id,
                row.attempts,
                row.misses,
                row.doubts,
                way,
                now,
                _template(way, channels),
            )
        )
    return claimed


def _claim(worker: str, limit: int, now: datetime) -> Any:
    is_free = or_(
        and_(Outbox.state == Delivery.PENDING, Outbox.due_at <= now),
        and_(Outbox.state == Delivery.SENDING, Outbox.lease_until <= now),
    )
    overtakes = exists().where(
        _older.person_id == Outbox.person_id,
        is_in_line(_older.state),
        _older.id < Outbox.id,
        ~_waits_for_media(_older.media_id),
    )
    due = (
        select(Outbox.id)
        .where(is_in_line(Outbox.state), is_free, ~overtakes, ~_waits_for_media(Outbox.media_id))
        .order_by(Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (
        update(Outbox)
        .where(Outbox.id.in_(due.scalar_subquery()))
        .values(
            state=Delivery.SENDING,
            lease_until=now + LEASE,
            claimed_by=worker,
            attempts=Outbox.attempts + 1,
        )
        .returning(
            Outbox.id,
            Outbox.person_id,
            Outbox.kind,
            Outbox.payload,
            Outbox.media_id,
            Outbox.attempts,
            Outbox.misses,
            Outbox.doubts,
        )
        .execution_options(synchronize_session=False)
    )


def _waits_for_media(media_id: Any) -> Any:
    """Whether a picture or voice is still being fetched: it waits, and holds up nothing behind it."""
    return exists().where(Media.id == media_id, Media.fetch_due_at.is_not(None))


def _consents(session: Session, people: Iterable[int], channels: Channels) -> dict[int, Consent]:
    if channels.subscription_id is None:
        return {}
    found = session.scalars(
        select(Consent)
        .where(Consent.person_id.in_(list(people)), Consent.template_id == channels.subscription_id)
        .with_for_update()
    )
    return {consent.person_id: consent for consent in found}


def _way(
    person: Person, kind: str, consent: Consent | None, channels: Channels, now: datetime
) -> Channel | Why:
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
        consents=consent.left if consent and has_notices else 0,
        has_template=has_notices and channels.template_id is not None,
    )
    return channel or Why.WINDOW


def _template(way: Channel, channels: Channels) -> str | None:
    if way is Channel.SUBSCRIPTION:
        return channels.subscription_id
    return channels.template_id if way is Channel.TEMPLATE else None


def _count(person: Person, consent: Consent | None, channel: Channel) -> None:
    if channel is Channel.CUSTOM:
        person.window_left -= 1
    elif channel is Channel.SUBSCRIPTION and consent is not None and consent.left > 0:
        consent.left -= 1


def _park(session: Session, outbox_id: int, why: str, now: datetime) -> None:
    session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id)
        .values(state=Delivery.PARKED, lease_until=None, reason=why, settled_at=now)
    )
    warn_owner(session, outbox_id, why, now=now)
