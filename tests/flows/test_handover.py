"""A leader changes posts: everything goes to the successor at once, and each enterprise hears it once."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from models.actions import access, roster
from models.actions.events import FACT
from models.actions.handover import seal
from models.rules.chain import digest
from models.rules.numbers import number_of, ticket_id_of
from models.rules.sealing import SEALED
from models.tables import Event, Handover, OfficialKind, Outbox, Pairing, Ticket
from tests.flows.reading import number_in
from tests.flows.test_leader_on_leave import WATCH, bind
from tests.roster import LEADER, OFFICE, OWNER
from tests.world import World

KEY = "k" * 43
REASON = "工作调动"


def post(world: World, path: str, body: Any = None) -> httpx.Response:
    """Send something to the API as an administrator."""
    headers = {"Authorization": f"Bearer {KEY}"}
    return world.web.post(f"/api/v1{path}", json=body, headers=headers)


@pytest.fixture
def admin(world: World) -> World:
    """A world with an administrator's key, and everybody's phone in a conversation."""
    with world.database.transaction() as session:
        access.create_key(session, KEY, name="admin", role="admin", region=None, now=world.clock())
    for openid in (OWNER, LEADER, OFFICE):
        world.phone(openid).say("帮助")
    return world


def test_everything_goes_to_the_successor_in_one_signed_list(admin: World) -> None:
    owner, leader, successor = admin.phone(OWNER), admin.phone(LEADER), admin.phone(OFFICE)
    bind(admin, WATCH, "佟望川", kind=OfficialKind.SUPERVISOR)
    old, new = admin.roster.officials["leader"], admin.roster.officials["office"]
    open_one = number_in(owner.say("新诉求 管委会欠我们工程款两百万不给"))
    in_work = number_in(owner.say("新诉求 变压器增容三个月批不下来，车间没法投产"))
    written_off = number_in(owner.say("新诉求 商标被人抢注了，请帮助维权"))
    gone = number_in(owner.say("新诉求 发明专利被同行仿冒，请查处"))
    for number in (in_work, written_off):
        leader.say(f"受理 {number}")
    leader.say(f"办结 {written_off} 已撤销对方商标")
    owner.say(f"确认 {written_off}")
    owner.say(f"撤回 {gone}")
    for phone in (owner, leader, successor):
        phone.silence()

    answer = post(admin, f"/officials/{old}/handover", {"to": new, "reason": REASON, "on": "2026-11-23"})
    assert answer.status_code == 201
    body = answer.json()
    assert body["tickets"] == [open_one, in_work, written_off]
    assert body["pairings"] == [admin.roster.enterprises["yunshanli"]]

    [told] = owner.silence()
    assert told == (
        f"因岗位变动，{in_work}「变压器增容三个月批不下来，车间没法投产」等2件改由省营商局局长 简闻和负责，"
        "办理接着走，期限不变，不用您重说。"
    )
    [taken] = successor.silence()
    assert "副省长 安予诚的在办诉求2件、包保企业1家，移交省营商局局长 简闻和" in taken
    assert [taken] == admin.phone(WATCH).silence()
    assert leader.silence() == []
    assert open_one in successor.say("待办")
    assert "没有查到编号" in leader.say(f"详情 {open_one}")
    assert "省营商局局长 简闻和" in owner.say(f"进度 {in_work}")

    with admin.database.reading() as session:
        for number in body["tickets"]:
            ticket = session.get_one(Ticket, ticket_id_of(number))
            last = session.scalars(
                select(Event).where(Event.ticket_id == ticket.id).order_by(Event.seq.desc()).limit(1)
            ).one()
            assert (ticket.owner_id, ticket.hops) == (new, 0)
            assert (last.verb, last.data["reason"], last.data["on"]) == ("hand_over", REASON, "2026-11-23")
        assert session.get_one(Ticket, ticket_id_of(gone)).owner_id == old
        row = session.get_one(Handover, body["id"])
        facts = {"from": old, "to": new, "reason": REASON, "on": "2026-11-23"}
        assert seal(facts, row.listed) == row.digest == body["digest"]
        assert seal(facts, row.listed | {"pairings": []}) != row.digest


def test_case_that_comes_back_comes_back_to_the_successor(admin: World) -> None:
    owner, leader = admin.phone(OWNER), admin.phone(LEADER)
    number = number_in(owner.say("新诉求 管委会欠我们工程款两百万不给"))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 已付清")
    owner.say(f"确认 {number}")
    old, new = admin.roster.officials["leader"], admin.roster.officials["office"]
    assert post(admin, f"/officials/{old}/handover", {"to": new, "reason": REASON}).status_code == 201
    admin.phone(OFFICE).silence()

    admin.advance(days=20)
    assert "退回省营商局局长 简闻和继续办" in owner.say(f"没解决 {number} 又欠了")


def test_nobody_retires_with_cases_or_pairings_in_hand(admin: World) -> None:
    old, new = admin.roster.officials["leader"], admin.roster.officials["office"]
    assert post(admin, f"/officials/{old}/retire").json()["type"] == "urn:liaison:still-responsible"
    assert post(admin, f"/officials/{old}/handover", {"to": new, "reason": REASON}).status_code == 201

    assert post(admin, f"/officials/{old}/retire").json()["is_active"] is False
    assert "今日" not in admin.phone(LEADER).say("帮助")
    refused = post(admin, f"/officials/{new}/handover", {"to": old, "reason": REASON})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:liaison:handover-refused")


def test_successor_without_free_slots_gets_nothing(admin: World) -> None:
    old, new = admin.roster.officials["leader"], admin.roster.officials["office"]
    number = number_in(admin.phone(OWNER).say("新诉求 管委会欠我们工程款两百万不给"))
    with admin.database.transaction() as session:
        for n in range(20):
            firm = roster.add_enterprise(
                session, name=f"企业{n}", credit_code=None, region="210100", stage=None, now=admin.clock()
            )
            roster.pair(session, enterprise_id=firm.id, official_id=new, now=admin.clock())

    refused = post(admin, f"/officials/{old}/handover", {"to": new, "reason": REASON})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:liaison:too-many-pairings")
    with admin.database.reading() as session:
        assert session.get_one(Ticket, ticket_id_of(number)).owner_id == old
        kept = select(func.count()).where(Pairing.official_id == old, Pairing.ended_at.is_(None))
        assert session.scalars(kept).one() == 1
        assert session.scalars(select(Handover.id)).all() == []


def test_hundreds_of_cases_go_in_one_transaction(admin: World) -> None:
    old, new = admin.roster.officials["leader"], admin.roster.officials["office"]
    owner = admin.phone(OWNER)
    first = number_in(owner.say("新诉求 管委会欠我们工程款两百万不给"))
    _multiply(admin, ticket_id_of(first) or 0, 299)

    answer = post(admin, f"/officials/{old}/handover", {"to": new, "reason": REASON})
    assert len(answer.json()["tickets"]) == 300
    with admin.database.reading() as session:
        assert session.scalars(select(Ticket.owner_id).distinct()).all() == [new]
        told = select(func.count()).where(Outbox.kind == "new_owner")
        assert session.scalars(told).one() == 1
        assert number_of(max(session.scalars(select(Ticket.id)))) in answer.json()["tickets"]


def _multiply(world: World, ticket_id: int, times: int) -> None:
    """Copy a ticket with its first event, as so many requests of the same enterprise."""
    with world.database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        event = session.scalars(select(Event).where(Event.ticket_id == ticket_id)).one()
        fields = [column.key for column in Ticket.__table__.columns if column.key != "id"]
        facts = [
            column.key for column in Event.__table__.columns if column.key not in {"id", "tx", "ticket_id"}
        ]
        copies = [Ticket(**{name: getattr(ticket, name) for name in fields}) for _ in range(times)]
        session.add_all(copies)
        session.flush()
        for copy in copies:
            said = {name: getattr(event, name) for name in facts}
            said["data"] = {name: value for name, value in event.data.items() if name != SEALED}
            fact = {name: said[name] for name in FACT}
            said["digest"] = digest(said["previous"], ticket_id=copy.id, seq=1, at=event.at, fact=fact)
            session.add(Event(ticket_id=copy.id, **said))
