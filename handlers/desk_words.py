"""Words of officials from somebody who is none: they show where the case stands, and do nothing."""

from typing import Final

from handlers import enterprise
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command

WORDS: Final = frozenset(
    {
        *(Command.CALL_IN, Command.JOIN, Command.REFUSE, Command.CONTRIBUTE, Command.LET_GO, Command.DECLINE),
        *(Command.UPHOLD, Command.OVERTURN, Command.REASSIGN, Command.WRITE_OFF, Command.PASS_ON),
    }
)


def _is_no_sentence(turn: Turn) -> bool:
    """Whether a number follows the word, or nothing; with more behind it, it begins a sentence of theirs."""
    order = turn.order
    return order is not None and order.command in WORDS and (order.number is not None or not order.rest)


enterprise_router: Final = Router(_is_no_sentence)


@enterprise_router.on(*WORDS)
def stands(turn: Turn) -> Reply:
    """Show the case that was named, or all that are not finished."""
    return enterprise.progress(turn)
