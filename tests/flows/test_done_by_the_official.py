"""Only words that say what was done resolve a case; the question stays open for them."""

from collections.abc import Iterator

import pytest

from models.rules.numbers import ticket_id_of
from models.tables import Ticket
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OWNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
OTHERS_COMMANDS = (
    "确认",
    "催办",
    "改类型",
    "补充",
    "没解决",
    "新诉求",
    "确认 {n}",
    "改类型 {n} 政策落实",
)
COURTESIES = ("稍等", "好的", "谢谢", "你好", "收到", "？", "还没办完", "我先问问")


@pytest.fixture
def asked(world: World) -> Iterator[tuple[World, str]]:
    """A leader who has just been asked what was done."""
    leader = world.phone(LEADER)
    number = number_in(world.phone(OWNER).say(REQUEST))
    leader.say(f"受理 {number}")
    assert leader.say(f"办结 {number}").startswith(f"请说说 {number} 是怎么办的")
    yield world, number


def status(world: World, number: str) -> str:
    with world.database.reading() as session:
        return session.get_one(Ticket, ticket_id_of(number)).status


def test_other_commands_and_courtesies_do_not_resolve_and_the_question_stays(
    asked: tuple[World, str],
) -> None:
    world, number = asked
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    owner.silence()
    for words in (*OTHERS_COMMANDS, *COURTESIES):
        assert leader.say(words.format(n=number)).startswith("这句没有当作办结说明，也没有发给企业。"), words
    assert status(world, number) == "accepted"
    assert owner.silence() == []

    assert leader.say("余款已付").startswith(f"{number} 已办结")
    assert "余款已付" in owner.silence()[-1]


def test_question_can_be_dropped(asked: tuple[World, str]) -> None:
    world, number = asked
    leader = world.phone(LEADER)
    leader.say("稍等")
    assert leader.tap("取消") == "好的，已取消。"

    assert leader.say("明天上午我约管委会碰头").startswith("已转给")
    assert status(world, number) == "accepted"


def test_words_that_are_no_account_can_still_be_written_as_one(asked: tuple[World, str]) -> None:
    world, number = asked
    leader = world.phone(LEADER)
    leader.say("好了")

    assert leader.say(f"办结 {number} 好了").startswith(f"{number} 已办结")


def test_question_of_a_leader_is_not_open_for_the_aide(asked: tuple[World, str]) -> None:
    world, number = asked
    world.phone(AIDE).say("余款已付")
    assert status(world, number) == "accepted"
