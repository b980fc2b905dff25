"""Keys are rotated, and counted a minute.

Revision ID: 0124
Revises: 0123
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId, Moment

revision = "0124"
down_revision = "0123"
branch_labels = None
depends_on = None

_ROTATED = sa.text("previous_hash is not null")


def upgrade() -> None:
    with op.batch_alter_table("api_keys") as keys:
        keys.add_column(sa.Column("rotated_at", Moment(), nullable=True))
        keys.add_column(sa.Column("previous_hash", sa.String(64), nullable=True))
        keys.add_column(sa.Column("previous_until", Moment(), nullable=True))
        keys.create_check_constraint(
            op.f("ck_api_keys_previous_whole"), "(previous_hash is null) = (previous_until is null)"
        )
    op.create_index(
        *("uq_api_keys_previous", "api_keys", ["previous_hash"]),
        unique=True,
        sqlite_where=_ROTATED,
        postgresql_where=_ROTATED,
    )
    op.create_table(
        "key_uses",
        sa.Column("key_id", BigId, nullable=False),
        sa.Column("window_at", Moment(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("last_used_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_key_uses_key_id_api_keys")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_uses")),
    )


def downgrade() -> None:
    op.drop_table("key_uses")
    op.drop_index("uq_api_keys_previous", "api_keys")
    with op.batch_alter_table("api_keys") as keys:
        keys.drop_constraint(op.f("ck_api_keys_previous_whole"), type_="check")
        keys.drop_column("previous_until")
        keys.drop_column("previous_hash")
        keys.drop_column("rotated_at")
