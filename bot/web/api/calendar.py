"""`/calendar`: which days are worked, on whose word, and the official notices that say so.

It is read here and changed in the catalogue; it belongs to no region.
"""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import Depends, Path
from pydantic import Field

from bot.web.api.auth import Reader
from bot.web.api.fields import Shown
from bot.web.api.paging import nothing_asked
from bot.web.api.witness import noun
from config import catalog
from config.catalog import CalendarNotice
from models.queries.workdays import calendar
from models.rules.calendar import Source

routes: Final = noun("/calendar", tags=["calendar"])

_Year = Annotated[int, Path(ge=2000, le=2100)]


class DayView(Shown):
    """One day, and on whose word it is worked or free."""

    day: date = Field(examples=["2026-02-14"])
    is_worked: bool
    source: Source


class YearView(Shown):
    """The days of a year. `digest` changes with the calendar: a date reckoned with another may have moved."""

    year: int = Field(examples=[2026])
    is_provisional: bool = Field(description="Whether a day of it is settled by no notice and no calendar.")
    working_days: int = Field(examples=[248])
    digest: str = Field(examples=["9f2c7f4d1e0a4b8c"])
    days: list[DayView]


class NoticeView(Shown):
    """An official notice about working days. Later ones win over earlier ones."""

    number: str = Field(examples=["GBFMD [2025] 7"])
    title: str
    issued: date
    year: int | None = Field(description="The year it arranges as a whole; null if only the days it names.")
    rest: list[date] = Field(description="Free by it.")
    work: list[date] = Field(description="Worked by it: make-up weekends.")


class NoticesView(Shown):
    """All notices that are known here, in their order."""

    items: list[NoticeView]
    next: None = None


@routes.get("/notices", dependencies=[Depends(nothing_asked)])
def notices(_caller: Reader) -> NoticesView:
    """List the official notices."""
    return NoticesView(items=[_notice(each) for each in catalog.calendar_overrides()])


@routes.get("/{year}", dependencies=[Depends(nothing_asked)])
def year_of(_caller: Reader, year: _Year) -> YearView:
    """Read the working days of a year."""
    known, first = calendar(), date(year, 1, 1)
    dates = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    days = [
        DayView(day=day, is_worked=known.is_working_day(day), source=known.source_of(day)) for day in dates
    ]
    return YearView(
        year=year,
        is_provisional=any(each.source is Source.PROVISIONAL for each in days),
        working_days=sum(each.is_worked for each in days),
        digest=known.digest,
        days=days,
    )


def _notice(notice: CalendarNotice) -> NoticeView:
    return NoticeView(
        number=notice.number,
        title=notice.title,
        issued=notice.issued,
        year=notice.year,
        rest=sorted(notice.rest),
        work=sorted(notice.work),
    )
