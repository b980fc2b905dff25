"""`撤回` and `现在发`: what an official wrote waits a moment, to be taken back or sent at once."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from handlers import say
from handlers.cases import WORDS_KEPT, keep, meant
from handlers.meant import in_hand
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.details import is_called, place_in
from handlers.understanding.taking_back import sounds, whose
from models.actions import declines, held, office
from models.actions.conversation import Words
from models.actions.held import AlreadyOut, Held
from models.queries.tickets import actor_on, at_desk, by_id, by_number, kept_by, newest, overview
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

official_router = Router()
net_router: Final = Router()
"""Goes before those who send plain words: what speaks of taking back never goes out while something waits."""
LISTED: Final = 4


def waits(kept: Held | None, turn: Turn) -> say.Wait | None:
    """Return how an echo names words that wait, None if they have gone out."""
    return None if kept is None else say.Wait(kept.seq, turn.manners.hold)


@official_router.on(Command.WITHDRAW)
def retract(turn: Turn) -> Reply:
    """`撤回 [编号] [谁发的]`: take back what was written and has not gone out."""
    rest = turn.order.rest if turn.order else ""
    if rest in say.REOPEN_WORDS:
        return _reopen_meant(turn)
    if rest in say.DECLINE_WORDS:
        return _take_up_meant(turn)
    seq = place_in(rest)
    writer = whose(rest) if seq is None else ""
    if writer:
        return _retract_of(turn, writer)
    ticket = _meant(turn)
    return _which(turn, Command.WITHDRAW) if ticket is None else _retract(turn, ticket, seq)


@official_router.on(Command.CANCEL)
def cancel(turn: Turn) -> Reply:
    """`取消 编号`: what of the case is off is theirs to say; nothing is said to be off that is not.

    The bare word takes back the newest of their own words, if it is clear on which case; never another's.
    """
    number = turn.order.number if turn.order else None
    if number is None:
        waiting = _waiting(turn)
        own = [each for each in waiting if each.is_own]
        if len({each.ticket.id for each in own}) == 1:
            return _retract(turn, by_id(turn.session, own[0].ticket.id, seen_by=turn.party), own[0].seq)
        return _which(turn, Command.WITHDRAW) if waiting else Reply(say.cancelled(), Outcome.ANSWER)
    ticket = _meant(turn)
    if ticket is None:
        return _which(turn, Command.WITHDRAW)
    return Reply(say.cancel_what(number_of(ticket.id), ticket.title), Outcome.ANSWER, ticket.id)


def _retract(turn: Turn, ticket: Ticket, seq: int | None) -> Reply:
    actor = actor_on(turn.session, turn.party, ticket)
    try:
        done = held.retract(turn.session, ticket, actor, seq=seq, now=turn.now)
    except AlreadyOut:
        if ticket.status == Status.DECLINED and seq is None:
            return Reply(say.take_up_this(overview(turn.session, ticket)), Outcome.ANSWER)
        if ticket.status != Status.RESOLVED or seq is not None:
            raise
        return _perhaps_reopen(turn, ticket)
    return Reply(say.retracted(overview(turn.session, ticket), done), Outcome.FOLLOW_UP, ticket.id)


def _retract_of(turn: Turn, writer: str) -> Reply:
    """Take back the newest words of somebody named, if it is clear on which case."""
    number = turn.order.number if turn.order else None
    only = by_number(turn.session, number, seen_by=turn.party) if number else None
    theirs = [
        each
        for each in _waiting(turn)
        if is_called(each.writer, writer, is_own=each.is_own) and only in {None, each.ticket}
    ]
    if len({each.ticket.id for each in theirs}) != 1:
        return _which(turn, Command.WITHDRAW)
    last = theirs[0]
    ticket = by_id(turn.session, last.ticket.id, seen_by=turn.party)
    return _retract(turn, ticket, last.seq)


def _reopen_meant(turn: Turn) -> Reply:
    """`撤回办结`: the case that is named, in hand, or the only one that waits for the enterprise's word."""
    ticket = _resolved(turn)
    if ticket is not None:
        return reopen(turn, ticket)
    found = newest(turn.session, turn.party, Status.RESOLVED, limit=LISTED)
    views = [overview(turn.session, each) for each in found]
    return Reply(say.which_to_reopen(views), Outcome.ANSWER)


def _resolved(turn: Turn) -> Ticket | None:
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    held_one = in_hand(turn)
    if held_one is not None and held_one.status == Status.RESOLVED:
        return held_one
    found = newest(turn.session, turn.party, Status.RESOLVED, limit=2)
    return by_id(turn.session, found[0].id, seen_by=turn.party) if len(found) == 1 else None


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


def _take_up_meant(turn: Turn) -> Reply:
    """`撤回 编号 不予办理`: a refusal is taken back before the enterprise appeals."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.which_to_take_up(), Outcome.ANSWER)
    actor = actor_on(turn.session, turn.party, ticket)
    try:
        told = Words("text", say.TAKEN_UP, inbox_id=turn.inbox_id)
        declines.take_back(turn.session, ticket, actor, told, now=turn.now)
    except declines.AppealedAlready:
        return Reply(say.appealed_meanwhile(number_of(ticket.id)), Outcome.REFUSAL, ticket.id)
    return Reply(say.taken_up_by_you(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


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
    return list({each.ticket.id: each.ticket for each in _waiting(turn)}.values())


def _waiting(turn: Turn) -> Sequence[held.Unsent]:
    card = turn.party.official
    if card is None:
        return ()
    desk, actor = select(Ticket.id).where(kept_by(turn.party)), at_desk(turn.party, card, card.desk_id)
    return held.waiting(turn.session, desk, actor, now=turn.now)


def _seq(turn: Turn) -> int | None:
    return place_in(turn.order.rest) if turn.order else None


# Words that sound as if something should come back


def _perhaps_takes_back(turn: Turn) -> bool:
    """Whether plain words speak of taking back while something of this desk waits to go out."""
    is_plain = turn.incoming.kind is Kind.TEXT and turn.order is None and turn.asked in {None, WORDS_KEPT}
    return is_plain and sounds(turn.text) and bool(_waiting(turn))


@net_router.hear(_perhaps_takes_back)
def take_back_or_send(turn: Turn) -> Reply:
    """Send nothing, and ask whether the newest of what waits shall be taken back."""
    last = _waiting(turn)[0]
    ticket = in_hand(turn) or last.ticket
    speech = say.take_back_or_send(last, overview(turn.session, ticket))
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=keep(turn.text, Command.REPLY))
