"""What leaders and their aides say: they work their cases in the chat."""

from datetime import timedelta
from typing import Final

from handlers import say
from handlers.cases import keep, permitted, rest_or_kept
from handlers.foreseen import later
from handlers.gist import entered, facts_of
from handlers.held import reopen, waits
from handlers.meant import in_hand, page_in, page_of, say_film_stays
from handlers.turn import MEDIA, Kind, Reply, Router, Speech, Turn
from handlers.understanding.commands import Command
from handlers.understanding.desk_talk import announces_a_call
from handlers.understanding.finishing import tells_nothing
from handlers.understanding.intents import Intent, intent_of, tells_what_was_done
from handlers.understanding.remarks import hails
from models.actions import media, office
from models.actions.conversation import Words
from models.queries.agenda import by_due
from models.queries.co_handling import helped, helpers, how_many_tasks, tasks
from models.queries.conversation import said
from models.queries.deadlines import pending
from models.queries.disturbance import is_left_alone, waiting
from models.queries.patches import patched_by
from models.queries.reach import reach
from models.queries.tickets import (
    Overview,
    actor_on,
    by_number,
    how_many_unfinished,
    overview,
    standing,
)
from models.queries.trust import current_call
from models.rules.lifecycle import Status, Verb
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router = Router()
IN_HAND: Final = timedelta(minutes=30)
"""For so long plain text goes to the case an official last worked on."""

_COURTESIES: Final = frozenset({Intent.GREETING, Intent.THANKS, Intent.NOISE, Intent.HELP})
"""What is said to us and not to the enterprise."""

LISTED: Final = 4
"""How many cases and tasks are offered for words that are for one of them."""

WHAT_WAS_DONE: Final = "what_was_done"


@router.on(Command.WORKLIST)
def worklist(turn: Turn) -> Reply:
    """`待办 [页]`: the cases on this desk by what is due next, and what it is to help with."""
    asked = tasks(turn.session, turn.party.desks)
    total = how_many_unfinished(turn.session, turn.party)
    size = say.cases_on_page(total, has_tasks=bool(asked))
    is_paging = turn.order is not None and turn.order.command is Command.WORKLIST
    page = page_of(turn, total, size) if is_paging else 1
    listed = say.Listed(total, page, how_many_tasks(turn.session, turn.party.desks))
    speech = say.worklist(_cases(turn, size, page), turn.now, asked, listed)
    return Reply(speech, Outcome.ANSWER)


@router.on(Command.DETAIL, Command.PROGRESS)
def detail(turn: Turn) -> Reply:
    """`详情 编号 [页]`: one case with all that was said in it, page by page; it is in hand from now on."""
    if turn.order is None or turn.order.number is None:
        return worklist(turn)
    ticket = by_number(turn.session, turn.order.number, seen_by=turn.party)
    words = said(turn.session, ticket, now=turn.now)
    ways = reach(turn.session, ticket, turn.now), current_call(turn.session, ticket, turn.now)
    speech = say.detail(
        _view(turn, ticket),
        words,
        *ways,
        helpers(turn.session, ticket.id),
        facts=facts_of(turn.session, ticket, turn.now),
        page=page_in(turn) or 1,
        waits=waiting(turn.session, ticket.id),
        is_left_alone=is_left_alone(turn.session, ticket.enterprise_id),
        more_time=pending(turn.session, ticket.id),
        patched=patched_by(turn.session, ticket.id),
    )
    return Reply(speech, Outcome.ANSWER, ticket.id)


