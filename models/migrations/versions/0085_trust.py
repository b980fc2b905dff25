"""What a supervisor found out about a caller has a cause too: the question of whoever reported them.

Revision ID: 0085
Revises: 0080
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0085"
down_revision = "0080"
branch_labels = None
depends_on = None

_LEAD_OF = {"sqlite": "json_extract(payload, '$.number')", "postgresql": "payload->>'number'"}
_HAS_QUESTION = "kind <> 'lead_decided' or verification_id is not null"
_HAS_TICKET = "outcome not in ('ticket', 'follow_up') or ticket_id is not null"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("verification_id", BigId))
        outbox.create_foreign_key(
            op.f("fk_outbox_verification_id"), "verifications", ["verification_id"], ["id"]
        )
    lead = _LEAD_OF[op.get_bind().dialect.name]
    op.execute(
        "UPDATE outbox SET verification_id = (SELECT max(asked.id) FROM verifications AS asked "
        f"WHERE asked.person_id = outbox.person_id AND CAST(asked.lead_id AS varchar) = {lead}) "
        "WHERE kind = 'lead_decided'"
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.create_check_constraint(op.f("ck_outbox_has_question"), _HAS_QUESTION)
    op.execute(
        "UPDATE inbox SET ticket_id = (SELECT min(said.ticket_id) FROM messages AS said WHERE said.inbox_id = inbox.id) "
        f"WHERE NOT ({_HAS_TICKET})"
    )
    op.execute(f"UPDATE inbox SET outcome = NULL WHERE NOT ({_HAS_TICKET})")
    with op.batch_alter_table("inbox") as inbox:
        inbox.create_check_constraint(op.f("ck_inbox_has_ticket"), _HAS_TICKET)


def downgrade() -> None:
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_constraint(op.f("ck_inbox_has_ticket"), type_="check")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_has_question"), type_="check")
        outbox.drop_constraint(op.f("fk_outbox_verification_id"), type_="foreignkey")
        outbox.drop_column("verification_id")
