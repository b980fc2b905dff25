"""delivery: failures counted apart from claims, a place for notices and reports to meet

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
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HAS_ID = sa.text("platform_id is not null")


def upgrade() -> None:
    # With a default in the database itself, so that the version before can still add rows.
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name in FAILURES:
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        batch_op.drop_index("ix_outbox_platform")
    op.create_table(
        "reports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("channel", sa.String(12), nullable=False),
        sa.Column("template_id", sa.String(64)),
        sa.Column("platform_id", sa.String(64)),
        sa.Column("outbox_id", BIG),
        sa.Column("attempt", sa.Integer()),
        sa.Column("is_delivered", sa.Boolean()),
        sa.Column("why", sa.Text()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_reports_outbox_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_reports_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("person_id", "channel", "platform_id", name="uq_reports_person_id_channel_platform_id"),
    )
    op.create_index("ix_reports_at", "reports", ["at"])


def downgrade() -> None:
    op.drop_table("reports")
    op.create_index(
        "ix_outbox_platform", "outbox", ["platform_id"], sqlite_where=HAS_ID, postgresql_where=HAS_ID
    )
    # Not in a batch: SQLite would copy the table and then could not drop the old one, which attempts refer to.
    for name in reversed(FAILURES):
        op.execute(f"ALTER TABLE outbox DROP COLUMN {name}")
