"""The enterprise's last word on whether it is solved: by command, by tap, or in free words."""

from typing import Final

from handlers import say
from handlers.meant import in_hand, meant, which
from handlers.turn import Reply, Turn
from handlers.understanding.commands import Command
from handlers.understanding.intents import Solved, solved
from models.actions import tickets
from models.actions.conversation import Words
from models.queries.tickets import actor_of, newest, overview
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

MISSING: Final = "missing"
"""The open question what is still missing."""


def confirm(turn: Turn) -> Reply:
    """`确认 [编号]`: it is solved; only now it is written off."""
    ticket = meant(turn, Command.CONFIRM)
    return which(turn, Command.CONFIRM) if ticket is None else _confirm(turn, ticket)


def dispute(turn: Turn) -> Reply:
    """`没解决 [编号] …`: it is not solved; ask what is missing if they did not say."""
    ticket = meant(turn, Command.DISPUTE)
    if ticket is None:
        return which(turn, Command.DISPUTE)
    rest = turn.order.rest if turn.order else ""
    words = Words("text", rest, inbox_id=turn.inbox_id)
    told = tickets.dispute(turn.session, ticket, actor_of(turn.party), words, now=turn.now)
    return Reply(
        say.disputed(overview(turn.session, ticket), told, is_explained=bool(rest)),
        Outcome.FOLLOW_UP,
        ticket.id,
        pending=None if rest else {"ask": MISSING, "ticket": ticket.id},
    )


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
        say.confirmed(number_of(ticket.id), ticket.title), Outcome.FOLLOW_UP, ticket.id, keeps_in_hand=False
    )


def _nothing_waits(turn: Turn, said: Solved) -> Reply:
    """Nobody has said yet that it is done: the owner hears of a plain word, the rest gets a kind answer."""
    current = in_hand(turn) or meant(turn, Command.ADD)
    if said is Solved.UNSAID:
        return Reply(say.nothing_to_confirm_yet(), Outcome.ANSWER)
    if current is None:
        is_over = said is Solved.NO and newest(turn.session, turn.party, Status.CLOSED, limit=1)
        return dispute(turn) if is_over else Reply(say.nothing_to_confirm_yet(), Outcome.ANSWER)
    words = Words("text", turn.text, inbox_id=turn.inbox_id)
    told = tickets.follow_up(turn.session, current, actor_of(turn.party), words, now=turn.now)
    speech = say.passed_on(number_of(current.id), current.title, told, is_solved=said is Solved.YES)
    return Reply(speech, Outcome.FOLLOW_UP, current.id)
