"""One whole life of a ticket, as the people in it see it."""

import re

from tests.roster import AIDE, LEADER, OWNER
from tests.world import World


def number_in(text: str) -> str:
    found = re.search(r"编号 (\d+)", text)
    assert found is not None, text
    return found[1]


def test_ticket_lives_from_message_to_write_off(world: World) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    receipt = owner.say("给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结")
    number = number_in(receipt)
    assert "拖欠账款" in receipt
    assert "安予诚" in receipt
    leader.say("待办")
    print(receipt)
