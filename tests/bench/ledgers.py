"""How fast ledgers are written, and in how much memory: a process of its own, from a large database."""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from tests.bench import population
from tests.bench.population import Scale
from tests.bench.servers import CORES, memory

LEAST: Final = 20_000
"""Rows a second (DESIGN, section 6)."""

TICKETS: Final = 1_000_000
"""In the database of the complete benchmark; the quick one takes a fifth."""


@dataclass(frozen=True, slots=True)
class Written:
    """One export: rows, seconds, and MiB of memory after a tenth of the rows and at its end."""

    form: str
    rows: int
    seconds: float
    before: float
    after: float

    @property
    def pace(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def measured(tickets: int) -> list[Written]:
    """Write all ledgers of a database of so many tickets, as CSV and as XLSX."""
    scale = Scale(leaders=2_500, enterprises=50_000, contacts=50_000, tickets=tickets)
    path = population.cached_path(scale)
    if not path.exists():
        print(f"Building {path} once ...", file=sys.stderr)
        population.make(path, scale)
    return [_written(path, form) for form in ("csv", "xlsx")]


def _written(path: Path, form: str) -> Written:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.ledgers", str(path), form, *map(str, CORES)],
        stdout=subprocess.PIPE,
        check=True,
    )
    return Written(form, **json.loads(ran.stdout))


def _write(path: str, form: str, *cores: str) -> None:
    """Write one ledger first, then all; the difference in memory is what the rows cost."""
    from bot.collector import spare_the_collector
    from bot.exports import written
    from bot.ledgers.files import Format, Question
    from models.session import Database

    spare_the_collector()  # as `liaison export` does
    os.sched_setaffinity(0, map(int, cores))  # all there are, unlike the client
    database, now = Database(f"sqlite:///{path}"), datetime.now(UTC)
    with TemporaryFile() as file:
        written(database, Question("policy", now), Format(form), file)
    before, tickets = _peak(), population.rows(Path(path))["tickets"]
    started = time.perf_counter()
    with TemporaryFile() as file:
        written(database, Question("all", now), Format(form), file)
    seconds = time.perf_counter() - started
    taken_on = tickets - tickets // 10
    print(json.dumps({"rows": taken_on, "seconds": seconds, "before": before, "after": _peak()}))


def _peak() -> float:
    """Return the most memory this process, or any that it started and that has ended, has had, in MiB."""
    return max(memory("VmHWM"), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


if __name__ == "__main__":
    _write(*sys.argv[1:])
