"""Whoever changes patterns at the same moment locks tickets, then patterns, then their cases: nobody waits in a circle."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.understanding.nearest import Nearest
from handlers.understanding.traits import traits_of
from models.actions import patterns, people, regrouping, secrecy
from models.actions.patterns import InWords, Signature
from models.actions.regrouping import Move
from models.queries import patterns as queries
from models.queries.comparing import Change
from models.queries.second_look import Position
from models.rules.lifecycle import Status, Verb
from models.rules.patterns import Place
from models.session import Database
from models.tables import Enterprise, Pattern, PatternMember, Ticket, TicketVector
from tests.alike import MODEL, bring, firm, loop_on
from tests.contracts.api.desk import is_somebody_waiting
from tests.faults.processes import until
from tests.patching import Ground, belongs, ground
from tests.unit.models.stage import NOW


@pytest.fixture
def made(postgresql_url: str) -> Iterator[Ground]:
    """Seven cases in a pattern, on PostgreSQL."""
    database = Database(postgresql_url)
    found = ground(database)
    with database.transaction() as session:
        for each in found.cases:
            facts = {
                "model": MODEL,
                "type": "arrears",
                "vector": b"1" * 384,
                "traits": traits_of("欠款").as_json(),
            }
            session.add(TicketVector(ticket_id=each, **facts))
    yield found
    database.dispose()


def beside(
    made: Ground,
    first: Callable[[Session], Any],
    then: Callable[[Session], Any],
    second: Callable[[Session], Any],
) -> Any:
    """Do `second` while `first` is done and `then` is still to be done; return what came of it."""

    def meanwhile() -> Any:
        with made.database.transaction() as session:
            return second(session)

    with ThreadPoolExecutor(1) as pool:
        with made.database.transaction() as session:
            first(session)
            waits = pool.submit(meanwhile)
            until(lambda: waits.done() or is_somebody_waiting(made.database))
            then(session)
        return waits.result()


def test_cases_are_split_off_while_others_are_moved(made: Ground) -> None:
    """What people split off meanwhile stays where they put it."""
    with made.database.transaction() as session:
        other = regrouping.new_pattern(session, "arrears", now=NOW).id
    by = Signature(made.key, "督查室")

    def split(session: Session) -> None:
        pattern = session.get_one(Pattern, made.pattern)
        patterns.split(session, pattern, made.cases[:2], "另一件事", by, now=NOW)

    moves = [Move(each, made.pattern, other, 0.9, None) for each in made.cases]
    moved = beside(
        made,
        lambda session: queries.for_decision(session, None, made.pattern),
        split,
        lambda session: regrouping.put(session, "arrears", moves, now=NOW),
    )
    assert moved == 0


def test_a_stranger_binds_while_their_case_is_compared(made: Ground) -> None:
    """The case is heard as the enterprise's, whoever was first."""
    case = bring(made.database, "o-stranger", "欠工程款")
    firm(made.database, "late")
    with made.database.transaction() as session:
        belongs(session, session.get_one(Ticket, case), made.pattern, NOW)
        bound = session.scalars(select(Enterprise.id).where(Enterprise.name == "late有限公司")).one()
        person = session.get_one(Ticket, case).person_id

    def again(session: Session) -> None:
        patterns.leave(session, case)
        belongs(session, session.get_one(Ticket, case), made.pattern, NOW)

    beside(
        made,
        lambda session: session.get_one(Ticket, case, with_for_update=True),
        again,
        lambda session: people.adopt(session, person, bound),
    )
    with made.database.reading() as session:
        assert session.get_one(PatternMember, case).voice == f"e{bound}"


