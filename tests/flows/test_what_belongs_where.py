"""Which case an enterprise's words belong to when it says no number: never a ticket of a fragment."""

import pytest
from sqlalchemy import func, select

from models.tables import Inbox, Message, Ticket
from tests.flows.owning import ARREARS, BRAND, POWER, a_minute_later, case, words
from tests.flows.reading import number_in
from tests.flows.test_pictures_and_voices import send_picture
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World


def tickets(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def accepted(world: World, *matters: str) -> list[str]:
    """Bring cases and have them accepted; none is in hand afterwards."""
    numbers = [number_in(world.phone(OWNER).say(f"新诉求 {matter}")) for matter in matters]
    for number in numbers:
        world.phone(LEADER).say(f"受理 {number}")
    world.advance(minutes=15)
    return numbers


# --- an official has asked -----------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["2023年6月签的", "有的，盖了章", "合同在财务那"])
def test_answer_to_a_question_of_the_official_goes_to_its_case(world: World, answer: str) -> None:
    owner = world.phone(OWNER)
    asked, other = accepted(world, ARREARS, BRAND)
    world.advance(hours=2)
    world.phone(LEADER).say(f"回复 {asked} 请问合同是哪年签的？")
    world.advance(minutes=15)

    assert owner.say(answer).startswith(f"已记到 {asked}「给开发区")

    assert (words(world, asked)[-1], words(world, other)) == (answer, [BRAND])
    assert tickets(world) == 2


def test_picture_the_official_asked_for_goes_to_its_case(world: World) -> None:
    asked, _ = accepted(world, ARREARS, BRAND)
    world.phone(LEADER).say(f"回复 {asked} 请拍合同首页")
    world.advance(minutes=15)

    send_picture(world.phone(OWNER))

    assert len(words(world, asked)) == 3
    assert tickets(world) == 2


def test_question_asked_after_the_last_words_is_answered_before_them(world: World) -> None:
    owner = world.phone(OWNER)
    asked, shown = accepted(world, ARREARS, BRAND)
    owner.say(f"进度 {shown}")
    world.advance(minutes=1)
    world.phone(LEADER).say(f"回复 {asked} 请问合同是哪年签的？")
    world.advance(minutes=3)

    assert owner.say("2023年6月签的").startswith(f"已记到 {asked}「")


def test_words_that_may_still_be_taken_back_have_asked_nothing(world: World) -> None:
    owner = world.phone(OWNER)
    asked, shown = accepted(world, ARREARS, BRAND)
    world.phone(LEADER).say(f"回复 {asked} 请问合同是哪年签的？")
    owner.say(f"进度 {shown}")

    assert owner.say("2023年6月签的").startswith(f"已记到 {shown}「")


def test_new_matter_after_a_question_is_a_case_of_its_own(world: World) -> None:
    (asked,) = accepted(world, ARREARS)
    world.phone(LEADER).say(f"回复 {asked} 请问合同是哪年签的？")
    world.advance(minutes=15)

    assert number_in(world.phone(OWNER).say("我这边还有另外一个事，我们办消防验收卡了俩月")) != asked


# --- nothing is in hand --------------------------------------------------------------------------

FRAGMENTS = (
    "今天又去问了，还是没说法",
    "找谁都说不知道",
    "合同编号HT-2023-88",
    "对方说月底给",
    "他们让我找财政局",
    "电话我没接到",
    "什么时候打钱",
    "资料放在前台了",
)


def test_remarks_of_an_angry_contractor_go_to_the_only_case(world: World) -> None:
    (number,) = accepted(world, ARREARS)
    for said in FRAGMENTS:
        answer = world.phone(OWNER).say(said)
        assert answer.startswith(f"已记到 {number}「"), said
        assert answer.endswith("不是这件事"), said
        world.advance(minutes=11)
    assert tickets(world) == 1
    assert number_in(world.phone(OWNER).tap("不是这件事")) != number


def test_picture_goes_to_the_only_case(world: World) -> None:
    (number,) = accepted(world, ARREARS)

    send_picture(world.phone(OWNER))

    assert len(words(world, number)) == 2
    assert tickets(world) == 1


def test_colleague_without_a_case_of_their_own_adds_to_the_only_one(world: World) -> None:
    (number,) = accepted(world, ARREARS)

    assert world.phone(PARTNER).say("资料放在前台了").startswith(f"已记到 {number}「")
    assert number_in(world.phone(PARTNER).say(POWER)) != number


@pytest.mark.parametrize(
    "matter",
    [
        POWER,
        BRAND,
        "消防验收材料退回三次，每次说的都不一样",
        "楼上房东突然涨租金还要赶我们走，合同没到期",
        "城管天天来罚款，门头不让挂",
        "招不到工人，缺二十个焊工",
        "专利被侵权了",
        "缺流动资金，想申请贷款",
    ],
)
def test_new_request_stays_a_ticket_beside_an_open_case(world: World, matter: str) -> None:
    (number,) = accepted(world, ARREARS)

    assert number_in(world.phone(OWNER).say(matter)) != number


def test_what_may_be_either_is_asked_with_both_taps(world: World) -> None:
    owner = world.phone(OWNER)
    (number,) = accepted(world, ARREARS)

    answer = owner.say("拆墙的时候把我们的货压坏了")

    assert answer.startswith(f"您说的是哪一件？点一下就记上：\n{number} 给开发区")
    assert answer.endswith("不是这件，另立新诉求")
    assert tickets(world) == 1
    new = number_in(owner.tap("不是这件，另立新诉求"))
    assert words(world, new) == ["拆墙的时候把我们的货压坏了"]


# --- several cases, and words that wait ----------------------------------------------------------


def outcomes(world: World) -> list[str | None]:
    with world.database.reading() as session:
        return list(session.scalars(select(Inbox.outcome).order_by(Inbox.id)))


def test_fragment_with_several_cases_is_kept_until_a_tap(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = accepted(world, ARREARS, BRAND, POWER)

    answer = owner.say("资料已经放在前台了，找谁都说不知道")

    assert all(f"{number} " in answer for number in numbers)
    assert answer.endswith("不是这件，另立新诉求")
    assert owner.tap(numbers[1]).startswith(f"已记到 {numbers[1]}「网上有人")
    assert words(world, numbers[1])[-1] == "资料已经放在前台了，找谁都说不知道"
    assert tickets(world) == 3


def test_number_typed_says_to_which(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = accepted(world, ARREARS, BRAND)
    owner.say("资料放在前台了")
    send_picture(owner)

    assert owner.say(numbers[0]).startswith(f"已记到 {numbers[0]}「")

    assert words(world, numbers[0])[1:] == ["资料放在前台了", ""]
    assert outcomes(world)[-3:] == ["follow_up"] * 3
    assert owner.say(numbers[0]).startswith(f"{numbers[0]}「")


@pytest.mark.parametrize(
    ("said", "place"), [("第一个", 1), ("第二件", 0), ("不是这件事", None), ("都不是", None)]
)
def test_words_say_to_which(world: World, said: str, place: int | None) -> None:
    owner = world.phone(OWNER)
    numbers = accepted(world, ARREARS, BRAND)
    owner.say("资料放在前台了")

    answer = owner.say(said)

    found = number_in(answer) if place is None else numbers[place]
    assert words(world, found)[-1] == "资料放在前台了"
    assert tickets(world) == (3 if place is None else 2)


def test_words_that_wait_go_with_the_next_that_are_plain(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = accepted(world, ARREARS, BRAND)
    send_picture(owner)
    assert owner.say("资料放在前台了").startswith("您说的是哪一件？")

    assert owner.say("开发区管委会说厂区道路的尾款月底给").startswith(f"已记到 {numbers[0]}「")

    assert sorted(words(world, numbers[0])[1:]) == sorted(
        ["", "资料放在前台了", "开发区管委会说厂区道路的尾款月底给"]
    )


def test_words_that_wait_become_a_new_case_by_the_tap(world: World) -> None:
    owner = world.phone(OWNER)
    accepted(world, ARREARS, BRAND)
    send_picture(owner)
    owner.say("资料放在前台了")

    new = number_in(owner.tap("不是这件，另立新诉求"))

    assert case(world, new).title == "资料放在前台了"
    a_minute_later(world)
    assert sorted(words(world, new)) == ["", "资料放在前台了"]
    with world.database.reading() as session:
        assert session.scalars(select(Message.id).where(Message.gathered_until.is_not(None))).all() == []


# --- another matter told in the same breath ------------------------------------------------------


@pytest.mark.parametrize(
    "matter",
    [
        "另外我们厂变压器增容报了三个月还排不上",
        "还有个事，税务局退税半年没到账",
        "对了，我们商标被人假冒了，投诉没人管",
        "再说一个，冷库用地规划许可证办了半年没批",
        "第二个事，贷款500万银行不批",
        "还想反映一下我们的专利被侵权的事",
        "法院判决下来一年了一直执行不了",
        "楼上房东突然涨租金还要赶我们走，合同没到期",
        "城管天天来罚款，门头不让挂",
    ],
)
def test_another_matter_told_at_once_is_a_case_of_its_own(world: World, matter: str) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))

    other = number_in(owner.say(matter))

    assert words(world, first) == [ARREARS]
    assert words(world, other) == [matter]
    assert case(world, other).title in matter
    assert not case(world, other).title.startswith(("另外", "还有", "对了", "再说", "第二", "还想"))


@pytest.mark.parametrize(
    "matter",
    [
        "开发区那个招标明显是围标，我们投诉没人理",
        "供应商发来的货质量有问题，不给退",
        "我们的货在路上被人扣了说不清",
    ],
)
def test_what_may_be_another_matter_is_gathered_with_both_taps(world: World, matter: str) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))

    answer = owner.say(matter)

    assert answer.startswith(f"已记到 {first}「")
    assert answer.endswith("不是这件事　就是这件事")
    assert owner.tap("就是这件事").startswith(f"好，{first}「给开发区")
    assert number_in(owner.tap("不是这件事")) != first


