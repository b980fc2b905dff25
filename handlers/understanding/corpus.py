"""The examples we wrote, and the lexicon, as the YAML files hold them. Read by training and tests only."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeGuard

import yaml

from .model import TYPES
from .text import normalize

EXAMPLES: Final = Path(__file__).with_name("examples")
LEXICON: Final = Path(__file__).with_name("lexicon.yaml")
ONE_IN: Final = 10
"""One of so many examples is never learned from, by any model: what two models are compared on."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message we made up, what it is, and the sub-matter it stands under (a number within its type)."""

    text: str
    type: str
    matter: int


class BadExamples(ValueError):
    """A file does not hold sub-matters with their texts."""


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """Return every example in the order of the files.

    Raises:
        BadExamples: a file holds something else.
        OSError: a type has no file.
    """
    return [
        Example(text, kind, matter)
        for kind in TYPES
        for matter, texts in enumerate(_read(folder / f"{kind}.yaml").values())
        for text in texts
    ]


def joined(written: Sequence[Example], corrected: Iterable[tuple[str, str, int]]) -> list[Example]:
    """Return examples and, after them, corrections: text, type, and the event each comes from.

    What stands among the examples is not learned twice; of several corrections of one text the last counts.
    """
    known = {normalize(each.text) for each in written}
    latest = {normalize(text): Example(text, kind, event) for text, kind, event in corrected}
    return [*written, *(each for spelled, each in latest.items() if spelled and spelled not in known)]


def is_held_back(text: str) -> bool:
    """Whether no model may learn from `text`: always the same texts, in whatever collection they stand."""
    spelled = normalize(text).encode()
    return int.from_bytes(hashlib.sha256(spelled).digest()[:8], "big") % ONE_IN == 0


def lexicon() -> Mapping[str, Sequence[str]]:
    """Return idea → words."""
    return _read(LEXICON)


def digest(written: Sequence[Example], ideas: Mapping[str, Sequence[str]]) -> str:
    """Return the SHA-256 of what a model is made from."""
    made_from = [(each.type, each.matter, each.text) for each in written], list(ideas.items())
    return hashlib.sha256(repr(made_from).encode()).hexdigest()


def _read(path: Path) -> dict[str, list[str]]:
    try:
        read: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as odd:
        raise BadExamples(f"{path} cannot be read: {odd}") from odd
    if not _is_whole(read):
        raise BadExamples(f"{path} does not hold lists of texts by sub-matter")
    return read


def _is_whole(read: Any) -> TypeGuard[dict[str, list[str]]]:
    return isinstance(read, dict) and all(
        isinstance(texts, list) and all(isinstance(each, str) for each in texts) for texts in read.values()
    )
