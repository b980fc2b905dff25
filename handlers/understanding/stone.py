"""What a pattern is called, and its stone in one sentence: the sentence of its cases that says most of all.

Extractive and pure: nothing is reworded, only masked. A sentence counts by the pairs of characters that
others' texts have too, so that what only one enterprise says of itself is in neither.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from .features import runs
from .headline import headline
from .masking import mask, without_known
from .regex import Regex
from .traits import rarity

TITLE: Final = 30
STONE: Final = 100
SHORTEST: Final = 8
_ENDS: Final = Regex(r"[。！!？?；;\n]+")
_CLAUSE: Final = Regex(r"[，,]")


def told_by(
    texts: Sequence[str], people: Iterable[str] = (), firms: Iterable[str] = ()
) -> tuple[str, str, list[int]]:
    """Return title and stone of texts, without numbers, and without these names of people and of firms.

    Last come the places of the texts in which the sentence stands.
    """
    names, marks = list(people), list(firms)
    plain = [without_known(mask(text), names, marks) for text in texts]
    spread = Counter(gram for text in plain for gram in _grams(text))
    shared = {gram: count for gram, count in spread.items() if count > 1} or spread
    sentences = sorted({each for text in plain for each in _sentences(text)})
    if not sentences:
        return "", "", []
    best = max(sentences, key=lambda each: (_says(each, shared), each))
    clauses = [each for each in _CLAUSE.split(best) if len(each.strip()) >= SHORTEST] or [best]
    clause = max(clauses, key=lambda each: _says(each, shared))
    said_in = [place for place, text in enumerate(plain) if best in _sentences(text)]
    return headline(clause.strip(), TITLE)[:TITLE], best[:STONE], said_in


def _says(sentence: str, shared: dict[str, int] | Counter[str]) -> float:
    """Return how much of what all say a sentence says, for its length."""
    grams = _grams(sentence)
    total = sum(rarity(gram) * shared[gram] for gram in grams if gram in shared)
    return total / (len(grams) + SHORTEST)


def _sentences(text: str) -> list[str]:
    return [each.strip() for each in _ENDS.split(text) if len(each.strip()) >= SHORTEST]


def _grams(text: str) -> set[str]:
    return {run[at : at + 2] for run in runs(text) for at in range(len(run) - 1)}
