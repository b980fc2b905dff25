"""What a leader types to an aide, or thinks aloud, never reaches the enterprise by itself."""

import pytest

from tests.flows.owning import ARREARS
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import Phone, World


@pytest.fixture
def leader(world: World) -> Phone:
    """A leader who has a case in hand."""
    phone = world.phone(LEADER)
    phone.say("待办")
    phone.say(f"受理 {number_in(world.phone(OWNER).say(ARREARS))}")
    world.phone(OWNER).silence()
    return phone


@pytest.mark.parametrize(
    "said",
    [
        "让小程去办",
        "小程你跟一下这个",
        "安排财政局核实一下",
        "下周再说",
        "这个先放一放",
        "谁在跟这个",
        "今天我要见谁",
    ],
)
def test_words_for_others_are_kept_and_asked_about(world: World, leader: Phone, said: str) -> None:
    assert leader.say(said).startswith("这句没有发给企业，先替您留着。")
    assert world.phone(OWNER).silence() == []

    leader.tap("发给企业")
    assert any(said in text for text in world.phone(OWNER).silence())


@pytest.mark.parametrize(
    "said", ["财政局正在核实，下周给您答复", "请财务带上合同", "已安排财政局付款", "明天到厂里看看"]
)
def test_words_for_the_enterprise_reach_it(world: World, leader: Phone, said: str) -> None:
    leader.say(said)
    assert any(said in text for text in world.phone(OWNER).silence())
