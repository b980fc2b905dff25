"""In whose words a pattern is told: when one of these cases is shielded, the words go.

Of patterns of before it is taken for all that are in it, or were split off from it or with it.

Revision ID: 0195
Revises: 0194
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0195"
down_revision = "0194"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("patterns", sa.Column("told_from", sa.JSON(), nullable=False, server_default="[]"))
    bind = op.get_bind()
    held: dict[int, list[int]] = {}
    members = "select pattern_id, ticket_id from pattern_members order by ticket_id"
    for pattern_id, ticket_id in bind.execute(sa.text(members)):
        held.setdefault(pattern_id, []).append(ticket_id)
    decided = "select pattern_id, data from pattern_decisions where verb = 'split'"
    for pattern_id, data in bind.execute(sa.text(decided)).all():
        said = json.loads(data) if isinstance(data, str) else data
        sides = {pattern_id, said.get("into", pattern_id)}
        both = {each for side in sides for each in held.get(side, ())} | set(said.get("tickets", ()))
        held |= {side: sorted(both) for side in sides}
    put = sa.text("update patterns set told_from = :told where id = :id and stone <> ''")
    for pattern_id, told in held.items():
        bind.execute(put, {"told": json.dumps(told), "id": pattern_id})


def downgrade() -> None:
    op.drop_column("patterns", "told_from")
