"""Who is on duty for a matter whose enterprise is paired with nobody."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, case, select
from sqlalchemy.orm import Session

from config import catalog
from models.prepared import Prepared
from models.queries.people import PROVINCE, OfficialCard
from models.tables import Official, OfficialKind

_ON_DUTY: Final = Prepared(
    select(Official.id, Official.name, Official.post, Official.region)
    .where(
        Official.is_active,
        Official.kind == OfficialKind.LEADER,
        Official.department.in_((bindparam("department"), bindparam("office"))),
        Official.region.in_((bindparam("region"), PROVINCE)),
    )
    .order_by(
        case((Official.region == bindparam("region"), 0), else_=1),
        case((Official.department == bindparam("department"), 0), else_=1),
        Official.id,
    )
    .limit(1)
)


class NobodyOnDuty(LookupError):
    """No official answers for this; the roster lacks even the provincial office."""


def on_duty(session: Session, region: str, type_code: str, on: date) -> OfficialCard:
    """Return the official who answers for a matter nobody is paired for.

    The duty catalogue (派单目录) names the department; the search goes from that department in the
    region, to the region's office, to the department at the province, to the provincial office.

    Raises:
        NobodyOnDuty: not even the provincial office is on the roster.
    """
    row = _ON_DUTY.first(
        session,
        department=catalog.duty_department(type_code, on),
        office=catalog.office_department(),
        region=region,
    )
    if row is None:
        raise NobodyOnDuty(f"{type_code} in {region}")
    return OfficialCard(row[0], row[1], row[2], row[3])
