"""Counts behind rates and wall chart, filled from the tickets there are.

Revision ID: 0121
Revises: 0120
"""

import sqlalchemy as sa
from alembic import op

from config import catalog
from models.tables.base import BigId, Moment

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None

_COUNTS = (
    *("open", "accepted", "resolved", "closed", "declined", "withdrawn", "merged"),
    *("confirmed", "written_off", "rebounded", "rated", "satisfied", "contacted", "in_time", "missed"),
    *("overdue", "red", "amber", "finished", "seconds"),
)
_STATUSES = _COUNTS[:7]
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in _COUNTS)
_NAMES = ", ".join(_COUNTS)

_DAY = {
    "sqlite": "CAST(strftime('%Y%m%d', {0}, '+8 hours') AS INTEGER)",
    "postgresql": "CAST(to_char({0} AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') AS INTEGER)",
}
_SECONDS = {
    "sqlite": "CAST((julianday(t.resolved_at) - julianday(t.created_at)) * 86400 AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM t.resolved_at - t.created_at)) AS BIGINT)",
}
_OTHERS = "('co_handle', 'appeal', 'confirmation')"


def _is(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def statements(dialect: str) -> list[str]:
    """Return what fills the counts from the tickets, on an empty `tallies`; `benchmarks` use it too."""
    day, owners = _DAY[dialect], f"name NOT IN {_OTHERS} AND subject_id IS NULL"
    broken = "due_at < coalesce(met_at, (SELECT until FROM tally_marks), started_at)"
    cities = " ".join(
        f"WHEN '{region.code}' THEN '{region.parent}'"
        for region in catalog.regions().values()
        if region.kind == "county"
    )
    counted = " || ' ' || ".join(
        f"CAST({name} AS TEXT)"
        for name in (
            *("c.type", "c.owner_id", "c.region", "c.stage", "c.finished_day"),
            *(f"c.{name}" for name in _COUNTS[:-2]),
            *("0", "c.seconds"),
        )
    )
    promises = f"""
        CREATE TEMPORARY TABLE tally_promises AS SELECT ticket_id,
            max({_is("name = 'first_contact' AND met_at IS NOT NULL")}) AS kept,
            max({_is(f"name = 'first_contact' AND {broken}")}) AS broken,
            max({_is(f"name IN ('result', 'answer', 'total') AND {broken}")}) AS late,
            max({_is(f"met_at IS NULL AND {broken}")}) AS red,
            max({_is("met_at IS NULL AND warned > 0")}) AS warned
        FROM clocks WHERE {owners} GROUP BY ticket_id"""
    done, out = "t.status IN ('resolved', 'closed')", "t.status IN ('withdrawn', 'merged')"
    work = "t.status IN ('open', 'accepted')"
    facts = {
        **{name: f"t.status = '{name}'" for name in _STATUSES},
        "confirmed": f"{done} AND t.confirmed_at IS NOT NULL",
        "written_off": f"NOT ({out}) AND (t.status = 'closed' OR t.rebounds > 0)",
        "rebounded": f"NOT ({out}) AND t.rebounds > 0",
        "rated": f"{done} AND t.rated_result IS NOT NULL",
        "satisfied": f"{done} AND t.rated_result IN ('satisfied', 'fairly')",
        "contacted": f"NOT ({out}) AND p.kept = 1",
        "in_time": f"NOT ({out}) AND p.kept = 1 AND p.broken = 0",
        "missed": f"NOT ({out}) AND p.kept = 0 AND p.broken = 1",
        "overdue": f"NOT ({out}) AND p.late = 1",
        "red": f"{work} AND p.red = 1",
        "amber": f"{work} AND p.red = 0 AND p.warned = 1",
    }
    columns = ", ".join(f"{_is(fact)} AS {name}" for name, fact in facts.items())
    finished = f"{done} AND t.resolved_at IS NOT NULL"
    tickets = f"""
        CREATE TEMPORARY TABLE tally_tickets AS SELECT t.id, t.type, t.owner_id, t.region,
            coalesce(e.stage, '-') AS stage, {day.format("t.created_at")} AS day, {columns},
            CASE WHEN {finished} THEN {day.format("t.resolved_at")} ELSE 0 END AS finished_day,
            CASE WHEN {finished} THEN {_SECONDS[dialect]} ELSE 0 END AS seconds
        FROM tickets t LEFT JOIN enterprises e ON e.id = t.enterprise_id
        LEFT JOIN tally_promises p ON p.ticket_id = t.id"""
    kept = _NAMES.replace("finished", "0 AS finished")
    flow = ", ".join("1" if name == "finished" else "0" for name in _COUNTS)
    cells = f"""
        CREATE TEMPORARY TABLE tally_cells AS SELECT type, owner_id, region, stage, day, {_SUMS} FROM (
            SELECT type, owner_id, region, stage, day, {kept} FROM tally_tickets UNION ALL
            SELECT type, owner_id, region, stage, finished_day, {flow} FROM tally_tickets
            WHERE finished_day > 0) AS c GROUP BY type, owner_id, region, stage, day"""
    city = f"CASE region {cities} ELSE region END"
    spans = {
        "month": ("0", city, "day / 100 * 100 + 1", "stage"),
        "day": ("0", city, "day", "stage"),
        "place": ("0", "region", "day", "stage"),
        "owner": ("owner_id", "region", "0", "''"),
        "desk": ("owner_id", "region", "day", "stage"),
    }
    return [
        promises,
        "CREATE INDEX ix_tally_promises ON tally_promises (ticket_id)",
        tickets,
        f"UPDATE tickets SET counted = {counted} FROM tally_tickets AS c WHERE c.id = tickets.id",
        cells,
        *(
            f"INSERT INTO tallies (span, owner_id, region, day, type, stage, {_NAMES}) "
            f"SELECT '{span}', o, r, d, type, s, {_SUMS} FROM (SELECT {owner} AS o, {region} AS r, "
            f"{when} AS d, type, {stage} AS s, {_NAMES} FROM tally_cells) AS c "
            "GROUP BY o, r, d, type, s ORDER BY o, r, d, type, s"
            for span, (owner, region, when, stage) in spans.items()
        ),
        *(f"DROP TABLE {name}" for name in ("tally_cells", "tally_tickets", "tally_promises")),
    ]


def _counts() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in _COUNTS]


