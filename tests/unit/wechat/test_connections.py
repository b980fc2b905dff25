"""Connections are used again, never more than allowed, and none is lost whatever goes wrong."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx
import pytest

from bot.wechat.connections import Connections

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Keeper:
    """A server that keeps connections open: it counts them, and answers once it is let."""

    url: str = ""
    opened: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.open.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.asked += 1
                self.changed.set()
                await self.may_answer.wait()
                writer.write(OK)
                await writer.drain()
        self.open.discard(writer)
        self.changed.set()
        writer.close()

    async def until(self, is_true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_true():
                await self.changed.wait()
                self.changed.clear()


@contextlib.asynccontextmanager
async def keeping() -> AsyncIterator[Keeper]:
    keeper = Keeper()
    keeper.may_answer.set()
    server = await asyncio.start_server(keeper.talk, "127.0.0.1", 0)
    keeper.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        yield keeper
        for writer in list(keeper.open):
            writer.close()
        await keeper.until(lambda: not keeper.open)


Story = Callable[[httpx.AsyncClient, Keeper], Awaitable[None]]


def told(story: Story, *, most: int = 100, kept_open: float = 30.0) -> None:
    async def run() -> None:
        async with keeping() as keeper:
            connections = Connections(most=most, kept_open=kept_open)
            async with httpx.AsyncClient(transport=connections, timeout=httpx.Timeout(5, pool=0.05)) as http:
                await story(http, keeper)
            await keeper.until(lambda: not keeper.open)

    asyncio.run(run())


async def ask(http: httpx.AsyncClient, keeper: Keeper) -> str:
    return (await http.get(keeper.url)).text


def test_connection_is_used_again() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        assert [await ask(http, keeper) for _ in range(5)] == ["ok"] * 5
        assert keeper.opened == 1

    told(story)


def test_calls_at_once_have_a_connection_each_and_leave_them_to_the_next() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        for _ in range(3):
            assert await asyncio.gather(*(ask(http, keeper) for _ in range(20))) == ["ok"] * 20
        assert keeper.opened == 20

    told(story)


def test_connection_that_the_platform_has_closed_is_not_used() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        await ask(http, keeper)
        for writer in list(keeper.open):
            writer.close()
            await writer.wait_closed()
        await keeper.until(lambda: not keeper.open)
        assert await ask(http, keeper) == "ok"
        assert keeper.opened == 2

    told(story)


def test_connection_that_was_idle_too_long_is_not_used() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        assert [await ask(http, keeper) for _ in range(3)] == ["ok"] * 3
        assert keeper.opened == 3

    told(story, kept_open=-1.0)


def test_no_more_calls_at_once_than_allowed_and_waiting_has_an_end() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        keeper.may_answer.clear()
        slow = [asyncio.create_task(ask(http, keeper)) for _ in range(2)]
        await keeper.until(lambda: keeper.asked == 2)
        with pytest.raises(httpx.PoolTimeout):
            await ask(http, keeper)
        waiting = asyncio.create_task(ask(http, keeper))
        keeper.may_answer.set()
        assert await asyncio.gather(*slow, waiting) == ["ok"] * 3
        assert keeper.opened == 2

    told(story, most=2)


def test_cancelled_call_leaves_its_room_to_the_next() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        keeper.may_answer.clear()
        slow = asyncio.create_task(ask(http, keeper))
        await keeper.until(lambda: keeper.asked == 1)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        keeper.may_answer.set()
        assert [await ask(http, keeper) for _ in range(2)] == ["ok"] * 2
        assert keeper.opened == 2

    told(story, most=1)


def test_failed_call_leaves_its_room_to_the_next() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        keeper.may_answer.clear()
        with pytest.raises(httpx.ReadTimeout):
            await http.get(keeper.url, timeout=httpx.Timeout(5, read=0.01))
        with pytest.raises(httpx.ConnectError):
            await http.get("http://127.0.0.1:9/")
        keeper.may_answer.set()
        assert await ask(http, keeper) == "ok"

    told(story, most=1)


def test_answer_that_was_not_read_to_its_end_ends_its_connection() -> None:
    async def story(http: httpx.AsyncClient, keeper: Keeper) -> None:
        async with http.stream("GET", keeper.url):
            pass
        assert await ask(http, keeper) == "ok"
        assert keeper.opened == 2

    told(story, most=1)
