"""Help with a case (协办): what the owner's desk says to get it and to end it; see `helping` for the unit."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers import say
from handlers.cases import asked_about, is_reason, meant, permitted, rest
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from models.actions import co_handling as actions
from models.actions import office
from models.actions.conversation import Words
from models.actions.roster import NoSuchOfficial, NotALeader
from models.queries import co_handling as queries
from models.queries.directory import desks
from models.queries.people import desk
from models.queries.tickets import actor_on, overview
from models.rules.directory import Desk, Found, look_up
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

UNIT: Final = "which_unit"
WHY_NOT_WAIT: Final = "why_not_wait"
OFFERED: Final = 4
"""How many desks are offered when several fit, or none does."""

official_router: Final = Router()


@official_router.on(Command.CALL_IN)
def call_in(turn: Turn) -> Reply:
    """`协办 编号 单位或姓名 [要办什么]`: ask a unit to help."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.number_needed(Command.CALL_IN), Outcome.ANSWER)
    permitted(turn, ticket, Verb.CALL_IN)
    if not rest(turn):
        pending = {"ask": UNIT, "ticket": ticket.id}
        return Reply(say.which_unit(number_of(ticket.id)), Outcome.ANSWER, ticket.id, pending=pending)
    found = look_up(rest(turn), desks(turn.session, ticket.region), ticket.region)
    return _call_in(turn, ticket, found)


@official_router.answering(UNIT)
def unit(turn: Turn) -> Reply:
    """Take plain words that name the unit we asked for; others are sent to nobody, and that is said."""
    ticket, _ = asked_about(turn)
    found = look_up(turn.text, desks(turn.session, ticket.region), ticket.region, is_strict=True)
    if found.desks:
        return _call_in(turn, ticket, found)
    return Reply(say.not_a_unit(number_of(ticket.id), found.word), Outcome.ANSWER, ticket.id)


def _call_in(turn: Turn, ticket: Ticket, found: Found) -> Reply:
    if len(found.desks) != 1:
        return _offer(ticket, found)
    [one] = found.desks
    task = found.rest or _offered_with(turn, ticket, one)
    actor = actor_on(turn.session, turn.party, ticket)
    asked = actions.call_in(turn.session, ticket, actor, one.id, task, now=turn.now)
    is_reached = bool(desk(turn.session, one.id))
    speech = say.called_in(number_of(ticket.id), asked, is_reached=is_reached)
    return Reply(speech, Outcome.FOLLOW_UP, ticket.id)


def _offer(ticket: Ticket, found: Found) -> Reply:
    """Let the owner choose: nobody is guessed. What was to be done is kept for the choice."""
    offered = (found.desks or found.near)[:OFFERED]
    known = [each.id for each in offered]
    pending = {"ask": UNIT, "ticket": ticket.id, "task": found.rest, "desks": known}
    which = say.which_of_units if found.desks else say.no_such_unit
    speech = which(number_of(ticket.id), found.word, offered)
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=pending)


def _offered_with(turn: Turn, ticket: Ticket, chosen: Desk) -> str:
    """Return what was to be done, if the desk was chosen from those we have just offered."""
    question = turn.party.pending or {}
    is_choice = question.get("ask") == UNIT and question.get("ticket") == ticket.id
    return str(question.get("task", "")) if is_choice and chosen.id in question.get("desks", ()) else ""


@official_router.on(Command.LET_GO)
def let_go(turn: Turn) -> Reply:
    """`结束协办 编号 [单位]`: help is needed no longer."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.number_needed(Command.LET_GO), Outcome.ANSWER)
    actor = permitted(turn, ticket, Verb.LET_GO)
    helpers = queries.helpers(turn.session, ticket.id)
    named = _named(rest(turn), helpers, ticket.region)
    if len(named) != 1:
        return Reply(say.which_helper(number_of(ticket.id), named or helpers), Outcome.ANSWER, ticket.id)
    actions.let_go(turn.session, ticket, actor, named[0].unit_id, now=turn.now)
    return Reply(say.let_go(number_of(ticket.id), named[0]), Outcome.FOLLOW_UP, ticket.id)


def _named(words: str, helpers: list[queries.Help], region: str) -> list[queries.Help]:
    """Return the helpers that `words` name, all of them if nothing was said."""
    if not words:
        return helpers
    known = [Desk(each.unit_id, each.name, each.post, each.department, region) for each in helpers]
    named = {each.id for each in look_up(words, known, region).desks} if known else set()
    return [each for each in helpers if each.unit_id in named]


@official_router.answering(WHY_NOT_WAIT)
def resolve_all_the_same(turn: Turn) -> Reply:
    """Take the reason why the owner does not wait, and resolve the case with what was said before."""
    ticket, question = asked_about(turn)
    if not is_reason(turn.text):
        awaited = queries.awaited(turn.session, ticket.id)
        return Reply(
            say.still_awaited(number_of(ticket.id), awaited), Outcome.ANSWER, ticket.id, pending=question
        )
    words = Words("text", str(question["done"]), inbox_id=turn.inbox_id)
    actor = actor_on(turn.session, turn.party, ticket)
    office.resolve(turn.session, ticket, actor, words, despite=turn.text, now=turn.now)
    return Reply(say.resolved_by_you(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


def _still_awaited(refused: office.StillAwaited) -> Reply:
    """Ask why the owner does not wait; what was done is kept for the answer."""
    pending = {"ask": WHY_NOT_WAIT, "ticket": refused.ticket_id, "done": refused.words.text}
    speech = say.still_awaited(number_of(refused.ticket_id), refused.units)
    return Reply(speech, Outcome.REFUSAL, refused.ticket_id, pending=pending)


REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {
    office.StillAwaited: _still_awaited,
    actions.OwnDesk: lambda _: Reply(say.own_desk(), Outcome.REFUSAL),
    actions.AskedAlready: lambda refused: Reply(say.asked_already(refused.unit), Outcome.REFUSAL),
    actions.NoTask: lambda _: Reply(say.no_task(), Outcome.REFUSAL),
    actions.ReasonMissing: lambda _: Reply(say.reason_missing(), Outcome.REFUSAL),
    NotALeader: lambda _: Reply(say.not_in_office(), Outcome.REFUSAL),
    NoSuchOfficial: lambda _: Reply(say.not_in_office(), Outcome.REFUSAL),
}
"""What each refusal is answered with."""
