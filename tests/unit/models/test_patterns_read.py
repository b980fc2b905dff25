"""Patterns as they are read: which a leader hears of first, and in which month a case came."""

from datetime import UTC, datetime, timedelta

from models.queries import comparing
from models.queries.patterns import details, of_desk
from models.session import Database
from models.tables import Pattern, PatternMember, Ticket
from tests.alike import bring, firm
from tests.roster import OWNER
from tests.unit.models.stage import NOW, staffed


def test_candidates_are_found_by_their_ids_not_by_going_through_their_type(sqlite_url: str) -> None:
    """SQLite, which knows nothing of how many there are, took the index by type, and all cases of it."""
    database = Database(sqlite_url)
    with database.reading() as session:
        plan = comparing._SOME._plan(session)
        values = tuple(plan.bind({"ids": [1, 2, 3], "model": "e5"}))
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {plan.sql}", values)
        steps = [row[3] for row in rows if "anon" not in row[3] and "SUBQUERY" not in row[3]]
    database.dispose()
    assert len(steps) == 3
    assert all("USING INTEGER PRIMARY KEY (rowid=?)" in each for each in steps), steps


def _pattern(database: Database, title: str, cases: list[int]) -> int:
    with database.transaction() as session:
        row = Pattern(type="arrears", state="open", title=title, stone=title, created_at=NOW, opened_at=NOW)
        session.add(row)
        session.flush()
        for each in cases:
            ticket = session.get_one(Ticket, each)
            session.add(
                PatternMember(
                    ticket_id=each,
                    pattern_id=row.id,
                    likeness=1.0,
                    voice=f"e{ticket.enterprise_id}",
                    is_pinned=False,
                    joined_at=NOW,
                )
            )
        return row.id


def test_patterns_with_a_leaders_own_open_cases_come_first_then_the_larger(database: Database) -> None:
    officials = staffed(database).officials
    for title, others, is_own in (("甲", 4, True), ("乙", 7, False), ("丙", 6, False), ("丁", 5, True)):
        cases = [bring(database, OWNER, f"{title}类欠款")]
        cases += [bring(database, firm(database, f"{title}{n}"), f"{title}类欠款") for n in range(others)]
        with database.transaction() as session:
            for each in cases:
                session.get_one(Ticket, each).owner_id = officials["office"]
            if is_own:
                session.get_one(Ticket, cases[0]).owner_id = officials["leader"]
        _pattern(database, title, cases)
    with database.reading() as session:
        found = of_desk(session, officials["leader"], since=NOW - timedelta(days=180))
    assert [each.title for each in found] == ["丁", "甲", "乙", "丙"]
    assert [len(each.tickets) for each in found] == [1, 1, 0, 0]


def test_a_case_of_the_first_hour_of_december_came_in_december(database: Database) -> None:
    staffed(database)
    at = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert at.hour + 8 - 24 == 1, "01:00 of 1 December in Shanghai"
    case = bring(database, firm(database, "one"), "澜河县城投欠我们工程款三年了", at=at)
    pattern = _pattern(database, "欠款", [case])
    with database.reading() as session:
        assert details(session, None, [pattern])[pattern].trend == {"2026-12": 1}
