"""Words that speak of other cases than the one in hand, or of several: kept, and asked about."""

from collections.abc import Sequence
from typing import Final

from config import catalog
from handlers import official, say
from handlers.cases import WORDS_KEPT, is_reason, keep, rest
from handlers.meant import in_hand
from handlers.turn import Reply, Router, Turn
from handlers.understanding import addressing, subjects
from handlers.understanding.commands import Command
from handlers.understanding.subjects import Known
from models.queries.agenda import Matter, matters
from models.queries.tickets import NoSuchTicket, actor_on, by_id, by_number, overview
from models.rules.lifecycle import Role
from models.rules.numbers import ticket_id_of
from models.tables import OfficialKind, Outcome, Ticket

OFFERED: Final = 4
SPOKEN_OF: Final = 100
"""How many cases of a desk, the newest, plain words may speak of."""
SPEAKS: Final = frozenset({Command.REPLY, Command.REPORT, Command.RESOLVE})
"""Commands that say something to an enterprise."""

official_router: Final = Router()


def on_desk(turn: Turn, number: str) -> Ticket | None:
    """Return the case that somebody may see under this number, None if there is none."""
    try:
        return by_number(turn.session, number, seen_by=turn.party) if ticket_id_of(number) else None
    except NoSuchTicket:
        return None


def may_write(turn: Turn, ticket: Ticket) -> bool:
    """Whether their words on a case go to its enterprise: they are not of a unit that only helps."""
    return actor_on(turn.session, turn.party, ticket).role is not Role.CO_HANDLER


def of_strangers(tickets: Sequence[Ticket]) -> bool:
    """Whether cases are of several enterprises, none of which may read another's number."""
    return len({(one.enterprise_id, one.enterprise_id is None and one.person_id) for one in tickets}) > 1


def spoken_of(turn: Turn, words: str, held: Ticket) -> list[Ticket]:
    """Return the cases of the desk that words speak of by subject or city and not of the one in hand."""
    on_it = matters(turn.session, turn.party, limit=SPOKEN_OF)
    own = next((_known(one) for one in on_it if one.id == held.id), Known(held.title))
    others = [one for one in on_it if one.id != held.id]
    found = subjects.others_meant(words, own, [_known(one) for one in others])
    return [by_id(turn.session, others[place].id, seen_by=turn.party) for place in found[: OFFERED - 1]]


def _known(matter: Matter) -> Known:
    region = catalog.regions().get(matter.region)
    return Known(matter.words, "" if region is None else region.short)


def ask_of_all(turn: Turn, words: str, tickets: Sequence[Ticket], command: Command) -> Reply:
    """Ask to which of several enterprises words go, or to each; none are kept that name another's case."""
    shown = tickets[:OFFERED]
    views = [overview(turn.session, one) for one in shown]
    if not is_reason(words) or addressing.digits(words):
        return Reply(say.one_at_a_time(views, command), Outcome.ANSWER)
    kept = keep(words, command) | {"each": [one.id for one in shown]}
    speech = say.to_each(views, words, command)
    return Reply(speech, Outcome.ANSWER, shown[0].id, keeps_in_hand=False, pending=kept)


def _goes_to_each(turn: Turn) -> bool:
    question = turn.party.pending or {}
    is_kept = turn.asked == WORDS_KEPT and bool(question.get("each"))
    return is_kept and addressing.is_each(turn.text if turn.order is None else rest(turn))


@official_router.hear(_goes_to_each)
def to_each(turn: Turn) -> Reply:
    """都发: the words we kept go to every case they named, each without a word of the others."""
    question = turn.party.pending or {}
    say_on = official.report_on if question["as"] == Command.REPORT else official.send
    replies = [
        say_on(turn, by_id(turn.session, int(one), seen_by=turn.party), str(question["words"]))
        for one in question["each"]
    ]
    speech = tuple(part for reply in replies for part in (*reply.speech, "\n"))
    return Reply(speech[:-1], Outcome.FOLLOW_UP, replies[-1].ticket_id, keeps_in_hand=False)


def _named_beside(turn: Turn) -> list[Ticket]:
    """The case that words are said to, and those they name beside it."""
    order = turn.order
    if order is None or order.command not in SPEAKS or order.number is None:
        return []
    numbers = addressing.digits(order.rest)
    named = [on_desk(turn, number) for number in (order.number, *numbers)] if numbers else []
    return list({one.id: one for one in named if one is not None}.values())


@official_router.hear(lambda turn: of_strangers(_named_beside(turn)))
def without_the_other(turn: Turn) -> Reply:
    """`回复 1010 … 1029 …`: nothing is sent that shows an enterprise another's number."""
    order = turn.order
    if order is None:
        return official.text(turn)
    is_list = addressing.leading(order.rest) is not None
    words = addressing.without_list(f"{order.number} {order.rest}" if is_list else order.rest)
    return ask_of_all(turn, words, _named_beside(turn), order.command)


def lost_number(turn: Turn, number: str) -> Reply:
    """Answer an official's command with a number that is none of this desk's; its words are kept."""
    command = turn.order.command if turn.order else Command.REPLY
    card = turn.party.official
    speaks = command in SPEAKS and card is not None and card.kind != OfficialKind.SUPERVISOR
    words = rest(turn) if speaks else ""
    if not words:
        return Reply(say.no_ticket_on_desk(number), Outcome.REFUSAL)
    held = in_hand(turn)
    view = overview(turn.session, held) if held is not None and may_write(turn, held) else None
    speech = say.number_unknown(number, view, command)
    return Reply(speech, Outcome.REFUSAL, held.id if held else None, pending=keep(words, command))
