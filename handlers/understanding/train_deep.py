"""Makes the deep model, a part of `train`: fits the embeddings and how far they are to be believed."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from .corpus import Example, digest, lexicon
from .deep import DeepModel
from .embedding import SHARED, SIZE, Embedding, NoEmbedding, is_here
from .measure import Measured, ask_below
from .model import TYPES
from .train import Columns, Floats, Lexicon, answers, folds, learned_from, measured, softmax, temperature

STRENGTH: Final = 0.003
"""Inverse of the regularisation, for columns of variance 1."""
SHARES: Final = np.arange(0, 20) / 20
FEWEST_DIGITS: Final = 5
"""Decimals of a vector that count: the last ones differ from processor to processor."""
MOST_PROCESSES: Final = 4
AT_ONCE: Final = 16
"""Texts that a process takes at a time."""


class Remembered(Embedding):
    """An embedding that knows many texts already, read by several processes: training asks for each twice."""

    __slots__ = ("_known",)

    def __init__(self, texts: Iterable[str]) -> None:
        """Read `texts`; the same numbers come out, however many processes there are.

        Raises:
            NoEmbedding: there is none on this platform.
        """
        super().__init__()
        if not is_here():
            raise NoEmbedding("there is no embedding on this platform")
        once = list(dict.fromkeys(texts))
        workers = min(MOST_PROCESSES, os.cpu_count() or 1)
        with ProcessPoolExecutor(workers, get_context("spawn")) as processes:
            self._known = dict(zip(once, processes.map(_vector, once, chunksize=AT_ONCE), strict=True))

    def vector(self, text: str) -> tuple[float, ...] | None:
        """Return the numbers of a text, known or not."""
        return self._known[text] if text in self._known else SHARED.vector(text)


def train_deep(
    written: Sequence[Example], known: Measured, embedding: Embedding, ideas: Lexicon | None = None
) -> tuple[DeepModel, Measured]:
    """Return the deep model of `written` but for what no model may see, and its cross-validation.

    `known` is the fast path's cross-validation, as `train` returns it: against its probabilities the share,
    the temperature and the confidence from which on the mix need not ask are fitted, on sub-matters that
    neither had seen.

    Raises:
        NoEmbedding: there is none on this platform.
    """
    seen = learned_from(written)
    vectors, right = _vectors(seen, embedding), answers(seen)
    fast, deep = np.array([row.scores for row in known.rows]), softmax(held_back_deep(seen, vectors))
    share, calm = mix(fast, deep, right)
    mixed = measured(softmax(mixed_logits(fast, deep, share) / calm), seen)
    mean, scale, weights, bias = _fit(vectors, right)
    model = DeepModel(
        TYPES,
        mean.tolist(),
        scale.tolist(),
        weights.tolist(),
        bias.tolist(),
        share,
        calm,
        ask_below(mixed),
        digest(written, lexicon() if ideas is None else ideas),
    )
    return model, mixed


def held_back_deep(seen: Sequence[Example], vectors: Floats) -> Floats:
    """Return logits of every example by a fit that saw nothing of its sub-matter."""
    logits = np.empty((len(seen), len(TYPES)))
    right, places = answers(seen), folds(seen)
    for fold in np.unique(places):
        mean, scale, weights, bias = _fit(vectors[places != fold], right[places != fold])
        logits[places == fold] = (vectors[places == fold] - mean) / scale @ weights + bias
    return logits


def mix(fast: Floats, deep: Floats, right: Columns) -> tuple[float, float]:
    """Return the share of `deep` and the temperature under which the right answers are likeliest."""
    places = np.arange(len(right))
    best = (np.inf, 0.0, 1.0)
    for share in SHARES:
        mixed = mixed_logits(fast, deep, share)
        calm = temperature(mixed, right)
        loss = -float(np.log(softmax(mixed / calm)[places, right]).mean())
        best = min(best, (loss, float(share), calm))
    return best[1:]


def mixed_logits(fast: Floats, deep: Floats, share: float) -> Floats:
    """Return what both say together, before the temperature."""
    logits: Floats = (1 - share) * np.log(fast.clip(1e-12)) + share * np.log(deep.clip(1e-12))
    return logits


def _vector(text: str) -> tuple[float, ...] | None:
    return SHARED.vector(text)


def _vectors(seen: Sequence[Example], embedding: Embedding) -> Floats:
    """Return the embedding of every example, zeros where there is nothing to read."""
    found = (embedding.vector(each.text) for each in seen)
    return np.array([each or (0.0,) * SIZE for each in found]).round(FEWEST_DIGITS)


def _fit(vectors: Floats, right: Columns) -> tuple[Floats, Floats, Floats, Floats]:
    mean, scale = vectors.mean(0), vectors.std(0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, tol=1e-6, max_iter=5000)
    with threadpool_limits(1):
        fitted.fit((vectors - mean) / scale, right)
    return mean, scale, fitted.coef_.T, fitted.intercept_
