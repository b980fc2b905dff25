"""People whose account the platform says is given up: they are forgotten once no case of theirs is open.

Revision ID: 0194
Revises: 0192
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import Moment

revision = "0194"
down_revision = "0192"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("closed_at", Moment(), nullable=True))
    given_up = sa.text("closed_at is not null")
    op.create_index("ix_people_closed", "people", ["closed_at"], sqlite_where=given_up, postgresql_where=given_up)


def downgrade() -> None:
    op.drop_index("ix_people_closed", "people")
    op.drop_column("people", "closed_at")
