"""What is said to the service, and not about a matter, opens no case; a complaint about it is heard above."""

import pytest
from sqlalchemy import func, select

from models.tables import OfficialKind, Ticket
from tests.flows.owning import ARREARS, words
from tests.flows.reading import number_in
from tests.flows.test_leader_on_leave import WATCH, bind
from tests.roster import LEADER, OWNER, STRANGER
from tests.world import World


def tickets(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("你们是干啥的", "这里是政企直通"),
        ("你们这个号有用吗", "这里是政企直通"),
        ("收费吗", "不收任何费用"),
        ("怎么反映问题", "直接发一句话"),
        ("包保领导是谁", "您的包保领导是副省长 安予诚"),
        ("没什么事，就看看", "好的，有事随时说。"),
        ("中午一起吃饭不", "吃饭就不去了"),
    ],
)
def test_question_to_the_service_is_answered(world: World, said: str, answer: str) -> None:
    assert answer in world.phone(OWNER).say(said)
    assert tickets(world) == 0


def test_stranger_hears_who_would_answer_for_them(world: World) -> None:
    assert "省营商局局长 简闻和" in world.phone(STRANGER).say("包保领导是谁")
    assert tickets(world) == 0


@pytest.mark.parametrize(
    "said",
    [
        "我要投诉安予诚",
        "还是没动静，我要投诉安予诚",
        "我要投诉安省长，不回话",
        "没人理我，我要找督查",
        "我要投诉这个干部，态度恶劣",
        "换个人办吧",
    ],
)
def test_complaint_reaches_the_supervisor_beside_the_owner(world: World, said: str) -> None:
    owner, leader, watch = (world.phone(each) for each in (OWNER, LEADER, WATCH))
    bind(world, WATCH, "佟望川", kind=OfficialKind.SUPERVISOR)
    for phone in (leader, watch):
        phone.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.silence()

    assert owner.say(said).startswith(f"您对办理的意见已转给督查核实，也记到 {number}「")
    [told] = watch.silence()
    assert "反映副省长 安予诚办理的问题" in told
    assert said in told
    assert said in "".join(leader.silence())
    assert tickets(world) == 1


def test_complaint_that_does_not_say_of_what_is_asked_about(world: World) -> None:
    owner, watch = world.phone(OWNER), world.phone(WATCH)
    bind(world, WATCH, "佟望川", kind=OfficialKind.SUPERVISOR)
    watch.say("待办")
    assert owner.say("我要投诉").startswith("请直接说是什么事")
    assert tickets(world) == 0
    number = number_in(owner.say(ARREARS))

    assert owner.say("我要投诉").startswith("您要投诉什么？")
    assert words(world, number) == [ARREARS]
    assert owner.tap("投诉办理").startswith(f"您对办理的意见已转给督查核实，也记到 {number}「")

    assert "反映副省长 安予诚办理的问题" in "".join(watch.silence())


def test_quiet_weekend_is_answered_with_what_can_be_set(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert "您定，点一下就行" in owner.say("周末别给我发消息")

    assert words(world, number) == [ARREARS]


def test_complaint_about_somebody_else_is_a_matter(world: World) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))
    world.advance(minutes=11)
    assert number_in(owner.say("我要投诉隔壁厂乱排污水，我们没法开工")) != first


@pytest.mark.parametrize("said", ["收到", "好的收到", "收到，谢谢"])
def test_courtesy_is_not_told_to_the_owner(world: World, said: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    before = words(world, number)

    assert owner.say(said) == "好的，有事随时说。"
    assert words(world, number) == before


def test_same_words_twice_are_told_once(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    assert owner.say(ARREARS).startswith(f"这句话已记过，在 {number}「")
    owner.say("发票和验收单都已经交了")
    assert owner.say("发票和验收单都已经交了").startswith(f"这句话已记过，在 {number}「")
    assert words(world, number) == [ARREARS, "发票和验收单都已经交了"]
    assert tickets(world) == 1

    world.advance(days=1, minutes=1)
    assert "这句话已记过" not in owner.say(ARREARS)
