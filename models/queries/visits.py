"""Visits: which enterprises an official may visit, which are owed one, and what came of those made."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from models.queries.growing import Behind
from models.queries.people import OfficialCard, Party
from models.queries.registry import Regions, inside
from models.tables import Contact, Enterprise, Official, Pairing, Person, Ticket, Visit

VISIT_EVERY: Final = timedelta(days=90)
"""After so long without a visit one is owed, unless the installation says otherwise (LIAISON_VISIT_EVERY)."""

_LOCAL: Final = ZoneInfo("Asia/Shanghai")


class NoSuchVisit(LookupError):
    """There is no such visit, or none that this person may see."""


def visitable(session: Session, party: Party) -> Sequence[Enterprise]:
    """Return the enterprises in the care of somebody's desks, or with a case there."""
    paired = select(Pairing.enterprise_id).where(
        Pairing.official_id.in_(party.desks), Pairing.ended_at.is_(None)
    )
    served = select(Ticket.enterprise_id).where(
        Ticket.owner_id.in_(party.desks), Ticket.enterprise_id.is_not(None)
    )
    mine = or_(Enterprise.id.in_(paired), Enterprise.id.in_(served))
    return session.scalars(select(Enterprise).where(mine).order_by(Enterprise.id)).all()


def cared_for(session: Session, party: Party, enterprise_id: int) -> int | None:
    """Return which of somebody's desks an enterprise is paired with."""
    found = select(Pairing.official_id).where(
        Pairing.enterprise_id == enterprise_id,
        Pairing.official_id.in_(party.desks),
        Pairing.ended_at.is_(None),
    )
    return session.scalars(found).one_or_none()


def owed(
    session: Session, desk_ids: Sequence[int], *, every: timedelta, now: datetime
) -> Sequence[Enterprise]:
    """Return the paired enterprises nobody has visited for longer than `every`, the longest first.

    A visit that the enterprise denies is none; a new pairing starts the time.
    """
    limit = now.astimezone(_LOCAL).date() - every
    last = (
        select(func.max(Visit.day))
        .where(Visit.enterprise_id == Enterprise.id, Visit.disputed_at.is_(None))
        .scalar_subquery()
    )
    return session.scalars(
        select(Enterprise)
        .join(Pairing, Pairing.enterprise_id == Enterprise.id)
        .where(
            Pairing.official_id.in_(desk_ids),
            Pairing.ended_at.is_(None),
            Pairing.since < now - every,
            or_(last.is_(None), last < limit),
        )
        .order_by(last.is_not(None), last, Pairing.since, Enterprise.id)
    ).all()


def same_day(session: Session, official_id: int, enterprise_id: int, day: date) -> Visit | None:
    """Return what an official has noted of a visit on that day, as long as nobody has answered to it."""
    return session.scalars(
        select(Visit)
        .where(
            Visit.official_id == official_id,
            Visit.enterprise_id == enterprise_id,
            Visit.day == day,
            Visit.answered_by.is_(None),
        )
        .order_by(Visit.id.desc())
        .limit(1)
    ).first()


def visit_by(session: Session, party: Party, visit_id: int) -> Visit:
    """Return a visit of somebody's desks, locked.

    Raises:
        NoSuchVisit: there is none, or another desk made it.
    """
    at_desk = select(Official.id).where(
        or_(Official.id.in_(party.desks), Official.leader_id.in_(party.desks))
    )
    return _one(session, visit_id, Visit.official_id.in_(at_desk))


def visit_to(session: Session, party: Party, visit_id: int) -> Visit:
    """Return a visit to an enterprise somebody speaks for, locked.

    Raises:
        NoSuchVisit: there is none, or it was to another enterprise.
    """
    firms = [firm.id for firm in (party.enterprise, *party.others) if firm is not None]
    return _one(session, visit_id, Visit.enterprise_id.in_(firms))


def _one(session: Session, visit_id: int, is_theirs: ColumnElement[bool]) -> Visit:
    statement = select(Visit).where(Visit.id == visit_id, is_theirs).with_for_update()
    found = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NoSuchVisit(visit_id)
    return found


def spokesman(session: Session, enterprise_id: int, now: datetime) -> tuple[str, bool] | None:
    """Return the openid of who speaks for an enterprise, and whether anything reaches them now.

    Whoever can be reached goes first, then whose window is open, then who was heard last.
    """
    reached = Person.follows & Person.is_reachable
    is_open = reached & (Person.window_expires_at > now) & (Person.window_left > 0)
    row = session.execute(
        select(Person.openid, reached)
        .join(Contact, Contact.person_id == Person.id)
        .where(Contact.enterprise_id == enterprise_id, Contact.is_active)
        .order_by(case((is_open, 0), (reached, 1), else_=2), Person.seen_at.desc(), Contact.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], bool(row[1]))


def unanswered(session: Session, party: Party, *, since: datetime) -> Sequence[Visit]:
    """Return visits noted after `since` that an enterprise somebody speaks for has not answered to."""
    firms = [firm.id for firm in (party.enterprise, *party.others) if firm is not None]
    return session.scalars(
        select(Visit)
        .where(Visit.enterprise_id.in_(firms), Visit.answered_by.is_(None), Visit.created_at > since)
        .order_by(Visit.id.desc())
    ).all()


def carer(session: Session, enterprise_id: int) -> OfficialCard | None:
    """Return the leader an enterprise is paired with."""
    row = session.scalars(
        select(Official)
        .join(Pairing, Pairing.official_id == Official.id)
        .where(Pairing.enterprise_id == enterprise_id, Pairing.ended_at.is_(None), Official.is_active)
    ).one_or_none()
    return None if row is None else OfficialCard(row.id, row.name, row.post, row.region)


def visits(
    session: Session,
    regions: Regions,
    *,
    official_id: int | None = None,
    enterprise_id: int | None = None,
    after: Behind,
    limit: int,
) -> Sequence[Visit]:
    """Return up to `limit` visits behind `after`, of one official or to one enterprise if named."""
    wanted = (
        select(Visit)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(inside(Enterprise.region, regions), after.holds(Visit.id))
        .order_by(Visit.id)
        .limit(limit)
    )
    if official_id is not None:
        wanted = wanted.where(Visit.official_id == official_id)
    if enterprise_id is not None:
        wanted = wanted.where(Visit.enterprise_id == enterprise_id)
    return session.scalars(wanted).all()
