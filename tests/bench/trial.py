"""One subject under one load: what it cost, and proof that it did what it said.

A subject is a server and the people who write to it; each of them writes once.
"""

import asyncio
import sqlite3
import time
from collections.abc import Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import uvloop

from tests.bench.load import Load, Outcome
from tests.bench.pushes import Platform
from tests.bench.servers import Server, busy_cores

OK: Final = 200


@dataclass(frozen=True, slots=True)
class Cost:
    """One round: CPU milliseconds a request, requests a second, and how busy others kept the machine."""

    cpu_ms: float
    rate: float
    others: float


@dataclass
class Subject:
    """A server to measure; `database` is where it must store, None for an echo."""

    name: str
    server: Server
    platform: Platform
    people: Iterator[str]
    database: Path | None = None
    costs: list[Cost] = field(default_factory=list)

    def round(self, size: int) -> None:
        """Send `size` requests in a closed loop, check every answer, and note the cost."""
        pushes = self.platform.pushes([next(self.people) for _ in range(size)])
        cpu, (busy, mine), started = self.server.cpu(), busy_cores(), time.perf_counter()
        last = _last_push(self.database)
        outcome = _run(Load(self.server.port, pushes).closed_loop())
        used = self.server.cpu() - cpu
        busy_now, mine_now = busy_cores()
        others = (busy_now - busy - (mine_now - mine) - used) / (time.perf_counter() - started)
        assert outcome.statuses == [OK] * size, f"{self.name}: not every request was answered with 200"
        self.verify(outcome, since=last)
        self.costs.append(Cost(used * 1000 / size, size / outcome.seconds, max(0.0, others)))

    def open_loop(self, rate: float, seconds: float) -> Outcome:
        """Send `rate` requests a second for some seconds; check what was answered."""
        pushes = self.platform.pushes([next(self.people) for _ in range(int(rate * seconds))])
        last = _last_push(self.database)
        outcome = _run(Load(self.server.port, pushes).open_loop(rate))
        self.verify(outcome, since=last)
        return outcome

    def verify(self, outcome: Outcome, *, since: int) -> None:
        """Check that every 200 is a sealed reply and, of the product, a ticket stored after push `since`.

        Raises:
            AssertionError: one is not.
        """
        good = outcome.answered(OK)
        self.platform.check([outcome.pushes[n] for n in good], [outcome.bodies[n] for n in good])
        if self.database is not None:
            wanted = {str(outcome.pushes[n].message_id) for n in good}
            assert wanted <= _tickets_since(self.database, since), f"{self.name}: answered but no ticket"


def _run(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _last_push(path: Path | None) -> int:
    """Return the id of the newest stored push."""
    if path is None:
        return 0
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM inbox").fetchone()[0])


def _tickets_since(path: Path, push: int) -> set[str]:
    """Return the MsgIds of pushes stored after `push` that became a ticket of their own."""
    with closing(sqlite3.connect(path)) as connection:
        stored = connection.execute(
            "SELECT i.dedupe_key FROM inbox AS i JOIN messages AS m ON m.inbox_id = i.id "
            "AND m.ticket_id = i.ticket_id WHERE i.id > ? AND i.outcome = 'ticket'",
            (push,),
        )
        return {row[0].split(":")[2] for row in stored}
