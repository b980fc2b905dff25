"""Clocks warn, are extended, paused and computed anew; who was warned is on record.

Revision ID: 0010
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # What older versions insert without these columns is computed anew by the first timer that runs.
    op.execute(
        "ALTER TABLE clocks ADD COLUMN warned INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_clocks_warned CHECK (warned in (0, 50, 80, 100))"
    )
    op.add_column("clocks", sa.Column("warn_at", _MOMENT, nullable=True))
    op.add_column("clocks", sa.Column("calendar", sa.String(16), nullable=False, server_default=""))
    _partial("ix_clocks_warn", "clocks", "warn_at", "met_at is null and warn_at is not null")
    _partial("ix_clocks_calendar", "clocks", "calendar", "met_at is null")
    _extensions()
    _pauses()
    _escalations()


def _partial(name: str, table: str, column: str, where: str, *, unique: bool = False) -> None:
    rows = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=rows, postgresql_where=rows)


def _extensions() -> None:
    op.create_table(
        "extensions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("clocks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(decided_at is null) = (is_granted is null)", name=op.f("ck_extensions_decided_is_decided")
        ),
        sa.CheckConstraint("days > 0", name=op.f("ck_extensions_days")),
        sa.ForeignKeyConstraint(["asked_by"], ["officials.id"], name=op.f("fk_extensions_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["officials.id"], name=op.f("fk_extensions_decided_by")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_extensions_event_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_extensions_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("ix_extensions_ticket", "extensions", ["ticket_id"])
    _partial("uq_extensions_undecided", "extensions", "ticket_id", "decided_at is null", unique=True)


def _pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("decided_by", _ID, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["officials.id"], name=op.f("fk_pauses_decided_by")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_pauses_event_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_pauses_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_index("ix_pauses_ticket", "pauses", ["ticket_id"])
    _partial("uq_pauses_running", "pauses", "ticket_id", "ended_at is null", unique=True)
    _partial("ix_pauses_until", "pauses", "until", "ended_at is null")


def _escalations() -> None:
    op.create_table(
        "escalations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("clock", sa.String(16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(10), nullable=False),
        sa.Column("region", sa.String(6), nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("outbox_id", _ID, nullable=True),
        sa.Column("instead_of", _ID, nullable=True),
        sa.Column("told_at", _MOMENT, nullable=False),
        sa.Column("check_at", _MOMENT, nullable=True),
        sa.Column("proof", sa.String(10), nullable=True),
        sa.CheckConstraint("level in (50, 80, 100)", name=op.f("ck_escalations_level")),
        sa.CheckConstraint(
            "rung in ('aide', 'leader', 'supervisor', 'office')", name=op.f("ck_escalations_rung")
        ),
        sa.CheckConstraint(
            "proof in ('delivered', 'missed', 'raised', 'moot')", name=op.f("ck_escalations_proof")
        ),
        sa.CheckConstraint(
            "(check_at is null) = (proof is not null)", name=op.f("ck_escalations_proven_or_checked")
        ),
        sa.CheckConstraint(
            "(person_id is null) = (outbox_id is null)", name=op.f("ck_escalations_told_by_a_message")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_escalations_event_id")),
        sa.ForeignKeyConstraint(["instead_of"], ["escalations.id"], name=op.f("fk_escalations_instead_of")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_escalations_outbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_escalations_person_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_escalations_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_escalations_outbox_id")),
    )
    op.create_index("ix_escalations_ticket", "escalations", ["ticket_id", "id"])
    op.create_index("ix_escalations_event", "escalations", ["event_id"])
    _partial("ix_escalations_check", "escalations", "check_at", "check_at is not null")


def downgrade() -> None:
    op.drop_table("escalations")
    op.drop_table("pauses")
    op.drop_table("extensions")
    op.drop_index("ix_clocks_calendar", "clocks")
    op.drop_index("ix_clocks_warn", "clocks")
    with op.batch_alter_table("clocks") as clocks:
        clocks.drop_constraint(op.f("ck_clocks_warned"), type_="check")
        for column in ("calendar", "warn_at", "warned"):
            clocks.drop_column(column)
