"""Counts are kept whoever writes, and a check names what is not as it should be."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from models.actions import tallies
from models.queries import rates
from models.queries.rates import By, Scope
from models.rules.tally import Counts
from models.session import Database, savepoint
from models.tables import Clock, Enterprise, TallyChange, Ticket
from tests.unit.models.stage import NOW, a_person, a_ticket, bare_ticket, staffed


class Unwanted(Exception):
    """What makes a turn go back."""


def counted(
    database: Database, *bys: By, after: timedelta = timedelta()
) -> dict[tuple[str | int, ...], Counts]:
    """Return the kept counts, which a recount bears out."""
    now = NOW + after
    with database.reading() as session:
        assert rates.differences(session, now) == []
        return rates.sums(session, Scope(), *bys, late=rates.since_the_mark(session, now))


def test_statement_that_changes_tickets_past_their_objects_is_counted(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        a_ticket(session)
        session.execute(update(Ticket).where(Ticket.type == "arrears").values(type="ip"))
    assert set(counted(database, By.TYPE)) == {("ip",)}
    with database.transaction() as session:
        session.execute(update(Clock).where(Clock.name == "result").values(due_at=NOW - timedelta(days=1)))
    assert counted(database)[()].overdue == 1


def test_stage_that_is_told_moves_the_enterprises_tickets(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        firm = session.get_one(Enterprise, a_ticket(session).enterprise_id)
    for stage in ("startup", "mature"):
        with database.transaction() as session:
            session.execute(update(Enterprise).where(Enterprise.id == firm.id).values(stage=stage))
        assert set(counted(database, By.STAGE)) == {(stage,)}
    with database.transaction() as session:
        session.get_one(Enterprise, firm.id).stage = "growing"
    assert set(counted(database, By.STAGE)) == {("growing",)}


def test_tickets_inserted_in_bulk_are_counted(database: Database) -> None:
    roster = staffed(database)
    with database.transaction() as session:
        owner = session.scalars(select(rates.Official.id)).first() or 0
        bare_ticket(session, person_id=a_person(session, "x"), owner_id=owner)
    assert roster is not None
    assert counted(database)[()] == Counts(open=1)


def test_turn_that_goes_back_leaves_nothing_in_the_counts(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        kept = a_ticket(session)
        with pytest.raises(Unwanted), savepoint(session):
            a_ticket(session)
            session.execute(update(Ticket).values(type="ip"))
            raise Unwanted
    assert counted(database, By.TYPE) == {("arrears",): Counts(open=1)}
    assert kept.id is not None


def test_fold_leaves_sums_as_they_are(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        for _ in range(3):
            a_ticket(session)
    before = counted(database, By.OWNER, By.TYPE)
    with database.transaction() as session:
        assert tallies.fold(session, NOW, limit=50) == 3
        assert tallies.fold(session, NOW, limit=50) == 0
    assert counted(database, By.OWNER, By.TYPE) == before
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TallyChange)) == 0


def test_difference_names_the_row_and_the_count(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        a_ticket(session)
        tallies.fold(session, NOW, limit=50)
    with database.transaction() as session:
        tallies.fold(session, NOW, limit=50)
        session.execute(text("UPDATE tallies SET closed = 5 WHERE span = 'month'"))
    with database.reading() as session:
        [found] = rates.differences(session, NOW)
    assert found.where.startswith("month 0 ")
    assert (found.kept, found.counted) == ("closed=5", "closed=0")
