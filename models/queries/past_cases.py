"""The cases behind a number of a past wall: today's list, less what has changed since, as that stood then.

What has not changed since is counted by the conditions of today's lists (`queries.counted`); what has is told
anew from its events, as the past wall tells it.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries.counted import Counted, counted_as, in_week
from models.queries.feed import Sheet, complete, sheets
from models.queries.ledger import BATCH
from models.queries.past_wall import (
    MOST,
    SLACK,
    Stood,
    TooMuchSince,
    as_counted,
    changed_since,
    is_among,
    rows_of,
    stood_at,
)
from models.queries.registry import Regions, inside
from models.queries.then import Owner, officials_at
from models.rules import tally
from models.rules.counting import SHANGHAI, day_of
from models.rules.regions import regions_within
from models.rules.tally import Counts
from models.session import at_one_moment, core
from models.tables import Ticket

KNOWN: Final = 8
"""Lists of past moments that are kept."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Which cases of a past wall: as what they were counted, of whom, where, and of which week."""

    counted: Counted | None = None
    type: str | None = None
    status: str | None = None
    owner_id: int | None = None
    within: str | None = None
    week: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as it is stored, as it stood if that was otherwise, and whose it was then."""

    sheet: Sheet
    stood: Stood | None
    owner: Owner
    is_ours: bool
    """Whether it still lies where the reader may see cases."""


def past_cases(
    session: Session,
    regions: Regions,
    behind: Behind,
    at: datetime,
    *,
    now: datetime,
    after: int,
    limit: int,
    most: int,
    known: "Known | None" = None,
) -> tuple[int, list[Shown]]:
    """Return how many cases a number of the wall of `at` counted, and up to `limit` of them by id.

    More than `most` that have not changed since are not counted to their end. Nothing was read before. A list
    that is `known` is not told from the events again for each of its pages.

    Raises:
        TooMuchSince: as for the wall itself.
    """
    at_one_moment(session)
    end = datetime.combine(day_of(at) + timedelta(days=1), time(), SHANGHAI)
    asked = (regions, behind, at, most)
    ids = None if known is None else known.ids(asked)
    if ids is None:
        changed = changed_since(session, at, now, end)
        then = [
            stood.row.id for stood in _told(session, changed, at) if _is_behind(stood, regions, behind, at)
        ]
        ids = array("q", sorted([*then, *_unchanged(session, regions, behind, at, changed, most=most)]))
        if known is not None and at + SLACK < now:
            known.keep(asked, ids)
    begins = bisect_right(ids, after)
    page = ids[begins : begins + limit]
    others = changed_since(session, at, now, end, among=page)
    stood = {each.row.id: each for rows in rows_of(session, others) for each in stood_at(session, rows, at)}
    return len(ids), _shown(session, regions, page, stood, at)


_Asked = tuple[Regions, Behind, datetime, int]


class Known:
    """The last lists that were asked for, 8 bytes a case: what counted so beyond `SLACK` always will."""

    def __init__(self) -> None:
        self._lists: Final[dict[_Asked, Sequence[int]]] = {}

    def ids(self, asked: _Asked) -> Sequence[int] | None:
        """Return the ids of a list, in order, if it is known."""
        return self._lists.get(asked)

    def keep(self, asked: _Asked, ids: Sequence[int]) -> None:
        """Keep a list, and let the oldest go."""
        self._lists[asked] = ids
        for oldest in list(self._lists)[:-KNOWN]:
            self._lists.pop(oldest, None)


def _told(session: Session, changed: Sequence[int], at: datetime) -> Iterator[Stood]:
    """Yield how those that have changed since stood."""
    told = 0
    for rows in rows_of(session, changed):
        before = [row for row in rows if row.created_at <= at]
        told += len(before)
        if told > MOST:
            raise TooMuchSince
        yield from stood_at(session, before, at)


def _is_behind(stood: Stood, regions: Regions, behind: Behind, at: datetime) -> bool:
    """Whether a case that has changed since was counted so."""
    equal = (
        (behind.type, stood.state.type or stood.row.type),
        (behind.status, stood.state.status.value),
        (behind.owner_id, stood.owner_id),
    )
    if any(wanted not in {None, value} for wanted, value in equal):
        return False
    if regions is not None and stood.region not in regions:
        return False
    if behind.within is not None and stood.region not in regions_within(behind.within):
        return False
    counts = tally.sum_of(tally.tally(as_counted(stood), at).values())
    if behind.counted is not None and not _COUNTS[behind.counted](counts):
        return False
    return behind.week is None or _is_of_week(stood, behind.counted, behind.week)


def _is_of_week(stood: Stood, what: Counted | None, monday: date) -> bool:
    state = stood.state
    moment = state.resolved_at if what is Counted.FINISHED else state.created_at or stood.row.created_at
    return moment is not None and monday <= day_of(moment) < monday + timedelta(days=7)


_COUNTS: Final[Mapping[Counted, Callable[[Counts], int]]] = {
    Counted.RECEIVED: lambda counts: counts.received,
    Counted.IN_HAND: lambda counts: counts.open + counts.accepted,
    Counted.GREEN: lambda counts: counts.open + counts.accepted - counts.red - counts.amber,
    Counted.AMBER: lambda counts: counts.amber,
    Counted.RED: lambda counts: counts.red,
    Counted.DONE: lambda counts: counts.done,
    Counted.FINISHED: lambda counts: counts.finished,
    Counted.CONFIRMED: lambda counts: counts.confirmed,
    Counted.WRITTEN_OFF: lambda counts: counts.written_off,
    Counted.REBOUNDED: lambda counts: counts.rebounded,
    Counted.RATED: lambda counts: counts.rated,
    Counted.SATISFIED: lambda counts: counts.satisfied,
    Counted.DUE: lambda counts: counts.due,
    Counted.IN_TIME: lambda counts: counts.in_time,
    Counted.OVERDUE: lambda counts: counts.overdue,
}


def _unchanged(
    session: Session, regions: Regions, behind: Behind, at: datetime, changed: Sequence[int], *, most: int
) -> list[int]:
    """Return the ids of up to `most` + 1 cases to which nothing has happened since."""
    equal = {Ticket.type: behind.type, Ticket.status: behind.status, Ticket.owner_id: behind.owner_id}
    only = [column == value for column, value in equal.items() if value is not None]
    if behind.counted is not None:
        only.append(counted_as(behind.counted, at))
    if behind.week is not None:
        only.append(in_week(behind.counted, behind.week))
    if behind.within is not None:
        only.append(Ticket.region.in_(sorted(regions_within(behind.within))))
    wanted = select(Ticket.id).where(Ticket.created_at <= at, inside(Ticket.region, regions), *only)
    found: list[int] = []
    with core(session).execute(wanted.order_by(Ticket.id), execution_options={"yield_per": BATCH}) as rows:
        for (ticket_id,) in rows:
            if not is_among(changed, ticket_id):
                found.append(ticket_id)
                if len(found) > most:
                    break
    return found


def _shown(
    session: Session, regions: Regions, ids: Sequence[int], then: Mapping[int, Stood], at: datetime
) -> list[Shown]:
    found = {sheet.ticket.id: sheet for sheet in complete(session, sheets(None).where(Ticket.id.in_(ids)))}
    whose = {
        each: then[each].owner_id if each in then else found[each].ticket.owner_id
        for each in ids
        if each in found
    }
    owners = officials_at(session, set(whose.values()), at)
    return [
        Shown(
            *(found[each], then.get(each), owners[owner]),
            is_ours=regions is None or found[each].ticket.region in regions,
        )
        for each, owner in whose.items()
    ]
