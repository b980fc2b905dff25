"""One signed post. The address that a name leads to is judged at the moment we connect to it.

Judging it before would leave the name time to lead elsewhere. Redirects are not followed, and of the answer
only the status is read.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpcore

from models.rules.webhooks import Openness, UrlRefused, check_url, is_public

WHOLE: Final = 15.0
"""Seconds that a post may take from the look-up of the name to the status."""

_TIMEOUTS: Final = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 5.0}
_HEADERS: Final = {b"content-type": b"application/json", b"user-agent": b"liaison-webhooks/1"}
_Options = Iterable[Any] | None


class Guarded(httpcore.AsyncNetworkBackend):
    """Connects to public addresses only, unless private ones are allowed too."""

    def __init__(self, openness: Openness) -> None:
        self._openness = openness
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's own
        local_address: str | None = None,
        socket_options: _Options = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the name's addresses that may be and that answers.

        Raises:
            UrlRefused: the name leads to private addresses only.
            httpcore.ConnectError: no address answers, or there is none.
        """
        last: Exception = UrlRefused("no private address")
        for address in await self._addresses(host, port):
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError as error:
                last = error
        raise last

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise httpcore.ConnectError("no such name") from None
        addresses = dict.fromkeys(str(each[4][0]) for each in found)
        return [each for each in addresses if self._openness.private or is_public(each)]


class Poster:
    """Posts, each on a connection of its own unless one is open to that receiver."""

    def __init__(self, openness: Openness, *, tls: ssl.SSLContext | None = None) -> None:
        self._openness = openness
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=32,
            keepalive_expiry=10.0,
            network_backend=Guarded(openness),
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int | str:
        """Return the status that was answered, or in a word what went wrong before there was any."""
        sent = {**_HEADERS, **{name.encode(): value.encode() for name, value in headers.items()}}
        try:
            check_url(url, self._openness)
            async with asyncio.timeout(WHOLE), self._pool.stream(
                "POST", url, headers=list(sent.items()), content=body, extensions={"timeout": _TIMEOUTS}
            ) as answer:  # fmt: skip
                return int(answer.status)
        except UrlRefused as refused:
            return f"refused: {refused}"
        except TimeoutError:
            return "timeout"
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            return type(error).__name__
        except (OSError, ssl.SSLError, httpcore.UnsupportedProtocol) as error:
            return type(error).__name__

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
