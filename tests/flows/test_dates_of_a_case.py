"""Dates as people live with them: reminders that climb, more time that is asked for, clocks that stand still."""

import pytest
from sqlalchemy import select, update

from models.rules.numbers import ticket_id_of
from models.tables import Clock, Delivery, Escalation, Event, Outbox
from tests.flows.owning import verbs
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.roster import supervisor as watching
from tests.world import TEMPLATE, Phone, World

REQUEST = "新诉求 科技局答应的研发补贴一年了还没拨下来"
SUPERVISOR = "o-supervisor"


def supervisor(world: World, openid: str = SUPERVISOR, region: str = "210100") -> Phone:
    """Put a supervisor on the roster who has just written to the account."""
    with world.database.transaction() as session:
        watching(session, openid, region=region, name="沈知微", post="督查处长", now=world.clock())
    phone = world.phone(openid)
    phone.say("待办")
    return phone


def accepted(world: World) -> str:
    """Let the enterprise ask and the leader accept; everybody has read everything."""
    number = number_in(world.phone(OWNER).say(REQUEST))
    world.phone(LEADER).say(f"受理 {number}")
    world.phone(AIDE).say("待办")
    for phone in (world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)):
        phone.silence()
    return number


def test_reminders_climb_from_the_aide_to_the_supervisor(world: World) -> None:
    owner, leader, aide, above = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE), supervisor(world)
    leader.say("待办")
    aide.say("待办")
    number = number_in(owner.say(REQUEST))
    for phone in (leader, aide):
        phone.silence()

    world.advance(hours=22.5)
    world.strike()
    assert aide.silence() == [
        f"{number}「科技局答应的研发补贴一年了还没拨下来」受理的时限已过半：11月25日17:30前。\n"
        "责任领导：副省长 安予诚\n详情"
    ]
    world.advance(hours=2.7)
    world.strike()
    assert "受理的时限已用去八成" in leader.silence()[0]
    assert (aide.silence(), above.silence()) == ([], [])

    world.advance(hours=6.3)
    world.strike()
    told = above.news()
    assert "受理的时限已到，还没有办：11月25日17:30前。\n责任领导：副省长 安予诚" in told["text"]
    assert [command for _, command in told["links"]] == [f"详情 {number}"]
    assert number in above.tap("详情")
    assert owner.silence() == []
    assert world.strike() == 0


def test_warning_that_cannot_be_delivered_goes_one_rung_up(world: World) -> None:
    leader, aide, number = world.phone(LEADER), world.phone(AIDE), accepted(world)
    world.advance(days=13)
    leader.say("待办")
    leader.silence()

    world.strike()  # half of the time for a result is gone
    assert aide.silence() == []  # has never written: the platform takes nothing for them
    world.advance(hours=6)
    world.strike()
    assert [text for text in leader.silence() if "本应提醒专班联络员，未能送达" in text] != []

    with world.database.reading() as session:
        rows = session.execute(
            select(Escalation.rung, Escalation.proof, Outbox.state)
            .join(Outbox, Outbox.id == Escalation.outbox_id)
            .where(Escalation.ticket_id == ticket_id_of(number), Escalation.clock == "result")
            .order_by(Escalation.id)
        ).all()
    assert [tuple(row) for row in rows[:2]] == [
        ("aide", "raised", Delivery.PARKED), ("leader", None, Delivery.SENT),
    ]  # fmt: skip


def test_older_warning_that_was_not_heard_does_not_come_after_a_newer_one(world: World) -> None:
    leader = world.phone(LEADER)
    number = number_in(world.phone(OWNER).say(REQUEST))
    leader.say("待办")
    leader.silence()

    world.advance(hours=22.5)
    world.strike()  # half of the time: for the aide, who has never written
    world.advance(hours=2.7)
    world.strike()
    assert ["受理的时限已用去八成" in text for text in leader.silence()] == [True]
    world.advance(hours=1.3)
    world.strike()
    assert leader.silence() == []

    with world.database.reading() as session:
        rows = session.execute(
            select(Escalation.level, Escalation.rung, Escalation.proof)
            .where(Escalation.ticket_id == ticket_id_of(number))
            .order_by(Escalation.id)
        ).all()
    assert [tuple(row) for row in rows][:2] == [(50, "aide", "raised"), (80, "leader", None)]


