"""What the wall chart shows, beside the counts: who waits longest, and whom the day disturbed or helped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from models.queries import rates, tallying
from models.queries.contact_day import RANG, STEPS
from models.queries.rates import By, Group, Scope
from models.queries.registry import Regions, inside
from models.queries.shielded import shielded
from models.rules import tally
from models.rules.counting import SHANGHAI, day_of
from models.rules.lifecycle import Status, Verb
from models.rules.tally import Counts
from models.tables import Call, Enterprise, Event, Message, Official, Outbox, Ticket, Visit

LEADERS: Final = 33
"""Rows of the matrix: those with the most cases in hand (the scheme began with so many leaders)."""

WEEKS: Final = 12
MONTHS: Final = 12
OLDEST: Final = 10
A_DAYS: Final = 1_000_000
"""More events than any day has."""
_FLOW: Final = (
    *("open", "accepted", "resolved", "closed", "declined", "withdrawn", "merged"),
    *("finished", "red", "amber"),
)

_TREND: Final = ("open", "accepted", "resolved", "closed", "declined", "finished")
"""What weeks and months are drawn from."""

Rows = Select[*tuple[Any, ...]]
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
    owner: Official
    firm: tuple[int, str] | None
    """Its enterprise's id and name."""
    is_shielded: bool = False
    """Then there is neither title nor enterprise."""


