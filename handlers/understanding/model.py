"""The learned model as a file: numbers and JSON in a zip, never pickle. Made by `train`, for `classifier`."""

import json
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from .features import Vocabulary

MODEL_PATH: Final = Path(__file__).with_name("model.zip")
FORMAT: Final = 2

_ABOUT: Final = "about.json"
_NUMBERS: Final = "numbers.f32"
"""32-bit floats, little-endian; here rarity, weights row by row, bias."""
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


class WrongModel(ValueError):
    """The file is not a model of the format this code reads."""


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model over a vocabulary: logits = (values @ weights[rows] + bias) / temperature.

    Plain tuples: a message has a few dozen rows, for which numpy would cost more than it saves, here and in
    every process's memory.
    """

    types: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Sequence[Sequence[float]]
    """One row per n-gram, then one per idea; one column per type."""
    bias: Sequence[float]
    temperature: float
    digest: str
    """SHA-256 of the examples and the lexicon it was made from."""

    def save(self, path: Path = MODEL_PATH) -> None:
        """Write the model: the same bytes for the same model. 32 bits lose nothing that matters."""
        about = {
            "format": FORMAT,
            "types": self.types,
            "temperature": self.temperature,
            "digest": self.digest,
            "grams": list(self.vocabulary.rows),
            "ideas": {word: list(rows) for word, rows in self.vocabulary.ideas.items()},
        }
        numbers = [*self.vocabulary.rarity, *(each for row in self.weights for each in row), *self.bias]
        write(path, about, numbers)

    @classmethod
    def load(cls, path: Path = MODEL_PATH) -> Self:
        """Read a model.

        Raises:
            WrongModel: the file is no model, or one of another format.
            OSError: there is no such file.
        """
        about, numbers = read(path, FORMAT)
        rows = {gram: row for row, gram in enumerate(about["grams"])}
        types = tuple(about["types"])
        known, width = len(rows), len(types)
        weights = [tuple(numbers[at : at + width]) for at in range(known, len(numbers) - width, width)]
        return cls(
            types=types,
            vocabulary=Vocabulary(
                rows, tuple(numbers[:known]), {k: tuple(v) for k, v in about["ideas"].items()}
            ),
            weights=weights,
            bias=tuple(numbers[-width:]),
            temperature=about["temperature"],
            digest=about["digest"],
        )


def write(path: Path, about: Mapping[str, Any], numbers: Iterable[float]) -> None:
    """Write what is said about a model, and its numbers: the same bytes for the same model."""
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, data in (
            (_ABOUT, json.dumps(about, ensure_ascii=False).encode()),
            (_NUMBERS, _to_bytes(numbers)),
        ):
            file.writestr(ZipInfo(name, _LONG_AGO), data, ZIP_DEFLATED)


def read(path: Path, expected: int | str) -> tuple[dict[str, Any], "array[float]"]:
    """Return what is said about a model of the `expected` format, and its numbers.

    Raises:
        WrongModel: the file is no model, or one of another format.
        OSError: there is no such file.
    """
    try:
        with ZipFile(path) as file:
            about: dict[str, Any] = json.loads(file.read(_ABOUT))
            numbers = _from_bytes(file.read(_NUMBERS))
    except (BadZipFile, KeyError, ValueError) as odd:
        raise WrongModel(f"{path.name} is no model") from odd
    if about.get("format") != expected:
        raise WrongModel(f"format {about.get('format')} in {path.name}, expected {expected}")
    return about, numbers


def _to_bytes(numbers: Iterable[float]) -> bytes:
    packed = array("f", numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _from_bytes(data: bytes) -> "array[float]":
    packed = array("f", data)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed
