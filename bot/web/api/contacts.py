"""`/contacts`: who speaks for an enterprise.

They come about by invites, which the person confirms in the chat, or an office that knows them enters them.
"""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.web.api.auth import Caller, Reader
from bot.web.api.fields import Id, IdInPath
from bot.web.api.idempotency import OnceByOffice
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import ContactView, EnterpriseName, NewContact
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import contacts as actions
from models.queries import registry
from models.rules.permissions import Deed
from models.tables import Contact, Enterprise

routes: Final = noun("/contacts", tags=["roster"])


class Wanted(Listing):
    """Which contacts."""

    enterprise_id: Id | None = None


@routes.get("")
def contacts(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[ContactView]:
    """List the contacts."""
    with parts.database.reading() as session:
        read = partial(registry.contacts, session, caller.regions, enterprise_id=wanted.enterprise_id)
        return wanted.page(session, Contact, read, lambda row: _view(row, caller), lambda row: row[0].id)


@routes.get("/{contact_id}", dependencies=[Depends(nothing_asked)])
def contact(parts: PartsHere, caller: Reader, contact_id: IdInPath) -> ContactView:
    """Read one contact."""
    with parts.database.reading() as session:
        return _view(registry.contact(session, caller.regions, contact_id), caller)


@routes.post("", status_code=201, response_model=ContactView, dependencies=[Depends(nothing_asked)])
def add_contact(once: OnceByOffice, new: NewContact) -> Response:
    """Enter who speaks for an enterprise: somebody who has written to the account or follows it.

    What they asked for before becomes the enterprise's. Entered again they stay the contact they are.
    """

    def add(session: Session, now: datetime) -> ContactView:
        registry.enterprise(session, once.caller.regions, new.enterprise_id)
        registry.person(session, once.caller.regions, new.person_id)
        row = actions.enter(session, **new.model_dump(), now=now)
        return _view(registry.contact(session, once.caller.regions, row.id), once.caller)

    return once.answer(new, add)


@routes.post("/{contact_id}/end", response_model=ContactView, dependencies=[Depends(nothing_asked)])
def end_contact(once: OnceByOffice, seen: SeenHere, contact_id: IdInPath) -> Response:
    """End a contact who has left: they keep what they said, and see and hear no more of the enterprise.

    What was still on its way to them goes to the newest contact left. One that has ended stays as it was.
    """

    def end(session: Session, now: datetime) -> ContactView:
        row = registry.contact(session, once.caller.regions, contact_id)
        seen.must_be(session, lambda: _view(row, once.caller))
        actions.leave(session, row[0], now=now)
        return _view(row, once.caller)

    return once.answer(None, end, status=200)


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
