"""What an official says to us does not reach the enterprise: it is done, refused with the rule, or asked about."""

import pytest

from tests.flows.owning import case as ticket_of
from tests.flows.owning import verbs
from tests.flows.test_help_from_others import Case
from tests.roster import AIDE
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    """A case its leader has taken on and has in hand."""
    made = Case(world)
    for phone in (made.owner, made.leader):
        phone.silence()
    return made


RULE = "谁接谁办到底，不能转给别人"


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("{n}受理", "{n}「去年评上了专精特…」现在是“办理中”，不能受理。\n可以：报进展　办结　详情"),
        ("{n}这个我接了", "{n}「去年评上了专精特…」现在是“办理中”，不能受理。"),
        ("今天要办什么", "今天没有到期"),
        ("还有几个没办", "待办 1 件"),
        ("帮我看看{n}到哪了", "{n}　政策落实"),
        ("再给我几天", ""),
        ("能不能延几天", ""),
        ("撤销刚才的", "没有等着发出的话"),
        ("把刚才那句撤回来", "没有等着发出的话"),
        ("发错了", "没有等着发出的话"),
        ("明天上午给企业打电话", ""),
        ("我明天休假，小程帮我看着", "没有找到“小程”，没有委托。是不是要委托：\n专班联络员 程小满"),
        ("这家企业太能闹", "这句没有发给企业，先替您留着。"),
        ("按规定由税务局办理", "这句没有发给企业，先替您留着。"),
        ("这个事该住建局管", RULE),
        ("这个不是我分管的", RULE),
        ("这事应该归生态环境厅", RULE),
        ("让生态环境局接手吧", RULE),
        ("这个我办不了", RULE),
        ("退回", RULE),
        ("让电力公司帮着看看", "这句没有发给企业，先替您留着。是要请人协办吗：电力公司 看看？"),
        ("请税务局协办一下，核实退税", "这句没有发给企业，先替您留着。是要请人协办吗：税务局 核实退税？"),
        ("让税务局配合一下", "这句没有发给企业，先替您留着。是要请人协办吗：税务局？"),
        ("办结吧", "请说说 {n} 是怎么办的"),
        ("{n}办结", "请说说 {n} 是怎么办的"),
        ("{n} 办结了", "请说说 {n} 是怎么办的"),
        ("可以销号了", "请说说 {n} 是怎么办的"),
        ("结案", "请说说 {n} 是怎么办的"),
        (
            "钱到账了，这件结了吧",
            "这句没有发给企业，先替您留着。是办完了吗？点办结，这句就作为办结说明，并请企业确认：“钱到账了”",
        ),
        ("许可证批下来了，办结", "这句没有发给企业，先替您留着。是办完了吗？"),
        ("{n}已经办完，许可证昨天发了", "这句没有发给企业，先替您留着。是办完了吗？"),
        ("约个电话", "什么时间？给 {n} 约哪个时间打电话？"),
        ("今天要办的", "今天没有到期"),
        ("有超期的吗", "待办 1 件"),
        ("林总把我拉黑了", "已登记 {n} 打不通"),
        ("{n} 林总不接", "已登记 {n} 打不通"),
        ("供电局没接电话", "这句没有发给企业，先替您留着。是没打通企业的电话吗？"),
        ("跟林总约个电话，明天上午9点", "这句没有发给企业，先替您留着。是要打电话吗？"),
        ("我明天下午3点给{n}打电话", "副省长 安予诚还没有登记来电号码"),
        ("这件先延期再说", "这句没有发给企业，先替您留着。"),
        ("改派 {n} 简闻和", "{n}「去年评上了专精特新，说好的税费返还一直没到账」改派由督查来定"),
        ("销号 {n} 办好了", "{n}「去年评上了专精特新，说好的税费返还一直没到账」核准销号由督查来定"),
        ("委托 小乔 下周", "没有找到可以受托的“小乔”"),
        ("委托 小乔 从某天起", "没有找到可以受托的“小乔”"),
        ("委托取消", "现在没有委托"),
        ("我下周休假，程小满盯着", "已委托专班联络员 程小满，11月30日至12月6日"),
        ("我下周休假，程小满替我", "已委托专班联络员 程小满，11月30日至12月6日"),
        ("下周我不在，有事找程小满", "已委托专班联络员 程小满，11月30日至12月6日"),
        ("我明天开始休假一周，工作由程小满代", "已委托专班联络员 程小满，11月25日至12月1日"),
        ("我下周一到周五休假，让程小满代我", "已委托专班联络员 程小满，11月30日至12月4日"),
        *(
            (
                said,
                f"这句没有发给企业，先替您留着。是办完了吗？点办结，这句就作为办结说明，并请企业确认：“{said}”",
            )
            for said in (
                "已解决",
                "已经办好了",
                "搞定了",
                "问题解决了",
                "钱付了",
                "这件事办妥了",
                "尾款已经付清了",
            )
        ),
        ("联系不上老板", "已登记 {n} 打不通"),
        ("一直联系不上林总", "已登记 {n} 打不通"),
        ("找不到人", "已登记 {n} 打不通"),
        ("叫上税务局一起办", "这句没有发给企业，先替您留着。是要请人协办吗：税务局？"),
        ("拉上供电公司一起看看", "这句没有发给企业，先替您留着。是要请人协办吗：供电公司？"),
        ("税务局不用协办了", "{n} 现在没有协办单位。"),
        ("约他明天上午10点通话", "副省长 安予诚还没有登记来电号码"),
        ("跟企业约明天上午10点打个电话", "副省长 安予诚还没有登记来电号码"),
        ("我手里有几件", "待办 1 件"),
        ("手头还有哪些", "待办 1 件"),
        ("驳回", "这句没有发给企业，先替您留着。是不予办理吗？要写明理由和正确渠道，企业可以申诉：“驳回”"),
        ("请转税务局", "这句没有发给企业，先替您留着。谁接谁办到底，不能转给别人"),
        ("来不及了", "这句没有发给企业，先替您留着。是时间不够吗？"),
        ("我住院了", "这句没有发给企业，先替您留着。是您要离开几天吗？"),
        ("今天走访了这家企业，生产正常", "这句没有发给企业，先替您留着。是去走访了吗？"),
        ("喂，在吗", "好的，这句没有发给企业。"),
        ("还有啥没办", "待办 1 件"),
    ],
)
def test_words_for_us_reach_no_enterprise(case: Case, said: str, answered: str) -> None:
    assert case.leader.say(said.format(n=case.number)).startswith(answered.format(n=case.number))
    assert "reply" not in verbs(case.world, case.number)
    assert not any(said in text for text in case.owner.silence())


