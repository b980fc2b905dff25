"""Fit what likeness weighs on half of our groups and measure it on the other: `python -m …fit_alike`.

Wants scikit-learn. What the mission says of itself is not left to chance: another debtor, another cause and
another thing make another stone, so those three weights are at most `RULES`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from .alike import ALIKE, FEATURES, Weights, features
from .embedding import SHARED
from .pattern_corpus import LETTERS, Told, background, told
from .pattern_measure import Agreement, agreement
from .regroup import groups_of, vectors_of
from .traits import traits_of

RULES: Final[Mapping[str, float]] = {"otherwise": -5.0, "elsewhere": -5.0, "excuse": -5.0}
JOINS: Final = tuple(n / 20 for n in range(5, 15))
NEARLY: Final = 0.03
"""Of thresholds whose index is so near to the best one, the highest: a wrong pair is worse than none."""

remembered: Final = cache(SHARED.vector)
"""Each text is embedded once."""


def fitted(rows: Sequence[Told]) -> Weights:
    """Return the weights that `rows` give."""
    numbers, answers = _pairs(rows)
    model = LogisticRegression(C=3, max_iter=5000).fit(numbers, answers)
    found = dict(zip(FEATURES, map(float, model.coef_[0]), strict=True))
    weights = tuple(round(min(found[name], RULES.get(name, found[name])), 4) for name in FEATURES)
    bias = round(float(model.intercept_[0]), 4)
    tried = [Weights(bias, weights, join) for join in JOINS]
    reached = [(measured(rows, each).ari, each) for each in tried]
    best = max(index for index, _ in reached)
    return max((each for index, each in reached if index >= best - NEARLY), key=lambda each: each.join)


def measured(rows: Sequence[Told], weights: Weights) -> Agreement:
    """Return how well texts are grouped with these weights."""
    return agreement([row.stone for row in rows], _grouped(rows, weights))


def _grouped(rows: Sequence[Told], weights: Weights) -> list[int | None]:
    return groups_of([row.text for row in rows], weights=weights, vector=remembered)


def main() -> None:
    """Fit, write, and say how good it is on both halves, and on letters that are of neither."""
    rows = [*told(), *background()]
    ours, others = [r for r in rows if r.is_for_fitting], [r for r in rows if not r.is_for_fitting]
    weights = fitted(ours)
    named = dict(zip(FEATURES, weights.weights, strict=True))
    ALIKE.write_text(
        json.dumps({"bias": weights.bias, "weights": named, "join": weights.join}, indent=1) + "\n"
    )
    for title, some in (
        ("fitted on", ours),
        ("held back", others),
        ("all", rows),
        ("letters", told(LETTERS)),
    ):
        sys.stdout.write("\n".join([title, *measured(some, weights).lines(), ""]) + "\n")


def _pairs(rows: Sequence[Told]) -> tuple[Any, list[bool]]:
    traits = [traits_of(row.text) for row in rows]
    vectors = vectors_of([row.text for row in rows], remembered)
    cosines = vectors @ vectors.T
    places = [(one, other) for one in range(len(rows)) for other in range(one)]
    numbers = [features(traits[a], traits[b], float(cosines[a, b])) for a, b in places]
    answers = [rows[a].stone is not None and rows[a].stone == rows[b].stone for a, b in places]
    return np.array(numbers), answers


if __name__ == "__main__":
    main()
