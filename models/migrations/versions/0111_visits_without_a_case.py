"""A visit can be announced to an enterprise that has no case: the call itself is the cause of its card.

Revision ID: 0111
Revises: 0095
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId

revision = "0111"
down_revision = "0095"
branch_labels = None
depends_on = None

_CAUSE = (
    "(ticket_id is not null and event_id is not null) or "
    "kind not in ('new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted', "
    "'media_lost', 'still_open', 'reckoned')"
)
_OF_A_CALL = " or (call_id is not null and (kind = 'call_announced' or kind = 'call_cancelled'))"
_RULES = {
    "to_one": "(ticket_id is null) <> (enterprise_id is null)",
    "event_of_ticket": "(ticket_id is null) = (event_id is null)",
    "enterprise_is_visited": "enterprise_id is null or (kind = 'visit' and state <> 'asked')",
}
_OPEN = sa.text("closed_at is null and enterprise_id is not null")
_CAUSED = sa.text("call_id is not null")


def upgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("ticket_id", existing_type=BigId, nullable=True)
        calls.alter_column("event_id", existing_type=BigId, nullable=True)
        calls.add_column(sa.Column("enterprise_id", BigId, nullable=True))
        calls.create_foreign_key(op.f("fk_calls_enterprise_id_enterprises"), "enterprises", ["enterprise_id"], ["id"])
        for name, rule in _RULES.items():
            calls.create_check_constraint(op.f(f"ck_calls_{name}"), rule)
    op.create_index(
        *("uq_calls_open_enterprise", "calls", ["enterprise_id"]),
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("call_id", BigId, nullable=True))
        outbox.create_foreign_key(op.f("fk_outbox_call_id_calls"), "calls", ["call_id"], ["id"])
        outbox.drop_constraint(op.f("ck_outbox_has_cause"), type_="check")
        outbox.create_check_constraint(op.f("ck_outbox_has_cause"), f"{_CAUSE}{_OF_A_CALL}")
    op.create_index("ix_outbox_call", "outbox", ["call_id"], sqlite_where=_CAUSED, postgresql_where=_CAUSED)


def downgrade() -> None:
    """What was about no case has no place any more: the visits that were announced so, and their messages."""
    op.execute("delete from reports where outbox_id in (select id from outbox where call_id is not null)")
    op.execute("delete from attempts where outbox_id in (select id from outbox where call_id is not null)")
    op.execute("delete from outbox where call_id is not null")
    op.execute("update verifications set call_id = null where call_id in (select id from calls where ticket_id is null)")
    op.execute("delete from calls where ticket_id is null")
    op.drop_index("ix_outbox_call", "outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_has_cause"), type_="check")
        outbox.drop_constraint(op.f("fk_outbox_call_id_calls"), type_="foreignkey")
        outbox.drop_column("call_id")
        outbox.create_check_constraint(op.f("ck_outbox_has_cause"), _CAUSE)
    op.drop_index("uq_calls_open_enterprise", "calls")
    with op.batch_alter_table("calls") as calls:
        for name in _RULES:
            calls.drop_constraint(op.f(f"ck_calls_{name}"), type_="check")
        calls.drop_constraint(op.f("fk_calls_enterprise_id_enterprises"), type_="foreignkey")
        calls.drop_column("enterprise_id")
        calls.alter_column("event_id", existing_type=BigId, nullable=False)
        calls.alter_column("ticket_id", existing_type=BigId, nullable=False)
