"""An office acts for an enterprise that telephones; contacts come and go."""

import secrets
from typing import Any

from sqlalchemy import select

from models.actions import access
from models.tables import Contact, Person
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER, PARTNER, STRANGER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


class Office:
    """A supervisor's office of Shenyang, at its API."""

    def __init__(self, world: World) -> None:
        self.world = world
        raw = secrets.token_urlsafe(32)
        with world.database.transaction() as session:
            access.create_key(
                session, raw, name="office", role="supervisor", region="210100", now=world.clock()
            )
        self.headers = {"Authorization": f"Bearer {raw}"}

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.world.web.post(f"/api/v1{path}", headers=self.headers, json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def contact(self, openid: str) -> int:
        with self.world.database.reading() as session:
            return session.scalars(
                select(Contact.id).join(Person, Person.id == Contact.person_id).where(Person.openid == openid)
            ).one()

    def end(self, openid: str) -> None:
        self.post(f"/contacts/{self.contact(openid)}/end")


def test_what_was_said_by_telephone_reaches_both_phones(world: World) -> None:
    office, owner, leader = Office(world), world.phone(OWNER), world.phone(LEADER)
    owner.say("你好")
    leader.say("待办")

    made = office.post("/tickets", {"contact_id": office.contact(OWNER), "text": REQUEST, "type": "policy"})

    number = made["number"]
    told = owner.news()["text"]
    assert told.startswith(f"您反映的事已代为登记，编号 {number}。\n记的是：{REQUEST}\n类型：政策落实")
    assert "负责人：副省长 安予诚\n11月25日17:30前受理" in told
    assert leader.news()["text"].startswith(f"新诉求 {number}　政策落实\n沈阳云杉里精密机械有限公司")

    assert "拖欠账款" in owner.tap("不对，改一下")
    assert owner.tap("拖欠账款").endswith("」的类型已改为：拖欠账款。")
    leader.news()
    leader.say(f"受理 {number}")
    assert f"已受理您的诉求 {number}" in owner.news()["text"]


def test_what_they_never_said_can_be_taken_back(world: World) -> None:
    office, owner, leader = Office(world), world.phone(OWNER), world.phone(LEADER)
    owner.say("你好")
    leader.say("待办")
    made = office.post("/tickets", {"contact_id": office.contact(OWNER), "text": "有点事想说"})
    assert "这件事属于哪一类？" in owner.news()["text"]
    leader.news()

    assert owner.tap("撤回").startswith(f"{made['number']}「有点事想说」已撤回")
    assert "企业已撤回" in leader.news()["text"]


def test_stranger_whom_the_office_knows_speaks_for_the_enterprise_from_then_on(world: World) -> None:
    office, stranger, owner = Office(world), world.phone(STRANGER), world.phone(OWNER)
    number = number_in(stranger.say(f"我们在沈阳，{REQUEST}"))
    with world.database.reading() as session:
        person = session.scalars(select(Person.id).where(Person.openid == STRANGER)).one()
    assert "没有查到编号" in owner.say(f"进度 {number}")

    firm = world.roster.enterprises["yunshanli"]
    office.post("/contacts", {"person_id": person, "enterprise_id": firm, "name": "白露"})

    assert number in owner.say(f"进度 {number}")
    assert "负责人：副省长 安予诚" in stranger.say("新诉求 厂房的用电增容报装一直批不下来")


def test_who_leaves_loses_sight_at_once_and_a_colleague_hears_instead(world: World) -> None:
    office, owner = Office(world), world.phone(OWNER)
    partner, leader = world.phone(PARTNER), world.phone(LEADER)
    leader.say("待办")
    partner.say("你好")
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    owner.silence()

    office.end(OWNER)
    leader.say("明天上午我约管委会碰头")

    assert "明天上午我约管委会碰头" in partner.news()["text"]
    assert owner.silence() == []
    assert owner.say(f"进度 {number}").startswith(f"没有查到编号 {number}")
    assert owner.say("进度").startswith("您还没有诉求")
    assert owner.say(f"撤回 {number}").startswith(f"没有查到编号 {number}")
    assert number in partner.say(f"进度 {number}")


def test_case_in_hand_is_out_of_hand_when_its_contact_leaves(world: World) -> None:
    office, owner, leader = Office(world), world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(REQUEST))
    leader.silence()

    office.end(OWNER)

    assert "已记到" not in owner.say("合同复印件我明天送过去")
    assert [text for text in leader.silence() if number in text] == []


def test_desk_hears_that_nobody_is_left_to_hear(world: World) -> None:
    office, owner, leader = Office(world), world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    leader.silence()
    office.end(PARTNER)
    office.end(OWNER)
    [left] = leader.silence()
    assert left.startswith(f"{number}「")
    assert "没有联系人，这里的消息暂时没有人收" in left

    leader.say("明天上午我约管委会碰头")

    [told] = leader.silence()
    assert told.startswith(f"{number}「")
    assert "没有联系人，刚才要说的话没有人收到" in told
