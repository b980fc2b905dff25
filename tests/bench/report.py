"""What the benchmark prints: ratios first, each with its budget (DESIGN, section 6)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median, quantiles
from typing import Final

from tests.bench import rates
from tests.bench.deep import Looked
from tests.bench.ledgers import Written
from tests.bench.likes import AMONG, Found, Regrouped
from tests.bench.lists import Brought
from tests.bench.load import BROKEN, Outcome
from tests.bench.rounds import Rounds, Spread
from tests.bench.stage import Stage
from tests.bench.trial import OK

LEAST: Final = 500
"""Deliveries a second and worker (DESIGN, section 6)."""
LEAST_ROWS: Final = 20_000
"""Rows of a list a second (DESIGN, section 6)."""


def _spread(value: Spread, digits: int) -> str:
    return f"{value.middle:,.{digits}f} ({value.lowest:,.{digits}f} - {value.highest:,.{digits}f})"


def _budget(value: float, most: float, unit: str = "") -> str:
    return f"{'within' if value <= most else 'OVER'} the budget of {most:g}{unit}"


def heading(words: str) -> None:
    """Print what follows."""
    print(f"\n{words}")


def compared(stage: Stage, rounds: Rounds, size: int) -> None:
    """Print the cost of a request for everybody who took part in the rounds."""
    made, used = len(rounds.made), len(rounds.used())
    heading(
        f"One text message, {size:,} requests a round over 16 connections, "
        f"{used} of {made} rounds used (others busy: at most {rounds.others():.2f} cores)"
    )
    print(f"{'':30}{'x echo (same round)':>24}{'CPU ms a request':>26}{'requests/s on one core':>30}")
    for subject in stage.compared():
        ratio, cpu = rounds.ratio(subject, stage.echo), rounds.cpu(subject)
        rate = rounds.rate(subject)
        print(f"{subject.name:30}{_spread(ratio, 2):>24}{_spread(cpu, 3):>26}{_spread(rate, 0):>30}")
    main, large = rounds.ratio(stage.plain, stage.echo), rounds.ratio(stage.large, stage.plain)
    lean = rounds.ratio(stage.plain, stage.lean)
    print(f"ticket / wechatpy echo  {_spread(main, 2)}   {_budget(main.middle, 3.0)}")
    print(f"ticket / our own echo   {_spread(lean, 2)}")
    print(f"large / empty database  {_spread(large, 2)}   {_budget(large.middle, 1.2)}")
    print(f"notices delivered       {stage.delivering.sent():,}; the round lasts until the last is settled")
    print("large database          " + ", ".join(f"{n:,} {name}" for name, n in stage.large_rows.items()))


def half_load(outcome: Outcome, rate: float) -> None:
    """Print what answers took at half the measured capacity."""
    cuts = quantiles([seconds * 1000 for seconds in outcome.latencies], n=1000)
    heading(f"Half load: {rate:,.0f} requests a second by the clock, time from the moment each was due")
    print(
        f"p50 {cuts[499]:.1f} ms   p99 {cuts[989]:.1f} ms   max {_slowest(outcome.latencies) * 1000:.1f} ms"
    )
    print(f"answers {_counted(outcome.statuses)}   p99 {_budget(cuts[989], 100, ' ms')}")


def overload(outcome: Outcome, rate: float, seconds: float) -> None:
    """Print what became of three times as much as can be served."""
    heading(
        f"Overload: {rate:,.0f} requests a second by the clock for {seconds:g} s, three times the capacity"
    )
    slowest = _slowest(outcome.latencies)
    good = len(outcome.answered(OK))
    print(f"answers {_counted(outcome.statuses)}   slowest {slowest:.2f} s   {_budget(slowest, 4.0, ' s')}")
    print(
        f"served {good / outcome.seconds:,.0f} a second; each 200 has its ticket; after a 503 the platform tries again"
    )


def kept_counts(found: Mapping[str, Sequence[rates.Taken]], tickets: int) -> None:
    """Print how long answers from the kept counts take."""
    heading(f"Rates and wall chart: the API in one process, {tickets:,} tickets stored")
    for name, taken in found.items():
        clock, cpu = [each.clock for each in taken], [each.cpu for each in taken]
        last = rates.p99(clock)
        print(
            f"{name:20}p50 {median(clock):5.1f} ms   p99 {last:5.1f} ms   CPU {median(cpu):5.1f} ms   "
            f"{_budget(last, 100, ' ms')}"
        )


def starts(ready: Sequence[float], memory: float, after_load: float) -> None:
    """Print how fast the product starts and what it weighs."""
    heading("Start: liaison serve, from exec to 200 on /readyz, tables made on an empty file")
    print(f"{_spread(Spread.of(list(ready)), 2)} s   {_budget(max(ready), 3.0, ' s')}")
    print(
        f"RSS {memory:.0f} MiB ready, {after_load:.0f} MiB after the load   {_budget(after_load, 150, ' MiB')}"
    )


def deep(looked: Looked) -> None:
    """Print what the process weighs with the embedding, and what a ticket costs until it is looked at again."""
    heading("With the embedding: serve as it is by default, until each ticket has had its second look")
    print(f"RSS {looked.memory:.0f} MiB   {_budget(looked.memory, 400, ' MiB')}")
    print(f"CPU {looked.cpu_ms:.0f} ms a ticket, its notices too; in a thread of the lowest priority")


def deliveries(paces: Mapping[str, float]) -> None:
    """Print how fast one worker gets rid of a backlog."""
    heading("Deliveries: one worker, a notice for each of many people, from the first settled to the last")
    for kind, pace in paces.items():
        print(
            f"{kind:12}{pace:,.0f} a second   {'within' if pace >= LEAST else 'BELOW'} the budget of {LEAST}"
        )


def ledgers(written: Sequence[Written]) -> None:
    """Print how fast ledgers are written, and whether memory stays flat."""
    heading("Ledger export: all ledgers of 200,000 tickets into one file, in a process of its own")
    for one in written:
        print(
            f"ledger export {one.form:5}{one.pace:,.0f} rows/s ({one.rows:,} rows)   "
            f"{'within' if one.pace >= LEAST_ROWS else 'BELOW'} the budget of {LEAST_ROWS:,}   "
            f"RSS {one.before:.0f} MiB after the first ledger, {one.after:.0f} MiB at the end"
        )


def lists(paces: Mapping[str, Brought], rows: int) -> None:
    """Print how fast lists are imported."""
    heading(f"Import: {rows:,} enterprises from a file, read, checked, written and committed")
    for kind, pace in paces.items():
        budget = "within" if min(pace.new, pace.again) >= LEAST_ROWS else "BELOW"
        print(
            f"{kind:18}{pace.new:,.0f} rows a second, {pace.again:,.0f} when it comes again, "
            f"{pace.memory:+.0f} MiB   {budget} the budget of {LEAST_ROWS:,}"
        )


def found(one: Found) -> None:
    """Print how fast a new case finds its like, and what the index weighs."""
    heading(f"A new case finds its like among {one.cases:,} of its type (SQLite, one process)")
    for name, part in (("finding", one.finding), ("its whole round", one.rounds)):
        print(
            f"{name:18}p50 {part.p50:6.1f} ms   p99 {part.p99:6.1f} ms   "
            f"CPU p50 {part.cpu:5.1f} ms, p99 {part.cpu_p99:5.1f} ms"
        )
    print(
        f"finding p99 {_budget(one.finding.p99, AMONG[one.cases], ' ms')}   index {one.index:.0f} MiB   "
        f"{one.joined:.0%} of {one.times} joined a pattern"
    )


def regrouped(one: Regrouped) -> None:
    """Print what grouping all cases anew takes."""
    heading(f"Grouping {one.cases:,} cases of all types anew, in a process of its own")
    print(
        f"{one.seconds:,.0f} s by the clock, {one.cpu:,.0f} s of CPU   RSS at most {one.memory:,.0f} MiB   "
        f"{one.groups:,} groups"
    )


def _slowest(latencies: Iterable[float]) -> float:
    return max(latencies)


def _counted(statuses: Sequence[int]) -> str:
    counts = Counter(statuses)
    names = {BROKEN: "broken"}
    return ", ".join(f"{count:,} x {names.get(status, status)}" for status, count in sorted(counts.items()))
