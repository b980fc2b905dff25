"""How content the enterprise is: asked after confirmation, in one tap each, and seen by officials only as counts."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.rules.numbers import ticket_id_of
from models.tables import Ticket
from tests.flows.owning import ARREARS, case, facts, verbs
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World


def confirmed(world: World, matter: str = ARREARS) -> str:
    """Bring a case to its write-off."""
    number = number_in(world.phone(OWNER).say(f"新诉求 {matter}"))
    world.phone(LEADER).say(f"受理 {number}")
    world.phone(LEADER).say(f"办结 {number} 已经办妥")
    world.phone(OWNER).say(f"确认 {number}")
    return number


def test_result_and_attitude_are_rated_apart_in_one_tap_each(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 已到账")
    leader.silence()

    assert "结果您满意吗？\n满意　基本满意　不满意" in owner.say(f"确认 {number}")
    assert (case(world, number).rated_result, case(world, number).rated_at) == (None, None)
    assert "态度怎么样？" in owner.tap("基本满意")
    assert "态度：满意" in owner.tap("满意")

    ticket = case(world, number)
    assert (ticket.rated_result, ticket.rated_attitude, ticket.rated_at) == (
        "fairly",
        "satisfied",
        world.clock(),
    )
    assert facts(world, number)[-2:] == [{"result": "fairly"}, {"attitude": "satisfied"}]
    assert [text for text in leader.silence() if "满意" in text] == []
    assert "满意" not in leader.say(f"详情 {number}")


def test_silence_is_never_satisfaction(world: World) -> None:
    number = confirmed(world)
    world.advance(days=60)

    ticket = case(world, number)
    assert (ticket.rated_result, ticket.rated_attitude, ticket.rated_at) == (None, None, None)


def test_dissatisfied_is_asked_what_is_missing_and_offered_the_way_back(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = confirmed(world)
    leader.silence()

    asked = owner.say(f"不满意 {number}")
    assert "还差什么？" in asked
    assert owner.say("利息一分没给").startswith(f"{number}「给开发区管委会")

    assert facts(world, number)[-1]["missing"] == "利息一分没给"
    assert leader.silence() == []
    assert "利息一分没给" not in leader.say(f"详情 {number}")
    assert "继续办" in owner.tap("没解决")
    assert case(world, number).rated_result is None


def test_another_matter_after_a_bad_rating_is_a_case_of_its_own(world: World) -> None:
    owner = world.phone(OWNER)
    number = confirmed(world)
    owner.say(f"不满意 {number}")

    assert number_in(owner.say("新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万")) != number


def test_rating_may_change_for_a_week(world: World) -> None:
    owner = world.phone(OWNER)
    number = confirmed(world)
    owner.say(f"满意 {number}")
    world.advance(days=6)
    owner.say(f"不满意 {number} 又拖了")
    assert case(world, number).rated_result == "dissatisfied"

    world.advance(days=2)

    assert owner.say(f"满意 {number}").startswith(f"{number} 的评价已过可以修改的时间")
    assert case(world, number).rated_result == "dissatisfied"


def test_free_words_rate_the_only_case_and_write_nothing_off(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 已到账")

    assert "结果：满意" in owner.say("对结果非常满意")
    assert verbs(world, number)[-2:] == ["resolve", "rate"]
    assert case(world, number).status == "resolved"
    assert case(world, number).rated_result == "satisfied"


def test_case_that_is_not_done_cannot_be_rated(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say(f"满意 {number}") == (
        f"{number}「给开发区管委会干…」现在是“待受理”，不能评价。\n可以：催办　补充"
    )


def test_desk_sees_counts_only_once_nobody_can_be_picked_out(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    numbers = [confirmed(world, f"{ARREARS}第{n}笔") for n in range(5)]
    for number in numbers:
        owner.say(f"{'不满意' if number == numbers[0] else '满意'} {number}")
        owner.say(f"态度 {number} 满意")
    assert leader.say("评价").startswith("评价还太少")

    world.advance(hours=25)

    seen = leader.say("评价")
    assert "结果：满意4　基本满意0　不满意1" in seen
    assert "联系及时、态度：满意5" in seen
    assert not any(number in seen for number in numbers)
    with world.database.transaction() as session:
        session.execute(
            update(Ticket)
            .where(Ticket.id == ticket_id_of(numbers[1]))
            .values(closed_at=world.clock() - timedelta(hours=1))
        )
    assert leader.say("评价").startswith("评价还太少")


def count(world: World) -> int:
    with world.database.reading() as session:
        return len(session.scalars(select(Ticket)).all())


@pytest.mark.parametrize(
    ("words", "result", "attitude"),
    [
        ("结果满意，态度一般", "satisfied", "fairly"),
        ("还行吧", "fairly", None),
        ("五星好评", "satisfied", None),
        ("办得挺快的", "satisfied", None),
        ("很好", "satisfied", None),
        ("态度挺好", None, "satisfied"),
        ("不怎么样", "dissatisfied", None),
    ],
)
def test_rating_in_ones_own_words_answers_the_card(
    world: World, words: str, result: str | None, attitude: str | None
) -> None:
    number = confirmed(world)

    assert number in world.phone(OWNER).say(words)
    ticket = case(world, number)
    assert (ticket.rated_result, ticket.rated_attitude) == (result, attitude)
    assert count(world) == 1


@pytest.mark.parametrize(
    ("words", "attitude"),
    [
        ("满意", "satisfied"),
        ("态度 很好", "satisfied"),
        ("他们态度很差", "dissatisfied"),
        ("挺热情的，电话打得及时", "satisfied"),
        ("态度挺好就是慢了点", "fairly"),
    ],
)
def test_second_card_is_answered_in_ones_own_words_and_ends(world: World, words: str, attitude: str) -> None:
    owner, number = world.phone(OWNER), confirmed(world)
    owner.say("满意")

    assert "态度：" in owner.say(words)
    ticket = case(world, number)
    assert (ticket.rated_result, ticket.rated_attitude) == ("satisfied", attitude)
    assert "怎么样？" not in owner.say("谢谢")
    assert count(world) == 1


@pytest.mark.parametrize("said", ["态度一般", "态度 一般", "他们态度一般"])
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_manners_are_rated_of_the_case_that_waits_for_it_whichever_is_in_hand(
    world: World, said: str, *, is_confirmed: bool
) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    rated, waits = confirmed(world, f"{ARREARS}，前年那笔"), number_in(owner.say(f"新诉求 {ARREARS}"))
    owner.say(f"态度 {rated} 满意")
    leader.say(f"受理 {waits}")
    leader.say(f"办结 {waits} 已经办妥")
    if is_confirmed:
        owner.say(f"确认 {waits}")
    world.advance(hours=1)
    in_hand = number_in(owner.say("新诉求 新车间变压器增容报了三个月还排不上，停一天损失好几万"))

    assert owner.say(said).startswith(f"{waits}「")
    assert case(world, waits).rated_attitude == "fairly"
    assert verbs(world, in_hand)[-1] != "rate"
    world.advance(days=8)
    assert "态度" not in owner.say(f"{in_hand} 他们态度一般")


def test_few_words_that_are_no_rating_show_the_card_again(world: World) -> None:
    owner, number = world.phone(OWNER), confirmed(world)

    asked = owner.say("就这样吧")
    assert asked.startswith(f"{number} 的结果您满意吗？\n满意　基本满意　不满意")
    assert "这是新诉求" in asked
    assert owner.say("谢谢") == "好的，有事随时说。"
    assert "结果：基本满意" in owner.say("还行吧")
    assert count(world) == 1


@pytest.mark.parametrize(
    "words",
    ["结果满意，但是第二笔补贴还没到账", "新车间下个月投产，变压器增容报了三个月还排不上", "厂房漏水很严重"],
)
def test_open_card_eats_no_request(world: World, words: str) -> None:
    owner, number = world.phone(OWNER), confirmed(world)

    owner.say(words)
    assert case(world, number).rated_at is None
    assert count(world) == 2 or case(world, number).status == "accepted"
