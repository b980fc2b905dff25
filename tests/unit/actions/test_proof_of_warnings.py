"""A warning counts once it has arrived; one that does not arrive in time goes one rung up."""

import threading

import pytest
from sqlalchemy import select, update

from models.actions import office
from models.actions.conversation import Words
from models.actions.warnings import strike
from models.session import Database
from models.tables import Clock, Delivery, Escalation, Ticket
from tests.roster import AIDE, LEADER, OFFICE
from tests.unit.actions.clockwork import SUPERVISOR, Clockwork, shanghai
from tests.unit.models.stage import NOW

HALF = shanghai("2026-12-07 08:30")
CHECK = shanghai("2026-12-07 12:30")
SECOND = shanghai("2026-12-07 16:30")
THIRD = shanghai("2026-12-08 08:30")
"""Four hours later it is past closing time: the next morning."""
DONE = Words("text", "办好了")


@pytest.fixture
def work(database: Database) -> Clockwork:
    """One accepted case whose result is half over, just warned of."""
    work = Clockwork(database)
    work.supervisor()
    ticket = work.ticket()
    work.does(LEADER, ticket, lambda s, t, a: office.accept(s, t, a, now=NOW))
    with database.transaction() as session:
        session.execute(update(Clock).where(Clock.name != "result").values(met_at=NOW))
        work.quiet(session)
    work.strike(HALF)
    assert work.levels() == [(AIDE, "result", 50)]
    return work


def instead(work: Clockwork) -> list[str | None]:
    return [news["instead_of"] for _, news in work.told()]


def test_delivered_warning_is_proven_and_goes_no_further(work: Clockwork) -> None:
    work.settle(Delivery.SENT)
    assert [work.strike(CHECK), work.strike(SECOND)] == [1, 0]
    assert (work.levels(), work.escalations()) == ([], [("aide", 50, "delivered")])


@pytest.mark.parametrize("end", [Delivery.PARKED, Delivery.DEAD])
def test_warning_that_did_not_arrive_is_the_next_rungs(work: Clockwork, end: Delivery) -> None:
    work.settle(end)
    work.strike(CHECK)
    assert (work.levels(), instead(work)) == ([(LEADER, "result", 50)], ["aide"])
    work.settle(end)
    work.strike(SECOND)
    assert (work.levels(), instead(work)) == ([(SUPERVISOR, "result", 50)], ["leader"])
    work.settle(end)
    work.strike(THIRD)
    assert (work.levels(), instead(work)) == ([(OFFICE, "result", 50)], ["supervisor"])
    assert work.escalations() == [
        ("aide", 50, "raised"), ("leader", 50, "raised"), ("supervisor", 50, "raised"), ("office", 50, None),
    ]  # fmt: skip


def test_chain_of_stand_ins_can_be_followed_back(work: Clockwork) -> None:
    work.settle(Delivery.PARKED)
    work.strike(CHECK)
    with work.database.reading() as session:
        first, second = session.scalars(select(Escalation).order_by(Escalation.id))
        assert (second.instead_of, second.event_id > first.event_id) == (first.id, True)


def test_warning_is_looked_after_until_somebody_has_it(work: Clockwork) -> None:
    at = [CHECK, SECOND, THIRD, shanghai("2026-12-08 12:30"), shanghai("2026-12-08 13:30")]
    for when in at:
        work.settle(Delivery.PARKED)
        work.strike(when)
    assert work.levels() == []
    work.supervisor("o-province", region="210000")
    work.strike(shanghai("2026-12-08 14:30"))
    assert work.levels() == [("o-province", "result", 50)]
    work.settle(Delivery.SENT)
    work.strike(shanghai("2026-12-09 08:30"))
    assert work.escalations()[-1] == ("supervisor", 50, "delivered")
    assert {proof for _, _, proof in work.escalations()} == {"raised", "delivered"}


