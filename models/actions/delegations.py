"""A leader goes away for some days and names who acts meanwhile (委托). The owner stays the owner."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.actions.conversation import LOCAL, watchers
from models.actions.outbox import Notice, tell
from models.actions.striking import is_open
from models.queries.delegations import is_eligible
from models.queries.people import desk
from models.tables import Delegation, Official, OfficialKind, Person

LONGEST: Final = timedelta(days=180)
"""Whoever is away for longer hands the post over; a delegation is for leave and journeys."""


TOLD_WITHIN: Final = timedelta(days=7)
"""What ran out longer ago is over without a word: everybody knows by then."""


class Why(StrEnum):
    """Why somebody cannot stand in."""

    PAST = "past"
    TOO_LONG = "too_long"
    NOT_A_LEADER = "not_a_leader"
    UNFIT = "unfit"
    OVERLAPS = "overlaps"
    CHAINS = "chains"


class DelegationRefused(Exception):
    """The delegation breaks a rule."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def delegate(
    session: Session,
    *,
    official_id: int,
    deputy_id: int | None,
    starts_on: date,
    ends_on: date,
    now: datetime,
) -> Delegation:
    """Let a deputy act for a leader from the first to the last day; it ends by itself.

    The deputy is an aide of the desk or another leader of the region. Without one, the supervisors are told
    that the desk is uncovered.

    Raises:
        DelegationRefused: the days are past or too many, one of the two cannot do it, the leader is away
            then already, or one would stand in for somebody who stands in for another.
    """
    _check_days(starts_on, ends_on, now)
    leader, deputy = _both(session, official_id, deputy_id)
    _check_chain(session, official_id, deputy_id, starts_on, ends_on)
    row = Delegation(
        official_id=official_id, deputy_id=deputy_id, starts_on=starts_on, ends_on=ends_on, created_at=now
    )
    session.add(row)
    session.flush()
    news = _news(leader, deputy, row)
    told = watchers(session, leader.region, now) if deputy is None else _persons(session, leader, deputy)
    notice = Notice.UNCOVERED if deputy is None else Notice.DELEGATED
    tell(session, told, notice, news, ticket_id=None, event_id=None, now=now, key=f"delegation:{row.id}")
    return row


def end(session: Session, row: Delegation, *, now: datetime) -> None:
    """End a delegation before its time; what has ended or run out stays as it was."""
    if row.ended_at is not None or row.ends_on < now.astimezone(LOCAL).date():
        return
    row.ended_at = now
    session.flush()
    if row.deputy_id is None:
        return
    _tell_ended(session, row, row.deputy_id, is_in_time=False, now=now)


def _tell_ended(
    session: Session, row: Delegation, deputy_id: int, *, is_in_time: bool, now: datetime
) -> None:
    leader, deputy = session.get_one(Official, row.official_id), session.get_one(Official, deputy_id)
    news = _news(leader, deputy, row) | {"is_in_time": is_in_time}
    told = _persons(session, leader, deputy)
    key = f"delegation_end:{row.id}"
    tell(session, told, Notice.DELEGATION_ENDED, news, ticket_id=None, event_id=None, now=now, key=key)


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Note that delegations have run out; in office hours both sides are told that the cases are back."""
    if not is_open(now):
        return 0
    today = now.astimezone(LOCAL).date()
    rows = session.scalars(
        select(Delegation)
        .where(Delegation.ended_at.is_(None), Delegation.ends_on < today)
        .order_by(Delegation.ends_on, Delegation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.ended_at = now
        if row.deputy_id is not None and today - row.ends_on <= TOLD_WITHIN:
            _tell_ended(session, row, row.deputy_id, is_in_time=True, now=now)
    session.flush()
    return len(rows)


def release(session: Session, official_id: int, *, now: datetime) -> None:
    """End all delegations by and to somebody who leaves the post; desks left uncovered are reported."""
    rows = session.scalars(
        select(Delegation).where(
            or_(Delegation.official_id == official_id, Delegation.deputy_id == official_id),
            Delegation.ended_at.is_(None),
            Delegation.ends_on >= now.astimezone(LOCAL).date(),
        )
    ).all()
    for row in rows:
        row.ended_at = now
        if row.official_id != official_id:
            leader = session.get_one(Official, row.official_id)
            news, key = _news(leader, None, row), f"uncovered:{row.id}"
            told = watchers(session, leader.region, now)
            tell(session, told, Notice.UNCOVERED, news, ticket_id=None, event_id=None, now=now, key=key)
    session.flush()


def _check_days(starts_on: date, ends_on: date, now: datetime) -> None:
    if ends_on < starts_on or ends_on < now.astimezone(LOCAL).date():
        raise DelegationRefused(Why.PAST)
    if ends_on - starts_on > LONGEST:
        raise DelegationRefused(Why.TOO_LONG)


def _both(session: Session, official_id: int, deputy_id: int | None) -> tuple[Official, Official | None]:
    """Return both, locked in one order, so that two delegations at once cannot chain or overlap."""
    ids = [official_id] if deputy_id is None else [official_id, deputy_id]
    locked = (
        select(Official).where(Official.id.in_(ids)).order_by(Official.id).with_for_update(key_share=True)
    )
    found = {row.id: row for row in session.scalars(locked)}
    leader = found.get(official_id)
    if leader is None or leader.kind != OfficialKind.LEADER or not leader.is_active:
        raise DelegationRefused(Why.NOT_A_LEADER)
    if deputy_id is None:
        return leader, None
    fit = select(Official.id).where(
        Official.id == deputy_id,
        Official.id != official_id,
        Official.is_active,
        is_eligible(official_id, leader.region),
    )
    if session.scalars(fit).first() is None:
        raise DelegationRefused(Why.UNFIT)
    return leader, found[deputy_id]


def _check_chain(
    session: Session, official_id: int, deputy_id: int | None, starts_on: date, ends_on: date
) -> None:
    """Refuse a second absence at once, and links of a chain on either side."""
    meanwhile = (
        Delegation.ended_at.is_(None),
        Delegation.starts_on <= ends_on,
        Delegation.ends_on >= starts_on,
    )

    def exists(*conditions: Any) -> bool:
        return session.scalars(select(Delegation.id).where(*meanwhile, *conditions)).first() is not None

    if exists(Delegation.official_id == official_id):
        raise DelegationRefused(Why.OVERLAPS)
    if exists(Delegation.deputy_id == official_id):
        raise DelegationRefused(Why.CHAINS)
    if deputy_id is not None and exists(Delegation.official_id == deputy_id):
        raise DelegationRefused(Why.CHAINS)


def _persons(session: Session, leader: Official, deputy: Official) -> list[int]:
    """The leader's desk, and the deputy with none of the deputy's own aides."""
    theirs = session.scalars(select(Person.id).where(Person.official_id == deputy.id).order_by(Person.id))
    return list(dict.fromkeys([*desk(session, leader.id), *theirs]))


def _news(leader: Official, deputy: Official | None, row: Delegation) -> dict[str, Any]:
    return {
        "leader": {"name": leader.name, "post": leader.post},
        "deputy": None if deputy is None else {"name": deputy.name, "post": deputy.post},
        "first": row.starts_on.isoformat(),
        "last": row.ends_on.isoformat(),
    }
