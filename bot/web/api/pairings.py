"""`/pairings`: which enterprise is in which leader's care. They belong to the enterprise's region."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader, Writer
from bot.web.api.fields import Id, IdInPath
from bot.web.api.idempotency import OnceHere
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import NewPairing, PairingView
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import roster
from models.queries import registry
from models.tables import Pairing

routes: Final = noun("/pairings", tags=["roster"])


class Wanted(Listing):
    """Which pairings."""

    official_id: Id | None = None


@routes.get("")
def pairings(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[PairingView]:
    """List the pairings, ended ones too."""
    with parts.database.reading() as session:
        read = partial(registry.pairings, session, caller.regions, official_id=wanted.official_id)
        return wanted.page(session, Pairing, read, PairingView.model_validate)


@routes.get("/{pairing_id}", dependencies=[Depends(nothing_asked)])
def pairing(parts: PartsHere, caller: Reader, pairing_id: IdInPath) -> PairingView:
    """Read one pairing."""
    with parts.database.reading() as session:
        return PairingView.model_validate(registry.pairing(session, caller.regions, pairing_id))


@routes.post("", status_code=201, response_model=PairingView, dependencies=[Depends(nothing_asked)])
def pair(once: OnceHere, new: NewPairing) -> Response:
    """Put an enterprise into a leader's care: at most 20 a leader, one leader an enterprise."""

    def add(session: Session, now: datetime) -> PairingView:
        registry.enterprise(session, once.caller.regions, new.enterprise_id)
        registry.official(session, once.caller.regions, new.official_id)
        return PairingView.model_validate(roster.pair(session, **new.model_dump(), now=now))

    return once.answer(new, add)


@routes.delete("/{pairing_id}", status_code=204, dependencies=[Depends(nothing_asked)])
def unpair(parts: PartsHere, caller: Writer, seen: SeenHere, pairing_id: IdInPath) -> None:
    """End a pairing; its slot is free again. What has ended already stays as it was."""
    with parts.database.transaction() as session:
        row = registry.pairing(session, caller.regions, pairing_id)
        seen.must_be(session, lambda: PairingView.model_validate(row))
        roster.unpair(session, pairing_id, now=parts.clock())
