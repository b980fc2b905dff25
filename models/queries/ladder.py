"""Who stands on the rungs of a ticket's ladder and can be reached: desk, supervisors, provincial office."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from config.catalog import OTHER
from models.queries.duty import NobodyOnDuty, on_duty
from models.queries.people import PROVINCE, OfficialCard
from models.rules.counting import day_of
from models.rules.regions import upwards
from models.rules.warnings import LEVELS, Rung, Step, ladder, rungs_from
from models.tables import Official, OfficialKind, Person


def standing(session: Session, owner_id: int, region: str, now: datetime) -> dict[Step, list[int]]:
    """Return the people on each rung, as person ids: bound to a WeChat, following us, and not refusing us."""
    card = office(session, now)
    office_id = card.id if card else None
    desks = [owner_id] if office_id is None else [owner_id, office_id]
    rows = session.execute(
        select(Person.id, Official.id, Official.leader_id, Official.kind, Official.region)
        .join(Official, Official.id == Person.official_id)
        .where(
            Official.is_active,
            Person.follows,
            Person.is_reachable,
            or_(
                Official.id.in_(desks),
                Official.leader_id.in_(desks),
                and_(Official.kind == OfficialKind.SUPERVISOR, Official.region.in_(upwards(region))),
            ),
        )
        .order_by(Person.id)
    ).all()
    return {
        step: [row[0] for row in rows if _is_on(row, step, owner_id, office_id)] for step in ladder(region)
    }


def _is_on(row: Sequence[Any], step: Step, owner_id: int, office_id: int | None) -> bool:
    _, official_id, leader_id, kind, region = row
    match step.rung:
        case Rung.AIDE:
            return bool(leader_id == owner_id)
        case Rung.LEADER:
            return bool(official_id == owner_id)
        case Rung.SUPERVISOR:
            return bool(kind == OfficialKind.SUPERVISOR and region == step.region)
        case Rung.OFFICE:
            return office_id is not None and office_id in {official_id, leader_id}


def office(session: Session, now: datetime) -> OfficialCard | None:
    """Return who answers for the provincial office, the last rung."""
    try:
        return on_duty(session, PROVINCE, OTHER, day_of(now))
    except NobodyOnDuty:
        return None


def can_be_reached(session: Session, people: Collection[int]) -> bool:
    """Tell whether one of these people follows us and does not refuse us."""
    reached = exists().where(Person.id.in_(people), Person.follows, Person.is_reachable)
    return bool(session.scalar(select(reached)))


def nearest(
    on: Mapping[Step, Collection[int]], steps: Iterable[Step], *, but: Collection[int] = ()
) -> tuple[Step, list[int]] | None:
    """Return the first of `steps` on which somebody stands who is not one of `but`, and those people."""
    for step in steps:
        if people := [person for person in on[step] if person not in but]:
            return step, people
    return None


def above(session: Session, owner_id: int, region: str, now: datetime) -> list[int]:
    """Return who hears of a desk's matters: the nearest supervisors, else the provincial office."""
    found = deciding(session, owner_id, region, now)
    return found[1] if found else []


def deciding(session: Session, owner_id: int, region: str, now: datetime) -> tuple[Step, list[int]] | None:
    """Return the same with their rung: the office hears of it, and only a supervisor can decide."""
    return nearest(standing(session, owner_id, region, now), rungs_from(LEVELS[-1], region))
