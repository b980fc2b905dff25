"""The patterns (同类问题) on the wall: a strip below the board, and a panel with a table behind it."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from bot.web.wall.pages import page
from bot.web.wall.sign_in import Signed, WallParts, note
from config import catalog
from models.queries.patterns_on_wall import Shown, shown

MOST: Final = 20
BRIEF: Final = 4
"""Patterns that the strip names."""

routes: Final = APIRouter(prefix="/wall/patterns", include_in_schema=False)


class Asked(BaseModel):
    """The strip, or the panel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brief: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern with its bar, whose width is of 100 for the one of most enterprises."""

    pattern: Shown
    type: str
    width: float


@routes.get("")
def patterns(request: Request, parts: WallParts, who: Signed, asked: Annotated[Asked, Query()]) -> Response:
    """Show the panel, which is on record, or the strip, which belongs to the look at the wall."""
    if not asked.brief:
        note(parts, who, "GET /wall/patterns", "wall/patterns")
    with parts.database.reading() as session:
        found = shown(session, who.regions, limit=BRIEF if asked.brief else MOST)
    most = max((each.enterprises for each in found), default=0) or 1
    rows = [
        Row(each, catalog.types()[each.type].name, round(100 * each.enterprises / most, 1)) for each in found
    ]
    template = "patterns_strip.html" if asked.brief else "patterns.html"
    return page(request, template, rows=rows, is_loaded=True)
