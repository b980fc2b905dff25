"""Somebody poses as ours: with a forged number, at the door, or with four digits; and what comes of the lead."""

import pytest

from tests.flows.owning import words
from tests.flows.telephones import RIVALS, STRANGE, SUPERVISOR, Town, phrase_in, read_all
from tests.roster import AIDE, LEADER, OWNER
from tests.world import World

LEADERS = "13840003059"


def called(world: World) -> tuple[Town, str, str]:
    """Return the town, the number and the first phrase of a case whose announced call is on right now."""
    town = Town.of(world)
    number = town.case()
    phrase = phrase_in(world.phone(LEADER).say(f"约电话 {number} 今天下午3点"))
    read_all(world.phone(OWNER))
    world.advance(hours=5)
    world.phone(SUPERVISOR).say("待办")
    return town, number, phrase


@pytest.mark.parametrize(
    "said",
    [
        f"这个号码是不是你们的 {LEADERS}",
        "138-4000-3059 这个号是你们的吗",
        f"帮我查一下{LEADERS}",
        f"{LEADERS} 是安省长吗",
    ],
)
def test_question_about_a_number_is_checked_whatever_is_in_hand(world: World, said: str) -> None:
    town = Town.of(world)
    town.case()

    assert world.phone(OWNER).say(said).startswith("尾号3059：是副省长 安予诚登记的号码")

    assert (len(town.asked()), len(town.get("/tickets")["items"])) == (1, 1)


@pytest.mark.parametrize("said", ["我接到一个省里的电话", "有人冒充你们给我打电话", "有人冒充省领导"])
def test_doubt_without_a_number_is_asked_for_it(world: World, said: str) -> None:
    assert world.phone(OWNER).say(said).startswith("请把来电号码发过来")


@pytest.mark.parametrize(
    "said", ["安予诚的手机号是多少", "安省长电话多少？", "安予诚是谁", "安省长是你们的人吗"]
)
def test_who_asks_about_an_official_hears_what_may_be_said(world: World, said: str) -> None:
    town = Town.of(world)
    number = town.case()

    answer = world.phone(OWNER).say(said)

    assert answer.startswith("副省长 安予诚是您的责任领导（")
    assert "3059" in answer
    assert LEADERS not in answer
    assert len(words(world, number)) == 1


@pytest.mark.parametrize("said", ["有个叫安予诚的加我微信", "刚才有个叫王大力的加我微信"])
def test_name_that_somebody_gave_is_doubted_and_filed_nowhere(world: World, said: str) -> None:
    number = Town.of(world).case()

    assert "请把来电号码发过来" in world.phone(OWNER).say(said)

    assert len(words(world, number)) == 1


@pytest.mark.parametrize(
    "said", ["王经理的电话是13912345678", "有个叫李强的欠我们货款", "对方负责人叫安平，电话打不通"]
)
def test_other_names_are_told_on_the_case(world: World, said: str) -> None:
    number = Town.of(world).case()

    world.phone(OWNER).say(said)

    assert words(world, number)[-1] == said


def test_own_number_is_no_check(world: World) -> None:
    town = Town.of(world)
    number = town.case()

    assert world.phone(OWNER).say(f"我的电话是{LEADERS}").startswith(f"已记到 {number}「")

    assert town.asked() == []


