"""The client: real HTTP over kept connections, little enough work a request not to be the bottleneck.

A closed loop sends the next request when an answer has come. An open loop sends by the clock, whatever
happens, and counts each answer's time from the moment its request was due.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from tests.bench.pushes import Push

CONNECTIONS: Final = 16
PATIENCE: Final = 30.0
"""Seconds to wait for the last answers of an open loop."""
BROKEN: Final = 0
"""The status of a request that was never answered."""


@dataclass
class Outcome:
    """What became of a list of requests, in their order; times in seconds."""

    pushes: Sequence[Push]
    seconds: float = 0.0
    statuses: list[int] = field(init=False)
    bodies: list[bytes] = field(init=False)
    latencies: list[float] = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.pushes)
        self.statuses, self.bodies, self.latencies = [BROKEN] * size, [b""] * size, [PATIENCE] * size

    def answered(self, status: int) -> list[int]:
        """Return which requests got this status."""
        return [number for number, got in enumerate(self.statuses) if got == status]


class Load:
    """Sends the pushes of one outcome to one server."""

    def __init__(self, port: int, pushes: Sequence[Push]) -> None:
        self.outcome = Outcome(pushes)
        self._port = port
        self._due_at = [0.0] * len(pushes)
        self._left = len(pushes)
        self._done = asyncio.Event()
        self._idle: list[_Wire] = []
        self._waiting: deque[int] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._wires: list[_Wire] = []

    async def closed_loop(self) -> Outcome:
        """Keep one request in flight on each connection."""
        await self._connect(CONNECTIONS)
        self._waiting.extend(range(len(self.outcome.pushes)))
        started = time.perf_counter()
        while self._idle and self._waiting:
            self._send(self._idle.pop())
        await self._done.wait()
        self.outcome.seconds = time.perf_counter() - started
        self._close()
        return self.outcome

    async def open_loop(self, rate: float) -> Outcome:
        """Send `rate` requests a second, over as many connections as that takes."""
        await self._connect(CONNECTIONS)
        started, sent = time.perf_counter(), 0
        while sent < len(self.outcome.pushes):
            now = time.perf_counter()
            while sent < len(self.outcome.pushes) and started + sent / rate <= now:
                self._due_at[sent] = started + sent / rate
                self._waiting.append(sent)
                sent += 1
            self._spread()
            await asyncio.sleep(max(0.0, started + sent / rate - time.perf_counter()))
        try:
            async with asyncio.timeout(PATIENCE):
                await self._done.wait()
        except TimeoutError:  # what is still out stays BROKEN and is reported
            pass
        self.outcome.seconds = time.perf_counter() - started
        self._close()
        return self.outcome

    def settle(self, wire: "_Wire", number: int, status: int, body: bytes) -> None:
        """Note an answer and give its connection the next request."""
        outcome, now = self.outcome, time.perf_counter()
        outcome.statuses[number], outcome.bodies[number] = status, body
        outcome.latencies[number] = now - self._due_at[number]
        self._left -= 1
        if not self._left:
            self._done.set()
        if status == BROKEN:
            return
        if self._waiting:
            self._send(wire)
        else:
            self._idle.append(wire)

    def _send(self, wire: "_Wire") -> None:
        number = self._waiting.popleft()
        if not self._due_at[number]:
            self._due_at[number] = time.perf_counter()
        wire.send(number, self.outcome.pushes[number].wire)

    def _spread(self) -> None:
        """Give what is due to idle connections, and open new ones for the rest."""
        while self._waiting and self._idle:
            self._send(self._idle.pop())
        for _ in range(len(self._waiting) - len(self._connecting)):
            task = asyncio.create_task(self._connect(1))
            self._connecting.add(task)
            task.add_done_callback(self._opened)

    def _opened(self, task: "asyncio.Task[None]") -> None:
        self._connecting.discard(task)
        if not task.cancelled() and task.exception() is None and self._waiting and self._idle:
            self._send(self._idle.pop())

    async def _connect(self, count: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, wire = await loop.create_connection(lambda: _Wire(self), "127.0.0.1", self._port)
            self._wires.append(wire)
            self._idle.append(wire)

    def _close(self) -> None:
        for task in self._connecting:
            task.cancel()
        for wire in self._wires:
            wire.close()


class _Wire(asyncio.Protocol):
    """One kept connection with at most one request in flight."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.WriteTransport | None = None
        self._number: int | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop has transports of its own

    def send(self, number: int, wire: bytes) -> None:
        """Send one request."""
        assert self._transport is not None
        self._number, self._buffer = number, b""
        self._transport.write(wire)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self._settle(int(head[9:12]), body)

    def connection_lost(self, _error: Exception | None) -> None:
        self._settle(BROKEN, b"")

    def _settle(self, status: int, body: bytes) -> None:
        number, self._number = self._number, None
        if number is not None:
            self._load.settle(self, number, status, body)


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
