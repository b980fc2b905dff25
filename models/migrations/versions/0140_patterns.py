"""What cases are compared by, the patterns they make, and what people decided about them.

Revision ID: 0140
Revises: 0131
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0140"
down_revision = "0131"
branch_labels = None
depends_on = None

_TYPES = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")
_STATES = ("forming", "open", "dismissed", "joined")
_VERBS = ("rename", "split", "join", "dismiss", "reopen")


def _one_of(column: str, *values: str) -> str:
    return " or ".join(f"{column} = '{value}'" for value in values)


def upgrade() -> None:
    op.create_table(
        "ticket_vectors",
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("traits", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_shielded", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.CheckConstraint(_one_of("type", *_TYPES), name=op.f("ck_ticket_vectors_type")),
        sa.CheckConstraint("(vector is null) = (traits is null)", name=op.f("ck_ticket_vectors_vector_whole")),
        sa.CheckConstraint(
            "vector is null or not is_shielded", name=op.f("ck_ticket_vectors_shielded_is_empty")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_vectors_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_vectors")),
    )
    op.create_index("ix_ticket_vectors_type", "ticket_vectors", ["type", "ticket_id"])
    op.create_table(
        "patterns",
        sa.Column("id", BigId, nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("stone", sa.String(200), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("joined_into", BigId, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of("state", *_STATES), name=op.f("ck_patterns_state")),
        sa.CheckConstraint(_one_of("type", *_TYPES), name=op.f("ck_patterns_type")),
        sa.CheckConstraint(
            "(state = 'joined') = (joined_into is not null)", name=op.f("ck_patterns_joined_somewhere")
        ),
        sa.CheckConstraint(
            "state <> 'open' or (title <> '' and opened_at is not null)",
            name=op.f("ck_patterns_open_has_title"),
        ),
        sa.ForeignKeyConstraint(
            ["joined_into"], ["patterns.id"], name=op.f("fk_patterns_joined_into_patterns")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patterns")),
    )
    op.create_index("ix_patterns_state", "patterns", ["state", "id"])
    op.create_table(
        "pattern_members",
        sa.Column("ticket_id", BigId, nullable=False),
        sa.Column("pattern_id", BigId, nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("voice", sa.String(24), nullable=False),
        sa.Column("copy_of", BigId, nullable=True),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_pattern_members_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["patterns.id"], name=op.f("fk_pattern_members_pattern_id_patterns")
        ),
        sa.ForeignKeyConstraint(["copy_of"], ["tickets.id"], name=op.f("fk_pattern_members_copy_of_tickets")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_pattern_members")),
    )
    op.create_index("ix_pattern_members_pattern", "pattern_members", ["pattern_id", "ticket_id"])
    op.create_table(
        "pattern_decisions",
        sa.Column("id", BigId, nullable=False),
        sa.Column("pattern_id", BigId, nullable=False),
        sa.Column("verb", sa.String(8), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("key_id", BigId, nullable=False),
        sa.Column("signed", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_one_of("verb", *_VERBS), name=op.f("ck_pattern_decisions_verb")),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["patterns.id"], name=op.f("fk_pattern_decisions_pattern_id_patterns")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_pattern_decisions_key_id_api_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_decisions")),
    )
    op.create_index("ix_pattern_decisions_pattern", "pattern_decisions", ["pattern_id", "id"])


def downgrade() -> None:
    op.drop_table("pattern_decisions")
    op.drop_table("pattern_members")
    op.drop_table("patterns")
    op.drop_table("ticket_vectors")
