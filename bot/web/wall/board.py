"""What the board shows, made of the answer of `/api/v1/wall`: its numbers cannot differ from the API's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.web.api.parts import Parts
from bot.web.api.rates_shapes import CountsView, GroupView, WallView
from bot.web.api.wall import wall_view
from bot.web.wall.cases import Row, region_name, row_of
from bot.web.wall.pages import page
from bot.web.wall.sign_in import Signed, WallParts, Watcher, note
from config import catalog
from handlers import say
from models.queries.ticket_lists import due_next
from models.queries.wall import WEEKS
from models.rules.counting import SHANGHAI
from models.rules.lifecycle import Status
from models.rules.rates import Rate

DAYS: Final = 180
"""How far back the wall can be turned."""
URGENT: Final = 3
"""Cases of each type that are shown, those due first."""
SCALE: Final = 5
"""Steps of colour in the matrix."""
_LIGHTS: Final = ("green", "amber", "red")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number at the top, its name, of which numbers it is made, and what these count."""

    name: str
    value: str
    says: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One colour of a column's bar: where it begins and how wide it is, of 100."""

    light: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Place:
    """A type's column or a region's tile: how many cases, and how they stand with their clocks."""

    code: str
    name: str
    received: int
    in_hand: int
    green: int
    amber: int
    red: int
    rate: str

    @property
    def light(self) -> str:
        """The worst of what is in hand, empty where nothing is."""
        return next((light for light in reversed(_LIGHTS) if getattr(self, light)), "")

    @property
    def bars(self) -> Sequence[Bar]:
        """The three colours side by side."""
        whole, x = max(1, self.green + self.amber + self.red), 0.0
        bars: list[Bar] = []
        for light in _LIGHTS:
            width = round(100 * getattr(self, light) / whole, 2)
            bars.append(Bar(light, round(x, 2), width))
            x += width
        return [bar for bar in bars if bar.width]


