"""A real HTTP server of thirty lines: it records requests and answers as told, badly if told so."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """What arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back; `reset` drops the connection instead, `hang` never answers, `short` promises more."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    hang: bool = False
    short: bool = False


Answer = Callable[[Request], Reply]


def as_json(value: object, content_type: str = "text/plain") -> Reply:
    """Return `value` as the platform sends JSON: with any Content-Type but the right one."""
    return Reply(json.dumps(value, ensure_ascii=False).encode(), headers={"content-type": content_type})


@dataclass(frozen=True)
class Server:
    """A running server: its address and what arrived so far."""

    base: str
    requests: list[Request]

    def bodies(self, path: str) -> list[Any]:
        """Return the JSON bodies that arrived at `path`."""
        return [json.loads(request.body) for request in self.requests if request.path == path]

    def count(self, path: str) -> int:
        """Return how many requests arrived at `path`."""
        return sum(request.path == path for request in self.requests)


@contextlib.asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    """Serve `answer` on a free port of this machine."""
    requests: list[Request] = []
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _received(reader)
        requests.append(request)
        await _send(writer, answer(request))

    def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(talk(reader, writer)))

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield Server(f"http://127.0.0.1:{port}", requests)
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [error for error in done if isinstance(error, Exception)] == []


async def _received(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    try:
        if reply.hang:
            await asyncio.Event().wait()
        if not reply.reset:
            length = len(reply.body) + reply.short
            headers = {"content-length": str(length), "connection": "close", **reply.headers}
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"HTTP/1.1 {reply.status} -\r\n{lines}\r\n".encode() + reply.body)
            await writer.drain()
    except ConnectionError:
        writer.transport.abort()  # the client had heard enough
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
