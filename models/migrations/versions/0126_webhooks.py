"""Other systems are told of events.

Revision ID: 0126
Revises: 0125
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId, Moment

revision = "0126"
down_revision = "0125"
branch_labels = None
depends_on = None

_OPEN = sa.text("settled_at is null")


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key_id", BigId, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("region", sa.String(6), nullable=True),
        sa.Column("events", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("previous_salt", sa.String(64), nullable=True),
        sa.Column("previous_until", Moment(), nullable=True),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("rotated_at", Moment(), nullable=True),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.Column("disabled_why", sa.String(20), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "(previous_salt is null) = (previous_until is null)", name=op.f("ck_webhooks_previous_whole")
        ),
        sa.CheckConstraint("(disabled_at is null) = (disabled_why is null)", name=op.f("ck_webhooks_disabled_why")),
        sa.CheckConstraint("disabled_why in ('asked', 'gone')", name=op.f("ck_webhooks_known_why")),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_webhooks_key_id_api_keys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", BigId, nullable=False),
        sa.Column("webhook_id", BigId, nullable=False),
        sa.Column("event_id", BigId, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("claimed_by", sa.String(40), nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.CheckConstraint(
            "state = 'pending' or state = 'sending' or state = 'sent' or state = 'dead'",
            name=op.f("ck_webhook_deliveries_state"),
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_until is not null)", name=op.f("ck_webhook_deliveries_leased")
        ),
        sa.CheckConstraint(
            "(settled_at is not null) = (state = 'sent' or state = 'dead')",
            name=op.f("ck_webhook_deliveries_settled"),
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_deliveries_webhook_id_webhooks")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_webhook_deliveries_event_id_events")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("webhook_id", "event_id", name=op.f("uq_webhook_deliveries_webhook_id_event_id")),
    )
    op.create_index("ix_webhook_deliveries_webhook", "webhook_deliveries", ["webhook_id", "id"])
    op.create_index(
        *("ix_webhook_deliveries_due", "webhook_deliveries", ["due_at"]),
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_webhook_deliveries_settled", "webhook_deliveries", ["settled_at"])
    op.create_table(
        "webhook_attempts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("delivery_id", BigId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(60), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_deliveries.id"],
            name=op.f("fk_webhook_attempts_delivery_id_webhook_deliveries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
    )
    op.create_index("ix_webhook_attempts_delivery", "webhook_attempts", ["delivery_id", "id"])


def downgrade() -> None:
    op.drop_table("webhook_attempts")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
