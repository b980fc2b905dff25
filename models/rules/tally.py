"""What one ticket adds to the counts behind rates and wall chart, and in which cell (docs/rates.md).

Pure: `tally` is the only place that says what counts. What depends on the time is asked as of `until`.
"""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

from config import catalog
from config.catalog import ClockName
from config.catalog.shapes import RegionKind
from models.rules.clocks import OF_OTHERS
from models.rules.counting import SHANGHAI
from models.rules.lifecycle import Status
from models.rules.satisfaction import CONTENT

NO_STAGE: Final = "-"
"""The stage of whoever has told none, and of strangers."""

RESULTS: Final = frozenset({ClockName.RESULT, ClockName.ANSWER, ClockName.TOTAL})
"""Promises of a result: a case that has broken one of them is overdue (逾期), for good."""

IN_WORK: Final = frozenset({Status.OPEN, Status.ACCEPTED})
DONE: Final = frozenset({Status.RESOLVED, Status.CLOSED})
OUT: Final = frozenset({Status.WITHDRAWN, Status.MERGED})
"""Neither solved nor failed: taken back by the enterprise, or counted under another number."""


EVERYWHERE: Final = ""
"""The region of sums over all regions."""


class Span(StrEnum):
    """What a row of `tallies` sums up, and thereby which of its columns say something."""

    WHOLE = "whole"
    """Everybody's tickets of a region as it is written on them (a county perhaps), of all days."""
    MONTH = "month"
    """Everybody's tickets of a month, of a city or of everywhere; `day` is the month's first."""
    DAY = "day"
    """Everybody's tickets of a day, of a city or of everywhere."""
    PLACE = "place"
    """Everybody's tickets of a region as it is written on them and a day."""
    HAND = "hand"
    """All of one owner's tickets."""
    OWNER = "owner"
    """One owner's tickets of a region; neither day nor stage."""
    DESK = "desk"
    """One owner's tickets of a region and day: the finest there is."""


class Counts(NamedTuple):
    """How many tickets of a cell are what; `seconds` they took in all from receipt to result.

    `finished` alone is counted on the day of the result, everything else on the day of receipt.
    """

    open: int = 0
    accepted: int = 0
    resolved: int = 0
    closed: int = 0
    declined: int = 0
    withdrawn: int = 0
    merged: int = 0
    confirmed: int = 0
    written_off: int = 0
    rebounded: int = 0
    rated: int = 0
    satisfied: int = 0
    contacted: int = 0
    in_time: int = 0
    missed: int = 0
    overdue: int = 0
    red: int = 0
    amber: int = 0
    finished: int = 0
    seconds: int = 0

    @property
    def received(self) -> int:
        """Tickets received: all but those withdrawn or merged. What was declined stays."""
        return self.open + self.accepted + self.resolved + self.closed + self.declined

    @property
    def done(self) -> int:
        """Tickets resolved, confirmed or not."""
        return self.resolved + self.closed

    @property
    def due(self) -> int:
        """Tickets whose clock of the first contact was kept late or in time, or has run out."""
        return self.contacted + self.missed

    def plus(self, other: Self) -> "Counts":
        """Return the sum."""
        return Counts._make(map(operator.add, self, other))

    def less(self, other: Self) -> "Counts":
        """Return the difference."""
        return Counts._make(map(operator.sub, self, other))


NOTHING: Final = Counts()
_FINISHED: Final = Counts(finished=1)


class Cell(NamedTuple):
    """Where a ticket is counted. A day is a number like 20261128."""

    type: str
    owner_id: int
    region: str
    stage: str
    day: int


class Promise(NamedTuple):
    """A clock of the owner's, as far as it matters here."""

    name: str
    due_at: datetime
    met_at: datetime | None
    warned: int

    def is_broken(self, until: datetime) -> bool:
        """Whether it was kept late, or had run out at `until`."""
        return self.due_at < (self.met_at or until)


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one ticket."""

    type: str
    owner_id: int
    region: str
    stage: str | None
    status: str
    created_at: datetime
    resolved_at: datetime | None
    confirmed_at: datetime | None
    rated_result: str | None
    rebounds: int
    promises: Sequence[Promise] = ()


Tally = dict[Cell, Counts]


@lru_cache(maxsize=4096)
def day_number(moment: datetime) -> int:
    """Return the day in Shanghai on which a moment falls, as a number."""
    day = moment.astimezone(SHANGHAI)
    return day.year * 10_000 + day.month * 100 + day.day


@lru_cache(maxsize=1024)
def city_of(region: str) -> str:
    """Return the city or zone a region lies in, or itself if it is none's county."""
    found = catalog.regions().get(region)
    return str(found.parent) if found is not None and found.kind is RegionKind.COUNTY else region


