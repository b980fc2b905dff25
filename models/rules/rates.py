"""The rates (MISSION.md): each a numerator over a denominator, made of kept counts and nothing else. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.rules.tally import Counts


class Rate(StrEnum):
    """Which rate; its Chinese name and its words are in `handlers.say`."""

    RESOLUTION = "resolution"
    """办结率."""
    RESPONSE = "response"
    """响应率."""
    CONFIRMATION = "confirmation"
    """解决率."""
    SATISFACTION = "satisfaction"
    """满意率; never shown without the next."""
    RATING = "rating"
    """评价率: how many of those resolved were rated at all."""
    OVERDUE = "overdue"
    """逾期率."""
    REBOUND = "rebound"
    """反弹率."""
    HANDLING_HOURS = "handling_hours"
    """平均办结时长, in hours."""


Part = Callable[[Counts], int]

FORMULAS: Final[Mapping[Rate, tuple[Part, Part]]] = {
    Rate.RESOLUTION: (lambda n: n.done, lambda n: n.received),
    Rate.RESPONSE: (lambda n: n.in_time, lambda n: n.due),
    Rate.CONFIRMATION: (lambda n: n.confirmed, lambda n: n.done),
    Rate.SATISFACTION: (lambda n: n.satisfied, lambda n: n.rated),
    Rate.RATING: (lambda n: n.rated, lambda n: n.done),
    Rate.OVERDUE: (lambda n: n.overdue, lambda n: n.received),
    Rate.REBOUND: (lambda n: n.rebounded, lambda n: n.written_off),
    Rate.HANDLING_HOURS: (lambda n: round(n.seconds / 3600), lambda n: n.done),
}


@dataclass(frozen=True, slots=True)
class Share:
    """One rate: `value` is None where there is nothing to divide by, which is not a rate of 0."""

    rate: Rate
    numerator: int
    denominator: int
    value: float | None


def shares(counts: Counts) -> tuple[Share, ...]:
    """Return every rate of these counts."""
    return tuple(_share(rate, counts) for rate in FORMULAS)


def _share(rate: Rate, counts: Counts) -> Share:
    above, below = (part(counts) for part in FORMULAS[rate])
    return Share(rate, above, below, round(above / below, 4) if below else None)
