"""What must not stay unseen: regions nobody supervises, warnings nobody has heard."""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from config.catalog import RegionKind, regions
from models.rules.regions import upwards
from models.tables import Delivery, Escalation, Official, OfficialKind, Outbox, Person


def unsupervised(session: Session) -> list[str]:
    """Return the regions above the counties whose matters have no supervisor with a WeChat, by name."""
    watched = set(
        session.scalars(
            select(Official.region)
            .join(Person, Person.official_id == Official.id)
            .where(Official.is_active, Official.kind == OfficialKind.SUPERVISOR)
        )
    )
    return [
        region.name
        for region in regions().values()
        if region.kind is not RegionKind.COUNTY and watched.isdisjoint(upwards(region.code))
    ]


def unheard(session: Session, before: datetime) -> tuple[int, datetime | None]:
    """Return how many warnings given before a moment the platform has taken for nobody, and the oldest's."""
    other = aliased(Escalation)
    was_taken = exists().where(
        other.event_id == Escalation.event_id,
        other.outbox_id == Outbox.id,
        Outbox.state == Delivery.SENT,
    )
    row = session.execute(
        select(func.count(func.distinct(Escalation.event_id)), func.min(Escalation.told_at)).where(
            Escalation.check_at.is_not(None), Escalation.told_at < before, ~was_taken
        )
    ).one()
    return row[0], row[1]