@dataclass(frozen=True, slots=True)
class Column:
    """A type, and its cases whose promises are due next."""

    place: Place
    urgent: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Tile:
    """A region on the schematic map."""

    place: Place
    short: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything, ready to be written into the page. `as_of` is empty for this moment."""

    as_of: str
    today: str
    days_ago: int
    clock: str
    day: str
    figures: Sequence[Figure]
    columns: Sequence[Column]
    tiles: Sequence[Tile]
    trend: Mapping[str, Any]
    funnel: Mapping[str, Any]
    matrix: Mapping[str, Any]
    oldest: Sequence[Mapping[str, Any]]


def board_of(
    view: WallView, urgent: Mapping[str, Sequence[Row]], *, as_of: date | None, now: datetime
) -> Board:
    """Return the board of an answer; `urgent` are the rows of cases due next, by type."""
    local, today = view.as_of.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    return Board(
        as_of="" if as_of is None else as_of.isoformat(),
        today=today.isoformat(),
        days_ago=0 if as_of is None else (today - as_of).days,
        clock=f"{local:%H:%M}",
        day=say.date_on_wall(local.date()),
        figures=list(_figures(view)),
        columns=[Column(_place(group), urgent.get(group.key, ())) for group in view.types],
        tiles=_tiles(view),
        trend=_trend(view),
        funnel=_funnel(view),
        matrix=_matrix(view),
        oldest=[_waiting(each, view.as_of) for each in view.oldest],
    )


def _figures(view: WallView) -> list[Figure]:
    meant = {meaning.rate: f"{meaning.numerator} ÷ {meaning.denominator}" for meaning in view.meanings}
    today = view.today
    bothered = say.bothered_today(today.messages, today.calls, today.visits)
    return [
        Figure(say.BOTHERED, say.firms(today.disturbed), bothered),
        Figure(say.HELPED, say.firms(today.helped), say.helped_today(today.steps)),
        *(
            Figure(rate.name, _share(rate.value), f"{rate.numerator} ÷ {rate.denominator}", meant[rate.rate])
            for rate in view.total.rates
            if rate.rate is not Rate.HANDLING_HOURS
        ),
    ]


def _place(group: GroupView) -> Place:
    counts = group.counts
    rate = next(each for each in group.rates if each.rate is Rate.RESOLUTION)
    return Place(
        group.key,
        group.name,
        counts.received,
        _in_hand(counts),
        counts.green,
        counts.amber,
        counts.red,
        _share(rate.value),
    )


def _in_hand(counts: CountsView) -> int:
    return counts.statuses[Status.OPEN] + counts.statuses[Status.ACCEPTED]


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def _tiles(view: WallView) -> list[Tile]:
    """Return the cities and zones where the catalogue puts them; those it puts nowhere stand below."""
    tiles: list[Tile] = []
    for group in view.regions:
        region = catalog.regions()[group.key]
        if region.parent is None:
            continue
        column, row = region.tile or (len(tiles) % 6, 5)
        tiles.append(Tile(_place(group), region.short, column, row))
    return tiles


def _trend(view: WallView) -> dict[str, Any]:
    weeks = {week.begins: week for week in view.weeks}
    last = view.as_of.astimezone(SHANGHAI).date()
    monday = last - timedelta(days=last.weekday())
    rows = [
        {
            "label": f"{begins:%m-%d}",
            "received": weeks[begins].received if begins in weeks else 0,
            "resolved": weeks[begins].finished if begins in weeks else 0,
        }
        for begins in (monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS)))
    ]
    received, resolved = say.TREND
    series = [
        {"name": received, "values": [row["received"] for row in rows]},
        {"name": resolved, "values": [row["resolved"] for row in rows]},
    ]
    return {"rows": rows, "chart": {"labels": [row["label"] for row in rows], "series": series}}


def _funnel(view: WallView) -> dict[str, Any]:
    rows = [{"status": step.status.value, "name": step.name, "count": step.tickets} for step in view.funnel]
    chart = {"labels": [row["name"] for row in rows], "values": [row["count"] for row in rows]}
    return {"rows": rows, "chart": chart}


def _matrix(view: WallView) -> dict[str, Any]:
    codes = list(catalog.types())
    most = max((_in_hand(row.types[code]) for row in view.leaders for code in codes), default=0)
    rows = [
        {
            "owner": f"{row.owner.post} {row.owner.name}",
            "owner_id": row.owner.id,
            "cells": [_cell(_in_hand(row.types[code]), most) for code in codes],
            "total": _in_hand(row.total),
            "red": row.total.red,
        }
        for row in view.leaders
    ]
    return {"types": [catalog.types()[code].name for code in codes], "rows": rows}


def _cell(count: int, most: int) -> dict[str, int]:
    return {"count": count, "heat": -(-count * SCALE // most) if most else 0}


def _waiting(each: Any, now: datetime) -> dict[str, Any]:
    return {
        "number": each.number,
        "title": each.title,
        "enterprise": "—" if each.enterprise is None else each.enterprise.name,
        "region": region_name(each.region),
        "owner": f"{each.owner.post} {each.owner.name}",
        "waits": say.waits(now - each.created_at),
    }


routes: Final = APIRouter(prefix="/wall", include_in_schema=False)


class Asked(BaseModel):
    """Which day; none is now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(0, ge=0, le=DAYS, description="Where the slider stands; only `as_of` counts.")
    as_of: date | None = None

    @field_validator("as_of", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return value or None


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
    return page(request, "board.html", board=_shown(parts, who, asked.as_of), map=request.app.state.wall_map)


def _shown(parts: Parts, who: Watcher, day: date | None) -> Board:
    """Return the board of now, or as it stood at the end of a day that is over."""
    now = parts.clock()
    if day is None or day >= now.astimezone(SHANGHAI).date():
        day = as_of = None
    else:
        as_of = datetime.combine(day, time.max, SHANGHAI)
    with parts.database.reading() as session:
        view = wall_view(session, who.regions, now, as_of=as_of)
        urgent = {
            kind.key: [row_of(each, now) for each in due_next(session, who.regions, kind.key, URGENT)]
            for kind in view.types
            if as_of is None
        }
    return board_of(view, urgent, as_of=day, now=now)
