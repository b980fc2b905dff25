"""The echo service of the simulator's tests: one server for all, forgotten between them."""

from collections.abc import Iterator

import pytest
from wechatpy.crypto import WeChatCrypto

from tests.unit.simulator.desk import ACCOUNT, Echo, served


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
    _echo_server.crypto = WeChatCrypto(ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.app_id)
    return _echo_server