def test_what_was_doubted_is_kept_and_one_tap_sends_it(case: Case) -> None:
    case.leader.say("这家企业太能闹")
    assert case.leader.tap("发给企业").startswith("已转给沈阳云杉里")
    assert any("这家企业太能闹" in text for text in case.owner.silence())


def test_leader_takes_back_that_an_aide_has_resolved(case: Case) -> None:
    aide = case.world.phone(AIDE)
    aide.say(f"办结 {case.number} 返还已到账")
    case.owner.silence()
    [told] = case.leader.silence()
    assert told.startswith(f"专班联络员 程小满已办结 {case.number}")

    assert case.leader.tap("撤回办结").startswith(f"已撤回办结，{case.number} 接着办")

    assert ticket_of(case.world, case.number).status == "accepted"
    assert verbs(case.world, case.number)[-2:] == ["resolve", "reopen"]
    assert any("刚才的办结撤回了，这件接着办，暂时不用您确认。" in text for text in case.owner.silence())


def test_progress_on_a_resolved_case_takes_it_up_again(case: Case) -> None:
    case.leader.say(f"办结 {case.number} 返还已到账")
    case.owner.silence()
    assert case.leader.say(f"进展 {case.number} 还差一笔，明天补").startswith("已撤回办结")
    assert any("还差一笔，明天补" in text for text in case.owner.silence())


