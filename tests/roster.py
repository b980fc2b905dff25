"""A small roster for tests: who is paired with whom, who answers for what. All names are invented."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from config import catalog
from models.actions import roster
from models.actions.people import join, meet
from models.tables import Person

LEADER = "o-leader"
AIDE = "o-aide"
OFFICE = "o-office"
OWNER = "o-owner"
PARTNER = "o-partner"
STRANGER = "o-stranger"


@dataclass
class Roster:
    """The ids of what was loaded; `people` are the openids that are bound to somebody."""

    officials: dict[str, int] = field(default_factory=dict)
    enterprises: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)


def load(session: Session, now: datetime) -> Roster:
    """Load one leader with an aide and a paired enterprise of two contacts, and the provincial office."""
    loaded = Roster()
    leader = roster.add_official(
        session,
        name="安予诚",
        post="副省长",
        department="辽宁省人民政府",
        region="210000",
        kind="leader",
        phone_tail="3059",
        now=now,
    )
    aide = roster.add_official(
        session,
        name="程小满",
        post="专班联络员",
        department="辽宁省人民政府",
        region="210000",
        kind="aide",
        leader_id=leader.id,
        now=now,
    )
    office = roster.add_official(
        session,
        name="简闻和",
        post="省营商局局长",
        department=catalog.office_department(),
        region="210000",
        kind="leader",
        now=now,
    )
    enterprise = roster.add_enterprise(
        session, name="沈阳云杉里精密机械有限公司", credit_code=None, region="210100", stage="mature", now=now
    )
    roster.pair(session, enterprise_id=enterprise.id, official_id=leader.id, now=now)
    loaded.officials = {"leader": leader.id, "aide": aide.id, "office": office.id}
    loaded.enterprises = {"yunshanli": enterprise.id}
    for openid, official in ((LEADER, leader), (AIDE, aide), (OFFICE, office)):
        person_id = meet(session, openid, now=now).person_id
        session.get_one(Person, person_id).official_id = official.id
        loaded.people[openid] = person_id
    for openid, name in ((OWNER, "林向晚"), (PARTNER, "邵其琛")):
        person_id = meet(session, openid, now=now).person_id
        join(session, person_id, enterprise.id, name=name, role="法定代表人", now=now)
        loaded.people[openid] = person_id
    return loaded


def supervisor(
    session: Session,
    openid: str | None,
    *,
    now: datetime,
    region: str = "210000",
    name: str = "石一诺",
    post: str = "督查专员",
) -> int:
    """Put a supervisor of a region on the roster, bound to a WeChat unless that is None; return their id."""
    row = roster.add_official(
        session, name=name, post=post, department="督查室", region=region, kind="supervisor", now=now
    )
    if openid is not None:
        session.get_one(Person, meet(session, openid, now=now).person_id).official_id = row.id
    return row.id
