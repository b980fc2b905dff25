"""`撤回` and `现在发`: what an official wrote waits a moment, to be taken back or sent at once."""

from sqlalchemy import select

from handlers import say
from handlers.meant import in_hand
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.details import place_in
from models.actions import held, office
from models.actions.conversation import Words
from models.actions.held import AlreadyOut, Held
from models.queries.tickets import actor_on, at_desk, by_number, kept_by, overview
from models.rules.lifecycle import Status
from models.tables import Outcome, Ticket

official_router = Router()


def waits(kept: Held | None, turn: Turn) -> say.Wait | None:
    """Return how an echo names words that wait, None if they have gone out."""
    return None if kept is None else say.Wait(kept.seq, turn.manners.hold)


@official_router.on(Command.WITHDRAW)
def retract(turn: Turn) -> Reply:
    """`撤回 [编号]`: take back what was written and has not gone out."""
    ticket = _meant(turn)
    if ticket is None:
        return _which(turn, Command.WITHDRAW)
    if ticket.status == Status.RESOLVED and turn.order and turn.order.rest in say.REOPEN_WORDS:
        return reopen(turn, ticket)
    actor = actor_on(turn.session, turn.party, ticket)
    try:
        done = held.retract(turn.session, ticket, actor, seq=_seq(turn), now=turn.now)
    except AlreadyOut:
        if ticket.status != Status.RESOLVED or _seq(turn) is not None:
            raise
        return _perhaps_reopen(turn, ticket)
    return Reply(say.retracted(overview(turn.session, ticket), done), Outcome.FOLLOW_UP, ticket.id)


def _perhaps_reopen(turn: Turn, ticket: Ticket) -> Reply:
    """Nothing waits on a case that is done: that it is done is meant, if it was the desk's last word."""
    if office.was_just_resolved(turn.session, ticket):
        return reopen(turn, ticket)
    return Reply(say.reopen_this(overview(turn.session, ticket)), Outcome.ANSWER, ticket.id)


def reopen(turn: Turn, ticket: Ticket, more: str = "") -> Reply:
    """Take back that a case is done; the enterprise is told in one sentence, with `more` behind it."""
    actor = actor_on(turn.session, turn.party, ticket)
    words = Words("text", f"{say.REOPENED}{more}", inbox_id=turn.inbox_id)
    office.reopen(turn.session, ticket, actor, words, now=turn.now)
    return Reply(say.reopened_by_you(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


@official_router.on(Command.SEND_NOW)
def send_now(turn: Turn) -> Reply:
    """`现在发 [编号]`: wait no longer."""
    ticket = _meant(turn)
    if ticket is None:
        return _which(turn, Command.SEND_NOW)
    actor = actor_on(turn.session, turn.party, ticket)
    held.send_now(turn.session, ticket, actor, seq=_seq(turn), now=turn.now)
    return Reply(say.sent_now(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


def _meant(turn: Turn) -> Ticket | None:
    """The case named, else the only one with words that wait.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not on this desk.
    """
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    found = _held(turn)
    if found or not turn.order or turn.order.command is not Command.WITHDRAW:
        return found[0] if len(found) == 1 else None
    held_one = in_hand(turn)
    return held_one if held_one is not None and held_one.status == Status.RESOLVED else None


def _which(turn: Turn, command: Command) -> Reply:
    views = [overview(turn.session, ticket) for ticket in _held(turn)]
    return Reply(say.which_held(views, command), Outcome.ANSWER)


def _held(turn: Turn) -> list[Ticket]:
    card = turn.party.official
    if card is None:
        return []
    desk, actor = select(Ticket.id).where(kept_by(turn.party)), at_desk(turn.party, card, card.desk_id)
    return list(held.last_held(turn.session, desk, actor, now=turn.now))


def _seq(turn: Turn) -> int | None:
    return place_in(turn.order.rest) if turn.order else None
