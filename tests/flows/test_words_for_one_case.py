"""A wrong number never reaches a stranger: words that name another case go there, or nowhere until it is clear."""

from collections.abc import Iterator

import pytest

from models.actions import roster
from models.rules.numbers import ticket_id_of
from tests.flows.owning import another_enterprise, words
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

POWER_CUT = "新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万"
ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


class Desk:
    """A leader with two enterprises, each with a case; the first enterprise's is in hand."""

    def __init__(self, world: World) -> None:
        self.world = world
        firm = another_enterprise(world, "沈阳榆树湾电气有限公司", "o-elm")
        with world.database.transaction() as session:
            leader = world.roster.officials["leader"]
            roster.pair(session, enterprise_id=firm, official_id=leader, now=world.clock())
        self.cedar, self.elm, self.leader = world.phone(OWNER), world.phone("o-elm"), world.phone(LEADER)
        self.leader.say("待办")
        self.held = number_in(self.cedar.say(ARREARS))
        self.other = number_in(self.elm.say(POWER_CUT))
        for number in (self.other, self.held):
            self.leader.say(f"受理 {number}")
        for phone in (self.cedar, self.elm, self.leader):
            phone.silence()
        assert ticket_id_of("1030") is None
        self.mistyped = self.held[:-1] + str((int(self.held[-1]) + 1) % 10)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("{other} 榆树湾下周三送电", "榆树湾下周三送电"),
        ("{other}：供电局答应下周三", "供电局答应下周三"),
        ("回{other} 供电局答应下周三", "供电局答应下周三"),
        ("编号{other}，供电局答应下周三", "供电局答应下周三"),
        ("供电局答应{other}下周三送电", "供电局答应{other}下周三送电"),
    ],
)
def test_words_that_name_another_case_go_to_that_case(desk: Desk, words: str, sent: str) -> None:
    said = desk.leader.say(words.format(other=desk.other))

    assert said.startswith(f"已转给沈阳榆树湾电气有限公司（{desk.other}）")
    [heard] = desk.elm.silence()
    assert sent.format(other=desk.other) in heard
    assert desk.cedar.silence() == []


def test_words_that_name_another_case_wait_and_can_be_taken_back(world_with_hold: World) -> None:
    desk = Desk(world_with_hold)

    said = desk.leader.say(f"{desk.other}：供电局答应下周三")

    assert said.startswith(f"这句2分钟后转给沈阳榆树湾电气有限公司（{desk.other}）。\n撤回")
    assert "已撤回" in desk.leader.tap("撤回")
    world_with_hold.advance(minutes=3)
    assert desk.elm.silence() == desk.cedar.silence() == []


@pytest.fixture
def world_with_hold(sqlite_url: str) -> Iterator[World]:
    with World.running(sqlite_url, hold=120) as running:
        yield running


@pytest.mark.parametrize(
    "words", ["{n} 供电局答应了", "{n}供电局答应了", "回复 {n}供电局答应了", "进展 {n}供电局答应了", "{n}"]
)
def test_mistyped_number_sends_nothing_and_asks(desk: Desk, words: str) -> None:
    said = desk.leader.say(words.format(n=desk.mistyped))

    assert said.startswith(f"您手头没有编号 {desk.mistyped}（可能打错了），这句没有发给任何企业")
    assert desk.cedar.silence() == desk.elm.silence() == []


def test_words_with_a_mistyped_number_are_kept_and_one_tap_sends_them(desk: Desk) -> None:
    desk.leader.say(f"{desk.mistyped} 下周三付清")
    assert desk.leader.tap(f"发给{desk.held} 沈阳云杉里精密机…").startswith("已转给沈阳云杉里精密机械")
    [heard] = desk.cedar.silence()
    assert "下周三付清" in heard
    assert desk.mistyped not in heard


def test_number_of_another_desk_is_as_one_that_does_not_exist(desk: Desk) -> None:
    foreign = number_in(desk.world.phone("o-somebody").say("办食品经营许可证，窗口让我跑了四趟还没办下来"))
    said = desk.leader.say(f"{foreign} 明天给您答复")
    assert said.startswith(f"您手头没有编号 {foreign}")
    assert desk.cedar.silence() == desk.elm.silence() == desk.world.phone("o-somebody").silence() == []


@pytest.mark.parametrize(
    "said", ["榆树湾那个，供电局答应下周三", "回复榆树湾 供电局答应下周三", "回复 榆树湾 供电局答应下周三"]
)
def test_name_of_another_enterprise_asks_and_one_tap_sends(desk: Desk, said: str) -> None:
    asked = desk.leader.say(said)
    assert asked.startswith("这句没有发给任何企业，先替您留着。是给哪一件的？")
    assert desk.cedar.silence() == desk.elm.silence() == []

    assert desk.leader.tap(f"发给{desk.other} 沈阳榆树湾电气有…").startswith("已转给沈阳榆树湾电气")
    [heard] = desk.elm.silence()
    assert "供电局答应下周三" in heard
    assert "榆树湾那个" not in heard
    assert desk.cedar.silence() == []


