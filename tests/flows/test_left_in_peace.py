"""无事不扰: answers come at once, the rest by day and within a budget, and everybody can see it."""

import re
from typing import Any

import pytest

from models.tables import Delivery
from tests.contracts.api.test_whole import admin, read
from tests.flows.owning import words as spoken
from tests.flows.reading import number_in
from tests.flows.telephones import Town
from tests.roster import LEADER, OWNER, PARTNER, STRANGER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
NIGHT = {"hours": 13}
"""From ten in the morning to eleven at night."""
MORNING = {"hours": 9}


def brought(world: World) -> str:
    """Return the number of a request that was answered long ago."""
    world.phone(LEADER).say("待办")
    number = number_in(world.phone(OWNER).say(REQUEST))
    world.phone(LEADER).silence()
    return number


def states(world: World, openid: str = OWNER) -> list[str]:
    world.deliver()
    return [row.state for row in world.outbox() if row.person_id == world.roster.people[openid]]


def report(world: World, number: str, *steps: str) -> None:
    """Let the leader write to the enterprise, each message delivered before the next."""
    for step in steps:
        assert "已转给" in world.phone(LEADER).say(f"回复 {number} {step}")
        world.deliver()


def test_budget_exhausted_then_held_then_delivered_when_the_enterprise_writes(world: World) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), brought(world)
    world.advance(days=1)
    report(world, number, "第一步", "第二步", "第三步", "第四步", "第五步")

    assert [text.splitlines()[-1] for text in owner.silence()] == ["第一步", "第二步", "第三步"]
    assert states(world) == [Delivery.SENT] * 3 + [Delivery.HELD] * 2
    shown = leader.say(f"详情 {number}")
    assert "暂不发2条（今天主动发给企业的消息已到上限）：11月26日08:00合并送达，对方先说话就马上送。" in shown

    said = owner.say("今天有没有人来烦我")
    assert re.findall("打扰您(.*?)次", said) == ["3"]
    assert re.findall("为您办(.*?)步", said) == ["5"]
    [rest] = owner.silence()
    assert rest.index("第四步") < rest.index("第五步")
    assert states(world) == [Delivery.SENT] * 5
    assert "暂不发" not in leader.say(f"详情 {number}")


def test_budget_exhausted_then_held_then_delivered_the_next_morning(world: World) -> None:
    owner, number = world.phone(OWNER), brought(world)
    world.advance(days=1)
    report(world, number, "第一步", "第二步", "第三步", "第四步", "第五步")
    owner.silence()

    world.advance(hours=21, minutes=59)
    world.strike()
    assert owner.silence() == []
    world.advance(minutes=1)
    world.strike()
    [both] = owner.silence()
    assert both.index("第四步") < both.index("第五步")
    assert states(world) == [Delivery.SENT] * 5


def test_at_night_nothing_rings_and_in_the_morning_one_message_tells_all(world: World) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), brought(world)
    world.advance(days=1, **NIGHT)
    leader.say(f"受理 {number}")
    report(world, number, "已联系管委会", "明天上午对账")
    assert owner.silence() == []
    assert states(world) == [Delivery.HELD] * 3
    assert "暂不发3条（企业免打扰时段）：11月26日08:00合并送达" in leader.say(f"详情 {number}")

    world.advance(**MORNING)
    world.strike()
    [all_of_it] = owner.silence()
    assert [word for word in ("已受理您的诉求", "已联系管委会", "明天上午对账") if word in all_of_it] == [
        "已受理您的诉求", "已联系管委会", "明天上午对账",
    ]  # fmt: skip
    assert owner.window()["remaining"] == 4


def test_conversation_at_night_is_not_held_back(world: World) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), brought(world)
    world.advance(**NIGHT)
    owner.say(f"补充 {number} 明早八点有人来堵门")
    leader.say(f"回复 {number} 我马上联系")
    assert "我马上联系" in owner.news()["text"]
    assert "打扰您0次" in owner.say("今天有没有人来烦我？")


def test_whoever_comes_at_night_gets_what_waited_for_the_morning(world: World) -> None:
    owner, number = world.phone(OWNER), brought(world)
    world.advance(days=1, **NIGHT)
    report(world, number, "已联系管委会")
    assert owner.silence() == []
    owner.say("进度")
    assert "已联系管委会" in owner.news()["text"]


def test_card_of_a_call_is_no_matter_of_the_budget(world: World) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), brought(world)
    Town.of(world)
    world.advance(days=1)
    report(world, number, "第一步", "第二步", "第三步", "第四步")
    assert len(owner.silence()) == 3
    leader.say(f"约电话 {number} 今天下午3点")
    [card] = owner.silence()
    assert "暗语" in card
    assert states(world)[-2:] == [Delivery.HELD, Delivery.SENT]


