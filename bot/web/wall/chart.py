"""The wall itself: opened once, renewed in place, turned back to an evening of the past."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from bot.web.api.parts import Parts
from bot.web.api.wall import wall_view
from bot.web.wall.board import DAYS, Board, board_of
from bot.web.wall.cases import region_name, row_of
from bot.web.wall.evenings import PastDay, evening
from bot.web.wall.pages import page, to_day
from bot.web.wall.sign_in import Signed, WallParts, Watcher, note
from handlers import say
from models.queries.ticket_lists import due_next

URGENT: Final = 3
"""Cases of each type that are shown, those due first."""

routes: Final = APIRouter(prefix="/wall", include_in_schema=False)


class Asked(BaseModel):
    """Which day; none is now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(0, ge=0, le=DAYS, description="Where the slider stands; only `as_of` counts.")
    as_of: PastDay = None


@routes.get("")
def whole(request: Request, parts: WallParts, who: Signed, asked: Annotated[Asked, Query()]) -> Response:
    """Show the wall. It is on record when it is opened; what it shows until it is closed is the same look."""
    note(parts, who, "GET /wall", "wall")
    shown = _shown(parts, who, asked.as_of)
    scope = say.WHOLE_PROVINCE if who.region is None else region_name(who.region)
    told = {"scope": scope, "days": DAYS, "map": request.app.state.wall_map}
    return page(request, "wall.html", board=shown, who=who, **told)


@routes.get("/board")
def renewed(request: Request, parts: WallParts, who: Signed, asked: Annotated[Asked, Query()]) -> Response:
    """Show the board alone, to be put in the place of an older one; one of the past is a look of its own."""
    if asked.as_of is not None:
        note(parts, who, "GET /wall/board", f"wall/{asked.as_of.isoformat()}")
    shown = _shown(parts, who, asked.as_of)
    response = page(request, "board.html", board=shown, map=request.app.state.wall_map)
    # The address is that of what is shown: it may be read again, and given to somebody else.
    response.headers["HX-Replace-Url"] = to_day("/wall", shown.as_of)
    return response


def _shown(parts: Parts, who: Watcher, day: date | None) -> Board:
    """Return the board of now, or as it stood at the end of a day that is over."""
    now = parts.clock()
    as_of = evening(day, now)
    if as_of is None:
        day = None
    with parts.database.reading() as session:
        view = wall_view(session, who.regions, now, as_of=as_of)
        urgent = {
            kind.key: [row_of(each, now) for each in due_next(session, who.regions, kind.key, URGENT)]
            for kind in view.types
            if as_of is None
        }
    return board_of(view, urgent, as_of=day, now=now)
