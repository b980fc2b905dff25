"""Several people speak for one enterprise, one person for two; they come, act, leave, and come back."""

import pytest
from sqlalchemy import select

from models.actions import contacts, people
from models.queries.contacts import speaks_for
from models.tables import Delivery, Enterprise, Outbox
from tests.flows.owning import ARREARS, POWER, another_enterprise, case, facts, verbs
from tests.flows.reading import number_in
from tests.roster import LEADER, OFFICE, OWNER, PARTNER
from tests.world import World

SECOND = "大连青岚港口装备有限公司"


def test_colleague_sees_acts_and_the_author_is_told_once_and_the_other_way_round(world: World) -> None:
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 已到账")
    assert number in partner.say("进度")
    owner.silence()

    partner.say(f"没解决 {number} 只到了一半")

    assert owner.silence() == [
        f"{number}「给开发区管委会干的厂区道路工程，验收一年多了，…」您的同事法定代表人邵其琛已反映没解决。\n查进度"
    ]
    assert partner.silence() == []
    leader.say(f"办结 {number} 另一半也到了")
    for phone in (owner, partner):
        assert ["另一半也到了" in text for text in phone.silence()] == [True]
    owner.say(f"确认 {number}")
    assert ["林向晚已确认解决" in text for text in partner.silence()] == [True]


def test_own_step_is_news_to_nobody_who_took_no_part(world: World) -> None:
    owner, partner = world.phone(OWNER), world.phone(PARTNER)
    partner.say("你好")
    owner.say(f"撤回 {number_in(owner.say(ARREARS))}")

    assert partner.silence() == []


def test_contact_who_left_sees_nothing_and_the_news_goes_on_to_a_colleague(world: World) -> None:
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    partner.say("你好")
    number = number_in(owner.say(ARREARS))
    world.advance(hours=49)
    leader.say(f"受理 {number}")
    world.deliver()

    partner.say("你好")
    asked = owner.say("我已经离职了")
    assert "将不再代表沈阳云杉里精密机械有限公司" in asked
    assert number in owner.say("进度")
    owner.say("我已离职")
    owner.silence()
    assert owner.tap("确认退出").startswith("已退出沈阳云杉里")

    assert owner.say(f"进度 {number}").startswith("没有查到编号")
    leader.say(f"进展 {number} 拨款手续在走")
    assert any("拨款手续在走" in text for text in partner.silence())
    assert owner.silence() == []
    assert number in partner.say("进度")
    assert case(world, number).status == "accepted"
    assert owner.say("确认退出").startswith("现在没有待确认的退出")


def test_parked_news_goes_to_the_heir_and_never_to_who_left(world: World) -> None:
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    number = number_in(owner.say(ARREARS))
    owner.act("unfollow")
    leader.say(f"受理 {number}")
    world.deliver()
    with world.database.transaction() as session:
        who = people.meet(session, OWNER, now=world.clock())
        assert who.enterprise is not None
        contact = speaks_for(session, who.person_id, who.enterprise.id)
        assert contact is not None
        contacts.leave(session, contact, now=world.clock())
    partner.say("你好")

    assert any("已受理您的诉求" in text for text in partner.silence())
    owner.act("follow")
    assert owner.silence() == []


def test_last_contact_who_leaves_leaves_cases_and_the_owner_is_told(world: World) -> None:
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    number = number_in(owner.say(ARREARS))
    for phone in (partner, owner):
        phone.say("退出企业")
        phone.tap("确认退出")
    leader.say("待办")

    assert any("已没有联系人" in text and number in text for text in leader.silence())
    for words in (f"受理 {number}", f"回复 {number} 请回个话"):
        leader.say(words)
        assert [("已没有联系人" in text) for text in leader.silence()] == [True]
    with world.database.reading() as session:
        left = world.roster.people[OWNER]
        rows = session.scalars(select(Outbox.state).where(Outbox.person_id == left)).all()
    assert Delivery.PENDING not in rows
    assert "没有绑定企业" in owner.say("退出企业")


