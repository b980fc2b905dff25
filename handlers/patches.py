"""Patches in the chat: owners work them, cases cite them, enterprises say what they think of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import exists, select

from handlers import enterprise, filing, official, say, supervisor
from handlers.cases import meant, permitted
from handlers.held import waits
from handlers.turn import Handler, Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.dates import days_in
from handlers.understanding.patch_words import ASKS_NOBODY, FIELDS, MOVES, Said, is_comment, said_of_patch
from models.actions import office, patch_comments, stumbles
from models.actions import patches as acts
from models.actions.conversation import Words
from models.actions.outbox import Notice
from models.actions.patch_asking import QUESTION
from models.actions.patch_chain import Hand, locked
from models.actions.patches import DayRefused, NoSuchStep, NotWhole
from models.queries import patch_asks
from models.queries import patches as queries
from models.queries.patch_effects import effect
from models.queries.registry import NotFound
from models.queries.tickets import actor_on, overview
from models.rules.lifecycle import Verb
from models.rules.numbers import number_of
from models.rules.patches import PatchNotAllowed, PatchNotPossible, PatchRole, PatchState, PatchVerb, possible
from models.rules.regions import regions_within
from models.rules.windows import Channel
from models.tables import Delivery, Outbox, Outcome, Patch, PatchAsk

LISTED: Final = 20
TAKEN_BACK_FOR: Final = timedelta(days=1)
"""For so long somebody may say that what they said was no comment."""
LONGEST_NOTE: Final = 500

official_router: Final = Router()
supervisor_router: Final = Router()
enterprise_router: Final = Router()


@official_router.on(Command.PATCHES)
def work(turn: Turn) -> Reply:
    """`补丁`, `补丁 3`, `补丁 3 进展 …`: the patches of this desk, one of them, and what is done with it."""
    said = said_of_patch(turn.order.rest if turn.order else "")
    mine = queries.owned(turn.session, turn.party.desks, limit=LISTED)
    if said.patch_id is None and said.word is None and not said.rest:
        return Reply(say.patches(mine, are_own=True), Outcome.ANSWER)
    row = _which(said, mine)
    if row is None:
        speech = say.which_patch(mine) if said.patch_id is None and mine else say.no_such_patch()
        return Reply(speech, Outcome.REFUSAL)
    try:
        return _work(turn, locked(turn.session, row.id), said)
    except PatchNotPossible as refused:
        return Reply(say.patch_not_now(refused.state, refused.verb), Outcome.REFUSAL)
    except PatchNotAllowed as refused:
        return Reply(say.patch_not_yours(refused.verb), Outcome.REFUSAL)


def _which(said: Said, mine: Sequence[Patch]) -> Patch | None:
    """The patch that is named, else the only one this desk has."""
    if said.patch_id is None:
        return mine[0] if len(mine) == 1 else None
    return next((row for row in mine if row.id == said.patch_id), None)


def _work(turn: Turn, row: Patch, said: Said) -> Reply:
    if said.word in FIELDS:
        return _amend(turn, row, said)
    if said.word is None:
        return _show(turn, row) if not said.rest else Reply(say.patch_unread(row.id), Outcome.ANSWER)
    verb = MOVES[said.word]
    special = _SPECIAL.get(verb)
    if special is not None:
        return special(turn, row, said.rest)
    if verb is PatchVerb.PROGRESS and not said.rest:
        return Reply(say.patch_unread(row.id), Outcome.ANSWER)
    acts.move(turn.session, row, verb, _hand(turn), now=turn.now, note=said.rest[:LONGEST_NOTE])
    speech = say.patch_noted if verb is PatchVerb.PROGRESS else say.patch_moved
    return Reply(speech(row, verb), Outcome.ANSWER)


def _show(turn: Turn, row: Patch) -> Reply:
    """All an owner may know: shielded cases (保密) of others are not in it."""
    seen = queries.shown(turn.session, row, None)
    verbs = possible(PatchState(row.state), PatchRole.OWNER)
    return Reply(say.patch(seen, effect(turn.session, row, turn.now), verbs), Outcome.ANSWER)


def _amend(turn: Turn, row: Patch, said: Said) -> Reply:
    name, longest = FIELDS[said.word or ""]
    value: Any = said.rest[:longest]
    if name == "effective_on":
        days = days_in(said.rest, turn.now.astimezone(say.LOCAL).date())
        value = None if days is None else days.first
    if not value:
        return Reply(say.patch_unread(row.id), Outcome.ANSWER)
    acts.amend(turn.session, row, _hand(turn), now=turn.now, **{name: value})
    return Reply(say.patch_noted(row, PatchVerb.AMEND), Outcome.ANSWER)


def _consult(turn: Turn, row: Patch, rest: str) -> Reply:
    asks = ASKS_NOBODY.search(rest) is None
    asked = acts.consult(turn.session, row, _hand(turn), asks=asks, now=turn.now)
    return Reply(say.patch_moved(row, PatchVerb.CONSULT, asked), Outcome.ANSWER)


def _issue(turn: Turn, row: Patch, _rest: str) -> Reply:
    try:
        acts.issue(turn.session, row, _hand(turn), now=turn.now)
    except NotWhole as refused:
        return Reply(say.patch_incomplete(row, refused.missing), Outcome.REFUSAL)
    except DayRefused:
        return Reply(say.patch_day_refused(), Outcome.REFUSAL)
    return Reply(say.patch_moved(row, PatchVerb.ISSUE), Outcome.ANSWER)


def _take_effect(turn: Turn, row: Patch, _rest: str) -> Reply:
    acts.take_effect(turn.session, row, _hand(turn), now=turn.now)
    return Reply(say.patch_moved(row, PatchVerb.TAKE_EFFECT), Outcome.ANSWER)


def _do_step(turn: Turn, row: Patch, rest: str) -> Reply:
    try:
        number = int(rest) if rest.isdecimal() and len(rest) <= len("999") else 0
        acts.do_step(turn.session, row, number, _hand(turn), now=turn.now)
    except NoSuchStep:
        return Reply(say.no_such_step(row), Outcome.REFUSAL)
    return Reply(say.patch_noted(row, PatchVerb.DO_STEP), Outcome.ANSWER)


_SPECIAL: Final[Mapping[PatchVerb, Callable[[Turn, Patch, str], Reply]]] = {
    PatchVerb.CONSULT: _consult,
    PatchVerb.ISSUE: _issue,
    PatchVerb.TAKE_EFFECT: _take_effect,
    PatchVerb.DO_STEP: _do_step,
}


def _hand(turn: Turn) -> Hand:
    """Whoever works at the owner's desk, by post and name."""
    card = turn.party.official
    if card is None:
        raise ValueError("only officials work patches in the chat")
    return Hand(PatchRole.OWNER, card.id, f"{card.post} {card.name}")


@supervisor_router.on(Command.PATCHES)
def look(turn: Turn) -> Reply:
    """`补丁`, `补丁 3`: those of the region. What supervisors decide about them they do through the API."""
    card = turn.party.official
    regions = regions_within(card.region) if card is not None else frozenset[str]()
    said = said_of_patch(turn.order.rest if turn.order else "")
    rows = queries.of_regions(turn.session, regions, limit=LISTED)
    if said.patch_id is None:
        return Reply(say.patches(rows, are_own=False), Outcome.ANSWER)
    try:
        seen = queries.patch(turn.session, regions, said.patch_id)
    except NotFound:
        return Reply(say.no_such_patch(), Outcome.REFUSAL)
    return Reply(
        say.patch(seen, effect(turn.session, seen.row, turn.now, regions=regions), ()), Outcome.ANSWER
    )


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
    words = Words("text", say.citation(row), inbox_id=turn.inbox_id)
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
        return Reply(say.no_such_patch(), Outcome.REFUSAL)
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
    question = turn.party.pending or {}
    if turn.incoming.kind is not Kind.TEXT or not is_comment(turn.text):
        return False
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
