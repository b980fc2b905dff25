"""What both sides hear of merging and secrecy cannot be stored without its cause.

Revision ID: 0181
Revises: 0180
"""

from alembic import op

revision = "0181"
down_revision = "0180"
branch_labels = None
depends_on = None

_KINDS = (
    "'new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted', "
    "'media_lost', 'still_open', 'reckoned', 'patch_asked', 'patch_changed'"
)
_NEW = ", 'merged', 'separated', 'shielded'"


def _has_cause(kinds: str) -> None:
    rule = (
        f"(ticket_id is not null and event_id is not null) or kind not in ({kinds})"
        " or (call_id is not null and (kind = 'call_announced' or kind = 'call_cancelled'))"
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_has_cause"), type_="check")
        outbox.create_check_constraint(op.f("ck_outbox_has_cause"), rule)


def upgrade() -> None:
    _has_cause(_KINDS + _NEW)


def downgrade() -> None:
    _has_cause(_KINDS)
