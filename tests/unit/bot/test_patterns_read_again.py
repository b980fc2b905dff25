"""What a process reads that has just started: all that the one before it knew, and nothing that people undid."""

import pytest
from sqlalchemy import select

from bot import known_cases
from models.actions import patterns, shielding
from models.actions.tickets import withdraw
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import FeedCursor, Pattern, Ticket
from tests.alike import ARREARS, MODEL, bring, compare, firm, groups, read, seven, ticket
from tests.unit.bot.test_patterns_loop import a_key
from tests.unit.models.stage import NOW, staffed


@pytest.fixture
def office(database: Database) -> Database:
    """A database with people, whose patterns are followed."""
    staffed(database)
    compare(database)
    return database


def read_from_the_beginning(database: Database) -> None:
    with database.transaction() as session:
        for cursor in session.scalars(select(FeedCursor).where(FeedCursor.reader == "patterns")):
            cursor.tx, cursor.event_id = 0, 0
    compare(database)


def author_of(database: Database, case: int) -> Actor:
    return Actor(Role.ENTERPRISE, ticket(database, case).person_id)


def hide_and_show(database: Database, case: int) -> None:
    """Let an enterprise shield its case, and then no more."""
    for act in (shielding.shield, shielding.unshield):
        with database.transaction() as session:
            row = session.get_one(Ticket, case, with_for_update=True)
            act(session, row, author_of(database, case), now=NOW)
        compare(database)


def test_what_people_split_off_stays_so_when_old_secrecy_is_read_again(office: Database) -> None:
    cases = seven(office)
    compare(office)
    hide_and_show(office, cases[0])
    assert groups(office) == [("open", cases)]
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        row = session.scalars(select(Pattern)).one()
        patterns.split(session, row, cases[:1], "另一件事", by, now=NOW)
    put = groups(office)
    assert put == [("open", cases[1:]), ("open", cases[:1])]
    read_from_the_beginning(office)
    assert groups(office) == put


def test_the_last_case_of_a_named_pattern_stays_when_old_secrecy_is_read_again(office: Database) -> None:
    """Nothing that it is like would lead it back there: the others were withdrawn."""
    cases = seven(office)
    compare(office)
    hide_and_show(office, cases[0])
    by = patterns.Signature(a_key(office), "督查")
    with office.transaction() as session:
        patterns.rename(session, session.scalars(select(Pattern)).one(), "澜河城投欠款", by, now=NOW)
    for each in cases[1:]:
        with office.transaction() as session:
            row = session.get_one(Ticket, each, with_for_update=True)
            withdraw(session, row, author_of(office, each), now=NOW)
    compare(office)
    assert groups(office) == [("open", cases[:1])]
    read_from_the_beginning(office)
    assert groups(office) == [("open", cases[:1])]


def test_copies_are_compared_with_no_more_after_a_restart(office: Database) -> None:
    """A flood of them would crowd the others out of the nearest."""
    cases = seven(office)
    for n in range(3):
        bring(office, firm(office, f"copy{n}"), ARREARS[0])
    compare(office)
    kept = read(office, cases[0])
    assert kept is not None
    assert kept.vector is not None
    assert sorted(known_cases.read(office, MODEL).near("arrears", kept.vector)) == cases
