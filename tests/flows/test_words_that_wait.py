"""What an enterprise said before we knew about which of its cases reaches somebody, whatever it says next."""

import pytest
from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import Message
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

ROAD = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "新诉求 新车间变压器增容报了三个月还排不上，停一天损失好几万"
WAITING = "我把材料放你们窗口了"


def two_cases(world: World) -> tuple[str, str]:
    owner = world.phone(OWNER)
    numbers = number_in(owner.say(ROAD)), number_in(owner.say(POWER))
    world.advance(hours=2)
    return numbers


def where(world: World, text: str) -> list[int]:
    with world.database.reading() as session:
        return list(session.scalars(select(Message.ticket_id).where(Message.text == text)))


@pytest.mark.parametrize("said", ["{n}的", "{n}，合同照片也在", "补充 {n} 一共三份", "{n}"])
def test_words_that_wait_go_where_the_next_go(world: World, said: str) -> None:
    owner, (first, _) = world.phone(OWNER), two_cases(world)
    assert "哪一件" in owner.say(WAITING)

    owner.say(said.format(n=first))

    world.advance(minutes=2)
    assert where(world, WAITING) == [ticket_id_of(first)]


@pytest.mark.parametrize("said", ["进度", "谢谢", "帮助", "催办"])
def test_words_that_wait_outlive_the_answer_to_something_else(world: World, said: str) -> None:
    owner, (first, _) = world.phone(OWNER), two_cases(world)
    owner.say(WAITING)
    owner.say(said)
    world.advance(minutes=40)

    owner.say(first)

    assert where(world, WAITING) == [ticket_id_of(first)]


def test_new_request_takes_along_what_waits(world: World) -> None:
    owner = world.phone(OWNER)
    two_cases(world)
    owner.say(WAITING)
    number = number_in(owner.say("新诉求 我们厂停电三天了没人管"))
    assert where(world, WAITING) == [ticket_id_of(number)]


def test_more_than_we_keep_goes_to_the_likeliest_case(world: World) -> None:
    owner = world.phone(OWNER)
    two_cases(world)
    said = [f"{WAITING}{n}" for n in "甲乙丙丁戊己庚辛壬癸子"]
    for words in said:
        owner.say(words)
    assert all(len(where(world, words)) == 1 for words in said)


@pytest.mark.parametrize(
    "said", ["别把{n}撤了", "{n}可以撤回吗", "{n}要是解决不了我就撤回", "把{n}撤了吧", "{n}不办了"]
)
def test_free_words_with_a_number_withdraw_nothing(world: World, said: str) -> None:
    owner, (first, _) = world.phone(OWNER), two_cases(world)
    owner.say(said.format(n=first))
    assert "已撤回" not in owner.say(f"进度 {first}")


@pytest.mark.parametrize("said", ["我要投诉负责人拖欠我们工人工资", "税务局拖着不办，我要找纪委"])
def test_matter_told_as_a_complaint_is_a_matter(world: World, said: str) -> None:
    owner = world.phone(OWNER)
    two_cases(world)
    assert "已转给督查" not in owner.say(said)


def test_words_that_nobody_placed_reach_the_owner_of_the_likeliest_case(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    first, second = two_cases(world)
    leader.say("待办")
    owner.say(WAITING)
    assert (where(world, WAITING), world.unsettled()) == ([], 0)

    world.advance(minutes=31)
    while world.strike():
        world.advance(minutes=2)

    [ticket] = where(world, WAITING)
    assert ticket == ticket_id_of(second)
    assert any(WAITING in text for text in leader.silence())
    assert world.unsettled() == 0
    assert "哪一件" not in owner.say(first)


def test_words_that_wait_for_ever_are_reconciled(world: World) -> None:
    owner = world.phone(OWNER)
    two_cases(world)
    owner.say(WAITING)
    world.advance(hours=2)
    assert world.unsettled() == 1


@pytest.mark.parametrize("said", ["取消 {n}", "取消{n}", "取消"])
def test_nothing_is_said_to_be_cancelled_that_is_not(world: World, said: str) -> None:
    owner, (first, _) = world.phone(OWNER), two_cases(world)
    answer = owner.say(said.format(n=first))
    assert answer.startswith("要撤回哪一件？")
    assert f"撤回 {first}" in answer
    assert "已撤回" in owner.tap(f"撤回 {first}")


def test_cancelling_a_case_takes_back_no_words_that_wait(world: World) -> None:
    owner, (first, second) = world.phone(OWNER), two_cases(world)
    owner.say(WAITING)
    assert f"撤回 {first}" in owner.say(f"取消 {first}")
    owner.say(second)
    assert where(world, WAITING) == [ticket_id_of(second)]


def test_stranger_has_nothing_to_cancel(world: World) -> None:
    assert world.phone("o-somebody").say("取消") == "现在没有要取消的事。有诉求直接说就行。"


def test_official_who_cancels_a_case_is_asked_what_of_it(world: World) -> None:
    leader, (first, _) = world.phone(LEADER), two_cases(world)
    leader.say("待办")
    answer = leader.say(f"取消 {first}")
    assert answer.startswith(f"{first}「给开发区")
    assert "还没有取消什么" in answer
    assert leader.tap("取消约电话") == f"{first} 现在没有约好的电话。"
    leader.say(f"取消 {first}")
    assert leader.tap("详情").startswith(first)
    assert "已撤回" not in leader.tap("撤回刚写的话")
