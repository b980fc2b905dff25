"""The examples we wrote, and the lexicon, as the YAML files hold them. Read by training and tests only."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

TYPES: Final = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")
EXAMPLES: Final = Path(__file__).with_name("examples")
LEXICON: Final = Path(__file__).with_name("lexicon.yaml")


@dataclass(frozen=True, slots=True)
class Example:
    """A message we made up, what it is, and the sub-matter it stands under (a number within its type)."""

    text: str
    type: str
    matter: int


def examples() -> list[Example]:
    """Return every example in the order of the files."""
    return [
        Example(text, kind, matter)
        for kind in TYPES
        for matter, texts in enumerate(_read(EXAMPLES / f"{kind}.yaml").values())
        for text in texts
    ]


def lexicon() -> Mapping[str, Sequence[str]]:
    """Return idea → words."""
    return _read(LEXICON)


def digest(written: Sequence[Example], ideas: Mapping[str, Sequence[str]]) -> str:
    """Return the SHA-256 of what a model is made from."""
    made_from = [(each.type, each.matter, each.text) for each in written], list(ideas.items())
    return hashlib.sha256(repr(made_from).encode()).hexdigest()


def _read(path: Path) -> dict[str, list[str]]:
    read: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read
