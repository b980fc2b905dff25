"""Makes the deep model, a part of `train`: fits the embeddings and how far they are to be believed."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from .corpus import TYPES, Example, digest
from .deep import DeepModel
from .embedding import SHARED, SIZE
from .train import Columns, Floats, Lexicon, answers, folds, softmax, temperature

STRENGTH: Final = 0.003
"""Inverse of the regularisation, for columns of variance 1."""
SHARES: Final = np.arange(0, 20) / 20
FEWEST_DIGITS: Final = 5
"""Decimals of a vector that count: the last ones differ from processor to processor."""


def vectors(written: Sequence[Example]) -> Floats:
    """Return the embedding of every example, zeros where there is nothing to read.

    Raises:
        NoEmbedding: there is none on this platform.
    """
    found = (SHARED.vector(each.text) for each in written)
    return np.array([each or (0.0,) * SIZE for each in found]).round(FEWEST_DIGITS)


def train_deep(
    written: Sequence[Example], ideas: Lexicon, fast: Floats, seen: Floats | None = None
) -> DeepModel:
    """Return the deep model of `written`.

    `fast` are the fast path's calibrated probabilities of every example by a model that did not see it:
    against them the share and the temperature are fitted, on sub-matters that neither had seen. `seen` are
    their `vectors`.
    """
    seen = vectors(written) if seen is None else seen
    right = answers(written)
    share, calm = mix(fast, softmax(held_back_deep(written, seen)), right)
    mean, scale, weights, bias = _fit(seen, right)
    return DeepModel(
        TYPES,
        mean.tolist(),
        scale.tolist(),
        weights.tolist(),
        bias.tolist(),
        share,
        calm,
        digest(written, ideas),
    )


def held_back_deep(written: Sequence[Example], seen: Floats) -> Floats:
    """Return logits of every example by a fit that saw nothing of its sub-matter."""
    logits = np.empty((len(written), len(TYPES)))
    right, places = answers(written), folds(written)
    for fold in np.unique(places):
        mean, scale, weights, bias = _fit(seen[places != fold], right[places != fold])
        logits[places == fold] = (seen[places == fold] - mean) / scale @ weights + bias
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


def _fit(seen: Floats, right: Columns) -> tuple[Floats, Floats, Floats, Floats]:
    mean, scale = seen.mean(0), seen.std(0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, tol=1e-6, max_iter=5000)
    with threadpool_limits(1):
        fitted.fit((seen - mean) / scale, right)
    return mean, scale, fitted.coef_.T, fitted.intercept_
