"""Cases that are merged into another (并案), with the clocks that a separation puts back.

Revision ID: 0175
Revises: 0141
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0175"
down_revision = "0165"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("main_id", BigId, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clocks", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("main_id < ticket_id", name=op.f("ck_merges_into_an_earlier_one")),
        sa.ForeignKeyConstraint(["main_id"], ["tickets.id"], name=op.f("fk_merges_main_id_tickets")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_merges_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_main", "merges", ["main_id"])


def downgrade() -> None:
    op.drop_table("merges")
