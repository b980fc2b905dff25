"""How dates, rates and codes stand in a briefing, on the page as in the workbook."""

from datetime import date, datetime
from typing import Final

from config import catalog
from handlers import say
from models.queries.briefing import Briefing, Unsolved
from models.queries.patches import Shown

PATCHES: Final = 3
"""So many patches are on the page, those under way first: it is one. The workbook has them all."""


def on(day: date | None) -> str:
    """Return a day as people write it, nothing for none."""
    if isinstance(day, datetime):
        day = day.astimezone(say.LOCAL).date()
    return "" if day is None else day.isoformat()


def percent(rate: float | None) -> str:
    """Return a rate as people write it; of nothing there is none."""
    return "—" if rate is None else f"{rate:.1%}"


def stage_name(code: str | None) -> str:
    """Return what a stage is called."""
    return "" if code is None else say.STAGE[code]


def region_name(code: str) -> str:
    """Return what a region is called, or its code where it has none."""
    region = catalog.regions().get(code)
    return code if region is None else region.name


def line(shown: Briefing) -> str:
    """Return the whole briefing in one sentence."""
    total, visits = shown.total, shown.visits
    return say.BRIEFING["line"].format(
        enterprises=len(shown.enterprises),
        visits=visits.count,
        visited=visits.enterprises,
        denied=say.BRIEFING["denied"].format(count=visits.denied) if visits.denied else "",
        received=total.received,
        done=total.done,
        rate=percent(total.rate),
        overdue=total.overdue,
        rebounded=total.rebounded,
    )


def more(shown: Briefing) -> str:
    """Return how many more requests are in work than are listed, nothing if none are."""
    count = shown.unsolved_count - len(shown.unsolved)
    return say.BRIEFING["more_unsolved"].format(count=count) if count else ""


def about(case: Unsolved) -> str:
    """Return what a request is about, as far as a page that goes round may say."""
    return say.SHIELDED if case.is_shielded else case.title


def whose(case: Unsolved) -> str:
    """Return whose request it is, as far as a page that goes round may say."""
    return say.SHIELDED if case.is_shielded else case.enterprise or say.BRIEFING["stranger"]


def more_patches(shown: Briefing) -> str:
    """Return how many more patches there are than are listed, nothing if there are none."""
    count = len(shown.patches) - PATCHES
    return say.BRIEFING["more_patches"].format(count=count) if count > 0 else ""


def patch_line(shown: Shown) -> str:
    """Return one patch in one line."""
    return f"{shown.row.title}{patch_state(shown)}"


def patch_state(shown: Shown) -> str:
    """Return how far a patch is, and what it is about."""
    row = shown.row
    return say.BRIEFING["patch"].format(
        state=say.PATCH_STATE[row.state],
        since=on(row.effective_on) or "—",
        affected=shown.affected,
        stumbled=shown.stumbled,
    )
