"""Co-handling, and refusals with their appeals.

Revision ID: 0045
Revises: 0040
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0040"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HELPING = "state in ('asked', 'joined')"
_UNANSWERED = f"{_HELPING} and answered_at is null and told_late_at is null"
_WAITING = "appealed_at is not null and decided_at is null"
_UNTOLD = f"{_WAITING} and told_late_at is null"


def _moment(name: str, *, nullable: bool = True) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.create_table(
        "co_handlings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        _moment("asked_at", nullable=False),
        _moment("joined_at"),
        _moment("answered_at"),
        _moment("ended_at"),
        sa.Column("reason", sa.Text()),
        _moment("due_at", nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        _moment("told_late_at"),
        sa.CheckConstraint("state in ('asked', 'joined', 'refused', 'ended')", name=op.f("ck_co_handlings_state")),
        sa.CheckConstraint(
            "(state in ('refused', 'ended')) = (ended_at is not null)", name=op.f("ck_co_handlings_over_has_end")
        ),
        sa.CheckConstraint(
            "state <> 'refused' or reason is not null", name=op.f("ck_co_handlings_refusal_has_reason")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_co_handlings_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["officials.id"], name=op.f("fk_co_handlings_unit_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["officials.id"], name=op.f("fk_co_handlings_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_handlings")),
    )
    _index("uq_co_handlings_active", "co_handlings", ["unit_id", "ticket_id"], _HELPING, unique=True)
    op.create_index("ix_co_handlings_ticket", "co_handlings", ["ticket_id", "id"])
    _index("ix_co_handlings_due", "co_handlings", ["due_at"], _UNANSWERED)
    op.create_table(
        "declines",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        _moment("declined_at", nullable=False),
        sa.Column("declined_by", _ID, nullable=False),
        _moment("appealed_at"),
        sa.Column("appeal", sa.Text()),
        _moment("due_at"),
        sa.Column("source", sa.String(200)),
        sa.Column("explanation", sa.Text()),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        _moment("decided_at"),
        sa.Column("verdict", sa.String(10)),
        sa.Column("verdict_reason", sa.Text()),
        sa.Column("decided_by", sa.String(200)),
        _moment("told_late_at"),
        sa.CheckConstraint("verdict in ('upheld', 'overturned')", name=op.f("ck_declines_verdict")),
        sa.CheckConstraint("words <> '' and channel <> ''", name=op.f("ck_declines_reason_and_channel")),
        sa.CheckConstraint(
            "(appealed_at is null) = (due_at is null)", name=op.f("ck_declines_appeal_has_clock")
        ),
        sa.CheckConstraint(
            "decided_at is null or (appealed_at is not null and verdict is not null"
            " and verdict_reason is not null and decided_by is not null)",
            name=op.f("ck_declines_verdict_is_signed"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_declines_ticket_id")),
        sa.ForeignKeyConstraint(["declined_by"], ["officials.id"], name=op.f("fk_declines_declined_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declines")),
    )
    op.create_index("ix_declines_ticket", "declines", ["ticket_id", "id"])
    _index("ix_declines_waiting", "declines", ["due_at"], _WAITING)
    _index("ix_declines_due", "declines", ["due_at"], _UNTOLD)


def downgrade() -> None:
    op.drop_table("declines")
    op.drop_table("co_handlings")
