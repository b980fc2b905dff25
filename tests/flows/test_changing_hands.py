"""A case gets another owner: by a supervisor, with a post, or because another enterprise was meant."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from models.actions import handover, roster
from models.actions.people import join, meet
from models.rules.numbers import ticket_id_of
from models.tables import Call, CoHandling, Event, Handover
from tests.flows.colleagues import POWER, SUPERVISOR, TAX, employ
from tests.flows.owning import ARREARS, case, verbs
from tests.flows.reading import number_in
from tests.flows.telephones import Town
from tests.roster import AIDE, LEADER, OWNER, PARTNER
from tests.world import World

FIRST, SECOND = "沈阳云杉里精密机械有限公司", "大连望礁海洋食品有限公司"
COLLEAGUE = "o-colleague-there"


@pytest.fixture
def patient(database_url: str) -> Iterator[World]:
    """A world in which what officials write waits for two minutes."""
    with World.running(database_url, hold=120) as running:
        yield running


def second_firm(world: World, carer: int) -> None:
    """Enter a second enterprise of the entrepreneur's, in the care of another leader, with a colleague."""
    with world.database.transaction() as session:
        now = world.clock()
        firm = roster.add_enterprise(
            session, name=SECOND, credit_code=None, region="210100", stage=None, now=now
        )
        roster.pair(session, enterprise_id=firm.id, official_id=carer, now=now)
        for openid in (OWNER, COLLEAGUE):
            person = meet(session, openid, now=now).person_id
            join(session, person, firm.id, name="林向晚", role="总经理", now=now)


def wrongly_entered(world: World) -> str:
    """Return a case entered for the first enterprise by somebody who meant the second."""
    for openid in (LEADER, AIDE, TAX, POWER, COLLEAGUE):
        world.phone(openid).say("你好")
    world.advance(minutes=1)
    owner = world.phone(OWNER)
    owner.say(f"换企业 {FIRST}")
    number = number_in(owner.say(ARREARS))
    for openid in (LEADER, AIDE):
        world.phone(openid).silence()
    return number


def test_helper_who_becomes_the_owner_helps_no_more_and_the_old_call_is_off(world: World) -> None:
    staff = employ(world)
    second_firm(world, staff.tax)
    town = Town(world, {}, dict(world.roster.officials))
    town.register("leader", "138 4000 3059")
    number = wrongly_entered(world)
    owner, leader, power = (world.phone(each) for each in (OWNER, LEADER, POWER))
    leader.say(f"协办 {number} 税务局 核对发票")
    leader.say(f"协办 {number} 供电公司 核对电费")
    leader.say(f"约电话 {number} 明天上午10点")
    assert "来电预告" in "".join(owner.silence())
    power.silence()

    assert "负责人：局长 沈柏年" in owner.say(f"换企业 {number} {SECOND}")

    told = "".join(owner.silence())
    assert "副省长 安予诚" in told
    assert "取消" in told
    assert "局长 沈柏年负责，协办照旧" in "".join(power.silence())
    assert "没有跟您约过来电" in owner.say("核验 13840003059")
    with world.database.reading() as session:
        open_calls = session.scalars(select(Call.id).where(Call.closed_at.is_(None))).all()
        helping = session.scalars(select(CoHandling.unit_id).where(CoHandling.ended_at.is_(None))).all()
    assert (open_calls, helping) == ([], [staff.power])
    shown = world.phone(TAX).say("待办")
    assert f"{number} 待受理" in shown
    assert "请您协办" not in shown


def test_case_in_which_a_colleague_spoke_stays_with_its_enterprise(world: World) -> None:
    staff = employ(world)
    second_firm(world, staff.tax)
    number = wrongly_entered(world)
    owner = world.phone(OWNER)
    world.phone(PARTNER).say(f"补充 {number} 内部底价280万可以接受")

    assert owner.say(f"换企业 {number} {SECOND}").startswith(
        f"{number} 里有同事说过的话，不能给另一家企业看，所以不能换企业。"
    )
    assert case(world, number).enterprise_id == world.roster.enterprises["yunshanli"]
    assert "280万" not in world.phone(COLLEAGUE).say(f"进度 {number}")


def test_held_words_of_the_former_owner_never_go_out_and_their_writer_is_told(patient: World) -> None:
    employ(patient)
    owner, leader, supervisor = (patient.phone(each) for each in (OWNER, LEADER, SUPERVISOR))
    for phone in (leader, supervisor, patient.phone(TAX)):
        phone.say("你好")
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.silence()
    leader.say("我来协调")

    supervisor.say(f"改派 {number} 沈柏年 分管调整")

    assert case(patient, number).first_contact_at is None
    assert any("换了负责人，您刚写的这句没有发给企业：\n我来协调" in text for text in leader.silence())
    assert "因换了负责人没有发" in leader.say("撤回")
    patient.advance(minutes=3)
    assert "我来协调" not in "".join(owner.silence())
    assert "我来协调" not in owner.say(f"进度 {number}")
    assert verbs(patient, number)[-2:] == ["reassign", "retract"]


def test_help_that_goes_with_the_post_is_signed_and_told(world: World) -> None:
    staff = employ(world)
    for openid in (LEADER, TAX, POWER, SUPERVISOR):
        world.phone(openid).say("你好")
    leader = world.phone(LEADER)
    number = number_in(world.phone(OWNER).say(ARREARS))
    other = number_in(world.phone(OWNER).say("新诉求 变压器增容三个月批不下来，车间没法投产"))
    leader.say(f"协办 {number} 税务局 核对发票")
    leader.say(f"协办 {other} 税务局 核对税额")
    leader.say(f"协办 {other} 供电公司 核对容量")
    for openid in (LEADER, POWER):
        world.phone(openid).silence()

    with world.database.transaction() as session:
        row = handover.hand_over(
            session, from_id=staff.tax, to_id=staff.power, reason="岗位调整",
            on=date(2026, 11, 24), key_id=None, now=world.clock(),
        )  # fmt: skip
        handover_id = row.id

    assert f"在办诉求0件、协办任务2件（{number}、{other}）" in "".join(world.phone(POWER).silence())
    told = "".join(leader.silence())
    assert "由其接着协办，期限不变。\n要办的事：核对发票" in told
    assert "这项协办结束，还要办请再发协办。\n要办的事：核对税额" in told
    with world.database.reading() as session:
        row = session.get_one(Handover, handover_id)
        ids = [ticket_id_of(each) for each in (number, other)]
        last = [
            session.scalars(select(Event).where(Event.ticket_id == each).order_by(Event.seq.desc())).first()
            for each in ids
        ]
        assert row.listed["tasks"] == [[n, e.digest] for n, e in zip((number, other), last, strict=True) if e]
        assert [e.verb for e in last if e] == ["inherit", "inherit"]
