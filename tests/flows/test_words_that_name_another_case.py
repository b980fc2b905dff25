"""Words that name or point at another case than the one in hand are that one's; where it is not clear we ask."""

import pytest

from tests.flows.owning import a_minute_later, verbs, words
from tests.flows.reading import number_in
from tests.flows.test_what_belongs_where import tickets
from tests.roster import OWNER
from tests.world import World

GRANT, LAMP = "高新技术企业补贴到现在没发", "厂区门口路灯断电一年没人修"
SECOND_GRANT = "稳岗补贴申请被退回来了"
POWER, PERMIT = "变压器增容报了三个月了一直排不上", "环评批复卡着三个月没下来"


def brought(world: World, *matters: str) -> list[str]:
    """Bring cases, of which the last is in hand."""
    return [number_in(world.phone(OWNER).say(f"新诉求 {matter}")) for matter in matters]


# --- a pointing word fits several -------------------------------------------------------------------


@pytest.mark.parametrize("said", ["补贴的事催一下", "催一下补贴的事", "补贴那个快点"])
def test_urged_is_none_where_the_one_in_hand_is_not_among_those_pointed_at(world: World, said: str) -> None:
    first, second, lamp = brought(world, GRANT, SECOND_GRANT, LAMP)

    answer = world.phone(OWNER).say(said)

    assert answer.startswith("要催办哪一件？")
    assert f"催办 {first}" in answer
    assert f"催办 {second}" in answer
    assert lamp not in answer
    assert not any("urge" in verbs(world, each) for each in (first, second, lamp))


def test_offered_to_withdraw_are_those_pointed_at(world: World) -> None:
    first, second, lamp = brought(world, GRANT, SECOND_GRANT, LAMP)

    answer = world.phone(OWNER).say("补贴的不用管了")

    assert f"撤回 {first}" in answer
    assert f"撤回 {second}" in answer
    assert lamp not in answer


def test_more_that_points_at_two_is_asked_about(world: World) -> None:
    first, second, lamp = brought(world, GRANT, SECOND_GRANT, LAMP)

    answer = world.phone(OWNER).say("补充 补贴的那个")

    assert f"补充 {first}" in answer
    assert f"补充 {second}" in answer
    assert lamp not in answer


def test_the_one_in_hand_is_meant_if_it_is_among_those_pointed_at(world: World) -> None:
    _, second = brought(world, GRANT, SECOND_GRANT)

    assert world.phone(OWNER).say("补贴的事催一下").startswith(f"已替您催办 {second}「")


def test_the_one_in_hand_is_meant_by_words_that_point_at_nothing(world: World) -> None:
    _, lamp = brought(world, GRANT, LAMP)

    assert world.phone(OWNER).say("这件事催一下").startswith(f"已替您催办 {lamp}「")


# --- a subject that only the other has --------------------------------------------------------------


@pytest.mark.parametrize(
    ("matters", "said"),
    [
        ((GRANT, LAMP), "补贴是50万"),
        ((GRANT, LAMP), "补贴材料已经交了"),
        ((POWER, PERMIT), "变压器装上了，谢谢"),
        ((POWER, PERMIT), "变压器型号是S11-630"),
        ((PERMIT, LAMP), "环评的材料交上去了"),
        ((LAMP, GRANT), "路灯有三盏"),
        ((GRANT, LAMP), "对了，补贴是50万"),
    ],
)
def test_words_that_name_the_other_case_go_there(world: World, matters: tuple[str, str], said: str) -> None:
    other, held = brought(world, *matters)

    assert world.phone(OWNER).say(said).startswith(f"已记到 {other}「")

    assert (words(world, other)[-1], words(world, held)) == (said, [matters[1]])


@pytest.mark.parametrize(
    "said",
    ["合同是前年签的", "图片晚点发过来", "一年多了", "路灯杆上的补贴牌子", "还有补贴的表", "这个先放一放"],
)
def test_words_that_share_no_subject_with_the_other_stay(world: World, said: str) -> None:
    _, held = brought(world, GRANT, LAMP)

    assert world.phone(OWNER).say(said).startswith(f"已记到 {held}「")


def test_words_that_name_two_others_stay(world: World) -> None:
    *_, held = brought(world, GRANT, SECOND_GRANT, LAMP)

    assert world.phone(OWNER).say("补贴是50万").startswith(f"已记到 {held}「")


@pytest.mark.parametrize("said", ["补贴还要等多久", "补贴咋整了", "补贴有消息没"])
def test_shown_is_the_case_that_is_named(world: World, said: str) -> None:
    other, _ = brought(world, GRANT, LAMP)

    assert world.phone(OWNER).say(said).startswith(f"{other}「高新")
    assert tickets(world) == 2


