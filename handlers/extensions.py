"""`延期`, its decision, and `暂停计时`: what officials and supervisors say about the dates of a case."""

from dataclasses import replace
from typing import Final

from handlers import enterprise, say
from handlers.cases import asked_about, is_reason, meant, permitted, rest
from handlers.turn import Reply, Router, Turn
from handlers.understanding import spans
from handlers.understanding.commands import Command, Order
from handlers.understanding.consent import decides
from handlers.understanding.more_time import is_dropped, speaks_to_them
from models.actions import extensions, pauses
from models.actions.extensions import NothingAsked
from models.actions.pauses import NoPause, NothingPaused
from models.queries.supervision import Matter, waiting
from models.queries.tickets import actor_on
from models.rules.counting import day_of
from models.rules.extensions import NoExtension
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.tables import OfficialKind, Outcome, Ticket

official_router = Router()
supervisor_router = Router()
enterprise_router = Router()

HOW_LONG: Final = "extend_how_long"
"""An open question: how many days more a case needs, and why."""

WHY_DENY: Final = "why_deny"
"""An open question: why more time is denied."""

_RESUME: Final = frozenset(say.RESUME_WORDS)


@official_router.on(Command.EXTEND)
def extend(turn: Turn) -> Reply:
    """`延期 编号 天数 原因`: ask the supervisors for more time; until they decide the old date stands."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.which_dates(Command.EXTEND), Outcome.ANSWER)
    actor = permitted(turn, ticket, Verb.EXTEND)
    number, (days, reason) = number_of(ticket.id), _wanted(turn, ticket)
    try:
        if days is None or not reason:
            return _how_long(turn, ticket, days, reason)
        moved = extensions.ask_extension(turn.session, ticket, actor, days, reason, now=turn.now)
    except NoExtension as refused:
        return Reply(say.no_extension(number, refused.why, refused.most), Outcome.REFUSAL, ticket.id)
    dates = [(str(move.before.name), move.before.due_at, move.after.due_at) for move in moved]
    return Reply(say.extension_asked(number, dates), Outcome.FOLLOW_UP, ticket.id)


def _wanted(turn: Turn, ticket: Ticket) -> tuple[int | None, str]:
    """How many days are asked for and why, as far as it was said: now, or when we asked before."""
    days, reason = spans.how_many(rest(turn)) or (None, rest(turn))
    known = turn.party.pending or {}
    if turn.asked == HOW_LONG and known["ticket"] == ticket.id:
        days, reason = days or known["days"], reason if is_reason(reason) else str(known["reason"])
    return days, reason if is_reason(reason) else ""


def _how_long(turn: Turn, ticket: Ticket, days: int | None, reason: str) -> Reply:
    """Ask for what is missing, and keep what was said already."""
    most = extensions.most(turn.session, ticket, now=turn.now)
    pending = {"ask": HOW_LONG, "ticket": ticket.id, "days": days, "reason": reason}
    speech = say.extend_how(number_of(ticket.id), most, days=days, reason=reason)
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=pending)


def _says_how_long(turn: Turn) -> bool:
    """Whether words tell how many days and why, as we asked, and are not said to the enterprise."""
    if turn.order is not None or turn.asked != HOW_LONG:
        return False
    return spans.how_many(turn.text) is not None or (is_reason(turn.text) and not speaks_to_them(turn.text))


@official_router.hear(_says_how_long)
def how_long(turn: Turn) -> Reply:
    """Take the days, the reason or both; once both are known more time is asked for."""
    ticket, _ = asked_about(turn)
    if is_dropped(turn.text):
        return Reply(say.cancelled(), Outcome.ANSWER, ticket.id)
    words = turn.text.strip()
    return extend(replace(turn, order=Order(Command.EXTEND, number_of(ticket.id), words)))


@supervisor_router.on(Command.GRANT)
def grant(turn: Turn) -> Reply:
    """`同意延期 编号`: the dates move, and both sides are told."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.which_dates(Command.GRANT), Outcome.ANSWER)
    number = number_of(ticket.id)
    try:
        moved = extensions.grant(
            turn.session, ticket, actor_on(turn.session, turn.party, ticket), now=turn.now
        )
    except NothingAsked:
        return Reply(say.nothing_asked(number), Outcome.REFUSAL, ticket.id)
    dates = [(each.name, each.after) for each in moved]
    return Reply(say.extended_by_you(number, dates), Outcome.FOLLOW_UP, ticket.id)


