"""Supervisors are officials of their own kind.

Revision ID: 0005
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def _kinds(*kinds: str, length: int, before: int) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("officials") as officials:
        officials.drop_constraint(op.f("ck_officials_kind"), type_="check")
        officials.alter_column(
            "kind", type_=sa.String(length), existing_type=sa.String(before), existing_nullable=False
        )
        officials.create_check_constraint(op.f("ck_officials_kind"), f"kind in ({listed})")


def upgrade() -> None:
    _kinds("leader", "aide", "supervisor", length=10, before=8)


def downgrade() -> None:
    op.execute("UPDATE officials SET kind = 'leader', is_active = false WHERE kind = 'supervisor'")
    _kinds("leader", "aide", length=8, before=10)
