"""The times that answers to an announced call name: of its day where they name none, or the card's own."""

from typing import Final

from handlers.turn import Turn
from handlers.understanding.times import Doubt, clause_of_time, day_in, day_of, on_day, span_in
from models.actions import calls
from models.queries.trust import Addressee
from models.rules.calling import Span

MORE_THAN_A_TIME: Final = 80
"""Characters of the longest words in which a time is looked for among others."""


def on_its_day(turn: Turn, to: Addressee, time: str) -> str:
    """An hour without a day is of the day for which the call was announced, while that hour lies ahead."""
    call = calls.announced_about(turn.session, to, turn.now)
    if call is None:
        return time
    then = on_day(day_of(call.window.begins), time, turn.now)
    return then if isinstance(span_in(then, turn.now), Span) else time


def is_its_time(turn: Turn, to: Addressee, time: str) -> bool:
    """Whether a time is that of the card, or says less of it: 明天上午可以, to a call tomorrow at ten."""
    call = calls.announced_about(turn.session, to, turn.now)
    if call is None:
        return False
    said = span_in(on_its_day(turn, to, time), turn.now)
    if isinstance(said, Span):
        return said.begins <= call.window.begins and call.window.ends <= said.ends
    return said is Doubt.NO_HOUR and day_in(time, turn.now) == day_of(call.window.begins)


def time_among(turn: Turn) -> str:
    """The time that stands in a clause of words that say more; nothing while they answer something else."""
    is_open = turn.order is None and turn.is_free and len(turn.text) <= MORE_THAN_A_TIME
    return clause_of_time(turn.text, turn.now) if is_open else ""