@pytest.mark.parametrize("how_many", [1, 4])
def test_a_case_is_shielded_while_it_is_split_off(made: Ground, how_many: int) -> None:
    """Its words go from where it is then."""
    with made.database.transaction() as session:
        session.get_one(Pattern, made.pattern).told_from = [made.cases[0]]
        quiet = made.cases[0]

    def split(session: Session) -> None:
        row = queries.for_decision(session, None, made.pattern)
        new = patterns.split(
            session, row, made.cases[:how_many], "另一件事", Signature(made.key, "督查室"), now=NOW
        )
        patterns.tell(session, new, InWords("另一件事", "只有它这样说", [quiet]))

    def shield(session: Session) -> None:
        secrecy.shield(session, [session.get_one(Ticket, quiet, with_for_update=True)])

    beside(made, split, lambda _session: None, shield)
    with made.database.reading() as session:
        rows = session.scalars(select(Pattern)).all()
        assert [(each.stone, each.told_from) for each in rows] == [("", [])] * 2
        assert session.get(PatternMember, quiet) is None


def split_off(made: Ground, case: int) -> Callable[[Session], int]:
    """Return what splits a case off as the API does, and returns the new pattern."""

    def split(session: Session) -> int:
        row = queries.for_decision(session, None, made.pattern)
        by = Signature(made.key, "督查室")
        return patterns.split(session, row, [case], "另一件事", by, now=NOW).id

    return split


def apart(made: Ground) -> int:
    """Return the pattern that a case was split off into."""
    with made.database.reading() as session:
        return session.scalars(select(Pattern.id).where(Pattern.id != made.pattern)).one()


def test_a_case_is_held_while_it_is_split_off(made: Ground) -> None:
    """What is locked is the pattern that it is in by then."""
    case = made.cases[0]
    held = beside(
        made,
        split_off(made, case),
        lambda _session: None,
        lambda session: patterns.hold(session, case),
    )
    assert held == apart(made)


def test_a_case_leaves_while_it_is_split_off(made: Ground) -> None:
    """Whoever takes it out, as its type is another now, keeps where people put it meanwhile."""
    case = made.cases[0]

    def leave(session: Session) -> None:
        session.get_one(Ticket, case, with_for_update=True)
        patterns.leave(session, case)

    beside(made, split_off(made, case), lambda _session: None, leave)
    with made.database.reading() as session:
        assert session.get(PatternMember, case) is None
        assert session.get_one(TicketVector, case).pinned_to == apart(made)


def test_a_merged_case_is_looked_at_while_it_is_split_off(made: Ground) -> None:
    """What people decide meanwhile counts: it keeps the place that they gave it."""
    case, zero = made.cases[0], Position(0, 0)
    loop = loop_on(made.database)
    loop._index = Nearest()

    def split(session: Session) -> None:
        split_off(made, case)(session)
        with made.database.transaction() as meanwhile:
            meanwhile.get_one(Ticket, case).status = Status.MERGED

    beside(
        made,
        split,
        lambda _session: None,
        lambda _session: loop._forget(Change(case, Verb.MERGE, zero, zero)),
    )
    with made.database.reading() as session:
        assert session.get_one(PatternMember, case).pattern_id == apart(made)


def test_a_case_is_compared_while_its_pattern_is_named(made: Ground) -> None:
    """It is like nothing any more, but of a pattern that people decide on meanwhile no case leaves by itself."""
    case, by = made.cases[0], Signature(made.key, "督查室")
    loop = loop_on(made.database)
    loop._index = Nearest()

    def rename(session: Session) -> None:
        row = queries.for_decision(session, None, made.pattern)
        patterns.rename(session, row, "拖欠工程款", by, now=NOW)

    beside(made, rename, lambda _session: None, lambda _session: loop._compare(case))
    with made.database.reading() as session:
        assert session.get_one(PatternMember, case).pattern_id == made.pattern


def test_a_case_is_split_off_while_it_is_read_again(made: Ground) -> None:
    """It leaves its pattern and comes back there; then it is split off, and nobody waited in a circle."""
    case = made.cases[0]

    def leave(session: Session) -> None:
        session.get_one(Ticket, case, with_for_update=True)
        patterns.leave(session, case)

    def settle(session: Session) -> None:
        place = Place(made.pattern, None, 0.9)
        patterns.settle(session, session.get_one(Ticket, case), place, now=NOW)

    new = beside(made, leave, settle, split_off(made, case))
    with made.database.reading() as session:
        row = session.get_one(PatternMember, case)
        assert (row.pattern_id, row.is_pinned) == (new, True)
