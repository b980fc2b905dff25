"""What contacts settle about themselves: leaving, whom they speak for, calls, their enterprise's stage."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from handlers import filing, say
from handlers.meant import in_hand, meant
from handlers.turn import Reply, Router, Turn
from handlers.understanding.asides import Aside
from handlers.understanding.commands import Command, Order
from handlers.understanding.consent import consents
from handlers.understanding.details import stage_answered, stage_said
from handlers.understanding.firms import corrected
from handlers.understanding.succession import leaving_in
from handlers.understanding.unwanted_calls import wants_no_calls
from models.actions import answers, contacts, standing
from models.actions.conversation import LOCAL, Words
from models.queries.contacts import carer_of, firm_called, named_in, speaks_for, stage_was_asked
from models.queries.duty import on_duty
from models.queries.people import EnterpriseCard, enterprise
from models.queries.tickets import by_number, unfinished
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

router = Router()
LEAVE: Final = "leave"
STAGE_ASKED: Final = timedelta(days=3)
"""For so long after we asked for the stage what may be an answer is one."""


@router.on(Command.LEAVE)
def leave(turn: Turn) -> Reply:
    """`我已离职`, `退出企业 [企业]`: ask back before somebody loses sight of an enterprise's cases."""
    return _leave(turn)


def _leave(turn: Turn, heir: str | None = None) -> Reply:
    firm = _firm(turn) or turn.party.enterprise
    if firm is None:
        return Reply(say.not_bound(), Outcome.ANSWER)
    others = [one for one in turn.party.others if one.id != firm.id]
    pending = {"ask": LEAVE, "enterprise": firm.id, "heir": heir}
    return Reply(say.leave_question(firm, others), Outcome.ANSWER, pending=pending)


@router.hear(lambda turn: turn.order is None and leaving_in(turn.text) is not None)
def leaving(turn: Turn) -> Reply:
    """我不在这个公司干了; 我离职了，以后找王姐; 以后这事由王姐负责: who goes, when, and who comes after."""
    said, firm = leaving_in(turn.text), turn.party.enterprise
    if firm is None or said is None:
        return Reply(say.not_bound(), Outcome.ANSWER)
    if said.is_gone:
        return _leave(turn, turn.text if said.names_heir else None)
    if not said.names_heir:
        return Reply(say.leave_when_gone(), Outcome.ANSWER)
    heir, is_told = _comes_after(turn, firm, turn.text)
    case = in_hand(turn) or meant(turn, Command.ADD)
    if case is not None:
        filing.tell(turn, case, Words("text", turn.text, inbox_id=turn.inbox_id))
    speech = say.contact_changes(is_told=case is not None, is_office_told=is_told, heir=heir)
    return Reply(speech, Outcome.FOLLOW_UP if case else Outcome.ANSWER, case.id if case else None)


@router.on(Command.LEAVE_YES)
@router.hear(lambda turn: consents(turn.text) is True, asked=[LEAVE])
def leave_yes(turn: Turn) -> Reply:
    """`确认退出`: from now on they do not speak for the enterprise."""
    question = turn.party.pending
    if not question or question.get("ask") != LEAVE:
        return Reply(say.nothing_to_leave(), Outcome.ANSWER)
    firm = enterprise(turn.session, question["enterprise"])
    contact = speaks_for(turn.session, turn.party.person_id, firm.id)
    if contact is not None:
        contacts.leave(turn.session, contact, now=turn.now)
    heir, is_told = _comes_after(turn, firm, str(question.get("heir") or ""))
    return Reply(say.left(firm, heir=heir, is_heir_told=is_told), Outcome.ANSWER, settles=True)


def _comes_after(turn: Turn, firm: EnterpriseCard, words: str) -> tuple[str | None, bool]:
    """Who comes after, if they speak for `firm` already; else whether the office was asked to enter them."""
    if not words:
        return None, False
    heir = named_in(turn.session, firm.id, words, besides=turn.party.person_id)
    if heir is not None:
        return heir, False
    session, inbox_id = turn.session, turn.inbox_id
    return None, contacts.ask_for_another(session, firm, words, inbox_id=inbox_id, now=turn.now)


@router.hear(lambda turn: consents(turn.text) is False, asked=[LEAVE])
def stay(turn: Turn) -> Reply:
    """不是, 不退了: they speak for it still."""
    del turn
    return Reply(say.cancelled(), Outcome.ANSWER)


@router.on(Command.SWITCH)
def switch(turn: Turn) -> Reply:
    """`换企业 [编号] [企业]`: for which of their enterprises they speak, or a case was meant."""
    if turn.party.enterprise is None:
        return Reply(say.not_bound(), Outcome.ANSWER)
    number = turn.order.number if turn.order else None
    ticket = by_number(turn.session, number, seen_by=turn.party) if number else None
    firm = _firm(turn)
    if firm is None:
        return Reply(say.choose_enterprise(turn.party, number), Outcome.ANSWER)
    standing.choose(turn.session, turn.party, firm, now=turn.now)
    if ticket is not None and ticket.enterprise_id != firm.id:
        return _move(turn, ticket, firm)
    case = ticket or _only_case_of(turn, firm)
    named = (number_of(case.id), case.title) if case is not None else None
    return Reply(say.switched(firm, named), Outcome.ANSWER, case.id if case else None, empties_hand=True)


