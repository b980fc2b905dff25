"""How good guesses are, in numbers. Pure, without numpy: whoever can run the service can measure it."""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .model import TYPES

BINS: Final = 10
ROWS_FOR_F1: Final = 5
"""Rows a type must have to count for macro-F1: of fewer the figure says nothing."""
RIGHT_WHEN_STANDING: Final = 0.85
"""A wrong guess costs a tap, as a question does, and also trust: six of seven must be right."""
ROUNDING: Final = 1e-4
"""Mean log loss by which the same examples may differ on another processor: 2e-6 was seen."""
ALWAYS: Final = 1.01
"""The threshold above every confidence: a model that is never right often enough always asks."""
OTHER: Final = TYPES.index("other")


@dataclass(frozen=True, slots=True)
class Row:
    """What was made of one text: a probability for each of `TYPES`, the right type, what else is arguable."""

    scores: Sequence[float]
    right: str
    also: frozenset[str] = frozenset()

    @property
    def guess(self) -> str:
        """The likeliest type; of several as likely `other`, which is how the classifier decides."""
        return TYPES[max(range(len(TYPES)), key=lambda place: (self.scores[place], place == OTHER))]

    @property
    def sure(self) -> float:
        """The probability of the guess."""
        return max(self.scores)

    @property
    def is_right(self) -> bool:
        """Whether the guess is the right type."""
        return self.guess == self.right

    @property
    def loss(self) -> float:
        """How surprised one is by the right type, in nats: 0 if it was certain."""
        return -math.log(max(self.scores[TYPES.index(self.right)], 1e-12))

    def is_among_six(self, first: int) -> bool:
        """Whether the right type is among the `first` best of the six."""
        six = sorted(range(OTHER), key=lambda place: -self.scores[place])
        return self.right in [TYPES[place] for place in six[:first]]


