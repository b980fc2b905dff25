"""A large model's endpoint on a port of this machine, which behaves as a test wants, and what it was asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from tests.serving import Loop

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request: its first line, its headers by lower-case name, and its body as it came."""

    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def letter(self) -> str:
        """What stood in the question as the message of somebody."""
        said = json.loads(self.json["messages"][-1]["content"])
        assert list(said) == ["来信"]
        return str(said["来信"])


@dataclass
class Endpoint:
    """Answers each question as `behave` does; `asked` are the questions so far."""

    loop: Loop
    behave: Behaviour
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @classmethod
    @contextmanager
    def open(cls, behave: Behaviour) -> Iterator[Self]:
        loop = Loop()
        endpoint = cls(loop, behave)
        server = loop.run(endpoint._listen())
        try:
            yield endpoint
        finally:
            loop.run(_close(server))
            loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def letters(self) -> list[str]:
        return [each.letter for each in self.asked]

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line, *rest = head.rstrip().split("\r\n")
            headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in rest)}
            body = await reader.readexactly(int(headers["content-length"]))
            self.asked.append(Asked(line, headers, body))
            await self.behave(reader, writer)
        writer.close()


async def _close(server: asyncio.Server) -> None:
    server.close()


def raw(answer: bytes) -> Behaviour:
    """Answer these bytes, whatever was asked."""

    async def behave(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return behave


def http(body: bytes, status: str = "200 OK", *headers: str) -> Behaviour:
    """Answer with a body and a status."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return raw("\r\n".join(lines).encode() + body)


def says(content: Any) -> Behaviour:
    """Answer as an OpenAI-compatible endpoint whose model writes this."""
    return http(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode())


def names(code: str) -> Behaviour:
    """Answer rightly in form: this is the type."""
    return says(json.dumps({"type": code}))


def drips(first: bytes) -> Behaviour:
    """Answer this and then a byte every few milliseconds, so that no single read is slow, until they hang up."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not reader.at_eof():
            writer.write(b" ")
            await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(65536), timeout=0.02)

    return behave


async def mute(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await reader.read()
