"""`/contacts`: who speaks for an enterprise. They come about by invites, which the person confirms."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Row

from bot.web.api.auth import Caller, Reader
from bot.web.api.fields import Id, IdInPath
from bot.web.api.paging import Page, Paging, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import ContactView, EnterpriseName
from models.queries import registry
from models.rules.permissions import Deed
from models.tables import Contact, Enterprise

routes: Final = APIRouter(prefix="/contacts", tags=["roster"])


class Wanted(Paging):
    """Which contacts."""

    enterprise_id: Id | None = None


@routes.get("")
def contacts(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[ContactView]:
    """List the contacts."""
    with parts.database.reading() as session:
        rows = registry.contacts(
            session,
            caller.regions,
            enterprise_id=wanted.enterprise_id,
            after=wanted.place,
            limit=wanted.limit + 1,
        )
        return Page.of(rows, wanted.limit, lambda row: _view(row, caller), lambda row: row[0].id)


@routes.get("/{contact_id}", dependencies=[Depends(nothing_asked)])
def contact(parts: PartsHere, caller: Reader, contact_id: IdInPath) -> ContactView:
    """Read one contact."""
    with parts.database.reading() as session:
        return _view(registry.contact(session, caller.regions, contact_id), caller)


def _view(row: Row[Contact, Enterprise, str], caller: Caller) -> ContactView:
    contact, enterprise, openid = row
    return ContactView(
        id=contact.id,
        person_id=contact.person_id,
        openid=openid if caller.may(Deed.SEE_OPENIDS) else None,
        enterprise=EnterpriseName.model_validate(enterprise),
        name=contact.name,
        role=contact.role,
        is_active=contact.is_active,
        no_calls=contact.no_calls,
        since=contact.since,
    )
