"""The learned model as a file: numbers and JSON in a zip, never pickle. Made by `train`, for `classifier`."""

import json
import math
import os
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self, TypeAlias, TypeVar
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from .features import Vocabulary

MODEL_PATH: Final = Path(__file__).with_name("model.zip")
FORMAT: Final = 3
TYPES: Final = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")

Content: TypeAlias = tuple[Mapping[str, Any], Iterable[float] | bytes]
"""What is said about a model, and its numbers; as bytes where they are whole ones of eight bits."""

_ABOUT: Final = "about.json"
_NUMBERS: Final = "numbers.f32"
"""Rarity, weights row by row, bias: 32-bit floats, little-endian."""
_WHOLE: Final = "weights.i8"
"""Whole numbers between -128 and 127, in place of those."""
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
Made = TypeVar("Made")
_ODD: Final = (
    BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
)
"""What a file that is no model of ours may raise: damaged, encrypted, of another make, too deep."""


class WrongModel(ValueError):
    """The file is not a model of the format this code reads."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is no model for this version: {why}. `liaison train --out FILE` makes one.")


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
    ask_below: float
    """Confidence below which the bot must ask: what `measure.ask_below` says of held-back sub-matters."""
    digest: str
    """SHA-256 of the examples, corrections and the lexicon it was made from."""
    made: str = ""
    """The date on which it was made, as whoever made it says."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many examples and corrections there were, and how many of both were held back."""

    def save(self, path: Path = MODEL_PATH) -> None:
        """Write the model, whole or not at all: the same bytes for the same model."""
        write(path, *self.content())

    def content(self) -> Content:
        """Return what a file of it holds. 32 bits lose nothing that matters."""
        about = {
            "format": FORMAT,
            "types": self.types,
            "temperature": self.temperature,
            "ask_below": self.ask_below,
            "digest": self.digest,
            "made": self.made,
            "counts": dict(self.counts),
            "grams": list(self.vocabulary.rows),
            "ideas": {word: list(rows) for word, rows in self.vocabulary.ideas.items()},
        }
        return about, [
            *self.vocabulary.rarity,
            *(each for row in self.weights for each in row),
            *self.bias,
        ]

    @classmethod
    def load(cls, path: Path = MODEL_PATH) -> Self:
        """Read a model.

        Raises:
            WrongModel: the file is no model, or one of another format.
            OSError: there is no such file.
        """
        return read(path, FORMAT, cls._of)

    @classmethod
    def _of(cls, about: Mapping[str, Any], numbers: "array[float]") -> Self:
        rows = {gram: row for row, gram in enumerate(about["grams"])}
        ideas = {word: tuple(map(int, rows)) for word, rows in about["ideas"].items()}
        known, width = len(rows), len(TYPES)
        most = 1 + max((idea for those in ideas.values() for idea in those), default=-1)
        if tuple(about["types"]) != TYPES or len(numbers) != known + width * (known + most + 1):
            raise ValueError("types or numbers missing")
        if not all(map(math.isfinite, (*numbers, about["temperature"]))) or about["temperature"] <= 0:
            raise ValueError("no numbers to work with")
        return cls(
            types=TYPES,
            vocabulary=Vocabulary(rows, numbers[:known], ideas),
            weights=[numbers[at : at + width] for at in range(known, len(numbers) - width, width)],
            bias=tuple(numbers[-width:]),
            temperature=float(about["temperature"]),
            ask_below=float(about["ask_below"]),
            digest=str(about["digest"]),
            made=str(about["made"]),
            counts={str(what): int(number) for what, number in about["counts"].items()},
        )


def write(path: Path, about: Mapping[str, Any], numbers: Iterable[float] | bytes) -> None:
    """Write what is said about a model, and its numbers: whole or not at all, the same bytes for the same."""
    write_all({path: (about, numbers)})


def write_all(files: Mapping[Path, Content]) -> None:
    """Write several models beside their places, and put them there only when all of them are written."""
    with ExitStack() as clearing:
        written = {}
        for path, content in files.items():
            written[path] = beside = path.with_name(f".{path.name}.{os.getpid()}")
            clearing.callback(beside.unlink, missing_ok=True)
            _pack(beside, *content)
        for path, beside in written.items():
            beside.replace(path)


def _pack(path: Path, about: Mapping[str, Any], numbers: Iterable[float] | bytes) -> None:
    member = (_WHOLE, numbers) if isinstance(numbers, bytes) else (_NUMBERS, _to_bytes(numbers))
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, data in ((_ABOUT, json.dumps(about, ensure_ascii=False).encode()), member):
            file.writestr(ZipInfo(name, _LONG_AGO), data, ZIP_DEFLATED)


def read(path: Path, expected: int | str, of: Callable[[Mapping[str, Any], "array[float]"], Made]) -> Made:
    """Return what `of` makes of what a file of the `expected` format says, and of its numbers.

    Raises:
        WrongModel: the file is no model, or one of another format.
        OSError: there is no such file.
    """
    return _unpacked(path, expected, _NUMBERS, lambda about, data: of(about, _from_bytes(data)))


def read_whole(
    path: Path, expected: int | str, of: Callable[[Mapping[str, Any], "array[int]"], Made]
) -> Made:
    """Return the same of a file whose numbers are whole ones of eight bits.

    Raises:
        WrongModel: the file is no model, or one of another format.
        OSError: there is no such file.
    """
    return _unpacked(path, expected, _WHOLE, lambda about, data: of(about, array("b", data)))


def _unpacked(
    path: Path, expected: int | str, member: str, of: Callable[[Mapping[str, Any], bytes], Made]
) -> Made:
    try:
        with ZipFile(path) as file:
            about: dict[str, Any] = json.loads(file.read(_ABOUT))
            data = file.read(member)
        found = about["format"]
        if found == expected:
            return of(about, data)
    except _ODD as odd:
        raise WrongModel(path, f"it cannot be read ({type(odd).__name__})") from odd
    raise WrongModel(path, f"its format is {found!r:.20}, not {expected}")


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
