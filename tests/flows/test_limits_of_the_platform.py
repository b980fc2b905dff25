"""News reaches people under the platform's limits, or is honestly shown not to."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.actions import mornings, reports
from models.actions.people import meet
from models.actions.reports import AGE, Verdict
from models.rules.windows import Channel
from models.session import Database
from models.tables import Attempt, Consent, Delivery, Outbox, Person, Report
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OWNER, PARTNER
from tests.world import SUBSCRIPTION, TEMPLATE, TUESDAY, World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


def left(world: World, openid: str) -> int:
    """Return how many messages our ledger still allows to somebody."""
    with world.database.reading() as session:
        return session.scalars(select(Person.window_left).where(Person.openid == openid)).one()


def states(world: World, openid: str) -> list[str]:
    world.deliver()
    person_id = world.roster.people[openid]
    return [row.state for row in world.outbox() if row.person_id == person_id]


def test_without_window_or_template_news_waits_until_the_person_writes(world: World) -> None:
    leader = world.phone(LEADER)
    first = number_in(world.phone(OWNER).say("新诉求 " + REQUEST))
    second = number_in(world.phone(OWNER).say("新诉求 另一个项目的质保金到期了也不退"))
    assert leader.silence() == []
    assert states(world, LEADER) == [Delivery.PARKED, Delivery.PARKED]

    leader.say("待办")

    [both] = leader.silence()
    assert both.index(first) < both.index(second)
    assert states(world, LEADER) == [Delivery.SENT, Delivery.SENT]
    assert leader.window()["remaining"] == left(world, LEADER) == 4


def test_no_sixth_message_is_sent_within_a_window(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"详情 {number}")
    said = []
    for n in range(7):
        leader.say(f"回复 {number} 第{n}条消息")
        said += owner.silence()

    assert [text.splitlines()[-1] for text in said] == [f"第{n}条消息" for n in range(5)]
    assert states(world, OWNER) == [Delivery.SENT] * 5 + [Delivery.PARKED] * 2
    assert owner.window()["remaining"] == 0

    owner.say("收到了，谢谢")
    [both] = owner.silence()
    assert [line for line in both.splitlines() if "条消息" in line] == ["第5条消息", "第6条消息"]
    assert owner.window()["remaining"] == 4


def test_long_reply_arrives_whole_though_the_window_is_too_small_for_it(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"详情 {number}")
    for n in range(3):
        leader.say(f"回复 {number} 第{n}条消息")
        owner.silence()
    words = [f"第{n}句话讲的是款项怎么结。" for n in range(100)]
    leader.say(f"回复 {number} {''.join(words)}")

    first = owner.silence()
    assert len(first) == 2
    assert owner.window()["remaining"] == left(world, OWNER) == 0
    assert "".join(leader.silence()).count("暂时收不到微信消息") == 1
    owner.say("好的")
    rest = owner.silence()
    assert rest
    assert re.findall("第[0-9]+句话讲的是款项怎么结。", "".join(first + rest)) == words
    assert owner.window()["remaining"] == 5 - len(rest)


def test_last_message_of_a_window_says_that_the_case_is_done(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    said, warned = owner.silence(), leader.silence()
    for n in range(5):
        leader.say(f"进展 {number} 第{n}步办好了")
        said += owner.silence()
        warned += leader.silence()
    assert len(said) == 4
    assert owner.window()["remaining"] == left(world, OWNER) == 1
    assert "".join(warned).count("留给需要对方回话的消息") == 1

    leader.say(f"办结 {number} 尾款已付")
    assert "解决了吗" in owner.news()["text"]
    assert owner.window()["remaining"] == 0

    owner.say("好的")
    [waited] = owner.silence()
    assert waited.index("第3步") < waited.index("第4步")


def test_owner_is_told_that_the_enterprise_is_out_of_reach(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    world.advance(hours=49)
    leader.say(f"受理 {number}")

    warned = leader.news()["text"]
    while "暂时收不到微信消息" not in warned:
        warned = leader.news()["text"]

    assert number in warned
    assert "超过48小时未互动" in warned
    assert states(world, OWNER) == [Delivery.PARKED]


def test_desk_hears_once_why_nothing_arrives_until_the_contact_comes_and_goes(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()

    def warned() -> list[str]:
        return [text for text in leader.silence() if "收不到微信消息" in text]

    owner.act("unfollow")
    leader.say(f"受理 {number}")
    assert len(warned()) == 1
    for step in ("第一步", "第二步", "第三步"):
        world.advance(minutes=5)
        leader.say(f"回复 {number} {step}")
        assert warned() == []

    world.advance(minutes=5)
    owner.act("follow")
    owner.say("进度")
    assert len(owner.silence()) > 0
    world.advance(minutes=5)
    owner.act("unfollow")
    world.advance(minutes=5)
    leader.say(f"回复 {number} 第四步")
    assert len(warned()) == 1
    leader.say(f"回复 {number} 第五步")
    assert warned() == []


def test_unfollowing_loses_nothing(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()
    owner.act("unfollow")
    leader.say(f"受理 {number}")
    assert "已取消关注" in leader.news()["text"]
    assert owner.silence() == []

    owner.act("follow")

    assert "已受理您的诉求" in owner.news()["text"]


def test_blocked_person_is_shown_as_out_of_reach(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()
    owner.act("block")
    leader.say(f"受理 {number}")

    assert "已拒收" in leader.news()["text"]
    with world.database.reading() as session:
        assert session.get_one(Person, world.roster.people[OWNER]).is_reachable is False
    owner.act("unblock")
    owner.say("进度")
    assert "已受理您的诉求" in owner.news()["text"]


def test_template_carries_news_after_the_window(database_url: str) -> None:
    with World.running(database_url, wechat_template_id=TEMPLATE) as world:
        number = number_in(world.phone(OWNER).say(REQUEST))

        card = world.phone(LEADER).news()

        assert card["kind"] == "template"
        assert dict(card["rows"]) == {
            "编号": number,
            "进展": "新诉求",
            "诉求": "给开发区管委会干的厂区道路工程，验收一…",
            "提示": "请回到对话查看并回复",
        }


def test_template_carries_what_is_about_no_case(database_url: str) -> None:
    with World.running(database_url, wechat_template_id=TEMPLATE) as world:
        leader, partner = world.phone(LEADER), world.phone(PARTNER)

        leader.say("走访 沈阳云杉里精密机械有限公司 看了新车间，一切正常")

        card = partner.news()
        assert (card["kind"], dict(card["rows"])["进展"]) == ("template", "走访确认")
        assert Delivery.DEAD not in states(world, PARTNER)


def test_morning_list_reaches_a_leader_who_was_silent_for_days(database_url: str) -> None:
    with World.running(database_url, wechat_template_id=TEMPLATE) as world:
        number_in(world.phone(OWNER).say(REQUEST))
        with world.database.transaction() as session:
            mornings.strike(session, world.clock(), limit=100)
        world.deliver()
        world.phone(LEADER).silence()
        world.advance(hours=22, minutes=30)
        with world.database.transaction() as session:
            mornings.strike(session, world.clock(), limit=100)

        cards = [dict(card["rows"])["进展"] for card in (world.phone(LEADER).news(),)]

        assert cards == ["今日要事"]
        assert Delivery.DEAD not in states(world, LEADER)


def test_template_refused_by_the_phone_is_not_called_delivered(database_url: str) -> None:
    with World.running(database_url, wechat_template_id=TEMPLATE) as world:
        world.phone(LEADER).act("block")
        world.phone(OWNER).say(REQUEST)
        world.phone(AIDE).news()

        world.until(lambda: states(world, LEADER) == [Delivery.PARKED])

        [row] = [row for row in world.outbox() if row.person_id == world.roster.people[LEADER]]
        assert row.reason == "failed:user block"


@pytest.mark.parametrize("is_first", [False, True])
def test_report_of_the_platform_is_heard_even_before_its_answer(database_url: str, *, is_first: bool) -> None:
    with World.running(database_url, wechat_template_id=TEMPLATE) as world:
        world.platform.reconfigure(reports_first=is_first)
        leader = world.phone(LEADER)
        leader.act("block")
        world.phone(OWNER).say(REQUEST)
        world.phone(AIDE).news()

        world.until(lambda: states(world, LEADER) == [Delivery.PARKED])


def test_worker_removes_reports_that_nobody_came_for(database_url: str) -> None:
    database = Database(database_url)
    with database.transaction() as session:
        who, lost = meet(session, "o-once", now=TUESDAY).person_id, TUESDAY - AGE * 2
        verdict = Verdict(Channel.TEMPLATE, "4711", None, is_delivered=True, why="success")
        reports.reported(session, who, verdict, now=lost)
        reports.reported(session, who, replace(verdict, platform_id="4712"), now=TUESDAY)
    database.dispose()

    def left(world: World) -> list[str | None]:
        with world.database.reading() as session:
            return list(session.scalars(select(Report.platform_id)))

    with World.running(database_url) as world:
        world.until(lambda: left(world) == ["4712"])


def test_subscription_is_used_while_consent_lasts(database_url: str) -> None:
    with World.running(database_url, wechat_subscription_id=SUBSCRIPTION) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        leader.act("consent", template_id=SUBSCRIPTION, accept=True)
        owner.say("新诉求 " + REQUEST)
        assert leader.news()["kind"] == "subscription"

        owner.say("新诉求 另一个项目的质保金到期了也不退")
        assert leader.silence() == []
        assert states(world, LEADER) == [Delivery.SENT, Delivery.PARKED]


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("is_first", [True, False])
def test_lost_subscription_notice_is_not_called_delivered(
    database_url: str, *, tells: bool, is_first: bool
) -> None:
    with World.running(database_url, wechat_subscription_id=SUBSCRIPTION) as world:
        world.platform.reconfigure(tells_notice_ids=tells, reports_first=is_first)
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        number = number_in(owner.say(REQUEST))
        leader.say("待办")
        world.deliver()  # a leap ends the token of what is under way; two leaps would stop the account
        world.advance(hours=47)
        leader.say("待办")
        world.deliver()
        world.advance(hours=2)
        for _ in range(3):
            world.advance(seconds=1)  # two events of one second are one to the platform's rules
            owner.act("consent", template_id=SUBSCRIPTION, accept=True)
        leader.say(f"受理 {number}")
        assert owner.news()["kind"] == "subscription"
        world.until(lambda: reported(world) == [True])
        assert states(world, OWNER) == [Delivery.SENT]

        world.platform.faults.add("notice_lost", errcode=43101)
        leader.say(f"进展 {number} 资金科已受理，本周内答复")

        while number not in (warned := leader.news()["text"]) or "暂时收不到微信消息" not in warned:
            pass
        assert states(world, OWNER) == [Delivery.SENT, Delivery.PARKED]
        [lost] = [row for row in world.outbox() if row.reason is not None and "failed" in row.reason]
        assert (lost.person_id, lost.reason) == (world.roster.people[OWNER], "43101 system failed")
        with world.database.reading() as session:
            assert session.scalars(select(Consent.left)).all() == [0]


def reported(world: World) -> list[bool | None]:
    with world.database.reading() as session:
        return list(session.scalars(select(Report.is_delivered).where(Report.outbox_id.is_not(None))))


def test_every_attempt_is_on_record_with_what_was_said(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    world.phone(OWNER).say(REQUEST)
    leader.news()
    world.deliver()

    with world.database.reading() as session:
        rows = session.execute(
            select(Attempt.channel, Attempt.outcome, Attempt.said, Outbox.ticket_id, Outbox.event_id)
            .join(Outbox, Outbox.id == Attempt.outbox_id)
            .where(Outbox.person_id == world.roster.people[LEADER])
        ).all()
    assert [(row.channel, row.outcome) for row in rows] == [("custom", "sent")]
    assert REQUEST in (rows[0].said or "")
    assert rows[0].ticket_id is not None
    assert rows[0].event_id is not None
