"""Connections to the platform, kept open between calls.

httpx's own pool looks at all its connections several times a call: with sixty calls at once that is three
quarters of the work of sending a message. Here a call takes the connection that was used last.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, final

import httpcore
import httpx

KEPT_OPEN: Final = 30.0
"""Seconds that an unused connection stays open. The platform may close it sooner, which is noticed."""

_IN_WORDS_OF_HTTPX: Final[Mapping[type[Exception], type[httpx.TransportError]]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
}
_Origin = tuple[bytes, bytes, int | None]


@final
class Connections(httpx.AsyncBaseTransport):
    """At most `most` connections at once; whoever finds none free waits as long as the pool timeout says."""

    def __init__(self, *, most: int, kept_open: float = KEPT_OPEN) -> None:
        self._kept_open = kept_open
        self._tls = _trusted()
        self._room = asyncio.Semaphore(most)
        self._idle: dict[_Origin, list[httpcore.AsyncHTTPConnection]] = {}
        self._all: set[httpcore.AsyncHTTPConnection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its connection is free again once the answer is closed."""
        url = request.url
        origin = (url.raw_scheme, url.raw_host, url.port)
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=origin[0], host=origin[1], port=origin[2], target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        await self._wait_for_room(request.extensions.get("timeout", {}).get("pool"))
        connection, stale = self._take(origin, asked.url.origin)
        try:
            for each in stale:
                await each.aclose()
            with _in_words_of_httpx():
                answer = await connection.handle_async_request(asked)
        except BaseException:
            await self._close(connection)
            raise
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, lambda: self._give_back(origin, connection)),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        for connection in list(self._all):
            await connection.aclose()
        self._all.clear()
        self._idle.clear()

    async def _wait_for_room(self, seconds: float | None) -> None:
        if not self._room.locked():
            await self._room.acquire()
            return
        try:
            async with asyncio.timeout(seconds):
                await self._room.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no connection became free") from None

    def _take(
        self, origin: _Origin, where: httpcore.Origin
    ) -> tuple[httpcore.AsyncHTTPConnection, list[httpcore.AsyncHTTPConnection]]:
        """Return the connection used last, or a new one, and those that the platform has closed meanwhile."""
        idle = self._idle.setdefault(origin, [])
        stale: list[httpcore.AsyncHTTPConnection] = []
        while idle:
            connection = idle.pop()
            if not connection.has_expired():
                return connection, stale
            self._all.discard(connection)
            stale.append(connection)
        connection = httpcore.AsyncHTTPConnection(
            where, ssl_context=self._tls, keepalive_expiry=self._kept_open
        )
        self._all.add(connection)
        return connection, stale

    async def _give_back(self, origin: _Origin, connection: httpcore.AsyncHTTPConnection) -> None:
        """Keep a connection whose answer was read to its end; close any other."""
        if connection.is_idle():
            self._idle[origin].append(connection)
            self._room.release()
        else:
            await self._close(connection)

    async def _close(self, connection: httpcore.AsyncHTTPConnection) -> None:
        self._all.discard(connection)
        self._room.release()
        await connection.aclose()


class _Body(httpx.AsyncByteStream):
    """The body of an answer; whoever closes it, as httpx does once, sets its connection free."""

    def __init__(self, stream: Any, free: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._free = free

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _in_words_of_httpx():
            async for part in self._stream:
                yield part

    async def aclose(self) -> None:
        try:
            with _in_words_of_httpx():
                await self._stream.aclose()
        finally:
            await self._free()


@cache
def _trusted() -> ssl.SSLContext:
    """Whom a process trusts: reading all authorities takes longer than a message does."""
    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def _in_words_of_httpx() -> Iterator[None]:
    try:
        yield
    except tuple(_IN_WORDS_OF_HTTPX) as error:
        raise _IN_WORDS_OF_HTTPX[type(error)](str(error)) from error
