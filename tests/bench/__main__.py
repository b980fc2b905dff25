"""`python -m tests.bench`: what a ticket costs, beside what an echo costs, in the same run."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench import deep, ledgers, likes, lists, mail, population, rates, report
from tests.bench.population import Scale
from tests.bench.pushes import Platform
from tests.bench.rounds import Rounds
from tests.bench.servers import CLIENT_CORE, product, take_client_core, uvicorn
from tests.bench.stage import Stage, environment, set_up

STARTS: Final = 3
OVERLOAD: Final = 3
"""Times the measured capacity."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    size: int
    seconds: float
    large: Scale
    answers: int
    listed: int
    exported: int
    compared: tuple[int, ...]
    regrouped: int


def main() -> None:
    """Measure and print."""
    plan = _plan()
    take_client_core()
    ready, memory = _starts()
    with set_up(plan.large) as stage:
        rounds = Rounds()
        rounds.run(stage.compared(), size=plan.size, count=plan.rounds)
        report.compared(stage, rounds, plan.size)
        capacity = rounds.rate(stage.plain).middle
        _open_loops(stage, capacity, plan.seconds)
        found = rates.times(population.cached_path(plan.large), plan.answers)
        report.kept_counts(found, plan.large.tickets)
        report.starts(ready, memory, stage.plain.server.rss())
    report.deep(deep.measured())
    with uvicorn("sink:sink", {}, core=CLIENT_CORE) as sink:
        report.deliveries(mail.paces(Platform(), sink, plan.size))
    report.ledgers(ledgers.measured(plan.exported))
    report.lists(lists.paces(plan.listed), plan.listed)
    for cases in plan.compared:
        report.found(likes.found(cases))
    report.regrouped(likes.regrouped(plan.regrouped))


def _open_loops(stage: Stage, capacity: float, seconds: float) -> None:
    half = stage.plain.open_loop(capacity / 2, seconds)
    report.half_load(half, capacity / 2)
    most = stage.overloaded.open_loop(capacity * OVERLOAD, seconds)
    report.overload(most, capacity * OVERLOAD, seconds)


def _starts() -> tuple[Sequence[float], float]:
    """Start the product on an empty file several times; return seconds to ready, and its memory in MiB."""
    platform, ready, memory = Platform(), [], 0.0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="liaison-bench-")))
        sink = stack.enter_context(uvicorn("sink:sink", {}, core=CLIENT_CORE))
        for number in range(STARTS):
            settings = environment(platform, folder / f"{number}.db", sink)
            with product(settings) as server:
                ready.append(server.ready_after)
                memory = max(memory, server.rss())
    return ready, memory


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything: some minutes")
    parser.add_argument("--rounds", type=int, help="quiet rounds wanted (5, quick 3)")
    parser.add_argument("--tickets", type=int, help="tickets in the large database (1,000,000; quick 20,000)")
    parser.add_argument("--enterprises", type=int, help="enterprises in it (5,150,000; quick 100,000)")
    given = parser.parse_args()
    quick: bool = given.quick
    tickets = given.tickets or (20_000 if quick else 1_000_000)
    enterprises = given.enterprises or (100_000 if quick else 5_150_000)
    contacts = min(enterprises, max(50_000, enterprises // 10))
    large = Scale(min(5_000, contacts // 20), enterprises, contacts, tickets)
    return Plan(
        given.rounds or (3 if quick else 5),
        1_000 if quick else 3_000,
        2.0 if quick else 5.0,
        large,
        20 if quick else rates.TIMES,
        20_000 if quick else 200_000,
        ledgers.TICKETS // 5 if quick else ledgers.TICKETS,
        tuple(likes.AMONG)[: 1 if quick else None],
        likes.REGROUPED // 10 if quick else likes.REGROUPED,
    )


if __name__ == "__main__":
    main()
