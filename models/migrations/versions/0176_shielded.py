"""Shielded cases (保密) are found at once, as everything that is shown asks for them.

Revision ID: 0176
Revises: 0175
"""

import sqlalchemy as sa
from alembic import op

revision = "0176"
down_revision = "0175"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_ticket_vectors_shielded",
        "ticket_vectors",
        ["ticket_id"],
        sqlite_where=sa.text("is_shielded"),
        postgresql_where=sa.text("is_shielded"),
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_vectors_shielded", "ticket_vectors")