@pytest.mark.parametrize(
    "said", ["另外合同也签了", "停一天损失好几万", "我们已经去法院起诉了，判决也下来了", "对了还有验收单"]
)
def test_more_of_the_same_matter_stays_with_it(world: World, said: str) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))

    assert owner.say(said).startswith(f"已记到 {first}「")


@pytest.mark.parametrize(
    "said",
    ["税务局来查账说要罚款", "厂房漏雨房东不修", "城管天天来罚款", "领导又来厂里了"],
)
def test_few_words_out_of_the_blue_are_asked_about_where_they_may_be_another_matter(
    world: World, said: str
) -> None:
    owner = world.phone(OWNER)
    (number,) = accepted(world, ARREARS)
    world.advance(days=12)

    answer = owner.say(said)

    assert answer.startswith(f"您说的是哪一件？点一下就记上：\n{number} 给开发区")
    assert tickets(world) == 1


# --- found on the phones of people who are angry, old or busy ------------------------------------


def test_denial_that_names_the_sum_of_the_case_is_about_it(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 钱已经拨付")
    owner.say("没解决 只是嘴上说说")

    assert owner.say("银行流水上没有，320万一分没到").startswith(f"已记到 {number}「")

    assert tickets(world) == 1


@pytest.mark.parametrize("said", ["三天了没人理我，你们是不是骗子", "等了半个月没人联系，是不是骗子"])
def test_reproach_in_several_clauses_urges_and_opens_no_case(world: World, said: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say(said).startswith(f"已替您催办 {number}「")

    assert tickets(world) == 1


@pytest.mark.parametrize("said", ["正在办", "我们还在办", "在弄了"])
def test_who_says_that_they_are_about_it_urges_nobody(world: World, said: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say(said).startswith(f"已记到 {number}「")


def test_matter_announced_in_a_run_on_is_one_of_its_own(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(POWER))

    other = number_in(owner.say("还有一个事就是银行那个贷款今年不给续了说我们年龄大了"))

    assert other != number
    assert words(world, number) == [POWER]
