"""Is this caller genuine? (核验) Everybody may ask; supervisors follow up the numbers that are nobody's."""

from datetime import timedelta
from typing import Final

from handlers import say
from handlers.meant import in_hand
from handlers.turn import Reply, Router, Turn
from handlers.understanding import callers
from handlers.understanding.caller_doubts import asks_of_a_caller, asks_what_we_demand, tells_of_a_swindle
from handlers.understanding.commands import Command
from handlers.understanding.intents import Intent, doubts_us, intent_of
from handlers.understanding.number_questions import asks_of_number, asks_of_who_posed, who_is_asked_of
from models.actions import answers, trust
from models.actions.appointments import Announced
from models.actions.calls import announced_to
from models.actions.trust import AskedTooOften, Checked, Question
from models.queries import leads
from models.queries.conversation import transcript
from models.queries.growing import START
from models.queries.registry import NotFound
from models.queries.tickets import actor_of, unfinished
from models.queries.trust import OwnerCard, addressees, asked_since, calls_to, owners, tails_of
from models.rules.phones import Number, lacks_area_code
from models.rules.regions import regions_within
from models.tables import Call, OfficialKind, Outcome, Side

router = Router()

WHICH_NUMBER: Final = "which_number"
JUST_ASKED: Final = timedelta(hours=1)
"""For so long after a question about a caller what somebody wanted of us is about that caller."""


@router.on(Command.VERIFY)
def verify(turn: Turn) -> Reply:
    """`核验 号码`: is it one of ours?"""
    rest = turn.order.rest if turn.order else ""
    numbers = callers.numbers_said(rest)
    if numbers:
        return _answer(turn, numbers, turn.text)
    if tail := callers.bare_tail(rest):
        return _compare(turn, tail)
    return _ask_for_number(turn, rest, is_local=lacks_area_code(rest))


def _compare(turn: Turn, tail: str) -> Reply:
    """Four digits prove nothing, but may be those of nobody whose call they expect."""
    cards = owners(turn.session, turn.party)
    calls = announced_to(turn.session, turn.party, turn.now) if turn.party.official is None else []
    speech = say.tail_compared(tail, cards, calls)
    return Reply(speech, Outcome.ANSWER, pending={"ask": WHICH_NUMBER, "said": ""})


@router.hear(
    lambda turn: _asked(turn) is not None and bool(callers.numbers_said(turn.text)), asked=[WHICH_NUMBER]
)
def number_told(turn: Turn) -> Reply:
    """The number, after we asked for it; what was said before belongs to it."""
    said = f"{_asked(turn)} {turn.text}".strip()
    return _answer(turn, callers.numbers_said(turn.text), said)


@router.hear(lambda turn: _asked(turn) is not None and callers.has_no_number(turn.text), asked=[WHICH_NUMBER])
def no_number_to_tell(turn: Turn) -> Reply:
    """没存, 号码隐藏: then there is only advice; a tale of money is a lead without a number all the same."""
    is_lead = _report_tale(turn, _asked(turn) or "")
    return Reply(say.no_number_told(owners(turn.session, turn.party), is_lead=is_lead), Outcome.ANSWER)


def _report_tale(turn: Turn, said: str) -> bool:
    """Let the supervisors know of a caller who wanted something, one lead a person, day and tail."""
    if turn.party.official is not None or not callers.tells_a_tale(said):
        return False
    question = Question(turn.party, (_nobodys(turn, said),), said)
    try:
        trust.check(turn.session, question, key=turn.means.phone_key, now=turn.now)
    except AskedTooOften:
        return False
    return True


def _nobodys(turn: Turn, said: str) -> Number:
    """What stands for a number that nobody wrote down, or no more than its end."""
    return Number(f"{turn.party.person_id}:{callers.tail_said(said) or say.NO_TAIL}")


