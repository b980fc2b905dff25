"""Sums of the kept counts, as far as a key's regions reach.

Each question is one statement over `tallies` and the changes not folded yet, so that no fold between two
reads counts anything twice; who asks several of one moment may read the changes once. What ran out since the
mark is added from the clocks (docs/rates.md).
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select, union_all
from sqlalchemy.orm import Session

from config import catalog
from models.queries import tallying
from models.queries.registry import Regions
from models.rules import tally
from models.rules.regions import regions_within
from models.rules.tally import EVERYWHERE, NOTHING, Cell, Counts, Span, city_of, day_number
from models.session import core
from models.tables import Tally, TallyChange

_NAMES: Final = Counts._fields
_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(9000, 1, 1)


class By(StrEnum):
    """What the groups of an answer are."""

    TYPE = "type"
    REGION = "region"
    """The city or zone."""
    OWNER = "owner"
    STAGE = "stage"
    MONTH = "month"
    DAY = "day"


Group = str | int
_GROUPS: Final[dict[By, Callable[[Cell], Group]]] = {
    By.TYPE: lambda cell: cell.type,
    By.REGION: lambda cell: city_of(cell.region),
    By.OWNER: lambda cell: cell.owner_id,
    By.STAGE: lambda cell: cell.stage,
    By.MONTH: lambda cell: cell.day // 100,
    By.DAY: lambda cell: cell.day,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets: those received from `since` on and before `until`, by any filter that is given."""

    regions: Regions = None
    region: str | None = None
    type: str | None = None
    owners: tuple[int, ...] | None = None
    since: date | None = None
    until: date | None = None

    @property
    def places(self) -> frozenset[str] | None:
        """The regions that are meant, None for all there are."""
        named = None if self.region in {None, _province()} else regions_within(str(self.region))
        if self.regions is None or named is None:
            return self.regions if named is None else named
        return named & self.regions

    def of(self, owners: tuple[int, ...] | None) -> "Scope":
        """Return the same of these owners' tickets only; of everybody's as before if they are None."""
        return self if owners is None else replace(self, owners=owners)

    def covered(self, cells: tally.Tally) -> Iterator[tuple[Cell, Counts]]:
        """Yield the cells that are meant."""
        places, owners = self.places, None if self.owners is None else frozenset(self.owners)
        first, last = _number(self.since or _FIRST), _number(self.until or _LAST)
        for cell, counts in cells.items():
            if (
                (places is None or cell.region in places)
                and self.type in {None, cell.type}
                and (owners is None or cell.owner_id in owners)
                and first <= cell.day < last
            ):
                yield cell, counts


def sums(
    session: Session,
    scope: Scope,
    *bys: By,
    late: tally.Tally,
    names: tuple[str, ...] = _NAMES,
    unfolded: tally.Tally | None = None,
) -> dict[tuple[Group, ...], Counts]:
    """Return the counts of every group, or of every combination of groups, that has any.

    `late` is what is to be added: what `since_the_mark` has found, or what another moment is otherwise in.
    `unfolded` are the changes, if they were read at this moment (`at_one_moment`) already.
    """
    places, width, size = [_NAMES.index(name) for name in names], len(bys), len(_NAMES)
    found: dict[tuple[Group, ...], Counts] = {}
    for row in core(session).execute(_question(scope, bys, names, has_changes=unfolded is None)).all():
        group = tuple(_named(by, value) for by, value in zip(bys, row, strict=False))
        numbers = [0] * size
        for place, number in zip(places, row[width:], strict=True):
            numbers[place] = int(number or 0)  # a sum of no rows is none; PostgreSQL's are decimals
        tally.gain(found, group, Counts._make(numbers))
    for added in (late, unfolded or {}):
        for cell, counts in scope.covered(added):
            group = tuple([_GROUPS[by](cell) for by in bys])
            tally.gain(found, group, counts)
    wanted = {group: _only(counts, names) for group, counts in found.items()}
    return {group: counts for group, counts in wanted.items() if any(counts)}


