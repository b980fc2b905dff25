"""Two forgettings that overlap on PostgreSQL: the second waits with nothing in its hands, and finds what is left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handlers.understanding.masking import erase
from models.actions import forgetting, retention, settlements
from models.actions.people import join
from models.session import Database
from models.tables import AuditEntry, Contact, Outbox, Person, Ticket
from tests.alike import bring, firm
from tests.contracts.api.desk import is_somebody_waiting
from tests.faults.processes import until
from tests.unit.models.stage import NOW, a_person, staffed

LATER = NOW + timedelta(days=100)


def _on_demand(session: Session, person_id: int) -> int:
    return forgetting.forget(session, person_id, erase=erase, now=LATER)


def _by_itself(session: Session, _person_id: int) -> int:
    return retention.strike(session, LATER, limit=50, days=90, erase=erase)


@pytest.mark.parametrize("second", [_on_demand, _by_itself])
def test_who_forgets_while_somebody_is_forgotten_waits_before_holding_anybody(
    postgresql_url: str, second: Callable[[Session, int], int]
) -> None:
    """The first goes on to the very person the second was about to forget: neither is turned away."""
    database = Database(postgresql_url)
    with database.transaction() as session:
        one, other = a_person(session, "o-one"), a_person(session, "o-other")

    def meanwhile() -> int:
        with database.transaction() as session:
            return second(session, other)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            assert forgetting.forget(session, one, erase=erase, now=LATER)
            waits = pool.submit(meanwhile)
            until(lambda: waits.done() or is_somebody_waiting(database))
            assert forgetting.forget(session, other, erase=erase, now=LATER)
        assert waits.result() == 0, "there is nothing left to do"
    with database.reading() as session:
        assert session.scalars(select(Person.forgotten_at)).all() == [LATER] * 2
        assert session.scalars(select(AuditEntry.operation)).all() == []
    database.dispose()


def test_timer_forgets_one_person_a_transaction(database: Database) -> None:
    with database.transaction() as session:
        people = [a_person(session, f"o-{each}") for each in range(3)]
    forgotten = select(Person.id).where(Person.forgotten_at.is_not(None)).order_by(Person.id)
    for count in (1, 2, 3, 3):
        with database.transaction() as session:
            _by_itself(session, 0)
        with database.reading() as session:
            assert session.scalars(forgotten).all() == people[:count]


def test_who_writes_while_a_timer_waits_to_forget_them_is_not_forgotten(postgresql_url: str) -> None:
    """They gave up their account, and have one again before it is their turn."""
    database = Database(postgresql_url)
    with database.transaction() as session:
        one, other = a_person(session, "o-one"), a_person(session, "o-other")
        session.get_one(Person, other).closed_at = NOW

    def meanwhile() -> int:
        with database.transaction() as session:
            return retention.strike_closed(session, LATER, limit=50, erase=erase)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            assert forgetting.forget(session, one, erase=erase, now=LATER)
            waits = pool.submit(meanwhile)
            until(lambda: waits.done() or is_somebody_waiting(database))
            with database.transaction() as writing:
                writing.get_one(Person, other).seen_at = LATER
        assert waits.result() == 0
    with database.reading() as session:
        assert session.get_one(Person, other).openid == "o-other"
    database.dispose()


@pytest.mark.parametrize("who", ["a turn", "a delivery"])
def test_colleagues_who_write_or_are_told_meanwhile_and_forgetting_wait_in_no_circle(
    postgresql_url: str, who: str
) -> None:
    """A turn and a delivery hold their person first, as forgetting does; what is erased does not come back."""
    database = Database(postgresql_url)
    staffed(database)
    one, other = firm(database, "one"), "o-colleague"
    bring(database, one, "欠工程款，找闻向北")
    with database.transaction() as session:
        mine = session.scalars(select(Contact).join(Person).where(Person.openid == one)).one()
        colleague = a_person(session, other)
        join(session, colleague, mine.enterprise_id, name="邵其琛", role="会计", now=NOW)
        session.get_one(Person, colleague).cases = [[1, "找闻向北"]]
        forgotten = mine.person_id
        case = session.scalars(select(Ticket.id)).one()

    def forget() -> bool:
        with database.transaction() as session:
            return forgetting.forget(session, forgotten, erase=erase, now=LATER)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            settlements.lock(session, [colleague])
            waits = pool.submit(forget)
            until(lambda: waits.done() or is_somebody_waiting(database))
            if who == "a turn":
                session.get_one(Ticket, case, with_for_update=True)
                session.get_one(Person, colleague).cases = [[1, "找闻向北"], [2, "找闻向北"]]
            else:
                session.execute(update(Outbox).values(misses=1))
        assert waits.result()
    with database.reading() as session:
        said = session.get_one(Person, colleague).cases
    assert said is not None
    assert [words for _, words in said] == ["找【姓名】"] * len(said)
    database.dispose()
