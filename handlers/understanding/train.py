"""Makes both models from the examples: `python -m handlers.understanding.train`. Not for the service.

scikit-learn (a development dependency) fits; nothing of it is needed to use what it fitted.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from .corpus import TYPES, Example, digest, examples, lexicon
from .deep import DEEP_PATH, DeepModel
from .embedding import NoEmbedding
from .features import Vocabulary, learn
from .model import MODEL_PATH, Model

FOLDS: Final = 5
STRENGTH: Final = 10.0
"""Inverse of the regularisation; 3, 10 and 30 were compared by cross-validation."""
TEMPERATURES: Final = np.geomspace(0.25, 4.0, 241)

Floats: TypeAlias = NDArray[np.float64]
Columns: TypeAlias = NDArray[np.intp]
Truths: TypeAlias = NDArray[np.bool_]
Lexicon: TypeAlias = Mapping[str, Sequence[str]]


def train(written: Sequence[Example], ideas: Lexicon | None = None) -> Model:
    """Return the model of `written`, its temperature fitted to sub-matters it had not seen."""
    ideas = lexicon() if ideas is None else ideas
    return _train(written, ideas, held_back(written, ideas))


def train_both(written: Sequence[Example], ideas: Lexicon | None = None) -> tuple[Model, DeepModel | None]:
    """Return the fast and the deep model of `written`; only the fast one on a platform without embedding."""
    from .train_deep import train_deep  # noqa: PLC0415 -- it fits with what stands here

    ideas = lexicon() if ideas is None else ideas
    logits = held_back(written, ideas)
    model = _train(written, ideas, logits)
    try:
        return model, train_deep(written, ideas, softmax(logits / model.temperature))
    except NoEmbedding:
        return model, None


def _train(written: Sequence[Example], ideas: Lexicon, logits: Floats) -> Model:
    vocabulary, weights, bias = _fit(written, ideas)
    calm = temperature(logits, answers(written))
    return Model(TYPES, vocabulary, weights.tolist(), bias.tolist(), calm, digest(written, ideas))


def answers(written: Sequence[Example]) -> Columns:
    """Return the column of each example's type."""
    return np.array([TYPES.index(each.type) for each in written], np.intp)


def held_back(written: Sequence[Example], ideas: Lexicon, *, by_matter: bool = True) -> Floats:
    """Return logits of every example by a model that did not see it.

    With `by_matter` the model saw nothing of its whole sub-matter either: harder, and nearer to
    the messages of strangers. Otherwise every fifth example is held back.
    """
    logits = np.empty((len(written), len(TYPES)))
    places = folds(written, by_matter=by_matter)
    for fold in np.unique(places):
        seen = [each for each, its in zip(written, places, strict=True) if its != fold]
        unseen = np.flatnonzero(places == fold).tolist()
        vocabulary, weights, bias = _fit(seen, ideas)
        logits[unseen] = (
            _matrix([written[place] for place in unseen], vocabulary, len(ideas)) @ weights + bias
        )
    return logits


def folds(written: Sequence[Example], *, by_matter: bool = True) -> Columns:
    """Return which fifth each example belongs to."""
    return np.array([(each.matter if by_matter else place) % FOLDS for place, each in enumerate(written)])


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


def main() -> None:
    """Rewrite the shipped models."""
    written = examples()
    model, deep = train_both(written)
    model.save()
    sys.stdout.write(
        f"{MODEL_PATH.name}: {len(written)} examples, {len(model.weights)} features, "
        f"temperature {model.temperature:.3f}, made from {model.digest[:12]}\n"
    )
    if deep is None:
        sys.stderr.write(f"{DEEP_PATH.name} is as it was: there is no embedding on this platform\n")
        sys.exit(1)
    deep.save()
    sys.stdout.write(
        f"{DEEP_PATH.name}: share {deep.share:.2f}, temperature {deep.temperature:.3f}, "
        f"made from {deep.digest[:12]}\n"
    )


if __name__ == "__main__":
    main()
