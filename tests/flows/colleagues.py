"""More people on the official side than the small roster has: units that help, and supervisors."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.actions import events, roster
from models.actions.people import meet
from models.queries.people import party
from models.queries.tickets import actor_on, by_number
from models.rules.lifecycle import Verb
from models.tables import Person
from tests.world import World

TAX = "o-tax"
TAX_AIDE = "o-tax-aide"
POWER = "o-power"
SUPERVISOR = "o-supervisor"
ELSEWHERE = "o-supervisor-elsewhere"


@dataclass(frozen=True)
class Colleagues:
    """Their ids as officials."""

    tax: int
    power: int
    silent: int
    supervisor: int


def employ(world: World) -> Colleagues:
    """Put two units with WeChat, one without, and supervisors of 沈阳 and of 大连 on the roster."""
    with world.database.transaction() as session:
        tax = _official(session, world, "沈柏年", "局长", "国家税务总局沈阳市税务局", openid=TAX)
        _official(
            session,
            world,
            "宁小舟",
            "联络员",
            "国家税务总局沈阳市税务局",
            kind="aide",
            leader=tax,
            openid=TAX_AIDE,
        )
        power = _official(session, world, "陆知白", "总经理", "国网沈阳供电公司", openid=POWER)
        silent = _official(session, world, "顾南乔", "沈阳市自然资源局局长", "自然资源局")
        supervisor = _official(
            session, world, "石一诺", "督查专员", "沈阳市政府督查室", kind="supervisor", openid=SUPERVISOR
        )
        _official(
            session,
            world,
            "别处君",
            "督查专员",
            "大连市政府督查室",
            kind="supervisor",
            region="210200",
            openid=ELSEWHERE,
        )
    return Colleagues(tax, power, silent, supervisor)


def _official(
    session: Session,
    world: World,
    name: str,
    post: str,
    department: str,
    *,
    kind: str = "leader",
    leader: int | None = None,
    region: str = "210100",
    openid: str | None = None,
) -> int:
    now = world.clock()
    row = roster.add_official(
        session,
        name=name,
        post=post,
        department=department,
        region=region,
        kind=kind,
        leader_id=leader,
        now=now,
    )
    if openid is not None:
        session.get_one(Person, meet(session, openid, now=now).person_id).official_id = row.id
    return row.id


def call_in_vain(world: World, openid: str, number: str) -> None:
    """Have the owner's desk note that the enterprise was not reached."""
    with world.database.transaction() as session:
        who = party(session, openid)
        assert who is not None
        ticket = by_number(session, number, seen_by=who)
        events.record(session, ticket, Verb.CALL_FAILED, actor_on(session, who, ticket), now=world.clock())
