"""Lists that are imported, and what each of them changed.

Whatever refers to an enterprise is found by it, as one is taken off the roster again.

Revision ID: 0131
Revises: 0129
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import Moment

revision = "0131"
down_revision = "0129"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject", sa.String(11), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("region", sa.String(6)),
        sa.Column("key_id", BIG),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("undone_at", Moment()),
        sa.Column("undone_key_id", BIG),
        sa.Column("left_count", sa.Integer()),
        sa.Column("left", JSON),
        sa.CheckConstraint("subject in ('officials', 'enterprises', 'pairings')", name=op.f("ck_imports_subject")),
        sa.CheckConstraint("(undone_at is null) = (left_count is null)", name=op.f("ck_imports_undone_whole")),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_imports_key_id")),
        sa.ForeignKeyConstraint(["undone_key_id"], ["api_keys.id"], name=op.f("fk_imports_undone_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_table(
        "import_changes",
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("first_id", BIG, nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
        sa.CheckConstraint("first_id <= last_id", name=op.f("ck_import_changes_run_ahead")),
        sa.CheckConstraint("(before is null) = (after is null)", name=op.f("ck_import_changes_change_whole")),
        sa.CheckConstraint("before is null or first_id = last_id", name=op.f("ck_import_changes_change_of_one")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_changes_import_id")),
        sa.PrimaryKeyConstraint("import_id", "seq", name=op.f("pk_import_changes")),
    )
    op.create_index("ix_import_changes_row", "import_changes", ["first_id", "import_id"])
    op.create_index("ix_pairings_enterprise_id", "pairings", ["enterprise_id"])
    op.create_index("ix_invites_enterprise_id", "invites", ["enterprise_id"])


def downgrade() -> None:
    op.drop_index("ix_invites_enterprise_id", "invites")
    op.drop_index("ix_pairings_enterprise_id", "pairings")
    op.drop_table("import_changes")
    op.drop_table("imports")
