"""Patches in the chat: cases cite them, enterprises say what they think of them. `patch_work` works them."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import exists, select

from handlers import enterprise, filing, official, say, supervisor
from handlers.cases import meant, permitted
from handlers.held import waits
from handlers.turn import Handler, Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.patch_words import is_comment, said_of_patch
from models.actions import office, patch_comments, stumbles
from models.actions.conversation import Words
from models.actions.outbox import Notice
from models.actions.patch_asking import QUESTION
from models.queries import patch_asks
from models.queries import patches as queries
from models.queries.conversation import stands_there
from models.queries.tickets import actor_on, overview
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.rules.patches import PatchNotPossible
from models.rules.windows import Channel
from models.tables import Delivery, Outbox, Outcome, Patch, PatchAsk

TAKEN_BACK_FOR: Final = timedelta(days=1)
"""For so long somebody may say that what they said was no comment."""

official_router: Final = Router()
supervisor_router: Final = Router()
enterprise_router: Final = Router()
shown_router: Final = Router(lambda turn: turn.asked == QUESTION and _has_reached(turn))


@official_router.on(Command.CITE)
def cite(turn: Turn) -> Reply:
    """`引用补丁 编号`: tell the enterprise what the patch says, in the owner's name."""
    ticket = meant(turn)
    if ticket is None:
        return official.worklist(turn)
    actor = permitted(turn, ticket, Verb.REPLY)
    row = queries.in_force_on(turn.session, ticket.id)
    if row is None:
        return Reply(say.nothing_to_cite(number_of(ticket.id)), Outcome.REFUSAL, ticket.id)
    said = say.citation(row)
    if stands_there(turn.session, ticket.id, said):
        return Reply(say.cited_already(number_of(ticket.id)), Outcome.ANSWER, ticket.id)
    words = Words("text", said, inbox_id=turn.inbox_id)
    hold = turn.manners.hold
    kept = office.reply(turn.session, ticket, actor, words, now=turn.now, hold=hold, cites=row.id)
    view = overview(turn.session, ticket, seen_by=turn.party)
    return Reply(say.replied(view, waits(kept, turn)), Outcome.FOLLOW_UP, ticket.id)


@official_router.on(Command.UNSTUMBLE)
@supervisor_router.on(Command.UNSTUMBLE)
def unstumble(turn: Turn) -> Reply:
    """`不是再绊 编号`: the case was about something else."""
    ticket = meant(turn)
    if ticket is None:
        return Reply(say.unstumble_which(), Outcome.REFUSAL)
    number = number_of(ticket.id)
    actor = actor_on(turn.session, turn.party, ticket)
    try:
        stumbles.unstumble(turn.session, ticket, actor, now=turn.now)
    except stumbles.NotStumbled:
        return Reply(say.not_stumbled(number), Outcome.REFUSAL, ticket.id)
    return Reply(say.unstumbled(number), Outcome.FOLLOW_UP, ticket.id)


def _plain(handler: Handler) -> Handler:
    """Take a word that means nothing for whoever said it as the beginning of an ordinary sentence."""
    return lambda turn: handler(replace(turn, order=None))


official_router.on(Command.COMMENT, Command.NOT_COMMENT)(_plain(official.text))
supervisor_router.on(Command.COMMENT, Command.NOT_COMMENT, Command.CITE)(_plain(supervisor.anything_else))


@enterprise_router.on(Command.PATCHES, Command.CITE, Command.UNSTUMBLE)
def not_theirs(turn: Turn) -> Reply:
    """`补丁`, `引用补丁`: words of officials, unless a sentence only begins with one."""
    if _says_more(turn):
        return enterprise.text(replace(turn, order=None))
    return Reply(say.for_officials_only(), Outcome.REFUSAL)


def _says_more(turn: Turn) -> bool:
    """Whether words stand behind the command, and not only a number."""
    order = turn.order
    return order is not None and order.number is None and any(each.isalpha() for each in order.rest)


