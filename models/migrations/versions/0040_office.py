"""The official's day: words held back and taken back, delegation, handover, visits, mornings.

Revision ID: 0040
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId, Moment

revision = "0040"
down_revision = "0020"
branch_labels = None
depends_on = None

_RUNS = sa.text("ended_at is null")
_STATES = ("pending", "sending", "sent", "parked", "dead")


def _states(*states: str, length: int, before: int) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_state"), type_="check")
        outbox.alter_column(
            "state", type_=sa.String(length), existing_type=sa.String(before), existing_nullable=False
        )
        outbox.create_check_constraint(op.f("ck_outbox_state"), f"state in ({listed})")


def upgrade() -> None:
    _states(*_STATES, "retracted", length=10, before=8)
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("event_id", BigId))
        messages.add_column(sa.Column("held_until", Moment()))
        messages.add_column(sa.Column("retracted_at", Moment()))
        messages.create_foreign_key(op.f("fk_messages_event_id"), "events", ["event_id"], ["id"])
    _delegations()
    _handovers()
    _visits()
    op.create_table(
        "mornings",
        sa.Column("official_id", BigId, nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_mornings_official_id")),
        sa.PrimaryKeyConstraint("official_id", name=op.f("pk_mornings")),
    )
    op.create_index(op.f("ix_mornings_due_at"), "mornings", ["due_at"])


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("official_id", BigId, nullable=False),
        sa.Column("deputy_id", BigId),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_delegations_starts_before_it_ends")),
        sa.CheckConstraint("deputy_id <> official_id", name=op.f("ck_delegations_deputy_is_another")),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_delegations_official_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["officials.id"], name=op.f("fk_delegations_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    for whose in ("official", "deputy"):
        op.create_index(
            f"ix_delegations_{whose}",
            "delegations",
            [f"{whose}_id", "ends_on"],
            sqlite_where=_RUNS,
            postgresql_where=_RUNS,
        )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", BigId, nullable=False),
        sa.Column("from_id", BigId, nullable=False),
        sa.Column("to_id", BigId, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("effective_on", sa.Date, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("key_id", BigId),
        sa.Column("listed", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_handovers_to_another")),
        sa.ForeignKeyConstraint(["from_id"], ["officials.id"], name=op.f("fk_handovers_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["officials.id"], name=op.f("fk_handovers_to_id")),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_handovers_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_from_id"), "handovers", ["from_id"])


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", BigId, nullable=False),
        sa.Column("official_id", BigId, nullable=False),
        sa.Column("enterprise_id", BigId, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("ticket_id", BigId),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment()),
        sa.Column("disputed_at", Moment()),
        sa.Column("answered_by", BigId),
        sa.CheckConstraint("confirmed_at is null or disputed_at is null", name=op.f("ck_visits_one_answer")),
        sa.CheckConstraint(
            "(answered_by is null) = (confirmed_at is null and disputed_at is null)",
            name=op.f("ck_visits_answered_by_someone"),
        ),
        sa.ForeignKeyConstraint(["official_id"], ["officials.id"], name=op.f("fk_visits_official_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprises.id"], name=op.f("fk_visits_enterprise_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_visits_ticket_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_visits_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_enterprise", "visits", ["enterprise_id", "day"])
    op.create_index("ix_visits_official", "visits", ["official_id", "id"])


def downgrade() -> None:
    for table in ("mornings", "visits", "handovers", "delegations"):
        op.drop_table(table)
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint(op.f("fk_messages_event_id"), type_="foreignkey")
        for column in ("retracted_at", "held_until", "event_id"):
            messages.drop_column(column)
    op.execute("UPDATE outbox SET state = 'dead', reason = 'retracted' WHERE state = 'retracted'")
    _states(*_STATES, length=8, before=10)
