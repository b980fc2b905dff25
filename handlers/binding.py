"""Becoming somebody: a code that is typed or scanned, asked back about, and used up by a yes.

A code is read wherever it stands in a text, and is never filed with it: whoever is shown an unused code could
bind themself with it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from handlers import filing, kept, say
from handlers.turn import Reply, Router, Speech, Turn
from handlers.understanding.codes import Code, beside, codes_in, hidden_in, may_hold
from handlers.understanding.commands import Command
from handlers.understanding.consent import LONGEST, consents, says_whose, wonders
from handlers.understanding.headline import names_a_matter
from handlers.understanding.intents import Intent, intent_of
from models.actions import people, posts
from models.actions.conversation import Words
from models.actions.waiting import QUESTION as WAITING
from models.queries.live import live_cases
from models.queries.people import enterprise, official, party
from models.queries.tickets import Overview, overview, unfinished
from models.tables import Invite, OfficialKind, Outcome

router = Router()
BIND: Final = "bind"


@router.on(Command.BIND)
def bind(turn: Turn) -> Reply:
    """`绑定 CODE`: ask back before anything is bound; a code can be forwarded or photographed."""
    words = turn.order.rest.rstrip("。.!！") if turn.order else ""
    found = next(iter(codes_in(words)), None)
    code = found.text if found is not None else words
    return ask_to_bind(turn, code) if code else Reply(say.bind_how(), Outcome.ANSWER)


@router.hear(lambda turn: _code(turn) is not None)
def code_typed(turn: Turn) -> Reply:
    """A code without the word, or with words around it: a matter among them is filed at once.

    A stranger's becomes the enterprise's with the binding. Nobody who waits for an answer of ours can be made
    an official, so beside the code of one we say at once that nothing is filed.
    """
    found = _code(turn)
    if found is None:
        return Reply(say.bind_how(), Outcome.ANSWER)
    reply = ask_to_bind(turn, found.text)
    if not names_a_matter(found.rest) or found.is_all:
        return reply
    if reply.pending is None or _is_officials(turn, reply.pending["invite"]) or hidden_in(found.rest):
        return replace(reply, speech=(*reply.speech, *say.not_filed_with_code()))
    filed = filing.submit(turn, Words("text", found.rest, inbox_id=turn.inbox_id))
    return replace(filed, speech=(*filed.speech, "\n\n", *reply.speech), pending=reply.pending)


def _is_officials(turn: Turn, invite_id: int) -> bool:
    return turn.session.get_one(Invite, invite_id).official_id is not None


def _code(turn: Turn) -> Code | None:
    """What looks like a code of ours in a text.

    A live invite wherever it stands and however it is hidden; else, unless a matter is told beside it and
    nothing of an invitation, or it is inside a link, what may be one: the rest are the digits of an order.
    """
    if not may_hold(turn.text):
        return None
    hidden = hidden_in(turn.text)
    live = people.live_code(turn.session, hidden, now=turn.now) if hidden else None
    seen = codes_in(turn.text)
    if live is not None:
        return next((each for each in seen if each.text == live), None) or beside(turn.text, live)
    likely = (each for each in seen if each.is_all or (not each.is_linked and each.is_spoken_of))
    return next(likely, None)


def ask_to_bind(turn: Turn, code: str) -> Reply:
    """Say whom the code would make of this person, and ask whether that is right."""
    try:
        invite = people.find_invite(turn.session, code, now=turn.now)
        people.check_side(turn.session, turn.party, invite)
    except people.InviteRefused:
        return Reply(say.invite_refused(), Outcome.REFUSAL)
    except people.OnTheOtherSide:
        return Reply(say.on_the_other_side(turn.party), Outcome.REFUSAL)
    return Reply(
        say.bind_question(_target(turn, invite), is_moved=_is_moved(turn, invite)),
        Outcome.ANSWER,
        pending={"ask": BIND, "invite": invite.id, "at": turn.now.isoformat()},
    )


@router.on(Command.BIND_YES)
@router.hear(lambda turn: _answers(turn) is True, asked=[BIND])
def bind_yes(turn: Turn) -> Reply:
    """`确认绑定`, or yes in any words: use the invite up."""
    question = turn.party.pending
    if not question or question.get("ask") != BIND:
        return Reply(say.nothing_to_confirm(), Outcome.ANSWER)
    try:
        people.bind(turn.session, turn.party, question["invite"], now=turn.now)
    except people.InviteRefused:
        return Reply(say.invite_refused(), Outcome.REFUSAL, settles=True)
    except people.OnTheOtherSide:
        return Reply(say.on_the_other_side(turn.party), Outcome.REFUSAL, settles=True)
    return Reply(_bound(turn, question), Outcome.ANSWER, settles=True)


@router.hear(lambda turn: _answers(turn) is False, asked=[BIND])
def bind_no(turn: Turn) -> Reply:
    """不是我, 算了: nothing is bound, and the code stays good for whom it is for."""
    del turn
    return Reply(say.not_bound_then(), Outcome.ANSWER, settles=True)


@router.hear(lambda turn: turn.order is None and wonders(turn.text), asked=[BIND])
def bind_what(turn: Turn) -> Reply:
    """这是什么意思, 稍等: what the question is about, and the question again."""
    return Reply((*say.what_binding_does(), *say.bind_taps()), Outcome.ANSWER, pending=turn.party.pending)


@router.hear(lambda turn: _is_nobody(turn) and turn.order is None and consents(turn.text) is not None)
def yes_to_nothing(turn: Turn) -> Reply:
    """是的, from a stranger without a case whom we have asked nothing, or too long ago: what to do."""
    del turn
    return Reply(say.nothing_to_confirm(), Outcome.ANSWER)


def _is_nobody(turn: Turn) -> bool:
    who = turn.party
    if who.official is not None or who.enterprise is not None or who.cases or turn.asked is not None:
        return False
    return len(turn.text) <= LONGEST and intent_of(turn.text) in _SAY_LITTLE


_SAY_LITTLE: Final = frozenset({Intent.REQUEST, Intent.UNCLEAR, Intent.CORRECTION, Intent.WITHDRAW})
"""What a bare yes or no may look like by its words alone; courtesies are answered as such."""


def _answers(turn: Turn) -> bool | None:
    """Yes or no to whether the code is theirs; None for other words, and while nothing is asked.

    Once we or an official have said something else since, a mere 好的 may be an answer to that: a yes says 我
    or 绑定.
    """
    if turn.asked != BIND or (turn.order is not None and turn.order.number is not None):
        return None
    said = consents(turn.text)
    return None if said is not None and not says_whose(turn.text) and _is_aside(turn) else said


_LONG_AGO: Final = "1970-01-01T00:00:00+00:00"
"""Questions that were open when this was installed do not say when they were asked."""


def _is_aside(turn: Turn) -> bool:
    question = turn.party.pending or {}
    if question.get("aside"):
        return True
    if not turn.party.cases and turn.party.enterprise is None:
        return False
    asked_at = datetime.fromisoformat(question.get("at", _LONG_AGO))
    heard = (one.answered_at for one in live_cases(turn.session, turn.party, turn.now))
    return any(at is not None and at > asked_at for at in heard)


def _drops(turn: Turn) -> bool:
    """Whether 取消 is about our question; with a number it is about that case, unless we asked to be told.

    Of an official whom we asked nothing it is about words that wait, if any do (see `held`).
    """
    order = turn.order
    if order is None or order.command is not Command.CANCEL:
        return False
    if turn.asked is None:
        is_supervisor = turn.party.official and turn.party.official.kind == OfficialKind.SUPERVISOR
        return bool(is_supervisor) and order.number is None
    return turn.asked != WAITING or order.number is None


@router.hear(_drops)
def cancel(turn: Turn) -> Reply:
    """`取消`: drop the question we asked."""
    speech = say.not_bound_then() if turn.asked == BIND else say.cancelled()
    return kept.dropped(turn) or Reply(speech, Outcome.ANSWER, settles=True)


def _bound(turn: Turn, question: dict[str, Any]) -> Speech:
    invite = turn.session.get_one(Invite, question["invite"])
    is_official = invite.official_id is not None
    waiting = _waiting(turn) if is_official else ()
    return say.bound(_target(turn, invite), waiting, is_official=is_official)


def _waiting(turn: Turn) -> list[Overview]:
    """The cases on the desk of an official who has just been bound; they may have come long before."""
    now_is = party(turn.session, turn.party.openid)
    found = unfinished(turn.session, now_is) if now_is else ()
    return [overview(turn.session, ticket, seen_by=now_is) for ticket in reversed(found)]


def _is_moved(turn: Turn, invite: Invite) -> bool:
    """Whether another WeChat holds the post so far."""
    who = invite.official_id
    return who is not None and posts.held_elsewhere(turn.session, turn.party.person_id, who)


def _target(turn: Turn, invite: Invite) -> tuple[str, str]:
    """Name and post of the official, or name of the enterprise and role, that an invite stands for."""
    if invite.official_id is not None:
        card = official(turn.session, invite.official_id)
        return card.name, card.post
    firm = enterprise(turn.session, invite.enterprise_id or 0)
    return firm.name, invite.contact_role or ""
