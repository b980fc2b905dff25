"""Who stands in for whom, and when."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from models.prepared import Prepared
from models.queries.growing import Behind
from models.queries.people import OfficialCard
from models.queries.registry import NotFound, Regions, inside
from models.tables import Delegation, Official, OfficialKind

_DEPUTISED: Final = Prepared(
    select(Official.id, Official.name, Official.post, Official.region)
    .join(Delegation, Delegation.official_id == Official.id)
    .where(
        Delegation.deputy_id == bindparam("deputy"),
        Delegation.ended_at.is_(None),
        Delegation.starts_on <= bindparam("today"),
        Delegation.ends_on >= bindparam("today"),
        Official.is_active,
    )
    .order_by(Official.id)
)


def deputised(session: Session, deputy_id: int, today: date) -> tuple[OfficialCard, ...]:
    """Return the leaders who have delegated to an official for `today`."""
    rows = _DEPUTISED.all(session, deputy=deputy_id, today=today)
    return tuple(OfficialCard(row[0], row[1], row[2], row[3]) for row in rows)


def from_today(session: Session, leader_id: int, today: date) -> Sequence[tuple[Delegation, str | None]]:
    """Return a leader's delegations that run or will, with their deputies' names, the next first."""
    rows = session.execute(
        select(Delegation, Official.name)
        .outerjoin(Official, Official.id == Delegation.deputy_id)
        .where(
            Delegation.official_id == leader_id, Delegation.ended_at.is_(None), Delegation.ends_on >= today
        )
        .order_by(Delegation.starts_on)
    )
    return [(row[0], row[1]) for row in rows]


def eligible(session: Session, leader: OfficialCard) -> Sequence[Official]:
    """Return who may stand in for a leader: the aides of the desk, and other leaders of the region."""
    return session.scalars(
        select(Official).where(
            Official.is_active, Official.id != leader.id, is_eligible(leader.id, leader.region)
        )
    ).all()


def is_eligible(leader_id: int, region: str) -> ColumnElement[bool]:
    """Return the condition that an official may stand in for a leader of a region."""
    is_peer = (Official.kind == OfficialKind.LEADER) & (Official.region == region)
    return or_(Official.leader_id == leader_id, is_peer)


def delegations(
    session: Session, regions: Regions, *, official_id: int | None = None, after: Behind, limit: int
) -> Sequence[Delegation]:
    """Return up to `limit` delegations behind `after`, ended ones too, of one leader if named."""
    wanted = (
        select(Delegation)
        .join(Official, Official.id == Delegation.official_id)
        .where(inside(Official.region, regions), after.holds(Delegation.id))
        .order_by(Delegation.id)
        .limit(limit)
    )
    if official_id is not None:
        wanted = wanted.where(Delegation.official_id == official_id)
    return session.scalars(wanted).all()


def delegation(session: Session, regions: Regions, delegation_id: int) -> Delegation:
    """Return one delegation.

    Raises:
        NotFound: there is none, or its leader is not in `regions`.
    """
    found = session.scalars(
        select(Delegation)
        .join(Official, Official.id == Delegation.official_id)
        .where(inside(Official.region, regions), Delegation.id == delegation_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
