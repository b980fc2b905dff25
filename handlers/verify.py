"""Is this caller genuine? (核验) Everybody may ask; supervisors follow up the numbers that are nobody's."""

from typing import Final

from handlers import say
from handlers.turn import Reply, Router, Turn
from handlers.understanding import callers
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, doubts_us, intent_of
from models.actions import trust
from models.actions.calls import announced_to
from models.actions.trust import AskedTooOften, Question
from models.queries import leads
from models.queries.registry import NotFound
from models.queries.trust import owners
from models.rules.phones import Number, lacks_area_code
from models.rules.regions import regions_within
from models.tables import OfficialKind, Outcome

router = Router()

WHICH_NUMBER: Final = "which_number"


@router.on(Command.VERIFY)
def verify(turn: Turn) -> Reply:
    """`核验 号码`: is it one of ours?"""
    rest = turn.order.rest if turn.order else ""
    numbers = callers.numbers_said(rest)
    if not numbers:
        return _ask_for_number(turn, rest, is_local=lacks_area_code(rest))
    return _answer(turn, numbers, turn.text)


@router.hear(lambda turn: _asked(turn) is not None and bool(callers.numbers_said(turn.text)))
def number_told(turn: Turn) -> Reply:
    """The number, after we asked for it; what was said before belongs to it."""
    said = f"{_asked(turn)} {turn.text}".strip()
    return _answer(turn, callers.numbers_said(turn.text), said)


@router.hear(lambda turn: _asked(turn) is not None and callers.has_no_number(turn.text))
def no_number_to_tell(turn: Turn) -> Reply:
    """没存, 号码隐藏: then there is only advice; a tale of money is a lead without a number all the same."""
    is_lead = _report_tale(turn, _asked(turn) or "")
    return Reply(say.no_number_told(owners(turn.session, turn.party), is_lead=is_lead), Outcome.ANSWER)


def _report_tale(turn: Turn, said: str) -> bool:
    """Let the supervisors know of a caller who wanted something, one lead a person, day and tail."""
    if turn.party.official is not None or not callers.tells_a_tale(said):
        return False
    nobodys = Number(f"{turn.party.person_id}:{callers.tail_said(said) or say.NO_TAIL}")
    question = Question(turn.party, (nobodys,), said)
    try:
        trust.check(turn.session, question, key=turn.means.phone_key, now=turn.now)
    except AskedTooOften:
        return False
    return True


def _doubts(turn: Turn) -> bool:
    """Whether somebody doubts a caller; an official's plain words go to the case in hand."""
    return turn.party.official is None and turn.order is None and intent_of(turn.text) is Intent.VERIFY


@router.hear(_doubts)
def doubted(turn: Turn) -> Reply:
    """刚才有人打电话说是省里的: the same question in plain words."""
    numbers = callers.numbers_said(turn.text)
    if not numbers and doubts_us(turn.text):
        return Reply(say.we_are_genuine(owners(turn.session, turn.party)), Outcome.ANSWER)
    return _answer(turn, numbers, turn.text) if numbers else _ask_for_number(turn, turn.text, is_local=False)


def _asked(turn: Turn) -> str | None:
    """What was said when we asked for the number, if we did and this is no command but a number's digits."""
    question = turn.party.pending
    if turn.order is not None and turn.order.command is not Command.DETAIL:
        return None
    return str(question["said"]) if question and question.get("ask") == WHICH_NUMBER else None


def _ask_for_number(turn: Turn, said: str, *, is_local: bool) -> Reply:
    calls = announced_to(turn.session, turn.party, turn.now) if turn.party.official is None else []
    speech = say.which_number(owners(turn.session, turn.party), calls, is_local=is_local)
    return Reply(speech, Outcome.ANSWER, pending={"ask": WHICH_NUMBER, "said": said[: trust.SAID]})


def _answer(turn: Turn, numbers: tuple[Number, ...], said: str) -> Reply:
    cards = owners(turn.session, turn.party)
    claimed = next((card for card in cards if callers.names(said, card.name, card.post)), None)
    question = Question(turn.party, numbers, said, claimed)
    try:
        found = trust.check(turn.session, question, key=turn.means.phone_key, now=turn.now)
    except AskedTooOften as limit:
        return Reply(say.asked_too_often(limit.again_at), Outcome.REFUSAL)
    return Reply(say.checked(found, cards, claimed), Outcome.ANSWER)


@router.on(Command.LEAD)
def lead(turn: Turn) -> Reply:
    """`线索 编号 诈骗|属实|不清 …`: a supervisor says what became of a fraud lead."""
    who = turn.party.official
    if who is None or who.kind != OfficialKind.SUPERVISOR:
        return Reply(say.for_supervisors_only(), Outcome.REFUSAL)
    told = callers.finding_said(turn.order.rest if turn.order else "")
    if told is None:
        return Reply(say.how_to_decide(), Outcome.ANSWER)
    lead_id, finding, note = told
    try:
        leads.lead(turn.session, regions_within(who.region), lead_id)
    except NotFound:
        return Reply(say.no_such_lead(lead_id), Outcome.REFUSAL)
    trust.decide(turn.session, lead_id, finding, note, official_id=who.id, now=turn.now)
    return Reply(say.lead_decided(lead_id, finding), Outcome.ANSWER)
