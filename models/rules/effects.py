"""Whether a patch has worked: rates before and after with exact intervals, and what they allow to be said.

Pure. What is counted are enterprises that met the stone, once each; their number in a time is taken for a
Poisson count.

- A rate's interval is Garwood's (1936, Biometrika 28:437): the means under which a count as high, or as low,
  has a probability of 2.5 %.
- The ratio of two rates is judged given the sum of both counts (Przyborowski and Wilenski 1940, Biometrika
  31:313): the later count is binomial then, with p / (1 - p) = ratio · exposure after / exposure before, and
  p has Clopper and Pearson's interval (1934, Biometrika 26:404).

Both are exact, and so rather too wide than too narrow. Bounds are found by bisection of the sums themselves.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALPHA: Final = 0.05
"""Intervals are of 95 %."""
PER: Final = 1000
"""Rates are per so many enterprises and `UNIT_DAYS` days."""
UNIT_DAYS: Final = 90
LEAST_DAYS: Final = 7
"""Of fewer days no rate is told: one case in the first hour would read as thousands in a quarter."""
LOOKS: Final = 3
"""What the figures do not show by the last of so many looks is not there."""
_HALVINGS: Final = 100
_NEGLIGIBLE: Final = 1e-17


class Verdict(StrEnum):
    """What the figures allow to be said."""

    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the bounds of its interval; a bound or estimate that has no end is infinite."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """How many enterprises met the stone, out of how many, in how many days."""

    met: int
    enterprises: int
    days: float

    @property
    def units(self) -> float:
        """So many times `PER` enterprises and `UNIT_DAYS` days."""
        return self.enterprises / PER * self.days / UNIT_DAYS


def rate(seen: Exposure) -> Interval | None:
    """Return the rate per `PER` enterprises and `UNIT_DAYS` days; None of nobody or hardly any time."""
    if seen.units <= 0 or seen.days < LEAST_DAYS:
        return None
    low, high = poisson_bounds(seen.met)
    return Interval(seen.met / seen.units, low / seen.units, high / seen.units)


def ratio(before: Exposure, after: Exposure) -> Interval | None:
    """Return the rate after as a multiple of that before; None if it cannot be told (yet)."""
    total = before.met + after.met
    if not total or rate(before) is None or rate(after) is None:
        return None
    scale = before.units / after.units
    low, high = binomial_bounds(after.met, total)
    return Interval(*(_odds(share) * scale for share in (after.met / total, low, high)))


def judge(found: Interval | None, *, look: int) -> Verdict:
    """Return what a ratio says at the `look`-th look, counted from one.

    It has worked if the whole interval lies below one; it has not if as many or more stumble, or if no look
    up to the last has shown that fewer do.
    """
    if found is not None and found.high < 1:
        return Verdict.EFFECTIVE
    if look >= LOOKS or (found is not None and found.estimate >= 1):
        return Verdict.INEFFECTIVE
    return Verdict.UNCLEAR


def poisson_bounds(count: int) -> tuple[float, float]:
    """Return Garwood's bounds of the mean of a count."""
    top = count + 10 * math.sqrt(count + 1) + 20
    low = _where(lambda mean: 1 - _poisson(count - 1, mean) >= ALPHA / 2, 0.0, top) if count else 0.0
    return low, _where(lambda mean: _poisson(count, mean) <= ALPHA / 2, 0.0, top)


def binomial_bounds(count: int, total: int) -> tuple[float, float]:
    """Return Clopper and Pearson's bounds of a share."""
    low = _where(lambda p: 1 - _binomial(count - 1, total, p) >= ALPHA / 2, 0.0, 1.0) if count else 0.0
    high = _where(lambda p: _binomial(count, total, p) <= ALPHA / 2, 0.0, 1.0) if count < total else 1.0
    return low, high


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _where(is_reached: Callable[[float], bool], low: float, high: float) -> float:
    """Return where something that is false below and true above becomes true."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if is_reached(middle) else (middle, high)
    return (low + high) / 2


def _poisson(count: int, mean: float) -> float:
    """Return the probability of at most `count` where `mean` are expected."""
    if count < 0 or mean <= 0:
        return float(count >= 0)
    return _below(count, count * math.log(mean) - mean - math.lgamma(count + 1), lambda k: k / mean)


def _binomial(count: int, total: int, share: float) -> float:
    """Return the probability of at most `count` of `total` where each has the probability `share`."""
    if count < 0 or count >= total or share <= 0 or share >= 1:
        return float(count >= total or (count >= 0 and share <= 0))
    ways = math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)
    first = ways + count * math.log(share) + (total - count) * math.log1p(-share)
    return _below(count, first, lambda k: k / (total - k + 1) * (1 - share) / share)


def _below(count: int, log_first: float, step: Callable[[int], float]) -> float:
    """Return the sum of terms from `count` down to none, given the first and what leads from k to k - 1."""
    term, most, terms = log_first, log_first, [log_first]
    for k in range(count, 0, -1):
        term += math.log(step(k))
        most = max(most, term)
        terms.append(term)
        if term < most + math.log(_NEGLIGIBLE):
            break
    return min(1.0, math.fsum(math.exp(each) for each in terms))
