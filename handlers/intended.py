"""What an enterprise's plain words are for: by themselves, else by what was learned."""

from typing import Final

from handlers.turn import Turn
from handlers.understanding.in_context import Context, likely
from handlers.understanding.intents import (
    Intent,
    intent_of,
    is_under_way,
    reproaches,
    says_nobody_cares,
)
from handlers.understanding.remarks import asks_of_a_matter, hails, only_thanks
from handlers.understanding.stances import shared

REMARK: Final = 20
"""Characters of the longest words whose intent is taken from what was learned."""
SURE: Final = 0.9
"""Below it what was learned is no more than a guess; docs/understanding.md has the share that is right."""

LEANING: Final = 0.5
"""From here on what was learned is offered beside words that are put to a case."""

_OPEN: Final = frozenset({Intent.REQUEST, Intent.UNCLEAR})
"""What words are taken for that no rule knows."""
_OFFERED: Final = frozenset({Intent.PROGRESS, Intent.URGE, Intent.WITHDRAW})
_LEARNED: Final = frozenset({Intent.PROGRESS, Intent.URGE, Intent.WITHDRAW, Intent.HUMAN})
"""What shows or asks something, and can be said again if it was misread; what tells of a matter is filed."""


def intended(turn: Turn) -> Intent:
    """Return what the words of this turn are for."""
    text = turn.text
    if hails(text):
        return Intent.GREETING
    if only_thanks(text):
        return Intent.THANKS
    intent = intent_of(text)
    if intent not in _OPEN or not turn.party.cases:
        return intent
    if reproaches(text):
        return Intent.URGE
    if len(text) > REMARK or _names_another(turn) or is_under_way(text):
        return intent
    return Intent.URGE if says_nobody_cares(text) else _learned(turn) or intent


def _learned(turn: Turn) -> Intent | None:
    learned, sure = likely(turn.text, Context(open=True, asked=turn.asked))
    return learned if learned in _LEARNED and sure >= SURE else None


def leaning(turn: Turn) -> Intent | None:
    """Return what few words that no rule knows may be for: where it is, to hurry, or to take it back."""
    text = turn.text
    if turn.order is not None or not text or len(text) > REMARK or _names_another(turn):
        return None
    learned, sure = likely(text, Context(open=True, asked=turn.asked))
    return learned if learned in _OFFERED and sure >= LEANING else None


def _names_another(turn: Turn) -> bool:
    """Whether words name a matter, and none that somebody's cases tell of."""
    if not asks_of_a_matter(turn.text):
        return False
    return not any(shared(turn.text, words) for _, words in turn.party.cases)