@pytest.mark.parametrize(
    "said",
    [
        f"号码是{LEADERS}，但是暗语对不上，说是安省长让我先打2万手续费",
        f"核验 {LEADERS} 让我加微信发身份证",
        f"{LEADERS}打来的，让我点链接",
        "刚来电话了，暗语说不对，是尾号3059",
        "刚才那个电话，暗语说错了",
    ],
)
def test_forged_number_in_the_announced_window_is_not_confirmed(world: World, said: str) -> None:
    town, number, phrase = called(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)

    answer = owner.say(said)
    assert answer.startswith("请立即挂断，不要照做。")
    assert "不管谁来电，都不要转账，不要报验证码、密码。" in answer
    assert "正是约好的来电" not in answer
    assert phrase not in answer

    [asked] = town.asked()
    assert asked.lead_id == 1
    assert asked.official_id == town.officials["leader"]
    heard = read_all(world.phone(SUPERVISOR))
    assert "可疑来电线索 1" in heard
    assert "显示的是副省长 安予诚的号码，疑似冒用" in heard
    assert LEADERS not in heard

    new = phrase_in(read_all(owner))
    assert new != phrase
    assert new in answer
    told = read_all(leader)
    assert "有人冒用您的名义给沈阳云杉里精密机械有限公司打电话" in told
    assert phrase_in(told.split("新")[-1]) == new
    [_, (verb, data)] = town.events(number, "announce_call", "answer_call")
    assert (verb, data["answer"]) == ("answer_call", "doubted")
    assert len(town.get("/tickets")["items"]) == 1


def test_wrong_phrase_is_a_lead_although_no_call_was_announced(world: World) -> None:
    town = Town.of(world)
    town.case()
    world.phone(SUPERVISOR).say("待办")
    answer = world.phone(OWNER).say("刚才有人来电话，暗语说不上来")
    assert answer.startswith("请立即挂断，不要照做。")
    assert [row.lead_id for row in town.asked()] == [1]
    assert "可疑来电线索 1" in read_all(world.phone(SUPERVISOR))
    assert read_all(world.phone(LEADER)) == ""


def test_leader_of_others_hears_that_his_number_was_used_but_not_at_whose(world: World) -> None:
    town = Town.of(world)
    town.case()
    rival = world.phone("o-rival")
    rival.say("待办")
    world.phone(OWNER).say(f"{RIVALS}打给我，让我交保证金")
    heard = read_all(rival)
    assert "有人冒用您的名义给一家企业打电话（尾号8541" in heard
    assert "云杉里" not in heard
    assert "保证金" not in heard


@pytest.mark.parametrize(
    "said", [f"刚才{LEADERS}打来，是本人吗", f"{LEADERS}打给我的，他没让我转账，是真的吗"]
)
def test_announced_call_is_confirmed_with_the_safety_line(world: World, said: str) -> None:
    _, _, phrase = called(world)
    answer = world.phone(OWNER).say(said)
    assert "正是约好的来电" in answer
    assert phrase in answer
    assert answer.endswith("不管谁来电，都不要转账，不要报验证码、密码。")


@pytest.mark.parametrize(
    "said",
    [
        "有个0411-82345678打给我说是省营商局的，让我加微信",
        "昨天有个人说是省里包保领导，我给拉黑了",
        "１３９１１１１２２２２",
        "13911112222",
        "13911112222自称市长秘书",
        "有人上门说是省里派来的，要看账本",
    ],
)
def test_word_of_a_caller_is_no_ticket(world: World, said: str) -> None:
    town = Town.of(world)
    answer = world.phone(OWNER).say(said)
    assert "收到，编号" not in answer
    assert "不要转账" in answer
    assert town.get("/tickets")["items"] == []


def test_unknown_number_that_rang_is_a_lead(world: World) -> None:
    town = Town.of(world)
    world.phone(OWNER).say("有个0411-82345678打给我说是省营商局的，让我加微信")
    assert [(row.tail, row.verdict, row.lead_id) for row in town.asked()] == [("5678", "unknown", 1)]


