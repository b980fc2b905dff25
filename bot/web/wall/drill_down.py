"""From a number on the wall to the cases behind it, and from there to one case."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.web.api.fields import Id, NumberInPath, RegionCode, TypeCode
from bot.web.api.paging import Paging, cursor
from bot.web.wall.cases import case_of, row_of
from bot.web.wall.pages import page
from bot.web.wall.sign_in import Signed, WallParts, note
from handlers import say
from models.queries import ticket_lists
from models.queries.registry import NotFound
from models.queries.ticket_lists import Light
from models.rules.lifecycle import Status

routes: Final = APIRouter(prefix="/wall/cases", include_in_schema=False)


class Wanted(Paging):
    """Which cases."""

    type: TypeCode | None = None
    status: Status | None = None
    owner: Id | None = None
    region: RegionCode | None = None
    light: Light | None = None
    in_work: bool = False


@routes.get("")
def cases(request: Request, parts: WallParts, who: Signed, wanted: Annotated[Wanted, Query()]) -> Response:
    """List the cases behind a number."""
    now = parts.clock()
    chosen = ticket_lists.Wanted(
        type=wanted.type,
        status=wanted.status,
        owner_id=wanted.owner,
        within=wanted.region,
        light=wanted.light,
        light_at=now,
        in_work=wanted.in_work,
    )
    after = None if wanted.after is None else (wanted.place,)
    with parts.database.reading() as session:
        sheets = ticket_lists.tickets(session, who.regions, chosen, after=after, limit=wanted.limit + 1)
        shown = sheets[: wanted.limit]
        rows = [row_of(sheet, now) for sheet in shown]
        last = shown[-1].ticket.id if len(sheets) > wanted.limit else None
    note(parts, who, "GET /wall/cases", "wall/cases", [row.number for row in rows])
    asked = {name: value for name, value in wanted.model_dump(mode="json").items() if value}
    more = "" if last is None else urlencode(asked | {"after": cursor(last)})
    heading = say.cases_behind(wanted.type, wanted.status, wanted.region, wanted.light)
    return page(request, "cases.html", rows=rows, more=more, heading=heading)


@routes.get("/{number}")
def case(request: Request, parts: WallParts, who: Signed, number: NumberInPath) -> Response:
    """Show one case with its timeline."""
    try:
        with parts.database.reading() as session:
            shown = case_of(session, who.regions, number, parts.clock())
    except NotFound:
        note(parts, who, "GET /wall/cases/{number}", f"wall/cases/{number}", is_refused=True)
        raise
    note(parts, who, "GET /wall/cases/{number}", f"wall/cases/{shown.number}")
    return page(request, "case.html", case=shown)
