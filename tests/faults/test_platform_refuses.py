"""The platform refuses for a reason: true states, bounded attempts, nothing lost, and it goes on afterwards."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from bot.delivery.loop import PAGED, DeliveryLoop
from bot.delivery.media import Fetcher, Uploads
from bot.delivery.sender import Sender
from bot.delivery.wording import texts
from bot.service import channels_of
from bot.wechat.client import Client
from bot.wechat.errors import Action
from models.actions.outbox import Notice
from models.queries.outbox import Waiting
from models.tables import Delivery, Person
from tests.faults.posting import (
    SEND,
    attempts,
    calls,
    post,
    post_all,
    post_each,
    reader,
    refuse,
    row,
    until_due,
    until_tried,
    wait_for,
)
from tests.flows.reading import number_in
from tests.flows.test_pictures_and_voices import send_picture
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


@pytest.mark.parametrize("code", [45009, 50002])
def test_used_up_quota_waits_for_midnight_without_a_try_per_person(world: World, code: int) -> None:
    people = [reader(world, f"o-{n}") for n in range(20)]
    refuse(world, code, times=None)
    first = post(world, people[0])

    waiting = wait_for(world, first, Delivery.HELD)
    assert waiting.due_at == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 00:00 in Shanghai
    news = post_each(world, people, "more")
    world.until(lambda: {row(world, each).state for each in news} == {Delivery.HELD})
    assert calls(world, SEND) == [code]
    assert f'liaison_channel_resting{{channel="custom"}} {float(code)}' in world.web.get("/metrics").text
    world.platform.faults.clear()
    world.advance(hours=13.9)
    world.strike()
    assert world.phone(people[0]).silence() == []
    world.advance(hours=0.2)
    world.strike()
    for each in (first, *news):
        wait_for(world, each, Delivery.SENT)
    assert 'liaison_channel_resting{channel="custom"} 0.0' in world.web.get("/metrics").text


def test_worker_that_starts_looks_anew_at_what_waited_for_a_quota_that_was_cleared(world: World) -> None:
    person = reader(world, "o-1")
    refuse(world, 45009, times=None)
    news = post(world, person)
    wait_for(world, news, Delivery.HELD)
    world.platform.faults.clear()
    world.strike()
    assert row(world, news).state == Delivery.HELD
    world.stop_worker()

    async def work() -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            client = Client(http, world.service.client._tokens, api_base=world.settings.wechat_api_base)
            sender = Sender(client, Uploads(world.database, client, world.clock), world.clock)
            fetcher = Fetcher(world.database, client, world.clock)
            loop = DeliveryLoop(world.database, sender, fetcher, channels_of(world.settings), world.clock)
            running = asyncio.create_task(loop.run())
            await asyncio.to_thread(world.until, lambda: row(world, news).due_at <= world.clock())
            await asyncio.to_thread(world.strike)
            loop.nudge()
            await asyncio.to_thread(wait_for, world, news, Delivery.SENT)
            loop.stop()
            await running

    asyncio.run(work())


@pytest.mark.parametrize("code", [45009, 50002, 48001])
def test_channel_that_is_refused_to_the_account_gives_way_to_the_template(sqlite_url: str, code: int) -> None:
    with World.running(sqlite_url, wechat_template_id=TEMPLATE) as world:
        people = [reader(world, f"o-{n}") for n in range(20)]
        refuse(world, code, times=None)
        news = [post(world, people[0])]
        wait_for(world, news[0], Delivery.SENT)
        news += post_each(world, people, "more")
        assert {wait_for(world, each, Delivery.SENT).channel for each in news} == {"template"}
        assert calls(world, SEND) == [code]
        assert attempts(world, news[0]) == [("again", code), ("sent", None)]
        assert {left(world, openid) for openid in people} == {5}


@pytest.mark.parametrize(("code", "words"), [(45009, "当天的发送额度已用完"), (48001, "平台暂不放行")])
def test_owner_is_told_once_that_a_message_is_held_back_by_the_platform(
    sqlite_url: str, code: int, words: str
) -> None:
    with World.running(sqlite_url, wechat_template_id=TEMPLATE) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        leader.say("待办")
        number = number_in(owner.say(REQUEST))
        leader.silence()
        leader.say(f"受理 {number}")
        owner.silence()
        refuse(world, code, times=None)
        for n in range(2):
            send_picture(leader)
            world.until(lambda n=n: [each.state for each in world.outbox()].count(Delivery.HELD) == n + 1)  # type: ignore[misc]
        assert calls(world, SEND).count(code) == 1
        warned = [each for each in world.outbox() if each.kind == Notice.UNREACHABLE]
        assert len({each.person_id for each in warned}) == len(warned) == 2  # the leader and the aide
        assert words in leader.say(f"详情 {number}")
        [said] = texts(Waiting(*(getattr(warned[0], name) for name in Waiting._fields)))
        assert words in said
        assert "恢复后自动送达" in said


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


def test_a_tap_that_opens_less_than_a_message_does_loses_no_news(world: World) -> None:
    """What a tap on a link in a message opens is not documented: 48 hours, or as little as a menu's minute."""
    world.sim.post("/account", json={"menu_tap": "menu"}).raise_for_status()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    world.advance(hours=49)
    leader.say("待办")
    owner.silence(), leader.silence()
    owner.tap("查进度")
    assert owner.window()["remaining"] == 3
    world.advance(minutes=5)
    assert not owner.window()["open"]

    leader.say(f"受理 {number}")
    assert "暂时收不到微信消息" in leader.news()["text"]
    [news] = [each for each in world.outbox() if each.kind == Notice.ACCEPTED]
    assert attempts(world, news.id) == [("window_closed", 45015)]
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


