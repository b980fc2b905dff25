"""Who asks for a person hears who it is; who doubts a caller hears the truth. Neither opens a ticket."""

from sqlalchemy import func, select

from models.tables import Ticket
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "新诉求 新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万"
ASKING = ("转人工", "人工客服", "我要找真人", "别用机器人糊弄我")
DOUBTING = ("刚才有人打电话说是省里的，是不是骗子", "有人自称省领导秘书让我加他微信", "核验 13800001111")


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


def test_doubt_about_a_caller_gets_the_truth(world: World) -> None:
    for openid, who in ((OWNER, "副省长 安予诚"), ("o-stranger", "省营商局局长 简闻和")):
        for words in DOUBTING:
            answer = world.phone(openid).say(words)
            assert "还不能在这里核验" in answer, words
            assert "转账" in answer
            assert who in answer
    assert tickets(world) == 0
    assert world.unsettled() == 0


def test_doubt_can_be_put_to_the_person_in_charge(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.news()
    owner.say(DOUBTING[0])

    assert owner.tap("请负责人核实").startswith(f"已记到 {number}")
    assert "请核实：刚才有人打电话说是省里的" in leader.news()["text"]


def test_told_harm_is_a_matter_of_its_own(world: World) -> None:
    answer = world.phone(OWNER).say("被骗了，有人冒充领导打电话让我转账十万")

    assert "副省长 安予诚" in answer
    assert number_in(answer)
    assert tickets(world) == 1
