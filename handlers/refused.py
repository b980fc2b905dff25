"""What a unit says after it has refused to help (协办): why, or more of it. The owner reads it."""

from dataclasses import replace
from typing import Final

from handlers import say
from handlers.cases import is_reason
from handlers.helping import REFUSED_OF_LATE, has_tasks
from handlers.meant import in_hand
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.refusing import reason_said
from models.actions.helping import explain
from models.queries import co_handling as queries
from models.queries.tickets import NoSuchTicket, at_desk
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.tables import CoHandling, Outcome, Ticket

WHY_REFUSED: Final = "why_refused"

official_router: Final = Router(lambda turn: bool(_refused(turn)))


@official_router.on(Command.REFUSE)
def say_more(turn: Turn) -> Reply:
    """`不接受协办 编号 理由`, once more: the reason is added; without one it is asked for."""
    return _explain(turn, turn.order.rest if turn.order else "")


@official_router.hear(lambda turn: turn.order is None)
def in_words(turn: Turn) -> Reply:
    """The reason we asked for, or one that calls itself so: 理由是年底清算."""
    return _explain(turn, reason_said(turn.text) or turn.text)


def _explain(turn: Turn, reason: str) -> Reply:
    [(row, ticket), *others] = _refused(turn)
    if others:
        return Reply(
            say.which_task([queries.task(*one) for one in _refused(turn)], Command.REFUSE), Outcome.ANSWER
        )
    number, card = number_of(ticket.id), turn.party.official
    if not is_reason(reason):
        pending = {"ask": WHY_REFUSED, "ticket": ticket.id}
        return Reply(say.why_refuse(number), Outcome.ANSWER, pending=pending)
    if card is None or row.unit_id not in turn.party.desks:
        raise NoSuchTicket(number)
    actor = replace(at_desk(turn.party, card, row.unit_id), role=Role.CO_HANDLER)
    explain(turn.session, row, actor, reason, now=turn.now)
    return Reply(say.explained_by_you(number), Outcome.ANSWER)


def _refused(turn: Turn) -> list[tuple[CoHandling, Ticket]]:
    """What their desks have refused of late and these words are about; a task that waits comes first."""
    order, question = turn.order, turn.party.pending or {}
    number = order.number if order else None
    if order is not None:
        is_meant = order.command is Command.REFUSE and (number is not None or not has_tasks(turn))
    elif turn.asked == WHY_REFUSED:
        is_meant, number = turn.incoming.kind is Kind.TEXT, number_of(question["ticket"])
    else:
        is_meant = turn.asked is None and reason_said(turn.text) is not None
        is_meant = is_meant and in_hand(turn) is None and not has_tasks(turn)
    if not is_meant:
        return []
    found = queries.refused(turn.session, turn.party.desks, since=turn.now - REFUSED_OF_LATE)
    return [one for one in found if number in {None, number_of(one[1].id)}]
