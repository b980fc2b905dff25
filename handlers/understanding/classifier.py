"""Text → type with an honest confidence. The first stone: a later one may sit behind the same `Classifier`.

Only the model's arithmetic lives here. Whether to ask is the caller's: it compares with `ASK_BELOW`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import mul
from pathlib import Path
from typing import Final, Self

from .model import MODEL_PATH, Model

ASK_BELOW: Final = 0.6
"""Below it the bot must ask. Of the guesses that stand, four of five are right on held-back sub-matters."""

UNKNOWN: Final = "other"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is taken for."""

    type: str
    confidence: float
    """Probability of `type`, calibrated on held-back sub-matters."""
    second: str
    scores: Mapping[str, float]
    """Type → probability; they add up to 1."""

    @classmethod
    def of(cls, scores: Mapping[str, float]) -> Self:
        """Return the verdict that probabilities make; where they are even, `other`."""
        first, second = sorted(scores, key=lambda each: (-scores[each], each != UNKNOWN))[:2]
        return cls(first, scores[first], second, scores)

    @property
    def stands(self) -> bool:
        """Whether the guess is sure enough not to be asked about."""
        return self.confidence >= ASK_BELOW


class Classifier:
    """Says which type a text is. Pure, deterministic and safe to share between threads."""

    __slots__ = ("_model",)

    def __init__(self, model: Model) -> None:
        self._model = model

    @classmethod
    def load(cls, path: Path = MODEL_PATH) -> Self:
        """Read the model at `path`.

        Raises:
            WrongModel: the file has another format.
            OSError: there is no such file.
        """
        return cls(Model.load(path))

    def classify(self, text: str) -> Verdict:
        """Return the verdict on `text`; one in which nothing is known is `other` with even scores."""
        return Verdict.of(dict(zip(self._model.types, self._probabilities(text), strict=True)))

    def ideas(self, text: str) -> frozenset[int]:
        """Return the numbers of the ideas of our lexicon that `text` speaks of."""
        return self._model.vocabulary.ideas_in(text)

    def _probabilities(self, text: str) -> list[float]:
        model = self._model
        rows, values = model.vocabulary.vector(text)
        if not rows:
            return softmax([0.0] * len(model.types))
        columns = zip(*map(model.weights.__getitem__, rows), strict=True)
        logits = [
            (sum(map(mul, values, column)) + bias) / model.temperature
            for column, bias in zip(columns, model.bias, strict=True)
        ]
        return softmax(logits)


def softmax(logits: Sequence[float]) -> list[float]:
    """Return the probabilities that logits stand for."""
    most = max(logits)
    raised = [math.exp(logit - most) for logit in logits]
    whole = sum(raised)
    return [each / whole for each in raised]


@cache
def default_classifier() -> Classifier:
    """Return the classifier of the shipped model, read once."""
    return Classifier.load()


@lru_cache(maxsize=64)
def verdict_on(text: str) -> Verdict:
    """Return the shipped model's verdict; one message is read once, however many rules ask about it."""
    return default_classifier().classify(text)
