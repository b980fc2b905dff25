"""Words of an enterprise that are kept until it says to which of its cases they belong.

They wait in our open question. A tap, a number or the next words settle it; short words also stand in the
taps, so that a tap of later still has them.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from handlers import filing, say
from handlers.meant import case
from handlers.turn import Reply, Turn
from handlers.understanding.kinds import chosen
from models.actions import gathered, inbox
from models.actions.conversation import Words
from models.queries.tickets import actor_of, overview
from models.tables import Outcome, Ticket

KEPT: Final = "words_of_which_case"
"""The open question to which case what was said belongs."""
_MOST: Final = 10
"""So many messages are kept; who says more was not asked in vain."""


def of(turn: Turn) -> list[Words]:
    """Return the words that wait, oldest first."""
    question = turn.party.pending or {}
    return [Words(**each) for each in question["kept"]] if turn.asked == KEPT else []


def ask(turn: Turn, cases: Sequence[Ticket], words: Words) -> Reply:
    """Ask to which of `cases` words belong, or whether they are new, and keep them."""
    waiting = [*of(turn), words][-_MOST:]
    views = [overview(turn.session, one) for one in cases[: say.PERSONS]]
    said = words.text if len(waiting) == 1 and words.media_id is None else ""
    shown = [one.id for one in cases[: say.PERSONS]]
    pending = {"ask": KEPT, "kept": [asdict(each) for each in waiting], "cases": shown}
    return Reply(say.belongs_to_which(views, said), Outcome.ANSWER, pending=pending)


def answered(turn: Turn) -> Reply | None:
    """第二个, 都不是: an answer in words to our question which case; None if it is none."""
    place = chosen(turn.text) if turn.asked == KEPT else None
    shown = (turn.party.pending or {}).get("cases", ())
    if place is None or place > len(shown):
        return None
    ticket = case(turn, shown[place - 1]) if place else None
    return new(turn) if ticket is None else to(turn, ticket)


def follow(turn: Turn, ticket_id: int, *, without: Words | None = None) -> None:
    """Put the words that wait to the case that was found for those of now."""
    waiting = of(turn)
    ticket = case(turn, ticket_id) if waiting else None
    if ticket is None:
        return
    for words in waiting:
        if words != without:
            gathered.gather(turn.session, ticket, actor_of(turn.party), words, now=turn.now)
    inbox.belongs(turn.session, [each.inbox_id for each in waiting], ticket.id)


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
    replies = [filing.add(turn, ticket, words) for words in waiting]
    inbox.belongs(turn.session, [each.inbox_id for each in waiting], ticket.id)
    return replies[-1]
