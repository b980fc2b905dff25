"""Groups of alike texts in one go: their vectors, the nearest of each, likeness, mean linkage. Wants numpy.

Vectors are compared a block at a time, so memory grows with the number of texts and not with its square.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any, Final

import numpy as np

from .alike import Weights, is_copy, likeness, shipped
from .deep import DeepModel
from .embedding import SHARED, SIZE
from .grouping import Pairs, grouped, labels
from .traits import Traits, traits_of

NEAREST: Final = 48
"""Neighbours of each text that are compared by their traits too."""
BLOCK: Final = 1024
FARTHEST: Final = 0.1
"""Cosine of centred vectors below which nothing is alike."""
OF_ONE_TYPE: Final = 0.1
"""Overlap of two texts' probable types below which they are all but surely of two types."""
LEAST: Final = 0.02
"""Likeness that counts as none."""

Vectors = Any
"""An array of float32, a row of length 1 for each text; a text that cannot be read has zeros."""
Vector = Callable[[str], Sequence[float] | None]


def centre() -> Any:
    """Return the mean of our examples' vectors, which all vectors are compared from."""
    return np.array(DeepModel.load().mean, dtype=np.float32)


def vectors_of(texts: Iterable[str], vector: Vector = SHARED.vector) -> Vectors:
    """Return the centred vectors of texts.

    Raises:
        NoEmbedding: there is none on this platform.
    """
    nothing = [0.0] * SIZE
    found = [vector(text) for text in texts]
    raw = np.array([nothing if each is None else each for each in found], dtype=np.float32)
    raw = raw.reshape(len(found), SIZE)
    is_read = np.array([each is not None for each in found], dtype=bool)
    raw[is_read] -= centre()
    return unit(raw)


def unit(raw: Any) -> Any:
    """Return rows of length 1; those without any length stay so."""
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    return raw / np.where(lengths == 0, 1, lengths)


