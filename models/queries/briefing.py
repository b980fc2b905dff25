"""What a leader has done for the enterprises in a period, on one page (推进会材料).

Requests are those received in the period that the leader owns now, as they stand at `now`; what was withdrawn
or merged is not counted. A request is overdue for good once a promise of its result was broken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from config import catalog
from config.catalog import ClockName
from models.queries.patches import Shown, answered_for
from models.queries.registry import Regions, inside, official
from models.queries.shielded import is_shielded, shielded
from models.rules.calling import SHANGHAI
from models.rules.clocks import OF_OTHERS
from models.rules.lifecycle import Status
from models.tables import Clock, Enterprise, Official, Pairing, Ticket, Visit

SHOWN: Final = 7
"""So many open cases are listed, the oldest first: the page is one."""

_RESULTS: Final = (ClockName.RESULT.value, ClockName.ANSWER.value, ClockName.TOTAL.value)
_DONE: Final = (Status.RESOLVED.value, Status.CLOSED.value)
_IN_WORK: Final = (Status.OPEN.value, Status.ACCEPTED.value)
_OUT: Final = (Status.WITHDRAWN.value, Status.MERGED.value)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included, by the calendar of Shanghai."""

    since: date
    until: date

    @property
    def begins(self) -> datetime:
        """The first moment of it."""
        return datetime.combine(self.since, time.min, SHANGHAI)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until + timedelta(days=1), time.min, SHANGHAI)


@dataclass(frozen=True, slots=True)
class Requests:
    """How many requests of a type, or of all, are what."""

    type: str
    received: int = 0
    done: int = 0
    confirmed: int = 0
    overdue: int = 0
    rebounded: int = 0

    @property
    def rate(self) -> float | None:
        """The share that is done (办结率), None of nothing."""
        return round(self.done / self.received, 4) if self.received else None


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of the leader and the aides that nobody denied; to how many enterprises, how many confirmed.

    `denied` are those of which the enterprise says that nobody came: they are counted nowhere else.
    """

    count: int
    enterprises: int
    confirmed: int
    denied: int


@dataclass(frozen=True, slots=True)
class Cared:
    """An enterprise in the leader's care at the end of the period, and what happened there during it.

    Shielded requests are in the counts by type only: here they would say whose they are.
    """

    id: int
    name: str
    region: str
    stage: str | None
    visits: int
    received: int
    done: int


@dataclass(frozen=True, slots=True)
class Unsolved:
    """A request still in work. A shielded one (保密) has neither title nor enterprise: pages go round."""

    id: int
    type: str
    title: str
    enterprise: str | None
    created_at: datetime
    due_at: datetime | None
    is_shielded: bool = False


@dataclass(frozen=True, slots=True)
class Briefing:
    """One leader's page. `unsolved` are the oldest of `unsolved_count`; `patches` those they answer for."""

    official: Official
    period: Period
    as_of: datetime
    enterprises: tuple[Cared, ...]
    visits: Visits
    requests: tuple[Requests, ...]
    total: Requests
    unsolved: tuple[Unsolved, ...]
    unsolved_count: int
    patches: tuple[Shown, ...] = ()


def briefing(session: Session, regions: Regions, official_id: int, period: Period, now: datetime) -> Briefing:
    """Return the page of one official, as far as `regions` reach.

    Raises:
        NotFound: there is no such official in `regions`.
    """
    who = official(session, regions, official_id)
    mine = (
        Ticket.owner_id == official_id,
        Ticket.created_at >= period.begins,
        Ticket.created_at < period.ends,
        Ticket.status.not_in(_OUT),
        inside(Ticket.region, regions),
    )
    by_type = _requests(session, mine, now)
    unsolved = session.execute(_unsolved(*mine).limit(SHOWN)).all()
    open_ones = select(func.count()).select_from(Ticket).where(*mine, Ticket.status.in_(_IN_WORK))
    return Briefing(
        who,
        period,
        now,
        _cared_for(session, regions, official_id, period, mine),
        _visits(session, regions, official_id, period),
        by_type,
        _sum(by_type),
        _listed(session, [Unsolved(*row) for row in unsolved]),
        session.scalars(open_ones).one(),
        tuple(answered_for(session, regions, official_id, since=period.begins, until=period.ends)),
    )


