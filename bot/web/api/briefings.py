"""`/briefings`: a leader's page for the meeting on progress (推进会材料), for machines and people."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Self

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.web.api.auth import Reader
from bot.web.api.fields import IdInPath, Shown
from bot.web.api.parts import PartsHere
from bot.web.api.witness import noun
from bot.web.briefing import page, workbook
from bot.web.briefing.words import about
from config.catalog import Stage
from models.queries.briefing import Briefing, Period, briefing
from models.rules.calling import SHANGHAI
from models.rules.numbers import number_of

routes: Final = noun("/briefings", tags=["tickets"])

LONGEST: Final = 366
"""Days of a period."""
EARLIEST: Final = date(2000, 1, 1)
Day = Annotated[date, Field(ge=EARLIEST, le=date(2100, 12, 31))]
_WORKBOOK: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {workbook.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}}
}


class Wanted(BaseModel):
    """Which days; both are included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Day | None = Field(None, description="The first of the last day's month if left out.")
    until: Day | None = Field(None, description="Today if left out.")

    @model_validator(mode="after")
    def _ahead(self) -> Self:
        if self.since and self.until and not 0 <= (self.until - self.since).days < LONGEST:
            raise ValueError(f"a period has its first day before its last, and at most {LONGEST} days")
        return self

    def period(self, now: datetime) -> Period:
        """Return the days that are meant, no more than a period has."""
        until = self.until or max(now.astimezone(SHANGHAI).date(), self.since or EARLIEST)
        since = self.since or until.replace(day=1)
        return Period(since, min(until, since + timedelta(days=LONGEST - 1)))


class OfficialShown(Shown):
    """Whose page it is."""

    id: int
    name: str
    post: str
    department: str
    region: str


class RequestsView(Shown):
    """Requests received in the period, of one type or of all: how many are what now."""

    type: str = Field(examples=["arrears", "all"])
    received: int
    done: int
    confirmed: int
    overdue: int
    rebounded: int
    rate: float | None = Field(description="`done` over `received`, null of nothing.", examples=[0.4773])


class VisitsView(Shown):
    """Visits of the leader and the aides."""

    count: int
    enterprises: int
    confirmed: int
    denied: int


class CaredView(Shown):
    """An enterprise in the leader's care at the end of the period."""

    id: int
    name: str
    region: str
    stage: Stage | None
    visits: int
    received: int
    done: int


class UnsolvedView(Shown):
    """A request of the period that is still in work."""

    number: str
    type: str
    title: str
    enterprise: str | None
    created_at: datetime
    due_at: datetime | None


class PatchLine(Shown):
    """A patch that the leader answers for, and how many cases it is about or stumbled over it."""

    id: int
    title: str
    state: str
    effective_on: date | None
    affected: int
    stumbled: int


class BriefingView(Shown):
    """One leader's page. `unsolved` are the oldest of `unsolved_count`; `patches` those they answer for."""

    official: OfficialShown
    since: date
    until: date
    as_of: datetime
    enterprises: list[CaredView]
    visits: VisitsView
    requests: list[RequestsView]
    total: RequestsView
    unsolved: list[UnsolvedView]
    unsolved_count: int
    patches: list[PatchLine]


def _found(
    parts: PartsHere, caller: Reader, official_id: IdInPath, wanted: Annotated[Wanted, Query()]
) -> Briefing:
    now = parts.clock()
    with parts.database.reading() as session:
        return briefing(session, caller.regions, official_id, wanted.period(now), now)


Found = Annotated[Briefing, Depends(_found)]


@routes.get("/{official_id}.xlsx", response_class=Response, responses=_WORKBOOK)
def as_workbook(found: Found) -> Response:
    """Read one leader's page as a workbook that prints on one sheet."""
    period = found.period
    name = f"briefing-{found.official.id}-{period.since}-{period.until}.xlsx"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(workbook.workbook(found), media_type=workbook.MEDIA_TYPE, headers=headers)


@routes.get("/{official_id}.html", response_class=HTMLResponse, responses=_PAGE)
def as_page(found: Found) -> Response:
    """Read one leader's page as HTML for A4; a browser's print makes a PDF of it."""
    return HTMLResponse(page.page(found), headers=page.HEADERS)


@routes.get("/{official_id}")
def as_data(found: Found) -> BriefingView:
    """Read one leader's page."""
    return BriefingView(
        official=OfficialShown.model_validate(found.official),
        since=found.period.since,
        until=found.period.until,
        as_of=found.as_of,
        enterprises=[CaredView.model_validate(firm) for firm in found.enterprises],
        visits=VisitsView.model_validate(found.visits),
        requests=[RequestsView.model_validate(part) for part in found.requests],
        total=RequestsView.model_validate(found.total),
        unsolved=[
            UnsolvedView(
                number=number_of(case.id),
                type=case.type,
                title=about(case),
                enterprise=case.enterprise,
                created_at=case.created_at,
                due_at=case.due_at,
            )
            for case in found.unsolved
        ],
        unsolved_count=found.unsolved_count,
        patches=[
            PatchLine(
                id=each.row.id,
                title=each.row.title,
                state=each.row.state,
                effective_on=each.row.effective_on,
                affected=each.affected,
                stumbled=each.stumbled,
            )
            for each in found.patches
        ],
    )
