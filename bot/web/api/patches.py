"""`/patches`: what is done about a pattern (制度补丁), seen and decided by supervisors.

A key sees a patch that is for one of its regions, and through its own cases only; it changes one whose
regions are all its own.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.fields import Id, IdInPath, Sent
from bot.web.api.idempotency import DecidedOnce, Once
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, Paging, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.patch_shapes import (
    Amended,
    Cleared,
    Consulted,
    Done,
    Given,
    Instrument,
    NewPatch,
    Noted,
    PatchEventView,
    PatchView,
    StateCode,
    patch_view,
)
from bot.web.api.problems import OTHER_REGION, Refusal
from bot.web.api.tags import Seen, SeenHere
from bot.web.api.witness import noun
from models.actions import patches as acts
from models.actions import stumbles
from models.actions.patch_chain import Hand, locked
from models.actions.patches import Draft
from models.queries import feed, registry
from models.queries import patches as queries
from models.queries import patterns as known
from models.queries.patch_effects import effect
from models.queries.registry import Regions
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.patches import PatchRole, PatchVerb
from models.rules.regions import known_region
from models.tables import Patch, PatternState

routes: Final = noun("/patches", tags=["patterns"])


class Wanted(Listing):
    """Which patches."""

    state: StateCode | None = None
    pattern_id: Id | None = None
    owner_id: Id | None = None


Act = Callable[[Session, Patch, Hand, datetime], None]
_NO_QUERY: Final = [Depends(nothing_asked)]


@routes.get("")
def patches(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[PatchView]:
    """List the patches, oldest first."""
    now = parts.clock()
    with parts.database.reading() as session:
        read = partial(
            queries.patches,
            session,
            caller.regions,
            state=wanted.state,
            pattern_id=wanted.pattern_id,
            owner_id=wanted.owner_id,
        )
        view = partial(_view, session, caller.regions, now=now)
        return wanted.page(session, Patch, read, view, lambda seen: seen.row.id)


@routes.get("/{patch_id}", dependencies=_NO_QUERY)
def patch(parts: PartsHere, caller: Reader, patch_id: IdInPath) -> PatchView:
    """Read one patch."""
    with parts.database.reading() as session:
        seen = queries.patch(session, caller.regions, patch_id)
        return _view(session, caller.regions, seen, now=parts.clock())


@routes.get("/{patch_id}/events")
def events(
    parts: PartsHere, caller: Reader, patch_id: IdInPath, wanted: Annotated[Paging, Query()]
) -> Page[PatchEventView]:
    """Read a patch's chain, oldest event first. What enterprises said is sealed in it, not told.

    Figures that count other regions' cases are left out where the key does not reach all of a patch's.
    """
    with parts.database.reading() as session:
        row = queries.patch(session, caller.regions, patch_id).row
        view = partial(PatchEventView.of, is_whole=queries.lies_inside(row.regions, caller.regions))
        rows = queries.events_of(
            session, caller.regions, patch_id, after=wanted.place, limit=wanted.limit + 1
        )
        return Page.of(rows, wanted.limit, view, lambda row: row.seq)


@routes.post("", response_model=PatchView, status_code=201, dependencies=_NO_QUERY)
def open_patch(once: DecidedOnce, asked: NewPatch) -> Response:
    """Open a patch from a pattern (立项)."""
    regions = once.caller.regions
    for code in asked.regions:
        known_region(code)

    def opened(session: Session, now: datetime) -> PatchView:
        pattern = known.for_decision(session, regions, asked.pattern_id)
        if pattern.state != PatternState.OPEN:
            raise registry.NotFound
        if not queries.lies_inside(asked.regions, regions):
            raise Refusal(OTHER_REGION)
        draft = Draft(
            title=asked.title,
            cause=asked.cause,
            owner_id=asked.owner_id,
            regions=tuple(asked.regions),
            due_on=asked.due_on,
            evaluate_days=asked.evaluate_days or once.parts.patch_days,
            steps=tuple(each.as_kept() for each in asked.steps),
            instrument=asked.given(),
        )
        row = acts.open_patch(session, pattern, draft, _hand(once), now=now)
        return _view(session, regions, queries.shown(session, row, regions), now=now)

    return once.answer(asked, opened)


@routes.post("/{patch_id}/actions/draft", response_model=PatchView, dependencies=_NO_QUERY)
def draft(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath) -> Response:
    """Begin to write it (拟制)."""
    return _do(once, seen, patch_id, None, _move(PatchVerb.DRAFT))


@routes.post("/{patch_id}/actions/consult", response_model=PatchView, dependencies=_NO_QUERY)
def consult(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Consulted) -> Response:
    """Put it before those concerned (征求意见); every enterprise of the pattern is asked once."""

    def act(session: Session, row: Patch, by: Hand, now: datetime) -> None:
        acts.consult(session, row, by, asks=asked.asks_enterprises, now=now)

    return _do(once, seen, patch_id, asked, act)


@routes.post("/{patch_id}/actions/amend", response_model=PatchView, dependencies=_NO_QUERY)
def amend(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Amended) -> Response:
    """Say or correct what it says and who does what, before it is issued."""

    def act(session: Session, row: Patch, by: Hand, now: datetime) -> None:
        acts.amend(session, row, by, now=now, **asked.facts())

    return _do(once, seen, patch_id, asked, act)


@routes.post("/{patch_id}/actions/issue", response_model=PatchView, dependencies=_NO_QUERY)
def issue(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Instrument) -> Response:
    """Issue the document (印发). On its day it takes effect by itself."""

    def act(session: Session, row: Patch, by: Hand, now: datetime) -> None:
        acts.issue(session, row, by, now=now, **asked.given())

    return _do(once, seen, patch_id, asked, act)


@routes.post("/{patch_id}/actions/take_effect", response_model=PatchView, dependencies=_NO_QUERY)
def take_effect(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath) -> Response:
    """Put it in effect now (生效): owners and enterprises concerned are each told once."""

    def act(session: Session, row: Patch, by: Hand, now: datetime) -> None:
        acts.take_effect(session, row, by, now=now)

    return _do(once, seen, patch_id, None, act)


@routes.post("/{patch_id}/actions/evaluate", response_model=PatchView, dependencies=_NO_QUERY)
def evaluate(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath) -> Response:
    """Have it judged before its time (评估)."""
    return _do(once, seen, patch_id, None, _move(PatchVerb.EVALUATE))


@routes.post("/{patch_id}/actions/restart", response_model=PatchView, dependencies=_NO_QUERY)
def restart(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Noted) -> Response:
    """Begin anew with a patch that has not worked (无效重启)."""
    return _do(once, seen, patch_id, asked, _move(PatchVerb.RESTART, asked.note))


@routes.post("/{patch_id}/actions/keep", response_model=PatchView, dependencies=_NO_QUERY)
def keep(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Noted) -> Response:
    """Keep a patch against its figures, and say why."""
    return _do(once, seen, patch_id, asked, _move(PatchVerb.KEEP, asked.note))


@routes.post("/{patch_id}/actions/drop", response_model=PatchView, dependencies=_NO_QUERY)
def drop(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Noted) -> Response:
    """Drop a patch that is not issued yet, and say why."""
    return _do(once, seen, patch_id, asked, _move(PatchVerb.DROP, asked.note))


@routes.post("/{patch_id}/actions/progress", response_model=PatchView, dependencies=_NO_QUERY)
def progress(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Noted) -> Response:
    """Note how far it has come (进展)."""
    return _do(once, seen, patch_id, asked, _move(PatchVerb.PROGRESS, asked.note))


@routes.post("/{patch_id}/actions/do_step", response_model=PatchView, dependencies=_NO_QUERY)
def do_step(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Done) -> Response:
    """Note that a step is done."""

    def act(session: Session, row: Patch, by: Hand, now: datetime) -> None:
        acts.do_step(session, row, asked.step, by, now=now)

    return _do(once, seen, patch_id, asked, act)


@routes.post("/{patch_id}/actions/give", response_model=PatchView, dependencies=_NO_QUERY)
def give(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Given) -> Response:
    """Have another leader answer for it; they are told."""

    def act(session: Session, row: Patch, by: Hand, now: datetime) -> None:
        acts.give(session, row, asked.owner_id, asked.reason, by, now=now)

    return _do(once, seen, patch_id, asked, act)


@routes.post("/{patch_id}/actions/clear", response_model=PatchView, dependencies=_NO_QUERY)
def clear(once: DecidedOnce, seen: SeenHere, patch_id: IdInPath, asked: Cleared) -> Response:
    """Say that a case did not stumble over it (不是再绊); it is counted no more."""

    def act(session: Session, _row: Patch, by: Hand, now: datetime) -> None:
        ticket = feed.for_decision(session, once.caller.regions, asked.number)
        actor = Actor(Role.SUPERVISOR, None, signed=by.signed)
        stumbles.unstumble(session, ticket, actor, now=now)

    return _do(once, seen, patch_id, asked, act)


def _move(verb: PatchVerb, note: str = "") -> Act:
    return lambda session, row, by, now: acts.move(session, row, verb, by, now=now, note=note)


def _do(once: Once, seen: Seen, patch_id: int, asked: Sent | None, act: Act) -> Response:
    """Do it once, signed with the key's name, and answer with the patch as it is then."""

    def done(session: Session, now: datetime) -> PatchView:
        regions = once.caller.regions
        queries.patch(session, regions, patch_id)
        row = locked(session, patch_id)
        if not queries.lies_inside(row.regions, regions):
            raise Refusal(OTHER_REGION)
        seen.must_be(session, lambda: _view(session, regions, queries.shown(session, row, regions), now=now))
        act(session, row, _hand(once), now)
        session.flush()
        return _view(session, regions, queries.shown(session, row, regions), now=now)

    return once.answer(asked, done, status=200)


def _hand(once: Once) -> Hand:
    return Hand(PatchRole.SUPERVISOR, once.caller.key_id, once.caller.name)


def _view(session: Session, regions: Regions, seen: queries.Shown, *, now: datetime) -> PatchView:
    return patch_view(seen, effect(session, seen.row, now, regions=regions))
