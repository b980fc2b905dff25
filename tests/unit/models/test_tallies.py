"""Counts are kept whoever writes, and a check names what is not as it should be."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import func, insert, select, text, update

from models.actions import tallies
from models.queries import rates, recounting, tallying
from models.queries.rates import By, Scope
from models.rules.regions import regions_within
from models.rules.tally import NO_STAGE, NOTHING, Counts, Tally, city_of
from models.session import Database, savepoint
from models.tables import Clock, Enterprise, Official, TallyChange, Ticket
from tests.unit.models.stage import NOW, a_person, a_ticket, bare_ticket, staffed


class Unwanted(Exception):
    """What makes a turn go back."""


def counted(
    database: Database, *bys: By, after: timedelta = timedelta()
) -> dict[tuple[str | int, ...], Counts]:
    """Return the kept counts, which a recount bears out."""
    now = NOW + after
    with database.reading() as session:
        assert recounting.differences(session, now) == []
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
        owner = session.scalars(select(Official.id)).first() or 0
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
        session.execute(text("UPDATE tallies SET closed = 5 WHERE span = 'month' AND region <> ''"))
    with database.reading() as session:
        [found] = recounting.differences(session, NOW)
    assert found.where.startswith("month 0 ")
    assert (found.kept, found.counted) == ("closed=5", "closed=0")


PROVINCE, SHENYANG, HEPING, DALIAN = "210000", "210100", "210102", "210200"
REACHES = [
    *(None, regions_within(SHENYANG), regions_within(HEPING), regions_within(SHENYANG) | {DALIAN}),
    frozenset({SHENYANG, HEPING}),
]
"""All; a city; a county; a city and a part of another; parts of one city."""
TIMES = [
    *(
        (None, None),
        (date(2026, 9, 14), None),
        (None, date(2026, 11, 3)),
        (date(2026, 8, 1), date(2026, 11, 1)),
    ),
    (date(2026, 10, 5), date(2026, 10, 12)),
]
GROUPED = [(), (By.TYPE,), (By.REGION,), (By.STAGE,), (By.OWNER,), (By.MONTH,), (By.DAY,), (By.TYPE, By.REGION),
           (By.OWNER, By.TYPE)]  # fmt: skip


@pytest.fixture
def province(database: Database) -> list[Ticket]:
    """Tickets of an autumn, spread over regions, types, stages, owners and days; half of them folded."""
    staffed(database)
    with database.transaction() as session:
        owners = session.scalars(select(Official.id).order_by(Official.id)).all()
        person = a_person(session, "x")
        firms = [
            session.execute(
                insert(Enterprise).returning(Enterprise.id),
                {"name": f"firm {stage}", "region": PROVINCE, "stage": stage, "created_at": NOW},
            ).scalar_one()
            for stage in ("startup", "growing", None)
        ]
    for half in range(2):
        with database.transaction() as session:
            for n in range(half, 90, 2):
                asked, done = NOW - timedelta(days=n * 37 % 110), n % 4 == 3
                facts = {
                    "enterprise_id": firms[n % 3],
                    "region": (PROVINCE, SHENYANG, HEPING, DALIAN)[n * 7 % 4],
                    "type": ("arrears", "policy", "ip")[n % 5 % 3],
                    "status": ("open", "accepted", "declined", "resolved")[n % 4],
                    "created_at": asked,
                    "resolved_at": asked + timedelta(days=n % 13) if done else None,
                }
                ticket_id = bare_ticket(session, person_id=person, owner_id=owners[n % 2])
                session.execute(update(Ticket).where(Ticket.id == ticket_id).values(**facts))
        if half == 0:
            with database.transaction() as session:
                tallies.fold(session, NOW, limit=50)
    with database.reading() as session:
        found = list(session.scalars(select(Ticket).order_by(Ticket.id)))
        session.expunge_all()
    return found


def added_up(cells: Tally, scope: Scope, bys: tuple[By, ...]) -> dict[tuple[str | int, ...], Counts]:
    """Return what cells come to, found without any kept sum."""
    named = {
        By.TYPE: lambda cell: cell.type,
        By.REGION: lambda cell: city_of(cell.region),
        By.STAGE: lambda cell: cell.stage,
        By.OWNER: lambda cell: cell.owner_id,
        By.MONTH: lambda cell: cell.day // 100,
        By.DAY: lambda cell: cell.day,
    }
    found: dict[tuple[str | int, ...], Counts] = {}
    for cell, counts in cells.items():
        day = tallying.day_named(cell.day)
        is_in = scope.regions is None or cell.region in scope.regions
        if is_in and (scope.since or date.min) <= day < (scope.until or date.max):
            group = tuple(named[by](cell) for by in bys)
            found[group] = found.get(group, NOTHING).plus(counts)
    return found


def test_whatever_is_asked_is_what_the_tickets_add_up_to(database: Database, province: list[Ticket]) -> None:
    """Which of the kept sums answers is nobody's business: they all say the same."""
    with database.reading() as session:
        assert recounting.differences(session, NOW) == []
        cells = recounting.recount(session, NOW)
        assert {cell.stage for cell in cells} > {NO_STAGE}
        for reach, (since, until), bys in product(REACHES, TIMES, GROUPED):
            scope = Scope(reach, since=since, until=until)
            wanted = added_up(cells, scope, bys)
            assert rates.sums(session, scope, *bys, late={}) == wanted, (reach, since, until, bys)
    assert sum(1 for one in province if one.status == "resolved") > 10


@pytest.mark.parametrize("reach", REACHES)
def test_busiest_are_those_with_the_most_in_hand(
    database: Database, province: list[Ticket], reach: frozenset[str] | None
) -> None:
    hands = Counter(
        one.owner_id
        for one in province
        if one.status in {"open", "accepted"} and (reach is None or one.region in reach)
    )
    wanted = sorted(hands, key=lambda owner: (-hands[owner], owner))
    with database.reading() as session:
        assert rates.busiest(session, reach, limit=33) == wanted
        assert rates.busiest(session, reach, limit=1) == wanted[:1]


def test_clock_that_stands_before_the_mark_names_no_false_counts(database: Database) -> None:
    """A demo moves its clock, and a machine's may be slow: what ran out meanwhile is in the counts."""
    staffed(database)
    late = NOW + timedelta(days=30)
    with database.transaction() as session:
        a_ticket(session)
    with database.transaction() as session:
        assert tallies.lapse(session, late, limit=50) > 0
    with database.transaction() as session:
        tallies.fold(session, late, limit=50)
    with database.reading() as session:
        assert tallying.marked(session) > NOW
        assert recounting.differences(session, NOW) == []
        assert recounting.differences(session, late) == []
    with database.transaction() as session:
        session.execute(text("UPDATE tallies SET overdue = 5 WHERE span = 'month' AND region <> ''"))
    with database.reading() as session:
        [found] = recounting.differences(session, NOW)
    assert (found.kept, found.counted) == ("overdue=5", "overdue=1")