@router.hear(lambda turn: turn.order is None and _other_firm(turn) is not None)
def other_firm(turn: Turn) -> Reply:
    """不是青岚的，是云杉里的: the case in hand is another enterprise's, or they speak for that one now."""
    firm = _other_firm(turn)
    case = in_hand(turn) or meant(turn, Command.ADD)
    number = None if case is None else number_of(case.id)
    if case is not None and firm is not None and case.enterprise_id == firm.id:
        return Reply(say.stands_under(number_of(case.id), case.title, firm), Outcome.ANSWER, case.id)
    return switch(replace(turn, order=Order(Command.SWITCH, number, firm.name if firm else "")))


def _other_firm(turn: Turn) -> EnterpriseCard | None:
    """The enterprise of theirs that a correction names."""
    if turn.party.enterprise is None or not turn.party.others:
        return None
    firms = (turn.party.enterprise, *turn.party.others)
    place = corrected(turn.text, [firm.name for firm in firms])
    return None if place is None else firms[place]


def _only_case_of(turn: Turn, firm: EnterpriseCard) -> Ticket | None:
    """The case that plain words go to next: what was in hand may be the other enterprise's."""
    found = [one for one in unfinished(turn.session, turn.party) if one.enterprise_id == firm.id]
    return found[0] if len(found) == 1 else None


def _move(turn: Turn, ticket: Ticket, firm: EnterpriseCard) -> Reply:
    number = number_of(ticket.id)
    if ticket.person_id != turn.party.person_id:
        return Reply(say.only_the_author(number), Outcome.REFUSAL, ticket.id)
    today = turn.now.astimezone(LOCAL).date()
    owner = carer_of(turn.session, firm.id) or on_duty(turn.session, firm.region, ticket.type, today)
    try:
        standing.change_enterprise(turn.session, turn.party, ticket, firm, owner, now=turn.now)
    except standing.SettledAlready:
        return Reply(say.enterprise_settled(number), Outcome.REFUSAL, ticket.id)
    except standing.ColleagueTookPart:
        return Reply(say.colleague_took_part(number), Outcome.REFUSAL, ticket.id)
    return Reply(say.moved_to_enterprise(number, ticket.title, firm, owner), Outcome.FOLLOW_UP, ticket.id)


def _firm(turn: Turn) -> EnterpriseCard | None:
    return firm_called(turn.party, turn.order.rest) if turn.order and turn.order.rest else None


@router.on(Command.NO_CALLS)
@router.hear(lambda turn: turn.order is None and turn.is_free and wants_no_calls(turn.text))
def no_calls(turn: Turn) -> Reply:
    """`别打电话`, 电话就免了: every official sees it at the case, and what was announced to them is off."""
    is_noted = standing.allow_calls(turn.session, turn.party, is_allowed=False)
    words = Words("text", turn.text, inbox_id=turn.inbox_id)
    answers.decline_all(turn.session, turn.party, words, now=turn.now)
    return Reply(say.no_calls(is_noted=is_noted), Outcome.ANSWER)


@router.on(Command.CALLS_WELCOME)
def calls_welcome(turn: Turn) -> Reply:
    """`可以打电话`: what was asked before is lifted."""
    standing.allow_calls(turn.session, turn.party, is_allowed=True)
    return Reply(say.calls_welcome(), Outcome.ANSWER)


@router.on(Command.STAGE)
def stage(turn: Turn) -> Reply:
    """`发展阶段 [编号] 初创型|成长期|成熟期`: at which stage the enterprise is."""
    number = turn.order.number if turn.order else None
    ticket = by_number(turn.session, number, seen_by=turn.party) if number else in_hand(turn)
    firm = _firm_of(turn, ticket)
    if firm is None:
        return Reply(say.not_bound(), Outcome.ANSWER)
    code = say.stage_code(turn.order.rest if turn.order else "")
    if code is None:
        return Reply(say.choose_stage(firm), Outcome.ANSWER)
    if standing.tell_stage(turn.session, turn.party, firm, code, now=turn.now):
        return Reply(say.stage_told(firm, code), Outcome.ANSWER)
    return Reply(say.stage_known(firm), Outcome.ANSWER)


@router.hear(lambda turn: turn.order is None and _stage_said(turn) is not None)
def stage_as_asked(turn: Turn) -> Reply:
    """成长期吧; asked for it, 去年刚注册的: the stage in their own words, where nobody knows it yet."""
    code, firm = _stage_said(turn) or "", turn.party.enterprise
    if not code and firm is not None:
        return Reply(say.choose_stage(firm), Outcome.ANSWER)
    return stage(replace(turn, order=Order(Command.STAGE, None, say.STAGE[code])))


def _stage_said(turn: Turn) -> str | None:
    firm = turn.party.enterprise
    is_unknown = firm is not None and any(one.stage is None for one in (firm, *turn.party.others))
    if not is_unknown or firm is None:
        return None
    answer = stage_said(turn.text) or stage_answered(turn.text)
    if answer is None or stage_said(turn.text) is not None:
        return answer
    firms = [one.id for one in (firm, *turn.party.others) if one.stage is None]
    return answer if stage_was_asked(turn.session, firms, since=turn.now - STAGE_ASKED) else None


def _firm_of(turn: Turn, ticket: Ticket | None) -> EnterpriseCard | None:
    if ticket is None or ticket.enterprise_id is None:
        return turn.party.enterprise
    return enterprise(turn.session, ticket.enterprise_id)


ASIDES: Final = {Aside.GONE: leave, Aside.NO_CALLS: no_calls, Aside.CALLS_WELCOME: calls_welcome}
"""Who answers a short remark of that kind."""
