"""Passing a case on (转给 …, 不归我管) is refused with the rule, and what is possible instead is offered."""

from typing import Final

from handlers import helping, say
from handlers.cases import meant, rest
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.passing import numbers_in, passes_on
from models.queries.tickets import NoSuchTicket, actor_on, by_number
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket


def _passes_on(turn: Turn) -> bool:
    """Whether somebody says that another should have the case, as a command or as a plain sentence."""
    if turn.order is not None:
        return turn.order.command is Command.PASS_ON
    return turn.incoming.kind is Kind.TEXT and passes_on(turn.text)


official_router: Final = Router(_passes_on)


@official_router.on(Command.PASS_ON)
@official_router.when(Kind.TEXT)
def pass_on(turn: Turn) -> Reply:
    """Refuse politely; nothing of it reaches the enterprise. A unit that only helps may refuse its task."""
    ticket = _case(turn)
    if ticket is None and turn.order is None and helping.has_tasks(turn):
        ticket = helping.task_meant(turn)
    if ticket is None:
        return Reply(say.keep_it(), Outcome.REFUSAL)
    number = number_of(ticket.id)
    if actor_on(turn.session, turn.party, ticket).role is Role.CO_HANDLER:
        if turn.order is None:
            return helping.hear(turn, ticket, turn.text)
        return helping.take_or_leave(turn, ticket, rest(turn) or turn.text)
    return Reply(say.keep_this(number, ticket.title), Outcome.REFUSAL, ticket.id)


def _case(turn: Turn) -> Ticket | None:
    """The case that is to be passed on: by the number anywhere in the words, else the one in hand."""
    for number in () if turn.order and turn.order.number else numbers_in(turn.text):
        try:
            return by_number(turn.session, number, seen_by=turn.party)
        except NoSuchTicket:
            continue
    return meant(turn)
