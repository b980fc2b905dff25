"""Read the feed for webhooks, claim what must be posted, settle what came of it.

As in `deliveries`: a claim is a lease, so whoever dies leaves the row to the next when it lapses, and posting
is at least once. A webhook is read for with the query that the API answers its key with, so that it is told
of nothing else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models.actions import audit
from models.queries import feed
from models.queries.people import PROVINCE
from models.queries.registry import Regions
from models.queries.shielded import hidden_in
from models.queries.webhooks import hears, is_due
from models.rules.regions import regions_within
from models.rules.webhooks import GONE, PATIENCE, again_at
from models.tables import ApiKey, Event, Posting, Webhook, WebhookAttempt, WebhookDelivery

LEASE: Final = timedelta(seconds=60)
"""Longer than any post may take."""

AT_ONCE: Final = 200
"""Events read for one webhook in one transaction."""

FOR_ONE: Final = 4
"""Posts to one webhook in one claim: a slow receiver leaves room for the others."""

KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Post:
    """One delivery in a worker's hand; `salts` are those of the secrets that are good."""

    id: int
    webhook_id: int
    url: str
    salts: tuple[str, ...]
    event: Event | None
    created_at: datetime
    attempt: int
    hidden: frozenset[int] = frozenset()
    """The shielded ones of the cases that events posted together are about or name."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a post: a status, or what went wrong before there was any."""

    post: Post
    at: datetime
    took_ms: int
    status: int | None = None
    error: str | None = None

    @property
    def is_well(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 -- HTTP's successes


def gather(session: Session, *, now: datetime) -> int:
    """Put new events in line for the webhooks that hear of them; return how many."""
    wanted = select(Webhook).join(ApiKey, ApiKey.id == Webhook.key_id).where(hears(now)).order_by(Webhook.id)
    locked = wanted.with_for_update(of=Webhook, skip_locked=True)
    return sum(_gather(session, row, now) for row in session.scalars(locked).all())


def _gather(session: Session, row: Webhook, now: datetime) -> int:
    place, end = (row.tx, row.event_id), feed.end_of_events(session)
    found = feed.events(session, _reach(row.region), after=place, limit=AT_ONCE)
    heard = [event for event in found if not row.events or event.verb in row.events]
    session.add_all(
        WebhookDelivery(
            webhook_id=row.id, event_id=event.id, state=Posting.PENDING, created_at=now, since=now, due_at=now
        )
        for event in heard
    )
    row.tx, row.event_id = (found[-1].tx, found[-1].id) if found else max(place, end)
    session.flush()
    return len(heard)


def _reach(region: str | None) -> Regions:
    return None if region in {None, PROVINCE} else regions_within(str(region))


def claim(
    session: Session, worker: str, *, limit: int, busy: Collection[int] = (), now: datetime
) -> list[Post]:
    """Take up to `limit` of what is due, oldest first: a few for each webhook, none for `busy` ones."""
    rank = func.row_number().over(
        partition_by=WebhookDelivery.webhook_id, order_by=(WebhookDelivery.due_at, WebhookDelivery.id)
    )
    due = (
        select(WebhookDelivery.id, WebhookDelivery.due_at, rank.label("rank"))
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .join(ApiKey, ApiKey.id == Webhook.key_id)
        .where(is_due(now), hears(now), Webhook.id.not_in(busy))
        .subquery()
    )
    first = select(due.c.id).where(due.c.rank <= FOR_ONE).order_by(due.c.due_at, due.c.id).limit(limit)
    ids = session.scalars(first).all()
    taken = session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.id.in_(ids), is_due(now))
        .values(
            state=Posting.SENDING,
            lease_until=now + LEASE,
            claimed_by=worker,
            attempts=WebhookDelivery.attempts + 1,
        )
        .returning(WebhookDelivery.id),
        execution_options={"synchronize_session": False},
    )
    return _posts(session, [row.id for row in taken], now)


def _posts(session: Session, ids: Sequence[int], now: datetime) -> list[Post]:
    found = session.execute(
        select(WebhookDelivery, Webhook, Event)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .outerjoin(Event, Event.id == WebhookDelivery.event_id)
        .where(WebhookDelivery.id.in_(ids))
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id),
        execution_options={"populate_existing": True},
    )
    rows = found.all()
    events = {row.id: event for row, _, event in rows if row.event_id is not None}
    hidden = hidden_in(session, list(events.values()))
    return [
        Post(
            *(row.id, hook.id, hook.url, _salts(hook, now), event, row.created_at, row.attempts),
            hidden=hidden,
        )
        for row, hook, event in rows
    ]


def _salts(hook: Webhook, now: datetime) -> tuple[str, ...]:
    if hook.previous_salt is None or hook.previous_until is None or hook.previous_until <= now:
        return (hook.salt,)
    return (hook.salt, hook.previous_salt)


def settle(session: Session, outcome: Outcome, *, jitter: float) -> None:
    """Log an attempt, and decide what becomes of the delivery if it is still in the hand that made it."""
    session.add(
        WebhookAttempt(
            delivery_id=outcome.post.id,
            at=outcome.at,
            status=outcome.status,
            error=outcome.error,
            took_ms=outcome.took_ms,
        )
    )
    wanted = select(WebhookDelivery).where(
        WebhookDelivery.id == outcome.post.id,
        WebhookDelivery.attempts == outcome.post.attempt,
        WebhookDelivery.state == Posting.SENDING,
    )
    fresh = {"populate_existing": True}
    row = session.scalars(wanted.with_for_update(), execution_options=fresh).one_or_none()
    if row is None:
        return
    row.lease_until = row.claimed_by = None
    if outcome.is_well:
        row.state, row.settled_at = Posting.SENT, outcome.at
    else:
        _failed(row, outcome, jitter)
    session.flush()
    if outcome.status == GONE:
        _leave_alone(session, row.webhook_id, outcome.at)


def _leave_alone(session: Session, webhook_id: int, now: datetime) -> None:
    """Post nothing more to a receiver that is gone, and put that on record."""
    off = session.execute(
        update(Webhook)
        .where(Webhook.id == webhook_id, Webhook.disabled_at.is_(None))
        .values(disabled_at=now, disabled_why="gone")
        .returning(Webhook.id)
    ).one_or_none()
    if off is not None:
        deed, place, why = audit.Deeds.CHANGE, f"webhooks/{webhook_id}", f"answered {GONE}"
        audit.note(session, audit.SYSTEM, deed, "disable webhook", place, reason=why, now=now)


def _failed(row: WebhookDelivery, outcome: Outcome, jitter: float) -> None:
    row.failures += 1
    again = None if outcome.status == GONE else again_at(row.failures, row.since, outcome.at, jitter)
    if again is None:
        row.state, row.settled_at = Posting.DEAD, outcome.at
    else:
        row.state, row.due_at = Posting.PENDING, again


def forget(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Delete what was settled a month ago, with its attempts; return how many deliveries.

    What nobody takes any more, as its webhook is off or its key has ended, is given up after its 24 hours.
    """
    waits = (WebhookDelivery.settled_at.is_(None), WebhookDelivery.state == Posting.PENDING)
    session.execute(
        update(WebhookDelivery)
        .where(*waits, WebhookDelivery.since < now - PATIENCE)
        .values(state=Posting.DEAD, settled_at=now)
    )
    old = select(WebhookDelivery.id).where(WebhookDelivery.settled_at < now - KEPT).limit(limit)
    ids = session.scalars(old).all()
    session.execute(delete(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(ids)))
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(ids)))
    return len(ids)
