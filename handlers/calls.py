"""Calls: announced with a card that can be trusted, answered by the enterprise, logged when in vain."""

from typing import Final

from config import catalog
from handlers import say
from handlers.meant import in_hand
from handlers.turn import Reply, Router, Turn
from handlers.understanding import callers
from handlers.understanding.asides import Aside, aside_of
from handlers.understanding.commands import Command, Order
from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.times import Doubt, only_span, span_in
from models.actions import answers, calls, reaching
from models.actions.conversation import Words
from models.actions.unasked_calls import AnnouncedEnough, QuietThen
from models.queries.tickets import actor_of, actor_on, by_id, by_number, overview, unfinished
from models.queries.trust import calls_to
from models.rules.numbers import number_of
from models.rules.phrases import choose
from models.tables import Call, CallState, Outcome, Ticket

official_router = Router()
enterprise_router = Router()

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


@official_router.hear(lambda turn: _tells_when(turn, CALL_WHEN))
def announce_then(turn: Turn) -> Reply:
    """A time, after we asked when the call shall be."""
    question = turn.party.pending or {}
    ticket = by_id(turn.session, question["ticket"], seen_by=turn.party)
    is_leaders = question["leaders"] or callers.is_for_leader(turn.text)
    return _announce(turn, ticket, turn.text, is_leaders=is_leaders)


def _tells_when(turn: Turn, ask: str) -> bool:
    """Whether these words answer our question for a time; others are what they always are."""
    is_asked = turn.party.pending is not None and turn.party.pending.get("ask") == ask
    return is_asked and turn.order is None and span_in(turn.text, turn.now) is not Doubt.NO_TIME


def _announce(turn: Turn, ticket: Ticket, words: str, *, is_leaders: bool) -> Reply:
    window, who = span_in(words, turn.now), turn.party.official
    if isinstance(window, Doubt) or who is None:
        return _ask_when_to_call(ticket, str(window), is_leaders=is_leaders)
    try:
        done = calls.announce(
            turn.session,
            ticket,
            actor_on(turn.session, turn.party, ticket),
            caller_id=who.desk_id if is_leaders else who.id,
            window=window,
            phrase=_phrase(turn),
            now=turn.now,
        )
    except calls.NotAtThatTime as wrong:
        return _ask_when_to_call(ticket, wrong.fault, is_leaders=is_leaders)
    except (QuietThen, AnnouncedEnough) as spared:
        return _not_then(ticket, spared, is_leaders=is_leaders)
    except calls.NoCallsPlease as refused:
        return Reply(say.no_calls_please(number_of(ticket.id), refused.name), Outcome.REFUSAL, ticket.id)
    except calls.NoNumber as missing:
        return Reply(say.no_number(missing.caller), Outcome.REFUSAL, ticket.id)
    return Reply(
        say.call_announced(done, overview(turn.session, ticket), by=who), Outcome.FOLLOW_UP, ticket.id
    )


def _not_then(ticket: Ticket, spared: QuietThen | AnnouncedEnough, *, is_leaders: bool) -> Reply:
    number = number_of(ticket.id)
    if isinstance(spared, AnnouncedEnough):
        return Reply(say.announced_enough(number, spared.most, spared.again_at), Outcome.REFUSAL, ticket.id)
    pending = {"ask": CALL_WHEN, "ticket": ticket.id, "leaders": is_leaders}
    speech = say.quiet_then(number, spared.quiet, spared.window)
    return Reply(speech, Outcome.REFUSAL, ticket.id, pending=pending)


def _ask_when_to_call(ticket: Ticket, why: str, *, is_leaders: bool) -> Reply:
    pending = {"ask": CALL_WHEN, "ticket": ticket.id, "leaders": is_leaders}
    return Reply(say.when_to_call(number_of(ticket.id), why), Outcome.ANSWER, ticket.id, pending=pending)


@official_router.on(Command.CANCEL_CALL)
def cancel(turn: Turn) -> Reply:
    """`取消约电话 编号`: nobody will call; the enterprise is told."""
    ticket = _meant(turn, turn.order)
    if ticket is None:
        return _worklist(turn)
    try:
        calls.cancel(turn.session, ticket, actor_on(turn.session, turn.party, ticket), now=turn.now)
    except calls.NoOpenCall:
        return Reply(say.no_call_to_cancel(number_of(ticket.id)), Outcome.REFUSAL, ticket.id)
    return Reply(say.call_cancelled(overview(turn.session, ticket)), Outcome.FOLLOW_UP, ticket.id)


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
    done = reaching.failed(
        turn.session, ticket, actor_on(turn.session, turn.party, ticket), words, now=turn.now
    )
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


def _words(turn: Turn, text: str) -> Words:
    return Words("text", text, inbox_id=turn.inbox_id)


def _phrase(turn: Turn) -> str:
    return choose(catalog.phrase_words(), turn.means.chance)


# What the enterprise says to it


@enterprise_router.on(Command.AGREE_CALL)
def agree(turn: Turn) -> Reply:
    """`同意来电 [编号]`: the announced time suits."""
    ticket = _called_about(turn)
    if ticket is None:
        return _which_call(turn)
    try:
        done = answers.agree(turn.session, ticket, actor_of(turn.party), now=turn.now)
    except answers.NoWindowYet:
        return _ask_when_it_suits(ticket, Doubt.NO_TIME)
    except calls.NoOpenCall:
        return Reply(say.call_is_over(), Outcome.REFUSAL, ticket.id)
    return Reply(say.call_agreed(done, number_of(ticket.id)), Outcome.FOLLOW_UP, ticket.id)


