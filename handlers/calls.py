"""Calls as officials announce them, with a card that can be trusted, call them off, or make them in vain."""

from collections.abc import Mapping
from typing import Any, Final

from handlers import say
from handlers.foreseen import later
from handlers.meant import in_hand
from handlers.turn import Reply, Router, Speech, Turn
from handlers.understanding import callers
from handlers.understanding.commands import Command, Order
from handlers.understanding.details import firm_in
from handlers.understanding.firms import called
from handlers.understanding.times import Doubt, day_in, moved_to, on_day, only_span, span_in
from models.actions import calls, reaching
from models.actions.conversation import Words
from models.actions.unasked_calls import AnnouncedEnough, QuietThen
from models.queries import visits
from models.queries.agenda import cases_of
from models.queries.tickets import (
    Actor,
    NoSuchTicket,
    actor_on,
    at_desk,
    by_id,
    by_number,
    overview,
    unfinished,
)
from models.queries.trust import Addressee, current_call
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.tables import Call, CallKind, Enterprise, Outcome, Ticket

official_router = Router()

CALL_WHEN: Final = "call_when"
MOVE_WHEN: Final = "move_when"
SHORT: Final = 40
"""Characters of an answer to a card; what is longer says something else too."""


@official_router.on(Command.ANNOUNCE_CALL)
def announce(turn: Turn) -> Reply:
    """`约电话 编号 时间`: the enterprise gets the verified card."""
    ticket = _meant(turn, turn.order)
    if ticket is None:
        return _worklist(turn)
    words = turn.order.rest if turn.order else ""
    return _announce(turn, ticket, words, is_leaders=callers.is_for_leader(words))


@official_router.on(Command.ANNOUNCE_VISIT)
def announce_visit(turn: Turn) -> Reply:
    """`约走访 企业或编号 时间`: before anybody comes, the enterprise gets the verified card."""
    words = turn.order.rest if turn.order else ""
    if turn.order and turn.order.number:
        ticket = by_number(turn.session, turn.order.number, seen_by=turn.party)
        return _announce(turn, ticket, words, is_leaders=callers.is_for_leader(words), kind=CallKind.VISIT)
    firms = visits.visitable(turn.session, turn.party)
    tapped = firm_in(words)
    meant = called(words, [firm.name for firm in firms])
    found = [firm for firm in firms if tapped and firm.id == tapped[0]] or [firms[n] for n in meant.places]
    if len(found) != 1 or not (tapped or meant.is_sure):
        return Reply(say.announce_visit_how(found or firms, meant.note), Outcome.ANSWER)
    when = tapped[1] if tapped else meant.note
    to = _to_visit(turn, found[0])
    if to is None:
        return Reply(say.nothing_to_visit_about(found[0]), Outcome.REFUSAL)
    return _announce(turn, to, when, is_leaders=callers.is_for_leader(when), kind=CallKind.VISIT)


def _to_visit(turn: Turn, firm: Enterprise) -> Addressee | None:
    """The newest case there that is ours, else the enterprise itself if it is in our care."""
    is_cared_for = visits.cared_for(turn.session, turn.party, firm.id) is not None
    cases = [one for one in cases_of(turn.session, turn.party, [firm.id]) if _is_ours(turn, one)]
    if is_cared_for and (not cases or current_call(turn.session, firm, turn.now) is not None):
        return firm
    return by_id(turn.session, cases[0].id, seen_by=turn.party) if cases else None


def _is_ours(turn: Turn, ticket: Ticket) -> bool:
    return actor_on(turn.session, turn.party, ticket).role is not Role.CO_HANDLER


def _actor(turn: Turn, to: Addressee) -> Actor:
    """In which capacity an official calls about a case, or comes to an enterprise in their care.

    Raises:
        NoSuchTicket: in none, or no longer.
    """
    if isinstance(to, Ticket):
        return actor_on(turn.session, turn.party, to)
    who, desk_id = turn.party.official, visits.cared_for(turn.session, turn.party, to.id)
    if who is None or desk_id is None:
        raise NoSuchTicket(to.name)
    return at_desk(turn.party, who, desk_id)


