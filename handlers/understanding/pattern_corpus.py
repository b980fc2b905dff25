"""The groups of alike texts that we wrote, texts that are like none, and which half weights are fitted on."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from .corpus import examples

EXAMPLES: Final = Path(__file__).with_name("examples") / "patterns"
LETTERS: Final = Path(__file__).with_name("examples") / "letters"
"""Letters in official style, written to measure with before anybody saw what goes wrong: never fitted on."""
LATER: Final = Path(__file__).with_name("examples") / "later"
"""Letters written after those had been looked at, and measured once."""
UNNAMED: Final = Path(__file__).with_name("examples") / "unnamed"
"""Debts of nobody who is named, among debts of two who are: measured with, never fitted on."""
UNREAD: Final = Path(__file__).with_name("examples") / "unread"
"""Debts of seven whose names our reader does not know, among debts of nobody: never fitted on either."""
ALONE: Final = "alone"
"""What stands under this name belongs to no group."""


@dataclass(frozen=True, slots=True)
class Told:
    """A text, and the name of the stone it tells of; None if no other text tells of it."""

    text: str
    stone: str | None

    @property
    def is_for_fitting(self) -> bool:
        """Whether weights may be fitted on it: the digest of its stone, or of its own words, decides."""
        return hashlib.sha256((self.stone or self.text).encode()).digest()[0] % 2 == 0


def told(folder: Path = EXAMPLES) -> Sequence[Told]:
    """Return every text in the order of the files."""
    return [
        Told(text, None if stone == ALONE else stone)
        for file in sorted(folder.glob("*.yaml"))
        for stone, texts in yaml.safe_load(file.read_text("utf-8")).items()
        for text in texts
    ]


def background() -> Sequence[Told]:
    """Return the longest example of each sub-matter of every type: letters of many matters, all on their own.

    Letters to an authority are like one another by how they are written; that must tell nothing.
    """
    longest: dict[tuple[str, int], str] = {}
    for each in examples():
        key = (each.type, each.matter)
        longest[key] = max(longest.get(key, ""), each.text, key=lambda text: (len(text), text))
    return [Told(text, None) for text in longest.values()]
