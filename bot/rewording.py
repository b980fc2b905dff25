"""Asks a large model for the stone of a pattern, with no session open: a suggestion, checked word by word.

Whatever it answers, or the letters make it answer, can change that one sentence, and not even that if the
sentence says what fewer than two of the letters say.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from bot.large_model import GRACE, LargeModel
from bot.pattern_words import typical
from handlers.understanding.wording import question, worded
from models.actions import patterns
from models.session import Database

Wait = Callable[[Coroutine[Any, Any, str | None], float], str | None]
"""Waits for an answer so many seconds, from the thread of a round."""


def reword(database: Database, large: LargeModel, pattern_id: int, wait: Wait) -> None:
    """Put the stone of a pattern into the large model's sentence, if there is one and all is as it was."""
    with database.reading() as session:
        asked = typical(session, pattern_id)
    if asked is None:
        return
    answer = large.told(question(asked.letters), partial(worded, letters=asked.letters))
    stone = wait(answer, large.allowed + GRACE)
    if stone is None:
        return
    with database.transaction() as session:
        patterns.reword(session, pattern_id, stone, instead_of=asked.stone, of=asked.ticket_ids)
