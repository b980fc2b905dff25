"""Who is warned of a clock that runs out: once, in office hours, upwards, and never nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.actions import office, retyping, tickets
from models.actions.conversation import Words
from models.session import Database
from models.tables import Clock, Delivery, Escalation, Event, Official, Outbox, Person, Ticket
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.unit.actions.clockwork import SUPERVISOR, Clockwork, shanghai
from tests.unit.models.stage import NOW, a_person

HALF = shanghai("2026-12-07 08:30")
"""Half of the result's time is gone on Saturday the 5th; offices open on Monday."""
MOST = shanghai("2026-12-11 11:12")
WHOLE = shanghai("2026-12-15 17:30")
DONE = Words("text", "办好了")


@pytest.fixture
def work(database: Database) -> Clockwork:
    """An office with a supervisor, on each kind of database."""
    work = Clockwork(database)
    work.supervisor()
    return work


def accepted(work: Clockwork, type_code: str = "policy") -> int:
    """Return a case that was accepted and reported on, so that of the scheme's clocks only the result is near."""
    ticket = work.ticket(type_code)
    work.does(LEADER, ticket, lambda s, t, a: office.accept(s, t, a, now=NOW))
    work.does(LEADER, ticket, lambda s, t, a: office.reply(s, t, a, DONE, now=NOW))
    with work.database.transaction() as session:
        only = (Clock.ticket_id == ticket, Clock.name != "result", Clock.met_at.is_(None))
        session.execute(update(Clock).where(*only).values(met_at=NOW))
        work.quiet(session)
    return ticket


def test_half_the_time_is_the_aides_most_the_leaders_and_all_the_supervisors(work: Clockwork) -> None:
    ticket = accepted(work)
    story = []
    for at in (HALF, MOST, WHOLE):
        work.strike(at)
        story += work.levels()
        work.settle(Delivery.SENT)
    assert story == [(AIDE, "result", 50), (LEADER, "result", 80), (SUPERVISOR, "result", 100)]
    assert [(each["clock"], each["level"]) for each in work.events(ticket, "warn")] == [
        ("result", 50), ("result", 80), ("result", 100),
    ]  # fmt: skip
    assert (work.clock(ticket, "result").warned, work.clock(ticket, "result").warn_at) == (100, None)


def test_warnings_are_the_systems_own_steps(work: Clockwork) -> None:
    accepted(work)
    work.strike(HALF)
    with work.database.reading() as session:
        event = session.scalars(select(Event).where(Event.verb == "warn")).one()
    assert (event.actor_role, event.actor_id, event.from_status, event.to_status) == (
        "system", None, "accepted", "accepted",
    )  # fmt: skip


def test_warning_happens_once_however_often_timers_strike(work: Clockwork) -> None:
    accepted(work)
    assert [work.strike(HALF), work.strike(HALF), work.strike(HALF + timedelta(hours=1))] == [1, 0, 0]
    assert work.levels() == [(AIDE, "result", 50)]


def test_nothing_is_said_before_its_time_nor_outside_office_hours(work: Clockwork) -> None:
    accepted(work)
    early = [HALF - timedelta(seconds=1), shanghai("2026-12-05 14:00"), shanghai("2026-12-07 22:00")]
    assert [work.strike(at) for at in early] == [0, 0, 0]
    assert work.strike(shanghai("2026-12-08 08:30")) == 1


def test_warning_can_be_followed_to_the_message_that_carried_it(work: Clockwork) -> None:
    ticket = accepted(work)
    work.strike(HALF)
    with work.database.reading() as session:
        [(escalation, message)] = session.execute(
            select(Escalation, Outbox).join(Outbox, Outbox.id == Escalation.outbox_id)
        ).all()
        assert (escalation.ticket_id, escalation.rung, escalation.level) == (ticket, "aide", 50)
        assert (message.person_id, message.event_id, message.kind) == (
            work.roster.people[AIDE], escalation.event_id, "warned",
        )  # fmt: skip
        assert escalation.person_id == message.person_id
        assert escalation.check_at == shanghai("2026-12-07 12:30")


def unbind(work: Clockwork, *openids: str) -> None:
    with work.database.transaction() as session:
        session.execute(update(Person).where(Person.openid.in_(openids)).values(official_id=None))


@pytest.mark.parametrize(
    ("away", "told"),
    [
        ((AIDE,), LEADER),
        ((AIDE, LEADER), SUPERVISOR),
        ((AIDE, LEADER, SUPERVISOR), OFFICE),
    ],
)
def test_whoever_is_not_there_is_replaced_by_the_next_rung(
    work: Clockwork, away: tuple[str, ...], told: str
) -> None:
    accepted(work)
    unbind(work, *away)
    work.strike(HALF)
    assert work.levels() == [(told, "result", 50)]


def test_who_has_left_the_account_counts_as_absent(work: Clockwork) -> None:
    accepted(work)
    work.leaves(AIDE)
    work.strike(HALF)
    assert work.levels() == [(LEADER, "result", 50)]


