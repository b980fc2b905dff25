"""`/officials`: leaders and their aides."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.fields import IdInPath, RegionCode
from bot.web.api.idempotency import OnceHere
from bot.web.api.paging import Page, Paging, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import NewOfficial, OfficialView
from models.actions import roster
from models.queries import registry

routes: Final = APIRouter(prefix="/officials", tags=["roster"])


class Wanted(Paging):
    """Which officials."""

    region: RegionCode | None = None


@routes.get("")
def officials(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[OfficialView]:
    """List the officials."""
    with parts.database.reading() as session:
        rows = registry.officials(
            session, caller.regions, region=wanted.region, after=wanted.place, limit=wanted.limit + 1
        )
        return Page.of(rows, wanted.limit, OfficialView.model_validate)


@routes.get("/{official_id}", dependencies=[Depends(nothing_asked)])
def official(parts: PartsHere, caller: Reader, official_id: IdInPath) -> OfficialView:
    """Read one official."""
    with parts.database.reading() as session:
        return OfficialView.model_validate(registry.official(session, caller.regions, official_id))


@routes.post("", status_code=201, response_model=OfficialView, dependencies=[Depends(nothing_asked)])
def add_official(once: OnceHere, new: NewOfficial) -> Response:
    """Put a leader or an aide on the roster."""

    def add(session: Session, now: datetime) -> OfficialView:
        once.caller.must_reach(new.region)
        if new.leader_id is not None:
            registry.official(session, once.caller.regions, new.leader_id)
        return OfficialView.model_validate(roster.add_official(session, **new.model_dump(), now=now))

    return once.answer(new, add)
