"""The last checks on the way of every message that ask a list compare, too: SQLite makes two pages for each.

Revision ID: 0198
Revises: 0197
"""

from alembic import op

revision = "0198"
down_revision = "0197"
branch_labels = None
depends_on = None

_RATINGS = ("satisfied", "fairly", "dissatisfied")
_LEVELS = (0, 50, 80, 100)


def _listed(column: str, values: tuple[str | int, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


def _compared(column: str, values: tuple[str | int, ...]) -> str:
    return " or ".join(f"{column} = {value!r}" for value in values)


def _become(table: str, **rules: str) -> None:
    with op.batch_alter_table(table) as changed:
        for name, rule in rules.items():
            changed.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            changed.create_check_constraint(op.f(f"ck_{table}_{name}"), rule)


def upgrade() -> None:
    rated = {name: _compared(name, _RATINGS) for name in ("rated_result", "rated_attitude")}
    _become("tickets", **rated)
    _become("clocks", warned=_compared("warned", _LEVELS))


def downgrade() -> None:
    rated = {name: _listed(name, _RATINGS) for name in ("rated_result", "rated_attitude")}
    _become("tickets", **rated)
    _become("clocks", warned=_listed("warned", _LEVELS))
