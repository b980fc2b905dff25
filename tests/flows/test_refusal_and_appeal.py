"""A case is refused with a reason and the right channel (不予办理); the enterprise appeals; a supervisor decides."""

import pytest
from sqlalchemy import func, select

from models.rules.numbers import number_of, ticket_id_of
from models.tables import Clock, Decline, Event, Outbox, Ticket
from tests.flows.colleagues import ELSEWHERE, SUPERVISOR, TAX, employ
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.world import World

REQUEST = "房东把厂房门锁换了不让搬货，押金二十万也不退，请政府出面把押金要回来"
WORDS = "这是你们与房东的租赁合同争议，行政机关无权裁决押金归属"


class Case:
    """A case nobody has accepted yet, and the phones of those concerned."""

    def __init__(self, world: World) -> None:
        self.world = world
        employ(world)
        self.owner, self.leader = world.phone(OWNER), world.phone(LEADER)
        self.supervisor, self.elsewhere = world.phone(SUPERVISOR), world.phone(ELSEWHERE)
        for phone in (self.leader, self.supervisor, self.elsewhere):
            phone.say("待办")
        self.number = number_in(self.owner.say(REQUEST))
        self.leader.news()

    def declined(self) -> "Case":
        """Have it refused, and forget what was said about it."""
        self.leader.say(f"不予办理 {self.number} 民事纠纷 {WORDS}")
        self.owner.news()
        return self

    def appealed(self) -> "Case":
        """Have the refusal appealed."""
        self.owner.say(f"申诉 {self.number} 房东是区属国企，应当由国资部门管")
        return self

    def ticket(self) -> Ticket:
        """Return the row as it is now."""
        with self.world.database.reading() as session:
            row = session.get_one(Ticket, ticket_id_of(self.number))
            session.expunge(row)
            return row

    def events(self) -> list[Event]:
        """Return what happened."""
        with self.world.database.reading() as session:
            rows = session.scalars(
                select(Event).where(Event.ticket_id == ticket_id_of(self.number)).order_by(Event.seq)
            ).all()
            session.expunge_all()
            return list(rows)

    def running(self) -> list[str]:
        """Return the clocks that run."""
        with self.world.database.reading() as session:
            running = (Clock.ticket_id == ticket_id_of(self.number), Clock.met_at.is_(None))
            return sorted(session.scalars(select(Clock.name).where(*running)))


@pytest.fixture
def case(world: World) -> Case:
    return Case(world)


@pytest.fixture
def small_case(world: World) -> Case:
    return Case(world)


def test_open_case_is_refused_with_reason_and_channel_and_has_a_ledger_number(case: Case) -> None:
    said = case.leader.say(f"不予办理 {case.number} 民事纠纷 {WORDS}")
    assert said == (
        f"{case.number} 已按“民事纠纷”答复不予办理，理由和正确渠道已发给企业。企业不同意可以申诉，由督查裁定。"
    )

    told = case.owner.news()
    assert told["text"].split("\n")[1:] == [
        f"理由：民事纠纷。{WORDS}",
        "您可以找：人民调解或公证、法律援助（公共法律服务热线12348），协商不成向人民法院起诉（12368）",
        "依据：参照《信访工作条例》第三十一条第一项；《中华人民共和国民事诉讼法》",
        "不同意可以申诉一次，由督查裁定。",
        "不同意，申诉",
    ]
    assert "副省长 安予诚（本人）答复：不予办理。" in told["text"]
    assert case.owner.silence() == []

    row = case.ticket()
    assert (row.status, row.ledger_year, row.ledger_no) == ("declined", 2026, 1)
    assert row.owner_id == case.world.roster.officials["leader"]
    assert [(event.verb, event.to_status) for event in case.events()][1:] == [
        ("accept", "accepted"),
        ("decline", "declined"),
    ]
    assert case.events()[-1].data["code"] == "civil"
    assert case.running() == []
    assert "已说明理由" in case.owner.say(f"进度 {case.number}")
    assert case.world.unsettled() == 0


