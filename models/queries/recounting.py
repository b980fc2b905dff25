"""Whether the kept counts are what a recount gives, row by row (docs/rates.md)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries import tallying
from models.queries.rates import since_the_mark
from models.rules import tally
from models.rules.tally import NOTHING, Cell, Counts
from models.session import core
from models.tables import Tally, TallyChange

_NAMES: Final = Counts._fields


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell whose kept counts are not what the tickets add up to."""

    where: str
    kept: str
    counted: str


def recount(session: Session, now: datetime) -> tally.Tally:
    """Return the counts of every cell from the tickets themselves, with what has run out at `now`."""
    found: tally.Tally = {}
    for one in tallying.everything(session):
        tally.add(found, tally.tally(one.state, now))
    return found


def differences(session: Session, now: datetime) -> list[Difference]:
    """Name every row of the sums that differs from a recount; none means that the counts are right.

    What ran out is counted up to the mark already: a clock that stands before it compares at the mark.
    """
    now = max(now, tallying.marked(session))
    wanted = tally.rows(recount(session, now))
    kept = tally.rows(since_the_mark(session, now))
    columns = [getattr(TallyChange, name) for name in (*Cell._fields, *_NAMES)]
    for row in core(session).execute(select(*columns)):
        for key, counts in tally.rows({Cell._make(row[:5]): Counts._make(row[5:])}).items():
            tally.gain(kept, key, counts)
    key_columns = (Tally.span, Tally.owner_id, Tally.region, Tally.day, Tally.type, Tally.stage)
    columns = [*key_columns, *(getattr(Tally, name) for name in _NAMES)]
    for row in core(session).execute(select(*columns), execution_options={"yield_per": 5_000}):
        tally.gain(kept, row[:6], Counts._make(row[6:]))
    keys = sorted(kept.keys() | wanted.keys())
    return [
        Difference(" ".join(map(str, key)), _said(mine, its), _said(its, mine))
        for key in keys
        if (mine := kept.get(key, NOTHING)) != (its := wanted.get(key, NOTHING))
    ]


def _said(mine: Counts, other: Counts) -> str:
    """Return the counts that are not the same, by name."""
    pairs = zip(_NAMES, mine, other, strict=True)
    return ", ".join(f"{name}={value}" for name, value, its in pairs if value != its)
