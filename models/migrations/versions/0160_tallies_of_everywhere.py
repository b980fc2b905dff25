"""Sums of everything: of a region over all days, of all regions by day and month, of one owner.

What the wall chart and the rates of the whole province read shrinks to a fifteenth and less.

Revision ID: 0160
Revises: 0141
"""

from alembic import op

revision = "0160"
down_revision = "0157"
branch_labels = None
depends_on = None

_COUNTS = (
    *("open", "accepted", "resolved", "closed", "declined", "withdrawn", "merged"),
    *("confirmed", "written_off", "rebounded", "rated", "satisfied", "contacted", "in_time", "missed"),
    *("overdue", "red", "amber", "finished", "seconds"),
)
_NAMES = ", ".join(_COUNTS)
_SUMS = ", ".join(f"sum({name})" for name in _COUNTS)
_BEFORE = ("month", "day", "place", "owner", "desk")
_NOW = ("whole", "month", "day", "place", "hand", "owner", "desk")


def statements(_dialect: str) -> list[str]:
    """Return what makes the new sums of those there are; `benchmarks` use it too."""
    made = (
        ("whole", "place", "0, region, 0, type, stage"),
        ("month", "month", "0, '', day, type, stage"),
        ("day", "day", "0, '', day, type, stage"),
        ("hand", "owner", "owner_id, '', 0, '', ''"),
    )
    grouped = {"whole": "region, type, stage", "month": "day, type, stage", "day": "day, type, stage", "hand": "owner_id"}
    return [
        f"INSERT INTO tallies (span, owner_id, region, day, type, stage, {_NAMES}) "
        f"SELECT '{span}', {row}, {_SUMS} FROM tallies WHERE span = '{source}' GROUP BY {grouped[span]}"
        for span, source, row in made
    ]


def _spans(rule: str) -> None:
    with op.batch_alter_table("tallies", table_kwargs={"sqlite_with_rowid": False}) as tallies:
        tallies.drop_constraint(op.f("ck_tallies_span"), type_="check")
        tallies.create_check_constraint(op.f("ck_tallies_span"), rule)


def upgrade() -> None:
    _spans(" or ".join(f"span = '{span}'" for span in _NOW))
    for statement in statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM tallies WHERE region = '' OR span = 'whole'")
    _spans(f"span in ({', '.join(repr(span) for span in _BEFORE)})")
