"""`/enterprises`: the businesses we know."""

from datetime import datetime
from functools import partial
from typing import Annotated, ClassVar, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.fields import CreditCode, IdInPath, RegionCode
from bot.web.api.idempotency import OnceHere
from bot.web.api.listing import SparseListing
from bot.web.api.paging import Page, SparsePage, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import EnterpriseView, NewEnterprise
from bot.web.api.witness import noun
from models.actions import roster
from models.queries import registry
from models.tables import Enterprise

routes: Final = noun("/enterprises", tags=["roster"])


class Wanted(SparseListing):
    """Which enterprises."""

    shown: ClassVar = EnterpriseView
    region: RegionCode | None = None
    credit_code: CreditCode | None = None


@routes.get("")
def enterprises(
    parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]
) -> Page[EnterpriseView] | SparsePage:
    """List the enterprises."""
    with parts.database.reading() as session:
        read = partial(
            registry.enterprises,
            session,
            caller.regions,
            region=wanted.region,
            credit_code=wanted.credit_code,
        )
        return wanted.pick(wanted.page(session, Enterprise, read, EnterpriseView.model_validate))


@routes.get("/{enterprise_id}", dependencies=[Depends(nothing_asked)])
def enterprise(parts: PartsHere, caller: Reader, enterprise_id: IdInPath) -> EnterpriseView:
    """Read one enterprise."""
    with parts.database.reading() as session:
        return EnterpriseView.model_validate(registry.enterprise(session, caller.regions, enterprise_id))


@routes.post("", status_code=201, response_model=EnterpriseView, dependencies=[Depends(nothing_asked)])
def add_enterprise(once: OnceHere, new: NewEnterprise) -> Response:
    """Put an enterprise on the roster."""

    def add(session: Session, now: datetime) -> EnterpriseView:
        once.caller.must_reach(new.region)
        return EnterpriseView.model_validate(roster.add_enterprise(session, **new.model_dump(), now=now))

    return once.answer(new, add)
