"""What the wall asks about patterns grows no faster than the cases in them, however many only repeat one."""

from sqlalchemy import insert, select

from models.queries.patterns_on_wall import shown
from models.session import Database, core
from models.tables import Pattern, PatternMember, Ticket
from tests.alike import bring, firm
from tests.unit.models.stage import NOW, staffed

EVERY = 100
"""Steps of SQLite's machine between two counts."""


def repeat(database: Database, first: int, pattern: int, count: int) -> None:
    """Have an enterprise bring one text so many times."""
    with database.transaction() as session:
        original = session.get_one(Ticket, first)
        row = {each.key: getattr(original, each.key) for each in Ticket.__mapper__.column_attrs}
        row.pop("id")
        for _ in range(count):
            (ticket_id,) = session.execute(insert(Ticket).values(row).returning(Ticket.id)).one()
            facts = {"likeness": 1.0, "copy_of": first, "is_pinned": False, "joined_at": NOW}
            session.add(PatternMember(ticket_id=ticket_id, pattern_id=pattern, voice="e1", **facts))


def steps(database: Database) -> int:
    """Return how many steps the question takes, in hundreds."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    with database.reading() as session:
        driver = core(session).connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(count, EVERY)
        (one,) = shown(session, None, limit=5)
        driver.set_progress_handler(None, EVERY)
    assert one.enterprises == 1
    return taken


def test_copies_are_looked_at_once(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    staffed(database)
    first = bring(database, firm(database, "one"), "澜河县城投欠我们工程款三年了")
    with database.transaction() as session:
        state = {"state": "open", "title": "拖欠", "stone": "欠款", "created_at": NOW, "opened_at": NOW}
        pattern = Pattern(type="arrears", **state)
        session.add(pattern)
        session.flush()
        number = pattern.id
    repeat(database, first, number, 400)
    few = steps(database)
    repeat(database, first, number, 400)
    with database.reading() as session:
        assert len(session.scalars(select(PatternMember.ticket_id)).all()) == 800
    assert steps(database) < 3 * few, "twice the cases, not four times the work"
    database.dispose()