@official_router.hear(lambda turn: tells_when(turn, CALL_WHEN), asked=[CALL_WHEN])
def announce_then(turn: Turn) -> Reply:
    """A time, after we asked when the call shall be."""
    question = turn.party.pending or {}
    to = _asked_for(turn, question)
    if isinstance(to, Enterprise) and visits.cared_for(turn.session, turn.party, to.id) is None:
        return Reply(say.nothing_to_visit_about(to), Outcome.REFUSAL)
    is_leaders = question["leaders"] or callers.is_for_leader(turn.text)
    kind = CallKind(question.get("kind", CallKind.CALL))
    when = on_day(question.get("day", ""), turn.text, turn.now)
    return _announce(turn, to, when, is_leaders=is_leaders, kind=kind)


@official_router.hear(lambda turn: _open_here(turn) is not None)
def announce_anew(turn: Turn) -> Reply:
    """改到后天下午4点, while a call about the case in hand is announced: a new card, and no reply."""
    call = _open_here(turn)
    if call is None or call.ticket_id is None or turn.party.official is None:
        return _worklist(turn)
    to = by_id(turn.session, call.ticket_id, seen_by=turn.party)
    is_leaders = call.caller_id != turn.party.official.id
    when = moved_to(turn.text, turn.now)
    return _announce(turn, to, when, is_leaders=is_leaders, kind=CallKind(call.kind))


def _open_here(turn: Turn) -> Call | None:
    """The call that is announced about the case in hand, if these words move it."""
    if turn.order is not None or not turn.is_free or not moved_to(turn.text, turn.now):
        return None
    held = in_hand(turn)
    return None if held is None else current_call(turn.session, held, turn.now)


def _asked_for(turn: Turn, question: Mapping[str, Any]) -> Addressee:
    if "firm" in question:
        return turn.session.get_one(Enterprise, question["firm"])
    return by_id(turn.session, question["ticket"], seen_by=turn.party)


def tells_when(turn: Turn, ask: str) -> bool:
    """Whether these words answer our question for a time; others are what they always are.

    After a refusal nothing but a time does: it is refused once more, and sent to nobody.
    """
    question = turn.party.pending or {}
    if question.get("ask") != ask or turn.order is not None:
        return False
    if question.get("refused"):
        return only_span(turn.text, turn.now) is not None
    return span_in(turn.text, turn.now) is not Doubt.NO_TIME


def _announce(
    turn: Turn, to: Addressee, words: str, *, is_leaders: bool, kind: CallKind = CallKind.CALL
) -> Reply:
    window, who = span_in(words, turn.now), turn.party.official
    asked = {"leaders": is_leaders, "kind": kind, "day": day_in(words, turn.now)}
    if isinstance(window, Doubt) or who is None:
        return _ask_when_to_call(to, str(window), asked)
    try:
        done = calls.announce(
            turn.session,
            to,
            _actor(turn, to),
            caller_id=who.desk_id if is_leaders else who.id,
            window=window,
            phrase=turn.means.phrase(),
            now=turn.now,
            kind=kind,
        )
    except calls.NotAtThatTime as wrong:
        return _ask_when_to_call(to, wrong.fault, asked)
    except (QuietThen, AnnouncedEnough) as spared:
        return _not_then(to, spared, asked)
    except (calls.NobodyToCall, calls.NoCallsPlease, calls.NoNumber) as refused:
        pending = {"ask": CALL_WHEN, **asked_of(to), **asked, "refused": True}
        return Reply(_why_not(to, refused), Outcome.REFUSAL, case_of(to), pending=pending)
    if not isinstance(to, Ticket):
        return Reply(say.visit_announced(done, to, by=who), Outcome.ANSWER)
    speech = say.call_announced(done, overview(turn.session, to), by=who)
    return Reply((*speech, *(later(turn, to) if done.is_new else ())), Outcome.FOLLOW_UP, to.id)


def _why_not(to: Addressee, refused: calls.NobodyToCall | calls.NoCallsPlease | calls.NoNumber) -> Speech:
    match refused:
        case calls.NobodyToCall():
            return say.nobody_to_call(named(to))
        case calls.NoCallsPlease():
            return say.no_calls_please(number_of(to.id), refused.name)
        case calls.NoNumber():
            return say.no_number(refused.caller)


def named(to: Addressee) -> say.Named:
    """How it is named what a call is about."""
    return number_of(to.id) if isinstance(to, Ticket) else to


def case_of(to: Addressee) -> int | None:
    """The case that an answer is about, if it is about one."""
    return to.id if isinstance(to, Ticket) else None


