"""Copies are found by the case whose words they repeat; cases of strangers who bound since are their enterprise's.

Revision ID: 0192
Revises: 0191
"""

import sqlalchemy as sa
from alembic import op

revision = "0192"
down_revision = "0191"
branch_labels = None
depends_on = None


def upgrade() -> None:
    copies = sa.text("copy_of is not null")
    op.create_index(
        *("ix_pattern_members_copy_of", "pattern_members", ["copy_of"]),
        sqlite_where=copies,
        postgresql_where=copies,
    )
    op.execute(
        """
        update pattern_members
           set voice = 'e' || (select t.enterprise_id from tickets t where t.id = pattern_members.ticket_id)
         where voice like 'p%' and exists (
               select 1 from tickets t where t.id = pattern_members.ticket_id and t.enterprise_id is not null)
        """
    )


    op.add_column(
        "pattern_members", sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        """
        update pattern_members set is_own = true where copy_of is not null and exists (
               select 1 from tickets t, tickets o
                where t.id = pattern_members.ticket_id and o.id = pattern_members.copy_of
                  and (t.enterprise_id = o.enterprise_id
                       or t.enterprise_id is null and o.enterprise_id is null and t.person_id = o.person_id))
        """
    )


def downgrade() -> None:
    op.drop_column("pattern_members", "is_own")
    op.drop_index("ix_pattern_members_copy_of", "pattern_members")
