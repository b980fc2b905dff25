"""Refusing a case with a reason and the right channel (不予办理), and the enterprise's appeal."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from config import catalog
from config.catalog import Asks, DeclineReason
from handlers import say
from handlers.cases import asked_about, is_reason, meant, permitted, rest
from handlers.gist import entered
from handlers.newness import is_new_matter
from handlers.recalled import APPEALED_WITHIN, mine, recently_declined
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.grounds import Said, names_a_basis, pointed_to, read_grounds
from handlers.understanding.passing import numbers_in
from handlers.understanding.stances import Stance, asks_of_verdict, goes_elsewhere, objects, stance_of
from models.actions import declines as actions
from models.actions.conversation import Words
from models.queries.declines import newest_decline
from models.queries.tickets import actor_on, by_id, by_number, newest, overview, same_enterprise
from models.rules.clocks import explain
from models.rules.lifecycle import Status, Verb, advance
from models.rules.numbers import number_of
from models.tables import Decline, Outcome, Ruling, Ticket

GROUNDS: Final = "grounds"
CHANNEL: Final = "channel"
WHY_APPEAL: Final = "why_appeal"
LISTED: Final = 5
OBJECTION_UP_TO: Final = 16
"""Characters of an objection that says nothing else."""

official_router: Final = Router()
enterprise_router: Final = Router()


@official_router.on(Command.DECLINE)
def decline(turn: Turn) -> Reply:
    """`不予办理 编号 理由 说明…`: refuse with a reason of the catalogue, words, and the right channel."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.number_needed(Command.DECLINE), Outcome.ANSWER)
    _may_decline(turn, ticket)
    said = read_grounds(rest(turn))
    return _decline(turn, ticket, _with_earlier_words(turn, ticket, said))


def _may_decline(turn: Turn, ticket: Ticket) -> None:
    """Ask for nothing in vain; a case that is still open is accepted on the way."""
    actor = actor_on(turn.session, turn.party, ticket)
    status = Status.ACCEPTED if ticket.status == Status.OPEN else Status(ticket.status)
    advance(status, Verb.DECLINE, actor.role)


def _with_earlier_words(turn: Turn, ticket: Ticket, said: Said) -> Said:
    """Add the words that were said before a reason of the catalogue was chosen."""
    question = turn.party.pending or {}
    is_choice = question.get("ask") == GROUNDS and question.get("ticket") == ticket.id and said.code
    if not is_choice or said.words or question.get("code"):
        return said
    return Said(said.code, str(question.get("words", "")), said.channel or question.get("channel"))


@official_router.answering(GROUNDS)
def grounds(turn: Turn) -> Reply:
    """Take the words we asked for, or the reason and the words."""
    ticket, question = asked_about(turn)
    if not is_reason(turn.text):
        return _ask(ticket, str(question.get("code") or ""), "", None)
    said = read_grounds(turn.text)
    code = said.code or question.get("code")
    return _decline(turn, ticket, Said(code, said.words, said.channel))


@official_router.answering(CHANNEL)
def channel(turn: Turn) -> Reply:
    """Take the right channel we asked for."""
    ticket, question = asked_about(turn)
    named = turn.text.strip() if is_reason(turn.text) else None
    return _decline(turn, ticket, Said(question["code"], str(question["words"]), named))


def _decline(turn: Turn, ticket: Ticket, said: Said) -> Reply:
    """Refuse the case once everything is said; else ask for what is missing, one thing at a time."""
    reason = catalog.decline_reasons().get(said.code or "")
    if (
        reason is None
        or len(said.words) < actions.LEAST
        or not _is_complete(turn, ticket, reason, said.words)
    ):
        return _ask(ticket, said.code or "", said.words, said.channel)
    right_channel = said.channel or reason.channel or pointed_to(said.words)
    if right_channel is None:
        pending = {"ask": CHANNEL, "ticket": ticket.id, "code": reason.code, "words": said.words}
        return Reply(
            say.which_channel(number_of(ticket.id), reason), Outcome.ANSWER, ticket.id, pending=pending
        )
    actor = actor_on(turn.session, turn.party, ticket)
    given = actions.Grounds(reason.code, said.words, right_channel)
    told = entered(turn.session, ticket, turn.now) if ticket.status == Status.OPEN else None
    actions.decline(turn.session, ticket, actor, given, entered=told, now=turn.now)
    speech = say.declined_by_you(overview(turn.session, ticket), reason)
    return Reply(speech, Outcome.FOLLOW_UP, ticket.id, keeps_in_hand=False)


