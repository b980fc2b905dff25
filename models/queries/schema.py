"""Whether the database has the tables this version needs."""

from functools import cache
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from models.session import core

MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"


def config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return settings


@cache
def newest() -> str | None:
    """Return the newest revision this version knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def is_current(session: Session) -> bool:
    """Whether the database is migrated to exactly this version's tables."""
    return MigrationContext.configure(core(session)).get_current_revision() == newest()
