"""Whose desks there are: whom an owner may ask for help, and to whom a supervisor may give a case."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.directory import Desk
from models.rules.regions import regions_within, upwards
from models.tables import Official, OfficialKind


def desks(session: Session, region: str) -> Sequence[Desk]:
    """Return the desks of leaders in office for a matter in `region`: there, above it, and inside it."""
    near = sorted({*upwards(region), *regions_within(region)})
    rows = session.execute(
        select(Official.id, Official.name, Official.post, Official.department, Official.region)
        .where(Official.is_active, Official.kind == OfficialKind.LEADER, Official.region.in_(near))
        .order_by(Official.id)
    ).all()
    return [Desk(row[0], row[1], row[2], row[3], row[4]) for row in rows]
