"""Nobody is disturbed without cause: quiet hours, budgets, what rang, and a cause for every message.

Revision ID: 0060
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from models.tables.base import BigId, Moment

revision = "0060"
down_revision = "0050"
branch_labels = None
depends_on = None

_STATES = ("pending", "sending", "sent", "parked", "dead", "retracted")
_OF_A_CASE = (
    "'new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted'"
)
_CHECKS = {
    "has_cause": f"kind not in ({_OF_A_CASE}) or (ticket_id is not null and event_id is not null)",
    "has_visit": "kind <> 'visited' or visit_id is not null",
    "rang_for_somebody": "rang_for is null or rang_at is not null",
}
_INDEXES = {
    "ix_outbox_held": (["due_at"], "state = 'held'"),
    "ix_outbox_rang_for": (["rang_for", "rang_at"], "rang_for is not null"),
    "ix_outbox_rang": (["person_id", "rang_at"], "rang_at is not null and rang_for is null"),
}
_PARKED, _WAITS = "state = 'parked'", "state in ('parked', 'held')"
_VISIT_OF = {
    "sqlite": "json_extract(payload, '$.visit')",
    "postgresql": "(payload->>'visit')::bigint",
}


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "outbox", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.create_table(
        "courtesies",
        sa.Column("enterprise_id", BigId, nullable=False),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_to", sa.Integer),
        sa.Column("budget", sa.Integer),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("person_id", BigId),
        sa.Column("key_id", BigId),
        sa.CheckConstraint("(quiet_from is null) = (quiet_to is null)", name=op.f("ck_courtesies_quiet_whole")),
        sa.CheckConstraint("quiet_from between 0 and 1439", name=op.f("ck_courtesies_quiet_from_in_day")),
        sa.CheckConstraint("quiet_to between 0 and 1439", name=op.f("ck_courtesies_quiet_to_in_day")),
        sa.CheckConstraint("budget between 0 and 20", name=op.f("ck_courtesies_budget")),
        sa.CheckConstraint("(person_id is null) <> (key_id is null)", name=op.f("ck_courtesies_changed_by_one")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprises.id"], name=op.f("fk_courtesies_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_courtesies_person_id")),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name=op.f("fk_courtesies_key_id")),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_courtesies")),
    )
    _outbox()
    op.drop_index("ix_outbox_parked", "outbox")
    _index("ix_outbox_parked", ["person_id"], _WAITS)
    for name, (columns, where) in _INDEXES.items():
        _index(name, columns, where)


def _outbox() -> None:
    with op.batch_alter_table("outbox") as outbox:
        for column, target in (("visit_id", "visits"), ("rang_for", "enterprises")):
            outbox.add_column(sa.Column(column, BigId))
            outbox.create_foreign_key(op.f(f"fk_outbox_{column}"), target, [column], ["id"])
        outbox.add_column(sa.Column("rang_at", Moment()))
    visit = _VISIT_OF[op.get_bind().dialect.name]
    op.execute(f"UPDATE outbox SET visit_id = {visit} WHERE kind = 'visited'")
    with op.batch_alter_table("outbox") as outbox:
        _states(outbox, *_STATES, "held")
        for name, rule in _CHECKS.items():
            outbox.create_check_constraint(op.f(f"ck_outbox_{name}"), rule)


def _states(outbox: BatchOperations, *states: str) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    outbox.drop_constraint(op.f("ck_outbox_state"), type_="check")
    outbox.create_check_constraint(op.f("ck_outbox_state"), f"state in ({listed})")


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "outbox")
    op.drop_index("ix_outbox_parked", "outbox")
    op.execute("UPDATE outbox SET state = 'pending', reason = NULL WHERE state = 'held'")
    with op.batch_alter_table("outbox") as outbox:
        for name in _CHECKS:
            outbox.drop_constraint(op.f(f"ck_outbox_{name}"), type_="check")
        _states(outbox, *_STATES)
    with op.batch_alter_table("outbox") as outbox:
        for column in ("visit_id", "rang_for"):
            outbox.drop_constraint(op.f(f"fk_outbox_{column}"), type_="foreignkey")
        for column in ("visit_id", "rang_for", "rang_at"):
            outbox.drop_column(column)
    _index("ix_outbox_parked", ["person_id"], _PARKED)
    op.drop_table("courtesies")
