"""What is wrong with a chain, link by link: altered, missing, in another's place, or sealed anew.

Pure on purpose: links come in, flaws come out; which rows they are made from is the caller's affair.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from models.rules.chain import GENESIS

ALTERED: Final = "altered"
MISSING: Final = "missing"
REORDERED: Final = "reordered"
RESEALED: Final = "resealed"
DIFFERENT: Final = "different"

_TRIED: Final = 1000
"""In so many places of a gap a link that does not fit its own is tried."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it was written down: which chain, which link of it, and what it is."""

    chain: str
    seq: int | None
    kind: str
    says: str

    def __str__(self) -> str:
        link = "" if self.seq is None else f" #{self.seq}"
        return f"{self.chain}{link}: {self.kind}, {self.says}"


@dataclass(frozen=True, slots=True)
class Link:
    """A row of a chain. `seal` is what its digest must be, were it the link with a given number."""

    seq: int
    previous: str
    digest: str
    seal: Callable[[int], str]


def _missing(first: int, last: int) -> tuple[int, str, str]:
    return first, MISSING, "it is not there" if last == first else f"nothing is there up to #{last}"


@dataclass(slots=True)
class Walk:
    """Goes along one chain, some links at a time; `redacted` tells what later links left of earlier ones."""

    chain: str
    redacted: Mapping[int, str] = field(default_factory=dict)
    expected: int = 1
    last: str = GENESIS
    is_sound: bool = True

    def along(self, links: Sequence[Link]) -> list[Flaw]:
        """Return what is wrong with the next links, in the order of their numbers."""
        broken = {link.seq for link in links if not self._is_sealed(link)}
        gaps = self._gaps({link.seq for link in links})
        places = broken | {seq for first, last in gaps for seq in range(first, min(last, first + _TRIED) + 1)}
        moved = {link.seq: self._place(link, places) for link in links if link.seq in broken}
        true = {moved.get(link.seq) or link.seq for link in links}
        flaws = [Flaw(self.chain, *_missing(first, last)) for first, last in self._gaps(true)]
        for link in links:
            if link.seq in broken:
                flaws.append(self._named(link, moved[link.seq]))
            elif link.previous != self.last and self.is_sound and link.seq == self.expected:
                flaws.append(self._unlinked(link))
            self.expected, self.last, self.is_sound = link.seq + 1, link.digest, link.seq not in broken
        return sorted(flaws, key=lambda flaw: flaw.seq or 0)

    def _is_sealed(self, link: Link) -> bool:
        return link.seal(link.seq) in {link.digest, self.redacted.get(link.seq)}

    def _gaps(self, there: Collection[int]) -> list[tuple[int, int]]:
        """Return the first and last number of every stretch that is not there, up to the highest that is."""
        found, first = [], self.expected
        for seq in sorted(there):
            if seq > first:
                found.append((first, seq - 1))
            first = max(first, seq + 1)
        return found

    @staticmethod
    def _place(link: Link, places: Collection[int]) -> int | None:
        return next((seq for seq in sorted(places) if link.seal(seq) == link.digest), None)

    def _named(self, link: Link, place: int | None) -> Flaw:
        if place is None:
            return Flaw(self.chain, link.seq, ALTERED, "what it says does not fit its digest")
        return Flaw(self.chain, link.seq, REORDERED, f"by its digest it is #{place}")

    def _unlinked(self, link: Link) -> Flaw:
        if link.seq == 1:
            return Flaw(self.chain, 1, RESEALED, "it points to something before the first")
        says = f"its digest is not the one that #{link.seq} was sealed to"
        return Flaw(self.chain, link.seq - 1, RESEALED, says)
