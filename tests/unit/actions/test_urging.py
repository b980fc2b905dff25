"""Whoever is urged must have heard it, and whoever stands above hears it when nothing is done."""

from datetime import datetime

import pytest

from models.actions import office, urging
from models.actions.conversation import Words
from models.actions.urging import Urged, UrgedAlready
from models.rules.warnings import Rung, Step
from models.session import Database
from models.tables import Delivery
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.unit.actions.clockwork import DAY, SUPERVISOR, Clockwork, shanghai
from tests.unit.models.stage import NOW

NEXT = shanghai("2026-11-25 09:00")
SAID = Words("text", "已约财政局")


@pytest.fixture
def work(database: Database) -> Clockwork:
    """A supervisor of the city beside the small roster."""
    made = Clockwork(database)
    made.supervisor()
    return made


def accepted(work: Clockwork) -> int:
    """A case whose only promise is its result, weeks from now."""
    ticket = work.ticket()
    work.does(LEADER, ticket, lambda s, t, a: office.accept(s, t, a, now=NOW))
    work.does(LEADER, ticket, lambda s, t, a: office.reply(s, t, a, SAID, now=NOW))
    with work.database.transaction() as session:
        work.quiet(session)
    return ticket


def urge(work: Clockwork, ticket: int, at: datetime) -> Urged:
    return work.does(OWNER, ticket, lambda s, t, a: urging.urge(s, t, a, now=at))


def told(work: Clockwork) -> list[str]:
    """Who is told now; it is then taken as delivered."""
    found = [openid for openid, _ in work.told("urged")]
    with work.database.transaction() as session:
        work.quiet(session)
    return found


def test_every_time_without_a_deed_is_heard_one_rung_higher(work: Clockwork) -> None:
    ticket = accepted(work)
    first = urge(work, ticket, NOW)
    assert (first.times, first.step, told(work)) == (1, None, [LEADER, AIDE])
    with pytest.raises(UrgedAlready):
        urge(work, ticket, NOW + DAY / 2)
    second = urge(work, ticket, NOW + DAY)
    assert (second.times, second.step) == (2, Step(Rung.OFFICE))
    assert second.office is not None
    assert told(work) == [LEADER, AIDE, OFFICE]
    third = urge(work, ticket, NOW + 2 * DAY)
    assert (third.times, third.step) == (3, Step(Rung.SUPERVISOR, "210100"))
    assert told(work) == [LEADER, AIDE, SUPERVISOR]
    assert [event["level"] for event in work.events(ticket, "urge")] == [50, 80, 100]


def test_deed_in_between_begins_at_the_desk_again(work: Clockwork) -> None:
    ticket = accepted(work)
    urge(work, ticket, NOW)
    work.does(AIDE, ticket, lambda s, t, a: office.progress(s, t, a, SAID, now=NOW + DAY / 2))
    told(work)
    assert urge(work, ticket, NOW + DAY).times == 1
    assert told(work) == [LEADER, AIDE]


def test_overdue_case_is_the_supervisors_the_first_time(work: Clockwork) -> None:
    ticket = work.ticket()
    late = NOW + 3 * DAY
    done = urge(work, ticket, late)
    assert (done.times, done.is_overdue, done.step) == (1, True, Step(Rung.SUPERVISOR, "210100"))
    assert told(work) == [LEADER, AIDE, SUPERVISOR]


def test_desk_that_cannot_be_reached_is_no_end(work: Clockwork) -> None:
    ticket = accepted(work)
    work.leaves(LEADER, AIDE)
    assert urge(work, ticket, NOW).step == Step(Rung.OFFICE)
    assert OFFICE in told(work)


def test_nobody_above_is_said_as_it_is(database: Database) -> None:
    alone = Clockwork(database)
    ticket = accepted(alone)
    alone.leaves(OFFICE)
    urge(alone, ticket, NOW)
    done = urge(alone, ticket, NOW + DAY)
    assert (done.times, done.step) == (2, None)


def test_urging_that_nobody_received_goes_one_rung_up(work: Clockwork) -> None:
    ticket = accepted(work)
    urge(work, ticket, NOW)
    work.settle(Delivery.PARKED)
    work.strike(NEXT)
    assert [(openid, news["instead_of"]) for openid, news in work.told("urged")] == [(SUPERVISOR, "leader")]
    assert (work.told("warned"), work.escalations()) == (
        [],
        [("leader", 50, "raised"), ("leader", 50, "raised"), ("supervisor", 50, None)],
    )
    [event] = work.events(ticket, "warn")
    assert (event["clock"], event["due_at"], event["instead_of"]) == ("urge", None, "leader")


def test_one_at_the_desk_who_heard_it_is_enough(work: Clockwork) -> None:
    ticket = accepted(work)
    urge(work, ticket, NOW)
    work.settle(Delivery.SENT, AIDE)
    work.settle(Delivery.PARKED, LEADER)
    work.strike(NEXT)
    assert work.told("urged") == []
    assert sorted(work.escalations()) == [("leader", 50, "delivered"), ("leader", 50, "missed")]


def test_deed_meanwhile_needs_no_proof(work: Clockwork) -> None:
    ticket = accepted(work)
    urge(work, ticket, NOW)
    work.does(LEADER, ticket, lambda s, t, a: office.progress(s, t, a, SAID, now=NOW))
    work.settle(Delivery.PARKED)
    work.strike(NEXT)
    assert work.told("urged") == []
    assert {proof for _, _, proof in work.escalations()} == {"moot"}


def test_who_heard_of_earlier_urging_may_hear_of_the_next(work: Clockwork) -> None:
    ticket = accepted(work)
    urge(work, ticket, NOW)
    work.settle(Delivery.PARKED)
    work.strike(NEXT)
    assert told(work) == [SUPERVISOR]
    work.does(LEADER, ticket, lambda s, t, a: office.progress(s, t, a, SAID, now=NEXT))
    told(work)
    urge(work, ticket, NEXT + DAY)
    work.settle(Delivery.PARKED)
    work.strike(NEXT + 2 * DAY)
    assert SUPERVISOR in [openid for openid, _ in work.told("urged")]
