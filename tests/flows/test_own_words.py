"""An entrepreneur who knows no command is understood all the same, about the case that is meant."""

import pytest
from sqlalchemy import func, select

from models.rules.numbers import ticket_id_of
from models.tables import Event, Inbox, Ticket
from tests.flows.owning import ARREARS, BRAND, POWER, a_minute_later, case, facts, verbs, words
from tests.flows.reading import number_in
from tests.flows.telephones import Town
from tests.flows.test_refusal_and_appeal import Case
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

TRIPS = "变压器老跳闸，厂里停电好几次了，供电局不来修"


def tickets(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


def outcome(world: World) -> str | None:
    """Return what became of the last push."""
    with world.database.reading() as session:
        return session.scalars(select(Inbox.outcome).order_by(Inbox.id.desc()).limit(1)).first()


def open_case(world: World, matter: str = ARREARS) -> str:
    """Bring a case that is in nobody's hand afterwards."""
    number = number_in(world.phone(OWNER).say(f"新诉求 {matter}"))
    world.advance(minutes=11)
    return number


def done(world: World, number: str) -> str:
    """Have the desk call a case done."""
    if case(world, number).status == "open":
        world.phone(LEADER).say(f"受理 {number}")
    world.phone(LEADER).say(f"办结 {number} 已经办妥了")
    world.advance(minutes=11)
    return number


def written_off(world: World, matter: str = TRIPS) -> str:
    """Have a case confirmed and forgotten for three days."""
    number = done(world, open_case(world, matter))
    world.phone(OWNER).say(f"确认 {number}")
    world.advance(days=3)
    return number


# --- after 办结 ----------------------------------------------------------------------------------


def test_dissent_in_own_words_gives_the_case_back(world: World) -> None:
    owner, number = world.phone(OWNER), open_case(world)
    for said in ("没拿到钱，糊弄人", "还差120万呢", "不行，钱还没到", "一分钱都没给", "这也叫办结？", "骗人"):
        done(world, number)
        assert owner.say(said).startswith(f"好，{number}「给开发区管委会"), said
        assert case(world, number).status == "accepted", said
        assert said in words(world, number)[-1]
    assert tickets(world) == 1


@pytest.mark.parametrize("said", ["不认可", "不同意办结", "不算办完", "根本没给", "钱没到", "敷衍了事"])
def test_each_of_them_is_heard_by_the_owner(world: World, said: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = done(world, open_case(world))
    leader.silence()

    owner.say(said)

    assert said in "\n".join(leader.silence())
    assert (case(world, number).status, tickets(world)) == ("accepted", 1)


def test_dissent_with_two_cases_waiting_is_asked_about_by_name(world: World) -> None:
    owner = world.phone(OWNER)
    first, second = open_case(world), open_case(world, BRAND)
    done(world, first)
    done(world, second)

    answer = owner.say("不认可")

    assert answer.startswith("您说的是哪一件？")
    assert first in answer
    assert second in answer
    assert {case(world, each).status for each in (first, second)} == {"resolved"}
    owner.tap("没解决")
    assert sorted(case(world, each).status for each in (first, second)) == ["accepted", "resolved"]


def test_dissent_that_names_one_of_two_cases_is_about_that_one(world: World) -> None:
    owner = world.phone(OWNER)
    money, brand = open_case(world), open_case(world, BRAND)
    done(world, money)
    done(world, brand)

    owner.say("尾款还没给")

    assert (case(world, money).status, case(world, brand).status) == ("accepted", "resolved")


def test_colleague_is_asked_before_a_case_of_somebody_else_goes_back(world: World) -> None:
    number = done(world, open_case(world))

    answer = world.phone(PARTNER).say("不认可")

    assert answer.startswith(f"您说的是这件吗？点一下就行：\n{number}「给开发区管委会")
    assert case(world, number).status == "resolved"


def test_words_about_something_else_are_asked_and_not_swallowed(world: World) -> None:
    owner = world.phone(OWNER)
    number = done(world, open_case(world, BRAND))

    answer = owner.say("钱没到")

    assert number in answer
    assert "不是这件，另立新诉求" in answer
    assert case(world, number).status == "resolved"
    assert number_in(owner.tap("不是这件，另立新诉求")) != number


def test_other_words_on_a_case_that_waits_ask_for_the_word(world: World) -> None:
    owner = world.phone(OWNER)
    number = done(world, open_case(world))
    owner.say(f"进度 {number}")

    answer = owner.say("合同是前年三月签的")

    assert answer.startswith(f"已记到 {number}「")
    assert "这件等您一句话：解决了　没解决" in answer
    assert "这件等您一句话：" in owner.say("好的")


def test_new_matter_after_a_case_is_done_is_a_case_of_its_own(world: World) -> None:
    owner = world.phone(OWNER)
    number = done(world, open_case(world))
    for matter in (POWER, BRAND, "银行不给续贷，说我们抵押不够，资金链快断了"):
        assert number_in(owner.say(matter)) != number
        world.advance(minutes=11)
    assert case(world, number).status == "resolved"


def test_approval_in_own_words(world: World) -> None:
    owner = world.phone(OWNER)
    number = open_case(world)

    assert "办结后会请您确认" in owner.say("钱到账了，谢谢领导")

    done(world, number)
    for said in ("钱到账了，谢谢领导", "款已收到"):
        assert owner.say(said).startswith("谢谢您告诉我们。是哪一件、解决了没有？"), said
        assert number in owner.say(said)
    assert owner.say("认可").startswith(f"谢谢您的认可，{number}「")
    assert (case(world, number).status, tickets(world)) == ("closed", 1)


# --- 反弹 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["变压器又跳闸了，没修好", "上次那个变压器的事又犯了", "供电局修的变压器又坏了"]
)
def test_case_that_is_back_keeps_its_number(world: World, said: str) -> None:
    owner, number = world.phone(OWNER), written_off(world)

    answer = owner.say(said)

    assert answer.startswith(f"好，{number}「变压器老跳闸")
    assert "反弹" in answer
    assert "不是这件，另立新诉求" in answer
    assert (case(world, number).status, case(world, number).rebounds) == ("accepted", 1)
    assert said in words(world, number)


def test_something_new_of_the_same_kind_is_asked_about(world: World) -> None:
    owner, number = world.phone(OWNER), written_off(world)

    answer = owner.say("变压器又有一台要增容，报上去没人理")

    assert answer.startswith(f"您说的是这件吗？点一下就行：\n{number}「变压器")
    assert (case(world, number).status, tickets(world)) == ("closed", 1)
    assert number_in(owner.tap("不是这件，另立新诉求")) != number


def test_again_in_longer_words_asks_for_the_case_beside_another_that_is_open(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say("新诉求 管委会欠我们工程款两百万，验收一年多了"))
    open_one = number_in(owner.say("新诉求 食品许可证变更退了四次，说法都不一样"))
    for each in (number, open_one):
        leader.say(f"受理 {each}")
    leader.say(f"办结 {number} 已付清")
    owner.say(f"确认 {number}")
    world.advance(days=5)

    assert owner.say("又不给钱了，说好的质保金不退").startswith(f"您说的是这件吗？点一下就行：\n{number}「")
    assert tickets(world) == 2
    owner.tap("没解决")

    assert (case(world, number).status, case(world, number).rebounds) == ("accepted", 1)


def test_again_of_something_else_is_a_new_matter(world: World) -> None:
    owner, number = world.phone(OWNER), written_off(world)
    for matter in ("我们又招不到工人了", "税务局又来查账要补税", "这批货又被海关扣了"):
        assert number_in(owner.say(matter)) != number
        world.advance(minutes=11)
    assert case(world, number).status == "closed"


def test_again_about_a_case_in_work_is_more_about_it(world: World) -> None:
    owner = world.phone(OWNER)
    number = open_case(world, TRIPS)

    assert owner.say("供电局的变压器又跳闸了").startswith(f"已记到 {number}「")


def test_too_late_for_the_number_is_a_new_case_that_names_it(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = written_off(world)
    world.advance(days=29)
    leader.silence()

    answer = owner.say(f"没解决 {number} 昨天又停了两回")

    assert answer.startswith(f"{number} 销号已超过30天，给您另立了一件")
    new = number_in(answer)
    assert case(world, new).type == case(world, number).type
    assert facts(world, new)[0]["after"] == ticket_id_of(number)
    assert "昨天又停了两回" in words(world, new)[0]
    assert number in words(world, new)[0]
    assert case(world, number).status == "closed"
    assert owner.say(f"没解决 {number}").startswith(f"{number}「变压器老跳闸")
    assert number in words(world, number_in(owner.tap("再办一次")))[0]


def test_known_matter_that_is_back_is_asked_about_by_little_it_shares(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say("科技局答应的研发补贴一年了还没拨下来"))
    for said in (f"受理 {number}", f"办结 {number} 已拨付到账"):
        leader.say(said)
    owner.say(f"确认 {number}")
    world.advance(days=29)

    assert owner.say("上次那个补贴又被追回去了，没解决").startswith("您说的是这件吗？")
    assert "继续办" in owner.tap("没解决")
    assert tickets(world) == 1


# --- after 不予办理 ------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["不服", "不认可", "你们这是踢皮球", "凭什么不给办", "没解决", "不合理"])
def test_bare_objection_to_a_refusal_is_asked_for_its_reason(world: World, said: str) -> None:
    refused = Case(world).declined()
    world.advance(minutes=11)

    assert refused.owner.say(said).startswith(f"对 {refused.number} 的不予办理有什么不同意的？")
    assert "的申诉已交给督查" in refused.owner.say("房东是区属国企，应当由国资部门管")
    assert tickets(world) == 1


@pytest.mark.parametrize(
    "said",
    [
        "我不同意，房东是国企",
        "不服，房东是区属国企",
        "不接受，押金是国资收的",
        "没解决 房东是国企",
        "不同意，押金是国资收的，不是民事纠纷",
    ],
)
def test_objection_with_a_reason_is_the_appeal(world: World, said: str) -> None:
    refused = Case(world).declined()
    world.advance(minutes=11)

    assert refused.owner.say(said).startswith(f"{refused.number} 的申诉已交给督查")
    assert (refused.events()[-1].verb, tickets(world)) == ("appeal", 1)


def test_new_matter_after_a_refusal_is_no_appeal(world: World) -> None:
    refused = Case(world).declined()
    world.advance(minutes=11)
    for matter in (ARREARS, POWER):
        assert number_in(refused.owner.say(matter)) != refused.number
        world.advance(minutes=11)
    refused.owner.say("第二笔工程款也到期了没给")
    assert number_in(refused.owner.tap("不是这件，另立新诉求")) != refused.number
    assert refused.events()[-1].verb == "decline"


def test_not_solved_said_of_a_case_in_work_reaches_its_owner(world: World) -> None:
    number = open_case(world)

    assert world.phone(OWNER).say(f"没解决 {number} 催了也没用").startswith(f"已记到 {number}「")
    assert words(world, number)[-1] == "催了也没用"


# --- questions about a case ----------------------------------------------------------------------

PROGRESS = (
    "现在什么情况了",
    "查一下我的单子",
    "我的编号是多少",
    "我问下上次说的那个路的钱",
    "上次反映的怎么样了",
    "那笔款怎么样了",
    "之前报的那个事有没有信",
    "我们的事儿有信了吗",
)
PERSON = (
    "谁负责我这个事",
    "我想跟人说话",
    "你们领导电话多少",
    "领导忙不忙啊",
    "谁在管这个事",
    "怎么联系你们领导",
)
CALLER = (
    "你们昨天谁给我打电话了",
    "有人打电话让我交保证金，说是你们平台的",
    "我接到诈骗电话了",
    "刚才陌生电话尾号3059",
    "微信号 yl2020 是你们的人吗",
    "安予诚是真的副省长吗",
    "有个可疑短信",
    "刚才是谁打的电话",
)


def test_questions_about_the_only_case_open_none(world: World) -> None:
    owner, number = world.phone(OWNER), open_case(world)
    for said in PROGRESS:
        assert owner.say(said).startswith(f"{number}「给开发区管委会"), said
        world.advance(minutes=11)
    for said in PERSON:
        assert owner.say(said).startswith("每件诉求都有真人负责：\n" + number), said
        world.advance(minutes=11)
    for said in CALLER:
        assert "请把来电号码发过来" in owner.say(said), said
        world.advance(minutes=11)
    for said in ("你们是骗子吧", "这平台真的假的", "你们靠谱吗", "这个号是官方的吗"):
        assert "不收一分钱" in owner.say(said), said
    assert owner.say("这事不用你们管了").startswith("要撤回哪一件？")
    assert (tickets(world), verbs(world, number)) == (1, ["submit"])


def test_remark_on_a_known_case_is_put_to_it(world: World) -> None:
    owner, number = world.phone(OWNER), open_case(world)
    for said in ("那笔款子还没到啊", "上次说的那个钱只给了三万", "那个款一直没给", "我们的事没人来"):
        assert f"{number}「" in owner.say(said), said
        world.advance(minutes=11)
    a_minute_later(world)
    assert tickets(world) == 1


def test_remark_on_one_of_several_cases_is_asked_about(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = [open_case(world, matter) for matter in (ARREARS, POWER, BRAND)]

    answer = owner.say("上次说的那件事我们很着急")

    assert all(number in answer for number in numbers) or outcome(world) == "follow_up"
    assert tickets(world) == 3
    assert owner.say("上次说的那个变压器怎么样了").startswith(f"{numbers[1]}「新车间")


@pytest.mark.parametrize(
    "matter", ["那笔工程款一直没给我们", "没拿到钱，糊弄人", "变压器又跳闸了，没修好", "上次说的那个路的钱"]
)
def test_whoever_has_no_case_gets_one(world: World, matter: str) -> None:
    number_in(world.phone(OWNER).say(matter))

    assert tickets(world) == 1


def test_case_taken_back_by_mistake_is_taken_down_anew(world: World) -> None:
    owner, number = world.phone(OWNER), open_case(world)
    owner.say(f"撤回 {number}")

    answer = owner.say("我刚才撤错了，还是要办")

    assert answer.startswith(f"{number} 已经撤回，按原来的话重新登记了。")
    new = number_in(answer)
    assert (words(world, new), case(world, new).type) == ([ARREARS], "arrears")
    assert owner.say("撤错了").startswith(f"{number}「给开发区管委会")
    assert tickets(world) == 2


def test_remarks_about_oneself_open_no_ticket(world: World) -> None:
    owner = world.phone(OWNER)
    assert "初创型" in owner.say("我们是初创企业") or "名册里已有登记" in owner.say("我们是初创企业")
    assert "今天：" in owner.say("谁烦我了")
    assert "每天19:00到次日08:00不打扰您" in owner.say("晚上别发消息")
    assert "凭督查登记后给的邀请码绑定" in owner.say("我们公司换联系人了，以后找邵其琛")
    for said in ("以后有事微信说，不要老打电话", "电话少打点"):
        assert owner.say(said).startswith("记下了：请勿电话，微信联系。"), said
    assert owner.say("我不在这干了").startswith("将不再代表")
    assert tickets(world) == 0


def test_wish_for_a_call_reaches_the_owner(world: World) -> None:
    owner, number = world.phone(OWNER), open_case(world)

    assert "希望来电" in owner.say("让领导给我回个电话")
    assert words(world, number)[-1].startswith("【希望来电】")


# --- an announced call ---------------------------------------------------------------------------

ANSWERS = {
    "打吧": "agreed",
    "好的，等您电话": "agreed",
    "行": "agreed",
    "好的": "agreed",
    "随时可以打": "agreed",
    "不接，别打": "declined",
    "让他别打了": "declined",
    "没时间": "declined",
    "四点行不行": "moved",
    "下午没空，晚上吧": "moved",
    "明天上午怎么样": "moved",
    "不忙，来吧": "agreed",
    "时间没冲突可以": "agreed",
    "我有空，不忙": "agreed",
    "不冲突，可以打": "agreed",
}
ASKS = {
    "换个时间吧": "什么时候给您打电话方便",
    "那改天": "什么时候给您打电话方便",
    "什么时候打？": "先说暗语",
}


@pytest.mark.parametrize(("said", "answer"), ANSWERS.items())
def test_card_is_answered_in_plain_words(world: World, said: str, answer: str) -> None:
    town = Town.of(world)
    number = town.case()
    world.phone(LEADER).say(f"约电话 {number} 今天下午3点")
    world.advance(minutes=11)

    world.phone(OWNER).say(said)

    assert [data["answer"] for _, data in town.events(number, "answer_call")] == [answer]
    assert tickets(world) == 1


@pytest.mark.parametrize(("said", "answer"), ASKS.items())
def test_card_is_asked_about_in_plain_words(world: World, said: str, answer: str) -> None:
    town = Town.of(world)
    number = town.case()
    world.phone(LEADER).say(f"约电话 {number} 今天下午3点")
    world.advance(minutes=11)

    assert answer in world.phone(OWNER).say(said)
    assert town.events(number, "answer_call") == []
    assert tickets(world) == 1


def test_courtesy_and_matter_answer_no_card(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    world.phone(LEADER).say(f"约电话 {number} 今天下午3点")
    world.advance(minutes=11)
    owner = world.phone(OWNER)

    for said in ("谢谢领导", "谢谢领导帮忙", "领导在忙吗", "医院那边还没动静"):
        assert "什么时候给您打电话方便" not in owner.say(said), said
    assert "医院那边还没动静" in words(world, number)
    number_in(owner.say("消防验收窗口一直不给办，厂房用不了"))

    assert town.events(number, "answer_call") == []


# --- several matters -----------------------------------------------------------------------------

THREE = "两个事：一是变压器增容排不上，停一天损失好几万，二是开发区的路尾款三百多万没给，另外想问下商标被抢注怎么办"


@pytest.mark.parametrize("said", ["是两件事", "分开办吧", "这是两回事"])
def test_offer_to_split_is_taken_up_in_words(world: World, said: str) -> None:
    owner = world.phone(OWNER)
    receipt = owner.say(THREE)
    assert "您说的好像是三件事：\n1. “两个事：一是变压器" in receipt

    assert owner.say(said).startswith("已分成三件：")
    assert tickets(world) == 3


def test_only_the_last_words_that_belong_together_are_moved(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(f"新诉求 {ARREARS}"))
    owner.say("开发区管委会的合同是前年三月签的")
    owner.say("验收单也有")
    owner.say("拆墙的时候把我们的货压坏了")

    other = number_in(owner.say("不是这件事"))

    assert words(world, other) == ["拆墙的时候把我们的货压坏了"]
    assert words(world, number)[1:] == ["开发区管委会的合同是前年三月签的", "验收单也有"]
    assert "拆墙" in case(world, other).title


def test_rating_with_a_number_goes_to_that_case(world: World) -> None:
    owner = world.phone(OWNER)
    number = written_off(world)

    assert owner.say(f"评价 {number} 差").startswith(f"{number}「变压器老跳闸")

    assert case(world, number).rated_result == "dissatisfied"
    with world.database.reading() as session:
        rated = session.scalars(select(Event.verb).where(Event.ticket_id == ticket_id_of(number))).all()
    assert "rate" in rated
    assert tickets(world) == 1


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("老铁，我那事儿有谱没", "{}「"),
        ("等得心都凉了", "已替您催办 {}「"),
        ("我寻思寻思还是拉倒吧", "要撤回哪一件？"),
    ],
)
def test_remark_that_no_rule_knows_is_read_as_it_was_learned(world: World, said: str, begins: str) -> None:
    number = open_case(world)

    assert world.phone(OWNER).say(said).startswith(begins.format(number))
    assert tickets(world) == 1
