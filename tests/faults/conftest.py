"""Fixtures for bad days: the product in processes of its own, beside the simulated platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.faults.site import Site


@pytest.fixture(autouse=True, scope="session")
def _plain_tracebacks() -> Iterator[None]:
    """Worlds in this process print plain tracebacks: drawing one with all its locals takes a second."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])
    yield
    structlog.reset_defaults()


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A place for processes, on each kind of database."""
    with Site.open(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def sqlite_site(sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """The same on SQLite only, for what has nothing to do with the database."""
    with Site.open(sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def postgres_site(postgresql_url: str, tmp_path: Path) -> Iterator[Site]:
    """The same on PostgreSQL only, for what needs writers that overlap."""
    with Site.open(postgresql_url, tmp_path) as opened:
        yield opened
