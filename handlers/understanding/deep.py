"""The deep path: what the fast one thinks of a text, mixed with what its embedding says; more often right.

A thousand times dearer than the fast path, so never where others wait for it. Made by `train`.
"""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import Any, Final, Self

from .classifier import Classifier, Verdict, default_classifier, softmax
from .embedding import SHARED, SIZE, Embedding, readable
from .model import MODEL_PATH, TYPES, Content, WrongModel, read, write

DEEP_PATH: Final = Path(__file__).with_name("deep.zip")
FORMAT: Final = "deep 2"
LONGEST: Final = 140
"""Characters of the longest text that is embedded for its type: more would take longer than 300 ms of a slow
core, and of real letters of 140 to 220 the fast path alone read one more rightly than the mix."""


class NoDeepModel(Exception):
    """There is no deep model that belongs to the fast one in use."""


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
    ask_below: float
    """Confidence below which the bot must ask, as in the fast model; of the mix."""
    digest: str
    """SHA-256 of what it was made from, as in the fast model it belongs to."""

    def save(self, path: Path = DEEP_PATH) -> None:
        """Write the model, whole or not at all: the same bytes for the same model."""
        write(path, *self.content())

    def content(self) -> Content:
        """Return what a file of it holds."""
        about = {
            "format": FORMAT,
            "types": self.types,
            "share": self.share,
            "temperature": self.temperature,
            "ask_below": self.ask_below,
            "digest": self.digest,
        }
        return about, [
            *self.mean,
            *self.scale,
            *(each for row in self.weights for each in row),
            *self.bias,
        ]

    @classmethod
    def load(cls, path: Path = DEEP_PATH) -> Self:
        """Read a model.

        Raises:
            WrongModel: the file is no model, or one of another format.
            OSError: there is no such file.
        """
        return read(path, FORMAT, cls._of)

    @classmethod
    def _of(cls, about: Mapping[str, Any], numbers: "array[float]") -> Self:
        width = len(TYPES)
        if tuple(about["types"]) != TYPES or len(numbers) != 2 * SIZE + width * (SIZE + 1):
            raise ValueError("types or numbers missing")
        if not all(map(math.isfinite, (*numbers, about["temperature"], about["share"]))):
            raise ValueError("no numbers to work with")
        if about["temperature"] <= 0 or 0.0 in numbers[SIZE : 2 * SIZE]:
            raise ValueError("nothing to divide by")
        rows = range(2 * SIZE, len(numbers) - width, width)
        return cls(
            types=TYPES,
            mean=tuple(numbers[:SIZE]),
            scale=tuple(numbers[SIZE : 2 * SIZE]),
            weights=[tuple(numbers[at : at + width]) for at in rows],
            bias=tuple(numbers[-width:]),
            share=float(about["share"]),
            temperature=float(about["temperature"]),
            ask_below=float(about["ask_below"]),
            digest=str(about["digest"]),
        )


def beside(path: Path) -> Path:
    """Return where the deep model of the fast one at `path` stands: mine.zip has mine.deep.zip."""
    return DEEP_PATH if path == MODEL_PATH else path.with_name(f"{path.stem}.deep{path.suffix}")


class DeepClassifier:
    """Says which type a text is. Deterministic and safe to share between threads, which take turns."""

    __slots__ = ("_columns", "_embedding", "_fast", "_model")

    def __init__(self, fast: Classifier, model: DeepModel, embedding: Embedding = SHARED) -> None:
        self._fast = fast
        self._model = model
        self._embedding = embedding
        self._columns = tuple(zip(*model.weights, strict=True))

    @classmethod
    def over(cls, fast: Classifier) -> Self:
        """Return the mix of a fast model and the deep one beside it, its embedding not loaded yet.

        Raises:
            NoDeepModel: there is none, it cannot be read, or it was made for another fast one.
        """
        if fast.path is None:
            raise NoDeepModel("the fast model comes from no file, so nothing stands beside it")
        path = beside(fast.path)
        try:
            model = DeepModel.load(path)
        except (WrongModel, OSError) as error:
            why = f"{path}: {error.strerror}" if isinstance(error, OSError) else str(error)
            raise NoDeepModel(why) from error
        if model.digest != fast.digest:
            raise NoDeepModel(f"{path} was not made with {fast.path.name}. `liaison train` makes both.")
        return cls(fast, model)

    @property
    def ask_below(self) -> float:
        """Confidence below which the bot must ask."""
        return self._model.ask_below

    @property
    def digest(self) -> str:
        """SHA-256 of what the model was made from."""
        return self._model.digest

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
        """Return the verdict on `text`; the fast path's where nothing can be embedded, or too much.

        Cross-validated, the embedding adds nothing to what the fast path reads in a long letter.

        Raises:
            NoEmbedding: there is none on this platform.
        """
        quick = self._fast.classify(text)
        is_short = len(text) <= LONGEST and len(readable(text)) <= LONGEST
        vector = self._embedding.vector(text) if is_short else None
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
        return Verdict.of(dict(zip(model.types, softmax(mixed), strict=True)), model.ask_below)


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-12))


def default_deep() -> DeepClassifier:
    """Return the deep path over the classifier of this process, read once.

    Raises:
        NoDeepModel: there is none.
    """
    return _over(default_classifier())


@lru_cache(maxsize=1)
def _over(fast: Classifier) -> DeepClassifier:
    return DeepClassifier.over(fast)