@pytest.mark.parametrize("said", ["还要多久", "咋整了"])
def test_question_that_names_none_shows_all(world: World, said: str) -> None:
    numbers = brought(world, GRANT, LAMP)

    answer = world.phone(OWNER).say(said)

    assert all(number in answer for number in numbers)


def test_urged_is_the_case_that_is_named(world: World) -> None:
    other, _ = brought(world, GRANT, LAMP)

    assert world.phone(OWNER).say("补贴快点").startswith(f"已替您催办 {other}「")


# --- a subject that no open case has ------------------------------------------------------------------

ROAD, OWED = "厂门口那条路坑坑洼洼，货车进不来，没人修", "给甲方供的货，尾款三十万拖了一年，催了也没人给"


@pytest.mark.parametrize("said", ["那个欠款的事催一下", "商标的事催一下", "欠款的事咋样了"])
def test_nothing_is_logged_on_a_case_that_is_not_about_it(world: World, said: str) -> None:
    road, owed = brought(world, ROAD, OWED)
    world.phone(OWNER).say(f"撤回 {owed}")

    answer = world.phone(OWNER).say(said)

    assert answer.startswith("您说的这件不在您的在办诉求里")
    assert f"进度 {road}" in answer
    assert "urge" not in verbs(world, road)


@pytest.mark.parametrize(
    "said", ["路的事催一下", "修路那个催一下", "催一下", "电话的事催一下", "这件事催一下"]
)
def test_only_case_is_urged_by_words_that_fit_it(world: World, said: str) -> None:
    [road] = brought(world, ROAD)

    assert world.phone(OWNER).say(said).startswith(f"已替您催办 {road}「")


@pytest.mark.parametrize("said", ["路的事找了城管没人理", "修路的事没人管"])
def test_reproach_about_the_road_are_not_filed_on_the_debt(world: World, said: str) -> None:
    road, owed = brought(world, ROAD, OWED)

    assert world.phone(OWNER).say(said).startswith(f"已替您催办 {road}「")
    assert words(world, owed) == [OWED]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("催了财务也没人理", "已替您催办"),
        ("合同是前年签的", "已记到"),
        ("对方说路上堵车，明天给", "已记到"),
    ],
)
def test_words_about_the_debt_stay(world: World, said: str, answer: str) -> None:
    road, owed = brought(world, ROAD, OWED)

    assert world.phone(OWNER).say(said).startswith(f"{answer} {owed}「")
    assert (words(world, road), words(world, owed)[-1]) == ([ROAD], said)


# --- not this one ----------------------------------------------------------------------------------


def test_words_of_another_case_go_there_with_one_tap(world: World) -> None:
    first, second, held = brought(world, GRANT, PERMIT, LAMP)
    owner = world.phone(OWNER)
    owner.say("材料上周补过一次")

    asked = owner.say("不是这件事")

    assert asked.startswith(f"好，刚才的话不算在 {held}「")
    assert tickets(world) == 3
    assert words(world, held) == [LAMP]
    assert second in asked
    assert owner.tap(first).startswith(f"已记到 {first}「")
    assert words(world, first) == [GRANT, "材料上周补过一次"]
    a_minute_later(world)
    assert (verbs(world, held), world.unsettled()) == (["submit"], 0)


def test_words_of_none_of_them_are_a_case_of_their_own(world: World) -> None:
    brought(world, GRANT, LAMP)
    owner = world.phone(OWNER)
    owner.say("电线杆也歪了")
    owner.say("不是这件事")

    number = number_in(owner.tap("不是这件，另立新诉求"))

    assert (words(world, number), tickets(world)) == (["电线杆也歪了"], 3)
    assert world.unsettled() == 0


@pytest.mark.parametrize(("said", "opened"), [("第一个", 0), ("都不是", 1)])
def test_choice_in_words(world: World, said: str, opened: int) -> None:
    first, _ = brought(world, GRANT, LAMP)
    owner = world.phone(OWNER)
    owner.say("电线杆也歪了")
    owner.say("不是这件事")

    owner.say(said)

    assert tickets(world) == 2 + opened
    assert len(words(world, first)) == 2 - opened


def test_words_that_nobody_places_go_to_the_likeliest_in_the_end(world: World) -> None:
    other, held = brought(world, GRANT, LAMP)
    owner = world.phone(OWNER)
    owner.say("电线杆也歪了")
    owner.say("不是这件事")

    world.advance(minutes=31)
    world.strike()

    assert (words(world, other)[1:], words(world, held)[1:]) == (["电线杆也歪了"], [])
    assert world.unsettled() == 0


def test_last_words_are_taken_back(world: World) -> None:
    (number,) = brought(world, LAMP)
    owner = world.phone(OWNER)
    owner.say("一共有三盏")

    assert owner.say("上面那条不算").startswith("好，刚才那句不算")

    assert words(world, number) == [LAMP]
