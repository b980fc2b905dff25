"""What the roster said of an enterprise before it changed, so that a ledger as of then stays as it was.

Revision ID: 0125
Revises: 0124
"""

import sqlalchemy as sa
from alembic import op

revision = "0125"
down_revision = "0124"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enterprise_pasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("credit_code", sa.String(18), nullable=True),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("stage", sa.String(8), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"], name=op.f("fk_enterprise_pasts_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_pasts")),
    )
    op.create_index("ix_enterprise_pasts_enterprise", "enterprise_pasts", ["enterprise_id", "until"])


def downgrade() -> None:
    op.drop_table("enterprise_pasts")