@enterprise_router.on(Command.COMMENT)
def comment(turn: Turn) -> Reply:
    """`提意见 [补丁] …`: what an enterprise thinks of a patch; who was asked nothing says something else."""
    said = said_of_patch(turn.order.rest if turn.order else "")
    ask = _asked(turn, said.patch_id)
    if ask is None:
        if _says_more(turn) and not patch_asks.was_asked(turn.session, _firms(turn)):
            return enterprise.text(replace(turn, order=None))
        return Reply(say.comments_over(), Outcome.ANSWER)
    words = f"{said.word or ''}{said.rest}"
    if not words:
        row = turn.session.get_one(Patch, ask.patch_id)
        open_now = {"ask": QUESTION, "patch": row.id, "event": None}
        return Reply(say.comment_what(row), Outcome.ANSWER, pending=open_now)
    return _comment(turn, ask, words, is_guessed=False)


@enterprise_router.hear(lambda turn: turn.order is None and turn.asked == QUESTION and _answers(turn))
def answered(turn: Turn) -> Reply:
    """Plain words once we have asked: a comment, or with one tap a case after all."""
    question = turn.party.pending or {}
    ask = _asked(turn, int(question["patch"]))
    if ask is None:
        return enterprise.text(turn)
    return _comment(turn, ask, turn.text, is_guessed=True)


@shown_router.when(Kind.VOICE, Kind.IMAGE, Kind.VIDEO)
def shown(turn: Turn) -> Reply:
    """A voice whose words are understood is a comment. What has no words goes where it always goes.

    Nobody would see it beside the patch: it is said so, and the question stays open for words. Where we ask
    something else about it (which case?), that is the question now, and nothing is said of the patch.
    """
    ask = _asked(turn, int((turn.party.pending or {})["patch"]))
    if ask is None:
        return enterprise.attachment(turn)
    if turn.incoming.kind is Kind.VOICE and turn.text and is_comment(turn.text):
        return _comment(turn, ask, turn.text, is_guessed=True)
    reply = enterprise.attachment(turn)
    if reply.pending is not None:
        return reply
    row = turn.session.get_one(Patch, ask.patch_id)
    is_kept = reply.ticket_id is not None
    more = say.comment_in_words(row, turn.incoming.kind) if is_kept else ("\n", *say.comment_what(row))
    return replace(reply, speech=(*reply.speech, *more))


@enterprise_router.on(Command.NOT_COMMENT)
def no_comment(turn: Turn) -> Reply:
    """`不是意见`: what was last said of a patch was a matter of their own, and becomes a case."""
    ask = patch_asks.last_answer(turn.session, turn.party.person_id, since=turn.now - TAKEN_BACK_FOR)
    if ask is None:
        return Reply(say.no_comment_of_yours(), Outcome.REFUSAL)
    try:
        words = patch_comments.retract(turn.session, ask, turn.party.person_id, now=turn.now)
    except PatchNotPossible:
        return Reply(say.no_comment_of_yours(), Outcome.REFUSAL)
    return filing.submit(turn, Words("text", words, inbox_id=turn.inbox_id))


def _answers(turn: Turn) -> bool:
    """Whether words are the first after a question that reached them in this chat."""
    return turn.incoming.kind is Kind.TEXT and is_comment(turn.text) and _has_reached(turn)


def _has_reached(turn: Turn) -> bool:
    """Whether our question is open and reached them in this chat: what waits takes no words."""
    question = turn.party.pending or {}
    if question.get("event") is None:
        return True
    reached = exists().where(
        Outbox.event_id == question["event"],
        Outbox.person_id == turn.party.person_id,
        Outbox.kind == Notice.PATCH_ASKED,
        Outbox.state == Delivery.SENT,
        Outbox.channel == Channel.CUSTOM,
    )
    return bool(turn.session.scalar(select(reached)))


def _comment(turn: Turn, ask: PatchAsk, words: str, *, is_guessed: bool) -> Reply:
    row = patch_comments.comment(turn.session, ask, turn.party.person_id, words, now=turn.now)
    return Reply(say.comment_noted(row, is_guessed=is_guessed), Outcome.ANSWER, settles=True)


def _asked(turn: Turn, patch_id: int | None) -> PatchAsk | None:
    return patch_asks.open_ask(turn.session, _firms(turn), patch_id)


def _firms(turn: Turn) -> list[int]:
    own = turn.party.enterprise
    return [] if own is None else [firm.id for firm in (own, *turn.party.others)]
