"""`/people/{id}`: for whom a person speaks; `/forget` takes away who they are, as they may demand of us."""

from datetime import datetime
from typing import Final

from fastapi import Depends, Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.fields import IdInPath, Sent, Shown, Words
from bot.web.api.idempotency import ForgottenOnce
from bot.web.api.paging import nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from handlers.understanding.masking import erase
from models.actions import forgetting
from models.queries import registry
from models.queries.registry import Regions
from models.tables import Person

routes: Final = noun("/people", tags=["roster"])

AGAIN: Final = "forgotten before"
"""The reason on record when somebody is forgotten once more."""


class Demand(Sent):
    """Why a person is to be forgotten; it is kept in the audit, so it should name nobody."""

    reason: Words = Field(examples=["asked for in writing"])


class PersonView(Shown):
    """Somebody who has written to us: what they are now. Of somebody forgotten only the id is left."""

    id: int
    official_id: int | None
    contacts: list[int] = Field(
        description="For whom they speak: ids of contacts that have not ended.", examples=[[5]]
    )
    forgotten_at: datetime | None


@routes.get("/{person_id}", dependencies=[Depends(nothing_asked)])
def person(parts: PartsHere, caller: Reader, person_id: IdInPath) -> PersonView:
    """Read what a person is to us."""
    with parts.database.reading() as session:
        return _person(session, caller.regions, person_id)


@routes.post("/{person_id}/forget", response_model=PersonView, dependencies=[Depends(nothing_asked)])
def forget(once: ForgottenOnce, seen: SeenHere, person_id: IdInPath, demand: Demand) -> Response:
    """Forget a person: their cases stay, what says who they were goes. It cannot be undone.

    Names, WeChat identity, media and pushes go, words are masked, and events in which somebody is named are
    redacted. Somebody who writes with the same WeChat afterwards is somebody new. Twice changes nothing.
    """
    once.parts.about.reason = erase(demand.reason)

    def forgotten(session: Session, now: datetime) -> PersonView:
        regions = once.caller.regions
        seen.must_be(session, lambda: _person(session, regions, person_id))
        row = registry.person(session, regions, person_id)
        # Whose name is forgotten cannot be taken out of a reason any more.
        names = forgetting.names_of(session, person_id)
        reason = AGAIN if row.forgotten_at is not None else erase(demand.reason, names)
        once.parts.about.reason = reason
        forgetting.forget(session, person_id, erase=erase, now=now)
        return _view(session, regions, row)

    return once.answer(demand, forgotten, status=200)


def _person(session: Session, regions: Regions, person_id: int) -> PersonView:
    return _view(session, regions, registry.person(session, regions, person_id))


def _view(session: Session, regions: Regions, row: Person) -> PersonView:
    return PersonView(
        id=row.id,
        official_id=row.official_id,
        contacts=registry.contacts_of(session, regions, row.id),
        forgotten_at=row.forgotten_at,
    )