def _ask(ticket: Ticket, code: str, words: str, channel_said: str | None) -> Reply:
    number, reason = number_of(ticket.id), catalog.decline_reasons().get(code)
    pending = {"ask": GROUNDS, "ticket": ticket.id, "code": code, "words": words, "channel": channel_said}
    speech = say.choose_reason(number, words) if reason is None else say.which_grounds(number, reason, words)
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=pending)


def _is_complete(turn: Turn, ticket: Ticket, reason: DeclineReason, words: str) -> bool:
    """Whether words hold what the reason asks for: the rule a wish goes against, or the earlier number."""
    if reason.asks is Asks.BASIS:
        return names_a_basis(words)
    if reason.asks is Asks.NUMBER:
        return any(same_enterprise(turn.session, ticket, number) for number in numbers_in(words))
    return True


# --- the enterprise ------------------------------------------------------------------------------


@enterprise_router.on(Command.APPEAL)
def appeal(turn: Turn) -> Reply:
    """`申诉 编号 …`: object to a refusal; the supervisor of the region decides."""
    ticket = _declined(turn)
    if ticket is None:
        found = newest(turn.session, turn.party, Status.DECLINED, limit=LISTED)
        views = [overview(turn.session, each) for each in found]
        return Reply(say.which_to_appeal(views), Outcome.ANSWER)
    permitted(turn, ticket, Verb.APPEAL)
    return _appeal(turn, ticket, rest(turn))


@enterprise_router.answering(WHY_APPEAL)
def why_appeal(turn: Turn) -> Reply:
    """Take the objection we asked for."""
    ticket, _ = asked_about(turn)
    return _appeal(turn, ticket, turn.text if is_reason(turn.text) else "")


@enterprise_router.hear(lambda turn: _explains_dissent(turn) and len(_objected_to(turn)) == 1)
def objection(turn: Turn) -> Reply:
    """不同意，是你们答应的: the appeal against the only refusal that it may be about, with its reason."""
    found = by_id(turn.session, _objected_to(turn)[0].id, seen_by=turn.party)
    permitted(turn, found, Verb.APPEAL)
    return _appeal(turn, found, turn.text)


def _explains_dissent(turn: Turn) -> bool:
    """Whether words begin with an objection and go on to say more than a remark."""
    is_plain = turn.order is None and turn.is_free
    return is_plain and objects(turn.text) and stance_of(turn.text) is None


def _objected_to(turn: Turn) -> list[Ticket]:
    """The refusals of theirs an objection may be about: none while a result waits for their word."""
    if newest(turn.session, turn.party, Status.RESOLVED, limit=1):
        return []
    return [one for one in _refused(turn) if mine(turn, one) and not is_new_matter(turn.text, one)]


@enterprise_router.hear(lambda turn: _still_objects(turn) and bool(_appealed(turn)))
def still_objects(turn: Turn) -> Reply:
    """我还是不服, of an appeal: a supervisor has it, or has decided on it and other ways are left."""
    ticket, row = _appealed(turn)[0]
    if row.verdict != Ruling.UPHELD:
        return Reply(say.appealed_already(is_decided=False), Outcome.ANSWER)
    return Reply(say.ways_left(number_of(ticket.id), ticket.title, row.channel), Outcome.ANSWER)


