"""The platform refuses for a reason: true states, bounded attempts, nothing lost, and it goes on afterwards."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.delivery.loop import PAGED
from bot.wechat.errors import Action
from models.actions.outbox import Notice
from models.tables import Delivery, Person
from tests.faults.posting import (
    SEND,
    attempts,
    calls,
    post,
    post_all,
    refuse,
    row,
    until_due,
    until_tried,
    wait_for,
)
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import TEMPLATE, World

REQUEST = "新诉求 给管委会干的道路工程尾款一直不给结"


def left(world: World, openid: str = LEADER) -> int:
    """Return how many messages our ledger still allows to somebody."""
    with world.database.reading() as session:
        return session.scalars(select(Person.window_left).where(Person.openid == openid)).one()


def test_busy_platform_is_tried_again_when_due_and_not_before(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    refuse(world, -1)
    news = post(world)

    waiting = until_tried(world, news, 1)
    assert (waiting.state, waiting.attempts) == (Delivery.PENDING, 1)
    world.nudge()
    assert leader.silence() == []

    assert timedelta(seconds=1) <= until_due(world, news) <= timedelta(seconds=2)
    assert "1010" in leader.news()["text"]
    wait_for(world, news, Delivery.SENT)
    assert attempts(world, news) == [("again", -1), ("sent", None)]
    assert left(world) == leader.window()["remaining"] == 4


def test_used_up_quota_waits_for_midnight(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    refuse(world, 45009, times=None)
    news = post(world)

    waiting = until_tried(world, news, 1)
    assert waiting.due_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 00:00 in Shanghai
    world.platform.faults.clear()
    world.advance(hours=13.9)
    assert leader.silence() == []
    until_due(world, news)
    assert "1010" in leader.news()["text"]


@pytest.mark.parametrize("code", [45015, 45047])
def test_closed_window_parks_until_the_person_writes(world: World, code: int) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()
    refuse(world, code)
    leader.say(f"受理 {number}")

    warned = leader.news()["text"]
    assert number in warned
    assert "暂时收不到微信消息" in warned
    [news] = [each for each in world.outbox() if each.kind == Notice.ACCEPTED]
    assert (news.state, news.reason) == (Delivery.PARKED, "window")
    assert attempts(world, news.id) == [("window_closed", code)]
    assert left(world, OWNER) == 0
    world.advance(hours=1)
    assert owner.silence() == []

    owner.say("你好")
    assert "已受理您的诉求" in owner.news()["text"]
    wait_for(world, news.id, Delivery.SENT)


@pytest.mark.parametrize("code", [45015, 45047])
def test_closed_window_turns_to_the_template_where_there_is_one(sqlite_url: str, code: int) -> None:
    with World.running(sqlite_url, wechat_template_id=TEMPLATE) as world:
        leader = world.phone(LEADER)
        leader.say("待办")
        refuse(world, code)
        news = post(world)

        assert leader.news()["kind"] == "template"
        wait_for(world, news, Delivery.SENT)
        assert attempts(world, news) == [("window_closed", code), ("sent", None)]


def test_person_who_left_without_our_hearing_it_is_shown_as_out_of_reach(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()
    world.platform.users[OWNER].followed = False
    leader.say(f"受理 {number}")

    assert "已拒收" in leader.news()["text"]
    [news] = [each for each in world.outbox() if each.kind == Notice.ACCEPTED]
    assert attempts(world, news.id) == [("channel_closed", 43004)]
    world.advance(hours=1)
    assert row(world, news.id).state == Delivery.PARKED
    assert calls(world, SEND).count(43004) == 1

    world.platform.users[OWNER].followed = True
    owner.say("你好")
    assert "已受理您的诉求" in owner.news()["text"]


@pytest.mark.parametrize("code", [40003, 87014, 99999])
def test_what_can_never_work_is_tried_once_and_shown(small_world: World, code: int) -> None:
    world = small_world
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()
    refuse(world, code)
    leader.say(f"受理 {number}")

    told = leader.news()["text"]
    assert "系统不会再发" in told
    assert "已保留" not in told
    [news] = [each for each in world.outbox() if each.kind == Notice.ACCEPTED]
    assert news.state == Delivery.DEAD
    assert attempts(world, news.id) == [("dead", code)]
    world.advance(days=1)
    assert owner.silence() == []
    assert calls(world, SEND).count(code) == 1


def test_feature_that_is_off_parks_and_holds_up_nothing_behind_it(small_world: World) -> None:
    world = small_world
    leader = world.phone(LEADER)
    leader.say("待办")
    refuse(world, 48001)
    first = post(world, LEADER, "first")
    assert wait_for(world, first, Delivery.PARKED).reason
    second = post(world, LEADER, "second")

    wait_for(world, second, Delivery.SENT)
    assert attempts(world, first) == [("parked", 48001)]
    assert left(world) == leader.window()["remaining"] == 4
    assert Action.FEATURE_OFF in PAGED

    leader.say("待办")
    wait_for(world, first, Delivery.SENT)


def test_one_bad_recipient_holds_up_nobody_else(world: World) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    leader.say("待办")
    owner.say("你好")
    refuse(world, 40003)
    lost = post(world, LEADER, "lost")
    until_tried(world, lost, 1)
    kept = [post(world, openid, f"kept{n}") for n, openid in enumerate((LEADER, OWNER, LEADER))]

    assert [wait_for(world, each, Delivery.SENT).state for each in kept] == [Delivery.SENT] * 3
    assert row(world, lost).state == Delivery.DEAD


def test_bundle_that_is_too_long_goes_in_halves_and_in_order(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    refuse(world, 45002)
    news = post_all(world, LEADER, "第0句", "第1句", "第2句", "第3句")

    assert [wait_for(world, each, Delivery.SENT).doubts for each in news] == [0] * 4
    assert [re.findall("第.句", text) for text in leader.silence()] == [
        ["第0句", "第1句"],
        ["第2句", "第3句"],
    ]
    assert [attempts(world, each) for each in news] == [[("sent", None)]] * 2 + [
        [("again", 45002), ("sent", None)]
    ] * 2
    assert left(world) == leader.window()["remaining"] == 3


def test_one_bad_message_of_a_bundle_takes_no_other_along(world: World) -> None:
    leader = world.phone(LEADER)
    leader.say("待办")
    refuse(world, 87014, times=2)  # all three, then the first alone
    news = post_all(world, LEADER, "第0句", "第1句", "第2句")

    assert [wait_for(world, each, Delivery.SENT).state for each in news[1:]] == [Delivery.SENT] * 2
    assert row(world, news[0]).state == Delivery.DEAD
    assert [re.findall("第.句", text) for text in leader.silence()] == [["第1句", "第2句"]]
    assert attempts(world, news[0]) == [("dead", 87014)]
    assert left(world) == leader.window()["remaining"] == 4


def test_bundle_that_may_have_arrived_goes_again_as_one(small_world: World) -> None:
    world = small_world
    leader = world.phone(LEADER)
    leader.say("待办")
    world.platform.faults.add("reset", SEND, times=1)
    news = post_all(world, LEADER, "第0句", "第1句")

    assert [until_tried(world, each, 1).doubts for each in news] == [1, 1]
    until_due(world, news[0])
    assert [wait_for(world, each, Delivery.SENT).attempts for each in news] == [2, 2]
    assert [re.findall("第.句", text) for text in leader.silence()] == [["第0句", "第1句"]] * 2
    assert left(world) == leader.window()["remaining"] == 3


def test_message_that_cannot_be_phrased_is_dead_and_stops_nobody(world: World) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    leader.say("待办")
    owner.say("你好")
    plain = [post(world, OWNER, "plain")]
    odd, *more = post_all(world, LEADER, "odd", "plain0", "plain1", first=Notice.REPLIED)

    assert [wait_for(world, each, Delivery.SENT).state for each in plain + more] == [Delivery.SENT] * 3
    assert row(world, odd).state == Delivery.DEAD
    assert [outcome for outcome, _ in attempts(world, odd)] == ["dead"]
