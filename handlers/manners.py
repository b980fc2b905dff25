"""无事不扰: an enterprise says when and how much it wants to hear, and asks who bothered or helped it."""

from datetime import timedelta
from typing import Final

from handlers import say
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.manners import Wish, asks_about_day, daily_wish, wants_peace, wish_in
from models.actions import courtesies
from models.queries import disturbance
from models.queries.contact_day import contact_day
from models.queries.disturbance import Account
from models.rules.disturbance import MOST
from models.tables import Outcome

official_router = Router()
enterprise_router = Router()

FIRMS: Final = 2
"""So many enterprises of one person are answered for at once."""


@official_router.on(Command.QUIET, Command.WHO_CAME)
def not_theirs(turn: Turn) -> Reply:
    """Only enterprises are protected from us."""
    del turn
    return Reply(say.for_enterprises_only(), Outcome.REFUSAL)


@enterprise_router.on(Command.QUIET)
def quiet(turn: Turn) -> Reply:
    """`免打扰 [22:00-07:00|关|每天最多3条|默认]`: show it, or change it."""
    words = turn.order.rest if turn.order else ""
    if not words:
        return _shown(turn)
    wish = wish_in(words)
    return Reply(say.quiet_how(), Outcome.ANSWER) if wish is None else _granted(turn, wish)


@enterprise_router.hear(lambda turn: turn.order is None and daily_wish(turn.text) is not None)
def daily(turn: Turn) -> Reply:
    """每天最多两条: the same in plain words."""
    return _granted(turn, daily_wish(turn.text) or Wish())


@enterprise_router.hear(lambda turn: turn.order is None and wants_peace(turn.text))
def peace(turn: Turn) -> Reply:
    """别老给我发消息; 退订: what can be set, one tap each; nothing is set by a burst of anger."""
    if turn.party.enterprise is None:
        return Reply(say.bind_to_be_left_alone(turn.manners.granted), Outcome.REFUSAL)
    return Reply(say.peace_choices(), Outcome.ANSWER)


@enterprise_router.on(Command.WHO_CAME)
@enterprise_router.hear(lambda turn: turn.order is None and asks_about_day(turn.text) is not None)
def who_came(turn: Turn) -> Reply:
    """`今天有没有人来烦我`, `今天有没有人帮我`: both, with what is behind each."""
    today = turn.now.astimezone(say.LOCAL).date()
    day = today - timedelta(days=int(asks_about_day(turn.text) == "yesterday"))
    firms = [] if turn.party.enterprise is None else [turn.party.enterprise, *turn.party.others][:FIRMS]
    if not firms:
        alone = Account(None, turn.party.person_id)
        found = contact_day(turn.session, alone, day, now=turn.now)
        return Reply(say.who_came([(None, found)], today), Outcome.ANSWER)
    days = [(firm.name, contact_day(turn.session, Account(firm.id), day, now=turn.now)) for firm in firms]
    return Reply(say.who_came(days, today), Outcome.ANSWER)


def _granted(turn: Turn, wish: Wish) -> Reply:
    """Do what is asked, for every enterprise they speak for: it is one telephone."""
    firm = turn.party.enterprise
    if firm is None:
        return Reply(say.bind_to_be_left_alone(turn.manners.granted), Outcome.REFUSAL)
    if wish.budget is not None and wish.budget > MOST:
        return Reply(say.too_many_a_day(MOST), Outcome.ANSWER)
    for each in (firm, *turn.party.others):
        _ask(turn, each.id, wish)
    return _shown(turn, is_new=True)


def _ask(turn: Turn, enterprise_id: int, wish: Wish) -> None:
    if wish.as_usual:
        courtesies.settle(
            turn.session, enterprise_id, quiet=None, budget=None, now=turn.now, person_id=turn.party.person_id
        )
    if wish.quiet is not None:
        courtesies.ask_for_quiet(
            turn.session, enterprise_id, wish.quiet, person_id=turn.party.person_id, now=turn.now
        )
    if wish.budget is not None:
        courtesies.ask_for_budget(
            turn.session, enterprise_id, wish.budget, person_id=turn.party.person_id, now=turn.now
        )


def _shown(turn: Turn, *, is_new: bool = False) -> Reply:
    granted, firm = turn.manners.granted, turn.party.enterprise
    mine = granted if firm is None else disturbance.courtesy(turn.session, firm.id, granted)
    return Reply(say.quiet_as_it_is(mine, is_new=is_new), Outcome.ANSWER)