@dataclass(frozen=True, slots=True)
class Bin:
    """The guesses of about one confidence: what they say of themselves, and how many are right."""

    low: float
    high: float
    texts: int
    said: float
    right: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What a model made of some texts. A share of nothing is None."""

    rows: Sequence[Row]

    @property
    def seven_way(self) -> float | None:
        """Share of texts whose guess is right, `other` being one of seven."""
        return share(row.is_right for row in self.rows)

    @property
    def arguable(self) -> float | None:
        """Share of texts whose guess is right or at least arguable."""
        return share(row.is_right or row.guess in row.also for row in self.rows)

    def six_way(self, first: int = 1) -> float | None:
        """Share of the rows of the six types whose right type is among the `first` best of the six."""
        return share(row.is_among_six(first) for row in self.rows if row.right != TYPES[OTHER])

    @property
    def macro_f1(self) -> float | None:
        """Mean F1 of the types that have rows enough."""
        right, said = Counter(row.right for row in self.rows), Counter(row.guess for row in self.rows)
        hits = Counter(row.right for row in self.rows if row.is_right)
        return mean([2 * hits[k] / (right[k] + said[k]) for k in TYPES if right[k] >= ROWS_FOR_F1])

    @property
    def other_auroc(self) -> float | None:
        """How often a text that is `other` scores higher as such than one that is not."""
        others = [row.scores[OTHER] for row in self.rows if row.right == TYPES[OTHER]]
        rest = sorted(row.scores[OTHER] for row in self.rows if row.right != TYPES[OTHER])
        if not rest:
            return None
        return mean([(bisect_left(rest, one) + bisect_right(rest, one)) / 2 / len(rest) for one in others])

    @property
    def loss(self) -> float | None:
        """Mean surprise at the right type: lower is better, for being right and for being honest alike."""
        return mean([row.loss for row in self.rows])

    @property
    def bins(self) -> list[Bin]:
        """The reliability table, tenth by tenth of confidence."""
        within: dict[int, list[Row]] = {}
        for row in self.rows:
            within.setdefault(min(int(row.sure * BINS), BINS - 1), []).append(row)
        return [
            Bin(
                place / BINS,
                (place + 1) / BINS,
                len(rows),
                sum(row.sure for row in rows) / len(rows),
                sum(row.is_right for row in rows) / len(rows),
            )
            for place, rows in sorted(within.items())
        ]

    @property
    def calibration_error(self) -> float | None:
        """Expected calibration error: by how much confidence and truth differ, bin by bin."""
        if not self.rows:
            return None
        return sum(each.texts * abs(each.said - each.right) for each in self.bins) / len(self.rows)

    @property
    def confusion(self) -> dict[str, dict[str, int]]:
        """Right type → guess → texts."""
        return confusion(TYPES, [(row.right, row.guess) for row in self.rows])

    def stands(self, least: float) -> float | None:
        """Return the share of texts whose guess is at least so sure."""
        return share(row.sure >= least for row in self.rows)

    def stands_right(self, least: float) -> float | None:
        """Return the share of right guesses among those at least so sure."""
        return share(row.is_right for row in self.rows if row.sure >= least)

    def figures(self, ask_below: float) -> dict[str, Any]:
        """Return all figures by name; those that stand when the bot asks below `ask_below` among them."""
        return {
            "texts": len(self.rows),
            "seven_way": self.seven_way,
            "with_arguable": self.arguable,
            "six_way": self.six_way(),
            "top_two_of_six": self.six_way(2),
            "macro_f1": self.macro_f1,
            "other_auroc": self.other_auroc,
            "log_loss": self.loss,
            "calibration_error": self.calibration_error,
            "ask_below": ask_below,
            "asked": share(row.sure < ask_below for row in self.rows),
            "right_when_not_asked": self.stands_right(ask_below),
        }

    def lines(self, ask_below: float) -> Iterator[str]:
        """Yield the report."""
        yield from figures_in_lines(self.figures(ask_below))
        yield "confidence     texts    said   right"
        for each in self.bins:
            yield f"{each.low:.1f} - {each.high:.1f} {each.texts:11d}   {each.said:.3f}   {each.right:.3f}"
        yield from table(self.confusion)


def ask_below(measured: Measured) -> float:
    """Return the lowest twentieth from which on the guesses that stand are right often enough."""
    enough = (
        place / 20 for place in range(20) if (measured.stands_right(place / 20) or 0.0) >= RIGHT_WHEN_STANDING
    )
    return next(enough, ALWAYS)


def is_worse(candidate: Measured, current: Measured) -> bool:
    """Whether a candidate is worse than the current model on the same texts, in the same order.

    It is if it is more surprised by the right types on the whole, by more than another processor's last bits
    explain, or if it loses more texts than it wins by more than chance explains (the square root of both
    together, one standard deviation).
    """
    pairs = list(zip(candidate.rows, current.rows, strict=True))
    more = sum(now.loss - was.loss for now, was in pairs)
    return more > ROUNDING * len(pairs) or loses([(now.is_right, was.is_right) for now, was in pairs])


def loses(right: Sequence[tuple[bool, bool]]) -> bool:
    """Whether of texts, right by the candidate and right before, more are lost than won beyond chance."""
    lost = sum(was and not now for now, was in right)
    won = sum(now and not was for now, was in right)
    return lost - won > math.sqrt(lost + won)


def share(those: Iterable[bool]) -> float | None:
    """Return the share of what is true; None of nothing."""
    return mean([float(each) for each in those])


def mean(numbers: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return math.fsum(numbers) / len(numbers) if numbers else None


def figures_in_lines(figures: Mapping[str, float | None]) -> Iterator[str]:
    """Yield figures as a report shows them, a line each."""
    for name, figure in figures.items():
        number = "-" if figure is None else f"{figure:d}" if isinstance(figure, int) else f"{figure:.3f}"
        yield f"{name.replace('_', ' '):22} {number:>8}"


def confusion(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Return right → said → how often, for all of `names`."""
    often, known = Counter(pairs), list(names)
    return {right: {said: often[right, said] for said in known} for right in known}


def table(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Yield a confusion as lines."""
    yield "right \\ said" + "".join(f"{name:>11}" for name in counts)
    for name, said in counts.items():
        yield f"{name:12}" + "".join(f"{number:11d}" for number in said.values())
