"""Which case an official means, and whether plain words answer what we asked about one."""

from typing import Any, Final

from handlers.turn import Turn
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, intent_of
from models.queries.tickets import Actor, NoSuchTicket, actor_on, by_number, standing
from models.rules.lifecycle import Status, Verb, advance
from models.tables import Ticket

SHORTEST_REASON: Final = 2
"""Characters of the shortest words that can be a reason at all."""

WORDS_KEPT: Final = "words_kept"
"""An open question: whom words are for, which are kept until that is clear."""

_COURTESIES: Final = frozenset({Intent.GREETING, Intent.THANKS, Intent.NOISE, Intent.HELP})


def meant(turn: Turn) -> Ticket | None:
    """Return the case a command names, else the one in hand, whatever has become of it.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown, or not for them.
    """
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    ticket_id = turn.party.case_in_hand(turn.now)
    if ticket_id is None:
        return None
    try:
        return standing(turn.session, ticket_id, seen_by=turn.party)
    except NoSuchTicket:
        return None


def asked_about(turn: Turn) -> tuple[Ticket, dict[str, Any]]:
    """Return the case our open question is about, and the question.

    Raises:
        NoSuchTicket: they may see it no longer.
    """
    question = turn.party.pending or {}
    return standing(turn.session, int(question["ticket"]), seen_by=turn.party), question


def permitted(turn: Turn, ticket: Ticket, verb: Verb) -> Actor:
    """Return in which capacity they act on a case, if the step is theirs to take now: ask nothing in vain.

    Raises:
        NotPossible: the case has no such step now.
        NotAllowed: the step is not theirs.
    """
    actor = actor_on(turn.session, turn.party, ticket)
    advance(Status(ticket.status), verb, actor.role)
    return actor


def rest(turn: Turn) -> str:
    """Return what was said after the command and its number."""
    return turn.order.rest if turn.order else ""


def keep(words: str, command: Command) -> dict[str, Any]:
    """Return the question that keeps `words`, meant as `command`, until somebody says for which case."""
    return {"ask": WORDS_KEPT, "words": words, "as": str(command)}


def rest_or_kept(turn: Turn, command: Command = Command.REPLY) -> str:
    """Return what was said after a command and its number, else the words kept for it."""
    question = turn.party.pending or {}
    is_theirs = turn.asked == WORDS_KEPT and command in {Command.REPLY, question.get("as")}
    return rest(turn) or (str(question["words"]) if is_theirs else "")


def is_reason(text: str) -> bool:
    """Whether words can be the reason we asked for: no courtesy, and not next to nothing."""
    return len(text.strip()) >= SHORTEST_REASON and intent_of(text) not in _COURTESIES
