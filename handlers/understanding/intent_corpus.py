"""The examples of intents we wrote, as the YAML files hold them. Read by training and tests only."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from .corpus import EXAMPLES, BadExamples, examples
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
FOLDER: Final = "intents"
"""Within a folder of examples: a file an intent, and two folders."""
PEOPLE: Final = "people"
"""One file for each person we imagined: what they say in many situations."""
HELD_BACK: Final = "held_back"
"""The same of people whom nothing learns from, and every model is measured on."""
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


def said_examples(folder: Path = EXAMPLES) -> list[Said]:
    """Return every example: those of the intents in their order, then those of the people.

    Raises:
        BadExamples: a file is none of examples.
    """
    with _well_formed(folder):
        return [*_by_intent(folder / FOLDER), *_by_people(folder / FOLDER / PEOPLE)]


def said_by_held_back(folder: Path = EXAMPLES) -> list[Said]:
    """Return what people say whom nothing learns from.

    Raises:
        BadExamples: a file is none of examples.
    """
    with _well_formed(folder):
        return [*_by_people(folder / FOLDER / HELD_BACK)]


@contextmanager
def _well_formed(folder: Path) -> Iterator[None]:
    try:
        yield
    except (yaml.YAMLError, OSError, ValueError, LookupError, TypeError, AttributeError) as odd:
        raise BadExamples(f"{folder / FOLDER}: {odd}") from odd


def _by_intent(folder: Path) -> Iterator[Said]:
    for intent in TWELVE:
        for block in _blocks(folder / f"{intent}.yaml"):
            for text in block["texts"]:
                yield Said(text, _context(block), intent)


def _by_people(folder: Path) -> Iterator[Said]:
    for path in sorted(folder.glob("*.yaml")):
        yield from _said_by(path)


def _said_by(path: Path) -> Iterator[Said]:
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


def matters(folder: Path = EXAMPLES) -> list[Said]:
    """Return the shorter examples of the types as what they are here: requests of somebody new to us."""
    return [
        Said(each.text, Context(), Intent.REQUEST)
        for each in examples(folder)
        if len(each.text) <= MATTER_UP_TO
    ]


def digest_of(written: Sequence[Said], words: Sequence[tuple[str, str]]) -> str:
    """Return the SHA-256 of what a model is made from."""
    made_from = [(str(each.intent), each.text, repr(each.context)) for each in written], list(words)
    return hashlib.sha256(repr(made_from).encode()).hexdigest()
