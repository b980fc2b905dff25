"""What a large model suggested, and how often it was right.

Revision ID: 0128
Revises: 0127
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0128"
down_revision = "0127"
branch_labels = None
depends_on = None

_TYPES = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("decided", sa.String(8), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(" or ".join(f"type = '{each}'" for each in _TYPES), name=op.f("ck_suggestions_type")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_suggestions_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_suggestions")),
    )
    op.create_table(
        "suggestion_counts",
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("decided", sa.String(8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_suggestion_counts_number")),
        sa.PrimaryKeyConstraint("model", "type", "decided", name=op.f("pk_suggestion_counts")),
    )


def downgrade() -> None:
    op.drop_table("suggestion_counts")
    op.drop_table("suggestions")
