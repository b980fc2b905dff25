"""`走访 企业 …`: an official notes a visit, the enterprise confirms it, what came up becomes a case."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from config.catalog import OTHER
from handlers import say
from handlers.cases import WORDS_KEPT, keep
from handlers.meant import in_hand
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding import addressing
from handlers.understanding.classifier import default_classifier
from handlers.understanding.commands import Command
from handlers.understanding.details import came, came_or_not, firm_in, issues_in, simply, visit_to_raise
from handlers.understanding.firms import called
from handlers.understanding.times import span_in
from handlers.understanding.visit_talk import (
    READ_AT_MOST,
    matter_in,
    tells_of_visit,
    tells_of_visit_here,
    visit_day,
)
from models.actions import visits as acts
from models.actions.conversation import Words
from models.actions.tickets import Guess, Submitted
from models.actions.visits import AnsweredAlready, Issue, NobodySpeaks, NotOnThatDay
from models.queries import visits
from models.queries.agenda import cases_of
from models.queries.tickets import actor_on, by_number, newest, overview
from models.queries.visits import NoSuchVisit
from models.rules.calling import Span
from models.rules.lifecycle import Role, Status
from models.tables import Enterprise, Outcome, Visit

official_router = Router()
enterprise_router = Router()
VISIT = "visit"
OFFERED: Final = 4
ANSWERED_WITHIN: Final = timedelta(days=14)
"""So long plain words may answer to the card of a visit; its links always do."""
SIMPLY_WITHIN: Final = timedelta(days=1)
"""So long a bare yes or no may."""


@official_router.on(Command.VISIT)
def visit(turn: Turn) -> Reply:
    """`走访 企业名或编号 [哪天] 内容…`: note a visit, of today if no other day is named."""
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
    is_kept = question is not None and question.get("ask") in {VISIT, WORDS_KEPT}
    kept = str(question.get("note", "")) if question and is_kept else ""
    return _note(turn, firm, note or kept)


def _how(turn: Turn) -> Reply:
    every = turn.manners.visit_every
    owed = visits.owed(turn.session, turn.party.desks, every=every, now=turn.now)
    return Reply(say.visit_how(owed), Outcome.ANSWER)


def _note(turn: Turn, firm: Enterprise, note: str) -> Reply:
    official = turn.party.official
    if official is None or not note:
        return Reply(say.visit_what(firm), Outcome.ANSWER)
    today = turn.now.astimezone(say.LOCAL).date()
    said = visit_day(note, today)
    if said is not None and _is_ahead(said.day, note, turn):
        return Reply(say.visit_ahead(firm, note), Outcome.ANSWER)
    try:
        day = today if said is None else said.day or date.max
        row, is_new = acts.record(turn.session, official, firm, note, day=day, now=turn.now)
    except NotOnThatDay:
        return Reply(say.visit_too_old(firm, note), Outcome.REFUSAL)
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


def _is_ahead(day: date | None, note: str, turn: Turn) -> bool:
    """Whether a note begins with a time that is still to come, so that it announces a visit."""
    today = turn.now.astimezone(say.LOCAL).date()
    if day != today:
        return day is not None and day > today
    span = span_in(note[:READ_AT_MOST], turn.now)
    return isinstance(span, Span) and span.begins > turn.now


def _raise(turn: Turn, visit_id: int) -> Reply:
    """`走访 立诉求 N`: what was noted of a visit becomes one case; tapped twice it is still one."""
    try:
        row = visits.visit_by(turn.session, turn.party, visit_id)
        if row.ticket_id is not None:
            return Reply(say.raised_already(row.ticket_id), Outcome.ANSWER)
        done = acts.raise_issue(
            turn.session, row, _issue(turn, matter_in(row.note)), is_told=True, now=turn.now
        )
    except NoSuchVisit:
        return Reply(say.no_such_visit(), Outcome.REFUSAL)
    except NobodySpeaks:
        firm = turn.session.get_one(Enterprise, row.enterprise_id)
        return Reply(say.visited_unheard(firm), Outcome.REFUSAL)
    return Reply(say.raised([done]), *_outcome([done]), keeps_in_hand=False)


def _issue(turn: Turn, text: str) -> Issue:
    verdict = default_classifier().classify(text)
    guess = Guess(verdict.type or OTHER, verdict.confidence, verdict.second, is_sure=verdict.is_sure)
    return Issue(Words("text", text, inbox_id=turn.inbox_id), guess, say.title("text", text))


def _outcome(raised: Sequence[Submitted]) -> tuple[Outcome, int | None]:
    """What came of a visit: the first case that was raised there, else an answer."""
    return (Outcome.TICKET, raised[0].id) if raised else (Outcome.ANSWER, None)


def _visited(turn: Turn) -> list[Enterprise]:
    """The enterprises that plain words tell a visit to, of those that may be visited."""
    is_plain = turn.incoming.kind is Kind.TEXT and turn.order is None and turn.asked in {None, WORDS_KEPT}
    if not is_plain or not (tells_of_visit(turn.text) or tells_of_visit_here(turn.text)):
        return []
    firms = visits.visitable(turn.session, turn.party)
    named = [firm for firm in firms if addressing.is_named(turn.text, firm.name)]
    ticket = in_hand(turn) if not named and tells_of_visit_here(turn.text) else None
    return named or [firm for firm in firms if ticket is not None and firm.id == ticket.enterprise_id]


@official_router.hear(lambda turn: bool(_visited(turn)))
def perhaps_visited(turn: Turn) -> Reply:
    """昨天走访了云杉里，老板反映招工难: nothing is sent; one tap notes it as a visit, another sends it."""
    firms, ticket = _visited(turn), in_hand(turn)
    theirs = cases_of(turn.session, turn.party, [firm.id for firm in firms], limit=OFFERED)
    shown = list({one.id: one for one in (*([ticket] if ticket else ()), *theirs)}.values())[:OFFERED]
    mine = [one for one in shown if actor_on(turn.session, turn.party, one).role is not Role.CO_HANDLER]
    views = [overview(turn.session, one) for one in mine]
    pending = {**keep(turn.text, Command.REPLY), "note": turn.text}
    held = None if ticket is None else ticket.id
    return Reply(say.perhaps_visited(firms, views), Outcome.ANSWER, held, pending=pending)


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


@enterprise_router.hear(
    lambda turn: turn.party.enterprise is not None and _answers(turn) is not None and bool(_waiting(turn))
)
def answer(turn: Turn) -> Reply:
    """来过; 没来过，瞎写; 没有，谁也没来: plain words while we wait to hear whether a visit took place."""
    found, took_place = _waiting(turn), bool(_answers(turn))
    if len(found) > 1:
        return Reply(say.which_visit(found), Outcome.ANSWER)
    row = visits.visit_to(turn.session, turn.party, found[0].id)
    words = "" if took_place else turn.text
    try:
        acts.answer(turn.session, row, turn.party.person_id, took_place=took_place, now=turn.now, words=words)
    except AnsweredAlready:
        return Reply(say.visit_answered_already(), Outcome.ANSWER)
    return Reply(say.visit_answered(took_place=took_place), Outcome.ANSWER)


def _answers(turn: Turn) -> bool | None:
    """What plain words say of a visit; a bare yes or no does only where no case is spoken about."""
    if turn.order is None and (said := came_or_not(turn.text)) is not None:
        return said
    is_bare = turn.order is None or (turn.order.command is Command.CONFIRM and not turn.order.number)
    if not is_bare or turn.asked is not None or turn.party.case_in_hand(turn.now) is not None:
        return None
    said = simply(turn.text)
    return None if said is None or newest(turn.session, turn.party, Status.RESOLVED, limit=1) else said


def _waiting(turn: Turn) -> Sequence[Visit]:
    """The visits that wait for a word: of late, and of this very day for a bare yes or no."""
    span = ANSWERED_WITHIN if came_or_not(turn.text) is not None else SIMPLY_WITHIN
    return visits.unanswered(turn.session, turn.party, since=turn.now - span)
