"""With the embedding, as it is by default: what a second look at a ticket costs, and what the process weighs."""

import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench import population
from tests.bench.population import Scale
from tests.bench.pushes import Platform
from tests.bench.servers import CLIENT_CORE, Server, product, uvicorn
from tests.bench.stage import environment
from tests.bench.trial import Subject

SMALL: Final = Scale(leaders=10, enterprises=200, contacts=200)
TICKETS: Final = 60
MOST: Final = 54
"""Some guesses need no second look."""
WITHIN: Final = 120.0
DONE: Final = "liaison_second_looks_total"
LEADS: Final = "liaison_second_look_leader"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was measured: resident memory in MiB, CPU milliseconds a ticket with all that follows from it."""

    memory: float
    cpu_ms: float


def measured() -> Looked:
    """Serve with the embedding, open some tickets, and wait until most have been looked at again.

    Raises:
        AssertionError: they are not looked at within two minutes.
    """
    platform = Platform()
    with (
        TemporaryDirectory(prefix="liaison-bench-") as folder,
        uvicorn("sink:sink", {}, core=CLIENT_CORE) as sink,
    ):
        path = Path(folder) / "deep.db"
        population.fill(path, SMALL)
        settings = environment(platform, path, sink) | {"LIAISON_DEEP": "true"}
        with product(settings) as server:
            writers = iter(population.senders(path, SMALL.contacts))
            _wait_for(server, LEADS, 1)
            before = server.cpu()
            Subject("ticket with its second look", server, platform, writers, path, sink).round(TICKETS)
            _wait_for(server, DONE, MOST)
            return Looked(server.rss(), (server.cpu() - before) * 1000 / TICKETS)


def _wait_for(server: Server, name: str, count: float) -> None:
    until = time.perf_counter() + WITHIN
    while _told(server, name) < count:
        assert time.perf_counter() < until, f"{name} does not reach {count}"
        time.sleep(0.1)


def _told(server: Server, name: str) -> float:
    """Return what the server's metrics say under a name, over all labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))
