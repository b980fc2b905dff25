"""Whoever has left an enterprise hears nothing of it any more: no card, no phrase, no question."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.actions import calls, contacts, handover, visits
from models.queries.contacts import speaks_for
from models.queries.people import official
from models.queries.tickets import Actor
from models.rules.calling import Span
from models.rules.lifecycle import Role
from models.tables import Call, CallKind, Enterprise, Outbox
from tests.flows.owning import verbs
from tests.flows.telephones import V1, Town
from tests.roster import LEADER, OFFICE, OWNER, PARTNER
from tests.world import World


def leave(world: World, *openids: str) -> None:
    """Have contacts leave their enterprise."""
    for openid in openids:
        world.phone(openid).say("我已离职")
        assert world.phone(openid).say("确认退出").startswith("已退出")


@pytest.fixture
def left(world: World) -> tuple[Town, str]:
    """Return a case of an enterprise for which nobody speaks any more, and whose desk knows that."""
    town = Town.of(world)
    for openid in (PARTNER, LEADER, "o-local-office"):
        world.phone(openid).say("你好")
    number = town.case()
    world.phone(OWNER).silence()
    leave(world, PARTNER, OWNER)
    world.phone(LEADER).silence()
    return town, number


def test_no_call_is_announced_to_who_has_left(world: World, left: tuple[Town, str]) -> None:
    _, number = left

    assert world.phone(LEADER).say(f"约电话 {number} 明天上午10点") == (
        f"没有发来电预告：{number} 企业那边已没有联系人，消息没有人收；请换个方式联系，并请督查登记新联系人。"
    )
    assert "announce_call" not in verbs(world, number)
    assert world.phone(OWNER).silence() == world.phone(PARTNER).silence() == []


def test_call_in_vain_leads_straight_to_a_visit(world: World, left: tuple[Town, str]) -> None:
    town, number = left
    leader = world.phone(LEADER)

    assert "已请沈阳市营商环境建设局局长 项南乔上门走访" in leader.say(f"打不通 {number}")
    assert [data["way"] for _, data in town.events(number, "call_failed")] == ["visit"]
    assert world.phone(OWNER).silence() == []
    assert "请上门走访" in world.phone("o-local-office").news()["text"]
    assert "联系：企业那边已没有联系人" in leader.say(f"详情 {number}")


def test_whoever_was_just_asked_and_left_has_no_time_to_answer(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    assert "已在对话里告诉林向晚" in world.phone(LEADER).say(f"打不通 {number}")
    leave(world, OWNER, PARTNER)

    assert "上门走访" in world.phone(LEADER).say(f"打不通 {number}")


def test_announced_call_ends_without_a_word_to_who_has_left(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 明天上午10点")
    assert "来电预告" in owner.news()["text"]
    leave(world, PARTNER, OWNER)

    assert "好的，已告诉对方" not in owner.say("同意")
    assert "answer_call" not in verbs(world, number)
    leader.say(f"取消约电话 {number}")
    assert owner.silence() == world.phone(PARTNER).silence() == []


def test_new_owner_is_no_news_to_who_has_left(world: World, left: tuple[Town, str]) -> None:
    _, number = left
    old, new = world.roster.officials["leader"], world.roster.officials["office"]
    with world.database.transaction() as session:
        handover.hand_over(
            session,
            from_id=old,
            to_id=new,
            reason="调动",
            on=date(2026, 11, 24),
            key_id=None,
            now=world.clock(),
        )

    world.phone(OFFICE).say("待办")
    assert any(number in text and "已没有联系人" in text for text in world.phone(OFFICE).silence())
    assert world.phone(OWNER).silence() == []


def test_question_about_a_visit_goes_on_to_a_colleague(world: World) -> None:
    owner, partner = world.phone(OWNER), world.phone(PARTNER)
    partner.say("你好")
    world.advance(minutes=1)
    owner.say("你好")
    with world.database.transaction() as session:
        who = official(session, world.roster.officials["leader"])
        firm = session.get_one(Enterprise, world.roster.enterprises["yunshanli"])
        visit, _ = visits.record(session, who, firm, "看了车间", day=date(2026, 11, 24), now=world.clock())
        visits.ask_to_confirm(session, visit, [], now=world.clock())
        asked = session.scalars(select(Outbox.person_id).where(Outbox.visit_id == visit.id)).all()
        assert asked == [world.roster.people[OWNER]]
        contact = speaks_for(session, world.roster.people[OWNER], firm.id)
        assert contact is not None
        contacts.leave(session, contact, now=world.clock())

    assert any("11月24日到贵企业走访" in text for text in partner.silence())
    assert owner.silence() == []


def test_card_of_a_visit_without_a_case_goes_on_to_a_colleague(world: World) -> None:
    Town.of(world)
    owner, partner = world.phone(OWNER), world.phone(PARTNER)
    partner.say("你好")
    world.advance(minutes=1)
    owner.say("你好")
    now = world.clock()
    begins = now + timedelta(days=1)
    with world.database.transaction() as session:
        desk = world.roster.officials["leader"]
        firm = session.get_one(Enterprise, world.roster.enterprises["yunshanli"])
        calls.announce(
            session, firm, Actor(Role.OWNER, None, desk, desk), caller_id=desk, kind=CallKind.VISIT,
            window=Span(begins, begins + timedelta(minutes=30)), phrase="青山 白鹭", now=now,
        )  # fmt: skip
        contact = speaks_for(session, world.roster.people[OWNER], firm.id)
        assert contact is not None
        contacts.leave(session, contact, now=now)

    assert any("青山 白鹭" in text for text in partner.silence())
    assert owner.silence() == []


def announced_visit(world: World) -> None:
    """Have the leader announce a visit to the enterprise without a case, and the owner agree to it."""
    Town.of(world)
    owner, leader, partner = (world.phone(each) for each in (OWNER, LEADER, PARTNER))
    for phone in (leader, partner):
        phone.say("你好")
    world.advance(minutes=1)
    owner.say("你好")
    leader.say("约走访 云杉里 明天上午10点")
    owner.news()
    assert "上门走访" in owner.tap("同意")
    leader.silence()


def test_visit_that_was_read_by_who_has_left_is_known_to_a_colleague(world: World) -> None:
    announced_visit(world)
    owner, partner = world.phone(OWNER), world.phone(PARTNER)
    leave(world, OWNER)

    card = partner.news()["text"]
    assert card.startswith("走访预告\n副省长 安予诚将到您那里走访。")
    assert partner.silence() == owner.silence() == []
    assert "先不来" in partner.tap("不方便")
    assert "企业说不方便走访" in "".join(world.phone(LEADER).silence())


def test_call_that_was_read_by_who_has_left_is_known_to_a_colleague(world: World) -> None:
    town = Town.of(world)
    owner, leader, partner = (world.phone(each) for each in (OWNER, LEADER, PARTNER))
    partner.say("你好")
    number = town.case()
    leader.say(f"约电话 {number} 明天上午10点")
    owner.news()
    leave(world, OWNER)

    assert [text.split("\n")[0] for text in partner.silence() if number in text] == ["来电预告"]
    assert owner.silence() == []


@pytest.mark.parametrize("is_read", [True, False])
def test_nobody_rings_a_colleague_who_wants_no_calls(world: World, *, is_read: bool) -> None:
    town = Town.of(world)
    owner, leader, partner = (world.phone(each) for each in (OWNER, LEADER, PARTNER))
    partner.say("别打电话")
    number = town.case()
    if not is_read:
        world.advance(days=3)
        leader.say(f"详情 {number}")
    leader.say(f"约电话 {number} 明天上午10点")
    if is_read:
        owner.news()
    leave(world, OWNER)

    assert [text for text in partner.silence() if "来电" in text] == []
    [told] = [text for text in leader.silence() if "约好的来电已取消" in text]
    assert "请您别打电话" in told
    assert "没有" in leader.say(f"取消约电话 {number}")


def test_whoever_would_come_hears_that_nobody_is_left_to_expect_them(world: World) -> None:
    announced_visit(world)
    leader = world.phone(LEADER)
    leave(world, PARTNER, OWNER)

    assert leader.silence() == [
        "沈阳云杉里精密机械有限公司那边已没有联系人，11月25日10:00-10:30的走访预告没有人看，已取消，先别去，"
        "免得被当成诈骗。请换个方式联系，并请督查或管理员登记新的联系人；登记后可以再约走访。"
    ]
    assert "没有" in leader.say("取消约电话 第1家")


def only_call(world: World) -> int:
    with world.database.reading() as session:
        return session.scalars(select(Call.id)).one()


def test_card_nobody_has_read_is_given_up_and_whoever_would_come_knows(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    owner.say("你好")
    leave(world, PARTNER)
    world.advance(days=3)
    leader.say("约走访 云杉里 明天上午10点")
    leader.silence()
    with world.database.transaction() as session:
        firm = world.roster.enterprises["yunshanli"]
        contact = speaks_for(session, world.roster.people[OWNER], firm)
        assert contact is not None
        contacts.leave(session, contact, now=world.clock())

    assert ["已没有联系人" in text for text in leader.silence()] == [True]
    [dead] = town.get("/outbox", state="dead")["items"]
    assert (dead["kind"], dead["ticket"], dead["call_id"]) == ("call_announced", None, only_call(world))
    path = f"{V1}/outbox/{dead['id']}/rearm"
    again = world.web.post(path, headers=town.key() | {"Idempotency-Key": "again"})
    assert again.status_code == 409
    assert owner.silence() == []
