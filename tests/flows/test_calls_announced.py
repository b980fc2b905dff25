"""A leader wants to phone: the enterprise knows who, when, from which number, and hears the phrase first."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.actions.calls import strike
from models.rules.numbers import number_of
from models.tables import Call
from tests.flows.reading import number_in
from tests.flows.telephones import (
    AIDES,
    LEADERS,
    RIVAL,
    RIVAL_OWNER,
    Town,
    labels,
    phrase_in,
    read_all,
)
from tests.roster import AIDE, LEADER, OFFICE, OWNER, PARTNER
from tests.world import World


def test_call_is_announced_agreed_and_recognised(world: World) -> None:
    town = Town.of(world)
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    aide.say("待办")
    number = town.case()

    told = leader.say(f"约电话 {number} 今天下午3点")
    phrase = phrase_in(told)
    assert told == (
        f"已给沈阳云杉里精密机械有限公司发来电预告（{number}）。\n"
        "时间：11月24日15:00-15:30\n来电人：您（尾号3059）\n"
        f"暗语：{phrase}\n接通先说：“我是副省长 安予诚，暗语是{phrase}。”\n取消"
    )

    card = owner.news()
    assert card["text"].startswith(
        f"来电预告\n副省长 安予诚将就 {number}「给开发区管委会干的厂区道路工程，验收一年多了，…」给您打电话。\n"
        f"时间：11月24日15:00-15:30\n号码：尾号3059\n暗语：{phrase}\n"
    )
    assert labels(card) == ["同意", "换个时间", "不方便"]
    assert LEADERS.replace(" ", "") not in card["text"] + told

    agreed = owner.tap("同意")
    assert phrase_in(agreed) == phrase
    assert "尾号3059" in agreed
    for phone in (leader, aide):
        heard = read_all(phone)
        assert "企业同意来电：11月24日15:00-15:30" in heard
        assert phrase_in(heard) == phrase

    world.advance(hours=4, minutes=55)
    genuine = owner.say("刚才有人打电话说是省里的，号码是13840003059")
    assert genuine == (
        "尾号3059：是副省长 安予诚登记的号码，正是约好的来电（11月24日15:00-15:30）。"
        f"请对方先说暗语“{phrase}”，说不对就挂断。\n"
        "不管谁来电，都不要转账，不要报验证码、密码。"
    )
    assert [(row.verdict, row.lead_id) for row in town.asked()] == [("announced", None)]
    assert [
        (verb, data.get("answer")) for verb, data in town.events(number, "announce_call", "answer_call")
    ] == [
        ("announce_call", None),
        ("answer_call", "agreed"),
    ]
    assert phrase not in str(town.get(f"/tickets/{number}/events"))
    assert world.unsettled() == 0


def test_time_is_moved_in_plain_words_and_the_phrase_stays(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    phrase = phrase_in(leader.say(f"约电话 {number} 明天上午9点"))
    owner.news()

    assert owner.tap("换个时间").startswith(f"关于 {number}，什么时候给您打电话方便？")
    assert owner.say("明天3点吧").startswith(f"是上午还是下午？关于 {number}")
    moved = owner.say("周五下午3点到4点")

    assert "11月27日15:00-16:00" in moved
    said = town.get(f"/tickets/{number}/messages")["items"][-1]
    assert (said["side"], said["text"]) == ("enterprise", "周五下午3点到4点")
    assert phrase_in(moved) == phrase
    heard = read_all(leader)
    assert "企业把来电时间定在：11月27日15:00-16:00" in heard
    assert phrase_in(heard) == phrase
    world.advance(days=1, minutes=-60)
    assert "约的是11月27日15:00-16:00，不是现在" in owner.say("核验 13840003059")


def test_answer_in_plain_words_while_a_card_waits(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()

    leader.say(f"约电话 {number} 明天上午9点")
    assert "已改好并告诉对方" in owner.say("明天下午3点可以")
    leader.say(f"约电话 {number} 周五上午10点")
    assert owner.say("可以").startswith("好的，已告诉对方")
    leader.say(f"约电话 {number} 周五上午11点")
    assert owner.say("不方便").startswith("好的，已告诉对方不打电话")
    assert "已记到" in owner.say("可以")
    answers = [data["answer"] for _, data in town.events(number, "answer_call")]
    assert answers == ["moved", "agreed", "declined"]


def test_card_is_declined_with_a_word_why(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 明天上午9点")
    owner.news()

    assert owner.say(f"不接来电 {number} 在外地开会，文字说吧").startswith("好的，已告诉对方不打电话")

    assert "企业说不方便接电话：\n在外地开会，文字说吧" in read_all(leader)
    world.advance(hours=23)
    assert "没有跟您约过来电" in owner.say("核验 13840003059")
    assert (
        owner.tap("同意")
        == "现在没有等您答复的来电预告，可能已经过了时间或取消了。想通电话，直接说什么时候方便就行。"
    )


def test_phrase_expires_with_its_window_and_the_desk_is_asked(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    phrase = phrase_in(leader.say(f"约电话 {number} 今天下午3点"))
    owner.news()
    world.advance(hours=5, minutes=30)

    answer = owner.say("核验 13840003059")
    assert "没有跟您约过来电" in answer
    assert phrase not in answer
    assert owner.tap("同意").startswith("现在没有等您答复的来电预告")

    with world.database.transaction() as session:
        assert strike(session, world.clock()) == 1
        assert strike(session, world.clock()) == 0
    over = read_all(leader)
    assert f"{number}「" in over
    assert "时间已过，暗语作废" in over
    assert town.events(number, "answer_call") == []


def test_desk_takes_the_announcement_back(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 今天下午3点")
    owner.news()

    assert leader.tap("取消").startswith(f"已取消 {number} 的预告")

    assert "11月24日15:00-15:30的来电取消了" in owner.news()["text"]
    world.advance(hours=5)
    assert "没有跟您约过来电" in owner.say("核验 13840003059")
    assert leader.say(f"取消约电话 {number}") == f"{number} 现在没有约好的电话。"


def test_announcing_twice_disturbs_once_and_anew_replaces(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    first = phrase_in(leader.say(f"约电话 {number} 明天上午9点"))
    owner.news()

    again = leader.say(f"约电话 {number} 明天上午9点")
    assert again.startswith("这个时间已经约过，没有再打扰企业")
    assert phrase_in(again) == first
    assert owner.silence() == []

    second = phrase_in(leader.say(f"约电话 {number} 明天上午10点"))
    card = owner.news()["text"]
    assert card.startswith("来电预告（时间有变，以这张为准）")
    assert phrase_in(card) == second
    owner.say(f"同意来电 {number}")
    world.advance(hours=23)
    assert "不是现在" in owner.say("核验 13840003059")
    world.advance(hours=1)
    assert phrase_in(owner.say("核验 13840003059")) == second


def test_aide_announces_their_own_call_or_the_leaders(world: World) -> None:
    town = Town.of(world)
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    aide.say("待办")
    number = town.case()

    own = aide.say(f"约电话 {number} 明天上午9点")
    assert "来电人：您（尾号2345）" in own
    card = owner.news()["text"]
    assert "专班联络员 程小满（副省长 安予诚的专班）将就" in card
    assert "号码：尾号2345" in card
    leader.silence()

    leaders = aide.tap("改为领导来电")
    phrase = phrase_in(leaders)
    assert "来电人：副省长 安予诚（尾号3059）" in leaders
    assert "副省长 安予诚将就" in owner.news()["text"]
    briefed = leader.news()["text"]
    assert briefed.startswith(f"专班替您约了电话：{number}")
    assert phrase_in(briefed) == phrase
    world.advance(hours=23)
    assert "正是约好的来电" in owner.say("核验 13840003059")
    assert "专班联络员 程小满登记的号码，但没有跟您约过来电" in owner.say(f"核验 {AIDES}")


def test_doubtful_time_is_asked_about_and_the_answer_is_no_reply(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()

    assert leader.say(f"约电话 {number}").startswith(f"什么时间？给 {number} 约哪个时间打电话？")
    assert leader.say("明天3点").startswith("是上午还是下午？")
    assert leader.say("明天晚上11点").startswith("清早和夜里不打扰企业")
    assert leader.say("明天下午3点").startswith("已给沈阳云杉里")
    assert "来电预告" in owner.news()["text"]
    assert leader.say(f"约电话 {number} 昨天").startswith("什么时间？")
    assert leader.say("今天早上8点").startswith("这个时间已经过了")
    assert leader.say("算了，材料先发我").startswith("已转给")
    assert town.events(number, "reply") != []


def test_contact_who_wants_no_calls_gets_no_card(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    town.refuse_calls(OWNER)

    assert leader.say(f"约电话 {number} 明天上午9点") == "联系人林向晚说过请不要打电话。请在对话里联系：回复"

    assert owner.silence() == []
    assert town.events(number, "announce_call") == []


def test_whoever_wants_no_calls_any_more_is_not_called_as_announced(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 今天下午3点")
    owner.news()
    world.phone(PARTNER).say("别打电话")
    assert leader.silence() == []
    for said in ("甲方拒绝接电话", "打电话没用", "请短信通知我"):
        assert owner.say(said).startswith("已记到"), said
        leader.silence()
    assert town.events(number, "answer_call") == []

    owner.say("请不要给我打电话，微信联系")

    assert "请不要给我打电话，微信联系" in leader.news()["text"]
    assert [data["answer"] for _, data in town.events(number, "answer_call")] == ["declined"]
    assert "请不要打电话" in leader.say(f"约电话 {number} 明天上午9点")
    owner.say("可以打电话")
    assert leader.say(f"约电话 {number} 明天上午9点").startswith("已给沈阳云杉里")


def test_official_without_a_number_cannot_be_trusted_yet(world: World) -> None:
    town = Town.of(world)
    office, stranger = world.phone(OFFICE), world.phone("o-somebody")
    office.say("待办")
    number = stranger.say("新诉求 夜市摊位证到期了，续不上").split("编号 ")[1].split("。")[0]
    office.silence()

    assert "还没有登记来电号码" in office.say(f"约电话 {number} 明天上午9点")
    assert town.events(number, "announce_call") == []


def test_foreign_enterprise_learns_nothing_of_an_announced_call(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    rival, rivals_owner, stranger = world.phone(RIVAL), world.phone(RIVAL_OWNER), world.phone("o-somebody")
    number, unknown = town.case(), number_of(999_999)
    leader.say(f"约电话 {number} 今天下午3点")
    world.advance(hours=5)

    for phone in (rivals_owner, stranger):
        for word in ("同意来电", "改来电", "不接来电"):
            foreign = phone.say(f"{word} {number}")
            assert foreign.replace(number, "N") == phone.say(f"{word} {unknown}").replace(unknown, "N")
        told = phone.say("核验 13840003059")
        assert told.startswith("尾号3059：是一位在册干部登记的号码，但没有跟您约过来电")
        assert "安予诚" not in told
        assert "15:00" not in told
    for word in ("约电话", "取消约电话", "打不通"):
        foreign = rival.say(f"{word} {number} 明天上午9点")
        assert foreign.replace(number, "N") == rival.say(f"{word} {unknown} 明天上午9点").replace(
            unknown, "N"
        )
    assert phrase_in(owner.say("核验 13840003059")) != ""
    assert [verb for verb, _ in town.events(number, "answer_call", "cancel_call", "call_failed")] == []


def test_colleague_at_the_enterprise_may_answer_the_card(world: World) -> None:
    town = Town.of(world)
    leader, partner = world.phone(LEADER), world.phone(PARTNER)
    number = town.case()
    leader.say(f"约电话 {number} 今天下午3点")

    assert partner.say("同意来电").startswith("好的，已告诉对方")


def test_desks_words_are_explained_to_enterprises_and_theirs_to_desks(world: World) -> None:
    town = Town.of(world)
    number = town.case()
    for word in ("约电话", "取消约电话", "打不通"):
        assert world.phone(OWNER).say(f"{word} {number}").startswith("这是干部用的说法")
    for word in ("同意来电", "改来电", "不接来电"):
        assert world.phone(LEADER).say(f"{word} {number}").startswith("来电预告由企业答复")
    assert world.phone(LEADER).say("线索 1 诈骗").startswith("线索由督查核实")


def test_detail_shows_the_call_and_how_to_reach_the_enterprise(world: World) -> None:
    town = Town.of(world)
    leader = world.phone(LEADER)
    number = town.case()
    phrase = phrase_in(leader.say(f"约电话 {number} 今天下午3点"))

    shown = leader.say(f"详情 {number}")
    assert "联系：林向晚，11月24日10:00露过面，可直接发消息\n" in shown
    assert f"约电话：11月24日15:00-15:30，暗语 {phrase}\n" in shown
    reach = town.get(f"/tickets/{number}")["reach"]
    heard = datetime(2026, 11, 24, 2, 0, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    assert reach == {"last_heard_at": heard, "follows": True, "window_open": True, "failed_calls": 0}


def test_lost_card_is_found_again(world: World) -> None:
    """A notice outside the 48 hours holds no phrase: whoever comes back into the chat must find it there."""
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    phrase = phrase_in(leader.say(f"约电话 {number} 明天上午9点"))

    expected = f"约好的来电：副省长 安予诚，11月25日09:00-09:30，尾号3059，暗语 {phrase}\n"
    assert expected in owner.say(f"进度 {number}")
    assert expected in owner.act("menu", key="核验来电")
    assert expected not in world.phone(RIVAL_OWNER).say("核验来电")
    world.advance(hours=24)
    assert phrase not in owner.say(f"进度 {number}")


def test_calls_nobody_asked_for_are_two_a_day_and_the_enterprises_wish_is_free(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    first, second = town.case(), number_of(2)
    owner.say("新诉求 变压器增容报了三个月还排不上，停一天损失好几万")
    world.advance(hours=1)
    assert leader.say(f"约电话 {first} 明天上午9点").startswith("已给")
    assert leader.say(f"约电话 {first} 明天上午10点").startswith("已给")
    owner.silence()

    refused = leader.say(f"约电话 {second} 明天上午11点")
    assert refused == (
        "今天已经给这家企业发过2次来电预告，不再打扰。11月25日00:00起可以再约；"
        "企业刚说过话，或者主动约您，随时可以。也可以在对话里联系：回复"
    )
    assert leader.say(f"约电话 {first} 明天下午3点").startswith("今天已经给这家企业发过2次来电预告")
    assert owner.silence() == []
    with world.database.reading() as session:
        [call] = session.scalars(select(Call).where(Call.closed_at.is_(None)))
        assert call.begins_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)

    owner.say(f"约我电话 {second} 明天上午都行")
    leader.silence()
    assert leader.say(f"约电话 {second} 明天上午11点").startswith("已给")
    assert "来电预告" in owner.news()["text"]
    world.advance(hours=15)
    assert leader.say(f"约电话 {first} 11月25日下午3点").startswith("已给")


def test_call_in_the_enterprises_quiet_hours_is_refused_unless_it_named_the_time(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    owner.say("免打扰 12:00-14:00")

    refused = leader.say(f"约电话 {number} 明天中午12点半")
    assert refused.startswith(
        "企业设了免打扰时段 12:00-14:00，这段时间不约电话。最近可约：11月25日14:00-14:30。"
    )
    assert owner.silence() == []
    assert leader.tap("11月25日14:00-14:30").startswith("已给")
    assert "来电预告" in owner.news()["text"]

    owner.say(f"改来电 {number} 明天中午12点半")
    leader.silence()
    assert "11月25日12:30-13:00" in leader.say(f"详情 {number}")
    aide = world.phone(AIDE)
    aide.say("待办")
    assert aide.say(f"约电话 {number} 明天中午12点半").startswith("已给")


def test_time_typed_after_a_refusal_goes_to_nobody(world: World) -> None:
    owner, aide = world.phone(OWNER), world.phone(AIDE)
    number = number_in(owner.say("给甲方供的货，尾款三十万拖了一年不给"))
    aide.say(f"受理 {number}")
    owner.silence()
    assert "还没有登记来电号码" in aide.say(f"约电话 {number}") + aide.say("明天下午3点")

    assert "还没有登记来电号码" in aide.say("那就明天下午4点")
    assert owner.silence() == []

    assert aide.say("明天下午3点我去现场看一下").startswith("已转给沈阳云杉里")


@pytest.mark.parametrize(
    ("words", "begins", "answered"),
    [
        ("改到后天下午3点", "已改好并告诉对方。副省长 安予诚将在11月26日15:00-15:30", "moved"),
        ("明天不方便，改到后天下午", "已改好并告诉对方。副省长 安予诚将在11月26日", "moved"),
        ("别打了", "好的，已告诉对方不打电话", "declined"),
        ("让他别打了", "好的，已告诉对方不打电话", "declined"),
        ("不接了", "好的，已告诉对方不打电话", "declined"),
    ],
)
def test_call_that_was_agreed_to_is_moved_or_refused_in_plain_words(
    world: World, words: str, begins: str, answered: str
) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 明天上午10点")
    assert owner.say("行").startswith("好的，已告诉对方")
    owner.say("那个电话是真的吗")

    assert owner.say(words).startswith(begins)

    answers = [data["answer"] for _, data in town.events(number, "answer_call")]
    assert answers == ["agreed", answered]
    assert words in read_all(leader) or answered == "moved"


def test_who_has_no_time_on_the_day_of_an_agreed_call_is_asked_for_another(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 明天上午10点")
    owner.say("行")

    assert "已记到" in owner.say("后天没空")
    assert owner.say("明天没空").startswith(f"关于 {number}，什么时候给您打电话方便？")
    assert owner.say("周五上午9点").startswith("已改好并告诉对方")

    answers = [data["answer"] for _, data in town.events(number, "answer_call")]
    assert answers == ["agreed", "moved"]
