"""Who asks for more time in their own words asks us, and never the enterprise."""

import pytest

from tests.flows.owning import ARREARS, verbs
from tests.flows.reading import number_in
from tests.flows.test_dates_of_a_case import supervisor
from tests.roster import AIDE, LEADER, OWNER
from tests.world import Phone, World

ASKED = "延期的原因记下了：领导出差了"


@pytest.fixture
def number(world: World) -> str:
    """The number of a case that the leader has accepted."""
    for openid in (LEADER, AIDE):
        world.phone(openid).say("待办")
    found = number_in(world.phone(OWNER).say(ARREARS))
    world.phone(LEADER).say(f"受理 {found}")
    for openid in (OWNER, LEADER, AIDE):
        world.phone(openid).silence()
    return found


def at(world: World, openid: str, number: str) -> Phone:
    """Return the phone of somebody who has just looked at the case."""
    phone = world.phone(openid)
    phone.say(f"详情 {number}")
    return phone


@pytest.mark.parametrize("openid", [AIDE, LEADER])
@pytest.mark.parametrize("said", ["能不能再延几天，领导出差了", "领导出差了，请再宽限几天"])
def test_wish_with_a_reason_is_asked_for_the_days(world: World, number: str, openid: str, said: str) -> None:
    phone, above = at(world, openid, number), supervisor(world)

    assert ASKED in phone.say(said)
    assert "的延期申请已报督查" in phone.say("5天")
    [told] = above.silence()
    assert "申请延期5天：\n领导出差了\n" in told
    assert world.phone(OWNER).silence() == []
    assert verbs(world, number)[-1] == "extend"


def test_wish_with_days_is_asked_for_the_reason(world: World, number: str) -> None:
    leader, above = at(world, LEADER, number), supervisor(world)

    assert "延5天" in leader.say("能不能再延5天")
    assert "的延期申请已报督查" in leader.say("财政在走支付流程")
    assert "申请延期5天：\n财政在走支付流程\n" in above.silence()[0]
    assert world.phone(OWNER).silence() == []


def test_who_thinks_better_of_it_asks_for_nothing(world: World, number: str) -> None:
    leader = at(world, LEADER, number)
    leader.say("能不能再延5天")

    assert leader.say("算了，不延了") == "好的，已取消。"
    assert verbs(world, number)[-1] == "accept"
    assert world.phone(OWNER).silence() == []


def test_words_to_the_enterprise_are_no_answer_to_us(world: World, number: str) -> None:
    leader = at(world, LEADER, number)
    leader.say("能不能再延5天")

    leader.say("您的合同收到了，明天给您答复")
    assert len(world.phone(OWNER).silence()) == 1
    assert "extend" not in verbs(world, number)


def test_dates_that_are_told_to_the_enterprise_reach_it(world: World, number: str) -> None:
    leader = at(world, LEADER, number)

    leader.say("银行同意您的贷款展期三个月")
    assert len(world.phone(OWNER).silence()) == 1
