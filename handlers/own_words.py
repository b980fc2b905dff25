"""What an enterprise says of a known case in its own words: not solved, solved, back again, where is it.

The words alone do not say it: each is heard only where a case stands so that it can be meant. One that
surely is meant is acted on, else the cases are named with taps; words that describe a new matter go on to
the enterprise's own router.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import (
    answerable,
    contacts,
    declining,
    enterprise,
    filing,
    kept,
    last_word,
    matters,
    recalled,
    satisfaction,
    say,
)
from handlers.meant import asked_about, in_hand, meant
from handlers.newness import is_new_matter
from handlers.recalled import best, compatible, likeliest, mine, pointed
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command, Order, read
from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.kinds import kinds_named, says_all
from handlers.understanding.parts import matters as parts_of
from handlers.understanding.remarks import rating_of
from handlers.understanding.stances import Said, Stance, accepts, objects, refers, stance_of
from models.actions import moves
from models.actions.conversation import Words
from models.queries.tickets import by_id, by_number, newest, overview, unfinished
from models.rules.lifecycle import FINISHED, Status
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router: Final = Router()
_SHORT: Final = 24
_BARE: Final = 6
"""Characters of an objection that says nothing but that."""


@router.on(Command.DISPUTE)
def dispute(turn: Turn) -> Reply:
    """`没解决 [编号] …`: whatever has become of the case, it is not the end of it."""
    ticket = _disputed(turn)
    words = turn.order.rest if turn.order else ""
    if ticket is not None and ticket.status == Status.DECLINED:
        return _appeal(turn, ticket, words)
    if ticket is not None and ticket.status in {Status.OPEN, Status.ACCEPTED}:
        return last_word.not_yet(turn, ticket, words)
    return last_word.dispute(turn)


def _disputed(turn: Turn) -> Ticket | None:
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    if newest(turn.session, turn.party, Status.RESOLVED, Status.CLOSED, limit=1):
        return None
    refused = recalled.recently_declined(turn)
    return refused[0] if len(refused) == 1 else meant(turn, Command.URGE)


@router.hear(lambda turn: turn.order is None and rating_of(turn.text) is not None)
def rated(turn: Turn) -> Reply:
    """`评价 编号 差`: which case, and how, in words that are no command."""
    text = rating_of(turn.text) or ""
    return satisfaction.rate(replace(turn, incoming=replace(turn.incoming, text=text), order=read(text)))


def _may_be_known(turn: Turn) -> bool:
    """Whether these words may be about a known case; a long text can be only of who has brought one."""
    if turn.order is not None or turn.asked == satisfaction.WHY or say.corrected_type(turn.text):
        return False
    return (len(turn.text) <= _SHORT or bool(turn.party.cases)) and stance_of(turn.text) is not None


@router.hear(_may_be_known)
def own_words(turn: Turn) -> Reply:
    """没拿到钱, 钱到账了, 又跳闸了, 上次说的那个事: about a case that fits, else whatever it is otherwise."""
    said, asked = stance_of(turn.text), asked_about(turn, last_word.MISSING)
    is_answer = asked is not None and asked.status != Status.RESOLVED
    found = None if said is None or is_answer else _HEARD[said.stance](turn, said)
    return found or enterprise.text(turn)


# --- the last word -------------------------------------------------------------------------------


def _dissent(turn: Turn, said: Said) -> Reply | None:
    if intent_of(turn.text) is Intent.RATE:
        return None
    waiting = [*newest(turn.session, turn.party, Status.RESOLVED), *recalled.recently_declined(turn)]
    closed = _pointed_among_closed(turn, waiting)
    if not waiting and closed is None:
        return _referred(turn, said) if refers(turn.text) or said.is_plain else None
    case = closed or _meant(turn, waiting)
    is_sure = case is not None and mine(turn, case) and _is_sure(turn, said, case)
    if case is None or not is_sure:
        return _ask(turn, [case] if case is not None else waiting)
    case = by_id(turn.session, case.id, seen_by=turn.party)
    if case.status == Status.DECLINED:
        return _appeal(turn, case, "" if said.is_plain else turn.text)
    is_explained = not (objects(turn.text) and len(turn.text) <= _BARE)
    words = Words("text", turn.text, inbox_id=turn.inbox_id)
    return last_word.not_solved(turn, case, words, is_explained=is_explained)


def _pointed_among_closed(turn: Turn, waiting: Sequence[Ticket]) -> Ticket | None:
    """The case written off of late that words point at, and at no other that waits: 商标的没解决."""
    if not turn.party.cases or not kinds_named(turn.text):
        return None
    alike = pointed(turn, [*waiting, *unfinished(turn.session, turn.party), *recalled.recently_closed(turn)])
    return alike[0] if len(alike) == 1 and alike[0].status == Status.CLOSED else None


def _is_sure(turn: Turn, said: Said, case: Ticket) -> bool:
    """Whether words of dissent are about nothing but this case."""
    if said.is_plain:
        return compatible(turn, case)
    return objects(turn.text) and not is_new_matter(turn.text, case)


def _appeal(turn: Turn, ticket: Ticket, words: str) -> Reply:
    return declining.appeal(replace(turn, order=Order(Command.APPEAL, number_of(ticket.id), words)))


def _approval(turn: Turn, said: Said) -> Reply | None:
    waiting = newest(turn.session, turn.party, Status.RESOLVED)
    named = _named_as_solved(turn) if said.is_plain else None
    if named is not None and named.status != Status.RESOLVED:
        return last_word.pass_on(turn, named, is_solved=True)
    case = named or _meant(turn, waiting)
    if case is not None and (named or accepts(turn.text)) and mine(turn, case):
        return last_word.confirm(replace(turn, order=Order(Command.CONFIRM, number_of(case.id))))
    if waiting:
        return last_word.perhaps(turn)
    cases = unfinished(turn.session, turn.party)
    case = _meant(turn, cases)
    if case is not None and compatible(turn, case):
        return last_word.pass_on(turn, by_id(turn.session, case.id, seen_by=turn.party), is_solved=True)
    if cases:
        return _ask_of_which(turn, cases)
    return Reply(say.nothing_to_confirm_yet(), Outcome.ANSWER) if recalled.recently_closed(turn) else None


def _named_as_solved(turn: Turn) -> Ticket | None:
    """The case that goes on and is pointed at: 钱的那个解决了."""
    alike = pointed(turn, unfinished(turn.session, turn.party))
    return by_id(turn.session, alike[0].id, seen_by=turn.party) if len(alike) == 1 else None


def _again(turn: Turn, said: Said) -> Reply | None:
    """A case that was done is back under its own number; a rebound counts, so it is not merely guessed."""
    if not (turn.party.cases or refers(turn.text)):
        return None
    done = [*newest(turn.session, turn.party, Status.RESOLVED), *recalled.recently_closed(turn)]
    alike = best(turn, done, least=1 if refers(turn.text) else 2)
    if not alike and done and said.is_plain and len(turn.text) <= _BARE + _BARE:
        alike = done
    if best(turn, unfinished(turn.session, turn.party), least=2, without=Status.RESOLVED):
        return None
    if not alike:
        alike = recalled.closed_of_its_kind(turn)
        return _ask(turn, alike) if alike and len(turn.text) <= say.EXCERPT else None
    case = alike[0]
    is_sure = len(alike) == 1 and said.is_plain and mine(turn, case)
    if not is_sure or is_new_matter(turn.text, case):
        return _ask(turn, alike) if len(turn.text) <= say.EXCERPT else None
    case = by_id(turn.session, case.id, seen_by=turn.party)
    words = Words("text", turn.text, inbox_id=turn.inbox_id)
    reply = last_word.not_solved(turn, case, words, is_explained=True)
    return replace(reply, speech=(*reply.speech, "\n", *say.or_a_new_one(turn.text)))


def _ask(turn: Turn, cases: Sequence[Ticket]) -> Reply:
    views = [overview(turn.session, case) for case in cases[: say.PERSONS]]
    only = cases[0].id if len(cases) == 1 else None
    keeps = only is not None and cases[0].status not in FINISHED
    return Reply(say.is_it_this(views, turn.text), Outcome.ANSWER, only if keeps else None)


# --- a case spoken of as known --------------------------------------------------------------------


def _asked(turn: Turn, said: Said) -> Reply | None:
    del said
    if says_all(turn.text):
        return enterprise.progress(turn)
    if intent_of(turn.text) not in {Intent.REQUEST, Intent.UNCLEAR, Intent.PROGRESS, Intent.FOLLOW_UP}:
        return None
    cases = list(unfinished(turn.session, turn.party)) or list(newest(turn.session, turn.party, limit=1))
    if not cases:
        return None
    case = _meant(turn, cases)
    if case is None or not _may_be(turn, case):
        return enterprise.progress(turn) if case is None else None
    return enterprise.show(turn, by_id(turn.session, case.id, seen_by=turn.party))


def _referred(turn: Turn, said: Said) -> Reply | None:
    del said
    if intent_of(turn.text) not in {Intent.REQUEST, Intent.UNCLEAR, Intent.FOLLOW_UP}:
        return None
    cases = unfinished(turn.session, turn.party)
    case = _meant(turn, cases) if cases else None
    if case is not None and _may_be(turn, case):
        words = Words("text", turn.text, inbox_id=turn.inbox_id)
        return filing.guess_belongs(turn, by_id(turn.session, case.id, seen_by=turn.party), words)
    return _ask_of_which(turn, cases) if case is None and cases and refers(turn.text) else None


def _may_be(turn: Turn, case: Ticket) -> bool:
    return compatible(turn, case) and not is_new_matter(turn.text, case)


def _meant(turn: Turn, cases: Sequence[Ticket]) -> Ticket | None:
    """The one that shares most with the words; of several, and where none does, the one in hand."""
    return likeliest(turn, pointed(turn, cases) or cases)


def _ask_of_which(turn: Turn, cases: Sequence[Ticket]) -> Reply:
    return kept.ask(turn, cases, Words("text", turn.text, inbox_id=turn.inbox_id))


# --- remarks -------------------------------------------------------------------------------------


def _restore(turn: Turn, said: Said) -> Reply | None:
    """A case taken back by mistake: taken down anew in the words of then, by one tap."""
    del said
    found = newest(turn.session, turn.party, Status.WITHDRAWN, limit=1)
    first = moves.first_words(turn.session, found[0]) if found else None
    if first is None or not mine(turn, found[0]):
        return None
    is_newest = newest(turn.session, turn.party, limit=1)[0].id == found[0].id
    if not (is_newest and first.text):
        return Reply(say.restore_how(number_of(found[0].id), first.text), Outcome.ANSWER)
    words = Words("text", first.text, inbox_id=turn.inbox_id)
    reply = filing.submit(turn, words, after=found[0])
    return replace(reply, speech=(*say.restored(number_of(found[0].id)), *reply.speech))


def _apart(turn: Turn, said: Said) -> Reply | None:
    """是两件事: the offer to split, taken up in words."""
    del said
    current = in_hand(turn)
    first = moves.first_words(turn.session, current) if current is not None else None
    count = len(parts_of(first.text)) if first is not None else 1
    if current is None or count == 1:
        return None
    text = f"{say.split_word(count)} {number_of(current.id)}"
    return matters.split(replace(turn, incoming=replace(turn.incoming, text=text), order=read(text)))


def _stage(turn: Turn, said: Said) -> Reply | None:
    del said
    code = say.stage_in(turn.text)
    return contacts.stage(replace(turn, order=Order(Command.STAGE, None, say.STAGE[code]))) if code else None


def _new_contact(turn: Turn, said: Said) -> Reply | None:
    """Whoever speaks for an enterprise is entered by an office; the owner of its only case hears of it."""
    del said
    if not say.names_contact(turn.text):
        return None
    case = meant(turn, Command.ADD)
    if case is not None:
        filing.tell(turn, case, Words("text", turn.text, inbox_id=turn.inbox_id))
    return Reply(
        say.contact_changes(is_told=case is not None),
        Outcome.FOLLOW_UP if case is not None else Outcome.ANSWER,
        case.id if case is not None else None,
    )


def _call_me(turn: Turn, said: Said) -> Reply | None:
    del said
    return answerable.call_me(replace(turn, order=Order(Command.CALL_ME)))


_HEARD: Final = {
    Stance.DISSENT: _dissent,
    Stance.APPROVAL: _approval,
    Stance.AGAIN: _again,
    Stance.ASKED: _asked,
    Stance.REFERRED: _referred,
    Stance.RESTORE: _restore,
    Stance.APART: _apart,
    Stance.STAGE: _stage,
    Stance.NEW_CONTACT: _new_contact,
    Stance.CALL_ME: _call_me,
}
