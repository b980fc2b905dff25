"""`走访 企业 …`: an official notes a visit, the enterprise confirms it, what came up becomes a case."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from config.catalog import OTHER
from handlers import say
from handlers.turn import Reply, Router, Turn
from handlers.understanding.classifier import ASK_BELOW, default_classifier
from handlers.understanding.commands import Command
from handlers.understanding.details import came, firm_in, issues_in, never_came, visit_to_raise
from handlers.understanding.firms import called
from models.actions import visits as acts
from models.actions.conversation import Words
from models.actions.tickets import Guess, Submitted
from models.actions.visits import AnsweredAlready, Issue, NobodySpeaks
from models.queries import visits
from models.queries.tickets import by_number
from models.queries.visits import NoSuchVisit
from models.tables import Enterprise, Outcome, Visit

official_router = Router()
enterprise_router = Router()
VISIT = "visit"
ANSWERED_WITHIN: Final = timedelta(days=14)
"""So long plain words may answer to the card of a visit; its links always do."""


@official_router.on(Command.VISIT)
def visit(turn: Turn) -> Reply:
    """`走访 企业名或编号 内容…`: note a visit of today."""
    words = turn.order.rest if turn.order else ""
    visit_id = visit_to_raise(words)
    if visit_id is not None:
        return _raise(turn, visit_id)
    firms = visits.visitable(turn.session, turn.party)
    if turn.order and turn.order.number:
        ticket = by_number(turn.session, turn.order.number, seen_by=turn.party)
        firm = next((one for one in firms if one.id == ticket.enterprise_id), None)
        return Reply(say.no_firm_yet(), Outcome.REFUSAL) if firm is None else _note(turn, firm, words)
    if not words:
        return _how(turn)
    tapped = firm_in(words)
    if tapped is not None:
        return _tapped(turn, firms, *tapped)
    meant = called(words, [firm.name for firm in firms])
    if meant.is_sure:
        return _note(turn, firms[meant.places[0]], meant.note)
    offered = [firms[place] for place in meant.places] or list(firms)
    pending = {"ask": VISIT, "note": meant.note or words}
    return Reply(say.which_firm(offered), Outcome.ANSWER, pending=pending if offered else None)


def _tapped(turn: Turn, firms: Sequence[Enterprise], enterprise_id: int, note: str) -> Reply:
    """One of the enterprises we offered; what was said about the visit was kept with the question."""
    firm = next((one for one in firms if one.id == enterprise_id), None)
    if firm is None:
        return _how(turn)
    question = turn.party.pending
    kept = str(question.get("note", "")) if question and question.get("ask") == VISIT else ""
    return _note(turn, firm, note or kept)


def _how(turn: Turn) -> Reply:
    every = turn.manners.visit_every
    owed = visits.owed(turn.session, turn.party.desks, every=every, now=turn.now)
    return Reply(say.visit_how(owed), Outcome.ANSWER)


def _note(turn: Turn, firm: Enterprise, note: str) -> Reply:
    official = turn.party.official
    if official is None or not note:
        return Reply(say.visit_what(firm), Outcome.ANSWER)
    row, is_new = acts.record(turn.session, official, firm, note, now=turn.now)
    try:
        raised = [
            acts.raise_issue(turn.session, row, _issue(turn, line), is_told=not is_new, now=turn.now)
            for line in issues_in(note)
        ]
        is_reached = acts.ask_to_confirm(turn.session, row, raised, now=turn.now)
    except NobodySpeaks:
        return Reply(say.visited_unheard(firm), Outcome.ANSWER)
    speech = say.visited(firm, row, raised, is_reached=is_reached)
    return Reply(speech, *_outcome(raised), keeps_in_hand=False)


def _raise(turn: Turn, visit_id: int) -> Reply:
    """`走访 立诉求 N`: what was noted of a visit becomes one case; tapped twice it is still one."""
    try:
        row = visits.visit_by(turn.session, turn.party, visit_id)
        if row.ticket_id is not None:
            return Reply(say.raised_already(row.ticket_id), Outcome.ANSWER)
        done = acts.raise_issue(turn.session, row, _issue(turn, row.note), is_told=True, now=turn.now)
    except NoSuchVisit:
        return Reply(say.no_such_visit(), Outcome.REFUSAL)
    except NobodySpeaks:
        firm = turn.session.get_one(Enterprise, row.enterprise_id)
        return Reply(say.visited_unheard(firm), Outcome.REFUSAL)
    return Reply(say.raised([done]), *_outcome([done]), keeps_in_hand=False)


def _issue(turn: Turn, text: str) -> Issue:
    verdict = default_classifier().classify(text)
    is_sure = verdict.confidence >= ASK_BELOW
    guess = Guess(verdict.type or OTHER, verdict.confidence, verdict.second, is_sure=is_sure)
    return Issue(Words("text", text, inbox_id=turn.inbox_id), guess, say.title("text", text))


def _outcome(raised: Sequence[Submitted]) -> tuple[Outcome, int | None]:
    """What came of a visit: the first case that was raised there, else an answer."""
    return (Outcome.TICKET, raised[0].id) if raised else (Outcome.ANSWER, None)


@enterprise_router.on(Command.VISIT)
def confirm(turn: Turn) -> Reply:
    """`走访 来过 N` or `走访 没来过 N`: the enterprise says whether the visit took place."""
    said = came(turn.order.rest if turn.order else "")
    if said is None:
        return Reply(say.help_for(turn.party), Outcome.ANSWER)
    visit_id, took_place = said
    try:
        row: Visit = visits.visit_to(turn.session, turn.party, visit_id)
        acts.answer(turn.session, row, turn.party.person_id, took_place=took_place, now=turn.now)
    except NoSuchVisit:
        return Reply(say.no_such_visit(), Outcome.REFUSAL)
    except AnsweredAlready:
        return Reply(say.visit_answered_already(), Outcome.ANSWER)
    return Reply(say.visit_answered(took_place=took_place), Outcome.ANSWER)


@enterprise_router.hear(lambda turn: turn.order is None and never_came(turn.text) and bool(_waiting(turn)))
def deny(turn: Turn) -> Reply:
    """没来过，瞎写; 没见过这个人: plain words while we wait to hear whether a visit took place."""
    found = _waiting(turn)
    if len(found) > 1:
        return Reply(say.which_visit(found), Outcome.ANSWER)
    row = visits.visit_to(turn.session, turn.party, found[0].id)
    try:
        acts.answer(turn.session, row, turn.party.person_id, took_place=False, now=turn.now, words=turn.text)
    except AnsweredAlready:
        return Reply(say.visit_answered_already(), Outcome.ANSWER)
    return Reply(say.visit_answered(took_place=False), Outcome.ANSWER)


def _waiting(turn: Turn) -> Sequence[Visit]:
    return visits.unanswered(turn.session, turn.party, since=turn.now - ANSWERED_WITHIN)
