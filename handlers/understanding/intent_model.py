"""What was learned about intents, as a file: whole numbers and JSON in a zip. Made by `train_intents`."""

import math
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Self

from .intents import Intent
from .model import MODEL_PATH, Content, read_whole, write
from .situation import LONGEST_GRAM, MARKS, Context, signs

INTENTS_PATH: Final = Path(__file__).with_name("intents.zip")
FORMAT: Final = 3
MOST: Final = 128
"""Added to every weight, so that none is below zero."""
LANE: Final = 32
"""Bits of a weight in a packed row, as many as a machine's number has: read back without shifting."""

MARKED: Final = "|"
"""Between a mark and a piece; it stands in no text, as signs have been taken out."""

Packed = int
"""The weights of one sign, one number: rows are added by adding numbers."""


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A linear model: pieces of the words, made one length, and what is seen, each counted once.

    Weights are whole numbers of eight bits, the bias like a piece: a sign more or less decides nothing.
    """

    intents: tuple[Intent, ...]
    short: Mapping[str, Sequence[Packed]]
    """Piece of one or two characters → what it weighs under each mark, 0 where it has not been learned."""
    long: Mapping[str, Packed]
    """Piece of three characters → what it weighs."""
    seen: Mapping[str, Packed]
    bias: Packed
    unit: float
    finer: int
    """How many times smaller the unit of what is seen is: those weights are smaller."""
    digest: str
    """SHA-256 of the examples and cues it was made from."""

    def scores(self, text: str, context: Context) -> dict[Intent, float]:
        """Return intent → probability; they add up to 1."""
        short, long, mark, seen = signs(text, context)
        width, finer = len(self.intents), self.finer
        of_short = map(itemgetter(MARKS.index(mark)), filter(None, map(self.short.get, short)))
        of_words = sum(chain(of_short, filter(None, map(self.long.get, long))))
        of_situation = sum(filter(None, map(self.seen.get, seen)), self.bias * finer)
        summed = [each / finer for each in _unpacked(of_situation, width)]
        count = of_words >> (LANE * width)
        if count:
            scale = 1 / math.sqrt(count)
            words = _unpacked(of_words, width)
            summed = [one + other * scale for one, other in zip(summed, words, strict=True)]
        most = max(summed)
        raised = [math.exp((each - most) * self.unit) for each in summed]
        whole = sum(raised)
        return {intent: each / whole for intent, each in zip(self.intents, raised, strict=True)}

    def save(self, path: Path = INTENTS_PATH) -> None:
        """Write the model, whole or not at all: the same bytes for the same model."""
        write(path, *self.content())

    def content(self) -> Content:
        """Return what a file of it holds."""
        about = {
            "format": FORMAT,
            "intents": [str(each) for each in self.intents],
            "unit": self.unit,
            "finer": self.finer,
            "digest": self.digest,
            "pieces": list(pieces := self.pieces()),
            "seen": list(self.seen),
        }
        rows = (*pieces.values(), *self.seen.values(), self.bias)
        width = len(self.intents)
        return about, array("b", (each for row in rows for each in _unpacked(row, width))).tobytes()

    @classmethod
    def load(cls, path: Path = INTENTS_PATH) -> Self:
        """Read a model.

        Raises:
            WrongModel: the file is no model, or one of another format.
            OSError: there is no such file.
        """
        return read_whole(path, FORMAT, cls._of)

    @classmethod
    def _of(cls, about: Mapping[str, Any], numbers: "array[int]") -> Self:
        intents = tuple(map(Intent, about["intents"]))
        pieces, seen = (_names(about[part]) for part in ("pieces", "seen"))
        width, unit, finer = len(intents), float(about["unit"]), int(about["finer"])
        if len(numbers) != width * (len(pieces) + len(seen) + 1) or len(set(intents)) != width or not width:
            raise ValueError("intents or weights missing")
        if not (math.isfinite(unit) and unit > 0 and finer > 0):
            raise ValueError("no numbers to work with")
        rows = [packed(numbers[at : at + width]) for at in range(0, len(numbers), width)]
        return cls(
            intents,
            *by_length(dict(zip(pieces, rows[: len(pieces)], strict=True))),
            dict(zip(seen, rows[len(pieces) : -1], strict=True)),
            rows[-1],
            unit,
            finer,
            str(about["digest"]),
        )

    def pieces(self) -> dict[str, Packed]:
        """Return the row of each piece as it was learned: those of one mark as mark, stroke, piece."""
        anywhere = {piece: rows[-1] for piece, rows in self.short.items() if rows[-1]} | dict(self.long)
        marked = {
            f"{mark}{MARKED}{piece}": row - rows[-1]
            for piece, rows in self.short.items()
            for mark, row in zip(MARKS, rows, strict=False)
            if row != rows[-1]
        }
        return dict(sorted((anywhere | marked).items()))


def by_length(pieces: Mapping[str, Packed]) -> tuple[dict[str, Sequence[Packed]], dict[str, Packed]]:
    """Return what short pieces weigh under each mark and, last, anywhere; and what the long ones do.

    A piece of one mark weighs there besides what it weighs anywhere; both are one row, which counts twice.
    """
    short = {each.rpartition(MARKED)[2] for each in pieces if MARKED in each or len(each) < LONGEST_GRAM}
    return (
        {each: _by_mark(pieces, each) for each in sorted(short)},
        {each: row for each, row in pieces.items() if MARKED not in each and len(each) == LONGEST_GRAM},
    )


def _by_mark(pieces: Mapping[str, Packed], short: str) -> Sequence[Packed]:
    anywhere = pieces.get(short, 0)
    here = (pieces.get(f"{mark}{MARKED}{short}") for mark in MARKS)
    return (*(anywhere if row is None else anywhere + row for row in here), anywhere)


def packed(weights: Sequence[int]) -> Packed:
    """Return weights between -128 and 127 as one number, above them a 1: sums count their rows."""
    return sum((each + MOST) << (LANE * place) for place, each in enumerate(weights)) + (
        1 << (LANE * len(weights))
    )


def _unpacked(rows: Packed, width: int) -> list[int]:
    """Return the sums of `width` weights that stand in a sum of rows."""
    *lanes, count = struct.unpack(f"<{width + 1}I", rows.to_bytes((width + 1) * LANE // 8, "little"))
    return [each - MOST * count for each in lanes]


def _names(given: object) -> list[str]:
    """Return the names of signs, each of them once."""
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise ValueError("signs are not named")
    if len(set(given)) != len(given):
        raise ValueError("a sign occurs twice")
    return given


def intents_beside(path: Path) -> Path:
    """Return where the intents stand that belong to the types at `path`: mine.zip has mine.intents.zip."""
    return INTENTS_PATH if path == MODEL_PATH else path.with_name(f"{path.stem}.intents{path.suffix}")


_in_use: Final[list[IntentModel]] = []


def use_intents(model: IntentModel) -> None:
    """Make a model the one of this process. Only composition roots do so, before the first message."""
    _in_use[:] = [model]


def default_intents() -> IntentModel:
    """Return the model of this process, read once: the shipped one unless another is in use."""
    if not _in_use:
        use_intents(IntentModel.load())
    return _in_use[0]
