"""The entrepreneur's conversation: gathered words, ratings, the cases one speaks of, whom one speaks for, the stage.

Revision ID: 0050
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import Moment

revision = "0050"
down_revision = "0045"
branch_labels = None
depends_on = None

_GATHERED = sa.text("gathered_until is not null")
_RATINGS = "('satisfied', 'fairly', 'dissatisfied')"
_WHEN = "rated_at is not null or (rated_result is null and rated_attitude is null)"


def upgrade() -> None:
    op.add_column("messages", sa.Column("gathered_until", Moment()))
    op.create_index(
        "ix_messages_gathered", "messages", ["gathered_until"], sqlite_where=_GATHERED, postgresql_where=_GATHERED
    )
    op.add_column("people", sa.Column("cases", sa.JSON()))
    op.add_column("contacts", sa.Column("chosen_at", Moment()))
    op.add_column("enterprises", sa.Column("stage_by", sa.BigInteger().with_variant(sa.Integer, "sqlite")))
    op.add_column("enterprises", sa.Column("stage_asked_at", Moment()))
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("rated_result", sa.String(12)))
        tickets.add_column(sa.Column("rated_attitude", sa.String(12)))
        tickets.add_column(sa.Column("rated_at", Moment()))
        tickets.create_check_constraint(op.f("ck_tickets_rated_result"), f"rated_result in {_RATINGS}")
        tickets.create_check_constraint(op.f("ck_tickets_rated_attitude"), f"rated_attitude in {_RATINGS}")
        tickets.create_check_constraint(op.f("ck_tickets_rated_when"), _WHEN)


def downgrade() -> None:
    with op.batch_alter_table("tickets") as tickets:
        for name in ("rated_result", "rated_attitude", "rated_when"):
            tickets.drop_constraint(op.f(f"ck_tickets_{name}"), type_="check")
        for column in ("rated_at", "rated_attitude", "rated_result"):
            tickets.drop_column(column)
    with op.batch_alter_table("enterprises") as enterprises:
        enterprises.drop_column("stage_asked_at")
        enterprises.drop_column("stage_by")
    op.drop_column("contacts", "chosen_at")
    op.drop_column("people", "cases")
    op.drop_index("ix_messages_gathered", "messages")
    op.drop_column("messages", "gathered_until")
