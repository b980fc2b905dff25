"""The examples of intents we wrote, as the YAML files hold them. Read by training and tests only."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from .corpus import EXAMPLES, examples
from .intents import Intent
from .situation import Context

TWELVE: Final = (
    Intent.REQUEST,
    Intent.FOLLOW_UP,
    Intent.PROGRESS,
    Intent.URGE,
    Intent.WITHDRAW,
    Intent.VERIFY,
    Intent.RATE,
    Intent.CORRECTION,
    Intent.HUMAN,
    Intent.GREETING,
    Intent.NOISE,
    Intent.COMMAND,
)
"""What a message may be for, in its situation."""
FOLDER: Final = EXAMPLES / "intents"
PEOPLE: Final = FOLDER / "people"
"""One file for each person we imagined: what they say in many situations."""
MATTER_UP_TO: Final = 60
"""Characters of the longest example of a type that is also one of a request; longer ones teach no more."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message we made up, the situation it is said into, and what it is for."""

    text: str
    context: Context
    intent: Intent
    who: str = ""
    """Name of the person we imagined saying it; empty where there is none."""


def said_examples() -> list[Said]:
    """Return every example: those of the intents in their order, then those of the people."""
    return [*_by_intent(), *_by_people()]


def _by_intent() -> Iterator[Said]:
    for intent in TWELVE:
        for block in _blocks(FOLDER / f"{intent}.yaml"):
            for text in block["texts"]:
                yield Said(text, _context(block), intent)


def _by_people() -> Iterator[Said]:
    for path in sorted(PEOPLE.glob("*.yaml")):
        yield from said_by(path)


def said_by(path: Path) -> Iterator[Said]:
    """Yield what one person says, as their file has it."""
    for block in _blocks(path):
        for intent, texts in block["says"].items():
            for text in texts:
                yield Said(text, _context(block), Intent(intent), path.stem)


def _blocks(path: Path) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return blocks


def _context(block: Mapping[str, Any]) -> Context:
    return Context(block["open"], block.get("asked"), block.get("said", ""))


def matters() -> list[Said]:
    """Return the shorter examples of the types as what they are here: requests of somebody new to us."""
    return [
        Said(each.text, Context(), Intent.REQUEST) for each in examples() if len(each.text) <= MATTER_UP_TO
    ]


def digest_of(written: Sequence[Said], words: Sequence[tuple[str, str]]) -> str:
    """Return the SHA-256 of what a model is made from."""
    made_from = [(str(each.intent), each.text, repr(each.context)) for each in written], list(words)
    return hashlib.sha256(repr(made_from).encode()).hexdigest()
