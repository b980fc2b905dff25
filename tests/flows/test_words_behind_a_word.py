"""What somebody says behind a command word is never dropped."""

import pytest
from sqlalchemy import select

from models.tables import Message, Ticket
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

PAVING = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


def done(world: World) -> str:
    """Let the leader say that the first case of the owner is done; return its number."""
    number = number_in(world.phone(OWNER).say(PAVING))
    world.phone(LEADER).say(f"受理 {number}")
    world.phone(LEADER).say(f"办结 {number} 款项已拨付")
    world.phone(OWNER).silence()
    world.phone(LEADER).silence()
    return number


def kept(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(Message.text).order_by(Message.id)))


def statuses(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(Ticket.status).order_by(Ticket.id)))


@pytest.mark.parametrize("said", ["确认 但是还差两万尾款没付", "确认 {} 但是还差两万尾款没付"])
def test_confirmation_with_a_but_closes_nothing_and_is_passed_on(world: World, said: str) -> None:
    owner, number = world.phone(OWNER), done(world)

    answer = owner.say(said.format(number))

    assert "解决了" in answer
    assert statuses(world) == ["resolved"]
    assert "但是还差两万尾款没付" in kept(world)[-1]
    assert "还差两万尾款" in "".join(world.phone(LEADER).silence())
    owner.tap("没解决")
    assert statuses(world) == ["accepted"]


@pytest.mark.parametrize("said", ["确认 谢谢", "确认 {} 谢谢领导", "确认 {} 解决了"])
def test_confirmation_with_thanks_is_a_confirmation(world: World, said: str) -> None:
    owner, number = world.phone(OWNER), done(world)
    owner.say(said.format(number))
    assert statuses(world) == ["closed"]


@pytest.mark.parametrize(
    "said", ["没解决 {} 对方昨天又说要等审计，还扣了我们十万", "确认 {} 但是还扣着我们十万"]
)
def test_words_about_a_case_that_is_not_done_yet_reach_its_owner(world: World, said: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(PAVING))
    leader.say(f"受理 {number}")
    leader.silence()

    assert number in owner.say(said.format(number))

    assert statuses(world) == ["accepted"]
    assert "我们十万" in kept(world)[-1]
    assert "我们十万" in "".join(leader.silence())


def test_matter_told_with_a_withdrawal_is_a_request_and_the_old_one_stands(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(PAVING))

    answer = owner.say(f"撤回 {number} 之外还有一件事，医院欠我们材料款五十万不给")

    assert f"{number}「" in answer
    assert statuses(world) == ["open", "open"]
    assert "医院欠我们材料款五十万" in kept(world)[-1]
    owner.tap("撤回")
    assert statuses(world) == ["withdrawn", "open"]


def test_reason_of_a_withdrawal_is_kept(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(PAVING))
    owner.say(f"撤回 {number} 跟对方谈好了")
    assert statuses(world) == ["withdrawn"]
    assert kept(world)[-1] == "跟对方谈好了"
