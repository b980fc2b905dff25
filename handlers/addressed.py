"""Whom an official's plain words are for: the case they name, the one in hand, us; or nobody yet.

A wrong number never reaches a stranger: what names another case than the one in hand goes to that case, or is
kept until it is clear, and one tap sends it. So is what speaks of another's subject or city.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers import doubts, helping, official, say, several
from handlers.calls import CALL_WHEN, tells_when
from handlers.cases import WORDS_KEPT, is_reason, keep
from handlers.meant import in_hand
from handlers.several import OFFERED, SPEAKS, may_write, of_strangers, on_desk, spoken_of
from handlers.turn import Kind, Reply, Router, Speech, Turn
from handlers.understanding import addressing, callers, subjects
from handlers.understanding.commands import Command
from handlers.understanding.finishing import finished
from handlers.understanding.refusing import Refusal, refusal_in
from models.queries.agenda import by_due, cases_of, firms
from models.queries.tickets import NoSuchTicket, actor_on, by_id, overview
from models.rules.lifecycle import FINISHED, Role
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

_OPEN: Final = frozenset({None, WORDS_KEPT, official.WHAT_WAS_DONE, CALL_WHEN})
"""Questions of ours while which plain words may be for another case."""


@dataclass(frozen=True, slots=True)
class _Address:
    """Where words belong that name a case: to `ticket`; to `cases`, one or all; or the number is nobody's."""

    words: str
    ticket: Ticket | None = None
    cases: Sequence[Ticket] = ()
    unknown: str = ""
    are_all: bool = False
    """Whether all of `cases` are named; the words are then without their numbers."""


def to_the_case_named(turn: Turn) -> Reply:
    """Send words to the case they name, or keep them and ask."""
    address, command = _names_a_case(turn), _command(turn)
    if address is None:
        return official.text(turn)
    if address.unknown:
        held = _held(turn)
        view = overview(turn.session, held) if held else None
        return _keep(turn, address.words, say.number_unknown(address.unknown, view, command))
    if address.are_all:
        return several.ask_of_all(turn, address.words, address.cases, command)
    if address.ticket is None or command is Command.RESOLVE:
        cases = address.cases if address.ticket is None else [address.ticket]
        views = [overview(turn.session, one) for one in cases]
        return _keep(turn, address.words, say.which_is_addressed(views, command))
    return _send(turn, address.ticket, address.words, command)