def test_appeal_is_upheld(case: Case) -> None:
    case.declined()

    assert case.owner.say(f"申诉 {case.number}") == (
        f"对 {case.number} 的不予办理有什么不同意的？请直接说，原话交给督查裁定。每次决定可以申诉一次。"
    )
    said = case.owner.say("房东是区属国企，应当由国资部门管")
    assert said == (
        f"{case.number} 的申诉已交给督查。自11月24日申诉起5个工作日内裁定，12月1日17:30前"
        "（依据：本方案默认时限，参照《信访工作条例》）"
    )

    asked = case.supervisor.news()
    assert f"副省长 安予诚以“民事纠纷”不予办理：{WORDS}\n企业说：房东是区属国企" in asked["text"]
    assert [label for label, _ in asked["links"]] == ["详情", "维持", "退回重办"]
    assert "企业对" in case.leader.news()["text"]
    assert f"等您裁定 1 件：\n{case.number} 申诉，12月1日17:30前" in case.supervisor.say("待办")
    assert case.elsewhere.say("待办") == "现在没有等您裁定的，本地区也没有超期的。"
    assert case.elsewhere.silence() == []

    assert case.supervisor.tap("维持").startswith(f"{case.number} 为什么维持？")
    assert case.supervisor.say("嗯嗯").startswith(f"{case.number} 为什么维持？")
    assert "已裁定：维持不予办理" in case.supervisor.say("房东与贵公司是平等民事主体，押金归属只能由法院判定")

    verdict = case.owner.news()["text"]
    assert "督查（督查专员 石一诺）裁定：维持不予办理。\n理由：房东与贵公司是平等民事主体" in verdict
    assert "您可以找：人民调解或公证" in verdict
    assert "裁定：维持不予办理" in case.leader.news()["text"]
    assert case.ticket().status == "declined"
    last = case.events()[-1]
    assert (last.verb, last.actor_role, last.data["signed"]) == ("uphold", "supervisor", "督查专员 石一诺")

    assert case.owner.say(f"申诉 {case.number} 我还是不服") == "这次决定已经申诉过，督查也已裁定。"
    assert case.supervisor.say(f"退回重办 {case.number} 再看看吧") == "这件没有等待裁定的申诉。"
    assert case.supervisor.say("待办") == "现在没有等您裁定的，本地区也没有超期的。"


def test_appeal_is_overturned_and_the_new_decision_can_be_appealed_again(case: Case) -> None:
    case.declined().appealed()
    for phone in (case.supervisor, case.leader):
        phone.silence()
    case.world.advance(days=1)

    assert "已裁定：退回重办" in case.supervisor.say(
        f"退回重办 {case.number} 房东为国有企业，国资部门可以协调"
    )

    assert (
        "裁定：退回重办，编号不变。\n理由：房东为国有企业，国资部门可以协调\n仍由副省长 安予诚负责。"
        in (case.owner.news()["text"])
    )
    assert "仍由您负责，请接着办。" in case.leader.news()["text"]
    row = case.ticket()
    assert (row.status, row.owner_id, row.ledger_no, row.hops) == (
        "accepted",
        case.world.roster.officials["leader"],
        1,
        0,
    )
    assert case.running() == ["progress", "result"]

    case.leader.say(f"不予办理 {case.number} 民事纠纷 国资部门已协调，房东不同意，只能走诉讼")
    assert "不予办理" in case.owner.news()["text"]
    assert "的申诉已交给督查" in case.owner.say(f"申诉 {case.number} 协调时没有通知我们到场")
    with case.world.database.reading() as session:
        rows = session.execute(select(Decline.verdict, Decline.decided_by).order_by(Decline.id)).all()
    assert [tuple(row) for row in rows] == [("overturned", "督查专员 石一诺"), (None, None)]


