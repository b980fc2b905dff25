"""From a text to numbers: character n-grams and ideas, weighed the same in training and at run time.

No types, weights or thresholds live here.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import add
from typing import Final

from .text import normalize

READ_AT_MOST: Final = 4000
"""Characters of a message that are read; the rest of a longer one tells us nothing new."""

LONGEST_GRAM: Final = 2
SEEN_IN: Final = 12
"""Texts that must hold an n-gram before it counts: what is left fits a processor's cache, and is as good in
cross-validation as all of them."""
IDEA_LENGTHS: Final = (2, 3, 4)
IDEA_SHARE: Final = 0.5
"""Length of the vector of ideas beside that of n-grams (1.0); 0.5 beat 1.0 in cross-validation."""

_NUMBER = re.compile(r"\d+")
_RUN = re.compile(r"\w+")


def runs(text: str) -> list[str]:
    """Return the unbroken runs of letters and digits in `text`; a number of any length reads `0`."""
    return _RUN.findall(_NUMBER.sub("0", normalize(text[:READ_AT_MOST])))


def slices(run: str, length: int) -> list[str]:
    """Return every substring of `run` that is `length` characters long."""
    return [run[i : i + length] for i in range(len(run) - length + 1)]


def grams(text: str) -> Counter[str]:
    """Return how often each n-gram of one to `LONGEST_GRAM` characters occurs."""
    return Counter(
        gram for run in runs(text) for length in range(1, LONGEST_GRAM + 1) for gram in slices(run, length)
    )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known, by row: first the n-grams (with their rarity), then the ideas."""

    rows: Mapping[str, int]
    rarity: Sequence[float]
    ideas: Mapping[str, Sequence[int]]
    """Word → rows of the ideas it stands for, counted from the end of the n-grams."""
    heads: frozenset[str] = field(init=False)
    """The first two characters of every word: few places of a text begin one, and only those are read."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "heads", frozenset(word[:2] for word in self.ideas))

    def vector(self, text: str) -> tuple[list[int], list[float]]:
        """Return the rows that occur in `text` and their values; both empty when nothing is known.

        N-grams: (1 + ln tf) * idf, length 1 together. Ideas: ln(1 + tf), at most `IDEA_SHARE` together.
        """
        counts, ideas = self._count(runs(text))
        rarity = self.rarity
        values = [
            rarity[row] if times == 1 else rarity[row] * (1.0 + math.log(times))
            for row, times in counts.items()
        ]
        length = math.hypot(*values)
        values = [value / length for value in values]
        if ideas:
            weights = [math.log1p(times) for times in ideas.values()]
            scale = IDEA_SHARE / max(1.0, math.hypot(*weights))
            values += [weight * scale for weight in weights]
        first = len(rarity)
        return [*counts, *[first + idea for idea in ideas]], values

    def ideas_in(self, text: str) -> frozenset[int]:
        """Return the ideas that `text` holds, by number."""
        return frozenset(self._count(runs(text))[1])

    def _count(self, parts: Iterable[str]) -> tuple[dict[int, int], dict[int, int]]:
        """Return how often each known n-gram and each idea occurs, by row."""
        found: list[int] = []
        ideas: dict[int, int] = {}
        for run in parts:
            pairs = [*map(add, run, run[1:])]
            found += [row for row in map(self.rows.get, (*run, *pairs)) if row is not None]
            for start in [place for place, pair in enumerate(pairs) if pair in self.heads]:
                for word in _words_from(run, start):
                    for idea in self.ideas.get(word, ()):
                        ideas[idea] = ideas.get(idea, 0) + 1
        return Counter(found), ideas


def _words_from(run: str, start: int) -> list[str]:
    """Return the substrings from `start` that may be a word with an idea behind it."""
    return [run[start : start + length] for length in IDEA_LENGTHS if start + length <= len(run)]


def learn(texts: Sequence[str], lexicon: Mapping[str, Sequence[str]]) -> Vocabulary:
    """Return the vocabulary of `texts` and of `lexicon` (idea → words), rarity smoothed."""
    spread = Counter(gram for text in texts for gram in grams(text))
    known = sorted(gram for gram, texts_with_it in spread.items() if texts_with_it >= SEEN_IN)
    rarity = [1.0 + math.log((1 + len(texts)) / (1 + spread[gram])) for gram in known]
    ideas: dict[str, list[int]] = {}
    for number, words in enumerate(lexicon.values()):
        for word in words:
            ideas.setdefault(word, []).append(number)
    return Vocabulary({gram: row for row, gram in enumerate(known)}, rarity, ideas)
