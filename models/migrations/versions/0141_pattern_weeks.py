"""When a leader is next told which patterns the cases of their desk are in.

Revision ID: 0141
Revises: 0140
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0141"
down_revision = "0140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pattern_weeks",
        sa.Column("official_id", BigId, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_pattern_weeks_official_id_officials")
        ),
        sa.PrimaryKeyConstraint("official_id", name=op.f("pk_pattern_weeks")),
    )
    op.create_index(op.f("ix_pattern_weeks_due_at"), "pattern_weeks", ["due_at"])


def downgrade() -> None:
    op.drop_table("pattern_weeks")
