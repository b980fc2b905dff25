"""What the board shows, made of the answer of `/api/v1/wall`: its numbers cannot differ from the API's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.web.api.rates_shapes import CountsView, GroupView, WallView
from bot.web.wall.cases import Row, region_name
from config import catalog
from handlers import say
from models.queries.counted import Counted
from models.queries.wall import WEEKS
from models.rules.counting import SHANGHAI
from models.rules.lifecycle import Status
from models.rules.rates import Rate

DAYS: Final = 180
"""How far back the wall can be turned."""
SCALE: Final = 5
"""Steps of colour in the matrix."""
_LIGHTS: Final = ("green", "amber", "red")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number at the top and its name; `says` what it is made of, if it is no share."""

    name: str
    value: str
    path: str = ""
    """Where those are listed whom it counts; a share has two such lists instead."""
    says: str = ""
    means: str = ""
    share: "Share | None" = None


@dataclass(frozen=True, slots=True)
class Share:
    """A rate's two numbers, and as what their cases are counted."""

    above: int
    below: int
    of: tuple[Counted, Counted]


OF: Final[Mapping[Rate, tuple[Counted, Counted]]] = {
    Rate.RESOLUTION: (Counted.DONE, Counted.RECEIVED),
    Rate.RESPONSE: (Counted.IN_TIME, Counted.DUE),
    Rate.CONFIRMATION: (Counted.CONFIRMED, Counted.DONE),
    Rate.SATISFACTION: (Counted.SATISFIED, Counted.RATED),
    Rate.RATING: (Counted.RATED, Counted.DONE),
    Rate.OVERDUE: (Counted.OVERDUE, Counted.RECEIVED),
    Rate.REBOUND: (Counted.REBOUNDED, Counted.WRITTEN_OFF),
}
"""As what the cases above and below the line of a share are counted."""


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
    """Everything, ready for the page. `as_of` is empty for this moment, `first` the earliest day."""

    as_of: str
    first: str
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
        first=(today - timedelta(days=DAYS)).isoformat(),
        today=today.isoformat(),
        days_ago=0 if as_of is None else (today - as_of).days,
        clock=f"{local:%H:%M}",
        day=say.date_on_wall(local.date()),
        figures=list(_figures(view, is_past=as_of is not None)),
        columns=[Column(_place(group), urgent.get(group.key, ())) for group in view.types],
        tiles=_tiles(view),
        trend=_trend(view),
        funnel=_funnel(view),
        matrix=_matrix(view),
        oldest=[_waiting(each, view.as_of) for each in view.oldest],
    )


def _figures(view: WallView, *, is_past: bool) -> list[Figure]:
    meant = {meaning.rate: f"{meaning.numerator} ÷ {meaning.denominator}" for meaning in view.meanings}
    today = view.today
    bothered = say.bothered_today(today.messages, today.calls, today.visits)
    firms = "/wall/enterprises?are="
    return [
        Figure(
            say.met_on(say.BOTHERED, is_past=is_past),
            say.firms(today.disturbed),
            f"{firms}disturbed",
            bothered,
        ),
        Figure(
            say.met_on(say.HELPED, is_past=is_past),
            say.firms(today.helped),
            f"{firms}helped",
            say.helped_today(today.steps),
        ),
        *(
            Figure(
                *(rate.name, _share(rate.value)),
                means=meant[rate.rate],
                share=Share(rate.numerator, rate.denominator, OF[rate.rate]),
            )
            for rate in view.total.rates
            if rate.rate in OF
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
            "week": begins.isoformat(),
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
            "cells": [_cell(code, _in_hand(row.types[code]), most) for code in codes],
            "total": _in_hand(row.total),
            "red": row.total.red,
        }
        for row in view.leaders
    ]
    return {"types": [catalog.types()[code].name for code in codes], "rows": rows}


def _cell(code: str, count: int, most: int) -> dict[str, Any]:
    return {"type": code, "count": count, "heat": -(-count * SCALE // most) if most else 0}


def _waiting(each: Any, now: datetime) -> dict[str, Any]:
    return {
        "number": each.number,
        "title": each.title,
        "enterprise": "—" if each.enterprise is None else each.enterprise.name,
        "region": region_name(each.region),
        "owner": f"{each.owner.post} {each.owner.name}",
        "waits": say.waits(now - each.created_at),
    }
