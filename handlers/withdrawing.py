"""An enterprise takes a request back: that one, and none that it was merged with."""

from collections.abc import Sequence
from dataclasses import replace

from handlers import filing, last_word, say
from handlers.meant import POSSIBLE, to_withdraw, which
from handlers.newness import SHORT
from handlers.recalled import fitting, named
from handlers.turn import Reply, Speech, Turn
from handlers.understanding.commands import Command
from handlers.understanding.headline import names_a_matter
from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.kinds import points
from models.actions import merging, tickets
from models.actions.conversation import Words
from models.queries.tickets import actor_of
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket


def withdraw(turn: Turn) -> Reply:
    """`撤回 [编号]`: take a request back. A matter told in the same breath is a request of its own."""
    ticket, main = to_withdraw(turn)
    if ticket is None:
        return which(turn, Command.WITHDRAW)
    rest = turn.order.rest if turn.order else ""
    words = Words("text", rest, inbox_id=turn.inbox_id)
    if len(rest) >= SHORT and intent_of(rest) is Intent.REQUEST and names_a_matter(rest):
        reply = filing.submit(turn, words)
        return replace(reply, speech=(*reply.speech, *say.not_withdrawn(number_of(ticket.id), ticket.title)))
    return _withdraw(turn, ticket, main, words)


def _withdraw(turn: Turn, ticket: Ticket, main: Ticket | None, words: Words) -> Reply:
    """Take one case back, out of the one it is merged into, with the last words about it."""
    actor = actor_of(turn.party)
    if main is not None:
        merging.take_out(turn.session, ticket, main, actor, now=turn.now)
    if not last_word.is_only_polite(words.text) and ticket.status in POSSIBLE[Command.WITHDRAW]:
        tickets.follow_up(turn.session, ticket, actor, words, now=turn.now)
    goes_on = tickets.withdraw(turn.session, ticket, actor, main=main, now=turn.now)
    stays = () if main is None else say.main_goes_on(number_of(main.id), main.title)
    speech = (*say.withdrawn(number_of(ticket.id), ticket.title), *stays, *_going_on(goes_on))
    return Reply(speech, Outcome.FOLLOW_UP, ticket.id, keeps_in_hand=False)


def _going_on(cases: Sequence[Ticket]) -> Speech:
    """What stands by itself again: of many the first, as one answer holds no more taps."""
    shown = cases[: merging.READ_AT_ONCE]
    named = (part for each in shown for part in say.goes_on(number_of(each.id), each.title))
    return (*named, *(say.all_go_on(len(cases)) if len(cases) > len(shown) else ()))


def which_one(turn: Turn) -> Reply:
    """A withdrawal in free words is settled by a tap: of those pointed at, else of any."""
    found = fitting(turn, Command.WITHDRAW)
    one = named(turn, Command.WITHDRAW) if found or points(turn.text) else None
    return which(turn, Command.WITHDRAW, among=found if one is None else [one])
