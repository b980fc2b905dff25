"""What supervisors (督查) say: they see their region, decide, and never write in an owner's name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from handlers import say
from handlers.cases import asked_about, is_reason, meant, permitted, rest
from handlers.gist import facts_of
from handlers.meant import page_in, page_of
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding.commands import Command, Order
from handlers.understanding.consent import decides
from handlers.understanding.ruling import number_and_words
from models.actions import declines, supervision
from models.queries import co_handling, leads
from models.queries import supervision as queries
from models.queries.conversation import said
from models.queries.deadlines import undecided
from models.queries.declines import newest_decline
from models.queries.directory import desks
from models.queries.tickets import Actor, NoSuchTicket, by_number, overview
from models.rules.directory import Desk, look_up
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of, ticket_id_of
from models.rules.regions import regions_within
from models.tables import Outcome, Ticket

WHOM: Final = "whom_to_reassign_to"
WHY: Final = "why_decide"
OF_WHICH: Final = "decide_of_which"
"""An open question: which case a decision is about; looking for its number leaves it open."""
OFFERED: Final = 4

router: Final = Router()


@router.on(Command.WORKLIST, Command.TODAY)
def worklist(turn: Turn) -> Reply:
    """`待办 [页]`: what waits for a decision, open leads, and what is overdue in the region."""
    region, session = turn.party.official.region if turn.party.official else "", turn.session
    totals = queries.how_many_waiting(session, region), queries.how_many_overdue(session, region, turn.now)
    page = page_of(turn, max(totals), say.SUPERVISED)
    some = {"limit": say.SUPERVISED, "offset": (page - 1) * say.SUPERVISED}
    waiting = queries.waiting(session, region, **some)
    late = queries.overdue(session, region, turn.now, **some)
    suspicious = leads.how_many_open(session, regions_within(region)) if page == 1 else 0
    speech = say.supervisors_worklist(waiting, late, totals, page=page, leads=suspicious)
    return Reply(speech, Outcome.ANSWER, pending=_undecided(turn))


@router.on(Command.DETAIL, Command.PROGRESS)
def detail(turn: Turn) -> Reply:
    """`详情 编号`: one case of the region, with who helps, what was refused and what was said."""
    if turn.order is not None and turn.asked in _ANSWERED and turn.text.strip() == turn.order.number:
        return _ANSWERED[turn.asked](turn)
    ticket = meant(turn)
    if ticket is None:
        return worklist(turn)
    speech = say.supervised_case(
        overview(turn.session, ticket),
        co_handling.helpers(turn.session, ticket.id),
        newest_decline(turn.session, ticket.id),
        said(turn.session, ticket, now=turn.now),
        hops=ticket.hops,
        facts=facts_of(turn.session, ticket, turn.now),
        asks_for_time=undecided(turn.session, ticket.id) is not None,
        page=page_in(turn) or 1,
    )
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=_undecided(turn))


@router.on(Command.UPHOLD, Command.OVERTURN, Command.WRITE_OFF)
def decide(turn: Turn) -> Reply:
    """`维持 编号 理由`, `退回重办 编号 理由`, `销号 编号 说明`: a decision with a reason."""
    command = turn.order.command if turn.order else Command.UPHOLD
    ticket = meant(turn)
    known = _undecided(turn) or {}
    reason = rest(turn) or (str(known["reason"]) if known.get("command") == str(command) else "")
    return _of_which(command, reason) if ticket is None else _decide(turn, ticket, Verb(str(command)), reason)


def _of_which(command: Command, reason: str) -> Reply:
    pending = {"ask": OF_WHICH, "command": str(command), "reason": reason}
    speech = say.number_needed(command, has_reason=bool(reason))
    return Reply(speech, Outcome.ANSWER, pending=pending)


def _undecided(turn: Turn) -> Mapping[str, Any] | None:
    """The question of which case a decision is about, while it is open."""
    return turn.party.pending if turn.asked == OF_WHICH else None


@router.answering(OF_WHICH)
def of_which(turn: Turn) -> Reply:
    """Take the number we asked for, the reason, or both; with a number it is decided, or refused."""
    question = turn.party.pending or {}
    number, words = number_and_words(turn.text)
    reason = words if is_reason(words) else str(question["reason"])
    command = Command(question["command"])
    act = reassign if command is Command.REASSIGN else decide
    try:
        return act(replace(turn, order=Order(command, number, reason)))
    except NoSuchTicket as unknown:
        pending = question | {"reason": reason}
        return Reply(say.no_ticket_on_desk(unknown.number), Outcome.REFUSAL, pending=pending)


@router.on(Command.REASSIGN, Command.PASS_ON)
def reassign(turn: Turn) -> Reply:
    """`改派 编号 姓名 理由`, `转给 编号 姓名 理由`: give a case to another owner."""
    ticket = meant(turn)
    if ticket is None:
        return _of_which(Command.REASSIGN, rest(turn))
    permitted(turn, ticket, Verb.REASSIGN)
    if not rest(turn):
        pending = {"ask": WHOM, "ticket": ticket.id, "reason": "", "desks": []}
        return Reply(say.reassign_to_whom(number_of(ticket.id)), Outcome.ANSWER, ticket.id, pending=pending)
    found = look_up(rest(turn), desks(turn.session, ticket.region), ticket.region)
    if len(found.desks) == 1:
        return _reassign(
            turn, ticket, found.desks[0].id, found.rest or _offered_with(turn, ticket, found.desks[0])
        )
    offered = (found.desks or found.near)[:OFFERED]
    known = [each.id for each in offered]
    pending = {"ask": WHOM, "ticket": ticket.id, "reason": found.rest, "desks": known}
    which = say.which_of_owners if found.desks else say.no_such_owner
    speech = which(number_of(ticket.id), found.word, offered)
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=pending)


@router.answering(WHOM)
def whom(turn: Turn) -> Reply:
    """Take the name we asked for, typed instead of tapped."""
    ticket, _ = asked_about(turn)
    return reassign(replace(turn, order=Order(Command.REASSIGN, number_of(ticket.id), turn.text.strip())))


@router.answering(WHY)
def why(turn: Turn) -> Reply:
    """Take the reason we asked for."""
    ticket, question = asked_about(turn)
    reason = turn.text if is_reason(turn.text) else ""
    if "owner" in question:
        return _reassign(turn, ticket, int(question["owner"]), reason)
    return _decide(turn, ticket, Verb(question["verb"]), reason)


def _number_instead(turn: Turn) -> Reply:
    """The number of a case, typed where we wait for a name or a reason: it is asked again, of that case."""
    question, number = turn.party.pending or {}, turn.order.number if turn.order else None
    if "owner" in question:
        ticket = by_number(turn.session, number or "", seen_by=turn.party)
        return _reassign(turn, ticket, int(question["owner"]), "")
    command = Command(question["verb"]) if turn.asked == WHY else Command.REASSIGN
    return (decide if turn.asked == WHY else reassign)(replace(turn, order=Order(command, number, "")))


_ANSWERED: Final[Mapping[str | None, Callable[[Turn], Reply]]] = {
    OF_WHICH: of_which,
    WHOM: _number_instead,
    WHY: _number_instead,
}
"""Our questions that a number alone does not turn away from."""

router.hear(lambda turn: turn.is_free and turn.order is None and decides(turn.text) is not None)(worklist)


@router.when(Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK)
def anything_else(turn: Turn) -> Reply:
    """Plain words go to nobody: a supervisor does not speak in an owner's name. A case they name is shown."""
    number = number_and_words(turn.text)[0] if turn.incoming.kind is Kind.TEXT else None
    if number is not None and ticket_id_of(number) is not None:
        ticket = by_number(turn.session, number, seen_by=turn.party)
        speech = say.not_sent_by_supervisor(overview(turn.session, ticket))
        return Reply(speech, Outcome.ANSWER, ticket.id)
    return Reply(say.not_for_supervisors(), Outcome.ANSWER)


