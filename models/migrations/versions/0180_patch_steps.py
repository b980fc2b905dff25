"""Steps of patches (制度补丁) that are due or late are told of.

Revision ID: 0180
Revises: 0176
"""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0180"
down_revision = "0176"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("patches", sa.Column("step_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_patches_step",
        "patches",
        ["step_on"],
        sqlite_where=sa.text("step_on is not null"),
        postgresql_where=sa.text("step_on is not null"),
    )
    patches = sa.table(
        "patches", sa.column("id", sa.BigInteger), sa.column("steps"), sa.column("step_on", sa.Date)
    )
    bind = op.get_bind()
    for patch_id, kept in bind.execute(sa.select(patches.c.id, patches.c.steps)).all():
        steps = json.loads(kept) if isinstance(kept, str) else kept
        days = [each["due_on"] for each in steps if each.get("due_on") and not each.get("done_at")]
        if days:
            first = date.fromisoformat(min(days))
            bind.execute(sa.update(patches).where(patches.c.id == patch_id).values(step_on=first))


def downgrade() -> None:
    op.drop_index("ix_patches_step", "patches")
    op.drop_column("patches", "step_on")
