"""Supervisors (督查) in the chat: they see their region, reassign, write off, and never speak in an owner's name."""

import pytest
from sqlalchemy import select

from models.rules.clocks import OF_OTHERS
from models.rules.numbers import ticket_id_of
from models.tables import Clock, Event, Pairing, Ticket
from tests.contracts.api.test_whole import admin, invited
from tests.flows.colleagues import ELSEWHERE, SUPERVISOR, TAX, call_in_vain, employ
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OFFICE, OWNER, supervisor
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
PASSING = "谁接谁办到底，不能转给别人（首接负责，参照《北京市接诉即办工作条例》第十四条）。"


class Case:
    """A case the leader has accepted, and the phones of those concerned."""

    def __init__(self, world: World) -> None:
        self.world = world
        employ(world)
        self.owner, self.leader, self.office = world.phone(OWNER), world.phone(LEADER), world.phone(OFFICE)
        self.supervisor, self.tax = world.phone(SUPERVISOR), world.phone(TAX)
        for phone in (self.leader, self.office, self.supervisor, self.tax):
            phone.say("待办")
        self.number = number_in(self.owner.say(REQUEST))
        self.leader.news()
        self.leader.say(f"受理 {self.number}")
        self.owner.news()

    def ticket(self) -> Ticket:
        """Return the row as it is now."""
        with self.world.database.reading() as session:
            row = session.get_one(Ticket, ticket_id_of(self.number))
            session.expunge(row)
            return row

    def last(self) -> Event:
        """Return what happened last."""
        with self.world.database.reading() as session:
            row = session.scalars(
                select(Event).where(Event.ticket_id == ticket_id_of(self.number)).order_by(Event.seq.desc())
            ).first()
            assert row is not None
            session.expunge(row)
            return row

    def clocks(self) -> list[tuple[object, ...]]:
        """Return the owner's clocks."""
        with self.world.database.reading() as session:
            rows = session.scalars(select(Clock).where(Clock.name.not_in(OF_OTHERS)).order_by(Clock.id))
            return [(row.name, row.started_at, row.due_at, row.met_at) for row in rows]


@pytest.fixture
def case(world: World) -> Case:
    return Case(world)


@pytest.fixture
def small_case(world: World) -> Case:
    return Case(world)


# --- passing on ----------------------------------------------------------------------------------


def test_passing_on_is_refused_with_the_rule_and_what_is_possible(case: Case) -> None:
    said = case.leader.say(f"转给 {case.number} 财政局")
    assert said == (
        f"{PASSING}{case.number}「给开发区管委会干的厂区道路工程，验收一年多了，…」没有转出，这句也没有发给企业。\n"
        "可以：请协办（您仍负责）　不予办理（要有理由和正确渠道）"
    )
    assert case.leader.tap("请协办").startswith(f"{case.number} 请哪家单位协办？")
    case.leader.say(f"不归我管 {case.number}")
    assert case.leader.tap("不予办理").startswith(f"不予办理 {case.number}，是哪一种理由？")
    assert case.owner.silence() == []
    assert (case.ticket().owner_id, case.ticket().hops) == (case.world.roster.officials["leader"], 0)


@pytest.mark.parametrize(
    "words", ["这个不归我管", "这事不归我管，转给财政局吧", "请转交税务局办理", "移交 给财政局", "转办"]
)
def test_plain_words_that_pass_on_do_not_reach_the_enterprise(small_case: Case, words: str) -> None:
    small_case.leader.say(f"详情 {small_case.number}")
    assert small_case.leader.say(words).startswith(PASSING)
    assert small_case.owner.silence() == []


def test_what_was_handed_on_already_is_progress_and_does(small_case: Case) -> None:
    small_case.leader.say(f"详情 {small_case.number}")
    assert small_case.leader.say("材料已转给财政局审核").startswith("已转给沈阳云杉里")
    assert len(small_case.owner.silence()) == 1


