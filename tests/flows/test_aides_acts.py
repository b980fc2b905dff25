"""A leader hears of what an aide does in their name, in one line each, and can take most of it back."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import Clock
from tests.flows.colleagues import employ
from tests.flows.owning import case as ticket_of
from tests.flows.owning import verbs
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OWNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
DECLINE = "不予办理 {} 民事纠纷 这是合同争议，请走诉讼"


@pytest.fixture
def patient(sqlite_url: str) -> Iterator[World]:
    """A world in which what officials write waits for two minutes."""
    with World.running(sqlite_url, hold=120) as running:
        yield running


@pytest.fixture
def case(patient: World) -> str:
    """A case that the aide has taken on and has open."""
    employ(patient)
    patient.phone(LEADER).say("待办")
    number = number_in(patient.phone(OWNER).say(REQUEST))
    patient.phone(AIDE).say(f"受理 {number}")
    for openid in (OWNER, LEADER, AIDE):
        patient.phone(openid).silence()
    return number


def dates(world: World, number: str) -> set[tuple[str, datetime]]:
    """Return the promises of a case that still run, and until when."""
    with world.database.reading() as session:
        found = select(Clock.name, Clock.due_at).where(
            Clock.ticket_id == ticket_id_of(number), Clock.met_at.is_(None)
        )
        return {(row[0], row[1]) for row in session.execute(found)}


def test_leader_reads_what_the_aide_wrote_while_it_can_be_taken_back(patient: World, case: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    aide.say("这个事先放放")

    [told] = leader.silence()
    assert told.startswith(f"专班联络员 程小满回了 {case}「")
    assert "10:02:00发出，之前可以撤回：\n这个事先放放" in told
    assert "不会看到同事写的这句：这个事先放放" in leader.tap("撤回")
    patient.advance(minutes=3)
    assert owner.silence() == []


def test_aide_takes_back_their_own_words_although_the_leader_was_told(patient: World, case: str) -> None:
    owner, aide = patient.phone(OWNER), patient.phone(AIDE)
    aide.say("这个事先放放")
    patient.phone(LEADER).silence()
    assert aide.say("发错了，撤回").startswith("已撤回")
    patient.advance(minutes=3)
    assert owner.silence() == []


def test_leader_never_reads_words_that_were_taken_back_before_they_arrived(patient: World, case: str) -> None:
    leader, aide = patient.phone(LEADER), patient.phone(AIDE)
    leader.act("unfollow")
    aide.say("这个事先放放")
    assert aide.say("撤回").startswith("已撤回")
    leader.act("follow")
    leader.say("待办")
    patient.deliver()
    assert [text for text in leader.silence() if "先放放" in text] == []


def test_refusal_taken_back_before_it_arrived_is_never_read(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    owner.act("unfollow")
    leader.say(DECLINE.format(case))
    leader.say(f"撤回 {case} 不予办理")
    owner.act("follow")
    owner.say("你好")
    patient.deliver()
    assert [text for text in owner.silence() if "民事纠纷" in text] == []


def test_words_wait_although_the_leader_hears_of_them_at_once(patient: World, case: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    aide.say(f"进展 {case} 已约管委会碰头")
    assert len(leader.silence()) == 1
    assert owner.silence() == []
    patient.advance(minutes=2)
    assert ["已约管委会碰头" in text for text in owner.silence()] == [True]


def test_leader_writes_and_is_told_nothing(patient: World, case: str) -> None:
    leader = patient.phone(LEADER)
    leader.say(f"回复 {case} 明天我去现场")
    assert leader.silence() == patient.phone(AIDE).silence() == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (DECLINE, "专班联络员 程小满已答复不予办理"),
        ("延期 {} 5天 等拨款批复", "专班联络员 程小满替您申请延期5天"),
        ("协办 {} 税务局 核实退税", "专班联络员 程小满替您请局长 沈柏年协办"),
    ],
)
def test_leader_hears_of_each_formal_act(patient: World, case: str, said: str, told: str) -> None:
    patient.phone(AIDE).say(said.format(case))
    [heard] = patient.phone(LEADER).silence()
    assert heard.startswith(told)
    assert case in heard


def test_leader_takes_back_that_an_aide_declined(patient: World, case: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    before = dates(patient, case)
    aide.say(DECLINE.format(case))
    owner.silence()
    leader.silence()

    assert leader.tap("撤回不予办理").startswith(f"已撤回不予办理，{case} 接着办")
    assert ticket_of(patient, case).status == "accepted"
    assert verbs(patient, case)[-2:] == ["decline", "reopen"]
    assert any("刚才的“不予办理”撤回了，这件接着办。" in text for text in owner.silence())
    assert before - dates(patient, case) == {each for each in before if each[0] == "first_contact"}
    assert {name for name, _ in dates(patient, case)} >= {"forward", "answer", "total", "progress"}


def test_refusal_is_taken_back_only_until_the_enterprise_appeals(patient: World, case: str) -> None:
    owner, leader, aide = patient.phone(OWNER), patient.phone(LEADER), patient.phone(AIDE)
    leader.say(DECLINE.format(case))
    assert "撤回不予办理不由专班来做" in aide.say(f"撤回 {case} 不予办理")
    assert "企业申诉前可以撤回" in leader.say(f"撤回 {case}")
    owner.say(f"申诉 {case} 这不是合同争议，是财政没有拨款")
    assert "企业已经申诉，由督查裁定" in leader.say(f"撤回 {case} 不予办理")
    assert "不能撤回办结" in leader.say(f"撤回 {case} 办结")
    assert ticket_of(patient, case).status == "declined"


def test_second_refusal_can_be_appealed_after_the_first_was_taken_back(patient: World, case: str) -> None:
    owner, leader = patient.phone(OWNER), patient.phone(LEADER)
    leader.say(DECLINE.format(case))
    leader.say(f"撤回 {case} 不予办理")
    assert owner.say(f"申诉 {case} 不是合同争议").startswith(f"{case}")
    leader.say(DECLINE.format(case))
    assert "督查" in owner.say(f"申诉 {case} 这不是合同争议，是财政没有拨款")
