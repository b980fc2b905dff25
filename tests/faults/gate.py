"""A gate between the platform and the product: open, held, shut (nobody answers), mute, babbling, or dripping."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from tests.faults.processes import free_port
from tests.serving import Loop


@dataclass
class Gate:
    """Forwards TCP connections to `target`, a port of this machine, until told otherwise.

    With `babble` set every connection is answered with these bytes, whatever it asked; `mute` lets
    connections in and never answers; `drips` answers a byte at a time, so that no single read is slow.
    """

    loop: Loop
    target: int = 0
    port: int = field(default_factory=free_port)
    babble: bytes | None = None
    mute: bool = False
    drips: bool = False
    visits: int = 0
    _held: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where one side believes the other to be."""
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Let connections in."""
        self._held.set()
        self.loop.run(self._listen())

    def change(self, *, babble: bytes | None = None, mute: bool = False, drips: bool = False) -> None:
        """Behave otherwise from now on, also to those who came in before."""
        self.shut()
        self.babble, self.mute, self.drips = babble, mute, drips
        self.open()

    def hold(self) -> None:
        """Let newcomers wait, as a proxy does while nobody is behind it; who is inside is not disturbed."""
        self._held = asyncio.Event()

    def release(self) -> None:
        """Let in those who waited."""
        self.loop.loop.call_soon_threadsafe(self._held.set)

    def shut(self) -> None:
        """Refuse connections, and cut those that are open."""
        self.loop.run(self._close())

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._visit, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.close()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        self._open.add(writer)
        with suppress(ConnectionError):
            await self._held.wait()
            if self.mute:
                await reader.read()
            elif self.drips:
                await _drip(reader, writer)
            elif self.babble is not None:
                await reader.read(65536)
                writer.write(self.babble)
                await writer.drain()
            else:
                await self._forward(reader, writer)
        self._open.discard(writer)
        writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self._open.add(back)
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        self._open.discard(back)


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a space every few milliseconds, of which JSON may begin with any number, until they hang up."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not reader.at_eof():
        writer.write(b" ")
        await writer.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.read(65536), timeout=0.02)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
