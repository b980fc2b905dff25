"""A ticket's number in an enterprise's free words: that case is meant, and no other."""

import pytest

from models.rules.numbers import ticket_id_of
from tests.flows.owning import ARREARS, BRAND, POWER, case, verbs, words
from tests.flows.reading import number_in
from tests.flows.test_what_belongs_where import tickets
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

PERMIT = "冷库用地的规划许可证办了半年还没批下来"


def four(world: World) -> list[str]:
    """Bring four cases; the last is in hand."""
    owner = world.phone(OWNER)
    return [number_in(owner.say(f"新诉求 {matter}")) for matter in (ARREARS, POWER, BRAND, PERMIT)]


@pytest.mark.parametrize("said", ["{}催一下", "帮我催一下{}", "编号{}怎么还没动静", "{} 快点办"])
def test_urged_is_the_case_that_is_named(world: World, said: str) -> None:
    numbers = four(world)

    assert world.phone(OWNER).say(said.format(numbers[0])).startswith(f"已替您催办 {numbers[0]}「")

    assert [("urge" in verbs(world, number)) for number in numbers] == [True, False, False, False]


def test_several_that_are_named_are_urged_each(world: World) -> None:
    owner, numbers = world.phone(OWNER), four(world)

    answer = owner.say(f"{numbers[0]}和{numbers[1]}都催一下")

    assert f"已替您催办 {numbers[0]}「" in answer
    assert f"已替您催办 {numbers[1]}「" in answer
    assert "urge" not in verbs(world, numbers[3])


