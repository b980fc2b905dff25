"""The checks that every message meets ask by comparisons: a list costs SQLite a table for each row.

Revision ID: 0095
Revises: 0090
"""

from alembic import op

revision = "0095"
down_revision = "0090"
branch_labels = None
depends_on = None

_STATUSES = ("open", "accepted", "resolved", "closed", "declined", "withdrawn", "merged")
_TYPES = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")
_STATES = ("pending", "sending", "sent", "held", "parked", "dead", "retracted")
_OF_A_CASE = (
    "kind not in ('new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted', "
    "'media_lost', 'still_open', 'reckoned')"
)
_CAUSE = "(ticket_id is not null and event_id is not null)"


def _listed(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


def _compared(column: str, values: tuple[str, ...]) -> str:
    return " or ".join(f"{column} = '{value}'" for value in values)


def _become(table: str, **rules: str) -> None:
    with op.batch_alter_table(table) as changed:
        for name, rule in rules.items():
            changed.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            changed.create_check_constraint(op.f(f"ck_{table}_{name}"), rule)


def upgrade() -> None:
    _become("tickets", status=_compared("status", _STATUSES), type=_compared("type", _TYPES))
    _become("outbox", state=_compared("state", _STATES), has_cause=f"{_CAUSE} or {_OF_A_CASE}")


def downgrade() -> None:
    _become("tickets", status=_listed("status", _STATUSES), type=_listed("type", _TYPES))
    _become("outbox", state=_listed("state", _STATES), has_cause=f"{_OF_A_CASE} or {_CAUSE}")