def test_aide_does_not_undo_the_leaders_word_and_nobody_what_is_confirmed(case: Case) -> None:
    case.leader.say(f"办结 {case.number} 返还已到账")
    assert "撤回办结不由专班来做" in case.world.phone(AIDE).say(f"撤回 {case.number} 办结")
    case.owner.say(f"确认 {case.number}")
    case.leader.say(f"撤回 {case.number} 办结")
    assert ticket_of(case.world, case.number).status == "closed"


def test_account_beside_its_word_resolves_with_one_tap(case: Case) -> None:
    case.leader.say("返还到账了，办结")
    assert case.leader.tap("办结").startswith(f"{case.number} 已办结")
    [told] = case.owner.silence()
    assert "返还到账了" in told
    assert "返还到账了，办结" not in told


def test_account_beside_its_word_may_be_a_reply_all_the_same(case: Case) -> None:
    case.leader.say("返还到账了，办结")
    assert case.leader.tap("发给企业").startswith("已转给沈阳云杉里")
    assert verbs(case.world, case.number)[-1] == "reply"


@pytest.mark.parametrize("said", ["已办结", "已经办完了", "都处理完了", "办结了"])
def test_what_only_repeats_the_verb_is_no_account(case: Case, said: str) -> None:
    case.leader.say(f"办结 {case.number}")
    assert f"{case.number} 是怎么办的" in case.leader.say(said)
    assert f"{case.number} 是怎么办的" in case.leader.say(f"办结 {case.number} {said}")
    assert ticket_of(case.world, case.number).status == "accepted"


def test_nothing_is_asked_that_cannot_be_done(case: Case) -> None:
    case.leader.say(f"办结 {case.number} 返还已到账")
    assert case.leader.say("可以销号了").startswith(f"{case.number}「去年评上了专精特…」现在是“待企业确认”")


@pytest.mark.parametrize("said", ["已解决", "搞定了"])
def test_done_in_other_words_still_wants_to_be_told_how(case: Case, said: str) -> None:
    case.leader.say(said)
    assert f"{case.number} 是怎么办的" in case.leader.tap("办结")
    assert case.leader.say("钱付了").startswith(f"{case.number} 已办结")


@pytest.mark.parametrize(
    ("said", "gone"), [("税务局不用协办了", True), ("不用供电公司协办了", False), ("结束税务局的协办", True)]
)
def test_only_the_unit_that_is_named_is_let_go(case: Case, said: str, *, gone: bool) -> None:
    case.leader.say(f"协办 {case.number} 税务局 请核实")
    answer = case.leader.say(said)
    assert answer.startswith(f"{case.number} 已结束" if gone else f"{case.number} 结束哪一家的协办？")


def test_unit_is_asked_to_help_with_one_tap(case: Case) -> None:
    case.leader.say("请税务局协办一下，核实退税")
    assert "税务局" in case.leader.tap("协办")
    assert "call_in" in verbs(case.world, case.number)
    assert "reply" not in verbs(case.world, case.number)


@pytest.mark.parametrize("command", ["进展", "办结", "回复"])
def test_words_behind_a_wrong_number_are_kept(case: Case, command: str) -> None:
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    said = case.leader.say(f"{command} {wrong} 返还已批，下周到账")
    assert said.startswith(f"您手头没有编号 {wrong}")
    case.leader.tap(next(label for label in said.split("\n")[1].split("　") if case.number in label))
    assert any("返还已批，下周到账" in text for text in case.owner.silence())


def test_wrong_number_without_words_offers_the_officials_list(case: Case) -> None:
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    assert case.leader.say(f"详情 {wrong}") == f"没有查到编号 {wrong}，可能输错了一位，或不在您手头。\n待办"
