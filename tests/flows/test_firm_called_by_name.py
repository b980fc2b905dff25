"""Who speaks for two enterprises and calls one of them by name brings the case for that one."""

import pytest

from tests.flows.owning import another_enterprise, case, verbs, words
from tests.flows.reading import number_in
from tests.roster import LEADER, OFFICE, OWNER
from tests.world import World

SECOND = "大连望礁海洋食品有限公司"


@pytest.mark.parametrize(
    "said",
    [
        "云杉里的尾款320万开发区一直不给",
        "我们云杉里精密给管委会干的工程，尾款一直不给结",
        "沈阳云杉里精密机械有限公司的变压器增容排不上",
    ],
)
def test_case_is_of_the_enterprise_that_is_called(world: World, said: str) -> None:
    another_enterprise(world, SECOND, OWNER)

    receipt = world.phone(OWNER).say(said)

    ticket = case(world, number_in(receipt))
    assert ticket.enterprise_id == world.roster.enterprises["yunshanli"]
    assert ticket.owner_id == world.roster.officials["leader"]
    assert f"记在沈阳云杉里精密机械有限公司名下。是另一家的？\n{SECOND}" in receipt


@pytest.mark.parametrize(
    "said",
    [
        "望礁的冷库电费太高，想申请直供电",
        "冷库电费太高，想申请直供电",
        "云杉里欠望礁海洋的货款一直没给",
        "山里的云杉苗被砍了没人管",
    ],
)
def test_where_it_or_both_or_none_is_called_it_is_the_usual_one(world: World, said: str) -> None:
    second = another_enterprise(world, SECOND, OWNER)

    assert case(world, number_in(world.phone(OWNER).say(said))).enterprise_id == second


@pytest.mark.parametrize(
    "said", ["不是望礁的，是云杉里的", "搞错公司了，是沈阳云杉里的事", "不是望礁海洋的", "不对，云杉里"]
)
def test_case_that_was_put_to_the_wrong_enterprise_moves(world: World, said: str) -> None:
    another_enterprise(world, SECOND, OWNER)
    owner = world.phone(OWNER)
    number = number_in(owner.say("冷库电费太高，想申请直供电"))
    assert case(world, number).enterprise_id != world.roster.enterprises["yunshanli"]

    assert "已改记在沈阳云杉里精密机械有限公司名下，负责人：副省长 安予诚" in owner.say(said)
    assert case(world, number).enterprise_id == world.roster.enterprises["yunshanli"]
    assert words(world, number) == ["冷库电费太高，想申请直供电"]


def test_correction_to_where_the_case_stands_changes_nothing(world: World) -> None:
    another_enterprise(world, SECOND, OWNER)
    owner = world.phone(OWNER)
    number = number_in(owner.say("冷库电费太高，想申请直供电"))

    assert f"就记在{SECOND}名下，不用改" in owner.say("不是云杉里的，是望礁的")
    assert verbs(world, number) == ["submit"]


def test_accepted_case_stays_and_the_correction_leaves_no_trace_on_it(world: World) -> None:
    another_enterprise(world, SECOND, OWNER)
    owner = world.phone(OWNER)
    number = number_in(owner.say("冷库电费太高，想申请直供电"))
    world.phone(OFFICE).say(f"受理 {number}")

    assert f"{number} 已经受理，不能再换企业" in owner.say("不是望礁的，是云杉里的")
    assert verbs(world, number) == ["submit", "accept"]
    assert words(world, number) == ["冷库电费太高，想申请直供电"]


def test_who_owes_whom_is_no_correction(world: World) -> None:
    another_enterprise(world, SECOND, OWNER)
    owner = world.phone(OWNER)
    number = number_in(owner.say("冷库电费太高，想申请直供电"))

    owner.say("望礁欠云杉里的钱不对")
    assert case(world, number).enterprise_id != world.roster.enterprises["yunshanli"]
    assert "已改记" not in owner.say("进度")
    assert world.phone(LEADER).silence() == []
