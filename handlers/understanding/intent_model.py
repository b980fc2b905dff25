"""What was learned about intents, as a file: whole numbers and JSON in a zip. Made by `train_intents`."""

import json
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from .intents import Intent
from .model import WrongModel
from .situation import Context, signs

INTENTS_PATH: Final = Path(__file__).with_name("intents.zip")
FORMAT: Final = 2
MOST: Final = 128
"""Added to every weight, so that none is below zero."""
LANE: Final = 20
"""Bits of a weight in a packed row: the sum of 4,000 weights fits, and no message has as many signs."""

_ABOUT: Final = "about.json"
_NUMBERS: Final = "weights.i8"
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)

_LANE_MASK: Final = (1 << LANE) - 1

Packed = int
"""The weights of one sign, one number: rows are added by adding numbers."""


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A linear model: pieces of the words, made one length, and what is seen, each counted once.

    Weights are whole numbers of eight bits, the bias like a piece: a sign more or less decides nothing.
    """

    intents: tuple[Intent, ...]
    pieces: Mapping[str, Packed]
    seen: Mapping[str, Packed]
    bias: Packed
    unit: float
    finer: int
    """How many times smaller the unit of what is seen is: those weights are smaller."""
    digest: str
    """SHA-256 of the examples and cues it was made from."""

    def scores(self, text: str, context: Context) -> dict[Intent, float]:
        """Return intent → probability; they add up to 1."""
        pieces, seen = signs(text, context)
        width = len(self.intents)
        of_words = [row for row in map(self.pieces.get, {*pieces}) if row is not None]
        of_situation = [row for row in map(self.seen.get, {*seen}) if row is not None]
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
            "seen": list(self.seen),
        }
        rows = (*self.pieces.values(), *self.seen.values(), self.bias)
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
        width, known = len(intents), len(about["pieces"])
        rows = [packed(numbers[at : at + width]) for at in range(0, len(numbers), width)]
        return cls(
            intents,
            dict(zip(about["pieces"], rows[:known], strict=True)),
            dict(zip(about["seen"], rows[known:-1], strict=True)),
            rows[-1],
            about["unit"],
            about["finer"],
            about["digest"],
        )


def packed(weights: Sequence[int]) -> Packed:
    """Return weights between -128 and 127 as one number."""
    return sum((each + MOST) << (LANE * place) for place, each in enumerate(weights))


def _unpacked(rows: Packed, count: int, width: int) -> list[int]:
    """Return the sums of `width` weights that stand in the sum of `count` rows."""
    return [(rows >> (LANE * place) & _LANE_MASK) - MOST * count for place in range(width)]


@cache
def default_intents() -> IntentModel:
    """Return the shipped model, read once."""
    return IntentModel.load()
