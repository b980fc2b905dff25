"""Text → type with an honest confidence. The first stone: a later one may sit behind the same `Classifier`.

Only the model's arithmetic lives here. From which confidence on a guess may stand is the model's own to say.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import Final, Self

from .features import READ_AT_MOST, Vocabulary
from .model import MODEL_PATH, Model

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
    is_sure: bool
    """Whether the guess may stand; if not, the bot must ask."""

    @classmethod
    def of(cls, scores: Mapping[str, float], ask_below: float) -> Self:
        """Return the verdict that probabilities make; where they are even, `other`."""
        first, second = sorted(scores, key=lambda each: (-scores[each], each != UNKNOWN))[:2]
        return cls(first, scores[first], second, scores, scores[first] >= ask_below)


class Classifier:
    """Says which type a text is. Pure, deterministic and safe to share between threads."""

    __slots__ = ("_model", "path")

    def __init__(self, model: Model, path: Path | None = None) -> None:
        self._model = model
        self.path = path
        """The file it comes from, if it comes from one."""

    @classmethod
    def load(cls, path: Path = MODEL_PATH) -> Self:
        """Read the model at `path`.

        Raises:
            WrongModel: the file has another format.
            OSError: there is no such file.
        """
        return cls(Model.load(path), path)

    @property
    def ask_below(self) -> float:
        """Confidence below which the bot must ask."""
        return self._model.ask_below

    @property
    def digest(self) -> str:
        """SHA-256 of what the model was made from."""
        return self._model.digest

    def classify(self, text: str) -> Verdict:
        """Return the verdict on `text`; one in which nothing is known is `other` with even scores."""
        scores = dict(zip(self._model.types, self._probabilities(text), strict=True))
        return Verdict.of(scores, self.ask_below)

    @property
    def vocabulary(self) -> Vocabulary:
        """What is known of words: their ideas, and how rare they are."""
        return self._model.vocabulary

    def ideas(self, text: str) -> frozenset[int]:
        """Return the numbers of the ideas of our lexicon that `text` speaks of."""
        return self._model.vocabulary.ideas_in(text)

    def _probabilities(self, text: str) -> list[float]:
        model = self._model
        rows, values = model.vocabulary.vector(text)
        if not rows:
            return [1.0 / len(model.types)] * len(model.types)
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


_in_use: Final[list[Classifier]] = []


def use(classifier: Classifier) -> None:
    """Make `classifier` the one of this process. Only composition roots do so, before the first message."""
    _in_use[:] = [classifier]
    _verdict_on.cache_clear()


def default_classifier() -> Classifier:
    """Return the classifier of this process, read once: the shipped model's unless another is in use."""
    if not _in_use:
        use(Classifier.load())
    return _in_use[0]


def verdict_on(text: str) -> Verdict:
    """Return the model's verdict; one message is read once, however many rules ask about it."""
    return _verdict_on(text[:READ_AT_MOST])


@lru_cache(maxsize=256)
def _verdict_on(beginning: str) -> Verdict:
    return default_classifier().classify(beginning)
