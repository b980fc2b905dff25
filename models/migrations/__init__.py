"""Alembic's history, one for SQLite and PostgreSQL, and the function that brings a database to its end."""

from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect

from models.queries.schema import MIGRATIONS, newest
from models.session import Database
from models.tables import Base

if TYPE_CHECKING:
    from alembic.config import Config

_VERSION: Final = Table(
    "alembic_version",
    MetaData(naming_convention={"pk": "%(table_name)s_pkc"}),
    Column("version_num", String(32), primary_key=True),
)
"""Where Alembic keeps how far a database has come; as it makes this table itself."""


def config() -> "Config":
    """Return Alembic's configuration; there is no ini file."""
    from alembic.config import Config  # noqa: PLC0415 -- 14 MB that an empty database does not need

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return settings


def migrate(database: Database) -> None:
    """Bring the database to this version's tables. Doing it twice does nothing.

    An empty database is given them at once, without the history that leads there.
    """
    with database.migrating() as connection:
        if inspect(connection).get_table_names():
            _upgrade(connection)
        else:
            _found(connection)


def _found(connection: Connection) -> None:
    Base.metadata.create_all(connection, checkfirst=False)
    _VERSION.create(connection)
    connection.execute(_VERSION.insert().values(version_num=newest()))


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 -- see `config`

    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
