"""Alembic's history, one for SQLite and PostgreSQL, and the function that runs it."""

from alembic import command
from alembic.config import Config

from models.queries.schema import MIGRATIONS
from models.session import Database


def config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return settings


def migrate(database: Database) -> None:
    """Bring the database to this version's tables. Doing it twice does nothing."""
    settings = config()
    with database.migrating() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
