"""What the wall chart shows, beside the counts: who waits longest, and whom the day disturbed or helped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries import rates, tallying
from models.queries.met_today import Today, today_of
from models.queries.rates import By, Group, Scope
from models.queries.registry import Regions, inside
from models.queries.shielded import shielded
from models.queries.then import Owner
from models.rules import tally
from models.rules.counting import day_of
from models.rules.lifecycle import Status
from models.rules.tally import Counts
from models.session import at_one_moment, core
from models.tables import Enterprise, Official, Ticket

LEADERS: Final = 33
"""Rows of the matrix: those with the most cases in hand (the scheme began with so many leaders)."""

WEEKS: Final = 12
MONTHS: Final = 12
OLDEST: Final = 10
_FLOW: Final = (
    *("open", "accepted", "resolved", "closed", "declined", "withdrawn", "merged"),
    *("finished", "red", "amber"),
)

_TREND: Final = ("open", "accepted", "resolved", "closed", "declined", "finished")
"""What weeks and months are drawn from."""

_WAITING: Final = (
    select(
        *(Ticket.id, Ticket.title, Ticket.type, Ticket.region, Ticket.status, Ticket.created_at),
        *(Official.id, Official.name, Official.post, Official.department),
        *(Enterprise.id, Enterprise.name),
    )
    .join(Official, Official.id == Ticket.owner_id)
    .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
)

Groups = dict[tuple[Group, ...], Counts]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that nobody of the official side has answered yet."""

    id: int
    title: str
    type: str
    region: str
    status: str
    created_at: datetime
    owner: Owner
    firm: tuple[int, str] | None
    """Its enterprise's id and name."""
    is_shielded: bool = False
    """Then there is neither title nor enterprise."""


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything at one moment; the order of `leaders` is that of their rows."""

    places: Groups
    leaders: Sequence[int]
    matrix: Groups
    days: Groups
    months: Groups
    oldest: Sequence[Waiting]
    today: Today


def wall(session: Session, regions: Regions, now: datetime) -> Wall:
    """Return the wall chart of what lies in `regions`. Nothing was read before."""
    at_one_moment(session)
    late = rates.since_the_mark(session, now)
    leaders = rates.busiest(session, regions, limit=LEADERS)
    return hung(session, regions, now, late=late, leaders=leaders, oldest=_oldest(session, regions))


def hung(
    session: Session,
    regions: Regions,
    now: datetime,
    *,
    late: tally.Tally,
    leaders: Sequence[int],
    oldest: Sequence[Waiting],
    until: date | None = None,
) -> Wall:
    """Return the wall chart of a moment: `late` is what the kept counts lack of it, or have too much.

    What was received from the day `until` on is not counted. All is read at one moment.
    """
    whole, day = Scope(regions, until=until), day_of(now)
    monday = day - timedelta(days=day.weekday(), weeks=WEEKS - 1)
    first = months_before(day, MONTHS - 1)
    theirs = whole.of(tuple(leaders))
    counted = partial(rates.sums, session, late=late, unfolded=rates.unfolded_in(session, whole))
    return Wall(
        places=counted(whole, By.TYPE, By.REGION),
        leaders=leaders,
        matrix=rates.sums(session, theirs, By.OWNER, By.TYPE, late=late, names=_FLOW) if leaders else {},
        days=counted(replace(whole, since=monday), By.DAY, names=_TREND),
        months=counted(replace(whole, since=first), By.MONTH, names=_TREND),
        oldest=oldest,
        today=today_of(session, regions, day, now),
    )


def weekly(days: Groups) -> dict[date, Counts]:
    """Return what `days` add up to by week, named by its Monday."""
    found: dict[date, Counts] = {}
    for (number,), counts in days.items():
        day = tallying.day_named(int(number))
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, tally.NOTHING).plus(counts)
    return dict(sorted(found.items()))


def months_before(day: date, months: int) -> date:
    """Return the first day of the month so many before a day's."""
    whole = day.year * 12 + day.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def _oldest(session: Session, regions: Regions) -> list[Waiting]:
    """Return who has waited longest: nobody has taken the case on, nor said anything to the enterprise."""
    waits = (Ticket.status == Status.OPEN.value, Ticket.first_contact_at.is_(None))
    first = select(Ticket.id).where(*waits, inside(Ticket.region, regions)).order_by(Ticket.id).limit(OLDEST)
    rows = core(session).execute(
        _WAITING.where(Ticket.id.in_(core(session).scalars(first).all())).order_by(Ticket.id)
    )
    found = [_waiting(row) for row in rows]
    hidden = shielded(session, [each.id for each in found])
    return [without_words(each) if each.id in hidden else each for each in found]


def without_words(each: Waiting) -> Waiting:
    """Return a shielded case as others see it."""
    return replace(each, title="", firm=None, is_shielded=True)


def _waiting(row: Any) -> Waiting:
    firm = None if row[10] is None else (row[10], row[11])
    return Waiting(row[0], row[1], row[2], row[3], row[4], row[5], Owner(*row[6:10]), firm)
