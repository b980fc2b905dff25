"""Prints how good the model is: `python -m handlers.understanding.measure [FILE]`.

Never imported by the service. Without a file: cross-validation over the examples, once with every
fifth example held back, once with whole sub-matters held back. With a file of JSON lines (`text`,
`type`, optionally `also`): the shipped models on those.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from .classifier import ASK_BELOW, Verdict, default_classifier
from .corpus import TYPES, examples, lexicon
from .deep import default_deep
from .train import Columns, Floats, Truths, answers, held_back, softmax, temperature

BINS: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001)

RIGHT_WHEN_STANDING: Final = 0.8
"""A wrong guess costs a tap, as a question does, and also trust: four of five must be right."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Probabilities of some texts beside their right types (columns of `TYPES`) and what else is arguable."""

    scores: Floats
    right: Columns
    arguable: Sequence[frozenset[str]]

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        guess, sure = self.scores.argmax(1), self.scores.max(1)
        hit = guess == self.right
        fair = np.array([TYPES[each] in those for each, those in zip(guess, self.arguable, strict=True)])
        yield f"{len(hit)} texts: seven-way {hit.mean():.3f}, with the arguable {(hit | fair).mean():.3f}"
        yield f"six-way {self._six(1):.3f}, top two of six {self._six(2):.3f}"
        yield f"macro-F1 {self._macro_f1(guess):.3f}, `other` AUROC {self._other_auroc():.3f}"
        yield from self._reliability(hit, sure)
        yield from self._confusion(guess)
        yield f"asked {(sure < ASK_BELOW).mean():.3f}, else right {self.stands_right(ASK_BELOW):.3f}"

    def stands_right(self, least: float) -> float:
        """Return the share of right guesses among those of at least this confidence."""
        stands = self.scores.max(1) >= least
        return float((self.scores.argmax(1) == self.right)[stands].mean())

    def _six(self, first: int) -> float:
        rows = self.right != TYPES.index("other")
        best = np.argsort(-self.scores[rows, :-1], axis=1)[:, :first]
        return float((best == self.right[rows, None]).any(1).mean())

    def _macro_f1(self, guess: Columns) -> float:
        both = [2 * ((guess == k) & (self.right == k)).sum() for k in range(len(TYPES))]
        either = [(guess == k).sum() + (self.right == k).sum() for k in range(len(TYPES))]
        return float(np.mean([b / max(1, e) for b, e in zip(both, either, strict=True)]))

    def _other_auroc(self) -> float:
        score, is_other = self.scores[:, -1], self.right == TYPES.index("other")
        above = score[is_other, None] - score[None, ~is_other]
        return float(((above > 0) + 0.5 * (above == 0)).mean())

    def _reliability(self, hit: Truths, sure: Floats) -> Iterator[str]:
        yield "confidence   texts  said   right"
        for low, high in pairwise(BINS):
            those = (sure >= low) & (sure < high)
            if those.any():
                said, right = sure[those].mean(), hit[those].mean()
                yield f"{low:.1f} - {min(high, 1):.1f} {those.sum():8d}  {said:.3f}  {right:.3f}"

    def _confusion(self, guess: Columns) -> Iterator[str]:
        yield "right \\ said" + "".join(f"{name:>9}" for name in TYPES)
        for k, name in enumerate(TYPES):
            yield f"{name:12}" + "".join(
                f"{((self.right == k) & (guess == g)).sum():9d}" for g in range(len(TYPES))
            )


def of_file(path: Path, classify: Callable[[str], Verdict]) -> Measured:
    """Return what a classifier makes of labelled JSON lines."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    scores = [classify(row["text"]).scores for row in rows]
    return Measured(
        np.array([[each[name] for name in TYPES] for each in scores]),
        np.array([TYPES.index(row["type"]) for row in rows]),
        [frozenset(row.get("also", ())) for row in rows],
    )


def cross_validated(*, by_matter: bool) -> Measured:
    """Return what models make of examples that were held back from them."""
    written = examples()
    right = answers(written)
    logits = held_back(written, lexicon(), by_matter=by_matter)
    calm = temperature(logits if by_matter else held_back(written, lexicon()), right)
    return Measured(softmax(logits / calm), right, [frozenset()] * len(right))


def ask_below(measured: Measured) -> float:
    """Return the lowest twentieth from which on the guesses that stand are right often enough.

    Raises:
        StopIteration: no confidence is high enough.
    """
    return next(
        twentieth / 20
        for twentieth in range(20)
        if measured.stands_right(twentieth / 20) >= RIGHT_WHEN_STANDING
    )


def main(arguments: Sequence[str]) -> None:
    """Print the measures of the files named, or of cross-validation."""
    if arguments:
        paths = {"fast": default_classifier().classify, "deep": default_deep().classify}
        reports = {
            f"{name}, {path} path": of_file(Path(name), classify)
            for name in arguments
            for path, classify in paths.items()
        }
    else:
        reports = {
            "every fifth example held back": cross_validated(by_matter=False),
            "whole sub-matters held back": cross_validated(by_matter=True),
        }
    for name, measured in reports.items():
        sys.stdout.write("\n".join(("", name, *measured.lines(), "")))


if __name__ == "__main__":
    main(sys.argv[1:])
