"""`/patterns`: cases that tell of one stone (同类问题), and what supervisors decide about them.

A key sees a pattern through the cases of its own regions. It decides only where all cases are its own.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Query, Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.pattern_words import tell_anew, told_in_its_own_words
from bot.web.api.auth import Reader
from bot.web.api.fields import Id, IdInPath, NumberInPath, Sent, Shown, TypeCode, Words
from bot.web.api.idempotency import DecidedOnce
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.problems import OTHER_REGION, Refusal
from bot.web.api.schemas import OwnerCard
from bot.web.api.tags import Seen, SeenHere
from bot.web.api.witness import noun
from models.actions import patterns as actions
from models.actions.patterns import Signature
from models.queries import feed
from models.queries import patterns as queries
from models.queries.registry import Regions
from models.rules.numbers import number_of
from models.tables import Pattern, PatternDecision

routes: Final = noun("/patterns", tags=["patterns"])

_CASES: Final = "tickets"
"""What of a decision names cases."""
_WHOSE_WORDS: Final = "told_from"
"""In whose words a pattern was told, for when one of them is shielded: shown to nobody."""


class Wanted(Listing):
    """Which patterns."""

    type: TypeCode | None = None
    state: Literal["open", "dismissed"] = "open"


class CaseCard(Shown):
    """A case that shows a pattern well."""

    number: str
    title: str
    status: str


class DecisionView(Shown):
    """What somebody decided about a pattern."""

    verb: str
    signed: str
    at: datetime
    data: dict[str, Any]


class PatternView(Shown):
    """A pattern, as the cases of the key's regions show it. `trend` counts cases by month."""

    id: int
    type: TypeCode
    state: str
    title: str
    stone: str = Field(
        description="The sentence of its cases that says most of all, masked; or a large model's, where one "
        "is set up, which then is marked behind it."
    )
    opened_at: datetime
    cases: int
    enterprises: int = Field(description="Different enterprises; copies of another's words do not count.")
    solved: int
    regions: dict[str, int]
    departments: dict[str, int]
    trend: dict[str, int] = Field(examples=[{"2026-10": 2, "2026-11": 5}])
    typical: list[CaseCard]
    suggested_owner: OwnerCard | None
    decisions: list[DecisionView]


