"""Help stays where it belongs when posts change hands, and a helper is never taken for the owner's desk."""

from datetime import date

import pytest
from sqlalchemy import select

from models.actions import delegations, handover
from models.rules.numbers import ticket_id_of
from models.tables import CoHandling, Event
from tests.flows.colleagues import POWER, TAX
from tests.flows.test_help_from_others import Case
from tests.roster import OFFICE
from tests.world import World


@pytest.fixture
def helped(world: World) -> Case:
    """A case with which the tax office is asked to help."""
    case = Case(world)
    case.leader.say(f"协办 {case.number} 税务局 请核实返还进度")
    case.tax.news()
    return case


def hand_over(case: Case, from_id: int, to_id: int) -> None:
    with case.world.database.transaction() as session:
        handover.hand_over(
            session,
            from_id=from_id,
            to_id=to_id,
            reason="工作调动",
            on=date(2026, 11, 24),
            key_id=None,
            now=case.world.clock(),
        )


def helping(case: Case) -> list[tuple[int, str]]:
    """Return which units help with the case, or did, in which state."""
    with case.world.database.reading() as session:
        rows = session.scalars(select(CoHandling).order_by(CoHandling.id))
        return [(row.unit_id, str(row.state)) for row in rows]


def test_successor_takes_over_what_the_post_was_asked_to_help_with(helped: Case) -> None:
    tax, power = helped.colleagues.tax, helped.colleagues.power
    with helped.world.database.transaction() as session, pytest.raises(handover.StillResponsible):
        handover.retire(session, tax, now=helped.world.clock())

    hand_over(helped, tax, power)

    assert helping(helped) == [(power, "asked")]
    assert "没有查到编号" in helped.tax.say(f"详情 {helped.number}")
    assert "已转给责任领导副省长 安予诚" in helped.power.say(f"协办回复 {helped.number} 三日内到账")
    with helped.world.database.transaction() as session:
        handover.retire(session, tax, now=helped.world.clock())


def test_successor_who_helps_already_or_owns_the_case_helps_once_or_not_at_all(helped: Case) -> None:
    tax, power, leader = (
        helped.colleagues.tax,
        helped.colleagues.power,
        helped.world.roster.officials["leader"],
    )
    helped.leader.say(f"协办 {helped.number} 供电公司 请说明停电时间")
    hand_over(helped, tax, power)
    assert helping(helped) == [(tax, "ended"), (power, "asked")]

    hand_over(helped, leader, power)
    assert helping(helped) == [(tax, "ended"), (power, "ended")]
    assert "进展已转给" in helped.power.say(f"进展 {helped.number} 今天接手") or helped.power.say("待办")


def test_deputy_of_a_units_leader_helps_in_the_units_place(helped: Case) -> None:
    today = date(2026, 11, 24)
    with helped.world.database.transaction() as session:
        delegations.delegate(
            session,
            official_id=helped.colleagues.tax,
            deputy_id=helped.colleagues.power,
            starts_on=today,
            ends_on=date(2026, 12, 4),
            now=helped.world.clock(),
        )
    helped.power.silence()

    assert helped.number in helped.power.say("待办")
    assert "已接受协办" in helped.power.say(f"接受协办 {helped.number}")
    with helped.world.database.reading() as session:
        joined = session.scalars(
            select(Event).where(Event.ticket_id == ticket_id_of(helped.number), Event.verb == "join")
        ).one()
        assert joined.data["deputy_for"] == helped.colleagues.tax
        assert "stands_in_for" not in joined.data


def test_helper_moves_no_date_calls_nobody_and_sends_none_of_the_owners_words(database_url: str) -> None:
    with World.running(database_url, hold=120) as world:
        words_of_an_owner_do_nothing(world)


def words_of_an_owner_do_nothing(world: World) -> None:
    helped = Case(world)
    helped.leader.say(f"协办 {helped.number} 税务局 请核实返还进度")
    helped.tax.news()
    assert "2分钟后转给" in helped.leader.say("明天到现场看")
    for words in ("现在发", "撤回", "约电话 明天上午10点", "打不通 关机", "延期 5天 忙不过来"):
        command, _, rest = words.partition(" ")
        assert "不由协办单位来做" in helped.tax.say(f"{command} {helped.number} {rest}".strip()), words
    assert "没有等着发出的话" in helped.tax.say("撤回")
    assert "已撤回" in helped.leader.say(f"撤回 {helped.number}")
    assert helped.owner.silence() == []


def test_office_that_stands_in_for_the_owner_does_not_ask_itself_for_help(world: World) -> None:
    case = Case(world)
    world.phone(OFFICE).say("待办")
    with world.database.transaction() as session:
        handover.hand_over(
            session,
            from_id=world.roster.officials["leader"],
            to_id=case.colleagues.silent,
            reason="工作调动",
            on=date(2026, 11, 24),
            key_id=None,
            now=world.clock(),
        )
    office = world.phone(OFFICE)
    office.silence()
    assert "不用请自己协办" in office.say(f"协办 {case.number} 简闻和")
    assert "已请国家税务总局沈阳市税务局" in office.say(f"协办 {case.number} 税务局 请核实")
    assert "请您协办" in world.phone(TAX).news()["text"]
    assert world.phone(POWER).silence() == []
