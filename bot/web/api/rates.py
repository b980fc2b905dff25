"""`/rates`: how well it goes, by type, region, owner, stage or month; and parts of `/wall`."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Final, Literal

from fastapi import Query
from pydantic import Field

from bot.web.api.auth import Reader
from bot.web.api.fields import Id, RegionCode, TypeCode
from bot.web.api.paging import Paging, cursor
from bot.web.api.parts import PartsHere
from bot.web.api.rates_shapes import CountsView, GroupView, MeaningView, RatesView, RateView
from bot.web.api.witness import noun
from config import catalog
from handlers import say
from models.queries import rates as queries
from models.queries import registry
from models.queries.rates import By, Group, Scope
from models.rules.lifecycle import Status
from models.rules.rates import Rate, shares
from models.rules.tally import NO_STAGE, Counts, sum_of

routes: Final = noun("/rates", tags=["rates"])

Names = Mapping[int, tuple[str, str]]
_LATEST: Final = date(8999, 12, 31)
_STATUSES: Final = tuple(Status)
_by_status: Final = attrgetter(*(status.value for status in Status))


class Wanted(Paging):
    """Of which tickets, in which groups. Pages are of owners; every other answer is whole."""

    by: Literal[By.TYPE, By.REGION, By.OWNER, By.STAGE, By.MONTH] = By.TYPE
    since: date | None = Field(None, description="Received on this day of Shanghai or later.")
    until: date | None = Field(None, description="Received on this day or earlier.")
    type: TypeCode | None = None
    region: RegionCode | None = None
    owner_id: Id | None = None

    def scope(self, regions: frozenset[str] | None) -> Scope:
        """Return what is to be summed up, as far as a key reaches."""
        return Scope(
            regions,
            region=self.region,
            type=self.type,
            owners=None if self.owner_id is None else (self.owner_id,),
            since=self.since,
            until=None if self.until is None else min(self.until, _LATEST) + timedelta(days=1),
        )


@routes.get("")
def rates(parts: PartsHere, caller: Reader, wanted: Annotated[Wanted, Query()]) -> RatesView:
    """Read every rate with its numerator, denominator and what it leaves out, in groups and in all."""
    now, scope, by = parts.clock(), wanted.scope(caller.regions), By(wanted.by)
    with parts.database.reading() as session:
        late = queries.since_the_mark(session, now)
        owners, names, more = None, {}, None
        if by is By.OWNER:
            found = queries.owners(session, scope, after=wanted.place, limit=wanted.limit + 1)
            owners = tuple(found[: wanted.limit])
            more = cursor(owners[-1]) if len(found) > wanted.limit else None
            names = registry.names_of(session, owners)
        groups = queries.sums(session, scope.of(owners), by, late=late)
        # Every ticket is in exactly one group; only of owners there are more than the page shows.
        whole = groups if owners is None else queries.sums(session, scope, late=late)
    return RatesView(
        by=by,
        since=wanted.since,
        until=wanted.until,
        as_of=now,
        total=group_view("all", say.ALL_TOGETHER, sum_of(whole.values())),
        items=[group_of(by, group, counts, names) for (group,), counts in sorted(groups.items())],
        next=more,
        meanings=meanings(),
    )


def group_of(by: By, group: Group, counts: Counts, names: Names) -> GroupView:
    """Return a group under its name."""
    return group_view(key_of(by, group), name_of(by, group, names), counts)


def key_of(by: By, group: Group) -> str:
    """Return what a group is called by programs."""
    match by:
        case By.MONTH:
            return f"{int(group) // 100}-{int(group) % 100:02}"
        case By.STAGE:
            return "unknown" if group == NO_STAGE else str(group)
        case _:
            return str(group)


def name_of(by: By, group: Group, names: Names) -> str:
    """Return what a group is called by people."""
    match by:
        case By.TYPE:
            return catalog.types()[str(group)].name
        case By.REGION:
            found = catalog.regions().get(str(group))
            return found.name if found else str(group)
        case By.OWNER:
            return names[int(group)][0] if int(group) in names else str(group)
        case By.STAGE:
            return say.STAGE.get(str(group), say.UNKNOWN_STAGE)
        case _:
            return key_of(by, group)


@lru_cache(maxsize=1024)
def group_view(key: str, name: str, counts: Counts) -> GroupView:
    """Return the counts of a group and every rate they make; nobody changes what is returned."""
    everything = counts.received + counts.withdrawn + counts.merged
    found = [
        RateView(
            rate=each.rate,
            name=say.RATES[each.rate].name,
            numerator=each.numerator,
            denominator=each.denominator,
            value=each.value,
            excluded=everything - each.denominator,
        )
        for each in shares(counts)
    ]
    return GroupView(key=key, name=name, counts=counts_view(counts), rates=found)


@lru_cache(maxsize=4096)  # most of a wall is as it was ten seconds ago
def counts_view(counts: Counts) -> CountsView:
    """Return how many tickets stand where; nobody changes what is returned."""
    in_work = counts.open + counts.accepted
    return CountsView(
        received=counts.received,
        statuses=dict(zip(_STATUSES, _by_status(counts), strict=True)),
        red=counts.red,
        amber=counts.amber,
        green=in_work - counts.red - counts.amber,
    )


def meanings(wanted: Iterable[Rate] = tuple(Rate)) -> list[MeaningView]:
    """Return what the rates mean, in words."""
    return [MeaningView(rate=each, **say.RATES[each]._asdict()) for each in wanted]
