"""Fixtures for everybody: databases of both kinds, and the whole product beside its simulator."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from models.session import Database
from tests.databases import KINDS, postgres_maker, postgres_server, sqlite_maker
from tests.world import World

Makers = dict[str, Callable[[], str]]


@pytest.fixture(scope="session")
def _makers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Makers]:
    folder = tmp_path_factory.mktemp("databases")
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server(folder))
        yield {
            "sqlite": stack.enter_context(sqlite_maker(folder)),
            "postgresql": stack.enter_context(postgres_maker(server)),
        }


@pytest.fixture
def fresh_url(_makers: Makers) -> Makers:
    """What returns the URL of a fresh, migrated database, by its kind; for tests that need many."""
    return _makers


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, _makers: Makers) -> str:
    """A fresh, migrated database of each kind in turn."""
    return _makers[request.param]()


@pytest.fixture
def postgresql_url(_makers: Makers) -> str:
    """A fresh, migrated PostgreSQL database, for what only overlapping writers can show."""
    return _makers["postgresql"]()


@pytest.fixture
def sqlite_url(_makers: Makers) -> str:
    """A fresh, migrated SQLite file."""
    return _makers["sqlite"]()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A connected database of each kind in turn."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The product and the simulated platform, talking over HTTP, on each kind of database."""
    with World.running(database_url) as running:
        yield running


@pytest.fixture
def small_world(sqlite_url: str) -> Iterator[World]:
    """The same on SQLite only, for what has nothing to do with the database."""
    with World.running(sqlite_url) as running:
        yield running
