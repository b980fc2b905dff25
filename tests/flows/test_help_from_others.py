"""An owner asks others to help (协办): asked, accepted, refused, answered, late; and the owner stays the owner."""

import pytest
from sqlalchemy import select

from models.rules.numbers import number_of, ticket_id_of
from models.tables import Clock, CoHandling, Event, Message, Ticket
from tests.flows.colleagues import ELSEWHERE, POWER, TAX, TAX_AIDE, Colleagues, employ
from tests.flows.reading import number_in
from tests.flows.test_pictures_and_voices import PNG, picture_on, send_picture
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.world import Phone, World

REQUEST = "去年评上了专精特新，说好的税费返还一直没到账"


class Case:
    """A case that the leader has accepted, and the phones of those concerned."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.colleagues: Colleagues = employ(world)
        self.owner, self.leader = world.phone(OWNER), world.phone(LEADER)
        self.tax, self.power = world.phone(TAX), world.phone(POWER)
        for phone in (self.leader, self.tax, self.power):
            phone.say("待办")
        self.number = number_in(self.owner.say(REQUEST))
        self.leader.news()
        self.leader.say(f"受理 {self.number}")
        self.owner.news()

    def clocks(self) -> list[tuple[str, object, object, object]]:
        """Return the owner's clocks."""
        with self.world.database.reading() as session:
            rows = session.scalars(
                select(Clock)
                .where(Clock.ticket_id == ticket_id_of(self.number), Clock.subject_id.is_(None))
                .order_by(Clock.id)
            )
            return [(row.name, row.started_at, row.due_at, row.met_at) for row in rows]

    def events(self) -> list[Event]:
        """Return what happened to the case."""
        with self.world.database.reading() as session:
            found = list(
                session.scalars(
                    select(Event).where(Event.ticket_id == ticket_id_of(self.number)).order_by(Event.seq)
                )
            )
            session.expunge_all()
            return found


@pytest.fixture
def case(world: World) -> Case:
    return Case(world)


@pytest.fixture
def small_case(world: World) -> Case:
    return Case(world)


def labels(news: dict[str, object]) -> list[str]:
    links = news["links"]
    assert isinstance(links, list)
    return [label for label, _ in links]


def test_unit_is_asked_accepts_and_answers_the_owner_who_stays_the_owner(case: Case) -> None:
    before = case.clocks()

    asked = case.leader.say(f"协办 {case.number} 税务局 请核实返还进度")
    assert asked == (
        f"已请国家税务总局沈阳市税务局（局长 沈柏年）协办 {case.number}，要办的事：请核实返还进度。\n"
        "请对方12月1日17:30前答复您。您仍是责任领导，期限照算。\n结束协办"
    )

    task = case.tax.news()
    assert task["text"].startswith(f"请您协办 {case.number}「{REQUEST[:23]}")
    assert "企业：沈阳云杉里精密机械有限公司\n责任领导：副省长 安予诚（仍由他负责）\n" in task["text"]
    assert "要办的事：请核实返还进度\n请12月1日17:30前答复责任领导。" in task["text"]
    assert labels(task) == ["接受协办", "不接受", "详情"]
    assert case.owner.silence() == []

    assert case.tax.tap("接受协办").startswith(
        f"已接受协办 {case.number}，会告诉副省长 安予诚。请12月1日17:30前答复"
    )
    assert "国家税务总局沈阳市税务局（局长 沈柏年）接受协办" in case.leader.news()["text"]
    told = case.owner.news()["text"]
    assert told.endswith(
        "已请国家税务总局沈阳市税务局（局长 沈柏年）协助办理。负责人不变，仍是副省长 安予诚。"
    )

    shown = case.tax.say(f"详情 {case.number}")
    assert REQUEST in shown
    assert "沈阳云杉里精密机械有限公司" in shown
    assert "林向晚" not in shown
    assert (
        case.tax.say("退库手续已办完，三日内到账")
        == f"已转给责任领导副省长 安予诚（{case.number}），企业看不到。"
    )
    answer = case.leader.news()
    assert answer["text"].endswith("企业看不到：\n退库手续已办完，三日内到账\n报进展　结束协办")
    assert "（本人）" in answer["text"]
    assert case.owner.silence() == []
    assert "退库手续" not in case.owner.say("进度")

    assert case.clocks() == before
    with case.world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(case.number))
        assert (ticket.owner_id, ticket.hops) == (case.world.roster.officials["leader"], 0)
        row = session.scalars(select(CoHandling)).one()
        assert (row.state, row.task, row.answered_at) == ("joined", "请核实返还进度", case.world.clock())
        clock = session.scalars(select(Clock).where(Clock.subject_id == row.id)).one()
        assert (clock.source, clock.met_at) == ("本方案默认时限", case.world.clock())
        assert session.scalars(select(Message.side).order_by(Message.id.desc())).first() == "co_handler"
    verbs = [(event.verb, event.actor_role) for event in case.events()]
    assert verbs[2:] == [("call_in", "owner"), ("join", "co_handler"), ("contribute", "co_handler")]
    assert case.world.unsettled() == 0