@pytest.mark.parametrize("code", [40006, 87014, 99999])
def test_what_can_never_work_is_tried_once_and_shown(world: World, code: int) -> None:
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


def test_feature_that_is_off_is_asked_for_with_one_message_and_all_go_when_it_is_on(world: World) -> None:
    people = [reader(world, f"o-{n}") for n in range(20)]
    refuse(world, 48001, times=None)
    first = post(world, people[0])
    wait_for(world, first, Delivery.HELD)
    news = [first, *post_each(world, people, "more")]
    world.until(lambda: {row(world, each).state for each in news} == {Delivery.HELD})
    assert Action.FEATURE_OFF in PAGED
    for asked, wait in enumerate((30, 60, 120, 240), 1):
        assert calls(world, SEND) == [48001] * asked
        world.advance(seconds=wait)
        world.strike()
        world.until(lambda asked=asked: calls(world, SEND) == [48001] * (asked + 1))  # type: ignore[misc]
        world.until(lambda: {row(world, each).state for each in news} == {Delivery.HELD})
    world.platform.faults.clear()
    world.advance(seconds=480)
    world.strike()
    world.until(lambda: 0 in calls(world, SEND))
    world.advance(seconds=30)
    world.strike()
    for each in news:
        wait_for(world, each, Delivery.SENT)
    assert {left(world, openid) for openid in people[1:]} == {4}


def test_openid_that_is_nobodys_is_tried_once_and_shown_as_out_of_reach(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()
    refuse(world, 40003)
    leader.say(f"受理 {number}")
    assert "微信号已失效" in leader.news()["text"]
    for words in ("明天上午我到您那儿", "再补一句"):
        leader.say(f"回复 {number} {words}")
    leader.silence()
    assert calls(world, SEND).count(40003) == 1
    about = [each for each in world.outbox() if each.kind in {Notice.ACCEPTED, Notice.REPLIED}]
    assert {(each.state, each.reason) for each in about} == {(Delivery.PARKED, "refused")}
    assert [each.kind for each in world.outbox() if each.person_id == world.roster.people[LEADER]].count(
        Notice.UNREACHABLE
    ) == 1
    owner.say("你好")  # it is somebody's after all
    assert "已受理您的诉求" in owner.news()["text"]


def test_one_bad_recipient_holds_up_nobody_else(world: World) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    leader.say("待办")
    owner.say("你好")
    refuse(world, 87014)
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


def test_bundle_that_may_have_arrived_goes_again_as_one(world: World) -> None:
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
