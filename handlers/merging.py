"""`并案 编号 编号` and `拆案 编号`: two cases are one matter, or are not after all. For either side."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers import say
from handlers.meant import in_hand
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from models.actions import merging
from models.queries.mergeable import CannotMerge
from models.queries.merging import carried_by, main_of
from models.queries.tickets import NoSuchTicket, actor_on, by_id
from models.rules.numbers import number_of, ticket_id_of
from models.tables import Outcome, Ticket

router: Final = Router()
_NUMBER: Final = re.compile(r"\d{4,15}")


@router.on(Command.MERGE)
def merge(turn: Turn) -> Reply:
    """`并案 编号 编号`: the later case goes on under the earlier, whichever is named first."""
    named = _named(turn)
    if len(named) < 2:  # noqa: PLR2004 -- two cases are one
        return Reply(say.merge_which(), Outcome.ANSWER)
    main, ticket = _seen(turn, *named[:2])
    merging.merge(turn.session, ticket, main, actor_on(turn.session, turn.party, ticket), now=turn.now)
    speech = say.merged(number_of(ticket.id), number_of(main.id), main.title)
    return Reply(speech, Outcome.FOLLOW_UP, main.id)


@router.on(Command.SEPARATE)
def separate(turn: Turn) -> Reply:
    """`拆案 编号`: of a case that is merged, or of the only one that is merged into another."""
    named = _named(turn)
    held = in_hand(turn) if not named else None
    ticket_id = named[0] if named else held.id if held else None
    if ticket_id is None:
        return Reply(say.separate_which([]), Outcome.ANSWER)
    by_id(turn.session, ticket_id, seen_by=turn.party)
    merged = [ticket_id] if main_of(turn.session, ticket_id) else carried_by(turn.session, ticket_id)
    if len(merged) != 1:
        return Reply(say.separate_which([number_of(each) for each in merged]), Outcome.ANSWER)
    main, ticket = _seen(turn, merged[0], main_of(turn.session, merged[0]) or 0)
    merging.separate(turn.session, ticket, main, actor_on(turn.session, turn.party, ticket), now=turn.now)
    return Reply(say.separated(number_of(ticket.id), ticket.title), Outcome.FOLLOW_UP, ticket.id)


def _named(turn: Turn) -> list[int]:
    """Return the cases that the numbers of a command call.

    Raises:
        NoSuchTicket: one of them is mistyped.
    """
    said = f"{turn.order.number or ''} {turn.order.rest}" if turn.order else ""
    found = [(each, ticket_id_of(each)) for each in _NUMBER.findall(said)]
    for number, ticket_id in found:
        if ticket_id is None:
            raise NoSuchTicket(number)
    return [ticket_id for _, ticket_id in found if ticket_id is not None]


def _seen(turn: Turn, one: int, other: int) -> tuple[Ticket, Ticket]:
    """Return both cases, the earlier first, locked in that order.

    Raises:
        NoSuchTicket: they may not see one of them.
    """
    first, last = sorted((one, other))
    return by_id(turn.session, first, seen_by=turn.party), by_id(turn.session, last, seen_by=turn.party)


def _refused(refused: CannotMerge) -> Reply:
    return Reply(say.cannot_merge(refused.why), Outcome.REFUSAL)


REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {CannotMerge: _refused}
"""What each refusal is answered with."""