def test_nearest_supervisor_is_told(work: Clockwork) -> None:
    work.supervisor("o-province", region="210000")
    work.supervisor("o-elsewhere", region="210200")
    accepted(work)
    with work.database.transaction() as session:
        session.execute(update(Clock).values(warned=80, warn_at=WHOLE))
    work.strike(WHOLE)
    assert work.levels() == [(SUPERVISOR, "result", 100)]


def test_warning_that_nobody_can_hear_waits_for_somebody(work: Clockwork) -> None:
    ticket = accepted(work)
    unbind(work, AIDE, LEADER, SUPERVISOR, OFFICE)
    work.strike(HALF)
    assert (work.levels(), work.escalations()) == ([], [("office", 50, None)])
    assert work.events(ticket, "warn")[0]["told"] == []
    work.strike(shanghai("2026-12-07 12:30"))
    assert work.levels() == []
    with work.database.transaction() as session:
        person = session.get_one(Person, a_person(session, LEADER))
        person.official_id = work.roster.officials["leader"]
    work.strike(shanghai("2026-12-07 13:30"))
    assert work.levels() == [(LEADER, "result", 50)]
    assert work.escalations() == [("office", 50, "raised"), ("leader", 50, None)]


def test_empty_roster_breaks_nothing(work: Clockwork) -> None:
    accepted(work)
    with work.database.transaction() as session:
        session.execute(update(Official).values(is_active=False))
    assert work.strike(HALF) == 1
    assert work.escalations() == [("office", 50, None)]


def test_after_a_long_silence_everybody_hears_the_truth_once(work: Clockwork) -> None:
    ticket = accepted(work)
    assert work.strike(shanghai("2026-12-16 09:00")) == 1
    assert work.levels() == [(AIDE, "result", 100), (LEADER, "result", 100), (SUPERVISOR, "result", 100)]
    [event] = work.events(ticket, "warn")
    assert event["told"] == [["aide", None, 1], ["leader", None, 1], ["supervisor", "210100", 1]]


def test_promise_that_was_kept_is_not_warned_of(work: Clockwork) -> None:
    ticket = accepted(work)
    work.does(LEADER, ticket, lambda s, t, a: office.resolve(s, t, a, DONE, now=NOW))
    work.strike(WHOLE)
    assert {clock for _, clock, _ in work.levels()} == {"confirmation"}


def test_finished_case_is_not_warned_of(work: Clockwork) -> None:
    ticket = accepted(work)
    work.does(OWNER, ticket, lambda s, t, a: tickets.withdraw(s, t, a, now=NOW))
    assert work.strike(WHOLE) == 0
    assert work.events(ticket, "warn") == []


def test_clock_that_runs_on_a_finished_case_by_mistake_is_silenced(work: Clockwork) -> None:
    ticket = accepted(work)
    with work.database.transaction() as session:
        session.get_one(Ticket, ticket).status = "closed"
    assert work.strike(HALF) == 1
    assert (work.levels(), work.strike(HALF)) == ([], 0)


def test_disputed_case_is_warned_of_again_only_from_where_it_was(work: Clockwork) -> None:
    ticket = accepted(work)
    work.strike(HALF)
    work.settle(Delivery.SENT)
    work.does(LEADER, ticket, lambda s, t, a: office.resolve(s, t, a, DONE, now=HALF))
    work.does(OWNER, ticket, lambda s, t, a: tickets.dispute(s, t, a, DONE, now=HALF))
    with work.database.transaction() as session:
        session.execute(update(Clock).where(Clock.name == "progress").values(met_at=NOW))
        work.quiet(session)
    assert work.strike(HALF) == 0
    work.strike(MOST)
    assert work.levels() == [(LEADER, "result", 80)]


def test_retyped_case_is_not_warned_twice_of_the_same_date(work: Clockwork) -> None:
    ticket = work.ticket("policy")
    half = shanghai("2026-11-25 08:30")
    work.strike(half)
    assert work.levels() == [(AIDE, "accept", 50)]
    work.settle(Delivery.SENT)
    work.does(OWNER, ticket, lambda s, t, a: retyping.retype(s, t, a, "arrears", now=half))
    work.settle(Delivery.SENT)
    assert work.strike(half) == 0
    assert work.running(ticket) == {"accept", "first_contact", "result"}


def test_one_case_that_breaks_holds_up_no_other(work: Clockwork) -> None:
    broken, sound = accepted(work), accepted(work)
    with work.database.transaction() as session:
        session.get_one(Ticket, broken).region = "999999"
    assert work.strike(HALF, limit=1) == 2
    assert work.levels() == [(AIDE, "result", 50)]
    assert (len(work.events(broken, "warn")), len(work.events(sound, "warn"))) == (0, 1)
    assert work.clock(broken, "result").warn_at == HALF + timedelta(hours=1)


def test_many_warnings_are_given_in_pieces(work: Clockwork) -> None:
    for _ in range(5):
        accepted(work)
    assert work.strike(HALF, limit=2) == 5
    assert len(work.levels()) == 5
