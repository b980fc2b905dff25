"""How well groups agree with given ones: pairwise precision and recall, and the adjusted Rand index. Pure."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs of texts that are together in both, in ours and in the given groups, among all pairs."""

    texts: int
    groups: int
    found: int
    both: int
    ours: int
    given: int

    @property
    def precision(self) -> float:
        """Of the pairs we put together, how many belong together; 1 if we put none."""
        return self.both / self.ours if self.ours else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that belong together, how many we put together; 1 if there are none."""
        return self.both / self.given if self.given else 1.0

    @property
    def ari(self) -> float:
        """The adjusted Rand index (Hubert and Arabie 1985): 1 for the same groups, about 0 for chance."""
        pairs = comb(self.texts, 2)
        expected = self.ours * self.given / pairs if pairs else 0.0
        most = (self.ours + self.given) / 2
        return 1.0 if most == expected else (self.both - expected) / (most - expected)

    def figures(self) -> Mapping[str, Any]:
        """Return it for programs."""
        return {
            "texts": self.texts,
            "groups": self.groups,
            "found": self.found,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "ari": round(self.ari, 4),
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        return [
            f"{self.texts} texts in {self.groups} given groups; {self.found} found",
            f"pairwise precision {self.precision:.3f}",
            f"pairwise recall    {self.recall:.3f}",
            f"adjusted Rand      {self.ari:.3f}",
        ]


def agreement(given: Sequence[Hashable | None], ours: Sequence[Hashable | None]) -> Agreement:
    """Compare two groupings of the same texts; None is a text on its own."""
    both = Counter(
        (left, right) for left, right in zip(given, ours, strict=True) if None not in (left, right)
    )
    return Agreement(
        texts=len(given),
        groups=len({each for each in given if each is not None}),
        found=len({each for each in ours if each is not None}),
        both=_pairs(both),
        ours=_pairs(Counter(each for each in ours if each is not None)),
        given=_pairs(Counter(each for each in given if each is not None)),
    )


def _pairs(sizes: Mapping[Any, int]) -> int:
    return sum(comb(size, 2) for size in sizes.values())
