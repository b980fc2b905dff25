"""To whom each attempt to deliver went: the message itself may be passed on to somebody else. Salts of sealed rows.

Those of before do not say it. There is no way back once messages or what attempts said are sealed: the seals
would be of rows that are not there any more.

Revision ID: 0191
Revises: 0190
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0191"
down_revision = "0190"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempts", sa.Column("person_id", BigId, nullable=True))
    op.add_column("sealed_stretches", sa.Column("salts", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    sealed = "select count(*) from sealed_stretches where kind in ('notice', 'notice_attempt')"
    if op.get_bind().scalar(sa.text(sealed)):
        raise RuntimeError("messages are sealed (sealed_stretches), and whom each attempt reached with them")
    op.drop_column("sealed_stretches", "salts")
    op.drop_column("attempts", "person_id")
