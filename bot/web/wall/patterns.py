"""The patterns (同类问题) on the wall: a strip below the board, and a panel with a table behind it.

The panel tells of each what `/patterns` does: where and when its cases came, which departments they are with,
those that show it best, and who might take it up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from bot.web.wall.pages import page
from bot.web.wall.sign_in import Signed, WallParts, note
from config import catalog
from models.queries.patterns import Seen, details
from models.queries.patterns_on_wall import Shown, shown
from models.rules.numbers import number_of

MOST: Final = 20
BRIEF: Final = 4
"""Patterns that the strip names."""
MONTHS: Final = 6
"""So many months are told of, the last in which cases came."""

routes: Final = APIRouter(prefix="/wall/patterns", include_in_schema=False)


class Asked(BaseModel):
    """The strip, or the panel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brief: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern with its bar, whose width is of 100 for the one of most enterprises: all the strip tells."""

    pattern: Shown
    type: str
    width: float
    regions: Sequence[tuple[str, int]] = ()
    departments: Sequence[tuple[str, int]] = ()
    trend: Sequence[tuple[str, int]] = ()
    typical: Sequence[tuple[str, str]] = ()
    """Number and title, those that show it best first."""
    suggested: str = ""


@routes.get("")
def patterns(request: Request, parts: WallParts, who: Signed, asked: Annotated[Asked, Query()]) -> Response:
    """Show the panel, which is on record, or the strip, which belongs to the look at the wall."""
    if not asked.brief:
        note(parts, who, "GET /wall/patterns", "wall/patterns")
    with parts.database.reading() as session:
        found = shown(session, who.regions, limit=BRIEF if asked.brief else MOST)
        ids = [] if asked.brief else [each.id for each in found]
        told = {each: _told(seen) for each, seen in details(session, who.regions, ids).items()}
    most = max((each.enterprises for each in found), default=0) or 1
    rows = [
        Row(
            each,
            catalog.types()[each.type].name,
            round(100 * each.enterprises / most, 1),
            **told.get(each.id, {}),
        )
        for each in found
    ]
    template = "patterns_strip.html" if asked.brief else "patterns.html"
    return page(request, template, rows=rows, is_loaded=True)


def _told(seen: Seen) -> dict[str, Any]:
    """Return what of a pattern stands beside its figures, the most of each first; months in their order."""
    names = catalog.regions()
    regions = {names[code].name if code in names else code: many for code, many in seen.regions.items()}
    owner = seen.suggested_owner
    return {
        "regions": _most(regions),
        "departments": _most(seen.departments),
        "trend": sorted(seen.trend.items())[-MONTHS:],
        "typical": [(number_of(each.id), each.title) for each in seen.typical],
        "suggested": "" if owner is None else f"{owner.post} {owner.name}",
    }


def _most(counted: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))
