"""The echo service of the simulator's tests: one server for all, forgotten between them."""

from collections.abc import Iterator

import pytest

from tests.unit.simulator.desk import Echo, served


@pytest.fixture(scope="session")
def _echo_server() -> Iterator[Echo]:
    echo = Echo()
    with served(echo.app()) as url:
        echo.url = url
        yield echo


@pytest.fixture
def echo(_echo_server: Echo) -> Echo:
    """The account's server, with nothing scripted and nothing seen."""
    _echo_server.script.clear()
    _echo_server.seen.clear()
    _echo_server.queries.clear()
    return _echo_server
