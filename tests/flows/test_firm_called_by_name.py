"""Who speaks for two enterprises and calls one of them by name brings the case for that one."""

import pytest

from tests.flows.owning import another_enterprise, case
from tests.flows.reading import number_in
from tests.roster import OWNER
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