def test_all_of_them_are_urged(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = [number_in(owner.say(f"新诉求 {matter}")) for matter in (ARREARS, POWER)]

    answer = owner.say("催办所有的")

    assert all(f"已替您催办 {number}「" in answer for number in numbers)


@pytest.mark.parametrize(
    "said", ["{}怎么样了", "{}到哪一步了", "编号{}进展如何", "{} 什么时候能办完", "问一下{}那件", "诉求{}"]
)
def test_shown_is_the_case_that_is_named(world: World, said: str) -> None:
    numbers = four(world)

    answer = world.phone(OWNER).say(said.format(numbers[0]))

    assert answer.startswith(f"{numbers[0]}「给开发区")
    assert numbers[3] not in answer


def test_several_that_are_named_are_shown(world: World) -> None:
    numbers = four(world)

    answer = world.phone(OWNER).say(f"{numbers[0]}和{numbers[2]}怎么样了")

    assert [number in answer for number in numbers] == [True, False, True, False]


@pytest.mark.parametrize("said", ["把{}撤了吧", "{}不办了", "撤销 {}"])
def test_taken_back_is_the_case_that_is_named(world: World, said: str) -> None:
    numbers = four(world)

    owner = world.phone(OWNER)
    assert owner.say(said.format(numbers[0])).startswith(f"{numbers[0]}「给开发区")
    owner.tap("撤回")

    assert [case(world, number).status for number in numbers] == ["withdrawn", "open", "open", "open"]


def test_last_word_is_about_the_case_that_is_named(world: World) -> None:
    owner, leader, numbers = world.phone(OWNER), world.phone(LEADER), four(world)
    assert "办结后会请您确认" in owner.say(f"{numbers[1]}解决了")
    for number in numbers[:3]:
        leader.say(f"受理 {number}")
        leader.say(f"办结 {number} 已经办妥了")

    assert owner.say(f"{numbers[0]}解决了").startswith(f"谢谢您的认可，{numbers[0]}「")
    assert "还差什么" in owner.say(f"{numbers[1]}没解决")
    assert owner.say(f"{numbers[2]}那个还差20万没给").startswith(f"好，{numbers[2]}「")

    stands = [case(world, number).status for number in numbers]
    assert stands == ["closed", "accepted", "accepted", "open"]
    assert words(world, numbers[2])[-1] == "还差20万没给"


@pytest.mark.parametrize("said", ["{}是行政审批", "{}类型不对，是行政审批"])
def test_retyped_is_the_case_that_is_named(world: World, said: str) -> None:
    numbers = four(world)

    world.phone(OWNER).say(said.format(numbers[0]))

    assert case(world, numbers[0]).type == "approval"


@pytest.mark.parametrize(
    "said", ["{}: 合同补充协议在这", "{}，合同补充协议在这", "合同补充协议在这，编号{}的"]
)
def test_words_go_to_the_case_that_is_named(world: World, said: str) -> None:
    numbers = four(world)

    assert world.phone(OWNER).say(said.format(numbers[0])).startswith(f"已记到 {numbers[0]}「")

    assert words(world, numbers[0])[-1].startswith("合同补充协议在这")
    assert tickets(world) == 4


def test_words_of_two_cases_are_asked_about(world: World) -> None:
    owner, numbers = world.phone(OWNER), four(world)

    assert owner.say(f"{numbers[0]}和{numbers[1]}的材料都交了").startswith("您说的是哪一件？")
    assert owner.say(numbers[1]).startswith(f"已记到 {numbers[1]}「")
    assert words(world, numbers[1])[-1] == f"{numbers[0]}和{numbers[1]}的材料都交了"


def test_colleague_names_a_case_they_did_not_bring(world: World) -> None:
    numbers = four(world)

    assert world.phone(PARTNER).say(f"{numbers[0]}怎么样了").startswith(f"{numbers[0]}「给开发区")


def test_mistyped_number_is_caught(world: World) -> None:
    owner, numbers = world.phone(OWNER), four(world)
    wrong = str(int(numbers[0]) + 1)
    assert ticket_id_of(wrong) is None
    for said in ("{}怎么样了", "{}催一下", "{}不办了", "编号{}进展如何"):
        assert owner.say(said.format(wrong)).startswith(f"没有查到编号 {wrong}"), said
    assert not any({"urge", "withdraw"} & set(verbs(world, number)) for number in numbers)

    answer = owner.say(f"{wrong}：合同补充协议在这")

    assert answer.startswith(f"没有查到编号 {wrong}，可能输错了一位。您说的是哪一件？")
    owner.say(numbers[0])
    assert words(world, numbers[0])[-1] == "合同补充协议在这"


def test_number_of_a_stranger_answers_as_one_that_does_not_exist(world: World) -> None:
    foreign = number_in(world.phone("o-stranger").say(BRAND))
    four(world)

    assert world.phone(OWNER).say(f"{foreign}怎么样了").startswith(f"没有查到编号 {foreign}")


@pytest.mark.parametrize(
    "said",
    [
        "合同里写的1010平，已核实",
        "2019年签的合同",
        "厂房一共1029平",
        "电话尾号1032",
        "2026-1010那份合同",
        "一共付过1029元",
    ],
)
def test_figures_are_no_numbers_of_tickets(world: World, said: str) -> None:
    numbers = four(world)

    assert world.phone(OWNER).say(said).startswith(f"已记到 {numbers[3]}「")


def test_request_with_a_figure_in_it_stays_a_request(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    world.advance(minutes=11)

    for matter in (
        f"我们厂{number}平的车间，变压器增容报了三个月还排不上",
        "1500多人的厂子，食堂的消防验收一直办不下来",
    ):
        number_in(owner.say(matter))
        world.advance(minutes=11)


def test_confirming_by_number_writes_off(world: World) -> None:
    owner, leader, numbers = world.phone(OWNER), world.phone(LEADER), four(world)
    leader.say(f"受理 {numbers[0]}")
    leader.say(f"办结 {numbers[0]} 已经付清了")
    owner.say(f"{numbers[0]}确认")
    assert [case(world, number).status for number in numbers] == ["closed", "open", "open", "open"]


def test_hotline_is_no_number_of_a_case(world: World) -> None:
    owner = world.phone(OWNER)
    four(world)
    assert "没有查到编号" not in owner.say("12345怎么没人接")
