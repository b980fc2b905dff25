"""What business owners say, bound to an enterprise or still strangers to us."""

from datetime import timedelta
from typing import Final

from config.catalog import OTHER
from handlers import answerable, last_word, say
from handlers.last_word import MISSING
from handlers.meant import asked_about, in_hand, meant, page_in, say_film_stays, which
from handlers.turn import MEDIA, Kind, Reply, Router, Turn
from handlers.understanding.classifier import ASK_BELOW, Verdict, default_classifier
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, intent_of, sounds_solved
from models.actions import media, tickets
from models.actions.calls import announced_about
from models.actions.conversation import Words, desk_or_office
from models.actions.tickets import Guess
from models.queries.conversation import transcript
from models.queries.tickets import actor_of, by_number, newest, overview, unfinished
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router = Router()
IN_HAND: Final = timedelta(minutes=10)
"""For so long plain text may belong to the case last spoken about."""

SHORT: Final = 12
"""Fewer characters than this hardly describe a new matter."""


@router.on(Command.NEW)
def new(turn: Turn) -> Reply:
    """`新诉求 …`: surely a new matter."""
    text = turn.order.rest if turn.order else ""
    return (
        _submit(turn, Words("text", text, inbox_id=turn.inbox_id))
        if text
        else Reply(say.tell_us(), Outcome.ANSWER)
    )


@router.when(Kind.TEXT)
def text(turn: Turn) -> Reply:
    """Plain words: a question about a case, more about it, or a new matter."""
    words = Words("text", turn.text, inbox_id=turn.inbox_id)
    asked = asked_about(turn, MISSING)
    if asked is not None:
        return _follow_up(turn, asked, words)
    intent = intent_of(turn.text)
    spoken = _INTENTS.get(intent)
    if spoken is not None:
        return spoken(turn)
    good_end = last_word.perhaps(turn) if sounds_solved(turn.text) else None
    if good_end is not None:
        return good_end
    current = in_hand(turn)
    named = say.type_code(turn.text)
    if current is not None and named is not None and current.status == Status.OPEN:
        return _retype(turn, current, named)
    if current is not None and (intent is Intent.FOLLOW_UP or not _is_new_matter(turn.text, current)):
        return _follow_up(turn, current, words)
    return _submit(turn, words)


@router.when(Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)
def attachment(turn: Turn) -> Reply:
    """A picture, a voice, a place or a link: it belongs to the case in hand, or opens one."""
    media_id = None
    if turn.incoming.kind in MEDIA and turn.incoming.media:
        media_id = media.keep(turn.session, turn.incoming.media, kind=turn.incoming.kind, now=turn.now)
    words = Words(turn.incoming.kind, turn.text, media_id, turn.inbox_id)
    current = asked_about(turn, MISSING) or in_hand(turn)
    reply = _submit(turn, words) if current is None else _follow_up(turn, current, words)
    return say_film_stays(turn, reply)


def _submit(turn: Turn, words: Words) -> Reply:
    guess = _guess(words)
    done = tickets.submit(
        turn.session, turn.party, words, guess, title=say.title(words.kind, words.text), now=turn.now
    )
    speech = say.submitted(done, guess, is_stranger=turn.party.enterprise is None)
    return Reply(speech, Outcome.TICKET, done.id)


def _guess(words: Words) -> Guess:
    if not words.text:
        return Guess(OTHER, 0.0, None, is_sure=False)
    verdict: Verdict = default_classifier().classify(words.text)
    return Guess(verdict.type, verdict.confidence, verdict.second, is_sure=verdict.confidence >= ASK_BELOW)


def _follow_up(turn: Turn, ticket: Ticket, words: Words) -> Reply:
    told = tickets.follow_up(turn.session, ticket, actor_of(turn.party), words, now=turn.now)
    if words.text and tickets.is_guess_open(ticket, ASK_BELOW):
        guess = _guess(words)
        if guess.is_sure:
            tickets.reguess(
                turn.session, ticket, guess, title=say.title(words.kind, words.text), now=turn.now
            )
    return Reply(
        say.followed_up(number_of(ticket.id), ticket.title, words.text, told), Outcome.FOLLOW_UP, ticket.id
    )


def _is_new_matter(words: str, current: Ticket) -> bool:
    """Whether words surely describe something else than a case whose type is known."""
    if len(words) < SHORT or tickets.is_guess_open(current, ASK_BELOW):
        return False
    verdict = default_classifier().classify(words)
    return verdict.confidence >= ASK_BELOW and verdict.type not in {current.type, OTHER}