def test_leader_asks_for_more_time_and_the_supervisor_grants_it(world: World) -> None:
    owner, leader, above = world.phone(OWNER), world.phone(LEADER), supervisor(world)
    number = accepted(world)

    assert leader.say(f"延期 {number} 5 财政拨款需两级会签") == (
        f"{number} 的延期申请已报督查。\n给出结果：12月15日17:30 → 12月22日17:30\n"
        "批准前原时限照算，有决定马上告诉您。"
    )
    asked = above.news()
    assert "副省长 安予诚（本人）申请延期5天：\n财政拨款需两级会签" in asked["text"]
    assert [label for label, _ in asked["links"]] == ["同意延期", "不同意", "详情"]
    assert owner.silence() == []

    assert above.tap("同意延期") == (f"已同意 {number} 延期，双方都会收到通知。\n给出结果：12月22日17:30前")
    news = owner.news()["text"]
    assert (
        "的时限延长了：\n给出结果：12月22日17:30前\n原因：财政拨款需两级会签\n批准：督查处长 沈知微" in news
    )
    assert "时限延长了" in leader.news()["text"]
    assert above.say(f"同意延期 {number}") == f"{number} 没有待决定的延期申请。"

    with world.database.reading() as session:
        clock = session.scalars(
            select(Clock).where(Clock.ticket_id == ticket_id_of(number), Clock.name == "result")
        ).one()
    assert clock.explanation == (
        "自11月24日提交起15个工作日内给出办理结果，经督查处长 沈知微同意延期5个工作日（财政拨款需两级会签），"
        "12月22日17:30前（依据：本方案默认时限）"
    )


@pytest.mark.parametrize(
    ("said", "verb"), [("同意", "grant"), ("批准", "grant"), ("不同意", None), ("好的", None), ("收到", None)]
)
def test_only_request_that_waits_is_decided_in_a_word(world: World, said: str, verb: str | None) -> None:
    above, number = supervisor(world), accepted(world)
    world.phone(LEADER).say(f"延期 {number} 5 等财政批复")
    above.silence()
    answer = above.say(said)
    assert (verb in verbs(world, number)) if verb else verbs(world, number)[-1] == "extend"
    assert answer.startswith(f"{number} 为什么不同意延期？") is (said == "不同意")


def test_word_of_consent_shows_what_waits_where_it_may_be_for_several(world: World) -> None:
    above, first = supervisor(world), accepted(world)
    assert above.say("同意") == "现在没有等您裁定的，本地区也没有超期的。"
    second = accepted(world)
    for number in (first, second):
        world.phone(LEADER).say(f"延期 {number} 5 等财政批复")
    assert above.say("同意").startswith("等您裁定 2 件")
    assert "grant" not in verbs(world, first) + verbs(world, second)


def test_request_where_no_supervisor_is_bound_asks_for_one_and_offers_nothing_to_tap(
    world: World,
) -> None:
    leader, office = world.phone(LEADER), world.phone(OFFICE)
    office.say("待办")
    number = accepted(world)
    leader.say(f"延期 {number} 5 等财政批复")
    asked = office.news()["text"]
    assert asked.endswith("这个地区现在没有督查能收到消息，请尽快请管理员安排督查裁定。")
    assert "同意" not in asked


def test_supervisor_denies_with_a_reason_and_the_date_stands(world: World) -> None:
    owner, leader, above = world.phone(OWNER), world.phone(LEADER), supervisor(world)
    number = accepted(world)
    leader.say(f"延期 {number} 十天，对方单位搬家")
    above.silence()

    assert f"{number} 申请延期" in above.say("待办")
    assert "同意延期　不同意" in above.say(f"详情 {number}")
    assert above.say(f"不同意延期 {number}").startswith(f"{number} 为什么不同意延期？请直接说")
    assert above.say("嗯嗯").startswith(f"{number} 为什么不同意延期？请直接说")
    assert "已告知责任领导" in above.say("搬家不影响审核")
    assert above.say(f"不同意延期 {number}") == f"{number} 没有待决定的延期申请。"
    assert "申请延期" not in above.say("待办")
    assert "理由：搬家不影响审核\n决定：督查处长 沈知微" in leader.news()["text"]
    assert owner.silence() == []


def test_more_time_is_given_twice_and_within_the_cap(world: World) -> None:
    owner, leader, aide = (world.phone(each) for each in (OWNER, LEADER, AIDE))
    above, number = supervisor(world), accepted(world)
    leader.say("延期 5天 财政拨款需两级会签")
    assert leader.say(f"延期 {number}") == f"{number} 已有一份延期申请在等督查决定。"
    above.say("同意")
    assert aide.say(f"延期 {number} 20 还要等批复") == f"{number} 延得太久，最多还可延10天。"
    aide.say(f"延期 {number} 10 还要等批复")
    assert "专班联络员 程小满（专班代复）申请延期10天" in above.silence()[-1]
    assert "给出结果：1月6日17:30前" in above.say(f"同意延期 {number}")
    assert ["时限延长了" in text for text in owner.silence()] == [True, True]

    for said in (f"延期 {number} 3 再要三天", f"延期 {number}", f"延期 {number} 3"):
        assert leader.say(said) == f"{number} 延期次数已用完。"


