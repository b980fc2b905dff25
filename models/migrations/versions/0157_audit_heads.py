"""How far each chain of the audit reaches, so that one that was cut off is found before the next anchor too.

Revision ID: 0157
Revises: 0156
"""

import sqlalchemy as sa
from alembic import op

revision = "0157"
down_revision = "0156"
branch_labels = None
depends_on = None

CHAINS = range(18)
"""Sixteen of keys, one of the command line, one of timers."""


def upgrade() -> None:
    heads = op.create_table(
        "audit_heads",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_heads")),
    )
    op.bulk_insert(heads, [{"chain": chain, "seq": 0, "digest": "0" * 64} for chain in CHAINS])
    last = "(SELECT {} FROM audit WHERE audit.chain = audit_heads.chain ORDER BY audit.seq DESC LIMIT 1)"
    op.execute(
        f"UPDATE audit_heads SET seq = {last.format('seq')}, digest = {last.format('digest')} "
        "WHERE chain IN (SELECT chain FROM audit)"
    )


def downgrade() -> None:
    op.drop_table("audit_heads")
