"""Who sent a picture that could not be fetched is asked for it again, with the case as its cause.

Revision ID: 0070
Revises: 0060
"""

from alembic import op

revision = "0070"
down_revision = "0060"
branch_labels = None
depends_on = None

_OF_A_CASE = (
    "'new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted'"
)


def _rule(kinds: str) -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_has_cause"), type_="check")
        outbox.create_check_constraint(
            op.f("ck_outbox_has_cause"),
            f"kind not in ({kinds}) or (ticket_id is not null and event_id is not null)",
        )


def upgrade() -> None:
    _rule(f"{_OF_A_CASE}, 'media_lost'")


def downgrade() -> None:
    _rule(_OF_A_CASE)
