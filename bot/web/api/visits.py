"""`/visits`: which officials came to which enterprises, and what those said to it. The chat notes them."""

from functools import partial
from typing import Annotated, Final

from fastapi import Query

from bot.web.api.auth import Reader
from bot.web.api.desk_shapes import VisitView
from bot.web.api.fields import Id
from bot.web.api.listing import Listing
from bot.web.api.paging import Page
from bot.web.api.parts import PartsHere
from bot.web.api.witness import noun
from handlers import say
from models.queries import visits as found
from models.queries.shielded import visits_behind
from models.tables import Visit

routes: Final = noun("/visits", tags=["tickets"])


class Wanted(Listing):
    """Which visits."""

    official_id: Id | None = None
    enterprise_id: Id | None = None


@routes.get("")
def visits(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[VisitView]:
    """List the visits, confirmed, denied and unanswered; what led to a shielded case without its note."""
    with parts.database.reading() as session:
        read = partial(
            found.visits,
            session,
            caller.regions,
            official_id=wanted.official_id,
            enterprise_id=wanted.enterprise_id,
        )
        behind = visits_behind(session)

        def shown(row: Visit) -> VisitView:
            view = VisitView.model_validate(row)
            return view.model_copy(update={"note": say.SHIELDED}) if row.id in behind else view

        return wanted.page(session, Visit, read, shown)