def nearest(vectors: Vectors, most: int = NEAREST) -> Iterator[tuple[int, int, float]]:
    """Yield once each pair of rows, one among the other's nearest, the lower first, with their cosine."""
    size = len(vectors)
    if size < 2:  # noqa: PLR2004 -- nothing to be near to
        return
    near: Any = np.zeros((size, min(most, size - 1)), dtype=np.int32)
    close: Any = np.zeros(near.shape, dtype=np.float32)
    for start in range(0, size, BLOCK):
        end = min(start + BLOCK, size)
        near[start:end], close[start:end] = _nearest_of(vectors, start, end, near.shape[1])
    rows, places = np.nonzero(close >= FARTHEST)
    others = near[rows, places]
    pairs = np.minimum(rows, others).astype(np.int64) * size + np.maximum(rows, others)
    pairs, once = np.unique(pairs, return_index=True)
    cosines = close[rows[once], places[once]]
    for at in range(0, len(pairs), BLOCK):
        some = pairs[at : at + BLOCK]
        told = (some // size).tolist(), (some % size).tolist(), cosines[at : at + BLOCK].tolist()
        yield from zip(*told, strict=True)


def _nearest_of(vectors: Vectors, start: int, end: int, most: int) -> tuple[Any, Any]:
    """Return which other rows are the nearest to some, and their cosines; in no order.

    Only what is nearer than the worst of the best so far is looked at: after a few blocks hardly anything is.
    """
    block = vectors[start:end]
    best: Any = np.full((len(block), most), -np.inf, dtype=np.float32)
    where: Any = np.zeros((len(block), most), dtype=np.int32)
    for other in range(0, len(vectors), BLOCK * 8):
        cosines = block @ vectors[other : other + BLOCK * 8].T
        own = np.arange(max(start, other), min(end, other + cosines.shape[1]))
        cosines[own - start, own - other] = -np.inf
        found, columns = np.nonzero(cosines > best.min(axis=1, keepdims=True))
        best, where = _best(best, where, found, cosines[found, columns], columns + other)
    return where, best


def _best(best: Any, where: Any, rows: Any, cosines: Any, columns: Any) -> tuple[Any, Any]:
    """Return the best of each row and of what was found for it, in the order of rows."""
    most = best.shape[1]
    each = np.bincount(rows, minlength=len(best))
    wide = int(each.max(initial=0))
    if not wide:
        return best, where
    places = most + np.arange(len(rows)) - np.repeat(np.cumsum(each) - each, each)
    all_best: Any = np.full((len(best), most + wide), -np.inf, dtype=np.float32)
    all_where: Any = np.zeros(all_best.shape, dtype=np.int32)
    all_best[:, :most], all_where[:, :most] = best, where
    all_best[rows, places], all_where[rows, places] = cosines, columns
    chosen = np.argpartition(-all_best, most - 1, axis=1)[:, :most]
    return np.take_along_axis(all_best, chosen, axis=1), np.take_along_axis(all_where, chosen, axis=1)


def likenesses(vectors: Vectors, traits: Sequence[Traits], weights: Weights) -> Pairs:
    """Return the likeness of every pair of neighbours that counts."""
    found: dict[tuple[int, int], float] = {}
    for one, other, cosine in nearest(vectors):
        alike = likeness(traits[one], traits[other], cosine, weights)
        if alike >= LEAST:
            found[one, other] = alike
    return found


def groups_of(
    texts: Sequence[str], *, weights: Weights | None = None, vector: Vector = SHARED.vector
) -> list[int | None]:
    """Return for each text the number of its group, the same for alike ones; None for who is alone.

    Raises:
        NoEmbedding: there is none on this platform.
    """
    model = weights or shipped()
    traits = [traits_of(text) for text in texts]
    found = likenesses(vectors_of(texts, vector), traits, model)
    pairs = {each: alike for each, alike in found.items() if _may_be_of_one_type(*(traits[n] for n in each))}
    return labels(len(texts), grouped(len(texts), pairs, join=model.join, known=NEAREST))


def _may_be_of_one_type(one: Traits, other: Traits) -> bool:
    """Whether cases of these words would be compared at all: the service looks within a type only."""
    overlap: float = sum(map(mul, one.scores, other.scores))
    return overlap >= OF_ONE_TYPE


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups of cases, each with its mean likeness to the others, and which cases only repeat an earlier one.

    The mean is over the others of the group, those that are not near being 0; alone it is 0.
    """

    groups: list[dict[int, float]]
    repeats: dict[int, int]


def groups_of_kept(
    kept: bytes,
    traits: Sequence[Traits],
    voices: Sequence[str],
    *,
    join: float,
    held: Sequence[Sequence[int]] = (),
) -> Grouping:
    """Return the groups of cases whose kept vectors stand one behind the other, the earliest case first.

    What says once more what an earlier case said, in its words or by the same voice, is in no group, so that
    it weighs nothing and takes nobody's place among the nearest. `held` are groups that stay together and
    apart, as people decided.
    """
    vectors = unit(np.frombuffer(kept, dtype=np.int8).reshape(-1, SIZE).astype(np.float32))
    fixed = {member for group in held for member in group}
    nodes, repeats, is_crowded = list(range(len(traits))), dict[int, int](), True
    pairs: dict[tuple[int, int], float] = {}
    while is_crowded:
        found = likenesses(vectors[nodes], [traits[each] for each in nodes], shipped())
        pairs = {(nodes[one], nodes[other]): alike for (one, other), alike in found.items()}
        again = _repeats(pairs, traits, voices, join=join, fixed=fixed)
        repeats |= again
        is_crowded = _crowd(pairs, again)
        nodes = [each for each in nodes if each not in again]
    places = {each: place for place, each in enumerate(nodes)}
    among = {(places[a], places[b]): alike for (a, b), alike in pairs.items() if a in places and b in places}
    of_people = [[places[each] for each in group] for group in held]
    groups = grouped(len(nodes), among, join=join, known=NEAREST, held=of_people)
    return Grouping(_with_means(groups, among, nodes), repeats)


def _repeats(
    pairs: Pairs, traits: Sequence[Traits], voices: Sequence[str], *, join: float, fixed: Collection[int]
) -> dict[int, int]:
    """Return which cases only say once more what an earlier one said; of several the one most like them."""
    best: dict[int, tuple[float, int]] = {}
    for (first, later), alike in pairs.items():
        if alike < join or later in fixed:
            continue
        if voices[first] == voices[later] or is_copy(traits[first], traits[later]):
            best[later] = max(best.get(later, (0.0, 0)), (alike, -first))
    return {later: -first for later, (_, first) in best.items()}


def _crowd(pairs: Pairs, repeats: Collection[int]) -> bool:
    """Whether repeats took most places among the nearest of a case that may have others behind them."""
    taken = Counter[int]()
    for one, other in pairs:
        taken[one] += other in repeats
        taken[other] += one in repeats
    return any(places > NEAREST // 2 for case, places in taken.items() if case not in repeats)


def _with_means(
    groups: Sequence[Sequence[int]], pairs: Pairs, nodes: Sequence[int]
) -> list[dict[int, float]]:
    where = {member: number for number, group in enumerate(groups) for member in group}
    sums = [0.0] * len(nodes)
    for (one, other), alike in pairs.items():
        if where[one] == where[other]:
            sums[one] += alike
            sums[other] += alike
    return [
        {nodes[each]: sums[each] / max(1, min(len(group) - 1, NEAREST)) for each in group} for group in groups
    ]
