"""Other systems that are told of events, what each was told, and every attempt to tell it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base, BigId, one_of


class Posting(StrEnum):
    """The state of one event on its way to one webhook, as `Delivery` has it for people."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class Webhook(Base):
    """Where another system wants to hear of events: only while the key that made it is good.

    `tx` and `event_id` are how far the feed has been read for it. Its secret is derived from `salt` and a key
    that is not in the database; the one before the last rotation from `previous_salt`. Without `events` it
    hears of all.
    """

    __tablename__ = "webhooks"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id", name="fk_webhooks_key_id_api_keys"))
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(500))
    region: Mapped[str | None] = mapped_column(String(6))
    events: Mapped[list[Any]]
    salt: Mapped[str] = mapped_column(String(64))
    previous_salt: Mapped[str | None] = mapped_column(String(64))
    previous_until: Mapped[datetime | None]
    tx: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None] = mapped_column(String(20))
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(previous_salt is null) = (previous_until is null)", name="previous_whole"),
        CheckConstraint("(disabled_at is null) = (disabled_why is null)", name="disabled_why"),
        CheckConstraint("disabled_why in ('asked', 'gone')", name="known_why"),
    )


class WebhookDelivery(Base):
    """One event, or a ping, for one webhook. `since` is when its 24 hours began: made, or replayed.

    `attempts` counts claims; `failures` those of this round, for the wait until the next.
    """

    __tablename__ = "webhook_deliveries"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(
        ForeignKey("webhooks.id", name="fk_webhook_deliveries_webhook_id_webhooks")
    )
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("events.id", name="fk_webhook_deliveries_event_id_events")
    )
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", *Posting), name="state"),
        CheckConstraint("(state = 'sending') = (lease_until is not null)", name="leased"),
        CheckConstraint("(settled_at is not null) = (state = 'sent' or state = 'dead')", name="settled"),
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_deliveries_webhook", "webhook_id", "id"),
        Index(
            "ix_webhook_deliveries_due",
            "due_at",
            sqlite_where=text("settled_at is null"),
            postgresql_where=text("settled_at is null"),
        ),
        Index("ix_webhook_deliveries_settled", "settled_at"),
    )


class WebhookAttempt(Base):
    """One attempt: what was answered, or what went wrong before anything was."""

    __tablename__ = "webhook_attempts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_deliveries.id", name="fk_webhook_attempts_delivery_id_webhook_deliveries")
    )
    at: Mapped[datetime]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(60))
    took_ms: Mapped[int]

    __table_args__ = (Index("ix_webhook_attempts_delivery", "delivery_id", "id"),)