class NewTitle(Sent):
    """What a pattern is called from now on."""

    title: Annotated[str, Field(min_length=2, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]


class SplitOff(NewTitle):
    """Which cases become a pattern of their own, and what that is called."""

    numbers: Annotated[list[NumberInPath], Field(min_length=1, max_length=200)]


class Joined(Sent):
    """Which pattern becomes part of this one."""

    pattern_id: Id


class Dismissed(Sent):
    """Why it is none."""

    reason: Words


Act = Callable[[Session, Pattern, Signature, datetime], Pattern]


@routes.get("")
def patterns(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[PatternView]:
    """List the patterns, oldest first."""
    with parts.database.reading() as session:
        read = partial(queries.patterns, session, caller.regions, type_code=wanted.type, state=wanted.state)
        view = partial(_view, regions=caller.regions)
        return wanted.page(session, Pattern, read, view, lambda seen: seen.row.id)


@routes.get("/{pattern_id}", dependencies=[Depends(nothing_asked)])
def pattern(parts: PartsHere, caller: Reader, pattern_id: IdInPath) -> PatternView:
    """Read one pattern; of one that was joined to another, that other."""
    with parts.database.reading() as session:
        return _view(queries.pattern(session, caller.regions, pattern_id), caller.regions)


@routes.post(
    "/{pattern_id}/actions/rename", response_model=PatternView, dependencies=[Depends(nothing_asked)]
)
def rename(once: DecidedOnce, seen: SeenHere, pattern_id: IdInPath, asked: NewTitle) -> Response:
    """Give a pattern a title that stays."""

    def act(session: Session, row: Pattern, by: Signature, now: datetime) -> Pattern:
        actions.rename(session, row, asked.title, by, now=now)
        return row

    return _decide(once, seen, pattern_id, asked, act)


@routes.post("/{pattern_id}/actions/split", response_model=PatternView, dependencies=[Depends(nothing_asked)])
def split(once: DecidedOnce, seen: SeenHere, pattern_id: IdInPath, asked: SplitOff) -> Response:
    """Make some cases a pattern of their own, and answer with it. Nothing joins the two again by itself."""

    def act(session: Session, row: Pattern, by: Signature, now: datetime) -> Pattern:
        ids = [feed.ticket(session, once.caller.regions, number).ticket.id for number in asked.numbers]
        new = actions.split(session, row, ids, asked.title, by, now=now)
        tell_anew(session, new)
        if not told_in_its_own_words(session, row):
            tell_anew(session, row)
        return new

    return _decide(once, seen, pattern_id, asked, act)


@routes.post("/{pattern_id}/actions/join", response_model=PatternView, dependencies=[Depends(nothing_asked)])
def join(once: DecidedOnce, seen: SeenHere, pattern_id: IdInPath, asked: Joined) -> Response:
    """Make another pattern part of this one."""

    def act(session: Session, row: Pattern, by: Signature, now: datetime) -> Pattern:
        other = _own(session, once.caller.regions, asked.pattern_id)
        actions.join(session, row, other, by, now=now)
        return row

    return _decide(once, seen, pattern_id, asked, act)


@routes.post(
    "/{pattern_id}/actions/dismiss", response_model=PatternView, dependencies=[Depends(nothing_asked)]
)
def dismiss(once: DecidedOnce, seen: SeenHere, pattern_id: IdInPath, asked: Dismissed) -> Response:
    """Say that a pattern is none: it is listed no more, and its cases make no other."""

    def act(session: Session, row: Pattern, by: Signature, now: datetime) -> Pattern:
        actions.dismiss(session, row, asked.reason, by, now=now)
        return row

    return _decide(once, seen, pattern_id, asked, act)


def _decide(once: DecidedOnce, seen: Seen, pattern_id: int, asked: Sent, act: Act) -> Response:
    """Do it once, signed with the key's name, and answer with the pattern as it is then."""

    def decided(session: Session, now: datetime) -> PatternView:
        caller, regions = once.caller, once.caller.regions
        row = _own(session, regions, pattern_id)
        seen.must_be(session, lambda: _view(queries.pattern(session, regions, pattern_id), regions))
        found = act(session, row, Signature(caller.key_id, caller.name), now)
        session.flush()
        return _view(queries.pattern(session, regions, found.id), regions)

    return once.answer(asked, decided, status=200)


def _own(session: Session, regions: Regions, pattern_id: int) -> Pattern:
    row = queries.for_decision(session, regions, pattern_id)
    if not queries.lies_inside(session, regions, row.id):
        raise Refusal(OTHER_REGION)
    return row


def _view(seen: queries.Seen, regions: Regions) -> PatternView:
    row, owner = seen.row, seen.suggested_owner
    return PatternView(
        id=row.id,
        type=row.type,
        state=row.state,
        title=row.title,
        stone=row.stone,
        opened_at=row.opened_at,
        cases=seen.cases,
        enterprises=seen.enterprises,
        solved=seen.solved,
        regions=dict(seen.regions),
        departments=dict(seen.departments),
        trend=dict(seen.trend),
        typical=[
            CaseCard(number=number_of(each.id), title=each.title, status=each.status) for each in seen.typical
        ],
        suggested_owner=None if owner is None else OwnerCard.model_validate(owner),
        decisions=[_decision(each, regions) for each in seen.decisions],
    )


def _decision(one: PatternDecision, regions: Regions) -> DecisionView:
    """Return what was decided; which cases it was about, only to whoever may see all of them."""
    hidden = {_WHOSE_WORDS} if regions is None else {_WHOSE_WORDS, _CASES}
    data = {key: said for key, said in one.data.items() if key not in hidden}
    return DecisionView(verb=one.verb, signed=one.signed, at=one.at, data=data)
