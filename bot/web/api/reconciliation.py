"""`/reconciliation`: what reached us and ended in nothing. It should be empty (MISSION.md, 1)."""

from functools import partial
from typing import Annotated, Final

from fastapi import Query

from bot.web.api.auth import Reader
from bot.web.api.delivery_schemas import UnsettledView
from bot.web.api.listing import Listing
from bot.web.api.paging import Page
from bot.web.api.parts import PartsHere
from bot.web.api.witness import noun
from models.queries import registry
from models.tables import Inbox

routes: Final = noun("/reconciliation", tags=["delivery"])


@routes.get("")
def reconciliation(
    parts: PartsHere, caller: Reader, wanted: Annotated[Listing, Query()]
) -> Page[UnsettledView]:
    """List pushes that ended in nothing. They belong to no region, so a key for one does not see them."""
    caller.must_reach_everything()
    with parts.database.reading() as session:
        now = parts.clock()
        read = partial(registry.unsettled, session, now=now)
        return wanted.page(session, Inbox, read, UnsettledView.model_validate)
