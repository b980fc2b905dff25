"""Several open cases live in one chat without confusion: every reply says which one it is about."""

import pytest

from tests.flows.owning import ARREARS, BRAND, POWER, a_minute_later, strike, verbs, words
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World


def three(world: World) -> tuple[str, str, str]:
    """Bring three cases; none of them is in hand afterwards."""
    owner = world.phone(OWNER)
    numbers = [number_in(owner.say(f"新诉求 {matter}")) for matter in (ARREARS, POWER, BRAND)]
    world.advance(minutes=11)
    return numbers[0], numbers[1], numbers[2]


def test_progress_shows_all_of_them(world: World) -> None:
    numbers = three(world)

    answer = world.phone(OWNER).say("我那些事咋样了")

    assert all(number in answer for number in numbers)


def test_more_than_a_message_holds_are_named_by_number(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = [number_in(owner.say(f"新诉求 {ARREARS}第{n}笔")) for n in range(8)]

    answer = owner.say("进度")

    assert all(number in answer for number in numbers)


@pytest.mark.parametrize(
    ("word", "label"), [("催办", "催办"), ("补充", "补充"), ("撤回", "撤回"), ("人工", "人工")]
)
def test_bare_command_asks_which_and_a_tap_answers(world: World, word: str, label: str) -> None:
    numbers = three(world)
    owner = world.phone(OWNER)

    answer = owner.say(word)

    assert all(f"{label} {number}" in answer for number in numbers)
    done = owner.tap(f"{label} {numbers[1]}")
    assert numbers[1] in done
    assert "「新车间下个月投产" in done


def test_words_go_to_the_case_they_mention_and_the_echo_offers_the_way_out(world: World) -> None:
    arrears, power, brand = three(world)
    owner = world.phone(OWNER)
    owner.say(f"进度 {brand}")

    assert owner.say("供电局说变压器增容要等明年").startswith(f"已记到 {power}「新车间下个月投产")
    assert owner.say("合同是前年三月签的").startswith(f"已记到 {power}「")
    assert owner.say("开发区管委会说尾款年底才能给").startswith(f"已记到 {arrears}「给开发区管委会")
    assert owner.say(f"{brand} 那个链接还在卖").startswith(f"已记到 {brand}「")
    world.advance(minutes=11)
    assert strike(world) == 2
    assert owner.say("厂区道路工程的验收单找到了").startswith(f"已记到 {arrears}「")

    owner.tap("不是这件事")
    other = number_in(owner.tap("不是这件，另立新诉求"))
    a_minute_later(world)

    assert words(world, other) == ["厂区道路工程的验收单找到了"]
    assert verbs(world, arrears) == ["submit", "follow_up"]
    assert words(world, arrears)[1:] == ["开发区管委会说尾款年底才能给"]
    assert verbs(world, power) == ["submit", "follow_up"]


def test_words_that_mention_nothing_go_to_the_case_in_hand(world: World) -> None:
    arrears, _, _ = three(world)
    owner = world.phone(OWNER)
    owner.say(f"进度 {arrears}")

    assert owner.say("合同是前年三月签的").startswith(f"已记到 {arrears}「")


def test_mentioned_case_that_is_finished_is_left_alone(world: World) -> None:
    _, power, _ = three(world)
    owner = world.phone(OWNER)
    owner.say(f"撤回 {power}")

    assert number_in(owner.say("变压器增容又被退回来了，供电局不给办")) != power


def test_every_reply_names_number_and_title(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    named = f"{number}「给开发区管委会干的厂区道路工程，验收一年多了，…」"
    said = [
        owner.say(word)
        for word in ("进度", "催办", "催办", "补充 有合同", "改类型 政策落实", "人工", "约我电话")
    ]
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 付清了")
    said += [owner.say(f"没解决 {number} 没付清")]
    leader.say(f"办结 {number} 付清了")
    said += [owner.say(f"确认 {number}"), owner.say(f"满意 {number}")]
    said += [owner.say(f"态度 {number} 满意")]

    assert [text for text in said if named not in text] == []
