"""`/people/{id}/forget`: take away for good what says who a person was, as they may demand of us."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.web.api.fields import IdInPath, Sent, Shown, Words
from bot.web.api.idempotency import ForgottenOnce
from bot.web.api.paging import nothing_asked
from handlers.understanding.masking import erase
from models.actions import forgetting
from models.queries import registry

routes: Final = APIRouter(prefix="/people", tags=["roster"])


class Demand(Sent):
    """Why a person is to be forgotten; it is kept in the audit, so it should name nobody."""

    reason: Words = Field(examples=["asked for in writing"])


class ForgottenView(Shown):
    """A person of whom only the id is left."""

    id: int
    forgotten_at: datetime


@routes.post("/{person_id}/forget", response_model=ForgottenView, dependencies=[Depends(nothing_asked)])
def forget(once: ForgottenOnce, person_id: IdInPath, demand: Demand) -> Response:
    """Forget a person: their cases stay, what says who they were goes. It cannot be undone.

    Names, WeChat identity, media and pushes go, words are masked, and events in which somebody is named are
    redacted. Somebody who writes with the same WeChat afterwards is somebody new. Twice changes nothing.
    """
    once.parts.about.reason = erase(demand.reason)

    def forgotten(session: Session, now: datetime) -> ForgottenView:
        person = registry.person(session, once.caller.regions, person_id)
        forgetting.forget(session, person_id, erase=erase, now=now)
        return ForgottenView(id=person.id, forgotten_at=person.forgotten_at or now)

    return once.answer(demand, forgotten, status=200)