def test_number_of_their_own_goes_to_the_official_who_asked_for_it(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say(f"回复 {number} 请留个联系电话，我让专班跟您对接")
    owner.news()
    owner.say(STRANGE)
    assert town.asked() == []
    world.advance(minutes=5)
    world.strike()
    assert STRANGE in read_all(leader)


def test_own_number_in_a_request_is_no_caller(world: World) -> None:
    Town.of(world)
    answer = world.phone(OWNER).say("厂区道路工程尾款一直不给，管委会说是没钱，我的手机13911112222")
    assert answer.startswith("收到，编号")


def test_stranger_at_the_door_has_an_answer_of_its_own(world: World) -> None:
    town = Town.of(world)
    world.phone(SUPERVISOR).say("待办")
    answer = world.phone(OWNER).say("有人上门说是省里派来的，要看账本")
    assert answer.startswith("没有在这里预约过的上门，先不要让对方看账本、公章和电脑")
    assert "请把来电号码发过来" not in answer
    assert "可疑来电线索 1" in read_all(world.phone(SUPERVISOR))
    assert [row.lead_id for row in town.asked()] == [1]


def test_four_digits_are_compared_and_never_confirmed(world: World) -> None:
    town = Town.of(world)
    town.case()
    owner = world.phone(OWNER)
    for said in ("核验 3059", "核验 尾号3059"):
        answer = owner.say(said)
        assert answer.startswith("尾号3059与副省长 安予诚登记的尾号相同，但只看四位认不出真假")
        assert "请把完整号码发过来" in answer
    assert owner.say("核验 8541").startswith("尾号8541与您的责任领导、约好的来电都对不上")
    assert town.asked() == []


def test_finding_has_a_cause_and_keeps_to_manners(world: World) -> None:
    town = Town.of(world)
    town.case()
    owner, supervisor, aide = (world.phone(each) for each in (OWNER, SUPERVISOR, AIDE))
    supervisor.say("待办")
    aide.say("待办")
    owner.say("免打扰 18:00-10:00")
    owner.say(f"核验 {STRANGE}")
    world.advance(hours=9)
    supervisor.say("线索 1 诈骗")
    assert "线索 1" not in read_all(owner)
    world.advance(hours=15, minutes=10)
    world.strike()
    assert "经督查核实是诈骗" in read_all(owner)
    [found] = [row for row in world.outbox() if row.kind == "lead_decided"]
    assert found.verification_id == town.asked()[0].id
    assert found.rang_for is not None
    assert "打扰您1次" in owner.say("今天有没有人来烦我")


def test_who_wants_to_hear_nothing_hears_of_a_finding_when_they_write(world: World) -> None:
    Town.of(world)
    owner, supervisor = world.phone(OWNER), world.phone(SUPERVISOR)
    supervisor.say("待办")
    owner.say("免打扰 每天0条")
    owner.say(f"核验 {STRANGE}")
    world.advance(hours=2)
    supervisor.say("线索 1 诈骗")
    assert "线索 1" not in read_all(owner)
    owner.say("你好")
    assert "经督查核实是诈骗" in read_all(owner)


@pytest.mark.parametrize(
    "said", ["他让我转钱", "那人让我先转两万手续费", "对方要我的验证码", "说是要我们交保证金"]
)
@pytest.mark.parametrize("before", [f"核验 {STRANGE}", "刚才有人打电话说是省里的"])
def test_what_the_caller_wanted_is_no_matter_of_a_case(world: World, before: str, said: str) -> None:
    town = Town.of(world)
    number = town.case()
    world.phone(SUPERVISOR).say("待办")
    owner = world.phone(OWNER)
    owner.say(before)
    answer = owner.say(said)
    assert number not in answer
    assert "挂断" in answer
    assert said in read_all(world.phone(SUPERVISOR))


def test_stranger_who_wants_money_is_warned_of_at_once_and_put_to_no_case(world: World) -> None:
    town = Town.of(world)
    number, supervisor = town.case(), world.phone(SUPERVISOR)
    supervisor.say("待办")
    owner = world.phone(OWNER)
    said = "接了个电话说帮我要钱，让我先交手续费"
    assert "挂断" in owner.say(said)
    owner.say("没存号码")
    assert said in read_all(supervisor)
    assert "挂断" in owner.say("有人打电话要我银行卡号")
    assert len(town.get(f"/tickets/{number}/messages")["items"]) == 1
    assert "不收一分钱" in owner.say("你们会要验证码吗")


def test_same_words_of_a_case_stay_its_own(world: World) -> None:
    number = Town.of(world).case()
    assert number in world.phone(OWNER).say("对方让我交保证金")