def test_what_is_asked_for_is_within_the_rules(world: World) -> None:
    leader, above = world.phone(LEADER), supervisor(world)
    number = accepted(world)

    assert leader.say(f"延期 {number}") == (
        f"要延几天、为什么？请发：延期 {number} 天数 原因，最多还可延15天。须督查同意，批准前原时限照算。"
    )
    assert "延5天，最多还可延15天，是什么原因？" in leader.say(f"延期 {number} 5")
    assert leader.say(f"延期 {number} 20 材料太多") == f"{number} 延得太久，最多还可延15天。"
    assert "已报督查" in leader.say("延期 5 材料太多")  # the case in hand
    assert leader.say(f"延期 {number} 3 再要三天") == f"{number} 已有一份延期申请在等督查决定。"
    case = f"{number}「科技局答应的研发…」"
    assert leader.say(f"同意延期 {number}") == (
        f"{case}：同意延期不由责任领导来做。\n可以：报进展　办结　详情"
    )
    assert above.say(f"延期 {number} 3 替他们要") == f"{case}：申请延期不由督查来做。\n可以：详情"
    above.silence()
    assert world.phone(OFFICE).say(f"延期 {number} 3 不是我的") == (
        f"没有查到编号 {number}，可能输错了一位，或不在您手头。\n待办"
    )


def test_supervisor_stops_the_clocks_and_they_run_again_by_themselves(world: World) -> None:
    owner, leader, above = world.phone(OWNER), world.phone(LEADER), supervisor(world)
    number = accepted(world)
    leader.say(f"回复 {number} 鉴定机构已经受理")
    owner.silence()

    said = above.say(f"暂停计时 {number} 11月27日 等待司法鉴定")
    assert said.startswith(f"{number} 暂停计时到11月27日（含当日），到期自动恢复，双方都会收到通知。\n")
    assert "给出结果：12月18日17:30前" in said
    told = owner.news()["text"]
    assert "暂停计时到11月27日（含当日），到期自动恢复。" in told
    assert "原因：等待司法鉴定\n决定：督查处长 沈知微" in told
    assert "暂停计时到11月27日" in leader.news()["text"]
    assert above.say(f"暂停计时 {number} 12月1日 再等等") == f"{number} 已在暂停计时。"

    world.advance(days=5, hours=22.5)
    world.strike()
    leader.say("待办")
    assert [text for text in leader.silence() if "已恢复计时" in text] != []
    assert "恢复计时" not in "".join(owner.silence())


def test_supervisor_ends_a_pause_early(world: World) -> None:
    owner, above = world.phone(OWNER), supervisor(world)
    number = accepted(world)
    above.say(f"暂停计时 {number} 2026-12-10 等待司法鉴定")
    owner.silence()
    world.advance(days=1)

    assert f"{number} 已恢复计时，今天起照算。" in above.say(f"暂停计时 {number} 结束")
    assert "给出结果：12月15日17:30前" in owner.news()["text"]
    assert above.say(f"暂停计时 {number} 结束") == f"{number} 没有在暂停计时。"


def test_pause_needs_a_day_and_a_reason(world: World) -> None:
    above = supervisor(world)
    number = accepted(world)
    for said in ("", " 12月10日", " 等鉴定", " 2月30日 等鉴定"):
        assert "停到哪天、为什么" in above.say(f"暂停计时 {number}{said}")
    assert above.say(f"暂停计时 {number} 2027-11-01 等鉴定") == f"{number} 停得太久，最迟到1月22日。"
    assert above.say(f"暂停计时 {number} 2026-11-01 等鉴定") == f"{number} 截止日期已经过去。"
    assert world.phone(LEADER).say(f"暂停计时 {number} 12月10日 等鉴定") == (
        f"{number}「科技局答应的研发…」：暂停计时不由责任领导来做。\n可以：报进展　办结　详情"
    )


def test_words_about_dates_are_not_the_enterprises_but_its_troubles_are(world: World) -> None:
    owner = world.phone(OWNER)
    number = accepted(world)
    for said in (f"延期 {number} 5 等一等", "延期", f"同意延期 {number}", "暂停计时"):
        assert owner.say(said) == "时限延长由责任领导申请、督查决定；有变动会把新的日期和理由告诉您。\n查进度"
    assert "已记到" in owner.say("延期，停一天电损失好几万")


def test_changed_calendar_is_told_once_to_the_desk_and_to_whom_it_was_promised(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = accepted(world)
    with world.database.transaction() as session:
        result = (Clock.ticket_id == ticket_id_of(number), Clock.name == "result")
        session.execute(update(Clock).where(*result).values(calendar="last year's", due_at=world.clock()))

    assert world.strike() > 0
    told = [text for text in leader.silence() if "放假安排有变" in text]
    assert len(told) == 1
    assert "给出结果：12月15日17:30前" in told[0]
    [moved] = owner.silence()
    assert "放假安排有变" in moved
    assert "给出结果：12月15日17:30前" in moved
    assert world.strike() == 0
    with world.database.reading() as session:
        verbs = list(session.scalars(select(Event.verb).where(Event.ticket_id == ticket_id_of(number))))
    assert verbs.count("reckon") == 1


def test_warning_outside_the_window_goes_as_a_template(database_url: str) -> None:
    with World.running(database_url, wechat_template_id=TEMPLATE) as world:
        above = supervisor(world)
        number = number_in(world.phone(OWNER).say(REQUEST))
        world.advance(days=7)
        world.strike()
        told = above.news()
        assert (told["via"], number in told["text"], "时限提醒" in told["text"]) == ("template", True, True)
