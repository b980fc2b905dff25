"""Make, change and end webhooks; ask for a ping or a replay."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.queries.feed import end_of_events
from models.rules.regions import known_region
from models.rules.webhooks import Openness, check_url
from models.tables import Posting, Webhook, WebhookDelivery


class NotSettled(Exception):
    """A delivery that is still under way is not replayed."""


class NotOn(Exception):
    """A webhook that is disabled is told nothing."""


def create(
    session: Session,
    *,
    key_id: int,
    name: str,
    url: str,
    region: str | None,
    events: Sequence[str],
    openness: Openness,
    now: datetime,
) -> Webhook:
    """Add a webhook, which hears of what happens from now on.

    Raises:
        UrlRefused: we do not post there.
        UnknownRegion: no region has this code.
    """
    check_url(url, openness)
    tx, event_id = end_of_events(session)
    row = Webhook(
        key_id=key_id,
        name=name,
        url=url,
        region=None if region is None else known_region(region),
        events=list(events),
        salt=_salt(),
        tx=tx,
        event_id=event_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def rotate(session: Session, row: Webhook, *, grace: timedelta, now: datetime) -> None:
    """Give a webhook another secret; posts are signed with both for `grace`."""
    row.previous_salt, row.previous_until = (row.salt, now + grace) if grace else (None, None)
    row.salt, row.rotated_at = _salt(), now
    session.flush()


def disable(session: Session, row: Webhook, *, why: str = "asked", now: datetime) -> None:
    """Tell a webhook nothing more; what is under way waits. One that is disabled stays as it was."""
    if row.disabled_at is None:
        row.disabled_at, row.disabled_why = now, why
        session.flush()


def enable(session: Session, row: Webhook) -> None:
    """Tell a webhook again what happens from now on; what happened meanwhile is in the feed of events."""
    if row.disabled_at is not None:
        row.disabled_at, row.disabled_why = None, None
        row.tx, row.event_id = end_of_events(session)
        session.flush()


def delete(session: Session, row: Webhook, *, now: datetime) -> None:
    """End a webhook. What it was told stays in the log of the database."""
    row.deleted_at = now
    session.flush()


def ping(session: Session, row: Webhook, *, now: datetime) -> WebhookDelivery:
    """Have a webhook told nothing but that it can be reached.

    Raises:
        NotOn: it is disabled.
    """
    if row.disabled_at is not None:
        raise NotOn
    sent = WebhookDelivery(webhook_id=row.id, state=Posting.PENDING, created_at=now, since=now, due_at=now)
    session.add(sent)
    session.flush()
    return sent


def replay(session: Session, row: Webhook, sent: WebhookDelivery, *, now: datetime) -> None:
    """Post again what was posted or given up, under the same id, with 24 hours of patience from now.

    Raises:
        NotOn: the webhook is disabled.
        NotSettled: it is still under way.
    """
    if row.disabled_at is not None:
        raise NotOn
    if sent.settled_at is None:
        raise NotSettled
    sent.state, sent.settled_at, sent.failures = Posting.PENDING, None, 0
    sent.since = sent.due_at = now
    session.flush()


def _salt() -> str:
    return secrets.token_hex(32)