def test_unit_refuses_with_a_reason_and_the_owner_asks_another(case: Case) -> None:
    case.leader.say(f"协办 {case.number} 税务局 请核实")
    case.tax.news()

    assert case.tax.tap("不接受") == f"{case.number} 为什么不能协办？请说一句，责任领导会看到。"
    assert case.tax.say("好的") == f"{case.number} 为什么不能协办？请说一句，责任领导会看到。"
    assert (
        case.tax.say("这笔返还由财政部门兑现，我局无此职权")
        == f"已告诉责任领导，{case.number} 您这边不协办。补充理由"
    )

    refusal = case.leader.news()
    assert "理由：\n这笔返还由财政部门兑现，我局无此职权\n这件仍由您负责" in refusal["text"]
    assert case.owner.silence() == []
    assert "没有查到编号" in case.tax.say(f"详情 {case.number}")

    assert case.leader.tap("另请一家").startswith(f"{case.number} 请哪家单位协办？")
    assert "已请国网沈阳供电公司（总经理 陆知白）协办" in case.leader.say("供电公司 请查一下电费抵扣")
    assert "要办的事：请查一下电费抵扣" in case.power.news()["text"]
    case.power.tap("接受协办")
    assert "国网沈阳供电公司" in case.owner.news()["text"]
    reasons = [event.data["reason"] for event in case.events() if event.verb == "refuse"]
    assert reasons == ["这笔返还由财政部门兑现，我局无此职权"]


def test_enterprise_is_told_once_of_each_unit(small_case: Case) -> None:
    for task in ("先查", "再查"):
        small_case.leader.say(f"协办 {small_case.number} 税务局 {task}")
        small_case.tax.say(f"接受协办 {small_case.number}")
        small_case.tax.say(f"协办回复 {small_case.number} 已查，情况属实")
    assert len(small_case.owner.silence()) == 1


