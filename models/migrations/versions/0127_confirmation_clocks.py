"""Cases that were done before results had a clock get theirs: it started when they were resolved.

Revision ID: 0127
Revises: 0126
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from config import catalog
from models.rules.calendar import Calendar
from models.rules.clocks import due, explain, rule_behind
from models.tables.base import BigId, Moment

revision = "0127"
down_revision = "0126"
branch_labels = None
depends_on = None

_CLOCKS = sa.table(
    "clocks",
    sa.column("ticket_id", BigId),
    sa.column("name", sa.String),
    sa.column("started_at", Moment()),
    sa.column("due_at", Moment()),
    sa.column("source", sa.String),
    sa.column("explanation", sa.Text),
    sa.column("is_provisional", sa.Boolean),
    sa.column("warned", sa.Integer),
    sa.column("warn_at", Moment()),
    sa.column("calendar", sa.String),
)
_TICKETS = sa.table(
    "tickets",
    sa.column("id", BigId),
    sa.column("type", sa.String),
    sa.column("status", sa.String),
    sa.column("resolved_at", Moment()),
)
_NAME = "confirmation"
_AT_ONCE = 1000


def upgrade() -> None:
    running = sa.exists().where(
        _CLOCKS.c.ticket_id == _TICKETS.c.id, _CLOCKS.c.name == _NAME, sa.column("met_at").is_(None)
    )
    waiting = sa.select(_TICKETS.c.id, _TICKETS.c.type, _TICKETS.c.resolved_at).where(
        _TICKETS.c.status == "resolved", _TICKETS.c.resolved_at.is_not(None), ~running
    )
    found = op.get_bind().execute(waiting).all()
    for start in range(0, len(found), _AT_ONCE):
        op.bulk_insert(_CLOCKS, _rows((row[0], row[1], row[2]) for row in found[start : start + _AT_ONCE]))


def _rows(cases: Iterable[tuple[int, str, datetime]]) -> list[dict[str, Any]]:
    """Return their clocks. No calendar is named and the first look is due: the timers put right what is not."""
    calendar, rules, rows = Calendar(catalog.calendar_overrides()), catalog.clock_rules(), []
    for ticket_id, type_code, resolved_at in cases:
        rule = rule_behind(_NAME, type_code, resolved_at, rules)
        if rule is None:
            continue
        one = due(rule, resolved_at, calendar)
        rows.append(
            {
                "ticket_id": ticket_id,
                "name": _NAME,
                "started_at": resolved_at,
                "due_at": one.due_at,
                "source": one.rule_source,
                "explanation": explain(one),
                "is_provisional": one.is_provisional,
                "warned": 0,
                "warn_at": resolved_at,
                "calendar": "",
            }
        )
    return rows


def downgrade() -> None:
    """Nothing: they are clocks like those of cases resolved since, and end as those do."""
