"""What was learned about intents, as a file: whole numbers and JSON in a zip. Made by `train_intents`."""

import json
import math
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from .intents import Intent
from .model import WrongModel
from .situation import Context, signs

INTENTS_PATH: Final = Path(__file__).with_name("intents.zip")
FORMAT: Final = 3
MOST: Final = 128
"""Added to every weight, so that none is below zero."""
LANE: Final = 32
"""Bits of a weight in a packed row, as many as a machine's number has: read back without shifting."""

_ABOUT: Final = "about.json"
_NUMBERS: Final = "weights.i8"
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)

_NOTHING: Final[Mapping[str, int]] = {}

Packed = int
"""The weights of one sign, one number: rows are added by adding numbers."""


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A linear model: pieces of the words, made one length, and what is seen, each counted once.

    Weights are whole numbers of eight bits, the bias like a piece: a sign more or less decides nothing.
    """

    intents: tuple[Intent, ...]
    pieces: Mapping[str, Packed]
    marked: Mapping[str, Mapping[str, Packed]]
    """Mark of a situation → short pieces as they weigh there, besides what they weigh anywhere."""
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
        width = len(self.intents)
        everywhere, here = self.pieces.get, self.marked.get(mark, _NOTHING).get
        of_words = [*filter(None, chain(map(everywhere, short), map(everywhere, long), map(here, short)))]
        of_situation = [*filter(None, map(self.seen.get, seen))]
        finer = self.finer
        fine = _unpacked(sum(of_situation, self.bias * finer), finer + len(of_situation), width)
        summed = [each / finer for each in fine]
        if of_words:
            scale = 1 / math.sqrt(len(of_words))
            words = _unpacked(sum(of_words), len(of_words), width)
            summed = [one + other * scale for one, other in zip(summed, words, strict=True)]
        most = max(summed)
        raised = [math.exp((each - most) * self.unit) for each in summed]
        whole = sum(raised)
        return {intent: each / whole for intent, each in zip(self.intents, raised, strict=True)}

    def save(self, path: Path = INTENTS_PATH) -> None:
        """Write the model: the same bytes for the same model."""
        about = {
            "format": FORMAT,
            "intents": [str(each) for each in self.intents],
            "unit": self.unit,
            "finer": self.finer,
            "digest": self.digest,
            "pieces": list(self.pieces),
            "marked": {mark: list(rows) for mark, rows in self.marked.items()},
            "seen": list(self.seen),
        }
        marked = (row for rows in self.marked.values() for row in rows.values())
        rows = (*self.pieces.values(), *marked, *self.seen.values(), self.bias)
        width = len(self.intents)
        numbers = array("b", (each for row in rows for each in _unpacked(row, 1, width)))
        with ZipFile(path, "w", ZIP_DEFLATED) as file:
            for name, data in (
                (_ABOUT, json.dumps(about, ensure_ascii=False).encode()),
                (_NUMBERS, numbers.tobytes()),
            ):
                file.writestr(ZipInfo(name, _LONG_AGO), data, ZIP_DEFLATED)

    @classmethod
    def load(cls, path: Path = INTENTS_PATH) -> Self:
        """Read a model.

        Raises:
            WrongModel: the file is no model, or one of another format.
            OSError: there is no such file.
        """
        try:
            with ZipFile(path) as file:
                about: dict[str, Any] = json.loads(file.read(_ABOUT))
                numbers = array("b", file.read(_NUMBERS))
        except (BadZipFile, KeyError, ValueError) as odd:
            raise WrongModel(path, str(odd)) from odd
        if about.get("format") != FORMAT:
            raise WrongModel(path, f"format {about.get('format')}, expected {FORMAT}")
        intents = tuple(map(Intent, about["intents"]))
        width = len(intents)
        rows = iter([packed(numbers[at : at + width]) for at in range(0, len(numbers), width)])
        known = (about["pieces"], *about["marked"].values(), about["seen"])
        if len(numbers) != width * (1 + sum(map(len, known))):
            raise WrongModel(path, "weights missing")
        return cls(
            intents,
            dict(zip(about["pieces"], rows, strict=False)),
            {mark: dict(zip(pieces, rows, strict=False)) for mark, pieces in about["marked"].items()},
            dict(zip(about["seen"], rows, strict=False)),
            next(rows),
            about["unit"],
            about["finer"],
            about["digest"],
        )


def packed(weights: Sequence[int]) -> Packed:
    """Return weights between -128 and 127 as one number."""
    return sum((each + MOST) << (LANE * place) for place, each in enumerate(weights))


def _unpacked(rows: Packed, count: int, width: int) -> list[int]:
    """Return the sums of `width` weights that stand in the sum of `count` rows."""
    lanes = struct.unpack(f"<{width}I", rows.to_bytes(width * LANE // 8, "little"))
    return [each - MOST * count for each in lanes]


@cache
def default_intents() -> IntentModel:
    """Return the shipped model, read once."""
    return IntentModel.load()
