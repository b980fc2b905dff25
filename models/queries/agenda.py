"""What a day brings to a desk: what is due, late, silent, back again, and who is owed a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from config import catalog
from config.catalog import ClockName
from models.queries.people import Party
from models.queries.tickets import LISTED, kept_by, visible_to
from models.queries.visits import owed
from models.queries.workdays import calendar
from models.rules.clocks import OF_OTHERS, accepted_clocks
from models.rules.lifecycle import FINISHED, Status, Verb
from models.rules.numbers import number_of
from models.rules.warnings import LEVELS
from models.tables import Clock, Enterprise, Event, Message, Pairing, Side, Ticket

LOCAL: Final = ZoneInfo("Asia/Shanghai")
_IN_WORK: Final = (Status.OPEN, Status.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Item:
    """One case, or one enterprise, as a list names it."""

    key: str
    title: str
    firm: str = ""
    """The enterprise whose case it is, empty where nobody knows."""


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise as a desk calls it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Matter:
    """A case of a desk as people speak of it: by what it is about, or by where its enterprise is."""

    id: int
    words: str
    """How it was first told."""
    region: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a day brings; a case stands in every list it belongs to, for each is another reason."""

    overdue: tuple[Item, ...]
    due: tuple[Item, ...]
    rebounds: tuple[Item, ...]
    silent: tuple[Item, ...]
    unconfirmed: tuple[Item, ...]
    visits: tuple[Item, ...]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        kinds = (self.overdue, self.due, self.rebounds, self.silent, self.unconfirmed, self.visits)
        return any(kinds)


def agenda(session: Session, desk_ids: Sequence[int], *, visit_every: timedelta, now: datetime) -> Agenda:
    """Return what the day of `now` brings to some desks. The number of statements is always the same."""
    overdue, due = _promised(session, desk_ids, now)
    back, silent = _rebounds(session, desk_ids, now), _silent(session, desk_ids, now)
    firms = owed(session, desk_ids, every=visit_every, now=now)
    unheard = _unconfirmed(session, desk_ids)
    return Agenda(overdue, due, back, silent, unheard, tuple(Item(str(firm.id), firm.name) for firm in firms))


def by_due(session: Session, party: Party, *, limit: int = LISTED, offset: int = 0) -> Sequence[Ticket]:
    """Return the cases on somebody's desks by what is due next: the most overdue first."""
    due = (
        select(func.min(Clock.due_at))
        .where(Clock.ticket_id == Ticket.id, Clock.met_at.is_(None), Clock.name.not_in(OF_OTHERS))
        .scalar_subquery()
    )
    statement = (
        select(Ticket)
        .where(kept_by(party), Ticket.status.not_in(sorted(FINISHED)))
        .order_by(case((due.is_(None), 1), else_=0), due, Ticket.id)
        .limit(limit)
        .offset(offset)
    )
    return session.scalars(statement).all()


def matters(session: Session, party: Party, *, limit: int) -> Sequence[Matter]:
    """Return the unfinished cases on somebody's desks as people speak of them, the newest first."""
    told = aliased(Message)
    first = select(func.min(told.id)).where(told.ticket_id == Ticket.id).correlate(Ticket).scalar_subquery()
    rows = session.execute(
        select(Ticket.id, Ticket.title, Message.text, func.coalesce(Enterprise.region, Ticket.region))
        .select_from(Ticket)
        .outerjoin(Message, Message.id == first)
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(kept_by(party), Ticket.status.not_in(sorted(FINISHED)))
        .order_by(Ticket.id.desc())
        .limit(limit)
    )
    return [Matter(row[0], row[2] or row[1], row[3] or "") for row in rows]


def firms(session: Session, party: Party) -> Sequence[Firm]:
    """Return the enterprises an official may mean by name: in their care, or with a case they see."""
    paired = select(Pairing.enterprise_id).where(
        Pairing.official_id.in_(party.desks), Pairing.ended_at.is_(None)
    )
    served = select(Ticket.enterprise_id).where(visible_to(party), Ticket.enterprise_id.is_not(None))
    mine = or_(Enterprise.id.in_(paired), Enterprise.id.in_(served))
    rows = session.execute(select(Enterprise.id, Enterprise.name).where(mine).order_by(Enterprise.id)).all()
    return [Firm(row[0], row[1]) for row in rows]


