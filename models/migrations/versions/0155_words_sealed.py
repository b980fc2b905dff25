"""The salt of what was said, whose digest stands in the event that took it in (ADR 0155).

What was said before has none: nothing seals it.

Revision ID: 0155
Revises: 0141
"""

import sqlalchemy as sa
from alembic import op

revision = "0155"
down_revision = "0141"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("salt", sa.String(32)))


def downgrade() -> None:
    op.drop_column("messages", "salt")
