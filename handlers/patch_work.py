"""Patches worked in the chat: by the desk that answers for them, and by supervisors of their regions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import exists, select

from handlers import say
from handlers.cases import is_reason
from handlers.turn import Reply, Router, Turn
from handlers.understanding.commands import Command
from handlers.understanding.dates import days_in
from handlers.understanding.patch_words import (
    ASKS_NOBODY,
    FIELDS,
    MOVES,
    NEXT,
    Said,
    asks_back,
    calls_off,
    said_of_patch,
    takes_itself_back,
)
from models.actions import patches as acts
from models.actions.patch_chain import Hand, locked
from models.actions.patches import DayRefused, NoSuchStep, NotWhole
from models.queries import patches as queries
from models.queries.directory import desks
from models.queries.patch_effects import effect
from models.queries.registry import NotFound, Regions
from models.rules.directory import NEAR, Desk, look_up
from models.rules.patches import (
    PatchNotAllowed,
    PatchNotPossible,
    PatchRole,
    PatchState,
    PatchVerb,
    advance,
    next_step,
    possible,
)
from models.rules.regions import regions_within
from models.tables import OfficialKind, Outcome, Patch, PatchEvent

WHY: Final = "why_patch"
"""An open question: why a supervisor decides about a patch as they do."""
WHOM: Final = "whom_patch"
"""An open question: who is to answer for a patch from now on."""
LISTED: Final = 20
LONGEST_NOTE: Final = 500
HASTE: Final = timedelta(minutes=1)
"""For so long after a step 下一步 takes no other one: what comes next is to be named."""
REASONED: Final = frozenset({PatchVerb.KEEP, PatchVerb.DROP})
"""What a supervisor gives a reason for, as through the API."""

_WORD: Final = {verb: word for word, verb in MOVES.items()}

official_router: Final = Router()
supervisor_router: Final = Router()


@official_router.on(Command.PATCHES)
def work(turn: Turn) -> Reply:
    """`补丁`, `补丁 3`, `补丁 3 进展 …`: the patches of this desk, one of them, and what is done with it."""
    said = said_of_patch(turn.order.rest if turn.order else "")
    mine = queries.owned(turn.session, turn.party.desks, limit=LISTED)
    if said.patch_id is None and said.word is None and not said.rest:
        return Reply(say.patches(mine, are_own=True), Outcome.ANSWER)
    row = _which(said, mine)
    if row is None:
        is_unclear = said.patch_id is None and mine
        speech = say.which_patch(mine, are_own=True) if is_unclear else say.no_such_patch(are_own=True)
        return Reply(speech, Outcome.REFUSAL)
    return _try(turn, row.id, said, None)


@supervisor_router.on(Command.PATCHES)
def decide(turn: Turn) -> Reply:
    """`补丁`, `补丁 3`, `补丁 3 下一步`: those of the region; decided about is what lies in it whole."""
    said = said_of_patch(turn.order.rest if turn.order else "")
    regions = _regions(turn)
    if said.patch_id is None:
        rows = queries.of_regions(turn.session, regions, limit=LISTED)
        is_list = said.word is None and not said.rest
        speech = say.patches(rows, are_own=False) if is_list else say.which_patch(rows, are_own=False)
        return Reply(speech, Outcome.ANSWER if is_list else Outcome.REFUSAL)
    return _seen(turn, said.patch_id, said)


@supervisor_router.answering(WHY)
def why(turn: Turn) -> Reply:
    """Take the reason we asked for; what says nothing is asked again, what calls it off ends it."""
    question = turn.party.pending or {}
    says_why = is_reason(turn.text) and not asks_back(turn.text)
    words = turn.text if says_why or calls_off(turn.text) else ""
    patch_id = int(question["patch"])
    said = f"{question.get('whom', '')} {words}".strip()
    return _seen(turn, patch_id, Said(patch_id, _WORD[PatchVerb(question["verb"])], said))


@supervisor_router.answering(WHOM)
def whom(turn: Turn) -> Reply:
    """Take the name we asked for, typed instead of tapped."""
    question = turn.party.pending or {}
    patch_id = int(question["patch"])
    return _seen(turn, patch_id, Said(patch_id, _WORD[PatchVerb.GIVE], turn.text.strip()))


def _seen(turn: Turn, patch_id: int, said: Said) -> Reply:
    """Work a patch that a supervisor may see, as it lies to their regions now."""
    regions = _regions(turn)
    try:
        queries.patch(turn.session, regions, patch_id)
    except NotFound:
        return Reply(say.no_such_patch(are_own=False), Outcome.REFUSAL)
    return _try(turn, patch_id, said, regions)


def _try(turn: Turn, patch_id: int, said: Said, regions: Regions) -> Reply:
    try:
        return _work(turn, locked(turn.session, patch_id), said, regions)
    except PatchNotPossible as refused:
        return Reply(say.patch_not_now(refused.state, refused.verb), Outcome.REFUSAL)
    except PatchNotAllowed as refused:
        return Reply(say.patch_not_yours(refused.verb), Outcome.REFUSAL)


def _which(said: Said, mine: Sequence[Patch]) -> Patch | None:
    """The patch that is named, else the only one this desk has."""
    if said.patch_id is None:
        return mine[0] if len(mine) == 1 else None
    return next((row for row in mine if row.id == said.patch_id), None)


def _work(turn: Turn, row: Patch, said: Said, regions: Regions) -> Reply:
    """Do with a locked patch what is said; it is shown to whom it does not lie inside whole, no more."""
    if said.asks or (said.word is None and not said.rest):
        return _show(turn, row, regions, is_asked=said.asks)
    if not queries.lies_inside(row.regions, regions):
        return Reply(say.patch_of_more_regions(row), Outcome.REFUSAL)
    if takes_itself_back(said):
        return Reply(say.patch_called_off(row.id), Outcome.ANSWER, settles=True)
    return _step(turn, row, said)


def _step(turn: Turn, row: Patch, said: Said) -> Reply:
    if said.word in FIELDS:
        return _amend(turn, row, said)
    if said.word is None:
        return Reply(say.patch_unread(row.id), Outcome.ANSWER)
    role = _hand(turn).role
    verb = next_step(PatchState(row.state), role) if said.word == NEXT else MOVES[said.word]
    if verb is None:
        return Reply(say.patch_waits(row), Outcome.ANSWER)
    if said.word == NEXT and _has_just_moved(turn, row):
        return Reply(say.patch_just_moved(row, verb), Outcome.ANSWER)
    return _SPECIAL.get(verb, _move(verb))(turn, row, said.rest)


def _has_just_moved(turn: Turn, row: Patch) -> bool:
    """Whether somebody took a step so lately that 下一步 may be the same tap once more."""
    moved = exists().where(
        PatchEvent.patch_id == row.id,
        PatchEvent.from_state != PatchEvent.to_state,
        PatchEvent.at > turn.now - HASTE,
    )
    return bool(turn.session.scalar(select(moved)))


def _move(verb: PatchVerb) -> Callable[[Turn, Patch, str], Reply]:
    """Return what takes a step that needs nothing but perhaps a word."""

    def move(turn: Turn, row: Patch, rest: str) -> Reply:
        hand = _hand(turn)
        advance(PatchState(row.state), verb, hand.role)
        if verb in REASONED and not is_reason(rest):
            pending = {"ask": WHY, "patch": row.id, "verb": str(verb)}
            return Reply(say.why_patch(row, verb), Outcome.ANSWER, pending=pending)
        if verb is PatchVerb.PROGRESS and not rest:
            return Reply(say.patch_unread(row.id), Outcome.ANSWER)
        acts.move(turn.session, row, verb, hand, now=turn.now, note=rest[:LONGEST_NOTE])
        speech = say.patch_noted if verb is PatchVerb.PROGRESS else say.patch_moved
        return Reply(speech(row, verb), Outcome.ANSWER, settles=True)

    return move


def _show(turn: Turn, row: Patch, regions: Regions, *, is_asked: bool) -> Reply:
    """All they may know: no shielded case (保密), and for supervisors none of other regions."""
    seen = queries.shown(turn.session, row, regions)
    is_theirs = queries.lies_inside(row.regions, regions)
    verbs = possible(PatchState(row.state), _hand(turn).role) if is_theirs else []
    speech = say.patch_asked_about if is_asked else say.patch
    return Reply(speech(seen, effect(turn.session, row, turn.now, regions=regions), verbs), Outcome.ANSWER)


def _amend(turn: Turn, row: Patch, said: Said) -> Reply:
    name, longest = FIELDS[said.word or ""]
    value: Any = _day(turn, said.rest) if name == "effective_on" else said.rest[:longest]
    if not value:
        return Reply(say.patch_unread(row.id), Outcome.ANSWER)
    acts.amend(turn.session, row, _hand(turn), now=turn.now, **{name: value})
    return Reply(say.patch_noted(row, PatchVerb.AMEND), Outcome.ANSWER)


def _day(turn: Turn, text: str) -> date | None:
    days = days_in(text, turn.now.astimezone(say.LOCAL).date())
    return None if days is None else days.first


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


def _give(turn: Turn, row: Patch, rest: str) -> Reply:
    """`补丁 3 换牵头人 姓名 理由`: the name says who, be it short or of a unit; a reason is asked for."""
    hand = _hand(turn)
    advance(PatchState(row.state), PatchVerb.GIVE, hand.role)
    if not rest:
        return Reply(say.patch_to_whom(row), Outcome.ANSWER, pending=_asks_whom(row))
    region = turn.party.official.region if turn.party.official else ""
    found = look_up(rest, desks(turn.session, region), region)
    asked = turn.party.pending or {}
    asked = asked if asked.get("ask") == WHOM and asked.get("patch") == row.id else {}
    if len(found.desks) != 1:
        offered = found.desks[:NEAR] or found.near
        fit = _asks_whom(row, found.rest or str(asked.get("reason", "")), found.desks)
        speech = say.patch_which_lead(row, found.word, offered, fitting=len(found.desks))
        return Reply(speech, Outcome.ANSWER, pending=fit if found.desks else {**_asks_whom(row), **asked})
    (lead,) = found.desks
    if lead.id == row.owner_id:
        return Reply(say.patch_has_lead(row, lead), Outcome.ANSWER)
    reason = found.rest or (str(asked["reason"]) if lead.id in asked.get("desks", ()) else "")
    if not is_reason(reason):
        pending = {"ask": WHY, "patch": row.id, "verb": str(PatchVerb.GIVE), "whom": found.word}
        return Reply(say.why_patch(row, PatchVerb.GIVE), Outcome.ANSWER, pending=pending)
    acts.give(turn.session, row, lead.id, reason[:LONGEST_NOTE], hand, now=turn.now)
    return Reply(say.patch_given(row, lead), Outcome.ANSWER, settles=True)


def _asks_whom(row: Patch, reason: str = "", fit: Sequence[Desk] = ()) -> dict[str, Any]:
    """A reason is kept for those alone whom the name before it fits: words not understood are none."""
    return {"ask": WHOM, "patch": row.id, "reason": reason, "desks": [each.id for each in fit]}


_SPECIAL: Final[Mapping[PatchVerb, Callable[[Turn, Patch, str], Reply]]] = {
    PatchVerb.CONSULT: _consult,
    PatchVerb.ISSUE: _issue,
    PatchVerb.TAKE_EFFECT: _take_effect,
    PatchVerb.DO_STEP: _do_step,
    PatchVerb.GIVE: _give,
}


def _hand(turn: Turn) -> Hand:
    """Whoever works at the owner's desk, or the supervisor, by post and name."""
    card = turn.party.official
    if card is None:
        raise ValueError("only officials work patches in the chat")
    signed = f"{card.post} {card.name}"
    if card.kind == OfficialKind.SUPERVISOR:
        return Hand(PatchRole.SUPERVISOR, None, signed, official_id=card.id)
    return Hand(PatchRole.OWNER, card.id, signed)


def _regions(turn: Turn) -> frozenset[str]:
    card = turn.party.official
    return regions_within(card.region) if card is not None else frozenset()