@router.hear(
    lambda turn: turn.party.official is None and turn.order is None and callers.says_phrase_wrong(turn.text)
)
def phrase_was_wrong(turn: Turn) -> Reply:
    """暗语说不对: with or without a number, it was not the announced caller."""
    numbers = callers.numbers_said(turn.text)
    if numbers:
        return _answer(turn, numbers, turn.text)
    tail = callers.tail_said(turn.text)
    expected = [call for call in calls_to(turn.session, turn.party, turn.now) if call.phrase]
    fitting = [call for call in expected if tail in (None, *tails_of(turn.session, call.caller_id))]
    call = fitting[0] if fitting else None
    return _answer(turn, (_nobodys(turn, turn.text),), turn.text, call)


def _is_more_of_them(turn: Turn) -> bool:
    if turn.party.official is not None or turn.order is not None or not callers.tells_more_of_them(turn.text):
        return False
    if intent_of(turn.text) is Intent.VERIFY:  # it tells of a caller from the beginning
        return False
    return _asked(turn) is not None or bool(
        asked_since(turn.session, turn.party.person_id, turn.now - JUST_ASKED)
    )


@router.hear(_is_more_of_them)
def more_of_them(turn: Turn) -> Reply:
    """他让我转钱, of a caller we have just been asked about: to hang up, and news for the supervisors."""
    return _answer(turn, callers.numbers_said(turn.text) or (_nobodys(turn, turn.text),), turn.text)


def _doubts(turn: Turn) -> bool:
    """Whether somebody doubts a caller; an official's plain words go to the case in hand."""
    if turn.party.official is not None:
        return False
    if turn.order is not None:  # digits that might be a case's number are more likely a telephone's
        return turn.order.command is Command.DETAIL and callers.is_bare_number(turn.text)
    if callers.is_bare_number(turn.text):
        return not _was_asked_for_theirs(turn)
    is_told = (
        callers.tells_of_a_caller(turn.text)
        or asks_of_number(turn.text)
        or asks_of_who_posed(turn.text)
        or (asks_of_a_caller(turn.text) and _asked_of(turn) is None)
        or asks_what_we_demand(turn.text)
        or tells_of_a_swindle(turn.text)
    )
    return is_told or intent_of(turn.text) is Intent.VERIFY


def _was_asked_for_theirs(turn: Turn) -> bool:
    """Whether the owner of the case in hand, or of the only one, has just asked how to ring them up."""
    case = in_hand(turn) or next(iter(unfinished(turn.session, turn.party, limit=1)), None)
    words = transcript(turn.session, case) if case is not None else ()
    last = next((one.text for one in reversed(words) if one.side == Side.OFFICIAL), "")
    return callers.asks_for_number(last)


@router.hear(_doubts)
def doubted(turn: Turn) -> Reply:
    """刚才有人打电话说是省里的: the same question in plain words."""
    numbers = callers.numbers_said(turn.text)
    if not numbers and (doubts_us(turn.text) or asks_what_we_demand(turn.text)):
        return Reply(say.we_are_genuine(owners(turn.session, turn.party)), Outcome.ANSWER)
    if not numbers and callers.is_at_the_door(turn.text):
        is_lead = _report_tale(turn, turn.text)
        calls = announced_to(turn.session, turn.party, turn.now)
        speech = say.at_the_door(owners(turn.session, turn.party), calls, is_lead=is_lead)
        return Reply(speech, Outcome.ANSWER)
    return _answer(turn, numbers, turn.text) if numbers else _ask_for_number(turn, turn.text, is_local=False)


def _asked_of(turn: Turn) -> OwnerCard | None:
    """Who of those answerable to somebody is asked about by name: 安省长的电话是多少."""
    who = who_is_asked_of(turn.text) if turn.order is None and turn.party.official is None else ""
    cards = owners(turn.session, turn.party) if who else []
    return next((card for card in cards if callers.names(who, card.name, card.post)), None)


@router.hear(lambda turn: _asked_of(turn) is not None)
def one_of_ours(turn: Turn) -> Reply:
    """安予诚的手机号是多少, 安予诚是谁: what may be said of them, and how to check who uses the name."""
    card = _asked_of(turn)
    if card is None:
        return _ask_for_number(turn, turn.text, is_local=False)
    pending = {"ask": WHICH_NUMBER, "said": turn.text[: trust.SAID]}
    return Reply(say.one_of_ours(card), Outcome.ANSWER, pending=pending)