@dataclass(frozen=True, slots=True)
class Today:
    """Whom the day disturbed (烦) and helped (帮): how often, and how many enterprises."""

    messages: int
    calls: int
    visits: int
    disturbed: int
    steps: int
    helped: int


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
    """Return the wall chart of what lies in `regions`."""
    late = rates.since_the_mark(session, now)
    whole, day = Scope(regions), day_of(now)
    monday = day - timedelta(days=day.weekday(), weeks=WEEKS - 1)
    first = months_before(day, MONTHS - 1)
    leaders = rates.busiest(session, whole, limit=LEADERS)
    theirs = Scope(regions, owners=tuple(leaders))
    return Wall(
        places=rates.sums(session, whole, By.TYPE, By.REGION, late=late),
        leaders=leaders,
        matrix=rates.sums(session, theirs, By.OWNER, By.TYPE, late=late, names=_FLOW) if leaders else {},
        days=rates.sums(session, Scope(regions, since=monday), By.DAY, late=late, names=_TREND),
        months=rates.sums(session, Scope(regions, since=first), By.MONTH, late=late, names=_TREND),
        oldest=_oldest(session, regions),
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
    rows = session.execute(
        select(Ticket, Official, Enterprise)
        .join(Official, Official.id == Ticket.owner_id)
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(Ticket.id.in_(session.scalars(first).all()))
        .order_by(Ticket.id)
    )
    found = [_waiting(*row) for row in rows]
    hidden = shielded(session, [each.id for each in found])
    return [without_words(each) if each.id in hidden else each for each in found]


def without_words(each: Waiting) -> Waiting:
    """Return a shielded case as others see it."""
    return replace(each, title="", firm=None, is_shielded=True)


def _waiting(row: Ticket, owner: Official, firm: Enterprise | None) -> Waiting:
    return Waiting(
        *(row.id, row.title, row.type, row.region, row.status, row.created_at, owner),
        None if firm is None else (firm.id, firm.name),
    )


def today_of(session: Session, regions: Regions, day: date, now: datetime) -> Today:
    """Count as `contact_day` does for one enterprise, for all of them."""
    begins = datetime.combine(day, time(), SHANGHAI)
    last = _yesterdays(session, begins)
    messages, calls, visits, in_vain, helped = (
        session.execute(part).all()
        for part in (
            _messages(regions, begins, now),
            _calls(regions, begins, now),
            _visits(regions, day),
            _in_vain(regions, begins, now, after=last),
            _steps(regions, begins, now, after=last),
        )
    )
    came = (*messages, *calls, *visits, *in_vain)
    return Today(
        messages=_many(messages),
        calls=_many((*calls, *in_vain)),
        visits=_many(visits),
        disturbed=_firms(came),
        steps=_many(helped),
        helped=_firms(helped),
    )


def _many(rows: Iterable[Any]) -> int:
    return sum(count for _, count in rows)


def _firms(rows: Iterable[Any]) -> int:
    return len({firm for firm, _ in rows if firm is not None})


def _messages(regions: Regions, begins: datetime, now: datetime) -> Rows:
    firm = Outbox.rang_for
    return (
        select(firm, func.count())
        .outerjoin(Enterprise, Enterprise.id == firm)
        .outerjoin(Ticket, Ticket.id == Outbox.ticket_id)
        .where(
            Outbox.rang_at.is_not(None),
            Outbox.rang_at >= begins,
            Outbox.rang_at <= now,
            inside(func.coalesce(Enterprise.region, Ticket.region), regions),
        )
        .group_by(firm)
    )


def _calls(regions: Regions, begins: datetime, now: datetime) -> Rows:
    firm = func.coalesce(Call.enterprise_id, Ticket.enterprise_id)
    return (
        select(firm, func.count())
        .outerjoin(Ticket, Ticket.id == Call.ticket_id)
        .outerjoin(Enterprise, Enterprise.id == Call.enterprise_id)
        .where(
            Call.state.in_(RANG),
            Call.begins_at >= begins,
            Call.begins_at <= now,
            inside(func.coalesce(Enterprise.region, Ticket.region), regions),
        )
        .group_by(firm)
    )


def _visits(regions: Regions, day: date) -> Rows:
    return (
        select(Visit.enterprise_id, func.count())
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(Visit.day == day, Visit.disputed_at.is_(None), inside(Enterprise.region, regions))
        .group_by(Visit.enterprise_id)
    )


def _yesterdays(session: Session, begins: datetime) -> int:
    """Return the last event before the day began: from the newest back, since no index goes by time."""
    before = select(Event.id).where(Event.at < begins).order_by(Event.id.desc()).limit(1)
    return session.scalars(before).first() or 0


def _events(begins: datetime, now: datetime, after: int, *verbs: Verb) -> Any:
    """Return the day's events of some verbs, found before anything is joined to them."""
    # What has a limit is worked out by itself: else SQLite may begin with all tickets.
    return (
        select(Event.id, Event.ticket_id)
        .where(Event.id > after, Event.at >= begins, Event.at <= now, Event.verb.in_(verbs))
        .order_by(Event.id)
        .limit(A_DAYS)
        .subquery()
    )


def _by_firm(regions: Regions, events: Any) -> Rows:
    return (
        select(Ticket.enterprise_id, func.count())
        .select_from(events)
        .join(Ticket, Ticket.id == events.c.ticket_id)
        .where(inside(Ticket.region, regions))
        .group_by(Ticket.enterprise_id)
    )


def _in_vain(regions: Regions, begins: datetime, now: datetime, *, after: int) -> Rows:
    events = _events(begins, now, after, Verb.CALL_FAILED)
    announced = exists().where(
        Call.ticket_id == events.c.ticket_id,
        Call.state.in_(RANG),
        Call.begins_at >= begins,
        Call.begins_at <= now,
    )
    return _by_firm(regions, events).where(~announced)


def _steps(regions: Regions, begins: datetime, now: datetime, *, after: int) -> Rows:
    events = _events(begins, now, after, *STEPS)
    is_said = or_(
        Message.id.is_(None),
        and_(
            Message.retracted_at.is_(None),
            or_(Message.held_until.is_(None), Message.held_until <= now),
        ),
    )
    words = and_(Message.ticket_id == events.c.ticket_id, Message.event_id == events.c.id)
    return _by_firm(regions, events).outerjoin(Message, words).where(is_said)