def test_answer_without_accepting_accepts(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    assert "已转给责任领导" in small_case.tax.say(f"协办回复 {small_case.number} 查了，材料齐全")
    assert [event.verb for event in small_case.events()][-2:] == ["join", "contribute"]
    assert len(small_case.owner.silence()) == 1


def test_aide_of_a_unit_answers_and_is_named_as_one(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.world.phone(TAX_AIDE).say(f"协办回复 {small_case.number} 查了，材料齐全")
    small_case.world.deliver()
    assert any("沈柏年）（专班代复）就" in text for text in small_case.leader.silence())


def test_picture_of_a_unit_goes_to_the_owner_only(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.tax.say(f"接受协办 {small_case.number}")
    for phone in (small_case.owner, small_case.leader):
        phone.silence()
    send_picture(small_case.tax)
    assert "答复您，企业看不到：\n［图片］" in small_case.leader.news()["text"]
    assert picture_on(small_case.leader) == PNG
    assert small_case.owner.silence() == []


def test_words_of_an_owner_do_nothing_for_a_unit(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    hint = "有情况请发：协办回复 编号 …，责任领导会看到。"
    acts = {
        "办结": "办结",
        "进展": "反馈进展",
        "不予办理": "不予办理",
        "协办": "请协办",
        "结束协办": "结束协办",
    }
    said = {word: small_case.tax.say(f"{word} {small_case.number}") for word in acts}
    assert said == {
        word: f"{small_case.number}「去年评上了专精特…」：{act}不由协办单位来做。{hint}\n可以：详情"
        for word, act in acts.items()
    }
    assert small_case.tax.say(f"受理 {small_case.number}").startswith(
        f"{small_case.number}「去年评上了专精特…」现在是“办理中”，不能受理。"
    )
    assert "已转给责任领导" in small_case.tax.say(f"回复 {small_case.number} 我来跟企业说吧")
    assert [text for text in small_case.owner.silence() if "我来跟企业说吧" in text] == []


def test_courtesy_of_a_unit_goes_to_nobody(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.tax.say(f"详情 {small_case.number}")
    assert small_case.tax.say("收到") == (
        f"好的，这句没有发给责任领导。要原样发出，请发：协办回复 {small_case.number} …"
    )


def test_resolving_while_an_answer_is_awaited_asks_why(case: Case) -> None:
    case.leader.say(f"协办 {case.number} 税务局 请核实")

    assert case.leader.say(f"办结 {case.number} 返还已到账") == (
        f"{case.number} 还有协办没有答复，先没有办结：\n"
        "国家税务总局沈阳市税务局（局长 沈柏年）：未接受，12月1日17:30前答复\n"
        "仍要办结的，请说为什么不等了，会写入记录。不等对方，也可以点结束协办。"
    )
    assert case.events()[-1].verb == "call_in"
    assert "还有协办没有答复" in case.leader.say("好的")
    assert "已办结，正请沈阳云杉里精密机械有限公司确认" in case.leader.say(
        "财政已先行兑现，不需要税务局核实了"
    )

    told = case.owner.news()["text"]
    assert "说已办结：\n返还已到账" in told
    event = case.events()[-1]
    assert event.verb == "resolve"
    assert event.data == {
        "despite": "财政已先行兑现，不需要税务局核实了",
        "awaited": [case.colleagues.tax],
        "salt": event.data["salt"],
        "sealed": event.data["sealed"],
    }


def test_resolving_is_free_once_the_unit_has_answered_or_was_let_go(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.leader.say(f"协办 {small_case.number} 供电公司")
    small_case.tax.say(f"协办回复 {small_case.number} 情况属实，已办完")
    assert "国网沈阳供电公司" in small_case.leader.say(f"办结 {small_case.number} 办好了")
    assert small_case.leader.say(f"结束协办 {small_case.number}").startswith(
        f"{small_case.number} 结束哪一家的协办？"
    )
    assert "已结束国网沈阳供电公司（总经理 陆知白）的协办" in small_case.leader.say(
        f"结束协办 {small_case.number} 供电公司"
    )
    assert any("的协办已结束" in text for text in small_case.power.silence())
    assert "已办结" in small_case.leader.say(f"办结 {small_case.number} 办好了")
    assert "awaited" not in small_case.events()[-1].data


def test_end_of_the_case_ends_the_help(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    small_case.tax.silence()
    small_case.owner.say(f"撤回 {small_case.number}")
    assert any("的协办已结束" in text for text in small_case.tax.silence())
    assert "没有查到编号" in small_case.tax.say(f"详情 {small_case.number}")
    assert "现在没有等您答复的协办" in small_case.tax.say("接受协办")


def test_unit_without_wechat_is_named_as_such(small_case: Case) -> None:
    said = small_case.leader.say(f"协办 {small_case.number} 自然资源局 请查宗地")
    assert "那边还没有人绑定微信，消息送不到，请另行联系" in said


def test_unknown_unit_is_asked_for_and_near_ones_are_offered(small_case: Case) -> None:
    said = small_case.leader.say(f"协办 {small_case.number} 自然资料局 请查宗地")
    assert said.startswith(
        "名册里没有找到“自然资料局”，没有请任何人协办。是不是要找：\n沈阳市自然资源局局长 顾南乔"
    )
    assert "要办的事：请查宗地" in small_case.leader.tap("沈阳市自然资源局局长 顾南乔")


def test_several_people_of_one_unit_are_offered_and_one_is_chosen(small_case: Case) -> None:
    employ(small_case.world)
    said = small_case.leader.say(f"协办 {small_case.number} 供电公司 请查线路")
    assert said == "“供电公司”有几位，请点一位：\n" + "\n".join(["国网沈阳供电公司（总经理 陆知白）"] * 2)
    with small_case.world.database.reading() as session:
        assert session.scalars(select(CoHandling)).all() == []


def test_words_after_the_question_for_a_unit_do_not_reach_the_enterprise(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number}")
    said = small_case.leader.say("税务局那边我已经说好了")
    assert said.startswith("名册里没有“税务局那边我已经说好了”，这句没有发给任何人。")
    assert small_case.owner.silence() == []


def test_own_desk_and_the_same_unit_twice_are_refused(small_case: Case) -> None:
    number = small_case.number
    assert small_case.leader.say(f"协办 {number} 安予诚") == "这件就是您在办，不用请自己协办。"
    small_case.leader.say(f"协办 {number} 税务局")
    assert (
        small_case.world.phone(AIDE)
        .say(f"协办 {number} 税务局")
        .startswith("已经请过国家税务总局沈阳市税务局")
    )
    small_case.tax.say(f"接受协办 {number}")
    assert small_case.tax.say(f"接受协办 {number}").startswith("这件协办您已经接受了")
    small_case.tax.say(f"协办回复 {number} 查过了，材料齐全")
    assert small_case.tax.say(f"不接受协办 {number} 太忙了顾不上").startswith("这件协办您已经答复过")


def test_help_shows_on_the_owners_case_and_on_the_units_list(small_case: Case) -> None:
    small_case.leader.say(f"协办 {small_case.number} 税务局")
    assert (
        "协办：国家税务总局沈阳市税务局（局长 沈柏年），未接受，12月1日17:30前答复"
        in small_case.leader.say(f"详情 {small_case.number}")
    )
    assert small_case.tax.say("待办") == (
        f"手头没有待办诉求。\n请您协办 1 件：{small_case.number}（12月1日17:30前）"
    )


@pytest.mark.parametrize("word", ["详情", "协办回复", "接受协办", "结束协办", "改派"])
def test_case_of_others_does_not_exist_for_those_who_do_not_help(small_case: Case, word: str) -> None:
    unknown = number_of(999_999)
    for openid in (TAX, POWER, OFFICE, ELSEWHERE):
        phone: Phone = small_case.world.phone(openid)
        foreign = phone.say(f"{word} {small_case.number} 沈柏年 试试看")
        assert foreign.replace(small_case.number, "N") == phone.say(
            f"{word} {unknown} 沈柏年 试试看"
        ).replace(unknown, "N")


def test_late_answer_is_told_to_unit_and_owner_once(case: Case) -> None:
    case.leader.say(f"协办 {case.number} 税务局")
    for phone in (case.leader, case.tax):
        phone.silence()
    before = case.clocks()

    case.world.advance(days=6)
    case.world.strike()
    assert not any("超期" in text for phone in (case.leader, case.tax) for text in phone.silence())
    case.world.advance(days=2)
    for phone in (case.leader, case.tax):
        phone.say("待办")
        phone.silence()
    case.world.strike()
    assert case.world.strike() == 0

    assert any("超期未答复（应在12月1日17:30前）。您的期限照算。" in text for text in case.leader.silence())
    assert any("应在12月1日17:30前答复责任领导，已超期" in text for text in case.tax.silence())
    assert case.owner.silence() == []
    warned = [event for event in case.events() if event.data.get("clock") == "co_handle"]
    assert [(event.verb, event.actor_role, event.data["level"]) for event in warned] == [
        ("warn", "system", 80), ("warn", "system", 100),
    ]  # fmt: skip
    assert case.clocks() == before