def test_enterprise_says_when_and_how_much(world: World) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), brought(world)
    assert "每天21:00到次日08:00不打扰您；我们主动发的消息每天最多3条" in owner.say("免打扰")
    assert "记下了。每天22:30到次日07:00不打扰您" in owner.say("免打扰 22:30-07:00")
    assert "每天最多1条" in owner.say("每天最多一条")
    assert "每天22:30到次日07:00不打扰您；我们主动发的消息每天最多1条" in world.phone(PARTNER).say("免打扰")

    world.advance(hours=12)
    report(world, number, "回话", "第一步", "第二步")
    [answer, text] = owner.silence()
    assert "回话" in answer
    assert "第一步" in text
    assert "没有设免打扰时段" in owner.say("免打扰 关")
    assert "第二步" in owner.news()["text"]
    assert "21:00" in owner.say("免打扰 默认")
    assert "您不来找，我们不主动发消息" in owner.say("免打扰 每天0条")
    world.advance(hours=14)
    leader.say(f"回复 {number} 请来对账")
    assert owner.silence() == []
    assert states(world)[-1] == Delivery.PARKED
    [told] = leader.silence()
    assert "对方设置了不主动发消息" in told
    assert "暂存1条（企业设置了不主动发消息）：对方说话时送达。" in leader.say(f"详情 {number}")


@pytest.mark.parametrize("words", ["随便", "25:00-26:00", "每天最多99条"])
def test_what_is_no_wish_changes_nothing(world: World, words: str) -> None:
    owner = world.phone(OWNER)
    before = owner.say("免打扰").removeprefix("现在是这样：")
    assert "请这样发" in owner.say(f"免打扰 {words}")
    assert owner.say("免打扰").removeprefix("现在是这样：") == before


def test_strangers_and_officials_have_nothing_to_set(world: World) -> None:
    stranger, leader = world.phone(STRANGER), world.phone(LEADER)
    assert "绑定企业后才能单独设置" in stranger.say("免打扰 22:00-07:00")
    assert "每天最多3条" in stranger.say("免打扰")
    assert "打扰您0次" in stranger.say("今天有人帮我吗")
    for words in ("免打扰", "今天有没有人帮我"):
        assert "企业" in leader.say(words)


def test_day_in_the_chat_and_in_the_api_are_the_same(world: World) -> None:
    owner, leader, number = world.phone(OWNER), world.phone(LEADER), brought(world)
    key, firm = admin(world), world.roster.enterprises["yunshanli"]
    world.phone(PARTNER).say("帮助")
    world.advance(days=1)
    leader.say("走访 云杉里 看了车间")
    report(world, number, "已联系管委会")
    owner.silence()
    day: dict[str, Any] = read(world, f"/enterprises/{firm}/contact", key)
    assert (day["bothered"]["count"], day["helped"]["count"]) == (3, 1)
    assert [row["kind"] for row in day["bothered"]["items"]] == ["message", "message", "visit"]

    said = owner.say("今天有没有人来烦我、有没有人帮我")
    assert said.splitlines() == [
        "沈阳云杉里精密机械有限公司，今天：",
        "打扰您3次：",
        "　10:00 消息",
        f"　10:00 消息 {number}",
        "　10:00 走访",
        "为您办1步：",
        f"　10:00 {number} 回复",
    ]
    assert "打扰您0次" in owner.say("昨天有没有人来烦我")
    outbox = read(world, "/outbox", key)["items"]
    assert [row["kind"] for row in outbox if row["rang_at"]] == ["visited", "replied"]


def test_plea_for_help_is_a_request_and_no_question(world: World) -> None:
    said = world.phone(OWNER).say("今天有没有人帮我们协调一下，管委会欠我们工程款三百万不给")
    assert number_in(said)


@pytest.mark.parametrize(
    "words", ["别老给我发消息，烦死了", "别来烦我", "不要再给我发消息了", "以后别联系我了", "退订"]
)
def test_who_has_had_enough_is_offered_what_can_be_set(world: World, words: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(REQUEST))
    before = spoken(world, number)

    assert owner.say(words).startswith("打扰您了，抱歉。")
    assert "您不来找，我们不主动发消息" in owner.tap("一条也不主动发")
    assert "企业要求：不主动发消息" in world.phone(LEADER).say(f"详情 {number}")
    assert spoken(world, number) == before


@pytest.mark.parametrize("words", ["今儿有人骚扰我没", "今天被打扰了几次", "有人帮我办事吗今天"])
def test_who_came_today_is_asked_in_other_words(world: World, words: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(REQUEST))
    before = spoken(world, number)

    assert "打扰您0次" in owner.say(words)
    assert spoken(world, number) == before
