"""A helper's answer and the verdict on an appeal are clocks like all others, each with what it is about.

Revision ID: 0086
Revises: 0085
"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import BigId, Moment

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

_SUBJECT = "(name in ('co_handle', 'appeal')) = (subject_id is not null)"
_HAS_SUBJECT = sa.text("subject_id is not null")
_WAITING = "appealed_at is not null and decided_at is null"
_HELPING = "state in ('asked', 'joined')"
_OLD_KINDS = (
    "'new_ticket', 'followed_up', 'retyped', 'urged', 'withdrawn', 'accepted', 'replied', 'progressed', "
    "'resolved', 'confirmed', 'disputed', 'rebounded', 'registered', 'media', 'new_owner', 'raised', "
    "'call_announced', 'call_cancelled', 'call_missed', 'extended', 'not_extended', 'paused', 'resumed', "
    "'helped', 'declined', 'upheld', 'overturned', 'reassigned', 'written_off', 'colleague_acted', "
    "'media_lost'"
)
_KINDS = f"{_OLD_KINDS}, 'still_open', 'reckoned'"
_COLUMNS = (
    ("due_at", Moment()),
    ("source", sa.String(200)),
    ("explanation", sa.Text),
    ("is_provisional", sa.Boolean),
    ("told_late_at", Moment()),
)
_MOVE = """
INSERT INTO clocks (ticket_id, name, subject_id, started_at, due_at, met_at, source, explanation,
                    is_provisional, warned, warn_at, calendar)
SELECT ticket_id, '{name}', id, {began}, due_at, {met}, source, explanation, is_provisional,
       CASE WHEN told_late_at IS NULL THEN 0 ELSE 100 END,
       CASE WHEN told_late_at IS NULL AND {met} IS NULL THEN due_at END, ''
FROM {table} WHERE {which}
"""
_BACK = """
UPDATE {table} SET
    due_at = (SELECT max(due_at) FROM clocks WHERE name = '{name}' AND subject_id = {table}.id),
    source = (SELECT max(source) FROM clocks WHERE name = '{name}' AND subject_id = {table}.id),
    explanation = (SELECT max(explanation) FROM clocks WHERE name = '{name}' AND subject_id = {table}.id)
"""


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _has_cause(kinds: str) -> None:
    rule = f"kind not in ({kinds}) or (ticket_id is not null and event_id is not null)"
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("ck_outbox_has_cause"), type_="check")
        outbox.create_check_constraint(op.f("ck_outbox_has_cause"), rule)


def upgrade() -> None:
    whole = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE clocks ADD COLUMN subject_id {whole} CONSTRAINT ck_clocks_has_subject CHECK ({_SUBJECT})"
    )
    op.execute(
        _MOVE.format(
            name="co_handle",
            table="co_handlings",
            began="asked_at",
            met="answered_at",
            which=f"{_HELPING} or answered_at is not null",
        )
    )
    op.execute(
        _MOVE.format(
            name="appeal",
            table="declines",
            began="appealed_at",
            met="decided_at",
            which="appealed_at is not null",
        )
    )
    op.create_index(
        "ix_clocks_subject",
        "clocks",
        ["subject_id", "name"],
        sqlite_where=_HAS_SUBJECT,
        postgresql_where=_HAS_SUBJECT,
    )
    op.add_column("escalations", sa.Column("subject_id", BigId))
    op.drop_index("ix_co_handlings_due", "co_handlings")
    op.drop_index("ix_declines_due", "declines")
    op.drop_index("ix_declines_waiting", "declines")
    with op.batch_alter_table("declines") as declines:
        declines.drop_constraint(op.f("ck_declines_appeal_has_clock"), type_="check")
    for table in ("co_handlings", "declines"):
        with op.batch_alter_table(table) as changed:
            for column, _ in _COLUMNS:
                changed.drop_column(column)
    _index("ix_declines_waiting", "declines", ["ticket_id"], _WAITING)
    _has_cause(_KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM clocks WHERE name = 'confirmation'")
    _has_cause(_OLD_KINDS)
    op.drop_index("ix_declines_waiting", "declines")
    for table, name in (("co_handlings", "co_handle"), ("declines", "appeal")):
        with op.batch_alter_table(table) as changed:
            for column, kind in _COLUMNS:
                changed.add_column(sa.Column(column, kind))
        op.execute(_BACK.format(table=table, name=name))
    op.execute("UPDATE declines SET is_provisional = (due_at is null)")
    op.execute(
        "UPDATE co_handlings SET is_provisional = (due_at is null), due_at = coalesce(due_at, asked_at),"
        " source = coalesce(source, ''), explanation = coalesce(explanation, '')"
    )
    with op.batch_alter_table("co_handlings") as changed:
        for column, kind in _COLUMNS[:4]:
            changed.alter_column(column, existing_type=kind, nullable=False)
    with op.batch_alter_table("declines") as declines:
        declines.alter_column("is_provisional", existing_type=sa.Boolean, nullable=False)
        declines.create_check_constraint(
            op.f("ck_declines_appeal_has_clock"), "(appealed_at is null) = (due_at is null)"
        )
    _index("ix_declines_waiting", "declines", ["due_at"], _WAITING)
    _index("ix_declines_due", "declines", ["due_at"], f"{_WAITING} and told_late_at is null")
    _index(
        "ix_co_handlings_due",
        "co_handlings",
        ["due_at"],
        f"{_HELPING} and answered_at is null and told_late_at is null",
    )
    op.drop_column("escalations", "subject_id")
    op.drop_index("ix_clocks_subject", "clocks")
    op.execute("DELETE FROM clocks WHERE subject_id IS NOT NULL")
    with op.batch_alter_table("clocks") as clocks:
        clocks.drop_constraint(op.f("ck_clocks_has_subject"), type_="check")
        clocks.drop_column("subject_id")
