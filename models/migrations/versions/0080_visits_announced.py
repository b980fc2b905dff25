"""What is announced is a call or a visit.

Revision ID: 0080
Revises: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("kind", sa.String(5), nullable=False, server_default="call"))
        calls.create_check_constraint(op.f("ck_calls_kind"), "kind in ('call', 'visit')")
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("kind", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        calls.drop_constraint(op.f("ck_calls_kind"), type_="check")
        calls.drop_column("kind")