def asked_of(to: Addressee) -> dict[str, Any]:
    """What a question keeps of whom it is about."""
    return {"ticket": to.id} if isinstance(to, Ticket) else {"firm": to.id}


def _not_then(to: Addressee, spared: QuietThen | AnnouncedEnough, asked: Mapping[str, Any]) -> Reply:
    if isinstance(spared, AnnouncedEnough):
        speech = say.announced_enough(named(to), spared.most, spared.again_at)
        return Reply(speech, Outcome.REFUSAL, case_of(to))
    pending = {"ask": CALL_WHEN, **asked_of(to), **asked}
    is_visit = asked["kind"] == CallKind.VISIT
    speech = say.quiet_then(named(to), spared.quiet, spared.window, is_visit=is_visit)
    return Reply(speech, Outcome.REFUSAL, case_of(to), pending=pending)


def _ask_when_to_call(to: Addressee, why: str, asked: Mapping[str, Any]) -> Reply:
    pending = {"ask": CALL_WHEN, **asked_of(to), **asked}
    speech = say.when_to_call(named(to), why, is_visit=asked["kind"] == CallKind.VISIT)
    return Reply(speech, Outcome.ANSWER, case_of(to), pending=pending)


@official_router.on(Command.CANCEL_CALL)
def cancel(turn: Turn) -> Reply:
    """`取消约电话 编号`: nobody will call; the enterprise is told."""
    to = _meant_firm(turn) or _meant(turn, turn.order)
    if to is None:
        return _worklist(turn)
    try:
        calls.cancel(turn.session, to, _actor(turn, to), now=turn.now)
    except calls.NoOpenCall:
        return Reply(say.no_call_to_cancel(named(to)), Outcome.REFUSAL, case_of(to))
    if not isinstance(to, Ticket):
        return Reply(say.visit_cancelled(to), Outcome.ANSWER)
    return Reply(say.call_cancelled(overview(turn.session, to)), Outcome.FOLLOW_UP, to.id)


def _meant_firm(turn: Turn) -> Enterprise | None:
    """The enterprise that was tapped, if it is in our care."""
    tapped = firm_in(turn.order.rest if turn.order else "")
    if tapped is None or visits.cared_for(turn.session, turn.party, tapped[0]) is None:
        return None
    return turn.session.get(Enterprise, tapped[0])


@official_router.on(Command.CALL_FAILED)
def failed(turn: Turn) -> Reply:
    """`打不通 [编号] …`: the call is logged, and the next way to the enterprise taken."""
    return _failed(turn, turn.order)


@official_router.hear(lambda turn: turn.order is None and callers.failed_call(turn.text) is not None)
def failed_in_other_words(turn: Turn) -> Reply:
    """没人接, 关机, 被拉黑了: said to us and not to the enterprise."""
    return _failed(turn, callers.failed_call(turn.text))


def _failed(turn: Turn, order: Order | None) -> Reply:
    ticket = _meant(turn, order)
    if ticket is None:
        return _worklist(turn)
    words = order.rest if order else ""
    actor, has_notices = actor_on(turn.session, turn.party, ticket), turn.manners.has_notices
    done = reaching.failed(turn.session, ticket, actor, words, has_notices=has_notices, now=turn.now)
    return Reply(say.call_failed(done, number_of(ticket.id)), Outcome.FOLLOW_UP, ticket.id)


@official_router.on(Command.AGREE_CALL, Command.MOVE_CALL, Command.DECLINE_CALL)
def not_for_officials(turn: Turn) -> Reply:
    """An enterprise answers a call; officials do not."""
    del turn
    return Reply(say.for_enterprises_only(), Outcome.REFUSAL)


def _meant(turn: Turn, order: Order | None) -> Ticket | None:
    """The case that is named, else the one in hand.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not on this desk.
    """
    if order and order.number:
        return by_number(turn.session, order.number, seen_by=turn.party)
    return in_hand(turn)


def _worklist(turn: Turn) -> Reply:
    """Ask which case is meant, by showing those on the desk."""
    cases = reversed(unfinished(turn.session, turn.party))
    return Reply(say.worklist([overview(turn.session, case) for case in cases]), Outcome.ANSWER)


def words_of(turn: Turn, text: str) -> Words:
    """Return what was said, as a case keeps it."""
    return Words("text", text, inbox_id=turn.inbox_id)