def test_cancelled_departure_changes_nothing(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    owner.say("退出企业")
    owner.tap("取消")

    assert owner.say("确认退出").startswith("现在没有待确认的退出")
    assert number in owner.say("进度")


def test_person_at_two_enterprises_is_asked_lightly_and_a_tap_puts_it_right(world: World) -> None:
    second = another_enterprise(world, SECOND, OWNER)
    world.advance(seconds=1)
    owner, leader, office = (world.phone(each) for each in (OWNER, LEADER, OFFICE))
    leader.say("待办")
    office.say("待办")

    receipt = owner.say(ARREARS)
    number = number_in(receipt)
    assert receipt.endswith(f"记在{SECOND}名下。是另一家的？\n沈阳云杉里精密机械有限公司")
    assert case(world, number).enterprise_id == second
    assert "副省长" not in receipt
    assert number in office.news()["text"]

    assert "已改记在沈阳云杉里精密机械有限公司名下，负责人：副省长 安予诚" in owner.tap(
        "沈阳云杉里精密机械有限公司"
    )

    ticket = case(world, number)
    assert (ticket.enterprise_id, ticket.region, ticket.hops) == (
        world.roster.enterprises["yunshanli"],
        "210100",
        0,
    )
    assert facts(world, number)[-1] == {
        "enterprise_id": ticket.enterprise_id,
        "region": "210100",
        "owner_id": world.roster.officials["leader"],
    }
    assert "由那家企业的负责人接手" in office.news()["text"]
    assert f"新诉求 {number}" in leader.news()["text"]
    assert "记在沈阳云杉里" in owner.say(f"新诉求 {POWER}")


def test_switching_holds_until_the_next_switch(world: World) -> None:
    another_enterprise(world, SECOND, OWNER)
    world.advance(seconds=1)
    owner = world.phone(OWNER)
    assert owner.say("换企业").startswith("您代表哪一家说话？")
    assert owner.tap("沈阳云杉里精密机械有限公司") == "好，接下来您代表沈阳云杉里精密机械有限公司说话。"

    assert "记在沈阳云杉里精密机械有限公司名下" in owner.say(ARREARS)
    assert "负责人：副省长 安予诚" in owner.say(f"新诉求 {POWER}")
    world.advance(seconds=1)
    owner.say("换企业 大连青岚")
    assert f"记在{SECOND}名下" in owner.say(f"新诉求 {POWER}")


def test_accepted_case_stays_with_its_enterprise(world: World) -> None:
    another_enterprise(world, SECOND, OWNER)
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    world.phone(OFFICE).say(f"受理 {number}")

    assert owner.say(f"换企业 {number} 沈阳云杉里精密机械有限公司").startswith(
        f"{number} 已经受理，不能再换企业"
    )
    assert verbs(world, number) == ["submit", "accept"]


def test_unfollowing_and_coming_back_loses_nothing(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    owner.act("unfollow")
    leader.say(f"受理 {number}")
    leader.say(f"回复 {number} 明天上门")
    assert owner.silence() == []

    owner.act("follow")
    owner.say("我那个事咋样了")

    told = owner.silence()
    assert any("已受理您的诉求" in text for text in told)
    assert any("明天上门" in text for text in told)
    assert number in owner.say("进度")


def test_no_calls_is_shown_to_every_official_and_lifted_again(world: World) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone("o-aide")
    leader.say("待办")
    aide.say("待办")
    first = number_in(owner.say(ARREARS))
    assert "请勿电话" not in leader.news()["text"]

    for asked in ("别打电话", "请不要给我打电话，微信联系", "甭给我打电话", "再打电话我就拉黑"):
        assert owner.say(asked).startswith("记下了：请勿电话，微信联系")
    second = number_in(owner.say(f"新诉求 {POWER}"))

    assert "【请勿电话，微信联系】" in leader.news()["text"]
    for phone in (leader, aide):
        for number in (first, second):
            assert "【请勿电话，微信联系】" in phone.say(f"详情 {number}")
    owner.say("可以打电话")
    assert "请勿电话" not in leader.say(f"详情 {first}")
    assert world.phone("o-nobody").say("别打电话").startswith("好的。这里没有登记您的电话")


def test_stage_is_asked_once_after_acceptance_and_stored_with_who_said_it(world: World) -> None:
    firm = another_enterprise(world, SECOND, "o-mei")
    mei, office = world.phone("o-mei"), world.phone(OFFICE)
    first, second = (number_in(mei.say(f"新诉求 {matter}")) for matter in (ARREARS, POWER))
    assert "阶段" not in "".join(mei.silence())

    office.say(f"受理 {first}")
    asked = mei.news()
    assert "企业现在处在哪个阶段？" in asked["text"]
    assert [label for label, _ in asked["links"]] == ["初创型", "成长期", "成熟期"]
    office.say(f"受理 {second}")
    assert "阶段" not in mei.news()["text"]

    mei.say(f"发展阶段 {first} 成长期")

    assert f"{SECOND}（成长期）" in office.say(f"详情 {first}")
    with world.database.reading() as session:
        stored = session.get_one(Enterprise, firm)
        who = people.meet(session, "o-mei", now=world.clock())
        assert (stored.stage, stored.stage_by) == ("growing", who.person_id)


def test_stage_of_the_roster_is_neither_asked_nor_overwritten(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")

    assert "阶段" not in owner.news()["text"]
    assert "名册里已有登记" in owner.say("发展阶段 初创型")


@pytest.mark.parametrize("words", ["我不在这个公司干了", "我不是这家公司的了", "我离职了，以后找王姐"])
def test_leaving_in_ones_own_words_is_asked_back_and_done(world: World, words: str) -> None:
    owner, number = world.phone(OWNER), number_in(world.phone(OWNER).say(ARREARS))

    assert "将不再代表沈阳云杉里精密机械有限公司" in owner.say(words)
    assert owner.say("是的").startswith("已退出沈阳云杉里")
    assert owner.say(f"进度 {number}").startswith("没有查到编号")


def test_successor_is_told_to_the_office_that_enters_contacts(world: World) -> None:
    owner, leader, office = (world.phone(each) for each in (OWNER, LEADER, OFFICE))
    office.say("待办")
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.silence()

    assert "已告诉负责人和督查" in owner.say("以后这事由王姐负责，电话13900001111")
    assert "以后这事由王姐负责" in "".join(leader.silence())
    [told] = office.silence()
    assert told.startswith(
        "沈阳云杉里精密机械有限公司要换联系人，原话：“以后这事由王姐负责，电话13900001111”"
    )

    owner.say("我离职了，以后找王姐")
    assert "接手的人已告诉督查" in owner.tap("确认退出")
    assert "我离职了，以后找王姐" in "".join(office.silence())
    assert case(world, number).status == "open"


def test_who_leaves_next_month_stays_until_then(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say("我下个月就离职了").startswith("好的，现在什么都不变。离开那天发：我已离职")
    assert number in owner.say("进度")


def test_office_that_takes_over_is_no_successor(world: World) -> None:
    owner = world.phone(OWNER)
    owner.say(ARREARS)
    assert owner.say("以后这事由税务局负责，他们不管").startswith("已记到")


def test_desk_is_told_that_nobody_reads_for_the_enterprise(world: World) -> None:
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    for phone in (owner, partner):
        phone.say("我已离职")
        phone.say("确认退出")

    shown = leader.say(f"详情 {number}")
    assert "联系：企业那边已没有联系人，消息没有人收" in shown
    assert "露过面" not in shown
    for echo in (leader.say("明天上午到现场"), leader.say(f"进展 {number} 手续在走")):
        assert "企业那边已没有联系人" in echo
        assert "后转给" not in echo


def test_words_after_the_switch_go_to_no_case_of_the_other_enterprise(world: World) -> None:
    owner = world.phone(OWNER)
    firm = another_enterprise(world, SECOND, OWNER)
    world.advance(minutes=1)
    owner.say("换企业 沈阳云杉里")
    first = number_in(owner.say(ARREARS))
    second = number_in(owner.say(f"新诉求 {POWER}"))
    world.advance(minutes=1)
    owner.say(f"换企业 {second} 大连青岚")
    owner.say(f"进度 {first}")
    world.advance(minutes=1)

    assert f"接着说的会记到 {second}「" in owner.say("换企业 大连青岚")
    assert second in owner.say("材料都交齐了")
    world.advance(minutes=11)
    assert f"{second}「" in owner.say("催办")
    listed = owner.say("进度")
    assert "沈阳云杉里精密机…：" in listed
    assert "大连青岚港口装备…：" in listed
    assert case(world, second).enterprise_id == firm
    assert "urge" not in verbs(world, first)


def test_switch_to_an_enterprise_without_a_case_empties_the_hand(world: World) -> None:
    owner = world.phone(OWNER)
    another_enterprise(world, SECOND, OWNER)
    world.advance(minutes=1)
    owner.say("换企业 沈阳云杉里")
    first = number_in(owner.say(ARREARS))
    world.advance(minutes=1)
    owner.say("换企业 大连青岚")

    assert owner.say("催办").startswith("要催办哪一件？")
    assert number_in(owner.say("变压器增容报了三个月还排不上")) != first
    assert "urge" not in verbs(world, first)


def test_successor_who_speaks_for_the_enterprise_already_is_asked_for_by_nobody(world: World) -> None:
    owner, leader, office = (world.phone(each) for each in (OWNER, LEADER, OFFICE))
    for phone in (office, leader):
        phone.say("待办")
    number_in(owner.say(ARREARS))

    known = "邵其琛已是这家企业的联系人，不用再绑定，可以直接接上。"
    assert known in owner.say("以后这事由邵其琛负责")
    owner.say("我离职了，以后找邵其琛")
    assert owner.tap("确认退出").endswith(known)
    assert "联系人" not in "".join(office.silence())
