"""Fewer indexes on the way of every message: what nothing looks for is gone, what few rows need is partial.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NOBODYS = sa.text("enterprise_id is null")


def upgrade() -> None:
    op.drop_index("ix_inbox_person", "inbox")
    op.drop_index("ix_tickets_owner", "tickets")
    op.drop_index("ix_tickets_person", "tickets")
    op.drop_index("ix_tickets_type_status", "tickets")
    op.create_index(
        "ix_tickets_stranger",
        "tickets",
        ["person_id", "id"],
        sqlite_where=_NOBODYS,
        postgresql_where=_NOBODYS,
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_stranger", "tickets")
    op.create_index("ix_tickets_type_status", "tickets", ["type", "status", "id"])
    op.create_index("ix_tickets_person", "tickets", ["person_id", "id"])
    op.create_index("ix_tickets_owner", "tickets", ["owner_id", "id"])
    op.create_index("ix_inbox_person", "inbox", ["person_id", "id"])
