"""A case that leaves a pattern into which people had put it knows that one, for when it comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0197"
down_revision = "0196"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket_vectors", sa.Column("pinned_to", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("ticket_vectors", "pinned_to")
