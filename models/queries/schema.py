"""Whether the database has the tables this version needs.

Read without Alembic, which every process would otherwise carry along to look at one row.
"""

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from models.session import core

MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"


@cache
def newest() -> str:
    """Return the newest revision this version knows: the number its file begins with."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def is_current(session: Session) -> bool:
    """Whether the database is migrated to exactly this version's tables."""
    try:
        found = core(session).execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError) as error:
        if "alembic_version" in str(error.orig):
            return False
        raise
    return found == newest()
