"""Claim what must go out, and settle what became of it. The sending in between knows no session.

A claim is a lease: a worker that dies leaves the row to the next one when the lease lapses, so delivery is
at least once (ADR 0003). Per person the oldest goes first, and nothing overtakes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from models.actions.outbox import Notice, tell
from models.queries.people import desk
from models.rules.numbers import number_of
from models.rules.windows import MOST, Channel, Window, channel_for
from models.tables import Attempt, Consent, Delivery, Media, Outbox, Person, Ticket, is_in_line

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
    channel: Channel
    template_id: str | None = None


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

    `again_at` is set for AGAIN; `was_counted` is False when the platform certainly took nothing, so
    that the allowance is given back.
    """

    claimed: Claimed
    fate: Fate
    code: int | None = None
    detail: str | None = None
    said: str | None = None
    platform_id: str | None = None
    again_at: datetime | None = None
    was_counted: bool = True


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
                way,
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
        .returning(Outbox.id, Outbox.person_id, Outbox.kind, Outbox.payload, Outbox.media_id, Outbox.attempts)
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
        .values(
            state=Delivery.PARKED, lease_until=None, reason=why, settled_at=now, attempts=Outbox.attempts - 1
        )
    )
    _warn_owner(session, outbox_id, why, now)


def _warn_owner(session: Session, outbox_id: int, why: str, now: datetime) -> None:
    """Tell the owner that the enterprise does not receive us; once a message, and never about officials."""
    row = session.execute(
        select(Ticket.id, Ticket.owner_id, Ticket.title, Outbox.event_id)
        .join(Outbox, Outbox.ticket_id == Ticket.id)
        .join(Person, Person.id == Outbox.person_id)
        .where(Outbox.id == outbox_id, Person.official_id.is_(None), Outbox.kind != Notice.UNREACHABLE)
    ).one_or_none()
    if row is None:
        return
    news = {"number": number_of(row.id), "title": row.title, "why": why}
    tell(
        session,
        desk(session, row.owner_id),
        Notice.UNREACHABLE,
        news,
        ticket_id=row.id,
        event_id=row.event_id,
        now=now,
        key=f"unreachable:{outbox_id}",
    )


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
        if outcome.fate in {Fate.DEAD, Fate.PARKED}:
            _warn_owner(session, outcome.claimed.id, outcome.fate, now)


def _next_state(outcome: Settlement, now: datetime) -> dict[str, Any]:
    common: dict[str, Any] = {
        "lease_until": None,
        "channel": outcome.claimed.channel,
        "reason": outcome.detail,
        "platform_id": outcome.platform_id,
    }
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
    """Put a dead or parked message back in line. False if it is neither."""
    changed = session.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state.in_((Delivery.DEAD, Delivery.PARKED)))
        .values(state=Delivery.PENDING, due_at=now, attempts=0, reason=None, settled_at=None)
        .returning(Outbox.id)
    ).one_or_none()
    return changed is not None


def media_to_fetch(session: Session, *, limit: int, now: datetime) -> list[tuple[int, str, int]]:
    """Take up to `limit` media to fetch: id, the platform's id, attempts made. The due time is the lease."""
    due = (
        select(Media.id)
        .where(Media.fetch_due_at <= now)
        .order_by(Media.fetch_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(
        update(Media)
        .where(Media.id.in_(due.scalar_subquery()))
        .values(fetch_due_at=now + LEASE, fetch_attempts=Media.fetch_attempts + 1)
        .returning(Media.id, Media.remote_id, Media.fetch_attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return [(row.id, row.remote_id, row.fetch_attempts) for row in rows]


def media_fetched(session: Session, media_id: int, *, data: bytes, content_type: str, sha256: str) -> None:
    """Keep the bytes of a medium."""
    session.execute(
        update(Media)
        .where(Media.id == media_id)
        .values(data=data, content_type=content_type, sha256=sha256, fetch_due_at=None)
    )


def media_failed(session: Session, media_id: int, *, again_at: datetime | None) -> None:
    """Try a medium again later, or give it up."""
    session.execute(update(Media).where(Media.id == media_id).values(fetch_due_at=again_at))


def media_uploaded(
    session: Session, media_id: int, *, upload_id: str | None, expires_at: datetime | None
) -> None:
    """Remember the copy on the platform, or forget one that it no longer knows."""
    session.execute(
        update(Media).where(Media.id == media_id).values(upload_id=upload_id, upload_expires_at=expires_at)
    )