def test_reason_must_be_one_of_the_catalogue(small_case: Case) -> None:
    number = small_case.number
    said = small_case.leader.say(f"不予办理 {number} 太麻烦了我们办不了")
    assert said.startswith(
        f"说明“太麻烦了我们办不了”先记着，还没有发给企业。\n不予办理 {number}，是哪一种理由？"
    )
    assert small_case.ticket().status == "open"
    assert "已按“涉法涉诉”答复不予办理" in small_case.leader.tap("涉法涉诉")
    assert "太麻烦了我们办不了" in small_case.owner.news()["text"]


def test_reason_alone_is_asked_for_its_words(small_case: Case) -> None:
    number = small_case.number
    assert "请用一句话写明具体理由" in small_case.leader.say(f"不予办理 {number} 已进入仲裁")
    assert "请用一句话写明具体理由" in small_case.leader.say("好的")
    assert small_case.ticket().status == "open"
    assert "已按“已进入仲裁”" in small_case.leader.say("劳动人事争议仲裁委11月20日已立案，请等裁决")
    assert "受理该案的仲裁机构" in small_case.owner.news()["text"]


def test_channel_only_the_case_knows_is_asked_for(small_case: Case) -> None:
    number = small_case.number
    asked = small_case.leader.say(f"不予办理 {number} 不属本级职权 外汇核销由国家外汇管理局垂直管理")
    assert asked == f"{number} 不属本级职权：请写明该找哪个机关、怎么联系，企业会照着去找。"
    assert small_case.ticket().status == "open"
    assert "已按“不属本级职权”" in small_case.leader.say("国家外汇管理局辽宁省分局")
    assert "您可以找：国家外汇管理局辽宁省分局\n" in small_case.owner.news()["text"]


def test_channel_can_be_said_in_the_same_message(small_case: Case) -> None:
    small_case.leader.say(
        f"不予办理 {small_case.number} 不属本级职权 由外汇部门垂直管理。渠道：国家外汇管理局辽宁省分局"
    )
    text = small_case.owner.news()["text"]
    assert "理由：不属本级职权。由外汇部门垂直管理" in text
    assert "您可以找：国家外汇管理局辽宁省分局\n" in text


def test_wish_against_policy_needs_the_document(small_case: Case) -> None:
    number = small_case.number
    assert "请写明政策依据" in small_case.leader.say(f"不予办理 {number} 政策不符 你们的条件不够")
    assert small_case.ticket().status == "open"
    assert "已按“要求与政策不符”" in small_case.leader.say("按《某市技改补助办法》第六条，投资额不足500万元")


def test_repetition_needs_the_number_of_the_same_enterprise(small_case: Case) -> None:
    number = small_case.number
    other = number_in(small_case.owner.say("新诉求 变压器增容三个月批不下来"))
    foreign = number_in(small_case.world.phone("o-stranger").say("办证跑了三趟还没办下来，窗口说法都不一样"))
    for wrong in (number, foreign, number_of(999_999), "没有编号"):
        assert "请写明同一企业的原编号" in small_case.leader.say(
            f"不予办理 {number} 重复 与{wrong}是同一件事"
        )
    assert small_case.ticket().status == "open"
    assert "已按“重复”" in small_case.leader.say(f"不予办理 {number} 重复 与 {other} 是同一件事")


def test_only_the_owners_desk_declines_and_only_while_in_work(small_case: Case) -> None:
    number = small_case.number
    for openid in (TAX, OFFICE, SUPERVISOR):
        small_case.world.phone(openid).say(f"不予办理 {number} 民事纠纷 {WORDS}")
    assert small_case.ticket().status == "open"
    assert "已按" in small_case.world.phone(AIDE).say(f"不予办理 {number} 民事纠纷 {WORDS}")
    assert "（专班代复）答复：不予办理" in small_case.owner.news()["text"]
    refused = small_case.leader.say(f"不予办理 {number} 民事纠纷 {WORDS}")
    assert refused == (
        f"{small_case.number}「房东把厂房门锁换…」现在是“已说明理由”，不能不予办理。\n可以：详情"
    )


