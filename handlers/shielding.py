"""`保密 [编号]` and `取消保密 [编号]`: what a case is about is nobody else's business. For either side."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers import filing, merging, say
from handlers.meant import in_hand
from handlers.newness import SHORT
from handlers.turn import Reply, Router, Speech, Turn
from handlers.understanding.commands import Command
from models.actions import shielding
from models.actions.conversation import Words
from models.queries.shielded import said_with
from models.queries.tickets import actor_on, by_id, by_number, unfinished
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router: Final = Router()


@router.on(Command.SHIELD)
def shield(turn: Turn) -> Reply:
    """`保密 [编号]`; with a matter told behind it, an enterprise's new request is shielded from the start."""
    rest = turn.order.rest if turn.order else ""
    is_numbered = turn.order is not None and turn.order.number is not None
    if len(rest) >= SHORT and not is_numbered and turn.party.official is None:
        reply = filing.submit(turn, Words("text", rest, inbox_id=turn.inbox_id))
        ticket = by_id(turn.session, reply.ticket_id or 0, seen_by=turn.party)
        _set(turn, ticket, shielding.shield)
        speech = (*reply.speech, "\n", *say.shielded(number_of(ticket.id), ticket.title))
        return Reply(speech, reply.outcome, ticket.id, opened=reply.opened)
    return _answer(turn, shielding.shield, say.shielded)


@router.on(Command.UNSHIELD)
def unshield(turn: Turn) -> Reply:
    """`取消保密 [编号]`: whoever asked for it, or a supervisor, lifts it."""
    return _answer(turn, shielding.unshield, say.unshielded)


def _answer(turn: Turn, act: Callable[..., bool], said: Callable[[str, str], Speech]) -> Reply:
    ticket = _meant(turn)
    if ticket is None:
        return Reply(say.shield_which(), Outcome.ANSWER)
    _set(turn, ticket, act)
    apart = said_with(turn.session, ticket.id) if act is shielding.shield else []
    there = say.said_with(list(map(number_of, apart))) if apart else ()
    return Reply((*said(number_of(ticket.id), ticket.title), *there), Outcome.FOLLOW_UP, ticket.id)


def _set(turn: Turn, ticket: Ticket, act: Callable[..., bool]) -> None:
    act(turn.session, ticket, actor_on(turn.session, turn.party, ticket), now=turn.now)


def _meant(turn: Turn) -> Ticket | None:
    """The case that is named, in hand, or the only one of an enterprise."""
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    held = in_hand(turn)
    if held is not None or turn.party.official is not None:
        return held
    found = unfinished(turn.session, turn.party, limit=2)
    return by_id(turn.session, found[0].id, seen_by=turn.party) if len(found) == 1 else None


def _refused(_: shielding.EnterpriseAsked) -> Reply:
    return Reply(say.shield_stands(), Outcome.REFUSAL)


def _goes_on_under(refused: shielding.HiddenTogether) -> Reply:
    return Reply(say.shielded_together(refused.number), Outcome.REFUSAL)


REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {
    **merging.REFUSALS,
    shielding.EnterpriseAsked: _refused,
    shielding.HiddenTogether: _goes_on_under,
}
"""What each refusal is answered with, those of 并案 too."""

routers: Final = (merging.router, router)
"""What either side may say of a case, asked before the roles' own."""
