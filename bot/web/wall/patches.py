"""Patches (制度补丁) on the wall, beside the patterns: where each stands, and what it has changed.

A key sees what `/patches` shows it: patches for one of its regions, counted through its own cases only.
Shielded cases (保密) are in no count.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.web.wall.pages import page
from bot.web.wall.sign_in import Signed, WallParts, note
from handlers import say
from models.queries import patches as queries
from models.queries.patch_effects import effect
from models.queries.registry import Regions
from models.rules.effects import LEAST_DAYS, Interval

MOST: Final = 20

routes: Final = APIRouter(prefix="/wall/patches", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A patch as the panel shows it.

    Rates are per 1,000 enterprises and 90 days, with their exact 95 % intervals; None before it takes effect.
    """

    title: str
    state: str
    owner: str
    document: str
    since: str
    affected: int
    stumbled: int
    stumblers: int
    before: Interval | None
    after: Interval | None


@routes.get("")
def patches(request: Request, parts: WallParts, who: Signed) -> Response:
    """Show the panel; the look is on record."""
    now = parts.clock()
    note(parts, who, "GET /wall/patches", "wall/patches")
    with parts.database.reading() as session:
        found = queries.of_regions(session, who.regions, limit=MOST)
        rows = [_row(session, queries.shown(session, each, who.regions), who.regions, now) for each in found]
    drawn = [
        (row, 100 / (max(row.before.high, row.after.high) or 1)) for row in rows if row.before and row.after
    ]
    return page(request, "patches.html", rows=rows, drawn=drawn, least_days=LEAST_DAYS)


def _row(session: Session, seen: queries.Shown, regions: Regions, now: datetime) -> Row:
    row, found = seen.row, effect(session, seen.row, now, regions=regions)
    return Row(
        title=row.title,
        state=say.PATCH_STATE[row.state],
        owner=f"{seen.owner.post} {seen.owner.name}",
        document=" ".join(part for part in (row.document_title, row.document_no, row.clause) if part),
        since="" if row.effective_on is None else row.effective_on.isoformat(),
        affected=seen.affected,
        stumbled=seen.stumbled,
        stumblers=seen.stumblers,
        before=None if found is None else found.before.rate,
        after=None if found is None else found.after.rate,
    )
