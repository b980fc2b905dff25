"""The enterprise's last word on whether it is solved: by command, by tap, or in free words."""

from dataclasses import replace
from typing import Final

from handlers import filing, say
from handlers.meant import in_hand, meant, which
from handlers.turn import Reply, Turn
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, Solved, intent_of, solved
from models.actions import tickets
from models.actions.conversation import Words
from models.queries.tickets import actor_of, newest, overview
from models.rules.lifecycle import Status, is_rebound_in_time
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

MISSING: Final = "missing"
"""The open question what is still missing."""
RESULT: Final = "rate_result"
"""The open question how content they are with the result."""

_UNFINISHED: Final = frozenset({Status.OPEN, Status.ACCEPTED})
_ANSWERABLE: Final = _UNFINISHED | {Status.RESOLVED}


def confirm(turn: Turn) -> Reply:
    """`确认 [编号]`: it is solved; only now it is written off. A `但是` is no consent: we ask."""
    ticket = meant(turn, Command.CONFIRM)
    if ticket is None:
        return which(turn, Command.CONFIRM)
    rest = turn.order.rest if turn.order else ""
    if is_only_polite(rest) or ticket.status not in _ANSWERABLE:
        return _confirm(turn, ticket)
    reply = pass_on(turn, ticket, is_solved=False, words=Words("text", rest, inbox_id=turn.inbox_id))
    asked = say.solved_taps(number_of(ticket.id)) if ticket.status == Status.RESOLVED else ()
    return replace(reply, speech=(*reply.speech, *asked))


def is_only_polite(rest: str) -> bool:
    """Whether what stands behind a word adds nothing to it: thanks, or the same once more."""
    return not rest or intent_of(rest) is Intent.THANKS or solved(rest) is Solved.YES


def dispute(turn: Turn) -> Reply:
    """`没解决 [编号] …`: it is not solved; ask what is missing if they did not say."""
    ticket = meant(turn, Command.DISPUTE)
    if ticket is None:
        return which(turn, Command.DISPUTE)
    rest = turn.order.rest if turn.order else ""
    if _is_too_late(turn, ticket):
        return _anew(turn, ticket, rest)
    if rest and ticket.status in _UNFINISHED:
        return not_yet(turn, ticket, rest)
    words = Words("text", rest, inbox_id=turn.inbox_id)
    return not_solved(turn, ticket, words, is_explained=bool(rest))


def not_solved(turn: Turn, ticket: Ticket, words: Words, *, is_explained: bool) -> Reply:
    """Give a case back to its owner, or back from the dead; ask what is missing unless they said it."""
    is_rebound = ticket.status == Status.CLOSED
    told = tickets.dispute(turn.session, ticket, actor_of(turn.party), words, now=turn.now)
    view = overview(turn.session, ticket)
    return Reply(
        say.disputed(view, told, is_explained=is_explained, is_rebound=is_rebound),
        Outcome.FOLLOW_UP,
        ticket.id,
        pending=None if is_explained else {"ask": MISSING, "ticket": ticket.id},
    )


def not_yet(turn: Turn, ticket: Ticket, text: str) -> Reply:
    """Not solved, of a case nobody has called done: its owner hears so."""
    words = Words("text", text or turn.text, inbox_id=turn.inbox_id)
    return pass_on(turn, ticket, is_solved=False, words=words)


def pass_on(turn: Turn, ticket: Ticket, *, is_solved: bool, words: Words | None = None) -> Reply:
    """Tell the owner how it went, before anybody has called it done."""
    said = words or Words("text", turn.text, inbox_id=turn.inbox_id)
    told = tickets.follow_up(turn.session, ticket, actor_of(turn.party), said, now=turn.now)
    speech = say.passed_on(number_of(ticket.id), ticket.title, told, is_solved=is_solved)
    return Reply(speech, Outcome.FOLLOW_UP, ticket.id)


def _is_too_late(turn: Turn, ticket: Ticket) -> bool:
    closed = ticket.closed_at
    return ticket.status == Status.CLOSED and (closed is None or not is_rebound_in_time(closed, turn.now))


def _anew(turn: Turn, ticket: Ticket, text: str) -> Reply:
    """Too late for the old number: a new case that refers to it, or one tap that opens it."""
    number = number_of(ticket.id)
    if not text:
        return Reply(say.anew_how(number, ticket.title), Outcome.ANSWER)
    words = Words("text", say.anew_words(number, ticket.title, text), inbox_id=turn.inbox_id)
    reply = filing.submit(turn, words, title=say.title("text", text), after=ticket)
    return replace(reply, speech=(*say.anew(number), *reply.speech))


def in_free_words(turn: Turn) -> Reply:
    """How it went, in words of their own: acted on where words and case are plain. No ticket comes of it."""
    waiting = newest(turn.session, turn.party, Status.RESOLVED)
    said = solved(turn.text)
    if not waiting:
        return _nothing_waits(turn, said)
    if said is Solved.NO:
        return dispute(turn)
    mine = [ticket for ticket in waiting if ticket.person_id == turn.party.person_id]
    if said is Solved.YES and len(mine) == 1 and turn.party.case_in_hand(turn.now) in {None, mine[0].id}:
        return confirm(turn)
    return Reply(say.solved_or_not([overview(turn.session, one) for one in waiting]), Outcome.ANSWER)


def perhaps(turn: Turn) -> Reply | None:
    """Ask whether words that sound like a good end are about a case that waits for one; None if none does."""
    waiting = newest(turn.session, turn.party, Status.RESOLVED)
    if not waiting:
        return None
    shown = [overview(turn.session, ticket) for ticket in waiting]
    return Reply(say.solved_or_not(shown, other=turn.text), Outcome.ANSWER)


def _confirm(turn: Turn, ticket: Ticket) -> Reply:
    tickets.confirm(turn.session, ticket, actor_of(turn.party), now=turn.now)
    return Reply(
        say.confirmed(number_of(ticket.id), ticket.title),
        Outcome.FOLLOW_UP,
        ticket.id,
        keeps_in_hand=False,
        pending={"ask": RESULT, "ticket": ticket.id},
    )


def _nothing_waits(turn: Turn, said: Solved) -> Reply:
    """Nobody has said yet that it is done: the owner hears of a plain word, the rest gets a kind answer."""
    current = in_hand(turn) or meant(turn, Command.ADD)
    if said is Solved.UNSAID:
        return Reply(say.nothing_to_confirm_yet(), Outcome.ANSWER)
    if current is None:
        is_over = said is Solved.NO and newest(turn.session, turn.party, Status.CLOSED, limit=1)
        return dispute(turn) if is_over else Reply(say.nothing_to_confirm_yet(), Outcome.ANSWER)
    return pass_on(turn, current, is_solved=said is Solved.YES)
