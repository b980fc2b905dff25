"""The examples of intents we wrote, as the YAML files hold them. Read by training and tests only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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
MATTER_UP_TO: Final = 60
"""Characters of the longest example of a type that is also one of a request; longer ones teach no more."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message we made up, the situation it is said into, and what it is for."""

    text: str
    context: Context
    intent: Intent


def said_examples(folder: Path = FOLDER) -> list[Said]:
    """Return every example in the order of the intents and files."""
    return [
        Said(text, Context(block["open"], block.get("asked"), block.get("said", "")), intent)
        for intent in TWELVE
        for block in yaml.safe_load((folder / f"{intent}.yaml").read_text(encoding="utf-8"))
        for text in block["texts"]
    ]


def matters() -> list[Said]:
    """Return the shorter examples of the types as what they are here: requests of somebody new to us."""
    return [
        Said(each.text, Context(), Intent.REQUEST) for each in examples() if len(each.text) <= MATTER_UP_TO
    ]


def digest_of(written: Sequence[Said], words: Sequence[tuple[str, str]]) -> str:
    """Return the SHA-256 of what a model is made from."""
    made_from = [(str(each.intent), each.text, repr(each.context)) for each in written], list(words)
    return hashlib.sha256(repr(made_from).encode()).hexdigest()
