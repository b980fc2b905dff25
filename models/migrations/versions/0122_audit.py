"""Who read or changed what is on record in a chain of its own, and the heads of all chains are anchored daily.

Revision ID: 0122
Revises: 0121
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId, CurrentTransaction

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None

_OPEN = sa.text("digest is null")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("tx", sa.BigInteger(), server_default=CurrentTransaction(), nullable=False),
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("actor_name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(10), nullable=True),
        sa.Column("region", sa.String(6), nullable=True),
        sa.Column("deed", sa.String(10), nullable=False),
        sa.Column("operation", sa.String(200), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("shown", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.CheckConstraint("actor_kind in ('key', 'operator', 'system')", name=op.f("ck_audit_actor_kind")),
        sa.CheckConstraint("deed in ('read', 'change', 'refused')", name=op.f("ck_audit_deed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_audit_chain_seq")),
    )
    op.create_index("ix_audit_feed", "audit", ["tx", "id"])
    op.create_index("ix_audit_actor", "audit", ["actor_id", "id"])
    op.create_index("ix_audit_object", "audit", ["object", "id"])
    op.create_table(
        "anchors",
        sa.Column("id", BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchors")),
        sa.UniqueConstraint("day", name=op.f("uq_anchors_day")),
    )
    op.create_table(
        "anchor_blocks",
        sa.Column("anchor_id", BigId, nullable=False),
        sa.Column("block", BigId, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("leaves", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["anchor_id"], ["anchors.id"], name=op.f("fk_anchor_blocks_anchor_id")),
        sa.PrimaryKeyConstraint("anchor_id", "block", name=op.f("pk_anchor_blocks")),
    )
    op.create_index(
        *("ix_anchor_blocks_open", "anchor_blocks", ["anchor_id", "block"]),
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_anchor_blocks_block", "anchor_blocks", ["block", "anchor_id"])


def downgrade() -> None:
    op.drop_table("anchor_blocks")
    op.drop_table("anchors")
    op.drop_table("audit")
