"""The enterprise asks where a case stays, one or all of them."""

from collections.abc import Sequence

from handlers import say
from handlers.meant import POSSIBLE, which
from handlers.recalled import fitting, named, none_of
from handlers.turn import Reply, Speech, Turn
from handlers.understanding.commands import Command
from handlers.understanding.kinds import says_all
from handlers.understanding.remarks import says_more_than_urging
from models.actions.conversation import Words
from models.actions.tickets import follow_up
from models.actions.urging import URGE_EVERY, UrgedAlready
from models.actions.urging import urge as urge_owner
from models.queries.conversation import was_said
from models.queries.tickets import actor_of, by_id, newest, overview
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket


def urge(turn: Turn) -> Reply:
    """`催办 [编号]`: ask the owner where it stays."""
    going = newest(turn.session, turn.party, *POSSIBLE[Command.URGE])
    if says_all(turn.text):
        return urge_each(turn, going)
    astray = none_of(turn, going)
    if astray is not None:
        return astray
    ticket = named(turn, Command.URGE)
    if ticket is None:
        return which(turn, Command.URGE, among=fitting(turn, Command.URGE))
    return _urge(turn, ticket)


def urge_each(turn: Turn, cases: Sequence[Ticket]) -> Reply:
    """Ask the owners of several cases where they stay."""
    if not cases:
        return which(turn, Command.URGE)
    ids = sorted(one.id for one in cases[: say.PERSONS])  # as everybody locks several cases
    replies = [_urge(turn, by_id(turn.session, each, seen_by=turn.party)) for each in ids]
    speech = tuple(part for reply in replies for part in (*reply.speech, "\n"))
    is_done = any(reply.outcome is Outcome.FOLLOW_UP for reply in replies)
    return Reply(speech[:-1], Outcome.FOLLOW_UP if is_done else Outcome.ANSWER, replies[0].ticket_id)


def _urge(turn: Turn, ticket: Ticket) -> Reply:
    is_added, more = _pass_on(turn, ticket)
    try:
        told = urge_owner(turn.session, ticket, actor_of(turn.party), now=turn.now)
    except UrgedAlready as again:
        speech = say.urged_already(number_of(ticket.id), ticket.title, again.again_at)
        return Reply((*speech, *more), Outcome.FOLLOW_UP if is_added else Outcome.ANSWER, ticket.id)
    return Reply((*say.urged(overview(turn.session, ticket), told), *more), Outcome.FOLLOW_UP, ticket.id)


def _pass_on(turn: Turn, ticket: Ticket) -> tuple[bool, Speech]:
    """What is said beside the urging (再不管我就上访) is words on the case, however often it was urged.

    Returns whether words were added, which those said a second time are not, and what to say of it.
    """
    text = turn.order.rest if turn.order and turn.order.rest else turn.text
    if not says_more_than_urging(text, ticket.title):
        return False, ()
    is_new = not was_said(turn.session, ticket.id, text, since=turn.now - URGE_EVERY)
    if is_new:
        words = Words("text", text, inbox_id=turn.inbox_id)
        follow_up(turn.session, ticket, actor_of(turn.party), words, now=turn.now)
    return is_new, say.words_passed_on()
