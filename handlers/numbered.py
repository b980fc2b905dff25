"""A ticket's number in an enterprise's free words: the act or the words are that case's, and no other's.

Digits are a ticket's only where they can be: no amount, date or telephone. A number that is none of theirs is
said to be none, and the words with it are kept; figures in a plain request stay figures.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from handlers import (
    answerable,
    declining,
    enterprise,
    filing,
    kept,
    last_word,
    own_words,
    satisfaction,
    say,
    urging,
)
from handlers.meant import seen, to_withdraw, which
from handlers.newness import is_fragment, is_new_matter
from handlers.turn import Handler, Reply, Router, Turn
from handlers.understanding import addressing
from handlers.understanding.addressing import HOTLINES
from handlers.understanding.commands import Command, Order, read
from handlers.understanding.intents import Intent, Solved, bare, intent_of, is_unsure, solved
from handlers.understanding.remarks import rating_of
from handlers.understanding.stances import Stance, matter_in, stance_of
from models.actions.conversation import Words
from models.queries.tickets import overview, unfinished
from models.rules.lifecycle import FINISHED, Status
from models.rules.numbers import number_of, ticket_id_of
from models.tables import Outcome, Ticket

router: Final = Router()
_DIGITS: Final = re.compile("[0-9０-９]{4}")
_LONGEST: Final = 8
"""Digits of the longest number that somebody means by one."""
_MOST: Final = 5
"""So many cases are acted on at once."""
_BARE: Final = 4
"""Characters of a verdict that says nothing but that."""
_ACTS: Final = {
    Intent.URGE: Command.URGE,
    Intent.WITHDRAW: Command.WITHDRAW,
    Intent.CORRECTION: Command.RETYPE,
    Intent.HUMAN: Command.HUMAN,
}
_LOOKS: Final = frozenset({Intent.PROGRESS, Intent.GREETING, Intent.THANKS, Intent.NOISE, Intent.HELP})


def _may_be_numbered(turn: Turn) -> bool:
    if turn.order is not None or _DIGITS.search(turn.text) is None:
        return False
    return bool(turn.party.cases or turn.party.enterprise) and bool(_numbers(turn.text))


@router.hear(_may_be_numbered)
def numbered(turn: Turn) -> Reply:
    """`1029怎么样了`, `把1029撤了吧`, `1029: 合同在这`: about that case, else what they are otherwise."""
    return _about(turn) or _otherwise(turn)(turn)


def _otherwise(turn: Turn) -> Handler:
    return own_words.router.find(turn) or enterprise.text


def _numbers(text: str) -> list[str]:
    """The digits in words that may be numbers of tickets, in order."""
    first = addressing.leading(text)
    found = [*([first.number] if first is not None else []), *addressing.mentioned(text)]
    return [each for each in dict.fromkeys(found) if len(each) <= _LONGEST and each not in HOTLINES]


def _about(turn: Turn) -> Reply | None:
    if rating_of(turn.text) is not None or intent_of(turn.text) is Intent.VERIFY:
        return None
    numbers = _numbers(turn.text)
    if not numbers:
        return None
    theirs = _theirs(turn, numbers)
    if not theirs:
        return _nobodys(turn, numbers[0])
    rest = addressing.without_numbers(turn.text, map(number_of, theirs))
    if len(theirs) > 1:
        return _several(turn, list(theirs.values()), rest)
    ((called, ticket),) = theirs.items()
    return _one(turn, number_of(called), ticket, rest)


def _theirs(turn: Turn, numbers: Sequence[str]) -> dict[int, Ticket]:
    """The cases that are called by number, under the id that calls each: of one merged it is its main case.

    Who tells a whole matter is not asked about foreign figures.
    """
    known = dict(turn.party.cases)
    ids = [each for each in map(ticket_id_of, numbers) if each is not None]
    asked = [each for each in ids if each in known or _is_addressed(turn.text)]
    found = {each: seen(turn, each) for each in asked[:_MOST]}
    return {called: ticket for called, ticket in found.items() if ticket is not None}


def _is_addressed(text: str) -> bool:
    """Whether words are about a number rather than a matter told with figures in it."""
    first = addressing.leading(text)
    return is_fragment(text) or addressing.is_marked(text) or (first is not None and first.is_apart)


# --- one case ------------------------------------------------------------------------------------


def _one(turn: Turn, number: str, ticket: Ticket, rest: str) -> Reply | None:
    intent = intent_of(rest) if bare(rest) else Intent.PROGRESS
    named = say.type_code(rest) or say.corrected_type(rest)
    if named is not None:
        return enterprise.retype(_ordered(turn, Command.RETYPE, number, say.type_name(named)))
    said = Solved.YES if _confirms(rest) else solved(rest)
    if said is not Solved.UNSAID:
        return _ended(turn, ticket, rest, is_solved=said is Solved.YES)
    if intent in _LOOKS:
        return enterprise.show(turn, ticket)
    if intent in _ACTS and not is_unsure(rest):
        return _HANDLERS[_ACTS[intent]](_ordered(turn, _ACTS[intent], number))
    if intent is Intent.RATE:
        heard = replace(turn.incoming, text=rest)
        return satisfaction.rate(replace(_ordered(turn, Command.RATE, number), incoming=heard))
    return _said(turn, ticket, rest)


def _confirms(rest: str) -> bool:
    order = read(rest)
    return order is not None and order.command is Command.CONFIRM and not (order.number or order.rest)


def _said(turn: Turn, ticket: Ticket, rest: str) -> Reply | None:
    """Anything else that is told of a case: how it went, a question, or more of it."""
    said = stance_of(rest)
    stance = None if said is None else said.stance
    if stance is Stance.ASKED or (stance is None and not matter_in(rest)):
        return (kept.to(turn, ticket) if stance is None else None) or enterprise.show(turn, ticket)
    if stance in {Stance.DISSENT, Stance.AGAIN} and ticket.status not in {Status.OPEN, Status.ACCEPTED}:
        return _ended(turn, ticket, rest, is_solved=False)
    if stance is Stance.APPROVAL:
        return _ended(turn, ticket, rest, is_solved=True, is_plain=False)
    if is_new_matter(rest, ticket):
        return None
    if ticket.status in FINISHED:
        return Reply(say.is_it_this([overview(turn.session, ticket)], rest), Outcome.ANSWER)
    return filing.add(turn, ticket, Words("text", rest, inbox_id=turn.inbox_id))


def _ended(turn: Turn, ticket: Ticket, rest: str, *, is_solved: bool, is_plain: bool = True) -> Reply:
    """How it went with one case; where nobody has called it done, its owner hears so."""
    number = number_of(ticket.id)
    more = rest if len(bare(rest)) > _BARE else ""
    if ticket.status in {Status.OPEN, Status.ACCEPTED}:
        words = Words("text", rest, inbox_id=turn.inbox_id)
        return last_word.pass_on(turn, ticket, is_solved=is_solved, words=words)
    if not is_solved:
        if ticket.status == Status.DECLINED:
            return declining.appeal(_ordered(turn, Command.APPEAL, number, more))
        return last_word.dispute(_ordered(turn, Command.DISPUTE, number, more))
    if ticket.status != Status.RESOLVED:
        return enterprise.show(turn, ticket)
    if not is_plain:
        return Reply(say.solved_or_not([overview(turn.session, ticket)]), Outcome.ANSWER, ticket.id)
    return last_word.confirm(_ordered(turn, Command.CONFIRM, number))


def _ordered(turn: Turn, command: Command, number: str, rest: str = "") -> Turn:
    return replace(turn, order=Order(command, number, rest))


def _ask_to_withdraw(turn: Turn) -> Reply:
    """1029不办了: free words withdraw nothing, a tap does."""
    ticket, _ = to_withdraw(turn)
    if ticket is None:
        return which(turn, Command.WITHDRAW)
    return Reply(say.take_it_back(number_of(ticket.id), ticket.title), Outcome.ANSWER, ticket.id)


_HANDLERS: Final = {
    Command.WITHDRAW: _ask_to_withdraw,
    Command.URGE: urging.urge,
    Command.RETYPE: enterprise.retype,
    Command.HUMAN: answerable.human,
}


# --- several, or none ----------------------------------------------------------------------------


def _several(turn: Turn, tickets: Sequence[Ticket], rest: str) -> Reply:
    """Urge or show each; where else the words belong is asked."""
    intent = intent_of(rest) if bare(rest) else Intent.PROGRESS
    if intent is Intent.URGE:
        return urging.urge_each(turn, tickets)
    if intent in _LOOKS:
        return Reply(say.my_cases([overview(turn.session, one) for one in tickets]), Outcome.ANSWER)
    return kept.ask(turn, tickets, Words("text", turn.text, inbox_id=turn.inbox_id))


def _nobodys(turn: Turn, number: str) -> Reply | None:
    """A number that is none of theirs: said so where one was meant, and what was said is kept."""
    rest = addressing.without_numbers(turn.text, [number])
    intent = intent_of(rest) if bare(rest) else Intent.PROGRESS
    is_act = intent in {*_ACTS, Intent.PROGRESS, Intent.RATE} or solved(rest) is not Solved.UNSAID
    if is_act:
        return Reply(say.no_such_ticket(number), Outcome.REFUSAL)
    first = addressing.leading(turn.text)
    is_meant = addressing.is_marked(turn.text) or (first is not None and first.is_apart)
    cases = unfinished(turn.session, turn.party) if is_meant else ()
    if not cases:
        return None
    asked = kept.ask(turn, cases, Words("text", rest, inbox_id=turn.inbox_id))
    return replace(asked, speech=(*say.no_such_number(number), *asked.speech))
