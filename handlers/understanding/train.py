"""Makes the fast model from examples, for `liaison train`. Never imported by the service.

scikit-learn (the extra `train`) fits; nothing of it is needed to use what it fitted.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from .classifier import Classifier
from .corpus import Example, digest, is_held_back, lexicon
from .deep import DeepClassifier
from .features import Vocabulary, learn
from .measure import Measured, Row, ask_below
from .model import TYPES, Model

FOLDS: Final = 5
STRENGTH: Final = 5.0
"""Inverse of the regularisation; 3, 5 and 10 were compared by cross-validation."""
TEMPERATURES: Final = np.geomspace(0.25, 4.0, 241)

Floats: TypeAlias = NDArray[np.float64]
Columns: TypeAlias = NDArray[np.intp]
Lexicon: TypeAlias = Mapping[str, Sequence[str]]


class TooFew(ValueError):
    """There are not enough examples to learn from and to be measured on."""


def train(
    written: Sequence[Example], ideas: Lexicon | None = None, *, made: date, corrections: int = 0
) -> tuple[Model, Measured]:
    """Return the model of `written` but for what is held back from every model, and its cross-validation.

    That is what models make of examples whose whole sub-matter was held back from them. The temperature and
    the confidence from which on the model need not ask are fitted to it. `corrections` says how many of
    `written` people corrected.

    Raises:
        TooFew: a type has fewer than `FOLDS` examples to learn from.
    """
    ideas = lexicon() if ideas is None else ideas
    seen = learned_from(written)
    if rare := [kind for kind in TYPES if sum(each.type == kind for each in seen) < FOLDS]:
        raise TooFew(f"fewer than {FOLDS} examples to learn from: {', '.join(rare)}")
    logits, right = held_back(seen, ideas), answers(seen)
    calm = temperature(logits, right)
    known = measured(softmax(logits / calm), seen)
    vocabulary, weights, bias = _fit(seen, ideas)
    model = Model(
        TYPES,
        vocabulary,
        weights.tolist(),
        bias.tolist(),
        calm,
        ask_below(known),
        digest(written, ideas),
        made.isoformat(),
        {"examples": len(written), "corrections": corrections, "held_back": len(written) - len(seen)},
    )
    return model, known


def learned_from(written: Sequence[Example]) -> list[Example]:
    """Return the examples that a model may see."""
    return [each for each in written if not is_held_back(each.text)]


def on_held_back(classifier: Classifier | DeepClassifier, written: Sequence[Example]) -> Measured:
    """Return what a classifier makes of the examples that no model has seen.

    Raises:
        TooFew: there are none.
    """
    unseen = [each for each in written if is_held_back(each.text)]
    if not unseen:
        raise TooFew("no example is held back to measure on")
    scores = [classifier.classify(each.text).scores for each in unseen]
    return Measured([Row([by[k] for k in TYPES], one.type) for by, one in zip(scores, unseen, strict=True)])


def measured(shares: Floats, written: Sequence[Example]) -> Measured:
    """Return probabilities of examples beside what is right."""
    return Measured([Row(scores, one.type) for scores, one in zip(shares.tolist(), written, strict=True)])


def answers(written: Sequence[Example]) -> Columns:
    """Return the column of each example's type."""
    return np.array([TYPES.index(each.type) for each in written], np.intp)


def held_back(written: Sequence[Example], ideas: Lexicon) -> Floats:
    """Return logits of every example by a model that saw nothing of its whole sub-matter.

    That is harder than to hold back every fifth example, and nearer to the messages of strangers.
    """
    logits = np.empty((len(written), len(TYPES)))
    places = folds(written)
    for fold in range(FOLDS):
        seen = [each for each, its in zip(written, places, strict=True) if its != fold]
        unseen = np.flatnonzero(places == fold).tolist()
        vocabulary, weights, bias = _fit(seen, ideas)
        logits[unseen] = (
            _matrix([written[place] for place in unseen], vocabulary, len(ideas)) @ weights + bias
        )
    return logits


def folds(written: Sequence[Example]) -> Columns:
    """Return which fifth each example belongs to: one sub-matter stands in one of them, whole."""
    return np.array([each.matter % FOLDS for each in written], np.intp)


def softmax(logits: Floats) -> Floats:
    """Return probabilities along the last axis."""
    raised: Floats = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def temperature(logits: Floats, right: Columns) -> float:
    """Return the divisor of `logits` under which the right answers are likeliest."""
    places = np.arange(len(right))
    losses = [-np.log(softmax(logits / each)[places, right]).mean() for each in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _fit(written: Sequence[Example], ideas: Lexicon) -> tuple[Vocabulary, Floats, Floats]:
    vocabulary = learn([each.text for each in written], ideas)
    fitted = LogisticRegression(C=STRENGTH, tol=1e-6, max_iter=5000)
    with threadpool_limits(1):  # vectors this small cost more to share among threads than to work out
        fitted.fit(_matrix(written, vocabulary, len(ideas)), answers(written))
    return vocabulary, fitted.coef_.T, fitted.intercept_


def _matrix(written: Sequence[Example], vocabulary: Vocabulary, ideas: int) -> csr_matrix:
    vectors = [vocabulary.vector(each.text) for each in written]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns, values = (np.concatenate([*map(np.asarray, part)]) for part in zip(*vectors, strict=True))
    return csr_matrix((values, columns, ends), shape=(len(written), len(vocabulary.rarity) + ideas))
