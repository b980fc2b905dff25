"""The deep path: what the fast one thinks of a text, mixed with what its embedding says; more often right.

A thousand times dearer than the fast path, so never where others wait for it. Made by `train`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path
from typing import Final, Self

from .classifier import Classifier, Verdict, default_classifier, softmax
from .embedding import SHARED, SIZE, Embedding
from .model import read, write

DEEP_PATH: Final = Path(__file__).with_name("deep.zip")
FORMAT: Final = "deep 1"


@dataclass(frozen=True, slots=True)
class DeepModel:
    """A linear model: logits = ((vector - mean) / scale) @ weights + bias, and its share in the mix.

    Mixed are logarithms of probabilities: (1 - share) of the fast path's and `share` of these, divided by
    `temperature`.
    """

    types: tuple[str, ...]
    mean: Sequence[float]
    scale: Sequence[float]
    weights: Sequence[Sequence[float]]
    """One row per number of a vector; one column per type."""
    bias: Sequence[float]
    share: float
    temperature: float
    digest: str
    """SHA-256 of the examples and the lexicon it was made from, as in the fast model."""

    def save(self, path: Path = DEEP_PATH) -> None:
        """Write the model: the same bytes for the same model."""
        about = {
            "format": FORMAT,
            "types": self.types,
            "share": self.share,
            "temperature": self.temperature,
            "digest": self.digest,
        }
        write(
            path,
            about,
            [*self.mean, *self.scale, *(each for row in self.weights for each in row), *self.bias],
        )

    @classmethod
    def load(cls, path: Path = DEEP_PATH) -> Self:
        """Read a model.

        Raises:
            WrongModel: the file is no model, or one of another format.
            OSError: there is no such file.
        """
        about, numbers = read(path, FORMAT)
        types = tuple(about["types"])
        rows = [
            numbers[at : at + len(types)] for at in range(2 * SIZE, len(numbers) - len(types), len(types))
        ]
        return cls(
            types=types,
            mean=tuple(numbers[:SIZE]),
            scale=tuple(numbers[SIZE : 2 * SIZE]),
            weights=[tuple(row) for row in rows],
            bias=tuple(numbers[-len(types) :]),
            share=about["share"],
            temperature=about["temperature"],
            digest=about["digest"],
        )


class DeepClassifier:
    """Says which type a text is. Deterministic and safe to share between threads, which take turns."""

    __slots__ = ("_columns", "_embedding", "_fast", "_model")

    def __init__(self, fast: Classifier, model: DeepModel, embedding: Embedding = SHARED) -> None:
        self._fast = fast
        self._model = model
        self._embedding = embedding
        self._columns = tuple(zip(*model.weights, strict=True))

    @classmethod
    def load(cls, path: Path = DEEP_PATH) -> Self:
        """Return the mix of the shipped fast model and the deep one at `path`, its embedding not loaded yet.

        Raises:
            WrongModel: the file has another format.
            OSError: there is no such file.
        """
        return cls(default_classifier(), DeepModel.load(path))

    def prepare(self) -> None:
        """Load the embedding.

        Raises:
            NoEmbedding: there is none on this platform.
        """
        self._embedding.load()

    def vector(self, text: str) -> tuple[float, ...] | None:
        """Return the embedding of `text`, None if there is nothing in it to read.

        Raises:
            NoEmbedding: there is none on this platform.
        """
        return self._embedding.vector(text)

    def classify(self, text: str) -> Verdict:
        """Return the verdict on `text`; where there is nothing to read, the fast path's.

        Raises:
            NoEmbedding: there is none on this platform.
        """
        quick, vector = self._fast.classify(text), self._embedding.vector(text)
        if vector is None:
            return quick
        model = self._model
        centred = [(x - mean) / scale for x, mean, scale in zip(vector, model.mean, model.scale, strict=True)]
        slow = softmax(
            [
                sum(map(mul, centred, column)) + bias
                for column, bias in zip(self._columns, model.bias, strict=True)
            ]
        )
        mixed = [
            ((1 - model.share) * _log(quick.scores[name]) + model.share * _log(deep)) / model.temperature
            for name, deep in zip(model.types, slow, strict=True)
        ]
        return Verdict.of(dict(zip(model.types, softmax(mixed), strict=True)))


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-12))


@cache
def default_deep() -> DeepClassifier:
    """Return the classifier of the shipped models, read once."""
    return DeepClassifier.load()
