"""Never a dead end: who answers for a case, when, how to reach them, and what one can say now."""

from handlers import filing, say
from handlers.meant import meant, which
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from models.actions.conversation import Words
from models.queries.tickets import overview, unfinished
from models.rules.numbers import number_of
from models.tables import Outcome

router = Router()


@router.on(Command.HELP)
def help_now(turn: Turn) -> Reply:
    """`帮助`: the few words that are of use now."""
    views = [overview(turn.session, ticket) for ticket in unfinished(turn.session, turn.party)]
    return Reply(say.help_now(turn.party, views), Outcome.ANSWER)


@router.on(Command.HUMAN)
def human(turn: Turn) -> Reply:
    """`人工 [编号]`: the person who answers for the case, and by when."""
    ticket = meant(turn, Command.HUMAN)
    if ticket is not None:
        return Reply(say.human(overview(turn.session, ticket)), Outcome.ANSWER, ticket.id)
    if not unfinished(turn.session, turn.party, limit=1):
        return Reply(say.human_for_nobody(turn.party), Outcome.ANSWER)
    return which(turn, Command.HUMAN)


@router.on(Command.CALL_ME)
def call_me(turn: Turn) -> Reply:
    """`约我电话 [编号] …`: a wish for a call reaches the owner as a follow-up."""
    ticket = meant(turn, Command.CALL_ME)
    if ticket is None:
        if not unfinished(turn.session, turn.party, limit=1):
            return Reply(say.human_for_nobody(turn.party), Outcome.ANSWER)
        return which(turn, Command.CALL_ME)
    wish = say.wish_for_a_call(turn.order.rest if turn.order else "")
    filing.add(turn, ticket, Words("text", wish, inbox_id=turn.inbox_id))
    view = overview(turn.session, ticket)
    return Reply(say.call_wished(number_of(ticket.id), view), Outcome.FOLLOW_UP, ticket.id)
