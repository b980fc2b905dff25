"""What it takes to find a new case's like among many, and to group all anew: the worker's own code.

Each in a process of its own, so that its memory is its own. A case is brought as an enterprise brings it. Timed
are finding (going through the index, the statements for candidates and voices, the likenesses, the decision),
and the round of the loop that follows: from the event in the feed to the pattern that is committed, each step
durable. The embedding is not made but given, as it costs the same among however many (docs/understanding.md).
"""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from tests.bench.servers import memory

AMONG: Final = {100_000: 50.0, 1_000_000: 200.0}
"""How many cases of one type, and within how many milliseconds the like of a new one is to be found."""
REGROUPED: Final = 100_000
TIMES: Final = 200
WARM: Final = 5


class Taken(NamedTuple):
    """Milliseconds by the clock, and of computing."""

    clock: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds by the clock and of computing: the median, and what one in a hundred takes longer than."""

    p50: float
    p99: float
    cpu: float
    cpu_p99: float

    @classmethod
    def of(cls, taken: Sequence[Taken]) -> "Spread":
        """Return the spread of what was taken."""
        clock, cpu = zip(*taken, strict=True)
        return cls(median(clock), quantiles(clock, n=100)[98], median(cpu), quantiles(cpu, n=100)[98])


@dataclass(frozen=True, slots=True)
class Found:
    """What finding and whole rounds took, MiB of the index, and what share of the cases had any like."""

    cases: int
    times: int
    finding: Spread
    rounds: Spread
    index: float
    joined: float


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Seconds by the clock and of computing, the most memory in MiB, and how many groups there are."""

    cases: int
    seconds: float
    cpu: float
    memory: float
    groups: int


def found(cases: int, times: int = TIMES) -> Found:
    """Return what it takes to find the like of a new case among so many of its type."""
    told = _apart("find", str(cases), str(times))
    parts = {name: Spread(**told.pop(name)) for name in ("finding", "rounds")}
    return Found(cases, times, **parts, **told)


def regrouped(cases: int = REGROUPED) -> Regrouped:
    """Return what it takes to group so many cases of all types anew."""
    return Regrouped(cases, **_apart("regroup", str(cases)))


def _apart(*what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.likes", *what]
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def _find(cases: int, times: int) -> dict[str, Any]:
    import numpy as np

    from bot.collector import spare_the_collector
    from bot.patterns_loop import PatternsLoop
    from handlers.understanding.embedding import SIZE
    from handlers.understanding.nearest import Small
    from handlers.understanding.traits import Traits
    from models.session import Database
    from models.tables import PatternMember, Ticket
    from tests.alike import bring
    from tests.bench import population, stones

    with TemporaryDirectory(prefix="liaison-bench-") as folder:
        path = Path(folder) / "stones.db"
        shutil.copy(stones.cached(cases, ["arrears"]), path)
        told, dice = stones.stones("arrears", cases // stones.PER_STONE), np.random.default_rng(7)
        people = population.senders(path, times + WARM)
        database, given = Database(f"sqlite:///{path}"), list[Sequence[float]]()
        loop = PatternsLoop(
            database, lambda: datetime.now(UTC), lambda _: given[-1], stones.MODEL, Small([0.0] * SIZE)
        )
        before = memory("VmRSS")
        asyncio.run(loop.once())
        index = memory("VmRSS") - before
        spare_the_collector()  # as the served process does
        finding, rounds, joined = list[Taken](), list[Taken](), 0
        for n, openid in enumerate(people):
            words, vector, traits = told.case(int(dice.integers(len(told.centres))), dice)
            given.append(np.frombuffer(vector, dtype=np.int8).astype(float).tolist())
            case = bring(database, openid, f"{words} {n}", at=datetime.now(UTC))
            with database.reading() as session, timed(finding):
                ticket = session.get_one(Ticket, case)
                near = loop._known.near(ticket.type, vector)
                loop._find(session, ticket, vector, Traits.of(traits), near)
            with timed(rounds):
                asyncio.run(loop.once())
            with database.reading() as session:
                joined += session.get(PatternMember, case) is not None
        database.dispose()
    parts = {"finding": finding[WARM:], "rounds": rounds[WARM:]}
    spreads = {name: asdict(Spread.of(taken)) for name, taken in parts.items()}
    return {**spreads, "index": index, "joined": joined / len(people)}


@contextmanager
def timed(into: list[Taken]) -> Iterator[None]:
    """Add the milliseconds that a block takes, by the clock and of computing."""
    began, used = time.perf_counter(), time.process_time()
    yield
    into.append(Taken((time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000))


def _regroup(cases: int) -> dict[str, Any]:
    from bot.regrouping import regroup
    from handlers.understanding.model import TYPES
    from models.session import Database
    from tests.bench import stones

    with TemporaryDirectory(prefix="liaison-bench-") as folder:
        path = Path(folder) / "stones.db"
        shutil.copy(stones.cached(cases, TYPES), path)
        database = Database(f"sqlite:///{path}")
        began, used = time.perf_counter(), time.process_time()
        done = list(regroup(database, stones.MODEL, lambda: datetime.now(UTC)))
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        database.dispose()
    assert sum(each.cases for each in done) == cases
    return {
        "seconds": seconds,
        "cpu": cpu,
        "memory": memory("VmHWM"),
        "groups": sum(each.groups for each in done),
    }


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    answer = _find(*map(int, numbers)) if what == "find" else _regroup(*map(int, numbers))
    print(json.dumps(answer))
