"""delivery: failures counted apart from claims

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FAILURES = ("misses", "doubts")


def upgrade() -> None:
    # With a default in the database itself, so that the version before can still add rows.
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name in FAILURES:
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    # Not in a batch: SQLite would copy the table and then could not drop the old one, which attempts refer to.
    for name in reversed(FAILURES):
        op.execute(f"ALTER TABLE outbox DROP COLUMN {name}")
