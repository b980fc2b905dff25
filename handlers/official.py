"""What leaders and their aides say: they work their cases in the chat."""

from datetime import timedelta
from typing import Final

from handlers import say
from handlers.turn import MEDIA, Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, intent_of
from models.actions import media, office
from models.actions.conversation import Words
from models.queries.co_handling import helpers, tasks
from models.queries.tickets import (
    NoSuchTicket,
    Overview,
    actor_on,
    by_id,
    by_number,
    overview,
    transcript,
    unfinished,
)
from models.rules.lifecycle import FINISHED
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router = Router()
IN_HAND: Final = timedelta(minutes=30)
"""For so long plain text goes to the case an official last worked on."""

_COURTESIES: Final = frozenset({Intent.GREETING, Intent.THANKS, Intent.NOISE, Intent.HELP})
"""What is said to us and not to the enterprise."""

WHAT_WAS_DONE: Final = "what_was_done"


@router.on(Command.WORKLIST)
def worklist(turn: Turn) -> Reply:
    """`待办`: the cases on this desk, those that wait longest first, and what it is asked to help with."""
    desk_id = turn.party.official.desk_id if turn.party.official else 0
    return Reply(say.worklist(_cases(turn), tasks(turn.session, desk_id)), Outcome.ANSWER)


@router.on(Command.DETAIL, Command.PROGRESS)
def detail(turn: Turn) -> Reply:
    """`详情 编号`: one case with what was said in it; it is in hand from now on."""
    if turn.order is None or turn.order.number is None:
        return worklist(turn)
    ticket = by_number(turn.session, turn.order.number, seen_by=turn.party)
    said, helping = transcript(turn.session, ticket), helpers(turn.session, ticket.id)
    return Reply(say.detail(overview(turn.session, ticket), said, helping), Outcome.ANSWER, ticket.id)


@router.on(Command.ACCEPT)
def accept(turn: Turn) -> Reply:
    """`受理 编号`: take the case on."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    office.accept(turn.session, ticket, actor_on(turn.session, turn.party, ticket), now=turn.now)
    return Reply(
        say.accepted_by_you(overview(turn.session, ticket), ticket.ledger_year or 0, ticket.ledger_no or 0),
        Outcome.FOLLOW_UP,
        ticket.id,
    )


@router.on(Command.REPLY)
def reply(turn: Turn) -> Reply:
    """`回复 编号 …`: write to the enterprise."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    if not _rest(turn):
        return Reply(say.reply_what(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return _reply(turn, ticket, Words("text", _rest(turn), inbox_id=turn.inbox_id))


@router.on(Command.REPORT)
def report(turn: Turn) -> Reply:
    """`进展 编号 …`: tell the enterprise how far the case has come."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    if not _rest(turn):
        return Reply(say.report_what(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    words = Words("text", _rest(turn), inbox_id=turn.inbox_id)
    office.progress(turn.session, ticket, actor_on(turn.session, turn.party, ticket), words, now=turn.now)
    return Reply(say.reported(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


@router.on(Command.RESOLVE)
def resolve(turn: Turn) -> Reply:
    """`办结 编号 …`: say it is done and what was done; the enterprise has the last word."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    if not _rest(turn):
        return Reply(
            say.resolve_what(number_of(ticket.id)),
            Outcome.ANSWER,
            ticket.id,
            pending={"ask": WHAT_WAS_DONE, "ticket": ticket.id},
        )
    return _resolve(turn, ticket, _rest(turn))


def _resolve(turn: Turn, ticket: Ticket, done: str) -> Reply:
    words = Words("text", done, inbox_id=turn.inbox_id)
    office.resolve(turn.session, ticket, actor_on(turn.session, turn.party, ticket), words, now=turn.now)
    return Reply(say.resolved_by_you(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


@router.when(Kind.TEXT)
def text(turn: Turn) -> Reply:
    """Plain text goes to the case in hand, and the echo says to whom."""
    question = turn.party.pending
    if question and question.get("ask") == WHAT_WAS_DONE:
        asked = by_id(turn.session, question["ticket"], seen_by=turn.party)
        return _resolve(turn, asked, turn.text)
    ticket = _in_hand(turn)
    if ticket is None or turn.order is not None:
        return _not_sent(turn)
    if intent_of(turn.text) in _COURTESIES:
        return Reply(say.courtesy_not_sent(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return _reply(turn, ticket, Words("text", turn.text, inbox_id=turn.inbox_id))


@router.when(Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)
def attachment(turn: Turn) -> Reply:
    """A picture or a voice goes to the case in hand like plain text."""
    ticket = _in_hand(turn)
    if ticket is None:
        return _not_sent(turn)
    media_id = None
    if turn.incoming.kind in MEDIA and turn.incoming.media:
        media_id = media.keep(turn.session, turn.incoming.media, kind=turn.incoming.kind, now=turn.now)
    return _reply(turn, ticket, Words(turn.incoming.kind, turn.text, media_id, turn.inbox_id))


def _reply(turn: Turn, ticket: Ticket, words: Words) -> Reply:
    office.reply(turn.session, ticket, actor_on(turn.session, turn.party, ticket), words, now=turn.now)
    return Reply(say.replied(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


def _not_sent(turn: Turn) -> Reply:
    return Reply(say.not_sent(_cases(turn)), Outcome.ANSWER)


def _cases(turn: Turn) -> list[Overview]:
    return [overview(turn.session, ticket) for ticket in reversed(unfinished(turn.session, turn.party))]


def _rest(turn: Turn) -> str:
    return turn.order.rest if turn.order else ""


def _meant(turn: Turn) -> Ticket | None:
    """The case a command names, else the one in hand.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not on this desk.
    """
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    return _in_hand(turn)


def _in_hand(turn: Turn) -> Ticket | None:
    ticket_id = turn.party.case_in_hand(turn.now)
    if ticket_id is None:
        return None
    try:
        ticket = by_id(turn.session, ticket_id, seen_by=turn.party)
    except NoSuchTicket:
        return None
    return None if ticket.status in FINISHED else ticket
