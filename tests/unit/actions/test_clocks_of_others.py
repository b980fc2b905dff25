"""A helper's answer, a verdict and the enterprise's own word run on the same clocks as everything promised."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.actions import co_handling, declines, helping, office, people, tickets
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.queries.agenda import agenda
from models.queries.tickets import Actor
from models.rules.clocks import OF_OTHERS
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Clock, Delivery, Escalation
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.unit.actions.clockwork import SUPERVISOR, Clockwork, shanghai
from tests.unit.models.stage import NOW, known

GROUNDS = Grounds("civil", "属于合同争议", "人民法院")
ABOVE = Actor(Role.SUPERVISOR, None, signed="督查专员 石一诺")
MOST, LATER = shanghai("2026-11-30 09:30"), shanghai("2026-12-02 08:30")
"""When 80 and 100 % are gone of five working days from the morning of 24 November; 50 % fall on the weekend."""


@pytest.fixture
def work(database: Database) -> Clockwork:
    """The office with supervisors of the city and of the province."""
    found = Clockwork(database)
    found.supervisor()
    found.supervisor("o-above", "210000")
    return found


def only(work: Clockwork, name: str) -> None:
    """Let no other clock warn."""
    with work.database.transaction() as session:
        session.execute(update(Clock).where(Clock.name != name).values(warn_at=None))
        work.quiet(session)


def helped(work: Clockwork) -> int:
    """Return a case for which the office was asked to help."""
    case = work.ticket()
    unit = work.roster.officials["office"]
    work.does(LEADER, case, lambda s, t, a: co_handling.call_in(s, t, a, unit, "核实", now=NOW))
    only(work, "co_handle")
    return case


def appealed(work: Clockwork) -> int:
    """Return a case whose refusal was appealed."""
    case = work.ticket()
    work.does(LEADER, case, lambda s, t, a: declines.decline(s, t, a, GROUNDS, now=NOW))
    with work.database.transaction() as session:
        work.quiet(session)
    work.does(OWNER, case, lambda s, t, a: declines.appeal(s, t, a, Words("text", "不同意"), now=NOW))
    return case


def resolved(work: Clockwork) -> int:
    """Return a case that is done, as its owner says."""
    case = work.ticket()
    work.does(LEADER, case, lambda s, t, a: office.accept(s, t, a, now=NOW))
    work.does(LEADER, case, lambda s, t, a: office.resolve(s, t, a, Words("text", "已办好"), now=NOW))
    only(work, "confirmation")
    return case


def whom(work: Clockwork, kind: str, at: datetime) -> list[str]:
    """Return who is told something at a moment, of this kind; then it has arrived."""
    work.strike(at)
    found = [openid for openid, _ in work.told(kind)]
    work.settle(Delivery.SENT)
    return found


def test_late_help_climbs_from_the_unit_to_the_supervisors(work: Clockwork) -> None:
    helped(work)
    assert whom(work, "warned", MOST) == [OFFICE]
    work.strike(LATER)
    assert [openid for openid, _ in work.told("warned")] == [SUPERVISOR]
    assert sorted(openid for openid, _ in work.told("help_late")) == [AIDE, LEADER, OFFICE]
    with work.database.reading() as session:
        rows = session.scalars(select(Escalation).order_by(Escalation.id)).all()
        assert [(row.clock, row.level, row.rung) for row in rows] == [
            ("co_handle", 80, "leader"), ("co_handle", 100, "supervisor"),
        ]  # fmt: skip


def test_helper_who_has_answered_is_not_warned(work: Clockwork) -> None:
    case = helped(work)
    work.does(OFFICE, case, lambda s, t, a: helping.contribute(s, t, a, Words("text", "已核实"), now=NOW))
    assert work.strike(LATER) == 0
    assert work.clock(case, "co_handle").met_at is not None


@pytest.mark.parametrize("act", ["refuse", "let_go", "withdraw"])
def test_help_that_is_over_leaves_no_clock(work: Clockwork, act: str) -> None:
    case, unit = helped(work), work.roster.officials["office"]
    acts = {
        "refuse": (OFFICE, lambda s, t, a: helping.refuse(s, t, a, "不归我管", now=NOW)),
        "let_go": (LEADER, lambda s, t, a: co_handling.let_go(s, t, a, unit, now=NOW)),
        "withdraw": (OWNER, lambda s, t, a: tickets.withdraw(s, t, a, now=NOW)),
    }
    who, what = acts[act]
    work.does(who, case, what)
    assert "co_handle" not in work.running(case)


def test_appeal_reaches_whoever_can_be_reached_and_is_proven(work: Clockwork) -> None:
    work.leaves(SUPERVISOR)
    appealed(work)
    assert [openid for openid, _ in work.told("appealed") if openid not in {LEADER, AIDE}] == ["o-above"]
    with work.database.reading() as session:
        [row] = session.scalars(select(Escalation)).all()
        assert (row.clock, row.rung, row.region) == ("appeal", "supervisor", "210000")


def test_appeal_that_did_not_arrive_goes_to_the_next_above_and_at_last_to_the_office(work: Clockwork) -> None:
    appealed(work)
    for who, next_ in ((SUPERVISOR, "o-above"), ("o-above", OFFICE)):
        work.settle(Delivery.PARKED, who)
        with work.database.transaction() as session:
            session.execute(update(Escalation).where(Escalation.check_at.is_not(None)).values(check_at=NOW))
        work.strike(NOW)
        assert next_ in [openid for openid, _ in work.told("appealed")]
    assert work.told("appealed")[-1][1]["is_unattended"] is True


def test_appeal_with_nobody_above_is_asked_about_until_somebody_is_there(work: Clockwork) -> None:
    work.leaves(SUPERVISOR, "o-above", OFFICE)
    appealed(work)
    assert work.escalations() == [("office", 50, None)]
    work.comes("o-above")
    work.strike(MOST)
    assert "o-above" in [openid for openid, _ in work.told("appealed")]


def test_late_verdict_is_heard_above_the_supervisors_too(work: Clockwork) -> None:
    appealed(work)
    work.settle(Delivery.SENT)
    assert whom(work, "appealed", MOST) == [SUPERVISOR]
    assert whom(work, "appeal_late", LATER) == [SUPERVISOR, "o-above"]


def test_verdict_keeps_the_promise(work: Clockwork) -> None:
    case = appealed(work)
    work.settle(Delivery.SENT)
    with work.database.transaction() as session:
        ticket = session.get_one(tickets.Ticket, case)
        declines.uphold(session, ticket, ABOVE, "应由法院判定", now=NOW)
    assert work.clock(case, "appeal").met_at is not None
    work.strike(LATER)
    assert work.told("appeal_late") == []


def test_silence_after_a_result_is_heard_of(work: Clockwork) -> None:
    resolved(work)
    assert whom(work, "still_open", shanghai("2026-12-01 17:00")) == [OWNER]
    work.strike(shanghai("2026-12-05 08:30"))
    assert work.told("still_open") == []
    assert whom(work, "warned", shanghai("2026-12-07 08:30")) == [LEADER]
    assert whom(work, "warned", shanghai("2026-12-09 08:30")) == [SUPERVISOR]
    assert work.escalations() == [("leader", 80, "delivered"), ("supervisor", 100, None)]


def test_morning_names_results_that_nobody_has_confirmed(work: Clockwork) -> None:
    case = resolved(work)
    desk = [work.roster.officials["leader"]]

    def named() -> list[str]:
        with work.database.reading() as session:
            found = agenda(session, desk, visit_every=timedelta(days=999), now=MOST)
            return [item.key for item in found.unconfirmed]

    work.strike(shanghai("2026-12-01 17:00"))
    assert named() == []
    work.strike(shanghai("2026-12-07 08:30"))
    assert named() == [number_of(case)]


@pytest.mark.parametrize("act", [tickets.confirm, "dispute", "reopen"])
def test_any_word_on_a_result_ends_the_wait(work: Clockwork, act: object) -> None:
    case = resolved(work)
    if act == "dispute":
        work.does(OWNER, case, lambda s, t, a: tickets.dispute(s, t, a, Words("text", "没有"), now=NOW))
    elif act == "reopen":
        work.does(LEADER, case, lambda s, t, a: office.reopen(s, t, a, Words("text", "还没"), now=NOW))
    else:
        work.does(OWNER, case, lambda s, t, a: tickets.confirm(s, t, a, now=NOW))
    assert "confirmation" not in work.running(case)


def test_new_calendar_moves_them_all_and_those_concerned_hear_it(work: Clockwork) -> None:
    case = helped(work)
    right = work.clock(case, "co_handle").due_at
    with work.database.transaction() as session:
        session.execute(update(Clock).values(calendar="older"))
        session.execute(update(Clock).where(Clock.name == "co_handle").values(due_at=NOW))
    work.strike(NOW)
    assert work.clock(case, "co_handle").due_at == right
    assert sorted(openid for openid, _ in work.told("reckoned")) == [AIDE, LEADER, OFFICE]


def test_enterprise_hears_that_its_dates_moved_and_of_nobody_elses(work: Clockwork) -> None:
    case = helped(work)
    with work.database.transaction() as session:
        session.execute(update(Clock).values(calendar="older"))
        moved = Clock.name.in_(["co_handle", "result"])
        session.execute(update(Clock).where(moved).values(due_at=NOW))
    work.strike(NOW)
    [news] = [each for openid, each in work.told("reckoned") if openid == OWNER]
    assert [name for name, _ in news["dates"]] == ["result"]
    assert news["to_enterprise"] is True
    assert not OF_OTHERS & {name for name, _ in news["dates"]}
    with work.database.transaction() as session:
        people.left(session, known(session, OWNER), at=NOW)
    assert work.events(case, "reckon") != []
