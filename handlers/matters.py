"""Which matter is which: "not this one" puts words right, and one message with several matters is split."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from config import catalog
from handlers import filing, kept, say
from handlers.meant import IN_HAND, in_hand, to_withdraw, which
from handlers.recalled import first_words, mine
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.headline import names_a_matter
from handlers.understanding.kinds import without_opening
from handlers.understanding.parts import begins_another, matters
from handlers.understanding.stances import shared
from models.actions import moves
from models.actions.conversation import Words
from models.actions.gathered import drop
from models.queries.gathered import gathered, passed_on
from models.queries.live import live_cases
from models.queries.tickets import by_number, how_many_unfinished, overview
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.tables import Message, Outcome, Ticket

router = Router()
PAUSE: Final = timedelta(seconds=30)
"""Who says nothing for so long has said what there was to say."""


@router.on(Command.NOT_THIS)
def not_this(turn: Turn) -> Reply:
    """`不是这件事 [编号]`: what was just said belongs to another case."""
    return kept.new(turn) or undo(turn) or Reply(say.nothing_to_move(), Outcome.ANSWER)


def undo(turn: Turn) -> Reply | None:
    """Move the last words that were put to a case by a guess elsewhere; None if there are none.

    Where they have other cases they say to which; what nobody has heard yet is off the wrong one at once.
    """
    ticket = _named(turn) or in_hand(turn)
    run = _run(turn, ticket) if ticket is not None else ()
    if ticket is None or not run:
        return None
    was_told = all(one.gathered_until is None for one in run)
    others = () if was_told else _others(turn, ticket)
    if others:
        return _ask_where(turn, ticket, run, others)
    text = say.run_on(*(one.text for one in run if one.text))
    guess, title = filing.guess_of(text), say.title("text" if text else run[0].kind, text)
    done = moves.move(turn.session, turn.party, ticket, run, guess, title=title, now=turn.now)
    wrong = number_of(ticket.id), ticket.title
    receipt = say.submitted(done, guess, is_stranger=False)  # who they are was asked with the first words
    speech = (*say.moved(*wrong, was_told=was_told), *receipt)
    return Reply(speech, Outcome.TICKET, done.id, opened=(filing.remembered(done.id, text),))


def _others(turn: Turn, ticket: Ticket) -> list[Ticket]:
    """The other cases of theirs that go on."""
    known = live_cases(turn.session, turn.party, turn.now)
    return [one.ticket for one in known if one.ticket.id != ticket.id and mine(turn, one.ticket)]


def _ask_where(turn: Turn, ticket: Ticket, run: Sequence[Message], others: Sequence[Ticket]) -> Reply:
    words = [Words(one.kind, one.text, one.media_id, one.inbox_id) for one in run]
    drop(turn.session, run, outcome=Outcome.WAITING)
    asked = kept.ask(turn, others, *words)
    speech = (*say.not_in(number_of(ticket.id), ticket.title), *asked.speech)
    return replace(asked, speech=speech, outcome=Outcome.ANSWER, empties_hand=True)


def mistaken(turn: Turn) -> Reply:
    """发错了: words nobody has heard yet are dropped; of what was told, the way out is shown."""
    ticket = in_hand(turn)
    run = _run(turn, ticket) if ticket is not None else ()
    if ticket is None:
        return Reply(say.never_mind(), Outcome.ANSWER)
    number = number_of(ticket.id)
    if not run:
        is_fresh = ticket.status == Status.OPEN and turn.now - ticket.created_at <= IN_HAND
        speech = (say.take_it_back if is_fresh else say.told_already)(number, ticket.title)
        return Reply(speech, Outcome.ANSWER, ticket.id)
    if any(one.gathered_until is None for one in run):
        return Reply(say.told_already(number, ticket.title), Outcome.ANSWER, ticket.id)
    drop(turn.session, run)
    return Reply(say.dropped(number, ticket.title), Outcome.ANSWER, ticket.id)


def _named(turn: Turn) -> Ticket | None:
    if turn.order is None or turn.order.number is None:
        return None
    return by_number(turn.session, turn.order.number, seen_by=turn.party)


def _run(turn: Turn, ticket: Ticket) -> Sequence[Message]:
    mine = turn.party.person_id
    since = turn.now - catalog.manners().gathering.movable
    found = gathered(turn.session, ticket.id, mine) or passed_on(turn.session, ticket, mine, since=since)
    return _last_of(found, first_words(turn, ticket))


def _last_of(run: Sequence[Message], known: str) -> Sequence[Message]:
    """Return the last words that belong together: back to where somebody paused, or spoke of the case."""
    start = max(len(run) - 1, 0)
    while start > 0 and not _begins_anew(run[start - 1], run[start:], known):
        start -= 1
    return run[start:]


def _begins_anew(before: Message, later: Sequence[Message], known: str) -> bool:
    """Whether later words are no more of what was said just before them."""
    if not before.text or not any(one.text for one in later):
        return False
    if (later[0].at - before.at) > PAUSE or begins_another(later[0].text):
        return True
    return shared(before.text, known) > 0 or all(map(names_a_matter, (before.text, later[0].text)))


@router.on(Command.SPLIT)
def split(turn: Turn) -> Reply:
    """`分成两件 编号`: every further matter of the first message becomes a ticket of its own."""
    ticket = _named(turn) or in_hand(turn)
    first = moves.first_words(turn.session, ticket) if ticket is not None else None
    parts = _parts(first.text if first else "", say.parts_wanted(turn.text))
    if ticket is None or len(parts) < 2:  # noqa: PLR2004 -- one part is no split
        return Reply(say.nothing_to_split(), Outcome.ANSWER)
    pieces = [moves.Piece(part, filing.guess_of(part), _title(part)) for part in parts]
    try:
        opened = moves.split(turn.session, turn.party, ticket, pieces, now=turn.now)
    except moves.SplitAlready as already:
        return Reply(say.split_already(number_of(ticket.id), already.numbers), Outcome.ANSWER, ticket.id)
    speech = say.split(overview(turn.session, ticket), parts, opened)
    ids = (ticket.id, *(done.id for done in opened))  # the first is known by its own part from now on
    known = tuple(filing.remembered(each, part) for each, part in zip(ids, parts, strict=True))
    return Reply(speech, Outcome.TICKET, ticket.id, opened=known)


def _title(part: str) -> str:
    """What a part is called: by what it is about, not by the words and signs that join it to another."""
    return say.title("text", without_opening(part)[0].strip("，,、；;。 "))


def _parts(text: str, wanted: int) -> tuple[str, ...]:
    parts = matters(text)
    return parts if len(parts) <= wanted else (*parts[: wanted - 1], "".join(parts[wanted - 1 :]))


@router.on(Command.WHOLE)
def whole(turn: Turn) -> Reply:
    """`就是一件事 编号`: nothing is split."""
    ticket = _named(turn) or in_hand(turn)
    if ticket is None:
        return Reply(say.nothing_to_split(), Outcome.ANSWER)
    return Reply(say.left_whole(number_of(ticket.id), ticket.title), Outcome.ANSWER, ticket.id)


@router.on(Command.CANCEL)
def cancel(turn: Turn) -> Reply:
    """`取消 [编号]`, though we asked nothing: a case is not taken back by that word alone, nor said to be."""
    number = turn.order.number if turn.order else None
    if number is not None:
        ticket, _ = to_withdraw(turn)
        return which(turn, Command.WITHDRAW, among=[] if ticket is None else [ticket])
    if how_many_unfinished(turn.session, turn.party):
        return which(turn, Command.WITHDRAW)
    return Reply(say.nothing_to_cancel(), Outcome.ANSWER)
