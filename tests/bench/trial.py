"""One subject under one load: what it cost, and proof that it did what it said.

A subject is a server and the people who write to it; each of them writes once a run, so that every message
is a new matter.
"""

import asyncio
import sqlite3
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uvloop

from tests.bench.load import Load, Outcome
from tests.bench.pushes import Platform
from tests.bench.servers import Server, cpu_of_machine

OK: Final = 200
SETTLED_WITHIN: Final = 120.0


@dataclass(frozen=True, slots=True)
class Cost:
    """One round: CPU milliseconds a request, requests a second, and how many cores others kept busy."""

    cpu_ms: float
    rate: float
    others: float


@dataclass
class Subject:
    """A server to measure; `database` is where it must store, None for an echo.

    If it delivers to a `sink`, a round is over when the last notice it caused is settled too.
    """

    name: str
    server: Server
    platform: Platform
    people: Iterator[str]
    database: Path | None = None
    sink: Server | None = None

    @property
    def delivers(self) -> bool:
        """Whether it tells people what happened."""
        return self.sink is not None

    def round(self, size: int) -> Cost:
        """Send `size` requests in a closed loop, check every answer, and return the cost.

        Raises:
            AssertionError: an answer is missing, or is not what it must be.
        """
        pushes = self.platform.pushes([next(self.people) for _ in range(size)])
        last = self._last_push()
        cpu, machine, ours, started = self.server.cpu(), cpu_of_machine(), self._client_cpu(), _clock()
        outcome = _run(Load(self.server.port, pushes).closed_loop())
        if self.delivers:
            self._settle()
        used, elapsed = self.server.cpu() - cpu, _clock() - started
        others = (cpu_of_machine() - machine - (self._client_cpu() - ours) - used) / elapsed
        assert outcome.statuses == [OK] * size, f"{self.name}: not every request was answered with 200"
        self._verify(outcome, since=last)
        return Cost(used * 1000 / size, size / outcome.seconds, max(0.0, others))

    def open_loop(self, rate: float, seconds: float) -> Outcome:
        """Send `rate` requests a second for some seconds; check what was answered.

        Raises:
            AssertionError: a 200 is not what it must be.
        """
        pushes = self.platform.pushes([next(self.people) for _ in range(int(rate * seconds))])
        last = self._last_push()
        outcome = _run(Load(self.server.port, pushes).open_loop(rate))
        self._verify(outcome, since=last)
        return outcome

    def _client_cpu(self) -> float:
        """Return the CPU seconds of what stands on the other side: this process, and the sink."""
        return time.process_time() + (self.sink.cpu() if self.sink else 0.0)

    def _verify(self, outcome: Outcome, *, since: int) -> None:
        """Check that every 200 is a sealed reply and, of the product, a ticket stored after push `since`."""
        good = outcome.answered(OK)
        self.platform.check([outcome.pushes[n] for n in good], [outcome.bodies[n] for n in good])
        if self.database is not None:
            wanted = {str(outcome.pushes[n].message_id) for n in good}
            missing = wanted - self._tickets_since(since)
            assert not missing, f"{self.name}: {len(missing)} answered messages have no ticket"

    def _last_push(self) -> int:
        """Return the id of the newest stored push."""
        return 0 if self.database is None else self._count("SELECT coalesce(max(id), 0) FROM inbox")

    def _tickets_since(self, push: int) -> set[str]:
        """Return the MsgIds of pushes stored after `push` that became a ticket of their own."""
        with closing(sqlite3.connect(self.database or "")) as connection:
            stored = connection.execute(
                "SELECT i.dedupe_key FROM inbox AS i JOIN messages AS m ON m.inbox_id = i.id "
                "AND m.ticket_id = i.ticket_id WHERE i.id > ? AND i.outcome = 'ticket'",
                (push,),
            )
            return {row[0].split(":")[2] for row in stored}

    def _settle(self) -> None:
        """Wait until no notice is under way."""
        until = _clock() + SETTLED_WITHIN
        while self._count("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"):
            assert _clock() < until, f"{self.name}: notices are not delivered"
            time.sleep(0.1)

    def _count(self, question: str) -> int:
        with closing(sqlite3.connect(self.database or "")) as connection:
            return int(connection.execute(question).fetchone()[0])

    def sent(self) -> int:
        """Return how many notices were delivered."""
        return self._count("SELECT count(*) FROM outbox WHERE state = 'sent'")


def _clock() -> float:
    return time.perf_counter()


def _run(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