def test_what_is_not_declined_cannot_be_appealed(small_case: Case) -> None:
    assert small_case.owner.say("申诉").startswith("您没有被答复不予办理的诉求。")
    assert small_case.owner.say(f"申诉 {small_case.number} 不服") == (
        f"{small_case.number}「房东把厂房门锁换…」现在是“待受理”，不能申诉。\n可以：催办　补充"
    )


def test_not_solved_is_an_appeal_where_the_case_was_declined(small_case: Case) -> None:
    small_case.declined()
    answer = small_case.owner.say(f"没解决 {small_case.number} 还是没办")
    assert answer.startswith(f"{small_case.number} 的申诉已交给督查")


def test_appeal_without_a_number_is_about_the_only_refusal(small_case: Case) -> None:
    small_case.declined()
    assert "的申诉已交给督查" in small_case.owner.say("申诉 房东是国企")
    assert small_case.owner.say("申诉 再说一次") == "这次决定已经申诉过，正由督查裁定。"


def test_words_against_a_refusal_are_one_tap_from_the_appeal_and_open_no_case(small_case: Case) -> None:
    owner = small_case.declined().owner
    for said in ("怎么申诉", "那我找谁", "什么破理由", "请重新考虑"):
        assert owner.say(said).startswith(f"您说的是 {small_case.number}「房东把厂房门锁换了")
    assert "appeal" not in [event.verb for event in small_case.events()]
    reason = "你们搞错了，这不是民事纠纷，房东是区属国企，归国资管"
    assert "您刚说的话就是理由" in owner.say(reason)
    assert "已交给督查" in owner.tap("申诉")
    with small_case.world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
        row = session.scalars(select(Decline).where(Decline.appealed_at.is_not(None))).one()
        assert row.appeal == reason


def test_words_of_another_case_are_not_about_the_refusal(small_case: Case) -> None:
    owner, about = small_case.declined().owner, f"您说的是 {small_case.number}「"
    assert not owner.say("到哪了").startswith(about)
    other = number_in(owner.say("新诉求 变压器增容申请交了半年没排上，停一天损失好几万"))
    small_case.leader.say(f"受理 {other}")
    small_case.world.advance(minutes=40)
    owner.silence()
    for said in (f"{other} 请再看看", f"{other}那件请再研究一下", "增容的事麻烦再研究研究", "督查什么时候来"):
        assert not owner.say(said).startswith(about), said
        small_case.world.advance(minutes=40)
    assert owner.say(f"{small_case.number} 请再看看").startswith(about)
    assert owner.say("理由不成立").startswith(about)
    with small_case.world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 2


def test_supervisor_of_another_region_knows_nothing_of_the_case(small_case: Case) -> None:
    small_case.declined().appealed()
    unknown = number_of(999_999)
    for word in ("详情", "维持", "退回重办", "改派", "销号"):
        foreign = small_case.elsewhere.say(f"{word} {small_case.number} 简闻和 理由如此")
        assert foreign.replace(small_case.number, "N") == small_case.elsewhere.say(
            f"{word} {unknown} 简闻和 理由如此"
        ).replace(unknown, "N")
    assert small_case.ticket().status == "declined"


def test_owner_cannot_decide_on_the_appeal_against_it(small_case: Case) -> None:
    small_case.declined().appealed()
    for word in ("维持", "退回重办", "改派", "销号"):
        small_case.leader.say(f"{word} {small_case.number} 我看可以")
    assert [event.verb for event in small_case.events()][-1] == "appeal"


def test_late_verdict_is_told_to_the_supervisor_once(case: Case) -> None:
    case.declined().appealed()
    case.supervisor.silence()
    case.world.advance(days=8)
    case.supervisor.say("待办")

    case.world.strike()
    assert case.world.strike() == 0
    assert any("的申诉应在12月1日17:30前裁定，已超期" in text for text in case.supervisor.silence())
    assert (case.events()[-1].verb, case.events()[-1].to_status) == ("warn", "declined")


