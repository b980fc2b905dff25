"""Groups of alike texts in one go: their vectors, the nearest of each, likeness, mean linkage. Wants numpy.

Vectors are compared a block at a time, so memory grows with the number of texts and not with its square.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np

from .alike import Weights, likeness, shipped
from .deep import DeepModel
from .embedding import SHARED, SIZE
from .grouping import Pairs, grouped, labels
from .traits import Traits, traits_of

NEAREST: Final = 48
"""Neighbours of each text that are compared by their traits too."""
BLOCK: Final = 1024
FARTHEST: Final = 0.1
"""Cosine of centred vectors below which nothing is alike."""
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


def nearest(vectors: Vectors, most: int = NEAREST) -> Iterable[tuple[int, int, float]]:
    """Yield pairs of rows that are among each other's nearest, the lower row first, with their cosine."""
    size = len(vectors)
    for start in range(0, size, BLOCK):
        block = vectors[start : start + BLOCK]
        best: Any = np.full((len(block), 0), 0.0, dtype=np.float32)
        where: Any = np.zeros((len(block), 0), dtype=np.int64)
        for other in range(0, size, BLOCK * 8):
            cosines = block @ vectors[other : other + BLOCK * 8].T
            columns = np.arange(other, other + cosines.shape[1])
            best, where = _best(np.hstack([best, cosines]), _beside(where, columns), most + 1)
        rows, places = np.nonzero(best >= FARTHEST)
        for row, cosine, column in zip(rows, best[rows, places], where[rows, places], strict=True):
            if start + row != column:
                yield min(start + int(row), int(column)), max(start + int(row), int(column)), float(cosine)


def likenesses(vectors: Vectors, traits: Sequence[Traits], weights: Weights) -> Pairs:
    """Return the likeness of every pair of neighbours that counts."""
    found: dict[tuple[int, int], float] = {}
    for one, other, cosine in nearest(vectors):
        if (one, other) not in found:
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
    pairs = likenesses(vectors_of(texts, vector), traits, model)
    return labels(len(texts), grouped(len(texts), pairs, join=model.join, known=NEAREST))


def _beside(where: Any, columns: Any) -> Any:
    return np.hstack([where, np.broadcast_to(columns, (len(where), len(columns)))])


def _best(cosines: Any, where: Any, most: int) -> tuple[Any, Any]:
    if cosines.shape[1] <= most:
        return cosines, where
    chosen = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
    return np.take_along_axis(cosines, chosen, axis=1), np.take_along_axis(where, chosen, axis=1)
