"""`/visits`: which officials came to which enterprises, and what those said to it. The chat notes them."""

from typing import Annotated, Final

from fastapi import Query

from bot.web.api.auth import Reader
from bot.web.api.desk_shapes import VisitView
from bot.web.api.fields import Id
from bot.web.api.paging import Page, Paging
from bot.web.api.parts import PartsHere
from bot.web.api.witness import noun
from models.queries import visits as found

routes: Final = noun("/visits", tags=["tickets"])


class Wanted(Paging):
    """Which visits."""

    official_id: Id | None = None
    enterprise_id: Id | None = None


@routes.get("")
def visits(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> Page[VisitView]:
    """List the visits, confirmed, denied and unanswered."""
    with parts.database.reading() as session:
        rows = found.visits(
            session,
            caller.regions,
            official_id=wanted.official_id,
            enterprise_id=wanted.enterprise_id,
            after=wanted.place,
            limit=wanted.limit + 1,
        )
        return Page.of(rows, wanted.limit, VisitView.model_validate)
