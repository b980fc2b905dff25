"""`/officials/{id}/phones`: the numbers an official calls from. Whole they only go in."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader, Writer
from bot.web.api.fields import IdInPath
from bot.web.api.idempotency import OnceHere
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.problems import NO_NUMBER, Refusal
from bot.web.api.schemas_trust import NewPhone, PhoneView
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import phones as registered
from models.queries import leads, registry
from models.rules.phones import only_number
from models.tables import OfficialPhone

routes: Final = noun("/officials/{official_id}/phones", tags=["roster"])


@routes.get("")
def phones(
    parts: PartsHere, caller: Reader, official_id: IdInPath, wanted: Annotated[Listing, Query()]
) -> Page[PhoneView]:
    """List an official's numbers, retired ones too, by their last digits."""
    with parts.database.reading() as session:
        registry.official(session, caller.regions, official_id)
        read = partial(leads.phones, session, official_id)
        return wanted.page(session, OfficialPhone, read, PhoneView.model_validate)


@routes.get("/{phone_id}", dependencies=[Depends(nothing_asked)])
def phone(parts: PartsHere, caller: Reader, official_id: IdInPath, phone_id: IdInPath) -> PhoneView:
    """Read one number's last digits."""
    with parts.database.reading() as session:
        registry.official(session, caller.regions, official_id)
        return PhoneView.model_validate(leads.phone(session, official_id, phone_id))


@routes.post("", status_code=201, response_model=PhoneView, dependencies=[Depends(nothing_asked)])
def add_phone(once: OnceHere, official_id: IdInPath, new: NewPhone) -> Response:
    """Register a number an official calls from. It is kept as a keyed hash; nobody reads it again."""

    def add(session: Session, now: datetime) -> PhoneView:
        registry.official(session, once.caller.regions, official_id)
        number = only_number(new.number)
        if number is None or not number.is_domestic:
            raise Refusal(NO_NUMBER)
        row = registered.register(session, official_id, number, key=once.parts.phone_key, now=now)
        return PhoneView.model_validate(row)

    return once.answer(new, add)


@routes.delete("/{phone_id}", status_code=204, dependencies=[Depends(nothing_asked)])
def retire_phone(
    parts: PartsHere, caller: Writer, seen: SeenHere, official_id: IdInPath, phone_id: IdInPath
) -> None:
    """Retire a number: calls from it are no longer the official's. Doing it twice changes nothing."""
    with parts.database.transaction() as session:
        registry.official(session, caller.regions, official_id)
        row = leads.phone(session, official_id, phone_id)
        seen.must_be(session, lambda: PhoneView.model_validate(row))
        registered.retire(session, row, now=parts.clock())
