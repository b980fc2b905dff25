"""One place commits, and what it promises holds on both databases."""

import sqlite3
import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.actions.people import meet
from models.session import Database, core, savepoint, sync_url
from models.tables import Enterprise, Person
from tests.unit.models.stage import NOW, a_person


class Refused(Exception):
    """A rule said no."""


def people(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Person.openid).order_by(Person.id)))


def firm(name: str) -> Enterprise:
    return Enterprise(name=name, region="210100", created_at=NOW)


@pytest.mark.parametrize(
    ("given", "driver", "database"),
    [
        ("sqlite:///a.db", "sqlite", "a.db"),
        ("sqlite+aiosqlite:///liaison.db", "sqlite", "liaison.db"),
        ("sqlite+pysqlite:////var/lib/liaison.db", "sqlite", "/var/lib/liaison.db"),
        ("postgresql://u@h/d", "postgresql+psycopg", "d"),
        ("postgresql+asyncpg://u:p@h:5433/d", "postgresql+psycopg", "d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg", "d"),
        ("postgres://u@h/d", "postgresql+psycopg", "d"),
    ],
)
def test_every_documented_address_gets_its_driver(given: str, driver: str, database: str) -> None:
    found = sync_url(given)
    assert (found.drivername, found.database) == (driver, database)


def test_credentials_and_options_of_an_address_are_kept() -> None:
    found = sync_url("postgresql+asyncpg://u:p%40ss@h:5433/d?sslmode=require")
    assert (found.username, found.password, found.host, found.port) == ("u", "p@ss", "h", 5433)
    assert dict(found.query) == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite://"])
def test_memory_is_no_place_to_keep_anything(url: str) -> None:
    with pytest.raises(ValueError, match="must name a file"):
        sync_url(url)


@pytest.mark.parametrize("url", ["mysql://u@h/d", "oracle://u@h/d"])
def test_other_databases_are_refused_by_name(url: str) -> None:
    with pytest.raises(
        ValueError, match=r"LIAISON_DATABASE_URL names (mysql|oracle); use sqlite or postgresql"
    ):
        sync_url(url)


def test_transaction_commits_orm_and_core_together(database: Database) -> None:
    with database.transaction() as session:
        a_person(session, "a")
        session.add(firm("甲"))

    assert people(database) == ["a"]
    with database.reading() as session:
        assert session.scalars(select(Enterprise.name)).all() == ["甲"]


@pytest.mark.parametrize("error", [Refused, KeyboardInterrupt])
def test_transaction_takes_everything_back_on_any_exception(
    database: Database, error: type[BaseException]
) -> None:
    with pytest.raises(error), database.transaction() as session:
        a_person(session, "a")
        session.add(firm("甲"))
        session.flush()
        raise error

    assert people(database) == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Enterprise)) == 0


def test_reading_leaves_nothing_behind(database: Database) -> None:
    with database.reading() as session:
        a_person(session, "a")
    assert people(database) == []


def test_connection_is_usable_again_after_a_failure(database: Database) -> None:
    for _ in range(database.writers + 1):
        with pytest.raises(IntegrityError), database.transaction() as session:
            session.add(Enterprise(name="甲", region="210100", stage="old", created_at=NOW))
    with database.transaction() as session:
        a_person(session, "a")
    assert people(database) == ["a"]


def refused(session: Session) -> None:
    """Write through core and ORM inside a savepoint, then let a rule refuse."""
    with pytest.raises(Refused), savepoint(session):
        a_person(session, "inside")
        session.add(firm("里"))
        session.flush()
        session.add(firm("未"))
        raise Refused


def test_savepoint_takes_back_only_its_inside(database: Database) -> None:
    with database.transaction() as session:
        a_person(session, "before")
        refused(session)
        a_person(session, "after")

    assert people(database) == ["before", "after"]
    with database.reading() as session:
        assert session.scalars(select(Enterprise.name)).all() == []


def test_savepoint_keeps_unflushed_work_from_before_it(database: Database) -> None:
    with database.transaction() as session:
        session.add(firm("先"))
        session.get_one(Person, a_person(session, "a")).follows = False
        refused(session)

    with database.reading() as session:
        assert session.scalars(select(Enterprise.name)).all() == ["先"]
        assert session.scalars(select(Person.follows)).all() == [False]


def test_savepoint_that_ends_well_keeps_its_inside(database: Database) -> None:
    with database.transaction() as session:
        with savepoint(session):
            session.add(firm("里"))
        with savepoint(session):
            a_person(session, "again")

    assert people(database) == ["again"]
    with database.reading() as session:
        assert session.scalars(select(Enterprise.name)).all() == ["里"]


def test_objects_loaded_before_a_refusal_do_not_write_its_changes(database: Database) -> None:
    with database.transaction() as session:
        person_id = a_person(session, "a")
    with database.transaction() as session:
        row = session.get_one(Person, person_id)
        with pytest.raises(Refused), savepoint(session):
            row.window_left = 5
            raise Refused

    with database.reading() as session:
        assert session.get_one(Person, person_id).window_left == 0


def test_core_shares_the_sessions_transaction(database: Database) -> None:
    with database.transaction() as session:
        session.add(firm("甲"))
        session.flush()
        assert core(session).execute(text("SELECT count(*) FROM enterprises")).scalar() == 1


def test_writers_in_threads_lose_nothing(database: Database) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with database.transaction() as session:
                meet(session, f"{number}-{turn}", now=NOW)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert set(people(database)) == {f"{number}-{turn}" for number in range(4) for turn in range(10)}


def test_sqlite_is_set_for_safety(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.reading() as session:
        found = {
            pragma: core(session).exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys")
        }
    database.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_nobody_writes_between_our_look_and_our_write(sqlite_url: str) -> None:
    """With a transaction that only begins to write later, the other one gets in, and ours fails at once."""
    ours, theirs = Database(sqlite_url), Database(sqlite_url)
    impatient = sqlite3.connect(ours.url.database or "", timeout=0)
    with ours.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute(
                "INSERT INTO enterprises (name, region, created_at) VALUES ('乙', '210100', '2026-11-24')"
            )
        a_person(session, "a")
    impatient.close()
    with theirs.transaction() as session:
        a_person(session, "b")
    assert people(theirs) == ["a", "b"]
    ours.dispose()
    theirs.dispose()
