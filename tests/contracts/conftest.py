"""The API at the real application, on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.contracts.api.desk import Desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A desk on each kind of database in turn."""
    with Desk.open(database_url) as opened:
        yield opened


@pytest.fixture
def small_desk(sqlite_url: str) -> Iterator[Desk]:
    """A desk on SQLite only, for what has nothing to do with the database."""
    with Desk.open(sqlite_url) as opened:
        yield opened