def _send(turn: Turn, ticket: Ticket, words: str, command: Command) -> Reply:
    """Say words on the case they name, in the capacity that is theirs there."""
    if actor_on(turn.session, turn.party, ticket).role is Role.CO_HANDLER:
        return helping.hear(turn, ticket, words)
    if not words:
        return Reply(say.reply_what(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    if command is Command.REPORT:
        return official.report_on(turn, ticket, words)
    if not is_reason(words):
        return Reply(say.courtesy_not_sent(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    return doubts.doubted(turn, ticket, words, command) or official.send(turn, ticket, words)


def for_whom(turn: Turn) -> Reply:
    """Keep what may not be meant for the enterprise; one tap sends it."""
    held = _held(turn)
    doubted = None if held is None else doubts.doubted(turn, held, turn.text, _command(turn))
    return doubted or official.text(turn)


def refuse_the_task(turn: Turn) -> Reply:
    """A unit refuses, with no case in hand: the only task it has is meant."""
    ticket = helping.task_meant(turn)
    return (
        helping.which_task(turn, Command.REFUSE) if ticket is None else helping.hear(turn, ticket, turn.text)
    )


def _keep(turn: Turn, words: str, speech: Speech, ticket: Ticket | None = None) -> Reply:
    held = ticket or _held(turn)
    return Reply(speech, Outcome.ANSWER, held.id if held else None, pending=keep(words, _command(turn)))


# What words name


def _names_a_case(turn: Turn) -> _Address | None:
    """Where words belong that name another case than the one they would go to, or begin with its number."""
    words = _plain_words(turn)
    if words is None:
        return None
    held = _held(turn)
    return (
        _numbered(turn, words, held)
        or _called(turn, words, held)
        or _for_several(turn, words)
        or _spoken_of(turn, words, held)
    )


def _plain_words(turn: Turn) -> str | None:
    """What was said to an enterprise without saying to which: None if it was not."""
    if turn.incoming.kind is not Kind.TEXT:
        return None
    if turn.order is not None:
        is_bare = turn.order.command in SPEAKS and turn.order.number is None
        return turn.order.rest or None if is_bare else None
    if turn.asked not in _OPEN or callers.failed_call(turn.text) is not None:
        return None
    return None if tells_when(turn, CALL_WHEN) else turn.text


def _numbered(turn: Turn, words: str, held: Ticket | None) -> _Address | None:
    listed = addressing.rows(words)
    known = {number: on_desk(turn, number) for number in (*listed, *addressing.digits(words))}
    among = _of_several(known, listed, words)
    if among is not None:
        return among
    lead = addressing.leading(words)
    if lead is not None:
        ticket = on_desk(turn, lead.number)
        if ticket is None:
            return _Address(lead.rest or words, unknown=lead.number)
        return _called(turn, lead.rest, ticket) or _Address(lead.rest, ticket)
    found = {one.id: one for one in known.values() if one is not None}
    others = [one for one in found.values() if held is None or one.id != held.id]
    if others:
        meant = {number_of(each.id) for each in others} & set(addressing.mentioned(words))
        doubted = [held] if held is not None and not meant else []
        [one, *more] = [*doubted, *found.values()]
        return _Address(words, cases=[one, *more][:OFFERED]) if more else _Address(words, one)
    return _mistyped(turn, words, held) if held is not None else None


def _of_several(known: dict[str, Ticket | None], listed: Sequence[str], words: str) -> _Address | None:
    """Words that name cases of several enterprises: each would read of the other, so they go to none."""
    found = {one.id: one for one in known.values() if one is not None}
    if of_strangers(list(found.values())):
        return _Address(addressing.without_list(words), cases=list(found.values()), are_all=True)
    lost = next((number for number in listed if known[number] is None), None)
    return _Address(words, unknown=lost) if found and lost is not None else None


def _mistyped(turn: Turn, words: str, held: Ticket) -> _Address | None:
    """Digits as long as a number of ours that are no number of this desk."""
    length = len(number_of(held.id))
    for number in addressing.mentioned(words):
        if len(number) == length and on_desk(turn, number) is None:
            return _Address(words, unknown=number)
    return None


def _called(turn: Turn, words: str, held: Ticket | None) -> _Address | None:
    """Where words belong that call another enterprise of the desk by its name."""
    known = firms(turn.session, turn.party)
    own = next((firm.name for firm in known if held is not None and firm.id == held.enterprise_id), "")
    named = [(firm.id, addressing.names(words, firm.name)) for firm in known]
    others = [(firm, piece) for firm, piece in named if piece and piece not in own]
    if not others:
        return None
    ids = [firm for firm, _ in others]
    cases = list(cases_of(turn.session, turn.party, ids, limit=OFFERED))
    rest = addressing.without(words, max((piece for _, piece in others), key=len))
    return _Address(rest, cases=[*cases, held] if held is not None else cases)


def _for_several(turn: Turn, words: str) -> _Address | None:
    """Words that several enterprises are to read: 两家都回一下：在办. Which ones they are is asked."""
    said = subjects.said_to_several(words)
    cases = by_due(turn.session, turn.party, limit=OFFERED) if said is not None else []
    if said is None or not of_strangers(cases):
        return None
    return _Address(said.words, cases=cases, are_all=len(cases) == said.count)


def _spoken_of(turn: Turn, words: str, held: Ticket | None) -> _Address | None:
    """Where words belong that speak of the subject of another case, or of the city of its enterprise."""
    others = spoken_of(turn, words, held) if held is not None and is_reason(words) else []
    return _Address(words, cases=[*others, held]) if held is not None and others else None


# What may not be meant for an enterprise


def _is_in_doubt(turn: Turn) -> bool:
    """Whether plain words about to go to an enterprise sound as if they were not for it."""
    is_plain = turn.incoming.kind is Kind.TEXT and turn.order is None and turn.asked in _OPEN
    if not is_plain or not doubts.sounds_doubtful(turn.text) or callers.failed_call(turn.text) is not None:
        return False
    if turn.asked == official.WHAT_WAS_DONE and finished(turn.text) is not None:
        return False  # that is what was asked
    held = _held(turn)
    return held is not None and may_write(turn, held)


def _refuses_a_task(turn: Turn) -> bool:
    is_plain = turn.incoming.kind is Kind.TEXT and turn.order is None and turn.asked is None
    return (
        is_plain
        and refusal_in(turn.text) is Refusal.PLAIN
        and _held(turn) is None
        and helping.has_tasks(turn)
    )


def _held(turn: Turn) -> Ticket | None:
    """The case plain words would go to: the one we asked about, else the one in hand."""
    question = turn.party.pending or {}
    if turn.asked == official.WHAT_WAS_DONE:
        try:
            ticket = by_id(turn.session, int(question["ticket"]), seen_by=turn.party)
        except NoSuchTicket:
            return None
        return None if ticket.status in FINISHED else ticket
    return in_hand(turn)


def _command(turn: Turn) -> Command:
    """What the words are meant as: a reply, unless they were said as something else."""
    if turn.order is not None:
        return turn.order.command
    return Command.RESOLVE if turn.asked == official.WHAT_WAS_DONE else Command.REPLY


official_router: Final = Router()
official_router.hear(lambda turn: _names_a_case(turn) is not None)(to_the_case_named)
official_router.hear(_is_in_doubt)(for_whom)
official_router.hear(_refuses_a_task)(refuse_the_task)
