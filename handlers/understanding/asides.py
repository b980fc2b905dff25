"""Short remarks that are about the conversation and not about a matter: only little may stand beside them.

Like `intents`, but asked for one at a time, by who knows what was said before.
"""

from enum import StrEnum
from typing import Final

from . import phrases
from .intents import bare, is_little_else
from .regex import Regex
from .unwanted_calls import is_of_others, wants_no_calls


class Aside(StrEnum):
    """What a short remark is about."""

    OTHER_MATTER = "other_matter"
    """What was just said belongs to another case."""
    MISTAKEN = "mistaken"
    """What was just said was sent or said by mistake."""
    NO_CALLS = "no_calls"
    CALLS_WELCOME = "calls_welcome"
    GONE = "gone"
    """Somebody works for the enterprise no more."""


LONGEST: Final = 24
"""Characters; who says more tells us something of a matter."""

_RULES: Final = (
    (Aside.OTHER_MATTER, 2, Regex(phrases.OTHER_MATTER)),
    (Aside.MISTAKEN, 1, Regex(phrases.MISTAKEN)),
    (Aside.NO_CALLS, 5, Regex(phrases.NO_CALLS)),
    (Aside.CALLS_WELCOME, 2, Regex(phrases.CALLS_WELCOME)),
    (Aside.GONE, 3, Regex(phrases.GONE)),
)


def aside_of(text: str) -> Aside | None:
    """Return what the remark `text` is about, None for everything that is more than a remark."""
    if wants_no_calls(text):
        return Aside.NO_CALLS
    core = bare(text)
    if len(core) > LONGEST:
        return None
    found = next((kind for kind, slack, pattern in _RULES if is_little_else(pattern, slack, core)), None)
    return None if found is Aside.NO_CALLS and is_of_others(text) else found
