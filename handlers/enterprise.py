"""What business owners say, bound to an enterprise or still strangers to us."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from handlers import (
    answerable,
    contacts,
    filing,
    gist,
    kept,
    last_word,
    matters,
    placing,
    satisfaction,
    say,
    urging,
    withdrawing,
)
from handlers.intended import intended
from handlers.last_word import MISSING
from handlers.meant import asked_about, case, in_hand, meant, page_in, page_of, say_film_stays, which
from handlers.recalled import called, fitting, named, none_of
from handlers.turn import MEDIA, Kind, Reply, Router, Turn
from handlers.understanding.asides import Aside, aside_of
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, intent_of, sounds_solved
from handlers.understanding.kinds import says_all
from handlers.understanding.text import normalize
from models.actions import media, retyping
from models.actions.calls import announced_about
from models.actions.conversation import Words, desk_or_office
from models.queries.conversation import transcript, was_said
from models.queries.deadlines import pending
from models.queries.tickets import (
    LISTED,
    actor_of,
    by_number,
    how_many_unfinished,
    newest,
    overview,
    unfinished,
)
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router = Router()
SAID_ONCE: Final = 8
"""Characters from which the same words twice are the same words, and not the same answer."""
A_DAY: Final = timedelta(days=1)


@router.on(Command.NEW)
def new(turn: Turn) -> Reply:
    """`新诉求 …`: surely a new matter."""
    text = turn.order.rest if turn.order else ""
    if text:
        return filing.submit(turn, Words("text", text, inbox_id=turn.inbox_id))
    return kept.new(turn) or Reply(say.tell_us(), Outcome.ANSWER)


@router.when(Kind.TEXT)
def text(turn: Turn) -> Reply:
    """Plain words: a question about a case, more about it, or a new matter."""
    words = Words("text", turn.text, inbox_id=turn.inbox_id)
    asked = asked_about(turn, MISSING)
    if asked is not None and asked.status != Status.RESOLVED:
        return filing.add(turn, asked, words)
    return (
        kept.answered(turn)
        or satisfaction.why(turn)
        or _aside(turn)
        or _corrected(turn)
        or _spoken(turn)
        or _said_before(turn)
        or placing.file(turn, words)
    )


def _said_before(turn: Turn) -> Reply | None:
    """The very same words once more within a day: nobody is told twice. Short ones may answer twice."""
    if len(turn.text) < SAID_ONCE or not turn.party.cases:
        return None
    known = normalize(turn.text)[: filing.REMEMBERED]
    opened = next((number for number, words in reversed(turn.party.cases) if words == known), None)
    ticket = case(turn, opened) if opened is not None else in_hand(turn)
    if ticket is None or not was_said(turn.session, ticket.id, turn.text, since=turn.now - A_DAY):
        return None
    return Reply(say.noted_already(number_of(ticket.id), ticket.title), Outcome.ANSWER, ticket.id)


def _aside(turn: Turn) -> Reply | None:
    """A short remark about the conversation itself."""
    aside = aside_of(turn.text)
    if aside is Aside.OTHER_MATTER:
        is_of_type = intent_of(turn.text) is Intent.CORRECTION
        return matters.undo(turn) or (None if is_of_type else Reply(say.nothing_to_move(), Outcome.ANSWER))
    if aside is Aside.MISTAKEN:
        return matters.mistaken(turn)
    return contacts.ASIDES[aside](turn) if aside is not None else None


def _corrected(turn: Turn) -> Reply | None:
    """A type named as a correction: 这属于要素保障吧."""
    code = say.corrected_type(turn.text)
    if code is None or not turn.party.cases:
        return None
    ticket = in_hand(turn) or meant(turn, Command.RETYPE)
    return which(turn, Command.RETYPE) if ticket is None else _retype(turn, ticket, code)


def _spoken(turn: Turn) -> Reply | None:
    """A command in free words, or the type of the case in hand."""
    spoken = _INTENTS.get(intended(turn))
    if spoken is not None:
        return spoken(turn)
    good_end = last_word.perhaps(turn) if sounds_solved(turn.text) else None
    if good_end is not None:
        return good_end
    named = say.type_code(turn.text)
    current = in_hand(turn) if named is not None else None
    if current is not None and named is not None and current.status == Status.OPEN:
        return _retype(turn, current, named)
    return None


@router.when(Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)
def attachment(turn: Turn) -> Reply:
    """A picture, a voice, a place or a link: it belongs to the case in hand, or opens one."""
    media_id = None
    if turn.incoming.kind in MEDIA and turn.incoming.media:
        media_id = media.keep(turn.session, turn.incoming.media, kind=turn.incoming.kind, now=turn.now)
    words = Words(turn.incoming.kind, turn.text, media_id, turn.inbox_id)
    return say_film_stays(turn, _filed(turn, words))


def _filed(turn: Turn, words: Words) -> Reply:
    asked = asked_about(turn, MISSING)
    return placing.file(turn, words) if asked is None else filing.add(turn, asked, words)


@router.on(
    Command.PROGRESS, Command.DETAIL, Command.WORKLIST, Command.ACCEPT, Command.REPORT, Command.RESOLVE
)
def progress(turn: Turn) -> Reply:
    """`进度 [编号] [页]`: how far one case has come, a page of what was said in it, or where all stand.

    Officials' words show the same.
    """
    if turn.order and turn.order.number:
        ticket = by_number(turn.session, turn.order.number, seen_by=turn.party)
        settled = kept.to(turn, ticket) if turn.text.strip() == turn.order.number else None
        if settled is not None:
            return settled
        page = page_in(turn)
        return show(turn, ticket) if page is None else _conversation(turn, ticket, page)
    total = how_many_unfinished(turn.session, turn.party)
    page, size = page_of(turn, total, say.MINE), say.MINE if total > LISTED else LISTED
    start = (page - 1) * size if total > LISTED else 0
    found = unfinished(turn.session, turn.party, limit=size, offset=start)
    found = found or newest(turn.session, turn.party, limit=1)
    only = _shown(turn, found, total)
    if only is not None:
        return none_of(turn, found) or show(turn, only)
    views = [overview(turn.session, ticket) for ticket in found]
    return Reply(say.my_cases(views, total, page=page), Outcome.ANSWER)


def _shown(turn: Turn, found: Sequence[Ticket], total: int) -> Ticket | None:
    """The one case to show: the only one there is, or the one that free words point at."""
    if total <= 1:
        return found[0] if found else None
    alike = called(turn, found) if turn.order is None and not says_all(turn.text) else ()
    return alike[0] if len(alike) == 1 else None


def show(turn: Turn, ticket: Ticket) -> Reply:
    """How far one case has come."""
    session, now = turn.session, turn.now
    told, call = desk_or_office(session, ticket.owner_id, now), announced_about(session, ticket, now)
    due, asked = gist.due_of(session, ticket, now), pending(session, ticket.id)
    return Reply(say.progress(overview(session, ticket), told, call, due, asked), Outcome.ANSWER, ticket.id)


def _conversation(turn: Turn, ticket: Ticket, page: int) -> Reply:
    speech = say.conversation(overview(turn.session, ticket), transcript(turn.session, ticket), page)
    return Reply(speech, Outcome.ANSWER, ticket.id)


router.on(Command.URGE)(urging.urge)


@router.on(Command.ADD, Command.REPLY)
def add(turn: Turn) -> Reply:
    """`补充 [编号] …`: more about one case."""
    ticket = named(turn, Command.ADD)
    if ticket is None:
        return which(turn, Command.ADD, among=fitting(turn, Command.ADD))
    rest = turn.order.rest if turn.order else ""
    if not rest:
        return kept.to(turn, ticket) or _ask_for_more(ticket)
    return filing.add(turn, ticket, Words("text", rest, inbox_id=turn.inbox_id))


def _ask_for_more(ticket: Ticket) -> Reply:
    return Reply(
        say.add_what(number_of(ticket.id), ticket.title),
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
    retyping.retype(turn.session, ticket, actor_of(turn.party), code, now=turn.now)
    return Reply(say.retyped(number_of(ticket.id), ticket.title, code), Outcome.FOLLOW_UP, ticket.id)


router.on(Command.WITHDRAW)(withdrawing.withdraw)
router.on(Command.CONFIRM)(last_word.confirm)


def _greet(turn: Turn) -> Reply:
    return Reply(say.welcome(turn.party), Outcome.ANSWER)


def _thank(turn: Turn) -> Reply:
    waiting = newest(turn.session, turn.party, Status.RESOLVED, limit=2) if turn.party.cases else ()
    asked = say.solved_taps(number_of(waiting[0].id)) if len(waiting) == 1 else ()
    return Reply((*say.welcome_thanks(), *asked), Outcome.ANSWER)


def _puzzled(turn: Turn) -> Reply:
    """1, 👍: perhaps the word that a case waits for; we ask, and never take a sign for it."""
    waiting = newest(turn.session, turn.party, Status.RESOLVED) if turn.party.cases else ()
    if waiting:
        return Reply(say.is_it_solved([overview(turn.session, one) for one in waiting]), Outcome.ANSWER)
    return Reply(say.help_for(turn.party), Outcome.ANSWER)


def _retype_in_hand(turn: Turn) -> Reply:
    current = in_hand(turn)
    if current is None or current.status != Status.OPEN:
        return which(turn, Command.RETYPE)
    return Reply(say.choose_type(number_of(current.id)), Outcome.ANSWER, current.id)


_INTENTS: Final = {
    Intent.PROGRESS: progress,
    Intent.URGE: urging.urge,
    Intent.WITHDRAW: withdrawing.which_one,
    Intent.CORRECTION: _retype_in_hand,
    Intent.GREETING: _greet,
    Intent.THANKS: _thank,
    Intent.HELP: answerable.help_now,
    Intent.NOISE: _puzzled,
    Intent.RATE: satisfaction.in_free_words,
    Intent.HUMAN: answerable.human,
}
