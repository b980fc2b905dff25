"""What if it happens twice, what if we die here: budgets are spent once, by whichever worker."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.desk import take
from handlers.turn import Incoming, Kind
from models.actions import courtesies, deliveries
from models.actions.deliveries import LEASE, Claimed
from models.actions.people import join, meet
from models.actions.settlements import Fate, Settlement
from models.queries import disturbance
from models.rules.disturbance import GRANTED
from models.rules.retry import Failure
from models.session import Database
from models.tables import Delivery, Outbox, Person
from tests.means import MEANS
from tests.roster import LEADER, OWNER, PARTNER, Roster
from tests.unit.models.mail import BARE, LATER, alone, claimed, ids_of, outbox, settled, states
from tests.unit.models.peace import HOUR, MORNING, NIGHT, NOON, a_firm, case, facts, firm, rung, sent, strike
from tests.unit.models.stage import NOW, a_ticket, open_window, staffed


@pytest.fixture
def roster(database: Database) -> Roster:
    """One enterprise with two contacts and a case of yesterday."""
    return a_firm(database)


def test_contacts_of_one_enterprise_share_its_budget(database: Database, roster: Roster) -> None:
    facts(database, *"ab", openid=OWNER)
    facts(database, *"cd", openid=PARTNER)
    sent(database, at=NOON)
    assert sorted(states(database).values()) == ["held", "sent", "sent", "sent"]


def test_claim_that_died_has_paid_and_the_next_one_does_not_pay_again(
    database: Database, roster: Roster
) -> None:
    facts(database, *"abcd")
    [dead] = claimed(database, at=NOON)
    assert rung(database, firm(roster)) == 1

    [again] = claimed(database, at=NOON + LEASE)
    assert ids_of([again]) == ids_of([dead])
    assert rung(database, firm(roster)) == 1
    settled(database, Settlement(again, Fate.SENT), at=NOON + LEASE)
    sent(database, at=NOON + LEASE)
    assert list(states(database).values()) == ["sent"] * 3 + ["held"]
    assert outbox(database)["a"].rang_at == NOON


def test_claim_that_died_before_the_night_waits_for_the_morning(database: Database, roster: Roster) -> None:
    facts(database, "a")
    evening = NIGHT.replace(hour=20, minute=59)
    claimed(database, at=evening)
    assert claimed(database, at=evening + LEASE) == []
    row = outbox(database)["a"]
    assert (row.state, row.lease_until, row.due_at) == (Delivery.HELD, None, MORNING)
    assert strike(database, MORNING) == 1
    assert len(claimed(database, at=MORNING)) == 1
    assert rung(database, firm(roster), at=MORNING) == 0


FAILURES = [
    ({"fate": Fate.AGAIN, "again_at": NOON, "failure": Failure.MISSED}, 0),
    ({"fate": Fate.AGAIN, "again_at": NOON, "failure": Failure.DOUBTFUL}, 1),
    ({"fate": Fate.AGAIN, "again_at": NOON}, 1),
    ({"fate": Fate.WINDOW_CLOSED, "code": 45015}, 0),
    ({"fate": Fate.PARKED, "code": 40007, "was_counted": False}, 0),
    ({"fate": Fate.DEAD, "was_counted": False}, 0),
    ({"fate": Fate.SENT}, 1),
]


@pytest.mark.parametrize(("ending", "spent"), FAILURES)
def test_what_certainly_did_not_ring_is_given_back(
    database: Database, roster: Roster, ending: dict[str, Any], spent: int
) -> None:
    facts(database, "a")
    [one] = claimed(database, at=NOON)
    settled(database, Settlement(one, **ending), at=NOON)
    assert rung(database, firm(roster)) == spent


def test_what_may_have_rung_before_stays_paid_when_it_fails_later(database: Database, roster: Roster) -> None:
    facts(database, "a")
    [one] = claimed(database, at=NOON)
    doubt = Settlement(one, Fate.AGAIN, again_at=NOON + HOUR, failure=Failure.DOUBTFUL)
    settled(database, doubt, at=NOON)
    [again] = claimed(database, at=NOON + HOUR)
    missed = Settlement(again, Fate.AGAIN, again_at=NOON + HOUR, failure=Failure.MISSED)
    settled(database, missed, at=NOON + HOUR)
    assert outbox(database)["a"].rang_at == NOON


def test_second_worker_leaves_an_enterprise_to_the_first(postgresql_url: str) -> None:
    """While the first has not committed, nobody else can know what it spends."""
    database = Database(postgresql_url)
    loaded = staffed(database)
    with database.transaction() as session:
        a_ticket(session)
        for openid in (OWNER, PARTNER):
            open_window(session, loaded.people[openid], left=5, until=LATER)
    with database.transaction() as session:
        for row in session.scalars(select(Outbox)):
            session.delete(row)
        courtesies.ask_for_budget(session, firm(loaded), 1, person_id=loaded.people[OWNER], now=NOW)
    facts(database, "a", openid=OWNER)
    facts(database, "b", openid=PARTNER)
    with database.transaction() as first:
        mine = _claim(first, limit=1)
        with database.transaction() as second:
            assert _claim(second, limit=9) == []
    assert ids_of(mine) == [outbox(database)["a"].id]
    assert states(database) == {"a": "sending", "b": "pending"}
    assert claimed(database, at=NOON) == []
    assert states(database) == {"a": "sending", "b": "held"}
    database.dispose()


def _claim(session: Session, *, limit: int) -> list[Claimed]:
    return deliveries.claim(session, "w", channels=BARE, how_many=alone, limit=limit, now=NOON)


def test_many_workers_never_use_the_last_of_a_budget_twice(database: Database, roster: Roster) -> None:
    colleagues = [f"o-colleague-{n}" for n in range(12)]
    with database.transaction() as session:
        for openid in colleagues:
            who = meet(session, openid, now=NOW).person_id
            join(session, who, firm(roster), name=None, role=None, now=NOW)
            open_window(session, who, left=5, until=LATER)
    for openid in colleagues:
        facts(database, f"{openid}x", openid=openid)
    workers, errors = 4, list[Exception]()
    start = threading.Barrier(workers)

    def work() -> None:
        start.wait()
        try:
            for _ in range(20):
                taken = claimed(database, at=NOON, limit=2)
                settled(database, *(Settlement(one, Fate.SENT) for one in taken), at=NOON)
        except Exception as error:  # noqa: BLE001 -- a thread's failure is the test's
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent(database, at=NOON)

    assert errors == []
    assert rung(database, firm(roster)) == GRANTED.budget
    assert sorted(states(database).values()) == ["held"] * 9 + ["sent"] * 3


def test_what_is_held_wakes_once_and_whole_persons_at_a_time(database: Database, roster: Roster) -> None:
    facts(database, *"abc", openid=OWNER)
    facts(database, *"de", openid=PARTNER)
    claimed(database, at=NIGHT)
    claimed(database, at=NIGHT)
    counts: list[int] = []
    while woken := strike(database, MORNING, limit=1):
        counts.append(woken)
        rows = outbox(database).values()
        by_person = {(row.person_id, row.state) for row in rows}
        assert len(by_person) == len({person for person, _ in by_person})
    assert counts == [1, 1]
    assert set(states(database).values()) == {"pending"}


def test_waking_passes_over_who_is_in_somebodys_hands(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    loaded = staffed(database)
    with database.transaction() as session:
        a_ticket(session)
    facts(database, "a")
    with database.transaction() as session:
        row = session.scalars(select(Outbox).where(Outbox.dedupe_key.startswith("a:"))).one()
        row.state, row.due_at = Delivery.HELD, NOON
    with database.transaction() as theirs:
        theirs.scalars(select(Person).where(Person.id == loaded.people[OWNER]).with_for_update()).one()
        assert strike(database, NOON) == 0
    assert strike(database, NOON) == 1
    database.dispose()


def test_row_that_is_held_shows_in_what_waits_for_the_case(database: Database, roster: Roster) -> None:
    facts(database, *"ab")
    claimed(database, at=NIGHT)
    with database.reading() as session:
        waits: Sequence[disturbance.Waits] = disturbance.waiting(session, case(session).id)
    assert waits == [(2, "quiet", MORNING)]


def test_channel_is_chosen_before_courtesy(database: Database, roster: Roster) -> None:
    """Whoever cannot be reached at all is shown as such at once, not only in the morning."""
    with database.transaction() as session:
        session.get_one(Person, roster.people[OWNER]).window_left = 0
    facts(database, "a")
    assert {one.openid for one in claimed(database, at=NIGHT)} == {LEADER}, "who is told of it at once"
    assert outbox(database)["a"].reason == "window"


def test_new_request_asks_nothing_about_courtesy(sqlite_url: str) -> None:
    """The way in pays nothing for what is decided on the way out."""
    database = Database(sqlite_url)
    staffed(database)
    seen: list[str] = []
    with database.transaction() as session:
        session.info["driver"].set_trace_callback(seen.append)
        words = "新诉求 管委会欠我们厂区道路工程款，拖了一年多不给结"
        push = Incoming("k", OWNER, Kind.TEXT, "text", words, "sealed", int(NOW.timestamp()))
        take(session, push, NOW, MEANS)
        session.info["driver"].set_trace_callback(None)
    database.dispose()
    assert any("INSERT INTO tickets" in sql for sql in seen)
    assert [sql for sql in seen if "courtesies" in sql or "rang_" in sql] == []
