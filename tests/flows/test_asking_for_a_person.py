"""Who asks for a person hears who it is; who doubts a caller hears the truth. Neither opens a ticket."""

from sqlalchemy import func, select

from models.tables import Ticket
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "新诉求 新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万"
ASKING = ("转人工", "人工客服", "我要找真人", "别用机器人糊弄我")


def tickets(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_owner_of_the_case_is_named_and_hears_what_is_said_next(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.news()
    world.advance(hours=1)

    for words in ASKING:
        answer = owner.say(words)
        assert f"{number}「" in answer, words
        assert "副省长 安予诚" in answer
    owner.say("请您本人给我回个话")
    a_minute_later(world)
    assert "请您本人给我回个话" in leader.news()["text"]
    assert tickets(world) == 1


def test_each_of_several_cases_shows_its_person(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = [number_in(owner.say(text)) for text in (ARREARS, POWER)]
    world.advance(hours=1)

    answer = owner.say("转人工")

    assert all(number in answer for number in numbers)
    assert answer.count("副省长 安予诚") == 2


def test_without_a_case_whoever_would_get_it_is_named(world: World) -> None:
    assert "副省长 安予诚" in world.phone(OWNER).say("转人工")
    assert "省营商局局长 简闻和" in world.phone("o-stranger").say("转人工")
    assert tickets(world) == 0


def test_told_harm_is_a_matter_of_its_own(world: World) -> None:
    answer = world.phone(OWNER).say("被骗了，有人冒充领导打电话让我转账十万")

    assert "副省长 安予诚" in answer
    assert number_in(answer)
    assert tickets(world) == 1
