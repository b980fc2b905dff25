"""Webhooks and what they were told, as administrators see them: those of their regions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from models.queries.feed import end_of_events
from models.queries.growing import Behind
from models.queries.keys import is_live
from models.queries.registry import NotFound, Regions, inside
from models.tables import ApiKey, Posting, Webhook, WebhookAttempt, WebhookDelivery

IS_ON = and_(Webhook.deleted_at.is_(None), Webhook.disabled_at.is_(None))


def webhooks(session: Session, regions: Regions, *, after: Behind, limit: int) -> Sequence[Webhook]:
    """Return up to `limit` webhooks behind `after`."""
    wanted = _webhooks(regions).where(after.holds(Webhook.id)).order_by(Webhook.id).limit(limit)
    return session.scalars(wanted).all()


def webhook(session: Session, regions: Regions, webhook_id: int, *, lock: bool = False) -> Webhook:
    """Return one webhook, perhaps locked for the rest of the transaction.

    Raises:
        NotFound: there is none, or it hears of more than `regions`.
    """
    wanted = _webhooks(regions).where(Webhook.id == webhook_id)
    fresh = {"populate_existing": True}
    wanted = wanted.with_for_update() if lock else wanted
    found = session.scalars(wanted, execution_options=fresh).one_or_none()
    if found is None:
        raise NotFound
    return found


def deliveries(
    session: Session, webhook_id: int, *, state: str | None, after: Behind, limit: int
) -> Sequence[WebhookDelivery]:
    """Return up to `limit` deliveries of one webhook behind `after`."""
    wanted = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook_id, after.holds(WebhookDelivery.id)
    )
    if state is not None:
        wanted = wanted.where(WebhookDelivery.state == state)
    return session.scalars(wanted.order_by(WebhookDelivery.id).limit(limit)).all()


def delivery(
    session: Session, webhook_id: int, delivery_id: int
) -> tuple[WebhookDelivery, Sequence[WebhookAttempt]]:
    """Return one delivery of one webhook and the attempts at it.

    Raises:
        NotFound: there is none.
    """
    wanted = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.id == delivery_id
    )
    found = session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound
    tries = select(WebhookAttempt).where(WebhookAttempt.delivery_id == delivery_id)
    return found, session.scalars(tries.order_by(WebhookAttempt.id)).all()


def is_due(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a delivery is to be posted now: its time has come, or its lease lapsed."""
    return and_(
        WebhookDelivery.settled_at.is_(None),
        WebhookDelivery.due_at <= now,
        or_(WebhookDelivery.state == Posting.PENDING, WebhookDelivery.lease_until <= now),
    )


def hears(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a webhook is told of events: it is on, and its key is good."""
    return and_(IS_ON, is_live(now))


def is_anything_to_do(session: Session, *, now: datetime) -> bool:
    """Whether a webhook has events to hear of, or a delivery is due: one look that writes nothing."""
    behind = tuple_(Webhook.tx, Webhook.event_id) < tuple_(*end_of_events(session))
    hearing = select(Webhook.id).join(ApiKey, ApiKey.id == Webhook.key_id).where(hears(now))
    due = hearing.join(WebhookDelivery, WebhookDelivery.webhook_id == Webhook.id).where(is_due(now))
    return any(session.scalar(each.limit(1)) is not None for each in (hearing.where(behind), due))


def _webhooks(regions: Regions) -> Select[Webhook]:
    return select(Webhook).where(inside(Webhook.region, regions), Webhook.deleted_at.is_(None))
