"""Alembic's history, one for SQLite and PostgreSQL, and the function that runs it."""

from alembic import command

from models.queries.schema import config
from models.session import Database


def migrate(database: Database) -> None:
    """Bring the database to this version's tables. Doing it twice does nothing."""
    settings = config()
    with database.migrating() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
