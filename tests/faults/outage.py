"""Take a database away under a running service, and give it back."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url

from models.session import sync_url

SIDES = ("", "-wal", "-shm")
"""A SQLite database is up to three files."""


@contextmanager
def gone(database_url: str) -> Iterator[None]:
    """Nobody reaches the database inside: PostgreSQL refuses it, SQLite's file is moved elsewhere."""
    with moved_away(database_url) if _is_sqlite(database_url) else _refused(database_url):
        yield


@contextmanager
def moved_away(database_url: str) -> Iterator[None]:
    """Inside, a SQLite file is elsewhere and a folder has its place; afterwards the very same file is back."""
    path = _path(database_url)
    for side in SIDES:
        if Path(f"{path}{side}").exists():
            Path(f"{path}{side}").rename(f"{path}{side}.away")
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        for side in SIDES:
            if Path(f"{path}{side}.away").exists():
                Path(f"{path}{side}.away").rename(f"{path}{side}")


@contextmanager
def restored_from_a_copy(database_url: str) -> Iterator[None]:
    """Inside, a SQLite file is removed; afterwards a copy of it is there, as from a backup."""
    path = _path(database_url)
    backup = path.with_suffix(".backup")
    backup.mkdir()
    for side in SIDES:
        if Path(f"{path}{side}").exists():
            shutil.copyfile(f"{path}{side}", backup / f"db{side}")
            Path(f"{path}{side}").unlink()
    try:
        yield
    finally:
        for side in SIDES:
            if (backup / f"db{side}").exists():
                (backup / f"db{side}").replace(f"{path}{side}")


@contextmanager
def _refused(database_url: str) -> Iterator[None]:
    name = make_url(database_url).database
    admin = create_engine(sync_url(database_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        try:
            yield
        finally:
            connection.exec_driver_sql(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    admin.dispose()


def _is_sqlite(database_url: str) -> bool:
    return make_url(database_url).get_backend_name() == "sqlite"


def _path(database_url: str) -> Path:
    return Path(make_url(database_url).database or "")