def test_appeal_where_no_supervisor_is_bound_is_not_lost(world: World) -> None:
    owner, leader, office = (world.phone(each) for each in (OWNER, LEADER, OFFICE))
    office.say("待办")
    number = number_in(owner.say(REQUEST))
    leader.say(f"不予办理 {number} 民事纠纷 {WORDS}")
    owner.say(f"申诉 {number} 房东是国企")
    assert "这个地区现在没有督查能收到消息，请尽快请管理员安排督查裁定。" in office.news()["text"]


def test_every_word_to_the_enterprise_has_its_cause(small_case: Case) -> None:
    small_case.declined().appealed()
    small_case.supervisor.say(f"维持 {small_case.number} 应由法院判定")
    with small_case.world.database.reading() as session:
        rows = session.scalars(select(Outbox)).all()
        assert [row for row in rows if row.ticket_id is None or row.event_id is None] == []


COURT = [
    "那我走法院",
    "我去法院告",
    "好吧，那我走仲裁",
    "法院见",
    "那我找律师打官司",
    "我要申请行政复议",
    "那就起诉",
    "我走法律途径",
]


@pytest.mark.parametrize("said", COURT)
def test_who_goes_to_court_hears_of_the_appeal_and_opens_no_case(small_case: Case, said: str) -> None:
    small_case.declined()
    answer = small_case.owner.say(said)
    assert "您有权这样做" in answer
    assert "申诉" in answer
    with small_case.world.database.reading() as session:
        assert session.scalars(select(Ticket.id)).all() == [ticket_id_of(small_case.number)]
    assert "有什么不同意的" in small_case.owner.tap("申诉")


def test_who_goes_to_court_after_the_verdict_hears_which_ways_are_left(small_case: Case) -> None:
    small_case.declined().appealed()
    small_case.supervisor.say(f"维持 {small_case.number} 确属民事纠纷")
    small_case.owner.silence()
    assert "行政复议或提起诉讼" in small_case.owner.say("那我去法院起诉")


@pytest.mark.parametrize("said", ["法院判了对方不给钱，执行不了", "仲裁委拖了半年不开庭"])
def test_matter_of_a_court_is_a_matter(small_case: Case, said: str) -> None:
    small_case.declined()
    assert "收到，编号" in small_case.owner.say(said)


@pytest.mark.parametrize("said", ["督查什么时候给结果", "申诉有结果了吗"])
def test_question_for_the_verdict_is_no_new_matter(small_case: Case, said: str) -> None:
    small_case.declined().appealed()
    assert small_case.owner.say(said) == small_case.owner.say(f"申诉 {small_case.number} 还是不服")


BECAUSE = "房东确系国企，应由国资部门受理"


@pytest.mark.parametrize(
    "said",
    [
        ("{n}", BECAUSE),
        (BECAUSE, "{n}"),
        ("{n} " + BECAUSE,),
        (BECAUSE + "，{n}",),
        (BECAUSE, "待办", "{n}"),
        ("待办", "{n}", BECAUSE),
    ],
    ids=["number first", "reason first", "together", "reason and number", "looked up", "looked up first"],
)
def test_bare_decision_waits_for_its_number_and_its_reason(small_case: Case, said: tuple[str, ...]) -> None:
    case = small_case.declined().appealed()
    supervisor = case.supervisor
    supervisor.silence()

    assert supervisor.say("退回重办").startswith("请写上编号")
    for each in said:
        answer = supervisor.say(each.format(n=case.number))
    assert answer.startswith(f"{case.number} 已裁定：退回重办")
    last = case.events()[-1]
    assert (last.verb, last.data["reason"]) == ("overturn", BECAUSE)


def test_mistyped_number_leaves_the_question_open_with_its_reason(small_case: Case) -> None:
    case = small_case.declined().appealed()
    supervisor = case.supervisor
    supervisor.say("退回重办")
    assert supervisor.say(BECAUSE).startswith("理由记下了，是哪一件？")

    assert supervisor.say("9999号").startswith("没有查到编号 9999")
    assert supervisor.say(case.number).startswith(f"{case.number} 已裁定：退回重办")
    assert case.events()[-1].data["reason"] == BECAUSE