@pytest.mark.parametrize(
    "said", ["变压器的事已经跟电力公司说了", "大连那家的变压器下周就装", "大连那家下周有消息"]
)
def test_words_about_the_other_case_ask_and_one_tap_sends(desk: Desk, said: str) -> None:
    asked = desk.leader.say(said)
    assert asked.startswith("这句没有发给任何企业，先替您留着。是给哪一件的？")
    assert desk.cedar.silence() == desk.elm.silence() == []

    assert desk.leader.tap(f"发给{desk.other} 沈阳榆树湾电气有…").startswith("已转给沈阳榆树湾电气")
    [heard] = desk.elm.silence()
    assert said in heard
    assert desk.cedar.silence() == []


@pytest.mark.parametrize(
    "said", ["管委会答应月底前付尾款", "下周就给您消息", "跟管委会说了，大连那边也是这么办的"]
)
def test_words_about_the_case_in_hand_are_sent(desk: Desk, said: str) -> None:
    assert desk.leader.say(said).startswith(f"已转给沈阳云杉里精密机械有限公司（{desk.held}）")
    [heard] = desk.cedar.silence()
    assert said in heard


def test_words_for_both_are_kept_without_the_address(desk: Desk) -> None:
    asked = desk.leader.say("两家都回一下：在办，下周有消息")
    assert "没有发给任何企业" in asked
    assert desk.held in asked
    assert desk.other in asked
    assert desk.cedar.silence() == desk.elm.silence() == []

    desk.leader.tap("每件都发")
    for phone in (desk.cedar, desk.elm):
        [heard] = phone.silence()
        assert "在办，下周有消息" in heard
        assert "两家" not in heard


def test_number_of_one_case_and_name_of_another_asks(desk: Desk) -> None:
    said = desk.leader.say(f"{desk.held} 榆树湾下周三送电")
    assert said.startswith("这句没有发给任何企业")
    assert desk.cedar.silence() == desk.elm.silence() == []


def test_own_number_and_amounts_go_to_the_case_in_hand(desk: Desk) -> None:
    for said in (
        f"{desk.held} 尾款下周付",
        "已付5000元",
        "2026年12月1日前付清",
        "有事请打12345",
        "云杉里的款下周付",
    ):
        assert desk.leader.say(said).startswith(f"已转给沈阳云杉里精密机械有限公司（{desk.held}）"), said
    assert desk.elm.silence() == []


def test_account_of_one_case_is_not_written_into_another(desk: Desk) -> None:
    desk.leader.say(f"办结 {desk.held}")
    said = desk.leader.say(f"{desk.other} 已经送电")
    assert said.startswith("这句没有发给任何企业")
    assert "已经送电" not in words(desk.world, desk.held)
    assert "已办结" in desk.leader.tap(f"写入办结{desk.other} 沈阳榆树湾电气有…")
    assert "已经送电" in desk.elm.silence()[0]


BOTH = [
    "{held}、{other}这两件今天都去现场",
    "{held} {other} 都在办",
    "给{held}说一声，{other}也说一声，下周办",
    "回复 {held}、{other} 下周办",
]


@pytest.mark.parametrize("said", BOTH)
def test_sentence_that_names_two_enterprises_goes_to_neither(desk: Desk, said: str) -> None:
    asked = desk.leader.say(said.format(held=desk.held, other=desk.other))

    assert asked.startswith("这句提到了2件，没有发给任何企业：各家看不到别家的编号。")
    assert desk.cedar.silence() == desk.elm.silence() == []
    assert desk.leader.tap("每件都发").count("已转给") == 2
    for phone, number in ((desk.cedar, desk.other), (desk.elm, desk.held)):
        [heard] = phone.silence()
        assert number not in heard


def test_sentence_that_names_two_enterprises_goes_to_one_with_one_tap(desk: Desk) -> None:
    desk.leader.say(f"{desk.held}、{desk.other}这两件今天都去现场")
    desk.leader.tap(f"发给{desk.other} 沈阳榆树湾电气有…")
    [heard] = desk.elm.silence()
    assert "今天都去现场" in heard
    assert desk.held not in heard
    assert desk.cedar.silence() == []


@pytest.mark.parametrize(
    "said", ["和{other}一样，{held}下周也能办", "回复 {held} 和{other}一样，下周办", "进展 {held} 同{other}"]
)
def test_number_of_another_enterprise_inside_a_sentence_is_shown_to_nobody(desk: Desk, said: str) -> None:
    asked = desk.leader.say(said.format(held=desk.held, other=desk.other))
    assert asked.startswith("这句提到了几家的编号，没有发给任何企业")
    assert desk.cedar.silence() == desk.elm.silence() == []


def test_two_numbers_of_which_one_is_mistyped_go_to_nobody(desk: Desk) -> None:
    asked = desk.leader.say(f"{desk.other}、{desk.mistyped}这两件下周办")
    assert asked.startswith(f"您手头没有编号 {desk.mistyped}")
    assert desk.cedar.silence() == desk.elm.silence() == []


def test_two_cases_of_one_enterprise_may_be_named_in_one_sentence(desk: Desk) -> None:
    second = number_in(desk.cedar.say("新诉求 我们的发明专利被人仿制，投诉后没有人管"))
    desk.leader.say(f"受理 {second}")
    desk.leader.say(f"详情 {desk.held}")
    desk.cedar.silence()
    assert desk.leader.say(f"回复 {desk.held} 和{second}一起下周办").startswith("已转给沈阳云杉里")
