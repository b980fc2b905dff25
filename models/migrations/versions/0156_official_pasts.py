"""Under which name and post an official stood on the roster before, so that a ledger as of then stays as it was.

Revision ID: 0156
Revises: 0155
"""

import sqlalchemy as sa
from alembic import op

revision = "0156"
down_revision = "0155"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "official_pasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("post", sa.String(100), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_official_pasts_official_id_officials")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_pasts")),
    )
    op.create_index("ix_official_pasts_official", "official_pasts", ["official_id", "until"])


def downgrade() -> None:
    op.drop_table("official_pasts")
