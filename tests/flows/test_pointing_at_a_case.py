"""Words that point at a case by what it is about, correct its type, or take back what was just said."""

import pytest
from sqlalchemy import select

from models.tables import Inbox, Message
from tests.flows.owning import ARREARS, BRAND, POWER, a_minute_later, case, verbs, words
from tests.flows.reading import number_in
from tests.flows.test_numbers_in_own_words import PERMIT, four
from tests.flows.test_what_belongs_where import tickets
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World


def done(world: World, *matters: str) -> list[str]:
    """Bring cases and have the desk call them done; none is in hand afterwards."""
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    numbers = [number_in(owner.say(f"新诉求 {matter}")) for matter in matters]
    for number in numbers:
        leader.say(f"受理 {number}")
        leader.say(f"办结 {number} 已经办妥了")
    world.advance(minutes=11)
    return numbers


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("欠钱的那个呢", 0),
        ("欠款那件怎么样", 0),
        ("那个电的事有消息没", 1),
        ("商标那个有结果吗", 2),
        ("许可证的那个啥情况", 3),
        ("变压器的事到哪一步了", 1),
    ],
)
def test_shown_is_the_case_that_is_pointed_at(world: World, said: str, place: int) -> None:
    numbers = four(world)

    assert world.phone(OWNER).say(said).startswith(f"{numbers[place]}「")
    assert tickets(world) == 4


def test_all_are_shown_when_all_are_asked_for(world: World) -> None:
    numbers = four(world)

    answer = world.phone(OWNER).say("我的事都咋样了")

    assert all(number in answer for number in numbers)


def test_urged_and_withdrawn_is_the_case_that_is_pointed_at(world: World) -> None:
    owner, numbers = world.phone(OWNER), four(world)

    assert owner.say("催一下变压器的事").startswith(f"已替您催办 {numbers[1]}「")
    assert owner.say("补充 电的那个 申请编号是202611001").startswith(f"已记到 {numbers[1]}「")
    assert owner.say("商标的那个不用管了") == f"要撤回哪一件？\n撤回 {numbers[2]} {BRAND[:23]}…\n"


def test_good_end_of_the_case_that_is_pointed_at(world: World) -> None:
    money, brand = done(world, ARREARS, BRAND)
    owner = world.phone(OWNER)

    assert owner.say("钱的那个解决了").startswith(f"谢谢您的认可，{money}「")

    assert (case(world, money).status, case(world, brand).status) == ("closed", "resolved")


def test_good_end_of_a_case_that_nobody_called_done(world: World) -> None:
    owner = world.phone(OWNER)
    money = number_in(owner.say(f"新诉求 {ARREARS}"))
    (brand,) = done(world, BRAND)

    assert "办结后会请您确认" in owner.say("钱的那个解决了")

    assert (case(world, money).status, case(world, brand).status) == ("open", "resolved")


@pytest.mark.parametrize("word", ["确认", "满意"])
def test_bare_word_with_two_cases_done_is_asked_about(world: World, word: str) -> None:
    money, brand = done(world, ARREARS, BRAND)
    owner = world.phone(OWNER)
    owner.say(f"进度 {brand}")

    answer = owner.say(word)

    assert f"{word} {money}" in answer
    assert f"{word} {brand}" in answer
    assert {case(world, each).status for each in (money, brand)} == {"resolved"}
    assert not any("rate" in verbs(world, each) for each in (money, brand))


def test_dissent_that_points_at_a_case_written_off_is_about_that_one(world: World) -> None:
    money, brand = done(world, ARREARS, BRAND)
    owner = world.phone(OWNER)
    owner.say(f"确认 {brand}")

    assert owner.say("商标的没解决").startswith(f"好，{brand}「网上有人")

    assert (case(world, money).status, case(world, brand).status) == ("resolved", "accepted")
    assert case(world, brand).rebounds == 1


def test_not_yet_of_a_case_written_off_is_asked_about(world: World) -> None:
    power, brand = done(world, POWER, BRAND)
    owner = world.phone(OWNER)
    owner.say(f"确认 {power}")

    assert owner.say("变压器还没装呢").startswith(f"您说的是这件吗？点一下就行：\n{power}「新车间")

    assert words(world, brand) == [BRAND, "已经办妥了"]


@pytest.mark.parametrize("said", ["我们公司那个工程款的事怎么样了", "咱厂那个尾款的事有进展吗"])
def test_colleague_asks_for_the_enterprises_case(world: World, said: str) -> None:
    number = number_in(world.phone(OWNER).say(ARREARS))

    assert world.phone(PARTNER).say(said).startswith(f"{number}「给开发区")
    assert tickets(world) == 1


# --- types ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("类型不对，是拖欠账款", "arrears"),
        ("这属于要素保障吧", "factors"),
        ("不是政策，是欠款", "arrears"),
        ("这个不是要钱的事，是办证", "approval"),
        ("应该是知识产权", "ip"),
    ],
)
def test_correction_that_names_a_type_retypes(world: World, said: str, code: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say("园区答应的设备补贴一直没兑现"))

    assert owner.say(said).startswith(f"{number}「园区答应")

    assert case(world, number).type == code
    assert tickets(world) == 1


def test_correction_by_who_has_no_case_is_a_matter(world: World) -> None:
    number_in(world.phone(OWNER).say("是欠款"))


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["发错了", "不好意思发错群了", "刚才那句说错了"])
def test_words_sent_by_mistake_are_forgotten(world: World, said: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.silence()
    owner.say("妈我晚上不回家吃了")

    assert owner.say(said).startswith("好，刚才那句不算")

    a_minute_later(world)
    assert (words(world, number), verbs(world, number), leader.silence()) == ([ARREARS], ["submit"], [])
    with world.database.reading() as session:
        outcomes = list(session.scalars(select(Inbox.outcome).order_by(Inbox.id.desc()).limit(2)))
        assert outcomes == ["answer", "answer"]
        assert session.scalars(select(Message.id).where(Message.gathered_until.is_not(None))).all() == []


def test_words_sent_by_mistake_that_were_told_are_not_unsaid(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    owner.say("妈我晚上不回家吃了")
    a_minute_later(world)

    assert owner.say("发错了").startswith(f"刚才的话已转给 {number}「")
    assert tickets(world) == 1


def test_request_opened_by_mistake_is_taken_back_by_a_tap(world: World) -> None:
    owner = world.phone(OWNER)
    assert owner.say("发错了").startswith("没关系")
    number = number_in(owner.say(PERMIT))

    owner.say("发错了")

    assert owner.tap("撤回").startswith(f"{number}「冷库用地")


@pytest.mark.parametrize("said", ["不对，这是两码事", "这是另外一件事", "不是一回事"])
def test_two_matters_are_told_apart_in_words(world: World, said: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    owner.say("隔壁厂子也一样")

    assert number_in(owner.say(said)) != number

    assert owner.say(said).startswith("刚才没有话是记到别的诉求里的")
    assert tickets(world) == 2


def test_run_on_with_two_matters_is_offered_as_two(world: World) -> None:
    owner = world.phone(OWNER)
    first = "我们厂去年申请的那个高新技术企业奖励区里说给五十万到现在也没给"
    second = "然后还有就是我们门口那个路啊一下雨就积水大车进不来跟街道说了好几次也没人管"

    assert "您说的好像是两件事" in owner.say(first + second)
    assert owner.tap("分成两件").startswith("已分成两件：")
    assert tickets(world) == 2