def _decide(turn: Turn, ticket: Ticket, verb: Verb, reason: str) -> Reply:
    actor = permitted(turn, ticket, verb)
    number = number_of(ticket.id)
    _CHECKS[verb](turn.session, ticket)
    if not reason:
        pending = {"ask": WHY, "ticket": ticket.id, "verb": str(verb)}
        return Reply(say.why_decide(number, verb), Outcome.ANSWER, ticket.id, pending=pending)
    _ACTIONS[verb](turn, ticket, actor, reason)
    return Reply(say.decided(number, verb), Outcome.FOLLOW_UP, ticket.id)


_CHECKS: Final[Mapping[Verb, Callable[[Session, Ticket], object]]] = {
    Verb.UPHOLD: declines.awaits_verdict,
    Verb.OVERTURN: declines.awaits_verdict,
    Verb.WRITE_OFF: supervision.must_have_tried,
}
"""What must be so before we ask for a reason."""

_Act = Callable[[Turn, Ticket, Actor, str], None]
_ACTIONS: Final[Mapping[Verb, _Act]] = {
    Verb.UPHOLD: lambda turn, ticket, actor, why: declines.uphold(
        turn.session, ticket, actor, why, now=turn.now
    ),
    Verb.OVERTURN: lambda turn, ticket, actor, why: declines.overturn(
        turn.session, ticket, actor, why, now=turn.now
    ),
    Verb.WRITE_OFF: lambda turn, ticket, actor, why: supervision.write_off(
        turn.session, ticket, actor, why, now=turn.now
    ),
}


def _reassign(turn: Turn, ticket: Ticket, owner_id: int, reason: str) -> Reply:
    actor = permitted(turn, ticket, Verb.REASSIGN)
    number = number_of(ticket.id)
    if not reason:
        pending = {"ask": WHY, "ticket": ticket.id, "owner": owner_id}
        return Reply(say.why_decide(number, Verb.REASSIGN), Outcome.ANSWER, ticket.id, pending=pending)
    supervision.reassign(turn.session, ticket, actor, owner_id, reason, now=turn.now)
    return Reply(say.reassigned_by_you(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


def _offered_with(turn: Turn, ticket: Ticket, chosen: Desk) -> str:
    """Return the reason, if the owner was chosen from those we have just offered."""
    question = turn.party.pending or {}
    is_choice = question.get("ask") == WHOM and question.get("ticket") == ticket.id
    return str(question.get("reason", "")) if is_choice and chosen.id in question.get("desks", ()) else ""


def _not_tried(refused: supervision.NotTried) -> Reply:
    return Reply(say.not_tried(refused.days), Outcome.REFUSAL)


REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {
    supervision.NotTried: _not_tried,
    supervision.OwnedAlready: lambda _: Reply(say.owned_already(), Outcome.REFUSAL),
}
"""What each refusal is answered with."""
