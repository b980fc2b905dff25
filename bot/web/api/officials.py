"""`/officials`: leaders and their aides; a post handed over, a post left."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.desk_shapes import HandoverView, NewHandover
from bot.web.api.fields import IdInPath, RegionCode
from bot.web.api.idempotency import OnceHere
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import NewOfficial, OfficialView
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import handover as handovers
from models.actions import roster
from models.actions.conversation import LOCAL
from models.queries import registry
from models.queries.registry import Regions
from models.tables import Handover, Official

routes: Final = noun("/officials", tags=["roster"])


class Wanted(Listing):
    """Which officials."""

    region: RegionCode | None = None


@routes.get("")
def officials(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[OfficialView]:
    """List the officials."""
    with parts.database.reading() as session:
        read = partial(registry.officials, session, caller.regions, region=wanted.region)
        return wanted.page(session, Official, read, OfficialView.model_validate)


@routes.get("/{official_id}", dependencies=[Depends(nothing_asked)])
def official(parts: PartsHere, caller: Reader, official_id: IdInPath) -> OfficialView:
    """Read one official."""
    with parts.database.reading() as session:
        return _official(session, caller.regions, official_id)


@routes.post("", status_code=201, response_model=OfficialView, dependencies=[Depends(nothing_asked)])
def add_official(once: OnceHere, new: NewOfficial) -> Response:
    """Put a leader or an aide on the roster."""

    def add(session: Session, now: datetime) -> OfficialView:
        once.caller.must_reach(new.region)
        if new.leader_id is not None:
            registry.official(session, once.caller.regions, new.leader_id)
        return OfficialView.model_validate(roster.add_official(session, **new.model_dump(), now=now))

    return once.answer(new, add)


@routes.post(
    "/{official_id}/handover",
    status_code=201,
    response_model=HandoverView,
    dependencies=[Depends(nothing_asked)],
)
def hand_over(once: OnceHere, seen: SeenHere, official_id: IdInPath, new: NewHandover) -> Response:
    """Give all cases and pairings of an official to a successor, in one signed list."""

    def give(session: Session, now: datetime) -> HandoverView:
        for either in (official_id, new.to):
            registry.official(session, once.caller.regions, either)
        seen.must_be(session, lambda: _official(session, once.caller.regions, official_id))
        row = handovers.hand_over(
            session,
            from_id=official_id,
            to_id=new.to,
            reason=new.reason,
            on=new.on or now.astimezone(LOCAL).date(),
            key_id=once.caller.key_id,
            now=now,
        )
        return _list(row)

    return once.answer(new, give)


@routes.get("/{official_id}/handover/{handover_id}", dependencies=[Depends(nothing_asked)])
def handover(parts: PartsHere, caller: Reader, official_id: IdInPath, handover_id: IdInPath) -> HandoverView:
    """Read the signed list of one handover."""
    with parts.database.reading() as session:
        return _list(registry.handover(session, caller.regions, official_id, handover_id))


@routes.post("/{official_id}/retire", response_model=OfficialView, dependencies=[Depends(nothing_asked)])
def retire(once: OnceHere, seen: SeenHere, official_id: IdInPath) -> Response:
    """Take an official off the roster, once nothing is left in their hands."""

    def leave(session: Session, now: datetime) -> OfficialView:
        registry.official(session, once.caller.regions, official_id)
        seen.must_be(session, lambda: _official(session, once.caller.regions, official_id))
        return OfficialView.model_validate(handovers.retire(session, official_id, now=now))

    return once.answer(None, leave, status=200)


def _official(session: Session, regions: Regions, official_id: int) -> OfficialView:
    return OfficialView.model_validate(registry.official(session, regions, official_id))


def _list(row: Handover) -> HandoverView:
    return HandoverView(
        id=row.id,
        from_id=row.from_id,
        to_id=row.to_id,
        reason=row.reason,
        effective_on=row.effective_on,
        at=row.at,
        tickets=[number for number, _ in row.listed["tickets"]],
        tasks=[number for number, _ in row.listed.get("tasks", [])],
        pairings=row.listed["pairings"],
        digest=row.digest,
    )
