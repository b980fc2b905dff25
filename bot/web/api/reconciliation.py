"""`/reconciliation`: what reached us and ended in nothing. It should be empty (MISSION.md, 1)."""

from typing import Annotated, Final

from fastapi import Query

from bot.web.api.auth import Reader
from bot.web.api.delivery_schemas import UnsettledView
from bot.web.api.paging import Page, Paging
from bot.web.api.parts import PartsHere
from bot.web.api.witness import noun
from models.queries import registry

routes: Final = noun("/reconciliation", tags=["delivery"])


@routes.get("")
def reconciliation(
    parts: PartsHere, caller: Reader, wanted: Annotated[Paging, Query()]
) -> Page[UnsettledView]:
    """List pushes that ended in nothing. They belong to no region, so a key for one does not see them."""
    caller.must_reach_everything()
    with parts.database.reading() as session:
        now = parts.clock()
        rows = registry.unsettled(session, after=wanted.place, limit=wanted.limit + 1, now=now)
        return Page.of(rows, wanted.limit, UnsettledView.model_validate)