def _listed(session: Session, found: Sequence[Unsolved]) -> tuple[Unsolved, ...]:
    hidden = shielded(session, [each.id for each in found])
    return tuple(
        replace(each, title="", enterprise=None, is_shielded=True) if each.id in hidden else each
        for each in found
    )


def _requests(session: Session, mine: Sequence[ColumnElement[bool]], now: datetime) -> tuple[Requests, ...]:
    """Return the counts of every type, in the order of the types."""
    broken = exists().where(
        Clock.ticket_id == Ticket.id,
        Clock.name.in_(_RESULTS),
        Clock.due_at < func.coalesce(Clock.met_at, now),
    )
    counted = (
        func.count(),
        _how_many(Ticket.status.in_(_DONE)),
        _how_many(Ticket.confirmed_at.is_not(None)),
        _how_many(broken),
        _how_many(Ticket.rebounds > 0),
    )
    rows = session.execute(select(Ticket.type, *counted).where(*mine).group_by(Ticket.type))
    found = {row[0]: Requests(row[0], *map(int, row[1:])) for row in rows}
    return tuple(found.get(code, Requests(code)) for code in catalog.types())


def _sum(parts: Sequence[Requests]) -> Requests:
    names = ("received", "done", "confirmed", "overdue", "rebounded")
    return Requests("all", *(sum(getattr(part, name) for part in parts) for name in names))


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _cared_for(
    session: Session,
    regions: Regions,
    official_id: int,
    period: Period,
    mine: Sequence[ColumnElement[bool]],
) -> tuple[Cared, ...]:
    firms = session.execute(
        select(Enterprise.id, Enterprise.name, Enterprise.region, Enterprise.stage)
        .join(Pairing, Pairing.enterprise_id == Enterprise.id)
        .where(
            Pairing.official_id == official_id,
            Pairing.since < period.ends,
            or_(Pairing.ended_at.is_(None), Pairing.ended_at >= period.ends),
            inside(Enterprise.region, regions),
        )
        .order_by(Pairing.slot, Enterprise.id)
    ).all()
    counted = (func.count(), _how_many(Ticket.status.in_(_DONE)))
    asked = session.execute(
        select(Ticket.enterprise_id, *counted)
        .where(*mine, Ticket.enterprise_id.is_not(None), ~is_shielded())
        .group_by(Ticket.enterprise_id)
    )
    requests: dict[int | None, Sequence[Any]] = {row[0]: (row[1], row[2]) for row in asked}
    seen = session.execute(
        select(Visit.enterprise_id, func.count())
        .where(*_of_visits(official_id, period), Visit.disputed_at.is_(None))
        .group_by(Visit.enterprise_id)
    )
    visits = {row[0]: row[1] for row in seen}
    nothing = (0, 0)
    return tuple(Cared(*firm, visits.get(firm.id, 0), *requests.get(firm.id, nothing)) for firm in firms)


def _of_visits(official_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    desk = select(Official.id).where(or_(Official.id == official_id, Official.leader_id == official_id))
    return Visit.official_id.in_(desk), Visit.day.between(period.since, period.until)


def _visits(session: Session, regions: Regions, official_id: int, period: Period) -> Visits:
    stands = Visit.disputed_at.is_(None)
    counted = select(
        func.count(case((stands, 1))),
        func.count(distinct(case((stands, Visit.enterprise_id)))),
        func.count(Visit.confirmed_at),
        func.count(Visit.disputed_at),
    )
    wanted = counted.join(Enterprise, Enterprise.id == Visit.enterprise_id)
    wanted = wanted.where(*_of_visits(official_id, period), inside(Enterprise.region, regions))
    return Visits(*session.execute(wanted).one())


def _unsolved(*mine: ColumnElement[bool]) -> Any:
    due = (
        select(func.min(Clock.due_at))
        .where(Clock.ticket_id == Ticket.id, Clock.met_at.is_(None), Clock.name.not_in(OF_OTHERS))
        .scalar_subquery()
    )
    return (
        select(Ticket.id, Ticket.type, Ticket.title, Enterprise.name, Ticket.created_at, due)
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(*mine, Ticket.status.in_(_IN_WORK))
        .order_by(Ticket.created_at, Ticket.id)
    )
