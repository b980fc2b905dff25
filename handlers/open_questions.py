"""The questions we have asked and wait for: for how long, and which of them other words leave open."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from handlers import binding, call_answers, kept, last_word, satisfaction, say
from handlers.turn import Reply, Speech, Turn
from handlers.understanding.consent import is_brief
from models.actions.patch_asking import QUESTION as PATCH
from models.actions.waiting import QUESTION as WAITING
from models.queries.people import Party
from models.tables import Outcome

QUESTION: Final = timedelta(minutes=30)
"""For so long the next words may answer what we asked."""

AGAIN: Final[Mapping[str, Callable[[], Speech]]] = {
    binding.BIND: say.bind_taps,
    call_answers.MOVE_OR_MATTER: tuple,
    last_word.RESULT: tuple,
    satisfaction.MANNERS: tuple,
    PATCH: tuple,
}
"""How each question that stays is asked again behind the answer to something else, if it is."""


def keep(turn: Turn, reply: Reply) -> Reply:
    """Return the answer with a question that stays: it is asked again where somebody says next to nothing."""
    if turn.asked == WAITING:
        return kept.carried(turn, reply)
    question = turn.party.pending
    if question is None or reply.settles or reply.pending is not None or turn.asked not in AGAIN:
        return reply
    is_asked_again = reply.outcome is Outcome.ANSWER and turn.order is None and is_brief(turn.text)
    again = AGAIN[question["ask"]]() if is_asked_again else ()
    open_still = {**question, "aside": not is_asked_again}
    return replace(reply, pending=open_still, speech=(*reply.speech, *again))


def still_open(who: Party, now: datetime) -> Party:
    """Return who speaks, without a question asked too long ago for the next words to be its answer.

    Words that wait for their case wait on: a timer puts them somewhere.
    """
    question = who.pending
    if question is None or question["ask"] == WAITING or now < datetime.fromisoformat(question["until"]):
        return who
    return replace(who, pending=None)


def asked(reply: Reply, now: datetime) -> Mapping[str, Any] | None:
    """Return the question that an answer leaves open, with the end of its time; what stays keeps its own."""
    return reply.pending and {"until": (now + QUESTION).isoformat(), **reply.pending}