@supervisor_router.on(Command.DENY)
def deny(turn: Turn) -> Reply:
    """`不同意延期 编号 原因`: the date stands, and the desk is told why."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.which_dates(Command.DENY), Outcome.ANSWER)
    return _deny(turn, ticket, rest(turn))


@supervisor_router.answering(WHY_DENY)
def why_deny(turn: Turn) -> Reply:
    """Take the reason we asked for."""
    ticket, _ = asked_about(turn)
    return _deny(turn, ticket, turn.text if is_reason(turn.text) else "")


def _deny(turn: Turn, ticket: Ticket, reason: str) -> Reply:
    number = number_of(ticket.id)
    permitted(turn, ticket, Verb.DENY)
    try:
        if not reason:
            extensions.must_be_asked(turn.session, ticket)
            pending = {"ask": WHY_DENY, "ticket": ticket.id}
            return Reply(say.deny_how(number), Outcome.ANSWER, ticket.id, pending=pending)
        extensions.deny(
            turn.session, ticket, actor_on(turn.session, turn.party, ticket), reason, now=turn.now
        )
    except NothingAsked:
        return Reply(say.nothing_asked(number), Outcome.REFUSAL, ticket.id)
    return Reply(say.denied_by_you(number), Outcome.FOLLOW_UP, ticket.id)


def _asked_for(turn: Turn) -> str | None:
    """The case whose request for more time is all that waits for this supervisor."""
    if turn.party.official is None or turn.party.official.kind != OfficialKind.SUPERVISOR:
        return None
    found = waiting(turn.session, turn.party.official.region, limit=2)
    return found[0].number if len(found) == 1 and found[0].matter is Matter.EXTENSION else None


def _decides_it(turn: Turn) -> bool:
    is_said = turn.is_free and turn.order is None and decides(turn.text) is not None
    return is_said and _asked_for(turn) is not None


@supervisor_router.hear(_decides_it)
def decide_in_a_word(turn: Turn) -> Reply:
    """同意, 不同意: for the only thing that waits."""
    number = _asked_for(turn)
    if decides(turn.text):
        return grant(replace(turn, order=Order(Command.GRANT, number)))
    return deny(replace(turn, order=Order(Command.DENY, number)))


@supervisor_router.on(Command.PAUSE)
def pause(turn: Turn) -> Reply:
    """`暂停计时 编号 截止日期 原因`: stop the clocks; `暂停计时 编号 结束` lets them run again."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.which_dates(Command.PAUSE), Outcome.ANSWER)
    if rest(turn) in _RESUME:
        return _resume(turn, ticket)
    number, until = number_of(ticket.id), spans.which(rest(turn), day_of(turn.now))
    if until is None or not until[1]:
        return Reply(say.pause_how(number), Outcome.ANSWER, ticket.id)
    try:
        moved = pauses.pause(
            turn.session, ticket, actor_on(turn.session, turn.party, ticket), until[0], until[1], now=turn.now
        )
    except NoPause as refused:
        return Reply(say.no_pause(number, refused.why, refused.latest), Outcome.REFUSAL, ticket.id)
    dates = [(each.name, each.after) for each in moved]
    return Reply(say.paused_by_you(number, until[0], dates), Outcome.FOLLOW_UP, ticket.id)


def _resume(turn: Turn, ticket: Ticket) -> Reply:
    number = number_of(ticket.id)
    try:
        moved = pauses.resume(turn.session, ticket, actor_on(turn.session, turn.party, ticket), now=turn.now)
    except NothingPaused:
        return Reply(say.nothing_paused(number), Outcome.REFUSAL, ticket.id)
    dates = [(each.name, each.after) for each in moved]
    return Reply(say.resumed_by_you(number, dates), Outcome.FOLLOW_UP, ticket.id)


@enterprise_router.on(Command.EXTEND, Command.GRANT, Command.DENY, Command.PAUSE)
def not_theirs(turn: Turn) -> Reply:
    """An enterprise does not move dates; a sentence that only begins like such a command is a request."""
    if turn.order and turn.order.number is None and turn.order.rest:
        return enterprise.text(turn)
    return Reply(say.dates_are_decided_elsewhere(), Outcome.ANSWER)