@router.on(Command.ACCEPT)
def accept(turn: Turn) -> Reply:
    """`受理 编号`: take the case on."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    told = entered(turn.session, ticket, turn.now)
    actor = actor_on(turn.session, turn.party, ticket)
    office.accept(turn.session, ticket, actor, entered=told, now=turn.now)
    return Reply(
        say.accepted_by_you(_view(turn, ticket), ticket.ledger_year or 0, ticket.ledger_no or 0),
        Outcome.FOLLOW_UP,
        ticket.id,
    )


@router.on(Command.REPLY)
def reply(turn: Turn) -> Reply:
    """`回复 编号 …`: write to the enterprise."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    words = rest_or_kept(turn)
    if not words:
        return Reply(say.reply_what(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return send(turn, ticket, words)


@router.on(Command.REPORT)
def report(turn: Turn) -> Reply:
    """`进展 编号 …`: tell the enterprise how far the case has come."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    words = rest_or_kept(turn, Command.REPORT)
    if not words:
        return Reply(say.report_what(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return report_on(turn, ticket, words)


def report_on(turn: Turn, ticket: Ticket, text: str) -> Reply:
    """Tell the enterprise of a case how far it has come; what was done with too early goes on."""
    if ticket.status == Status.RESOLVED:
        return reopen(turn, ticket, text)
    words = Words("text", text, inbox_id=turn.inbox_id)
    actor = actor_on(turn.session, turn.party, ticket)
    kept = office.progress(turn.session, ticket, actor, words, now=turn.now, hold=turn.manners.hold)
    view, wait = _view(turn, ticket), waits(kept, turn)
    speech = (*_against_calls(view, text, wait), *say.reported(view, wait))
    return Reply((*speech, *later(turn, ticket)), Outcome.FOLLOW_UP, ticket.id)


@router.on(Command.RESOLVE)
def resolve(turn: Turn) -> Reply:
    """`办结 编号 …`: say it is done and what was done; the enterprise has the last word."""
    ticket = _meant(turn)
    if ticket is None:
        return worklist(turn)
    words = rest_or_kept(turn, Command.RESOLVE)
    if not words or tells_nothing(words):
        permitted(turn, ticket, Verb.RESOLVE)
        return _ask_what_was_done(ticket, say.resolve_what(number_of(ticket.id)))
    return _resolve(turn, ticket, words)


def _ask_what_was_done(ticket: Ticket, speech: Speech) -> Reply:
    pending = {"ask": WHAT_WAS_DONE, "ticket": ticket.id}
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=pending)


def _told_what_was_done(turn: Turn, ticket: Ticket) -> Reply:
    """Take words as the answer to what was done; courtesies and others' commands leave the question open."""
    if turn.order is None and tells_what_was_done(turn.text) and not tells_nothing(turn.text):
        return _resolve(turn, ticket, turn.text)
    return _ask_what_was_done(ticket, say.not_what_was_done(number_of(ticket.id)))


def _resolve(turn: Turn, ticket: Ticket, done: str) -> Reply:
    words = Words("text", done, inbox_id=turn.inbox_id)
    office.resolve(turn.session, ticket, actor_on(turn.session, turn.party, ticket), words, now=turn.now)
    view = _view(turn, ticket)
    speech = (*_against_calls(view, done, None), *say.resolved_by_you(view))
    return Reply((*speech, *later(turn, ticket)), Outcome.FOLLOW_UP, ticket.id)


@router.on(Command.UPHOLD, Command.OVERTURN, Command.REASSIGN, Command.WRITE_OFF)
def supervisors_only(turn: Turn) -> Reply:
    """Say whose decision this is, and what is possible instead; a case of others does not exist."""
    command = turn.order.command if turn.order else Command.REASSIGN
    ticket = _meant(turn)
    view = None if ticket is None else _view(turn, ticket)
    return Reply(say.supervisors_only(command, view), Outcome.REFUSAL, ticket.id if ticket else None)


@router.when(Kind.TEXT)
def text(turn: Turn) -> Reply:
    """Plain text goes to the case in hand, and the echo says to whom."""
    question = turn.party.pending
    if question and question.get("ask") == WHAT_WAS_DONE:
        return _told_what_was_done(turn, standing(turn.session, question["ticket"], seen_by=turn.party))
    ticket = in_hand(turn)
    if ticket is None or turn.order is not None:
        return _not_sent(turn)
    if intent_of(turn.text) in _COURTESIES or hails(turn.text):
        return Reply(say.courtesy_not_sent(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return send(turn, ticket, turn.text)


@router.when(Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)
def attachment(turn: Turn) -> Reply:
    """A picture or a voice goes to the case in hand like plain text."""
    ticket = in_hand(turn)
    if ticket is None:
        return _not_sent(turn)
    media_id = None
    if turn.incoming.kind in MEDIA and turn.incoming.media:
        media_id = media.keep(turn.session, turn.incoming.media, kind=turn.incoming.kind, now=turn.now)
    reply = _reply(turn, ticket, Words(turn.incoming.kind, turn.text, media_id, turn.inbox_id))
    return say_film_stays(turn, reply)


def send(turn: Turn, ticket: Ticket, text: str) -> Reply:
    """Write to the enterprise of a case; the echo says to whom."""
    return _reply(turn, ticket, Words("text", text, inbox_id=turn.inbox_id))


def _reply(turn: Turn, ticket: Ticket, words: Words) -> Reply:
    actor = actor_on(turn.session, turn.party, ticket)
    kept = office.reply(turn.session, ticket, actor, words, now=turn.now, hold=turn.manners.hold)
    view, wait = _view(turn, ticket), waits(kept, turn)
    speech = (*_against_calls(view, words.text, wait), *say.replied(view, wait))
    return Reply((*speech, *later(turn, ticket)), Outcome.FOLLOW_UP, ticket.id)


def _against_calls(view: Overview, text: str, wait: say.Wait | None) -> Speech:
    """A warning while words can still be taken back: they announce a call to whom has asked for none."""
    return say.against_calls(view, wait) if view.no_calls and announces_a_call(text) else ()


def _not_sent(turn: Turn) -> Reply:
    """Say that words went to nobody; those of a desk that helps too are kept, to be sent with one tap."""
    asked = helped(turn.session, turn.party.desks, limit=LISTED)
    is_plain = turn.incoming.kind is Kind.TEXT and turn.order is None
    if asked and is_plain and intent_of(turn.text) not in _COURTESIES:
        speech = say.whose_words(_cases(turn, LISTED), asked)
        return Reply(speech, Outcome.ANSWER, pending=keep(turn.text, Command.REPLY))
    total = how_many_unfinished(turn.session, turn.party)
    views = _cases(turn, say.cases_on_page(total, has_tasks=False))
    return Reply(say.not_sent(views, turn.now, say.Listed(total)), Outcome.ANSWER)


def _view(turn: Turn, ticket: Ticket) -> Overview:
    return overview(turn.session, ticket, seen_by=turn.party)


def _cases(turn: Turn, size: int, page: int = 1) -> list[Overview]:
    found = by_due(turn.session, turn.party, limit=size, offset=(page - 1) * size)
    return [_view(turn, ticket) for ticket in found]


def _meant(turn: Turn) -> Ticket | None:
    """The case a command names, else the one in hand.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not on this desk.
    """
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    return in_hand(turn)
