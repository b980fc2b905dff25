"""Rounds in which everybody is measured in turn, so that ratios compare what ran side by side."""

from dataclasses import dataclass, field
from statistics import median
from typing import Final

from tests.bench.trial import Cost, Subject

DISTURBED: Final = 0.25
"""Cores that others kept busy; a round with more in any part is left out where enough others are left."""
ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with its lowest and highest value."""

    middle: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Return the spread of at least one value."""
        return cls(median(values), min(values), max(values))


@dataclass
class Rounds:
    """What every subject cost in every round, by name."""

    made: list[dict[str, Cost]] = field(default_factory=list)

    def run(self, subjects: tuple[Subject, ...], *, size: int, count: int) -> None:
        """Make rounds until `count` of them are quiet or half as many again are made; warm up before.

        Who delivers as well gets a third of the requests: it costs several times as much.
        """
        for subject in subjects:
            subject.round(max(size // 10, 50))
        while len(self.quiet()) < count and len(self.made) < count + count // 2:
            self.made.append(
                {each.name: each.round(size // 3 if each.delivers else size) for each in subjects}
            )

    def quiet(self) -> list[dict[str, Cost]]:
        """Return the rounds in which others left the machine alone."""
        return [each for each in self.made if max(cost.others for cost in each.values()) <= DISTURBED]

    def used(self) -> list[dict[str, Cost]]:
        """Return the rounds that count: the quiet ones, or all if those are too few."""
        quiet = self.quiet()
        return quiet if len(quiet) >= ENOUGH else self.made

    def cpu(self, subject: Subject) -> Spread:
        """Return CPU milliseconds a request."""
        return Spread.of([each[subject.name].cpu_ms for each in self.used()])

    def rate(self, subject: Subject) -> Spread:
        """Return requests a second."""
        return Spread.of([each[subject.name].rate for each in self.used()])

    def ratio(self, subject: Subject, reference: Subject) -> Spread:
        """Return how many times the CPU of `reference` in the same round a request costs."""
        return Spread.of([each[subject.name].cpu_ms / each[reference.name].cpu_ms for each in self.used()])

    def others(self) -> float:
        """Return how many cores others kept busy in the worst part of the rounds that count."""
        return max(cost.others for each in self.used() for cost in each.values())
