"""By when a debt to a small or medium enterprise was due by law, and what its delay has cost since. Pure.

Source: 《保障中小企业款项支付条例》 as `config/catalog/payment.yaml` has it; the sums are what the law sets
where the contract names nothing, so they are a floor to talk from and never a claim.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from config import catalog
from config.catalog import DebtorKind, Ground

__all__ = ["DebtorKind", "Due", "Interest", "due", "interest"]

_MAYBE_LARGE: Final = frozenset({DebtorKind.STATE_OWNED, DebtorKind.LARGE})


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which payment was in time, and on what ground.

    `if_large`: it holds only if the debtor really is a large enterprise, which no name proves.
    """

    day: date
    days: int
    ground: Ground
    if_large: bool


@dataclass(frozen=True, slots=True)
class Interest:
    """What `days` days of delay cost, in 分 (rounded down), at `daily` a day, and on what ground."""

    least: int
    most: int | None
    days: int
    daily: Decimal
    ground: Ground


def due(delivered: date, debtor: DebtorKind) -> Due | None:
    """Return by when `debtor` had to pay for what was delivered then; None where only the contract says."""
    for term in catalog.payment_law().terms:
        if debtor in term.debtors and term.ground.holds_on(delivered):
            day = delivered + timedelta(days=term.days)
            return Due(day, term.days, term.ground, if_large=debtor in _MAYBE_LARGE)
    return None


def interest(least: int, most: int | None, delivered: date, due_on: date, today: date) -> Interest | None:
    """Return what the delay of a sum from `least` to `most` 分 has cost; None while it is not overdue.

    Also None where no law set a rate on the day of delivery.
    """
    days = (today - due_on).days
    if days <= 0:
        return None
    for rate in catalog.payment_law().interest:
        if rate.ground.holds_on(delivered):
            cost = [None if each is None else _floor(each * rate.daily * days) for each in (least, most)]
            return Interest(cost[0] or 0, cost[1], days, rate.daily, rate.ground)
    return None


def _floor(sum_: Decimal) -> int:
    return int(sum_.to_integral_value(ROUND_FLOOR))