@enterprise_router.on(Command.MOVE_CALL)
def move(turn: Turn) -> Reply:
    """`改来电 [编号] 时间`: another time suits better."""
    ticket = _called_about(turn)
    if ticket is None:
        return _which_call(turn)
    return _move(turn, ticket, turn.order.rest if turn.order else "")


@enterprise_router.hear(lambda turn: _tells_when(turn, MOVE_WHEN))
def move_then(turn: Turn) -> Reply:
    """A time, after we asked when a call would suit."""
    question = turn.party.pending or {}
    return _move(turn, by_id(turn.session, question["ticket"], seen_by=turn.party), turn.text)


def _move(turn: Turn, ticket: Ticket, words: str) -> Reply:
    window = span_in(words, turn.now)
    if isinstance(window, Doubt):
        return _ask_when_it_suits(ticket, window)
    actor = actor_of(turn.party)
    try:
        done = answers.move(
            turn.session, ticket, actor, window, _words(turn, words), phrase=_phrase(turn), now=turn.now
        )
    except calls.NotAtThatTime as wrong:
        return _ask_when_it_suits(ticket, wrong.fault)
    except calls.NoOpenCall:
        return Reply(say.call_is_over(), Outcome.REFUSAL, ticket.id)
    return Reply(say.call_moved(done, number_of(ticket.id)), Outcome.FOLLOW_UP, ticket.id)


def _ask_when_it_suits(ticket: Ticket, why: str) -> Reply:
    pending = {"ask": MOVE_WHEN, "ticket": ticket.id}
    return Reply(say.when_it_suits(number_of(ticket.id), why), Outcome.ANSWER, ticket.id, pending=pending)


@enterprise_router.on(Command.DECLINE_CALL)
def decline(turn: Turn) -> Reply:
    """`不接来电 [编号] …`: no call, perhaps with a word why."""
    ticket = _called_about(turn)
    if ticket is None:
        return _which_call(turn)
    words = turn.order.rest if turn.order else turn.text
    try:
        answers.decline(turn.session, ticket, actor_of(turn.party), _words(turn, words), now=turn.now)
    except calls.NoOpenCall:
        return Reply(say.call_is_over(), Outcome.REFUSAL, ticket.id)
    return Reply(say.call_declined(number_of(ticket.id)), Outcome.FOLLOW_UP, ticket.id)


@enterprise_router.hear(lambda turn: _is_answer(turn) and bool(_unanswered(turn)))
def answer(turn: Turn) -> Reply:
    """同意, 不方便, 换个时间, 明天上午10点: plain words while a card waits for an answer."""
    if callers.says_no(turn.text):
        return decline(turn)
    if callers.says_yes(turn.text):
        return agree(turn)
    ticket = _called_about(turn)
    if ticket is None:
        return _which_call(turn)
    if callers.asks_when(turn.text):
        return _show_card(turn, ticket)
    return _move(turn, ticket, callers.without_excuse(turn.text))


@enterprise_router.hear(lambda turn: _asks_when(turn) and bool(calls_to(turn.session, turn.party, turn.now)))
def when(turn: Turn) -> Reply:
    """什么时候打？: the card once more, answered or not."""
    ticket = _called_about(turn)
    return _which_call(turn) if ticket is None else _show_card(turn, ticket)


def _asks_when(turn: Turn) -> bool:
    return turn.order is None and len(turn.text) <= SHORT and callers.asks_when(turn.text)


def _show_card(turn: Turn, ticket: Ticket) -> Reply:
    call = calls.announced_about(turn.session, ticket, turn.now)
    if call is None:
        return _ask_when_it_suits(ticket, Doubt.NO_TIME)
    return Reply(say.call_expected(call, number_of(ticket.id)), Outcome.ANSWER, ticket.id)


def _is_answer(turn: Turn) -> bool:
    """Whether these words alone may answer a card: yes, no, or nothing but a time."""
    text = turn.text
    if turn.order is not None or len(text) > SHORT or callers.tells_a_matter(text):
        return False
    if intent_of(text) is Intent.GREETING or _wants_no_calls(text):
        return False
    is_said = callers.says_yes(text) or callers.says_no(text) or callers.wants_another_time(text)
    return is_said or callers.asks_when(text) or only_span(callers.without_excuse(text), turn.now) is not None


def _wants_no_calls(text: str) -> bool:
    """Whether no call is wanted at all, which says more than that this one is not."""
    return callers.speaks_of_calls(text) and aside_of(text) is Aside.NO_CALLS


def _unanswered(turn: Turn) -> list[Call]:
    open_calls = calls_to(turn.session, turn.party, turn.now)
    return [call for call in open_calls if call.state != CallState.AGREED]


def _called_about(turn: Turn) -> Ticket | None:
    """The case that is named, else the only one with a call to answer, else the only one with a call.

    Raises:
        NoSuchTicket: the number given is mistyped, unknown or not theirs.
    """
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    found = _unanswered(turn) or calls_to(turn.session, turn.party, turn.now)
    return by_id(turn.session, found[0].ticket_id, seen_by=turn.party) if len(found) == 1 else None


def _which_call(turn: Turn) -> Reply:
    numbers = [number_of(call.ticket_id) for call in calls_to(turn.session, turn.party, turn.now)]
    return Reply(say.which_call(numbers) if numbers else say.call_is_over(), Outcome.ANSWER)


@enterprise_router.on(Command.ANNOUNCE_CALL, Command.CANCEL_CALL, Command.CALL_FAILED)
def not_for_enterprises(turn: Turn) -> Reply:
    """An official announces calls; an enterprise says that it wants one."""
    del turn
    return Reply(say.for_officials_only(), Outcome.REFUSAL)