def test_unit_that_helps_has_nothing_to_pass_on_but_may_refuse(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.tax.say(f"详情 {small_case.number}")
    assert small_case.tax.say("不归我管").startswith(
        f"您只是协办 {small_case.number}，这句还没有发给责任领导"
    )
    small_case.tax.tap("不接受，这句作为理由")
    assert any("理由：\n不归我管" in text for text in small_case.leader.silence())


def test_owners_cannot_reassign(small_case: Case) -> None:
    for openid in (LEADER, AIDE, OFFICE, TAX):
        small_case.world.phone(openid).say(f"改派 {small_case.number} 简闻和 我太忙")
    assert (small_case.ticket().owner_id, small_case.ticket().hops) == (
        small_case.world.roster.officials["leader"],
        0,
    )


# --- reassigning ---------------------------------------------------------------------------------


def test_reassignment_tells_both_sides_and_the_enterprise_why(case: Case) -> None:
    case.leader.say(f"协办 {case.number} 税务局")
    case.tax.news()
    before = case.clocks()

    said = case.supervisor.say(f"改派 {case.number} 简闻和 安予诚同志出国学习，三个月内无法处理")
    assert said == (
        f"{case.number} 已改派给省营商局局长 简闻和，期限不重算。企业和前后两位责任领导都会收到理由。"
    )

    why = "理由：安予诚同志出国学习，三个月内无法处理"
    told = case.owner.news()["text"]
    assert (
        f"的负责人由副省长 安予诚改为省营商局局长 简闻和，期限不重算。\n{why}\n督查（督查专员 石一诺）"
        in told
    )
    assert f"改派给省营商局局长 简闻和，您不再负责。\n{why}" in case.leader.news()["text"]
    mine = case.office.news()
    assert f"改派给您，原责任领导是副省长 安予诚。期限不重算。\n{why}" in mine["text"]
    assert f"改由省营商局局长 简闻和负责，协办照旧。\n{why}" in case.tax.news()["text"]

    row = case.ticket()
    assert (row.owner_id, row.hops, row.status) == (case.world.roster.officials["office"], 1, "accepted")
    assert case.clocks() == before
    event = case.last()
    assert (event.verb, event.actor_role) == ("reassign", "supervisor")
    assert event.data == {
        "owner_before": case.world.roster.officials["leader"],
        "owner_id": case.world.roster.officials["office"],
        "reason": "安予诚同志出国学习，三个月内无法处理",
        "signed": "督查专员 石一诺",
        "salt": event.data["salt"],
    }
    with case.world.database.reading() as session:
        pairing = session.scalars(select(Pairing)).one()
        assert (pairing.official_id, pairing.ended_at) == (case.world.roster.officials["leader"], None)

    assert "您手头没有编号" in case.leader.say(f"回复 {case.number} 我再看看")
    case.office.tap("详情")
    assert case.office.say("我是新的责任领导，明天联系您").startswith("已转给沈阳云杉里")
    assert "（本人）" in case.owner.news()["text"]
    assert "（改派过1次）" in case.supervisor.say(f"详情 {case.number}")
    assert case.world.unsettled() == 0


def test_reassignment_without_a_reason_is_asked_for_one(small_case: Case) -> None:
    assert small_case.supervisor.say(f"改派 {small_case.number} 简闻和").startswith(
        f"{small_case.number} 为什么改派？"
    )
    assert small_case.ticket().hops == 0
    assert "已改派给省营商局局长 简闻和" in small_case.supervisor.say("原责任领导已调离")


def test_reassignment_to_nobody_known_or_to_the_present_owner_changes_nothing(small_case: Case) -> None:
    number = small_case.number
    said = small_case.supervisor.say(f"改派 {number} 简闻合 原责任领导已调离")
    assert said.startswith("名册里没有找到“简闻合”，没有改派。是不是要改派给：")
    assert "已改派给省营商局局长 简闻和" in small_case.supervisor.tap("营商环境建设局（省营商局局长 简闻和）")
    assert small_case.last().data["reason"] == "原责任领导已调离"
    assert small_case.supervisor.say(f"改派 {number} 简闻和 再来一次") == "这件本来就由这位负责。"
    assert small_case.ticket().hops == 1


def test_helper_who_becomes_the_owner_helps_no_longer(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.supervisor.say(f"改派 {small_case.number} 沈柏年 主要是税务问题")
    assert "已转给沈阳云杉里" in small_case.tax.say(f"回复 {small_case.number} 由我负责到底")
    assert "现在没有协办单位" in small_case.tax.say(f"结束协办 {small_case.number}")
    assert "已办结" in small_case.tax.say(f"办结 {small_case.number} 已退税")


# --- writing off ---------------------------------------------------------------------------------


def test_write_off_needs_two_failed_days_and_may_still_rebound(case: Case) -> None:
    number = case.number
    call_in_vain(case.world, LEADER, number)
    case.world.advance(days=1)
    case.leader.say(f"办结 {number} 尾款已到账")
    case.owner.silence()

    missing = (
        "还不能销号。企业没有确认的，要在办结以后、企业最后一次说话以后，有2个不同日子联系不上的记录"
        "（由责任领导登记：打不通 编号）。现有：{}。沉默不算满意。"
    )
    assert case.supervisor.say(f"销号 {number} 多次联系不上") == missing.format("还没有")
    for _ in range(2):
        case.world.advance(minutes=30)
        call_in_vain(case.world, LEADER, number)
    assert case.supervisor.say(f"销号 {number} 多次联系不上") == missing.format("11月25日")
    assert case.ticket().status == "resolved"

    case.world.advance(days=1)
    call_in_vain(case.world, AIDE, number)
    assert "已核准销号" in case.supervisor.say(f"销号 {number} 25、26日三次电话无人接听")

    assert case.owner.silence() == []  # the 48 hours are over: what we say waits for the next word
    case.owner.say(f"进度 {number}")
    told = case.owner.news()
    assert (
        "多次联系不上您，已核准销号。\n说明：25、26日三次电话无人接听\n督查（督查专员 石一诺）"
        in told["text"]
    )
    assert "30天内说一声，同一编号接着办" in told["text"]
    assert any("因多次联系不上企业，已核准销号" in text for text in case.leader.silence())
    row, event = case.ticket(), case.last()
    assert (row.status, row.confirmed_at, row.closed_at) == ("closed", None, case.world.clock())
    assert (event.verb, event.data["signed"]) == ("write_off", "督查专员 石一诺")
    assert event.data["tried_on"] == ["2026-11-25", "2026-11-26"]

    case.world.deliver()
    case.world.advance(days=29)
    assert "继续办" in case.owner.tap("没解决")
    assert (case.ticket().status, case.ticket().rebounds) == ("accepted", 1)


def test_word_of_the_enterprise_makes_failed_calls_worthless(small_case: Case) -> None:
    number = small_case.number
    small_case.leader.say(f"办结 {number} 尾款已到账")
    for _ in range(2):
        small_case.world.advance(days=1)
        call_in_vain(small_case.world, LEADER, number)
    small_case.owner.say(f"补充 {number} 我在外地，回去再看账")
    assert "现有：还没有" in small_case.supervisor.say(f"销号 {number} 联系不上")


def test_only_resolved_cases_are_written_off(small_case: Case) -> None:
    for _ in range(2):
        small_case.world.advance(days=1)
        call_in_vain(small_case.world, LEADER, small_case.number)
    assert small_case.supervisor.say(f"销号 {small_case.number} 联系不上") == (
        f"{small_case.number}「给开发区管委会干…」现在是“办理中”，不能核准销号。\n可以：详情"
    )


# --- what supervisors are and are not ------------------------------------------------------------


def test_supervisor_binds_by_an_invite_and_is_told_what_to_say(world: World) -> None:
    with world.database.transaction() as session:
        official_id = supervisor(session, None, now=world.clock())
    made = invited(world, admin(world), official_id=official_id)
    phone = world.phone("o-new")
    assert "督查专员 石一诺" in phone.say(f"绑定 {made.json()['code']}")
    assert phone.tap("确认绑定").startswith("绑定成功，石一诺")
    number = number_in(world.phone(OWNER).say(REQUEST))
    assert "维持 编号 理由" in phone.say("帮助")
    assert number in phone.say(f"详情 {number}")


def test_supervisor_cannot_speak_or_act_in_the_owners_name(small_case: Case) -> None:
    number = small_case.number
    small_case.supervisor.say(f"详情 {number}")
    refusal = "督查不代责任领导回复企业，这句没有发给任何人。"
    for words in (f"回复 {number} 我来答复", f"办结 {number} 好了", f"进展 {number} 在办", "明天上门看看"):
        assert small_case.supervisor.say(words).startswith(refusal)
    assert small_case.supervisor.say(f"协办 {number} 税务局").startswith(refusal)
    assert small_case.owner.silence() == []
    assert small_case.last().verb == "accept"


def test_worklist_shows_what_is_overdue_in_the_region_only(small_case: Case) -> None:
    small_case.world.advance(days=30)
    shown = small_case.supervisor.say("待办")
    assert shown.startswith("本地区超期 1 件：\n")
    assert f"{small_case.number} 应11月26日17:30前首次联系企业，副省长 安予诚" in shown
    assert small_case.world.phone(ELSEWHERE).say("待办") == "现在没有等您裁定的，本地区也没有超期的。"


def test_supervisor_sees_conversation_and_help_but_no_contact(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.tax.say(f"协办回复 {small_case.number} 已核实，不欠税")
    shown = small_case.supervisor.say(f"详情 {small_case.number}")
    assert "协办：国家税务总局沈阳市税务局（局长 沈柏年），已答复" in shown
    assert "协办 沈柏年：已核实，不欠税" in shown
    assert REQUEST in shown
    assert "林向晚" not in shown


@pytest.mark.parametrize(
    "said",
    [
        "把{n}转给简闻和",
        "{n}转给营商局吧",
        "{n}应该归省营商局管",
        "请把{n}交给简闻和处理",
        "转给 {n} 简闻和",
        "{n}改派 简闻和",
    ],
)
def test_supervisor_says_in_plain_words_who_shall_have_it(small_case: Case, said: str) -> None:
    asked = small_case.supervisor.say(said.format(n=small_case.number))
    assert asked.startswith(f"{small_case.number} 为什么改派？")
    assert "已改派给省营商局局长 简闻和" in small_case.supervisor.say("原责任领导已调离")


def test_reason_in_the_same_breath_is_kept_as_it_was_typed(small_case: Case) -> None:
    why = "税務问题，归口 营商；请抓紧"
    said = small_case.supervisor.say(f"把{small_case.number}转给简闻和，{why}")
    assert "已改派给省营商局局长 简闻和" in said
    assert small_case.last().data["reason"] == why


@pytest.mark.parametrize(
    "said", ["{n}转给谁合适", "{n}转给简闻和了吗", "不要把{n}转给简闻和", "{n}让他快点办", "{n}已转给简闻和"]
)
def test_what_only_sounds_like_it_gives_nothing_away(small_case: Case, said: str) -> None:
    answer = small_case.supervisor.say(said.format(n=small_case.number))
    assert "为什么改派" not in answer
    assert small_case.ticket().hops == 0


def test_owner_who_was_asked_for_may_be_typed(small_case: Case) -> None:
    asked = small_case.supervisor.say(f"把{small_case.number}转给简闻合，原责任领导已调离")
    assert asked.startswith("名册里没有找到“简闻合”")
    assert "已改派给省营商局局长 简闻和" in small_case.supervisor.say("简闻和")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("{n}退回重办", "不能退回重办"),
        ("退回{n}重办，理由不充分", "不能退回重办"),
        ("{n}维持不予办理，确属民事纠纷", "不能维持不予办理"),
        ("把{n}销号", "不能核准销号"),
        ("{n}办得咋样", "责任领导：副省长 安予诚"),
    ],
)
def test_supervisor_decides_in_plain_words(small_case: Case, said: str, answer: str) -> None:
    assert answer in small_case.supervisor.say(said.format(n=small_case.number))


@pytest.mark.parametrize(
    "said",
    [
        ("改派 {n}", "简闻和", "更熟悉情况"),
        ("改派", "{n}", "简闻和", "更熟悉情况"),
        ("改派 {n}", "简闻和 更熟悉情况"),
        ("详情 {n}", "改派", "{n}", "简闻和", "{n}", "更熟悉情况"),
    ],
    ids=["name, then reason", "bare", "name and reason", "number again and again"],
)
def test_reassigning_is_asked_for_one_thing_at_a_time(small_case: Case, said: tuple[str, ...]) -> None:
    for each in said:
        small_case.supervisor.say(each.format(n=small_case.number))
    last = small_case.last()
    assert (last.verb, last.data["reason"]) == ("reassign", "更熟悉情况")
    assert small_case.ticket().owner_id == small_case.world.roster.officials["office"]


@pytest.mark.parametrize("said", ["{n} 谁在办", "催一下 {n}"])
def test_plain_words_about_a_case_show_whose_it_is_and_go_to_nobody(small_case: Case, said: str) -> None:
    answer = small_case.supervisor.say(said.format(n=small_case.number))
    assert "责任领导：副省长 安予诚" in answer
    assert "这句没有发给任何人" in answer
    assert small_case.leader.silence() == []
    elsewhere = small_case.world.phone(ELSEWHERE)
    assert "安予诚" not in elsewhere.say(said.format(n=small_case.number))