def tally(state: State, until: datetime) -> Tally:
    """Return what a ticket adds, by cell, with what had run out at `until`."""
    cell = Cell(
        state.type, state.owner_id, state.region, state.stage or NO_STAGE, day_number(state.created_at)
    )
    status = Status(state.status)
    if status in OUT:
        return {cell: NOTHING._replace(**{status.value: 1})}
    found: Tally = {cell: _counts(state, status, until)}
    if status in DONE and state.resolved_at:
        add(found, {cell._replace(day=day_number(state.resolved_at)): _FINISHED})
    return found


def _counts(state: State, status: Status, until: datetime) -> Counts:
    owner = [one for one in state.promises if one.name not in OF_OTHERS]
    contacts = [one for one in owner if one.name == ClockName.FIRST_CONTACT]
    is_done = status in DONE
    is_rated = is_done and state.rated_result is not None
    is_late = any(one.name in RESULTS and one.is_broken(until) for one in owner)
    running = [one for one in owner if one.met_at is None] if status in IN_WORK else []
    is_red = any(one.is_broken(until) for one in running)
    kept = any(one.met_at for one in contacts)
    is_missed = any(one.is_broken(until) for one in contacts)
    took = (state.resolved_at - state.created_at) if is_done and state.resolved_at else None
    return Counts(
        **{status.value: 1},
        confirmed=int(is_done and state.confirmed_at is not None),
        written_off=int(status is Status.CLOSED or state.rebounds > 0),
        rebounded=int(state.rebounds > 0),
        rated=int(is_rated),
        satisfied=int(is_rated and state.rated_result in CONTENT),
        contacted=int(kept),
        in_time=int(kept and not is_missed),
        missed=int(is_missed and not kept),
        overdue=int(is_late),
        red=int(is_red),
        amber=int(not is_red and any(one.warned for one in running)),
        seconds=int(took.total_seconds()) if took else 0,
    )


def add(total: Tally, more: Tally) -> None:
    """Add a tally to a sum of tallies."""
    for cell, counts in more.items():
        total[cell] = total.get(cell, NOTHING).plus(counts)


def take(total: Tally, less: Tally) -> None:
    """Take a tally from a sum of tallies."""
    for cell, counts in less.items():
        total[cell] = total.get(cell, NOTHING).less(counts)


def sum_of(parts: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    return Counts._make(map(sum, zip(NOTHING, *parts, strict=True)))


def opened(kind: str, owner_id: int, region: str, stage: str) -> str:
    """Return, as `written` would, the tally of a ticket that has just been opened."""
    return f"{kind} {owner_id} {region} {stage} 0 1"


def written(found: Tally) -> str:
    """Return a tally as the ticket keeps it: what the counts hold of it now."""
    own = next(iter(found))
    finished = next((cell.day for cell, counts in found.items() if counts.finished), 0)
    numbers = list(found[own]._replace(finished=0))
    while numbers and not numbers[-1]:
        numbers.pop()
    return " ".join(map(str, (own.type, own.owner_id, own.region, own.stage, finished, *numbers)))


def read(kept: str | None, day: int) -> Tally:
    """Return the tally that a ticket received on `day` keeps; none yet is nothing."""
    if kept is None:
        return {}
    kind, owner, region, stage, finished, *numbers = kept.split()
    cell = Cell(kind, int(owner), region, stage, day)
    found: Tally = {cell: Counts(*map(int, numbers))}
    if finished != "0":
        add(found, {cell._replace(day=int(finished)): _FINISHED})
    return found


Row = tuple[str, int, str, int, str, str]
"""Which row of `tallies`: span, owner, region, day, type, stage."""


def rows(found: Tally) -> dict[Row, Counts]:
    """Return what the rows of `tallies` that cells are summed up in gain by them."""
    desks: dict[Row, Counts] = {}
    everybodys: dict[Row, Counts] = {}
    for (kind, owner, region, stage, day), counts in found.items():
        gain(desks, (Span.OWNER.value, owner, region, 0, kind, ""), counts)
        desks[Span.DESK.value, owner, region, day, kind, stage] = counts
        gain(everybodys, (Span.PLACE.value, 0, region, day, kind, stage), counts)
    sums = desks | everybodys
    for (span, owner, *_), counts in desks.items():
        if span == Span.OWNER:
            gain(sums, (Span.HAND.value, owner, EVERYWHERE, 0, "", ""), counts)
    for (_, _, region, day, kind, stage), counts in everybodys.items():
        gain(sums, (Span.WHOLE.value, 0, region, 0, kind, stage), counts)
        for place in (city_of(region), EVERYWHERE):
            gain(sums, (Span.DAY.value, 0, place, day, kind, stage), counts)
            gain(sums, (Span.MONTH.value, 0, place, day // 100 * 100 + 1, kind, stage), counts)
    return sums


def gain(sums: dict[Any, Counts], row: Any, counts: Counts) -> None:
    """Add to one row of sums."""
    sums[row] = counts if (held := sums.get(row)) is None else held.plus(counts)