def cases_of(
    session: Session, party: Party, enterprise_ids: Sequence[int], *, limit: int = LISTED
) -> Sequence[Ticket]:
    """Return the unfinished cases of some enterprises that somebody may see, the newest first."""
    return session.scalars(
        select(Ticket)
        .where(visible_to(party), Ticket.enterprise_id.in_(enterprise_ids))
        .where(Ticket.status.not_in(sorted(FINISHED)))
        .order_by(Ticket.id.desc())
        .limit(limit)
    ).all()


def _promised(
    session: Session, desk_ids: Sequence[int], now: datetime
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Return the cases with a promise that is late, and those with one due before the day ends."""
    first = func.min(Clock.due_at)
    rows = session.execute(
        select(Ticket.id, Ticket.title, first, Enterprise.name)
        .join(Clock, Clock.ticket_id == Ticket.id)
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(
            Ticket.owner_id.in_(desk_ids),
            Ticket.status.in_(_IN_WORK),
            Clock.met_at.is_(None),
            Clock.name.not_in(OF_OTHERS),
            Clock.due_at < _midnight(now, days=1),
        )
        .group_by(Ticket.id, Ticket.title, Enterprise.name)
        .order_by(first, Ticket.id)
    ).all()
    late = tuple(_item(row[0], row[1], row[3]) for row in rows if row[2] < now)
    return late, tuple(_item(row[0], row[1], row[3]) for row in rows if row[2] >= now)


def _rebounds(session: Session, desk_ids: Sequence[int], now: datetime) -> tuple[Item, ...]:
    """Return the cases that came back since the last working day began."""
    day = now.astimezone(LOCAL).date() - timedelta(days=1)
    while not calendar().is_working_day(day):
        day -= timedelta(days=1)
    rows = session.execute(
        select(Ticket.id, Ticket.title, Enterprise.name)
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(
            Ticket.owner_id.in_(desk_ids),
            Ticket.status.in_(_IN_WORK),
            Ticket.rebounds > 0,
            Ticket.id.in_(
                select(Event.ticket_id).where(
                    Event.ticket_id == Ticket.id,
                    Event.verb == Verb.REBOUND,
                    Event.at >= datetime.combine(day, time(), LOCAL),
                )
            ),
        )
        .order_by(Ticket.id)
    )
    return tuple(_item(*row) for row in rows)


def _silent(session: Session, desk_ids: Sequence[int], now: datetime) -> tuple[Item, ...]:
    """Return the cases whose enterprise has had no word for longer than the progress clock runs."""
    word = (
        select(func.max(Message.at))
        .where(Message.ticket_id == Ticket.id, Message.side == Side.OFFICIAL, Message.retracted_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            *(Ticket.id, Ticket.title, Enterprise.name, Ticket.type),
            func.coalesce(word, Ticket.accepted_at, Ticket.created_at),
        )
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(Ticket.owner_id.in_(desk_ids), Ticket.status.in_(_IN_WORK))
        .order_by(Ticket.id)
    )
    return tuple(_item(*row[:3]) for row in rows if _is_silent(row[3], row[4], now))


def _unconfirmed(session: Session, desk_ids: Sequence[int]) -> tuple[Item, ...]:
    """Return the cases that are done, as their owner says, of which the enterprise was reminded in vain."""
    rows = session.execute(
        select(Ticket.id, Ticket.title, Enterprise.name)
        .join(Clock, Clock.ticket_id == Ticket.id)
        .outerjoin(Enterprise, Enterprise.id == Ticket.enterprise_id)
        .where(
            Ticket.owner_id.in_(desk_ids),
            Ticket.status == Status.RESOLVED,
            Clock.name == ClockName.CONFIRMATION,
            Clock.met_at.is_(None),
            Clock.warned >= LEVELS[1],
        )
        .order_by(Clock.due_at, Ticket.id)
    )
    return tuple(_item(*row) for row in rows)


def _is_silent(type_code: str, since: datetime, now: datetime) -> bool:
    dues = accepted_clocks(type_code, since, catalog.clock_rules(), calendar())
    return any(due.name == ClockName.PROGRESS and now > due.due_at for due in dues)


def _midnight(now: datetime, *, days: int) -> datetime:
    return datetime.combine(now.astimezone(LOCAL).date() + timedelta(days=days), time(), LOCAL)


def _item(ticket_id: int, title: str, firm: str | None) -> Item:
    return Item(number_of(ticket_id), title, firm or "")
