"""From a number on the wall to exactly the cases, or enterprises, that it counts; from there to one case."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from bot.web.api.fields import Id, NumberInPath, RegionCode, TypeCode
from bot.web.api.paging import Paging, cursor
from bot.web.api.parts import Parts
from bot.web.wall.cases import Row, case_of, past_row, region_name, row_of
from bot.web.wall.evenings import PastDay, evening
from bot.web.wall.pages import page
from bot.web.wall.sign_in import Signed, WallParts, Watcher, note
from handlers import say
from models.queries import met_today, ticket_lists
from models.queries.counted import Counted, counted_as, in_week
from models.queries.past_cases import Behind, Known, past_cases
from models.queries.registry import NotFound
from models.rules.lifecycle import Status

MOST: Final = 10_000
"""Longer lists are not counted to their end: the wall's own number is."""

routes: Final = APIRouter(prefix="/wall", include_in_schema=False)


class Wanted(Paging):
    """Which cases: as what they are counted, of whom, where, and of which week, named by its Monday."""

    type: TypeCode | None = None
    status: Status | None = None
    owner: Id | None = None
    region: RegionCode | None = None
    counted: Counted | None = None
    week: date | None = Field(None, ge=date(2000, 1, 1), le=date(8999, 12, 31))
    as_of: PastDay = None


class Are(StrEnum):
    """What happened to enterprises today."""

    DISTURBED = "disturbed"
    HELPED = "helped"


class Met(Paging):
    """Which enterprises."""

    are: Are
    as_of: PastDay = None


@routes.get("/cases")
def cases(request: Request, parts: WallParts, who: Signed, wanted: Annotated[Wanted, Query()]) -> Response:
    """List the cases behind a number, of now or of the wall of a day that is over."""
    at = evening(wanted.as_of, parts.clock())
    count, rows, last = _now(parts, who, wanted) if at is None else _then(request, parts, who, wanted, at)
    note(parts, who, "GET /wall/cases", "wall/cases", [row.number for row in rows])
    owner = rows[0].owner if rows and wanted.owner is not None else ""
    heading = say.cases_behind(
        owner,
        code=wanted.type,
        status=wanted.status,
        region=wanted.region,
        as_=wanted.counted,
        week=wanted.week,
        day=None if at is None else wanted.as_of,
    )
    told: dict[str, Any] = {"heading": heading, "many": say.so_many(count, MOST), "more": _more(wanted, last)}
    return page(request, "cases.html", rows=rows, **told)


_Listed = tuple[int, Sequence[Row], int | None]
"""How many there are, the lines of a page, and the last of them if more follow."""


def _now(parts: Parts, who: Watcher, wanted: Wanted) -> _Listed:
    now = parts.clock()
    only = [] if wanted.counted is None else [counted_as(wanted.counted, now)]
    if wanted.week is not None:
        only.append(in_week(wanted.counted, wanted.week))
    chosen = ticket_lists.Wanted(
        type=wanted.type,
        status=wanted.status,
        owner_id=wanted.owner,
        within=wanted.region,
        only=tuple(only),
    )
    after = None if wanted.after is None else (wanted.place,)
    with parts.database.reading() as session:
        sheets = ticket_lists.tickets(session, who.regions, chosen, after=after, limit=wanted.limit + 1)
        shown = sheets[: wanted.limit]
        rows = [row_of(sheet, now) for sheet in shown]
        last = shown[-1].ticket.id if len(sheets) > wanted.limit else None
        return ticket_lists.how_many(session, who.regions, chosen, most=MOST), rows, last


def _then(request: Request, parts: Parts, who: Watcher, wanted: Wanted, at: datetime) -> _Listed:
    behind = Behind(wanted.counted, wanted.type, wanted.status, wanted.owner, wanted.region, wanted.week)
    page_ = {"after": wanted.place, "limit": wanted.limit + 1, "most": MOST}
    known: Known = request.app.state.wall_past
    with parts.database.reading() as session:
        count, found = past_cases(session, who.regions, behind, at, now=parts.clock(), known=known, **page_)
        shown = found[: wanted.limit]
        rows = [past_row(each, at) for each in shown]
        return count, rows, shown[-1].sheet.ticket.id if len(found) > wanted.limit else None


@routes.get("/enterprises")
def enterprises(request: Request, parts: WallParts, who: Signed, wanted: Annotated[Met, Query()]) -> Response:
    """List the enterprises that were disturbed, or helped, today or on a day that is over."""
    are_helped, now = wanted.are is Are.HELPED, parts.clock()
    at = evening(wanted.as_of, now)
    with parts.database.reading() as session:
        count, unnamed, found = met_today.enterprises_of(
            *(session, who.regions, at or now),
            are_helped=are_helped,
            after=wanted.place,
            limit=wanted.limit + 1,
        )
    shown = found[: wanted.limit]
    note(parts, who, "GET /wall/enterprises", "wall/enterprises", [str(each.firm[0]) for each in shown])
    last = shown[-1].firm[0] if len(found) > wanted.limit else None
    told: dict[str, Any] = {
        "heading": say.enterprises_met(
            are_helped=are_helped, count=count, day=None if at is None else wanted.as_of
        ),
        "more": _more(wanted, last),
    }
    rows = [(each, each.firm[1], region_name(each.firm[2])) for each in shown]
    more = say.enterprises_unnamed(unnamed) if unnamed and last is None else ""
    return page(request, "enterprises.html", rows=rows, are_helped=are_helped, unnamed=more, **told)


def _more(wanted: Paging, last: int | None) -> str:
    """Return what asks for the next page, nothing after the last."""
    if last is None:
        return ""
    asked = {name: value for name, value in wanted.model_dump(mode="json").items() if value}
    return urlencode(asked | {"after": cursor(last)})


@routes.get("/cases/{number}")
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
