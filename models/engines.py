"""How a connection to each kind of database is made: drivers, patience, and what SQLite must be told.

The contract's URLs name async drivers; `sync_url` maps them to the drivers used.
"""

import sqlite3
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pydantic_core
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

PATIENCE: Final = timedelta(seconds=10)
_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-16384",
    "wal_autocheckpoint=8000",
    "temp_store=MEMORY",
)
"""FULL: an answered message survives a power cut. The log is copied back every 32 MB only, when pages
that were written again and again count once. What savepoints may have to take back stays in memory."""


COMPILED: Final[LRUCache[Any, Any]] = LRUCache(1000)
"""What every engine of the process has compiled: most statements are run by two, to write and to read."""
_DIALECTS: Final[dict[tuple[Any, ...], Dialect]] = {}
"""By name and version of the database. Statements are kept for one dialect, so that is shared, too."""


class BadAddress(ValueError):
    """The database's address cannot be meant."""


def sync_url(url: str) -> URL:
    """Return `url` with the synchronous driver for its database.

    Raises:
        BadAddress: the database is neither SQLite (on a file) nor PostgreSQL.
    """
    parsed = make_url(url)
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise BadAddress(f"LIAISON_DATABASE_URL names {parsed.get_backend_name()}; use sqlite or postgresql")
    if driver == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise BadAddress("LIAISON_DATABASE_URL must name a file: memory does not survive a restart")
    return parsed.set(drivername=driver)


def compiling_once(engine: Engine) -> Engine:
    """Have `engine` share what is compiled with the other engines on its kind of database, and return it.

    From its first connection on: then its dialect knows which version it speaks with.
    """

    @event.listens_for(engine, "connect")
    def _share(_connection: object, _record: object) -> None:
        known = (engine.dialect.name, engine.dialect.server_version_info)
        engine.dialect = _DIALECTS.setdefault(known, engine.dialect)

    return engine


def to_json(value: Any) -> str:
    """Return `value` as compact JSON text; a message takes several, so not by the slow way."""
    return pydantic_core.to_json(value).decode()


_NOTHING: Final[dict[None, None]] = {}


def _tell_what_is_plain() -> None:
    """Spare the driver a search, and an error it words and drops, for each None and each of our names."""
    sqlite3.register_adapter(type(None), _NOTHING.get)
    for names in StrEnum.__subclasses__():
        sqlite3.register_adapter(names, str.__str__)


def sqlite_engine(path: Path, *, begin: str, size: int, cache: int) -> Engine:
    """An engine on one file that must exist: a lost file is an error, not a new empty database.

    Each of `size` connections keeps up to `cache` KiB of pages.
    """
    _tell_what_is_plain()
    engine = create_engine(
        URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"}),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=PATIENCE.total_seconds(),
        json_serializer=to_json,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": PATIENCE.total_seconds()},
        execution_options={"compiled_cache": COMPILED},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's guess
        for pragma in (*_PRAGMAS, f"cache_size=-{cache}"):
            connection.execute(f"PRAGMA {pragma}").close()

        file = path.stat()
        record.info["file"] = (file.st_dev, file.st_ino)

    @event.listens_for(engine, "checkout")
    def _same_file(_connection: object, record: Any, _proxy: object) -> None:
        """An open handle goes on writing into a file that was moved away; such words would be lost."""
        try:
            now = path.stat()
        except OSError as error:
            raise DisconnectionError("the database file is gone") from error
        if record.info.get("file") != (now.st_dev, now.st_ino):
            raise DisconnectionError("the database file was replaced")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if driver.in_transaction:  # a commit that failed leaves its transaction open
            driver.rollback()
        connection.exec_driver_sql(begin)

    return compiling_once(engine)


def take_your_time(connection: Connection) -> None:
    """Let a connection's statements take as long as they take, until it goes back to its pool."""
    driver: Any = connection.connection.driver_connection
    driver.patience = None
