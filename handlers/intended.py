"""What an enterprise's plain words are for: by themselves, else by what was learned."""

from typing import Final

from handlers.turn import Turn
from handlers.understanding.headline import names_a_matter
from handlers.understanding.in_context import Context, likely
from handlers.understanding.intents import Intent, intent_of, is_under_way, reproaches
from handlers.understanding.remarks import hails

REMARK: Final = 20
"""Characters of the longest words whose intent is taken from what was learned."""
SURE: Final = 0.9
"""Below it what was learned is no more than a guess; docs/understanding.md has the share that is right."""

_OPEN: Final = frozenset({Intent.REQUEST, Intent.UNCLEAR})
"""What words are taken for that no rule knows."""
_LEARNED: Final = frozenset({Intent.PROGRESS, Intent.URGE, Intent.WITHDRAW, Intent.HUMAN})
"""What shows or asks something, and can be said again if it was misread; what tells of a matter is filed."""


def intended(turn: Turn) -> Intent:
    """Return what the words of this turn are for."""
    text = turn.text
    if hails(text):
        return Intent.GREETING
    intent = intent_of(text)
    if intent not in _OPEN or not turn.party.cases:
        return intent
    if reproaches(text):
        return Intent.URGE
    if len(text) > REMARK or names_a_matter(text) or is_under_way(text):
        return intent
    learned, sure = likely(text, Context(open=True, asked=turn.asked))
    return learned if learned in _LEARNED and sure >= SURE else intent
