"""What an enterprise says to an announced call: yes, no, another time, when."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from handlers import filing, say
from handlers.call_times import is_its_time, on_its_day, time_among
from handlers.calls import MOVE_WHEN, SHORT, asked_of, case_of, named, tells_when, words_of
from handlers.turn import Reply, Router, Turn
from handlers.understanding import call_replies
from handlers.understanding.commands import Command
from handlers.understanding.consent import consents
from handlers.understanding.details import firm_in
from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.times import (
    Doubt,
    day_in,
    day_of,
    is_busy_then,
    moved_to,
    on_day,
    only_span,
    span_in,
    without_excuse,
)
from models.actions import answers, calls
from models.queries.tickets import actor_of, by_id, by_number
from models.queries.trust import Addressee, addressees, calls_to, firm_of
from models.rules.lifecycle import Status
from models.tables import Call, CallState, Outcome, Ticket

router = Router()
MOVE_OR_MATTER: Final = "move_or_matter"
"""The open question whether words that begin with a time answer the card."""


@router.on(Command.AGREE_CALL)
def agree(turn: Turn) -> Reply:
    """`同意来电 [编号]`: the announced time suits."""
    to = _called_about(turn)
    if to is None:
        return _which_call(turn)
    try:
        done = answers.agree(turn.session, to, actor_of(turn.party), now=turn.now)
    except answers.NoWindowYet:
        return _ask_when_it_suits(to, Doubt.NO_TIME)
    except calls.NoOpenCall:
        return Reply(say.call_is_over(), Outcome.REFUSAL, case_of(to))
    return Reply(say.call_agreed(done, named(to)), _outcome(to), case_of(to))


@router.on(Command.MOVE_CALL)
def move(turn: Turn) -> Reply:
    """`改来电 [编号] 时间`: another time suits better."""
    to = _called_about(turn)
    if to is None:
        return _which_call(turn)
    time = _rest(turn)
    question = turn.party.pending or {}
    is_meant = turn.asked == MOVE_OR_MATTER and asked_of(to).items() <= question.items()
    return _move(turn, to, time, question["words"] if is_meant else time)


@router.hear(lambda turn: tells_when(turn, MOVE_WHEN), asked=[MOVE_WHEN])
def move_then(turn: Turn) -> Reply:
    """A time, after we asked when a call would suit."""
    question = turn.party.pending or {}
    to = _asked_about(turn, question)
    time = on_day(question.get("day", ""), turn.text, turn.now)
    words = "\n".join(filter(None, (question.get("words"), turn.text)))
    return _which_call(turn) if to is None else _move(turn, to, time, words)


def _asked_about(turn: Turn, question: Mapping[str, Any]) -> Addressee | None:
    if "firm" in question:
        return firm_of(turn.session, turn.party, question["firm"])
    return by_id(turn.session, question["ticket"], seen_by=turn.party)


def _move(turn: Turn, to: Addressee, time: str, words: str) -> Reply:
    """Ask for the time that is said, with all words in which it is."""
    time = on_its_day(turn, to, time)
    window, day = span_in(time, turn.now), day_in(time, turn.now)
    said = words if words != time else ""
    if isinstance(window, Doubt):
        return _ask_when_it_suits(to, window, day, said)
    actor = actor_of(turn.party)
    try:
        kept, phrase = words_of(turn, words), turn.means.phrase()
        done = answers.move(turn.session, to, actor, window, kept, phrase=phrase, now=turn.now)
    except calls.NotAtThatTime as wrong:
        return _ask_when_it_suits(to, wrong.fault, day, said)
    except calls.NoOpenCall:
        return Reply(say.call_is_over(), Outcome.REFUSAL, case_of(to))
    return Reply(say.call_moved(done, named(to)), _outcome(to), case_of(to), settles=True)


def _ask_when_it_suits(to: Addressee, why: str, day: str = "", words: str = "") -> Reply:
    """Ask for a time; the day that was named counts for the hour that follows, `words` go along with it."""
    pending = {"ask": MOVE_WHEN, **asked_of(to), "day": day, "words": words}
    return Reply(say.when_it_suits(named(to), why), Outcome.ANSWER, case_of(to), pending=pending)


def _outcome(to: Addressee) -> Outcome:
    return Outcome.FOLLOW_UP if isinstance(to, Ticket) else Outcome.ANSWER


def _rest(turn: Turn) -> str:
    """What was said after the command, without the enterprise that was tapped."""
    rest = turn.order.rest if turn.order else ""
    tapped = firm_in(rest)
    return tapped[1] if tapped else rest


@router.on(Command.DECLINE_CALL)
def decline(turn: Turn) -> Reply:
    """`不接来电 [编号] …`: no call, perhaps with a word why."""
    to = _called_about(turn)
    if to is None:
        return _which_call(turn)
    words = _rest(turn) if turn.order else turn.text
    try:
        answers.decline(turn.session, to, actor_of(turn.party), words_of(turn, words), now=turn.now)
    except calls.NoOpenCall:
        return Reply(say.call_is_over(), Outcome.REFUSAL, case_of(to))
    return Reply(say.call_declined(named(to)), _outcome(to), case_of(to))


@router.hear(lambda turn: turn.party.is_called and _is_answer(turn) and bool(_unanswered(turn)))
@router.hear(lambda turn: turn.party.is_called and _is_change(turn) and _is_of_a_call(turn))
def answer(turn: Turn) -> Reply:
    """同意, 不方便, 换个时间, 明天上午10点: plain words while a card waits for an answer.

    What moves or refuses the call is heard once more after it was agreed to: 改到后天下午3点, 让他别打了.
    """
    if call_replies.says_no(turn.text):
        return decline(turn)
    if call_replies.says_yes(turn.text):
        return agree(turn)
    to = _called_about(turn)
    if to is None:
        return _which_call(turn)
    if call_replies.asks_when(turn.text):
        return _show_card(turn, to)
    if is_busy_then(turn.text) or call_replies.wants_another_time(turn.text):
        return _ask_when_it_suits(to, Doubt.NO_TIME)
    time = without_excuse(turn.text)
    new = moved_to(time, turn.now)
    return agree(turn) if not new and is_its_time(turn, to, time) else _move(turn, to, new or time, time)


@router.hear(lambda turn: turn.party.is_called and bool(time_among(turn)) and bool(_unanswered(turn)))
def perhaps_move(turn: Turn) -> Reply:
    """周四上午10点到11点吧，下午要去税务局: a time first, while a card waits: asked, the words kept."""
    to = _called_about(turn)
    if to is None:
        return _which_call(turn)
    time = time_among(turn)
    pending = {"ask": MOVE_OR_MATTER, **asked_of(to), "time": time, "words": turn.text}
    return Reply(say.move_or_matter(named(to), time), Outcome.ANSWER, case_of(to), pending=pending)


@router.hear(lambda turn: _puts_off(turn) and bool(_unanswered(turn)))
def not_then(turn: Turn) -> Reply:
    """老人住院，改日吧: not at that time, while a card waits; a day that is named counts.

    Its desk hears the words at once; where no case in work can have them they go along with the time.
    """
    to = _called_about(turn)
    if to is None:
        return _which_call(turn)
    day = day_in(without_excuse(turn.text), turn.now)
    why = Doubt.NO_HOUR if day else Doubt.NO_TIME
    if not isinstance(to, Ticket) or to.status not in {Status.OPEN, Status.ACCEPTED}:
        return _ask_when_it_suits(to, why, day, turn.text)
    filing.tell(turn, to, words_of(turn, turn.text))
    return replace(_ask_when_it_suits(to, why, day), outcome=Outcome.FOLLOW_UP)


def _puts_off(turn: Turn) -> bool:
    is_open = turn.party.is_called and turn.order is None and turn.is_free
    return is_open and call_replies.puts_off(turn.text) and not call_replies.wants_none_at_all(turn.text)


@router.hear(lambda turn: _is_the_time(turn) is True, asked=[MOVE_OR_MATTER])
def move_as_said(turn: Turn) -> Reply:
    """是: that was the time for the call, and the words go along."""
    question = turn.party.pending or {}
    to = _asked_about(turn, question)
    done = _which_call(turn) if to is None else _move(turn, to, question["time"], question["words"])
    return replace(done, settles=True)


@router.hear(lambda turn: _is_the_time(turn) is False, asked=[MOVE_OR_MATTER])
def a_matter_after_all(turn: Turn) -> Reply:
    """另说一件事: what was said is put where it belongs."""
    words = words_of(turn, (turn.party.pending or {})["words"])
    return replace(filing.submit(turn, words), settles=True)


def _is_the_time(turn: Turn) -> bool | None:
    """Yes or no, tapped or typed: the bare word for a new case says no."""
    order = turn.order
    if order is not None and order.command is Command.NEW and not order.rest:
        return False
    return consents(turn.text) if order is None else None


@router.hear(lambda turn: _asks_when(turn) and bool(calls_to(turn.session, turn.party, turn.now)))
def when(turn: Turn) -> Reply:
    """什么时候打？: the card once more, answered or not."""
    to = _called_about(turn)
    return _which_call(turn) if to is None else _show_card(turn, to)


def _asks_when(turn: Turn) -> bool:
    is_short = turn.order is None and len(turn.text) <= SHORT
    return turn.party.is_called and is_short and call_replies.asks_when(turn.text)


def _show_card(turn: Turn, to: Addressee) -> Reply:
    call = calls.announced_about(turn.session, to, turn.now)
    if call is None:
        return _ask_when_it_suits(to, Doubt.NO_TIME)
    return Reply(say.call_expected(call, named(to)), Outcome.ANSWER, case_of(to))


def _is_answer(turn: Turn) -> bool:
    """Whether these words alone may answer a card: yes, no, or nothing but a time."""
    text = turn.text
    if turn.order is not None or len(text) > SHORT or call_replies.tells_a_matter(text):
        return False
    if intent_of(text) is Intent.GREETING or call_replies.wants_none_at_all(text):
        return False
    is_said = (
        call_replies.says_yes(text) or call_replies.says_no(text) or call_replies.wants_another_time(text)
    )
    return is_said or call_replies.asks_when(text) or only_span(without_excuse(text), turn.now) is not None


def _is_change(turn: Turn) -> bool:
    """Whether words alone say that a call shall be at another time, or not at all."""
    text = turn.text
    if turn.order is not None or len(text) > SHORT or call_replies.wants_none_at_all(text):
        return False
    if call_replies.says_no(text):
        return call_replies.speaks_of_ringing(text)
    is_moved = moved_to(without_excuse(text), turn.now) or is_busy_then(text)
    return bool(is_moved) or call_replies.wants_another_time(text)


def _is_of_a_call(turn: Turn) -> bool:
    """Whether such words can be about a call: who is busy on a day, is so for a call on that day."""
    found = calls_to(turn.session, turn.party, turn.now)
    if not is_busy_then(turn.text):
        return bool(found)
    day = day_in(turn.text, turn.now)
    return any(one.begins_at is not None and day == day_of(one.begins_at) for one in found)


def _unanswered(turn: Turn) -> list[Call]:
    open_calls = calls_to(turn.session, turn.party, turn.now)
    return [call for call in open_calls if call.state != CallState.AGREED]


def _called_about(turn: Turn) -> Addressee | None:
    """The case or enterprise that is named, else the only one with a call to answer, else with a call.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not theirs.
    """
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    tapped = firm_in(turn.order.rest if turn.order else "")
    if tapped is not None:
        return firm_of(turn.session, turn.party, tapped[0])
    found = _unanswered(turn) or calls_to(turn.session, turn.party, turn.now)
    return addressees(turn.session, found, seen_by=turn.party)[0] if len(found) == 1 else None


def _which_call(turn: Turn) -> Reply:
    found = addressees(turn.session, calls_to(turn.session, turn.party, turn.now), seen_by=turn.party)
    return Reply(say.which_call([named(to) for to in found]) if found else say.call_is_over(), Outcome.ANSWER)


@router.on(Command.ANNOUNCE_CALL, Command.ANNOUNCE_VISIT, Command.CANCEL_CALL, Command.CALL_FAILED)
def not_for_enterprises(turn: Turn) -> Reply:
    """An official announces calls; an enterprise says that it wants one."""
    del turn
    return Reply(say.for_officials_only(), Outcome.REFUSAL)
