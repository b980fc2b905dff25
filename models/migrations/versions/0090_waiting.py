"""Pushes whose words wait for their case are looked for beside those without an end.

Revision ID: 0090
Revises: 0086
"""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0086"
branch_labels = None
depends_on = None

_NAME = "ix_inbox_unsettled"


def _index(which: str) -> None:
    op.drop_index(_NAME, "inbox")
    op.create_index(_NAME, "inbox", ["id"], sqlite_where=sa.text(which), postgresql_where=sa.text(which))


def upgrade() -> None:
    _index("outcome is null or outcome = 'waiting'")


def downgrade() -> None:
    op.execute("UPDATE inbox SET outcome = 'answer' WHERE outcome = 'waiting'")
    _index("outcome is null")