def test_warning_on_its_way_is_waited_for(work: Clockwork) -> None:
    assert work.strike(CHECK) == 1
    assert work.escalations() == [("aide", 50, None)]
    work.settle(Delivery.PARKED)
    assert work.strike(CHECK) == 0
    work.strike(shanghai("2026-12-07 13:30"))
    assert (LEADER, "result", 50) in work.levels()


def test_parked_warning_that_the_person_fetched_in_time_is_proven(work: Clockwork) -> None:
    work.settle(Delivery.PARKED)
    work.settle(Delivery.SENT)
    with work.database.transaction() as session:
        work.quiet(session)
    work.strike(CHECK)
    assert work.escalations() == [("aide", 50, "delivered")]


def test_promise_kept_meanwhile_needs_no_proof(work: Clockwork) -> None:
    work.settle(Delivery.PARKED)
    with work.database.transaction() as session:
        session.execute(update(Clock).values(met_at=HALF))
    work.strike(CHECK)
    assert (work.levels(), work.escalations()) == ([], [("aide", 50, "moot")])


def test_no_proof_is_asked_for_at_night(work: Clockwork) -> None:
    work.settle(Delivery.PARKED)
    assert work.strike(shanghai("2026-12-07 23:00")) == 0


def test_one_of_several_on_the_highest_rung_is_enough(work: Clockwork) -> None:
    work.supervisor("o-second")
    with work.database.transaction() as session:
        work.quiet(session)
        session.execute(update(Clock).where(Clock.met_at.is_(None)).values(warned=80))
    work.strike(shanghai("2026-12-15 17:30"))
    work.settle(Delivery.SENT, "o-second")
    work.settle(Delivery.PARKED, SUPERVISOR)
    work.strike(shanghai("2026-12-16 08:30"))
    assert work.escalations() == [
        ("aide", 50, "delivered"), ("supervisor", 100, "missed"), ("supervisor", 100, "delivered"),
    ]  # fmt: skip


def test_lower_rungs_do_not_prove_that_the_highest_has_heard(work: Clockwork) -> None:
    with work.database.transaction() as session:
        session.execute(update(Clock).where(Clock.met_at.is_(None)).values(warned=0, warn_at=CHECK))
        work.quiet(session)
    late = shanghai("2026-12-16 09:00")
    work.strike(late)
    work.settle(Delivery.SENT, AIDE, LEADER)
    work.settle(Delivery.DEAD, SUPERVISOR)
    work.strike(shanghai("2026-12-16 13:00"))
    assert work.levels() == [(OFFICE, "result", 100)]
    assert work.escalations()[-4:] == [
        ("aide", 100, "delivered"), ("leader", 100, "delivered"), ("supervisor", 100, "raised"), ("office", 100, None),
    ]  # fmt: skip


def test_two_processes_that_strike_at_once_warn_once(postgresql_url: str) -> None:
    first, second = Database(postgresql_url), Database(postgresql_url)
    work = Clockwork(first)
    for _ in range(12):
        work.ticket()
    at = shanghai("2026-11-25 08:30")
    start, done = threading.Barrier(2), [0, 0]

    def race(n: int, database: Database) -> None:
        start.wait(timeout=10)
        for _ in range(12):
            with database.transaction() as session:
                done[n] += strike(session, at, limit=3)

    runners = [threading.Thread(target=race, args=each) for each in enumerate((first, second))]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(timeout=60)
    work.strike(at)
    assert len(work.levels()) == 12
    with first.reading() as session:
        tickets = session.scalars(select(Escalation.ticket_id)).all()
        assert sorted(tickets) == sorted(session.scalars(select(Ticket.id)))
    first.dispose()
    second.dispose()


def test_case_that_somebody_is_working_on_is_left_for_the_next_round(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    work = Clockwork(database)
    ticket, other = work.ticket(), Database(postgresql_url)
    at = shanghai("2026-11-25 08:30")
    with other.transaction() as session:
        session.scalars(select(Ticket).where(Ticket.id == ticket).with_for_update()).one()
        assert work.strike(at) == 0
    assert work.strike(at) == 1
    database.dispose()
    other.dispose()
