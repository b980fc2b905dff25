"""Words of an enterprise that are kept until it says to which of its cases they belong.

They wait in our open question (models.actions.waiting). A tap, a number or the next words settle it, and an
answer to something else leaves it open; short words also stand in the taps, so that a tap of later has them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import filing, say
from handlers.meant import case
from handlers.turn import Reply, Turn
from handlers.understanding.commands import Command
from handlers.understanding.kinds import chosen
from models.actions import gathered, inbox
from models.actions.conversation import Words
from models.actions.waiting import QUESTION as KEPT
from models.actions.waiting import kept_in, question, still_wait
from models.queries.tickets import actor_of, overview
from models.tables import Outcome, Ticket

_MOST: Final = 10
"""So many messages are kept; who says more without an answer means the likeliest case."""
_TAPS: Final = frozenset({Command.NEW, Command.ADD, Command.REPLY})
"""The commands that take along what is said behind them."""


def of(turn: Turn) -> list[Words]:
    """Return the words that wait, oldest first."""
    return kept_in(turn.party.pending)


def ask(turn: Turn, cases: Sequence[Ticket], *words: Words) -> Reply:
    """Ask to which of `cases` words belong, or whether they are new, and keep them."""
    waiting = [*of(turn), *words]
    if len(waiting) > _MOST and (likeliest := case(turn, cases[0].id)) is not None:
        return filed(turn, likeliest, waiting)
    views = [overview(turn.session, one) for one in cases[: say.PERSONS]]
    said = waiting[0].text if len(waiting) == 1 and waiting[0].media_id is None else ""
    pending = question(waiting, [one.id for one in cases[: say.PERSONS]])
    return Reply(say.belongs_to_which(views, said), Outcome.WAITING, pending=pending)


def answered(turn: Turn) -> Reply | None:
    """第二个, 都不是: an answer in words to our question which case; None if it is none."""
    place = chosen(turn.text) if turn.asked == KEPT else None
    shown = (turn.party.pending or {}).get("cases", ())
    if place is None or place > len(shown):
        return None
    if not place:
        return new(turn)
    ticket = case(turn, shown[place - 1])
    return None if ticket is None else to(turn, ticket)


def carried(turn: Turn, reply: Reply) -> Reply:
    """Return the answer to something else, with the words that wait: they go where it goes, or wait on.

    Where it asks something itself they go to the likeliest case; nothing that was said ends nowhere. Whether
    they wait still is read from their pushes: the turn may have put them somewhere already.
    """
    if not still_wait(turn.session, of(turn)):
        return reply
    is_of_case = reply.ticket_id is not None and reply.outcome in {Outcome.TICKET, Outcome.FOLLOW_UP}
    if is_of_case and follow(turn, reply.ticket_id or 0):
        return reply
    if reply.pending is None:
        return replace(reply, pending=turn.party.pending)
    return reply if reply.pending["ask"] == KEPT else _somewhere(turn, reply)


def _somewhere(turn: Turn, reply: Reply) -> Reply:
    """Put the words that wait to the likeliest of the cases shown that is not finished, else to a new one."""
    shown = (turn.party.pending or {})["cases"]
    opened = None if any(follow(turn, each) for each in shown) else new(turn)
    if opened is None:
        return reply
    return replace(
        reply, speech=(*opened.speech, "\n\n", *reply.speech), opened=(*reply.opened, *opened.opened)
    )


def follow(turn: Turn, ticket_id: int, *, without: Words | None = None) -> bool:
    """Put the words that wait to the case that was found for those of now; False if it is finished."""
    waiting = of(turn)
    ticket = case(turn, ticket_id)
    if ticket is None:
        return False
    said = turn.order.rest if turn.order is not None and turn.order.command in _TAPS else None
    for words in waiting:
        if words != without and (not said or words.text != said):  # a tap brings the words along
            gathered.gather(turn.session, ticket, actor_of(turn.party), words, now=turn.now)
    inbox.belongs(turn.session, [each.inbox_id for each in waiting], ticket.id)
    return True


def dropped(turn: Turn) -> Reply | None:
    """取消, said to our question which case: they take the words back; None if none wait."""
    waiting = of(turn)
    if not waiting:
        return None
    inbox.dropped(turn.session, [each.inbox_id for each in waiting])
    return Reply(say.words_dropped(), Outcome.ANSWER)


def new(turn: Turn) -> Reply | None:
    """A ticket of the words that wait, None if none do: the first that say something open it."""
    waiting = of(turn)
    if not waiting:
        return None
    first = next((each for each in waiting if each.text), waiting[0])
    reply = filing.submit(turn, first)
    if reply.ticket_id is not None:
        follow(turn, reply.ticket_id, without=first)
    return reply


def to(turn: Turn, ticket: Ticket) -> Reply | None:
    """Add the words that wait to the case that was named, None if none do."""
    waiting = of(turn)
    if not waiting:
        return None
    return filed(turn, ticket, waiting)


def filed(turn: Turn, ticket: Ticket, waiting: Sequence[Words]) -> Reply:
    """Add words to a case, the newest last: its receipt is the answer."""
    replies = [filing.add(turn, ticket, words) for words in waiting]
    inbox.belongs(turn.session, [each.inbox_id for each in waiting], ticket.id)
    return replies[-1]
