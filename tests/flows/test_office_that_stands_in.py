"""An owner without a WeChat is no dead end: the provincial office acts, says so, and steps back."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from models.actions import people
from models.rules.numbers import ticket_id_of
from models.tables import Event, Official, Person, Ticket
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
WHY = "责任领导副省长 安予诚尚未绑定微信，由您代办："


@pytest.fixture
def unmanned(world: World) -> Iterator[World]:
    """The small world before the leader and the aide have bound their WeChat."""
    with world.database.transaction() as session:
        desk = update(Person).where(Person.openid.in_([LEADER, AIDE]))
        session.execute(desk.values(official_id=None))
    world.phone(OFFICE).say("待办")
    yield world


def bind(world: World, openid: str, official: str) -> str:
    """Let somebody become an official; return what they are told."""
    code = secrets.token_hex(16)
    with world.database.transaction() as session:
        people.invite(session, code, official_id=world.roster.officials[official], now=world.clock())
    world.phone(openid).say(f"绑定 {code}")
    return world.phone(openid).tap("确认绑定")


def ticket(world: World, number: str) -> Ticket:
    with world.database.reading() as session:
        found = session.get_one(Ticket, ticket_id_of(number))
        session.expunge(found)
        return found


def test_office_is_told_why_and_works_the_case_under_its_own_name(unmanned: World) -> None:
    owner, office = unmanned.phone(OWNER), unmanned.phone(OFFICE)
    receipt = owner.say(REQUEST)
    number = number_in(receipt)
    assert "负责人：副省长 安予诚（暂由省营商局局长 简闻和代办）" in receipt

    told = office.news()
    assert told["text"].startswith(f"{WHY}\n新诉求 {number}")
    assert [command for _, command in told["links"]] == [f"受理 {number}", f"详情 {number}"]
    assert office.tap("详情").splitlines()[2] == WHY
    assert office.tap("受理").startswith(f"已受理 {number}")
    assert "省营商局局长 简闻和（本人，代副省长 安予诚办理）已受理您的诉求" in owner.news()["text"]
    assert office.say("明天上午我约管委会碰头").startswith("已转给沈阳云杉里精密机械有限公司")
    assert "省营商局局长 简闻和（本人，代副省长 安予诚办理）" in owner.news()["text"]
    assert f"{number} 办理中，代安予诚" in office.say("待办")

    found = ticket(unmanned, number)
    leader, stand_in = (unmanned.roster.officials[name] for name in ("leader", "office"))
    assert (found.owner_id, found.status) == (leader, "accepted")
    with unmanned.database.reading() as session:
        done = session.scalars(select(Event).where(Event.verb.in_(["accept", "reply"])).order_by(Event.id))
        told = [(event.verb, event.actor_id, event.data["stands_in_for"]) for event in done]
    assert told == [("accept", stand_in, leader), ("reply", stand_in, leader)]


def test_enterprise_reads_everywhere_who_really_acts(unmanned: World) -> None:
    owner, office = unmanned.phone(OWNER), unmanned.phone(OFFICE)
    number = number_in(owner.say(REQUEST))
    office.say(f"受理 {number}")
    office.silence()

    assert "稍后一并转给负责人（暂由省营商局局长 简闻和代办）" in owner.say("合同在手")
    a_minute_later(unmanned)
    assert office.news()["text"].startswith(WHY)
    assert "副省长 安予诚（暂由省营商局局长 简闻和代办）会收到提醒" in owner.say("催办")
    assert office.news()["text"].startswith(WHY)
    assert "负责人：副省长 安予诚（暂由省营商局局长 简闻和代办）" in owner.say("进度")
    office.say(f"办结 {number} 尾款已到账")
    assert "退回副省长 安予诚（暂由省营商局局长 简闻和代办）继续办" in owner.say(f"没解决 {number} 差一半")
    assert office.news()["text"].startswith(WHY)


def test_office_sees_it_no_more_once_somebody_at_the_owners_desk_has_bound(unmanned: World) -> None:
    owner, office = unmanned.phone(OWNER), unmanned.phone(OFFICE)
    number = number_in(owner.say(REQUEST))
    assert office.say(f"受理 {number}").startswith(f"已受理 {number}")

    assert f"待办 1 件：\n{number} 办理中" in bind(unmanned, "o-new-aide", "aide")

    assert office.say(f"详情 {number}").startswith(f"没有查到编号 {number}")
    assert office.say(f"办结 {number} 已付清").startswith(f"您手头没有编号 {number}")
    assert office.say("材料收到了，明天碰头").startswith("这句话没有发给任何企业")
    assert office.say("待办") == "手头没有待办诉求。"
    office.silence()
    owner.say("合同在手")
    a_minute_later(unmanned)
    assert "合同在手" in unmanned.phone("o-new-aide").news()["text"]
    assert office.silence() == []
    assert "代办" not in owner.say("进度")


def test_question_what_was_done_does_not_outlive_standing_in(unmanned: World) -> None:
    office = unmanned.phone(OFFICE)
    number = number_in(unmanned.phone(OWNER).say(REQUEST))
    office.say(f"受理 {number}")
    office.say(f"办结 {number}")
    bind(unmanned, "o-new-leader", "leader")

    assert office.say("尾款已付清").startswith(f"没有查到编号 {number}")
    assert ticket(unmanned, number).status == "accepted"


def test_without_any_office_the_ticket_waits_for_its_owner(unmanned: World) -> None:
    owner = unmanned.phone(OWNER)
    with unmanned.database.transaction() as session:
        session.get_one(Official, unmanned.roster.officials["office"]).is_active = False

    receipt = owner.say(REQUEST)
    number = number_in(receipt)
    assert "负责人：副省长 安予诚（尚未绑定微信）" in receipt
    assert owner.say("合同在手").startswith(f"已记到 {number}")
    assert "副省长 安予诚（尚未绑定微信）绑定后就会看到" in owner.say("催办")
    assert unmanned.unsettled() == 0
    assert unmanned.outbox() == []

    assert f"待办 1 件：\n{number} 待受理" in bind(unmanned, LEADER, "leader")
    assert unmanned.phone(LEADER).say(f"受理 {number}").startswith(f"已受理 {number}")
    assert "副省长 安予诚（本人）已受理您的诉求" in owner.news()["text"]


def test_second_of_the_office_stands_in_for_the_first_without_a_wechat(world: World) -> None:
    with world.database.transaction() as session:
        first = session.get_one(Official, world.roster.officials["office"])
        second = Official(
            name="米思远",
            post="省营商局副局长",
            department=first.department,
            region=first.region,
            created_at=world.clock(),
        )
        session.add(second)
        session.flush()
        session.execute(update(Person).where(Person.openid == OFFICE).values(official_id=second.id))

    receipt = world.phone("o-unknown").say("我们公司的施工许可证跑了三个月办不下来，窗口每次说法都不一样")

    assert "负责人：省营商局局长 简闻和（暂由省营商局副局长 米思远代办）" in receipt
    assert world.phone(OFFICE).say(f"受理 {number_in(receipt)}").startswith("已受理")
