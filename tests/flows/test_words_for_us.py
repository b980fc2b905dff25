"""What an official says to us does not reach the enterprise: it is done, refused with the rule, or asked about."""

import pytest

from tests.flows.owning import case as ticket_of
from tests.flows.owning import verbs
from tests.flows.test_help_from_others import Case
from tests.roster import AIDE
from tests.world import World


@pytest.fixture
def case(small_world: World) -> Case:
    """A case its leader has taken on and has in hand."""
    made = Case(small_world)
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
        ("让电力公司帮着看看", RULE),
        ("改派 {n} 简闻和", "{n}「去年评上了专精特新，说好的税费返还一直没到账」改派由督查来定"),
        ("销号 {n} 办好了", "{n}「去年评上了专精特新，说好的税费返还一直没到账」核准销号由督查来定"),
        ("委托 小乔 下周", "没有找到可以受托的“小乔”"),
        ("委托 小乔 从某天起", "没有找到可以受托的“小乔”"),
        ("委托取消", "现在没有委托"),
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