@enterprise_router.hear(lambda turn: _goes_elsewhere(turn) and bool(_refused(turn)))
def other_ways(turn: Turn) -> Reply:
    """那我走法院, of a refusal: no new matter; they may go there, and appeal to a supervisor as well."""
    found = _refused(turn)
    if len(found) > 1:
        return Reply(say.which_to_appeal([overview(turn.session, one) for one in found]), Outcome.ANSWER)
    row = newest_decline(turn.session, found[0].id)
    speech = say.appeal_as_well(number_of(found[0].id), found[0].title, row.channel if row else "")
    return Reply(speech, Outcome.ANSWER, found[0].id)


def _goes_elsewhere(turn: Turn) -> bool:
    return turn.order is None and turn.is_free and goes_elsewhere(turn.text)


def _refused(turn: Turn) -> list[Ticket]:
    """The refusals of late that words may be about: none while another case is in hand."""
    held, found = turn.party.case_in_hand(turn.now), recently_declined(turn)
    theirs = [one for one in found if one.id == held]
    return theirs or (found if held is None else [])


def _still_objects(turn: Turn) -> bool:
    """Whether a short text objects to a decision, goes elsewhere or asks for the verdict, and no more."""
    text = turn.text
    if turn.order is not None or not turn.is_free:
        return False
    if goes_elsewhere(text) or asks_of_verdict(text):
        return True
    said = stance_of(text) if len(text) <= OBJECTION_UP_TO else None
    is_dissent = said is not None and said.stance is Stance.DISSENT and said.is_plain
    return is_dissent and objects(text)


def _appealed(turn: Turn) -> list[tuple[Ticket, Decline]]:
    """The refusals of late that were appealed; none while another case waits for their word or an appeal."""
    if recently_declined(turn) or newest(turn.session, turn.party, Status.RESOLVED, limit=1):
        return []
    held = turn.party.case_in_hand(turn.now)
    found = newest(turn.session, turn.party, Status.DECLINED, limit=1)
    rows = [(one, newest_decline(turn.session, one.id)) for one in found if held in {None, one.id}]
    since = turn.now - APPEALED_WITHIN
    return [(one, row) for one, row in rows if row is not None and (row.decided_at or turn.now) >= since]


def _appeal(turn: Turn, ticket: Ticket, text: str) -> Reply:
    actions.may_be_appealed(turn.session, ticket)
    number = number_of(ticket.id)
    if not text:
        pending = {"ask": WHY_APPEAL, "ticket": ticket.id}
        return Reply(say.why_appeal(number), Outcome.ANSWER, ticket.id, pending=pending)
    words = Words("text", text, inbox_id=turn.inbox_id)
    actor = actor_on(turn.session, turn.party, ticket)
    due = actions.appeal(turn.session, ticket, actor, words, now=turn.now)
    return Reply(say.appealed(number, explain(due)), Outcome.FOLLOW_UP, ticket.id)


def _declined(turn: Turn) -> Ticket | None:
    """The case an enterprise objects about: by number, in hand, or the only one that was declined."""
    if turn.order and turn.order.number:
        return by_number(turn.session, turn.order.number, seen_by=turn.party)
    held = meant(turn)
    if held is not None and held.status == Status.DECLINED:
        return held
    found = newest(turn.session, turn.party, Status.DECLINED, limit=2)
    return by_id(turn.session, found[0].id, seen_by=turn.party) if len(found) == 1 else None


# --- what the rules refuse -----------------------------------------------------------------------


def _appealed_already(refused: actions.AppealedAlready) -> Reply:
    return Reply(say.appealed_already(is_decided=refused.is_decided), Outcome.REFUSAL)


REFUSALS: Final[Mapping[type[Exception], Callable[[Any], Reply]]] = {
    actions.AppealedAlready: _appealed_already,
    actions.NoAppeal: lambda _: Reply(say.no_appeal(), Outcome.REFUSAL),
}
"""What each refusal is answered with."""