def _asked(turn: Turn) -> str | None:
    """What was said when we asked for the number, if we did and this is no command but a number's digits."""
    question = turn.party.pending
    if turn.order is not None and turn.order.command is not Command.DETAIL:
        return None
    return str(question["said"]) if question and question.get("ask") == WHICH_NUMBER else None


def _ask_for_number(turn: Turn, said: str, *, is_local: bool) -> Reply:
    calls = announced_to(turn.session, turn.party, turn.now) if turn.party.official is None else []
    is_alarming = turn.party.official is None and callers.is_alarming(said)
    cards = owners(turn.session, turn.party)
    speech = say.which_number(cards, calls, is_local=is_local, is_alarming=is_alarming)
    return Reply(speech, Outcome.ANSWER, pending={"ask": WHICH_NUMBER, "said": said[: trust.SAID]})


def _answer(turn: Turn, numbers: tuple[Number, ...], said: str, call: Call | None = None) -> Reply:
    cards = owners(turn.session, turn.party)
    claimed = next((card for card in cards if callers.names(said, card.name, card.post)), None)
    is_alarming = turn.party.official is None and callers.is_alarming(said)
    question = Question(turn.party, numbers, said, claimed, is_alarming=is_alarming, call=call)
    try:
        found = trust.check(turn.session, question, key=turn.means.phone_key, now=turn.now)
    except AskedTooOften as limit:
        if is_alarming:
            return Reply(say.hang_up([], cards, claimed), Outcome.ANSWER)
        return Reply(say.asked_too_often(limit.again_at), Outcome.REFUSAL)
    if is_alarming:
        renewed = [new for one in found if (new := _renewed(turn, one)) is not None]
        return Reply(say.hang_up(found, cards, claimed, renewed=renewed), Outcome.ANSWER)
    return Reply(say.checked(found, cards, claimed), Outcome.ANSWER)


def _renewed(turn: Turn, found: Checked) -> Announced | None:
    """Give the call for which somebody passed another phrase, if there is one that still stands."""
    if found.call is None or found.lead_id is None:
        return None
    to = addressees(turn.session, [found.call], seen_by=turn.party)[0]
    phrase = turn.means.phrase(other_than=found.call.phrase)
    return answers.doubt(turn.session, to, actor_of(turn.party), found.lead_id, phrase=phrase, now=turn.now)


@router.on(Command.LEAD)
def lead(turn: Turn) -> Reply:
    """`线索 编号 诈骗|属实|不清 …`: a supervisor says what became of a lead, or looks at them."""
    who = turn.party.official
    if who is None or who.kind != OfficialKind.SUPERVISOR:
        return Reply(say.for_supervisors_only(), Outcome.REFUSAL)
    rest = turn.order.rest if turn.order else ""
    told, shown = callers.finding_said(rest), callers.lead_named(rest)
    if told is None and shown is not None:
        return _show_lead(turn, who.region, shown)
    if told is None:
        here = regions_within(who.region)
        found = [] if rest else leads.leads(turn.session, here, is_open=True, after=START, limit=say.LEADS)
        return Reply(say.how_to_decide([one.row for one in found]), Outcome.ANSWER)
    lead_id, finding, note = told
    try:
        leads.lead(turn.session, regions_within(who.region), lead_id)
    except NotFound:
        return Reply(say.no_such_lead(lead_id), Outcome.REFUSAL)
    trust.decide(turn.session, lead_id, finding, note, official_id=who.id, now=turn.now)
    return Reply(say.lead_decided(lead_id, finding), Outcome.ANSWER)


def _show_lead(turn: Turn, region: str, lead_id: int) -> Reply:
    try:
        return Reply(
            say.lead_shown(leads.lead(turn.session, regions_within(region), lead_id)), Outcome.ANSWER
        )
    except NotFound:
        return Reply(say.no_such_lead(lead_id), Outcome.REFUSAL)
