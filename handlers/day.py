"""`今日`: what the day brings to the desks of an official."""

from handlers import say
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from models.actions.mornings import summary
from models.queries.agenda import agenda
from models.tables import Outcome

official_router = Router()
enterprise_router = Router()


@official_router.on(Command.TODAY)
def today(turn: Turn) -> Reply:
    """`今日`: due, overdue, back again, silent, and visits owed, also of those one stands in for."""
    every = turn.manners.visit_every
    found = agenda(turn.session, turn.party.desks, visit_every=every, now=turn.now)
    return Reply(say.today(summary(found)), Outcome.ANSWER)


@enterprise_router.on(Command.TODAY, Command.SEND_NOW, Command.DELEGATE)
def not_theirs(turn: Turn) -> Reply:
    """Words of officials open no case when an enterprise says them."""
    return Reply(say.help_for(turn.party), Outcome.ANSWER)