@lru_cache(maxsize=256)
def _question(
    scope: Scope, bys: tuple[By, ...], names: tuple[str, ...], *, has_changes: bool
) -> CompoundSelect[Any]:
    """Return the statement that asks for sums: to build it takes longer than to answer it."""
    parts = [*_parts(scope, bys)]
    if has_changes:
        parts.append((TallyChange, _matching(TallyChange, scope)))
    return union_all(*(_summed(table, bys, names).where(*where) for table, where in parts))


def _only(counts: Counts, names: tuple[str, ...]) -> Counts:
    return counts if names is _NAMES else NOTHING._replace(**{name: getattr(counts, name) for name in names})


def unfolded_in(session: Session, scope: Scope) -> tally.Tally:
    """Return the changes not folded yet, by type, region and day: of nobody, and of no stage."""
    wanted = _summed(TallyChange, (By.TYPE, By.REGION, By.DAY), _NAMES)
    rows = core(session).execute(wanted.where(*_matching(TallyChange, scope))).all()
    return {
        Cell(kind, 0, region, "", day): Counts._make(map(int, numbers))  # PostgreSQL's sums are decimals
        for kind, region, day, *numbers in rows
    }


def since_the_mark(session: Session, now: datetime) -> tally.Tally:
    """Return what promises that ran out after the mark change in the counts."""
    found: tally.Tally = {}
    ids: set[int] = set(core(session).scalars(tallying.lapsing(tallying.marked(session), now)))
    for one in tallying.standing(session, ids):
        tally.add(found, tally.tally(one.state, now))
        tally.take(found, tally.read(one.counted, day_number(one.state.created_at)))
    return {cell: counts for cell, counts in found.items() if any(counts)}


def owners(session: Session, scope: Scope, *, after: int, limit: int) -> list[int]:
    """Return owners behind `after` who have anything to count, in the order of their ids."""
    found: set[int] = set()
    for table in (Tally, TallyChange):
        wanted = select(table.owner_id).where(table.owner_id > after, *_of_owners(table, scope)).distinct()
        found.update(core(session).scalars(wanted.order_by(table.owner_id).limit(limit)))
    return sorted(found)[:limit]


def busiest(session: Session, regions: Regions, *, limit: int) -> list[int]:
    """Return the owners with the most cases in hand in `regions`, the one with the most first."""
    return [*core(session).scalars(_busiest(regions).limit(limit))]


@lru_cache(maxsize=64)
def _busiest(regions: Regions) -> Select[Any]:
    scope = Scope(regions)
    if regions is None:  # one row an owner
        kept: Any = select(Tally.owner_id, (Tally.open + Tally.accepted).label("hand")).where(
            Tally.span == Span.HAND.value
        )
    else:  # summed before they meet: the rows of thousands of owners are not carried along
        kept = _in_hand(Tally, scope)
    rows = union_all(kept, _in_hand(TallyChange, scope)).subquery()
    hand = func.sum(rows.c.hand)
    ranked = select(rows.c.owner_id).group_by(rows.c.owner_id).having(hand > 0)
    return ranked.order_by(hand.desc(), rows.c.owner_id)


def _in_hand(table: Any, scope: Scope) -> Select[Any]:
    hand = func.sum(table.open + table.accepted).label("hand")
    return select(table.owner_id, hand).where(*_of_owners(table, scope)).group_by(table.owner_id)


def _of_owners(table: Any, scope: Scope) -> list[ColumnElement[bool]]:
    if table is Tally:
        scope = replace(scope, since=None, until=None)
        return [Tally.span == Span.OWNER.value, *_matching(table, scope)]
    return _matching(table, scope)


