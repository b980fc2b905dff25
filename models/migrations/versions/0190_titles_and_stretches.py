"""The salt of titles, whose digest stands in the event that gives them; rows sealed a stretch at a time.

What cases were called before has no salt: nothing seals it. There is no way back once rows are sealed: the audit
would hold the digests of what is not there any more, and their rows would be sealed a second time on the way forth.

Revision ID: 0190
Revises: 0181
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0190"
down_revision = "0181"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("title_salt", sa.String(32)))
    op.create_table(
        "sealed_stretches",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("upto", BigId, autoincrement=False, nullable=False),
        sa.Column("after", BigId, nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "upto", name=op.f("pk_sealed_stretches")),
        sa.UniqueConstraint("kind", "after", name=op.f("uq_sealed_stretches_kind_after")),
    )


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("select count(*) from sealed_stretches")):
        raise RuntimeError("rows are sealed (sealed_stretches): without it the audit proves nothing of them")
    op.drop_table("sealed_stretches")
    op.drop_column("tickets", "title_salt")
