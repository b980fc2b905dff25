"""`/wall`: everything the wall chart (挂图作战) shows, in one answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Final

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from bot.web.api.auth import Reader
from bot.web.api.parts import PartsHere
from bot.web.api.problems import INVALID, Refusal
from bot.web.api.rates import counts_view, group_view, meanings, name_of
from bot.web.api.rates_shapes import (
    MatrixRow,
    PlaceView,
    StepView,
    StretchView,
    TodayView,
    TypeView,
    WaitingView,
    WallView,
)
from bot.web.api.schemas import EnterpriseName, OwnerCard
from bot.web.api.witness import noun
from config import catalog
from config.catalog.shapes import RegionKind
from handlers import say
from models.queries import wall as queries
from models.queries.past_wall import wall_at
from models.queries.rates import By, Group
from models.queries.registry import Regions
from models.queries.then import Owner, officials_at
from models.queries.wall import Groups, Waiting
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.rules.tally import NOTHING, Counts, city_of, gain, sum_of

routes: Final = noun("/wall", tags=["rates"])


class Asked(BaseModel):
    """Which moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: AwareDatetime | None = Field(
        None, description="A past moment; told by the event log, so it takes as long as a ledger."
    )


@routes.get("")
def wall(parts: PartsHere, caller: Reader, asked: Annotated[Asked, Query()]) -> WallView:
    """Read the wall chart of what a key reaches: its numbers are those of `/rates`."""
    now = parts.clock()
    if asked.as_of is not None and asked.as_of > now:
        raise Refusal(INVALID)
    with parts.database.reading() as session:
        return wall_view(session, caller.regions, now, as_of=asked.as_of)


def wall_view(session: Session, regions: Regions, now: datetime, *, as_of: datetime | None) -> WallView:
    """Return the wall chart of what lies in `regions`, as it stands at `now` or stood at `as_of`."""
    if as_of is None:
        found = queries.wall(session, regions, now)
    else:
        found, now = wall_at(session, regions, as_of, now=now), as_of
    names = officials_at(session, found.leaders, now)
    types, places = _by(0, found.places), _by(1, found.places)
    total = sum_of(types.values())
    return WallView(
        as_of=now,
        total=group_view("all", say.ALL_TOGETHER, total),
        types=[_type(code, types.get(code, NOTHING)) for code in catalog.types()],
        regions=[_place(code, places.get(code, NOTHING)) for code in _tiles(regions)],
        leaders=_rows([names[owner] for owner in found.leaders], found.matrix),
        weeks=[_stretch(monday, counts) for monday, counts in queries.weekly(found.days).items()],
        months=[
            _stretch(date(int(month) // 100, int(month) % 100, 1), counts)
            for (month,), counts in sorted(found.months.items())
        ],
        oldest=[_waiting(each) for each in found.oldest],
        today=TodayView.model_validate(found.today),
        funnel=[
            StepView(status=step, name=name, tickets=getattr(total, step.value))
            for step, name in say.FUNNEL.items()
        ],
        meanings=meanings(),
    )


def _by(place: int, groups: Groups) -> Mapping[Group, Counts]:
    """Return what the groups add up to by one of the two things they are grouped by."""
    found: dict[Group, Counts] = {}
    for group, counts in groups.items():
        gain(found, group[place], counts)
    return found


@lru_cache(maxsize=1024)
def _type(code: str, counts: Counts) -> TypeView:
    return TypeView(**dict(group_view(code, name_of(By.TYPE, code, {}), counts)))


def _tiles(regions: frozenset[str] | None) -> Iterable[str]:
    """Yield every city and zone a key reaches any of, and the province where it reaches all."""
    for code, region in catalog.regions().items():
        if region.kind is RegionKind.COUNTY:
            continue
        if regions is None or any(city_of(each) == code for each in regions):
            yield code


@lru_cache(maxsize=1024)
def _place(code: str, counts: Counts) -> PlaceView:
    return PlaceView(**dict(group_view(code, name_of(By.REGION, code, {}), counts)))


def _rows(leaders: Iterable[Owner], matrix: Groups) -> list[MatrixRow]:
    by_owner: dict[Group, dict[Group, Counts]] = defaultdict(dict)
    for (owner_id, code), counts in matrix.items():
        by_owner[owner_id][code] = counts
    return [_row(owner, by_owner[owner.id]) for owner in leaders]


def _row(owner: Owner, theirs: Mapping[Group, Counts]) -> MatrixRow:
    return MatrixRow(
        owner=OwnerCard.model_validate(owner),
        types={code: counts_view(theirs.get(code, NOTHING)) for code in catalog.types()},
        total=counts_view(sum_of(theirs.values())),
    )


def _stretch(begins: date, counts: Counts) -> StretchView:
    return StretchView(begins=begins, received=counts.received, done=counts.done, finished=counts.finished)


def _waiting(each: Waiting) -> WaitingView:
    return WaitingView(
        number=number_of(each.id),
        title=say.SHIELDED if each.is_shielded else each.title,
        type=each.type,
        region=each.region,
        status=Status(each.status),
        created_at=each.created_at,
        owner=OwnerCard.model_validate(each.owner),
        enterprise=None if each.firm is None else EnterpriseName(id=each.firm[0], name=each.firm[1]),
    )