def upgrade() -> None:
    op.add_column("tickets", sa.Column("counted", sa.String(200), nullable=True))
    op.create_table(
        "tallies",
        sa.Column("span", sa.String(5), nullable=False),
        sa.Column("owner_id", BigId, autoincrement=False, nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        *_counts(),
        sa.CheckConstraint("span in ('month', 'day', 'place', 'owner', 'desk')", name=op.f("ck_tallies_span")),
        sa.PrimaryKeyConstraint(
            *("span", "owner_id", "region", "day", "type", "stage"), name=op.f("pk_tallies")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally_changes",
        sa.Column("id", BigId, nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("owner_id", BigId, nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("stage", sa.String(8), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        *_counts(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_changes")),
    )
    op.create_table(
        "tally_marks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_marks")),
    )
    rang = sa.text("rang_at is not null")
    op.create_index("ix_outbox_rang_day", "outbox", ["rang_at"], sqlite_where=rang, postgresql_where=rang)
    op.create_index("ix_visits_day", "visits", ["day"])
    op.create_index("ix_calls_begins", "calls", ["begins_at"])
    # The last that happened is certainly past, whatever clock the installation goes by.
    op.execute("INSERT INTO tally_marks (id, until) SELECT 1, max(at) FROM events HAVING count(*) > 0")
    for statement in statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    op.drop_index("ix_calls_begins", "calls")
    op.drop_index("ix_visits_day", "visits")
    op.drop_index("ix_outbox_rang_day", "outbox")
    op.drop_table("tally_marks")
    op.drop_table("tally_changes")
    op.drop_table("tallies")
    op.drop_column("tickets", "counted")
