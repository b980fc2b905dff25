"""What `/rates` and `/wall` show: counts and what they make. Shapes only."""

from datetime import date, datetime

from pydantic import Field

from bot.web.api.fields import Shown
from bot.web.api.schemas import EnterpriseName, OwnerCard
from models.queries.rates import By
from models.rules.lifecycle import Status
from models.rules.rates import Rate


class RateView(Shown):
    """One rate. `value` is null where there is nothing to divide by, which is not a rate of 0."""

    rate: Rate
    name: str
    numerator: int = Field(examples=[325])
    denominator: int = Field(examples=[681])
    value: float | None = Field(examples=[0.4772], description="For `handling_hours` hours, else a share.")
    excluded: int = Field(
        examples=[12],
        description="Tickets of the group that the denominator leaves out; `meanings` says which and why.",
    )


class MeaningView(Shown):
    """A rate in words, as it is to be shown beside its figures."""

    rate: Rate
    name: str
    numerator: str
    denominator: str
    exclusions: str


class CountsView(Shown):
    """How many tickets are in which status, and how those in work stand with their clocks."""

    received: int = Field(description="All but those withdrawn or merged.")
    statuses: dict[Status, int]
    red: int = Field(description="In work, and a promise has run out.")
    amber: int = Field(description="In work, and somebody was warned that a promise runs out.")
    green: int = Field(description="In work, and neither.")


class GroupView(Shown):
    """One group: `key` is a type, a region's code, an owner's id, a stage or a month like `2026-11`."""

    key: str = Field(examples=["arrears"])
    name: str
    counts: CountsView
    rates: list[RateView]


class RatesView(Shown):
    """Every rate of every group, and of all of them together, of tickets received in a time.

    `next` leads on where the groups are owners; `total` is of everything that was asked for, not of a page.
    """

    by: By
    since: date | None
    until: date | None
    as_of: datetime
    total: GroupView
    items: list[GroupView]
    next: str | None
    meanings: list[MeaningView]


class TypeView(GroupView):
    """One of the six columns, or the seventh of what is none of the six types."""


class PlaceView(GroupView):
    """One tile: a city or zone, with or without tickets; `210000` is what belongs to none."""


class MatrixRow(Shown):
    """One leader's cases by type. Those with the most in hand come first."""

    owner: OwnerCard
    types: dict[str, CountsView]
    total: CountsView


class StretchView(Shown):
    """A week, named by its Monday, or a month, by its first day.

    `received` and `done` are of the tickets received then; `finished` is what was resolved in that time,
    whenever it was received.
    """

    begins: date
    received: int
    done: int
    finished: int


class WaitingView(Shown):
    """A ticket that nobody has answered yet."""

    number: str
    title: str
    type: str
    region: str
    status: Status
    created_at: datetime
    owner: OwnerCard
    enterprise: EnterpriseName | None


class TodayView(Shown):
    """Did anyone bother, did anyone help: today, of all enterprises in reach (see `contact` of one)."""

    messages: int = Field(description="That rang although nobody of the enterprise had just written.")
    calls: int
    visits: int
    disturbed: int = Field(description="Enterprises that any of these came to.")
    steps: int = Field(description="Answers, reports of progress, results.")
    helped: int = Field(description="Enterprises whose cases they were about.")


class StepView(Shown):
    """One step of the funnel, and how many tickets stand there."""

    status: Status
    name: str
    tickets: int


class WallView(Shown):
    """The wall chart (挂图作战) at one moment."""

    as_of: datetime
    total: GroupView
    types: list[TypeView]
    regions: list[PlaceView]
    leaders: list[MatrixRow]
    weeks: list[StretchView]
    months: list[StretchView]
    oldest: list[WaitingView]
    today: TodayView
    funnel: list[StepView]
    meanings: list[MeaningView]
