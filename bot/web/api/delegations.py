"""`/delegations`: who acts for a leader who is away. They belong to the leader's region."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader, Writer
from bot.web.api.desk_shapes import DelegationView, NewDelegation
from bot.web.api.fields import Id, IdInPath
from bot.web.api.idempotency import OnceHere
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import delegations as acts
from models.queries import delegations as found
from models.queries import registry
from models.tables import Delegation

routes: Final = noun("/delegations", tags=["roster"])


class Wanted(Listing):
    """Which delegations."""

    official_id: Id | None = None


@routes.get("")
def delegations(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[DelegationView]:
    """List the delegations, ended ones too."""
    with parts.database.reading() as session:
        read = partial(found.delegations, session, caller.regions, official_id=wanted.official_id)
        return wanted.page(session, Delegation, read, DelegationView.model_validate)


@routes.get("/{delegation_id}", dependencies=[Depends(nothing_asked)])
def delegation(parts: PartsHere, caller: Reader, delegation_id: IdInPath) -> DelegationView:
    """Read one delegation."""
    with parts.database.reading() as session:
        return DelegationView.model_validate(found.delegation(session, caller.regions, delegation_id))


@routes.post("", status_code=201, response_model=DelegationView, dependencies=[Depends(nothing_asked)])
def delegate(once: OnceHere, new: NewDelegation) -> Response:
    """Let a deputy act for a leader from the first to the last day."""

    def add(session: Session, now: datetime) -> DelegationView:
        registry.official(session, once.caller.regions, new.official_id)
        return DelegationView.model_validate(acts.delegate(session, **new.model_dump(), now=now))

    return once.answer(new, add)


@routes.delete("/{delegation_id}", status_code=204, dependencies=[Depends(nothing_asked)])
def end(parts: PartsHere, caller: Writer, seen: SeenHere, delegation_id: IdInPath) -> None:
    """End a delegation before its last day. What has ended already stays as it was."""
    with parts.database.transaction() as session:
        row = found.delegation(session, caller.regions, delegation_id)
        seen.must_be(session, lambda: DelegationView.model_validate(row))
        acts.end(session, row, now=parts.clock())
