"""The learned model as a file: plain arrays, never pickle. `train` makes it, `classifier` uses it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from .features import Floats, Vocabulary

MODEL_PATH: Final = Path(__file__).with_name("model.npz")
FORMAT: Final = 1


class WrongModel(ValueError):
    """The file is not a model of the format this code reads."""


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model over a vocabulary: logits = (values @ weights[rows] + bias) / temperature."""

    types: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Floats
    """One row per n-gram, then one per idea; one column per type."""
    bias: Floats
    temperature: float
    digest: str
    """SHA-256 of the examples and the lexicon it was made from."""

    def save(self, path: Path = MODEL_PATH) -> None:
        """Write the model; weights lose nothing that matters in 32 bits."""
        about = {
            "format": FORMAT,
            "types": self.types,
            "temperature": self.temperature,
            "digest": self.digest,
            "grams": list(self.vocabulary.rows),
            "ideas": {word: list(rows) for word, rows in self.vocabulary.ideas.items()},
        }
        written = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8)
        rarity, weights, bias = (
            each.astype(np.float32) for each in (self.vocabulary.rarity, self.weights, self.bias)
        )
        np.savez_compressed(path, about=written, rarity=rarity, weights=weights, bias=bias)

    @classmethod
    def load(cls, path: Path = MODEL_PATH) -> Self:
        """Read a model.

        Raises:
            WrongModel: the file has another format.
            OSError: there is no such file.
        """
        with np.load(path, allow_pickle=False) as file:
            about: dict[str, Any] = json.loads(file["about"].tobytes())
            rarity, weights, bias = (file[k].astype(np.float64) for k in ("rarity", "weights", "bias"))
        if about.get("format") != FORMAT:
            raise WrongModel(f"format {about.get('format')} in {path.name}, expected {FORMAT}")
        rows = {gram: row for row, gram in enumerate(about["grams"])}
        return cls(
            types=tuple(about["types"]),
            vocabulary=Vocabulary(rows, rarity, {k: tuple(v) for k, v in about["ideas"].items()}),
            weights=weights,
            bias=bias,
            temperature=about["temperature"],
            digest=about["digest"],
        )
