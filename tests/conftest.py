"""Fixtures for everybody: databases of both kinds, and the whole product beside its simulator."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.collector import spare_the_collector
from models.queries import proof, stretches
from models.session import Database
from tests.databases import KINDS, PostgresDatabases, SqliteFiles, postgres_server, roomy
from tests.world import World

Makers = Mapping[str, Callable[[], str]]
Databases = Mapping[str, SqliteFiles | PostgresDatabases]


CHROMIUM = Path("/usr/bin/chromium")
MISSING = "chromium is missing (apt-get install chromium fonts-noto-cjk)"


def pytest_configure() -> None:
    """Under CI nothing may be left out."""
    if os.environ.get("CI") == "true" and not CHROMIUM.exists():
        raise pytest.UsageError(MISSING)


def pytest_collection_finish() -> None:
    """Have the collector look no more at thousands of collected tests and all they import."""
    spare_the_collector()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if not CHROMIUM.exists():
        terminalreporter.write_line(f"tests/browser is left out: {MISSING}")


@pytest.fixture(scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("databases")
    with postgres_server(folder) as server, roomy(folder) as files:
        made = {"sqlite": SqliteFiles(files), "postgresql": PostgresDatabases(server)}
        yield made
        for each in made.values():
            each.close()


@pytest.fixture
def fresh_url(_databases: Databases) -> Iterator[Makers]:
    """What returns the URL of a fresh, migrated database, by its kind; for tests that need many."""
    yield {kind: each.fresh for kind, each in _databases.items()}
    for each in _databases.values():
        each.give_back()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, fresh_url: Makers) -> str:
    """A fresh, migrated database of each kind in turn."""
    return fresh_url[request.param]()


@pytest.fixture
def postgresql_url(fresh_url: Makers) -> str:
    """A fresh, migrated PostgreSQL database, for what only overlapping writers can show."""
    return fresh_url["postgresql"]()


@pytest.fixture
def sqlite_url(fresh_url: Makers) -> str:
    """A fresh, migrated SQLite file."""
    return fresh_url["sqlite"]()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A connected database of each kind in turn."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The product and the simulated platform, talking over HTTP, on each kind of database.

    Whatever happens in a story, every chain is whole at its end.
    """
    with World.running(database_url) as running:
        yield running
        running.stop_worker()
        assert proof.verify(running.database).flaws == []
        with running.database.reading() as session:
            assert list(stretches.flaws(session, running.clock())) == []