def _parts(scope: Scope, bys: Collection[By]) -> Iterator[tuple[Any, list[ColumnElement[bool]]]]:
    """Yield the smallest sums that answer: of owners, of everything, of months and single days, of places."""
    places = scope.places
    is_timeless = scope.since is None and scope.until is None and not {By.MONTH, By.DAY} & set(bys)
    if scope.owners is not None or By.OWNER in bys:
        yield _part(scope, Span.OWNER if is_timeless and By.STAGE not in bys else Span.DESK, places)
    elif is_timeless:
        yield _part(scope, Span.WHOLE, places)
    elif places is not None and (places := _whole_cities(places)) is None:
        yield _part(scope, Span.PLACE, scope.places)
    else:
        if places is None and By.REGION not in bys:
            places = frozenset({EVERYWHERE})
        yield from _months_and_days(scope, bys, places)


def _months_and_days(
    scope: Scope, bys: Collection[By], places: Collection[str] | None
) -> Iterator[tuple[Any, list[ColumnElement[bool]]]]:
    """Yield the whole months of a time, and the days around them."""
    since, until = scope.since or _FIRST, scope.until or _LAST
    first, last = (since + timedelta(days=31 * (since.day > 1))).replace(day=1), until.replace(day=1)
    if By.DAY in bys or first >= last:
        yield _part(scope, Span.DAY, places)
        return
    yield _part(replace(scope, since=first, until=last), Span.MONTH, places)
    if since < first:
        yield _part(replace(scope, until=first), Span.DAY, places)
    if last < until:
        yield _part(replace(scope, since=last), Span.DAY, places)


def _part(scope: Scope, span: Span, places: Collection[str] | None) -> tuple[Any, list[ColumnElement[bool]]]:
    where = [Tally.span == span.value]
    if span not in {Span.OWNER, Span.DESK}:
        where.append(Tally.owner_id == 0)
    if places is None and span in {Span.MONTH, Span.DAY}:
        where.append(Tally.region != EVERYWHERE)
    named = replace(scope, regions=None if places is None else frozenset(places), region=None)
    if span in {Span.OWNER, Span.WHOLE}:
        named = replace(named, since=None, until=None)
    return Tally, where + _matching(Tally, named)


def _matching(table: Any, scope: Scope) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if scope.owners is not None:
        where.append(table.owner_id.in_(scope.owners))
    if (places := scope.places) is not None:
        where.append(table.region.in_(sorted(places)))
    if scope.type is not None:
        where.append(table.type == scope.type)
    if scope.since is not None:
        where.append(table.day >= _number(scope.since))
    if scope.until is not None:
        where.append(table.day < _number(scope.until))
    return where


@cache
def _summed(table: Any, bys: tuple[By, ...], names: tuple[str, ...]) -> Select[Any]:
    keys = [_columns(by)(table) for by in bys]
    counts = [func.sum(getattr(table, name)).label(name) for name in names]
    labelled = [key.label(f"key{place}") for place, key in enumerate(keys)]
    return select(*labelled, *counts).group_by(*keys)


def _columns(by: By) -> Callable[[Any], Any]:
    return {
        By.TYPE: lambda table: table.type,
        By.REGION: lambda table: table.region,
        By.OWNER: lambda table: table.owner_id,
        By.STAGE: lambda table: table.stage,
        By.MONTH: lambda table: table.day.op("/")(100),
        By.DAY: lambda table: table.day,
    }[by]


def _named(by: By, value: Any) -> Group:
    return city_of(value) if by is By.REGION else value


def _whole_cities(places: frozenset[str] | None) -> frozenset[str] | None:
    """Return the cities that make up `places`, or None if they are not whole (or everything is meant)."""
    if places is None:
        return None
    cities = frozenset(place for place in places if city_of(place) == place)
    whole = frozenset().union(*(regions_within(city) for city in cities if city != _province()))
    return cities if places == whole | (cities & {_province()}) else None


def _province() -> str:
    return next(code for code, region in catalog.regions().items() if region.parent is None)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
