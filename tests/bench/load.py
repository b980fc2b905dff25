"""The client: real HTTP over kept connections, little enough work a request not to be the bottleneck.

A closed loop sends the next request when an answer has come; an open loop sends by the clock, whatever
happens, and counts each answer's time from the moment its request was due.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.bench.pushes import Push

PATIENCE: Final = 30.0
"""Seconds to wait for the last answers."""
BROKEN: Final = 0
"""The status of a request whose connection broke."""


@dataclass
class Outcome:
    """What became of a list of requests, in their order; times in seconds."""

    statuses: list[int]
    bodies: list[bytes]
    latencies: list[float]
    seconds: float = 0.0

    @classmethod
    def of(cls, size: int) -> "Outcome":
        """Return the outcome of requests not yet answered."""
        return cls([BROKEN] * size, [b""] * size, [PATIENCE] * size)


class _Wire(asyncio.Protocol):
    """One kept connection with one request in flight at a time."""

    def __init__(self, on_answer: "Callable[[_Wire, int, bytes], None]") -> None:
        self._on_answer = on_answer
        self._buffer = b""
        self._end = 0
        self.number = -1
        self.is_open = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.is_open = transport, True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self.number >= 0:
            self._answer(BROKEN, b"")

    def send(self, number: int, wire: bytes) -> None:
        assert self.transport is not None
        self.number, self._buffer, self._end = number, b"", 0
        self.transport.write(wire)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._end:
            head = self._buffer.find(b"\r\n\r\n") + 4
            if head < 4:
                return
            self._end = head + _length(self._buffer[:head])
        if len(self._buffer) >= self._end:
            body = self._buffer[self._buffer.find(b"\r\n\r\n") + 4 :]
            self._answer(int(self._buffer[9:12]), body)

    def _answer(self, status: int, body: bytes) -> None:
        number, self.number = self.number, -1
        self._on_answer(self, status, body) if number < 0 else self._report(number, status, body)

    def _report(self, number: int, status: int, body: bytes) -> None:
        self.answered = number
        self._on_answer(self, status, body)


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.index(b"content-length:") + 15
    return int(lowered[start : lowered.index(b"\r\n", start)])


@dataclass
class Load:
    """Sends requests to one server and collects what comes back."""

    port: int
    pushes: Sequence[Push]
    outcome: Outcome = field(init=False)

    def __post_init__(self) -> None:
        self.outcome = Outcome.of(len(self.pushes))