@router.on(
    Command.PROGRESS, Command.DETAIL, Command.WORKLIST, Command.ACCEPT, Command.REPORT, Command.RESOLVE
)
def progress(turn: Turn) -> Reply:
    """`进度 [编号] [页]`: how far one case has come, a page of what was said in it, or where all stand.

    Officials' words show the same.
    """
    if turn.order and turn.order.number:
        ticket = by_number(turn.session, turn.order.number, seen_by=turn.party)
        page = page_in(turn)
        return _progress(turn, ticket) if page is None else _conversation(turn, ticket, page)
    found = unfinished(turn.session, turn.party) or newest(turn.session, turn.party, limit=1)
    if len(found) == 1:
        return _progress(turn, found[0])
    return Reply(say.my_cases([overview(turn.session, ticket) for ticket in found]), Outcome.ANSWER)


def _progress(turn: Turn, ticket: Ticket) -> Reply:
    told = desk_or_office(turn.session, ticket.owner_id, turn.now)
    call = announced_about(turn.session, ticket, turn.now)
    return Reply(say.progress(overview(turn.session, ticket), told, call), Outcome.ANSWER, ticket.id)


def _conversation(turn: Turn, ticket: Ticket, page: int) -> Reply:
    speech = say.conversation(overview(turn.session, ticket), transcript(turn.session, ticket), page)
    return Reply(speech, Outcome.ANSWER, ticket.id)


@router.on(Command.URGE)
def urge(turn: Turn) -> Reply:
    """`催办 [编号]`: ask the owner where it stays."""
    ticket = meant(turn, Command.URGE)
    if ticket is None:
        return which(turn, Command.URGE)
    try:
        told = tickets.urge(turn.session, ticket, actor_of(turn.party), now=turn.now)
    except tickets.UrgedAlready as again:
        return Reply(say.urged_already(number_of(ticket.id), again.again_at), Outcome.ANSWER, ticket.id)
    return Reply(say.urged(overview(turn.session, ticket), told), Outcome.FOLLOW_UP, ticket.id)


@router.on(Command.ADD, Command.REPLY)
def add(turn: Turn) -> Reply:
    """`补充 [编号] …`: more about one case."""
    ticket = meant(turn, Command.ADD)
    if ticket is None:
        return which(turn, Command.ADD)
    rest = turn.order.rest if turn.order else ""
    if not rest:
        return _ask_for_more(ticket)
    return _follow_up(turn, ticket, Words("text", rest, inbox_id=turn.inbox_id))


def _ask_for_more(ticket: Ticket) -> Reply:
    return Reply(
        say.add_what(number_of(ticket.id)),
        Outcome.ANSWER,
        ticket.id,
        pending={"ask": MISSING, "ticket": ticket.id},
    )


@router.on(Command.RETYPE)
def retype(turn: Turn) -> Reply:
    """`改类型 [编号] 类型`: the owner of the matter knows best what it is."""
    ticket = meant(turn, Command.RETYPE)
    if ticket is None:
        return which(turn, Command.RETYPE)
    code = say.type_code(turn.order.rest if turn.order else "")
    if code is None:
        return Reply(say.choose_type(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return _retype(turn, ticket, code)


def _retype(turn: Turn, ticket: Ticket, code: str) -> Reply:
    tickets.retype(turn.session, ticket, actor_of(turn.party), code, now=turn.now)
    return Reply(say.retyped(number_of(ticket.id), code), Outcome.FOLLOW_UP, ticket.id)


@router.on(Command.WITHDRAW)
def withdraw(turn: Turn) -> Reply:
    """`撤回 [编号]`: take a request back."""
    ticket = meant(turn, Command.WITHDRAW)
    if ticket is None:
        return which(turn, Command.WITHDRAW)
    tickets.withdraw(turn.session, ticket, actor_of(turn.party), now=turn.now)
    return Reply(say.withdrawn(number_of(ticket.id)), Outcome.FOLLOW_UP, ticket.id, keeps_in_hand=False)


router.on(Command.CONFIRM)(last_word.confirm)
router.on(Command.DISPUTE)(last_word.dispute)


def _greet(turn: Turn) -> Reply:
    return Reply(say.welcome(turn.party), Outcome.ANSWER)


def _thank(turn: Turn) -> Reply:
    del turn
    return Reply(say.welcome_thanks(), Outcome.ANSWER)


def _puzzled(turn: Turn) -> Reply:
    return Reply(say.help_for(turn.party), Outcome.ANSWER)


def _retype_in_hand(turn: Turn) -> Reply:
    current = in_hand(turn)
    if current is None or current.status != Status.OPEN:
        return which(turn, Command.RETYPE)
    return Reply(say.choose_type(number_of(current.id)), Outcome.ANSWER, current.id)


_INTENTS: Final = {
    Intent.PROGRESS: progress,
    Intent.URGE: urge,
    Intent.WITHDRAW: lambda turn: which(turn, Command.WITHDRAW),
    Intent.CORRECTION: _retype_in_hand,
    Intent.GREETING: _greet,
    Intent.THANKS: _thank,
    Intent.HELP: _puzzled,
    Intent.NOISE: _puzzled,
    Intent.RATE: last_word.in_free_words,
    Intent.HUMAN: answerable.human,
}
