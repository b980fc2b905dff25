"""The history leads to exactly the tables that the code describes, forwards, twice, and back."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, func, inspect, select

from models.actions import office, reckoning, tickets, warnings
from models.actions.conversation import Words
from models.actions.settlements import Fate, Settlement
from models.migrations import config, migrate
from models.queries import recounting, schema
from models.queries.tickets import actor_on
from models.rules.retry import Failure
from models.session import Database
from models.tables import Base, Call, Clock, Enterprise, Official, Outbox, Person, Sealed, TallyChange, Ticket
from tests.roster import LEADER, OWNER
from tests.unit.models.mail import attempts, claimed, item, outbox, settled, waiting
from tests.unit.models.stage import NOW, a_person, a_ticket, known, staffed

HOUR = timedelta(hours=1)


def down(database: Database, to: str = "base") -> None:
    settings = config()
    with database.migrating() as connection:
        settings.attributes["connection"] = connection
        command.downgrade(settings, to)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def is_current(database: Database) -> bool:
    with database.reading() as session:
        return schema.is_current(session)


@pytest.fixture
def emptied(database: Database) -> Iterator[Database]:
    """A database that was migrated and taken back to nothing."""
    down(database)
    yield database


def test_history_leads_to_the_tables_of_the_code(emptied: Database) -> None:
    database = emptied
    migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        a_person(session, "a")
    migrate(database)

    assert is_current(database)
    with database.reading() as session:
        assert session.scalars(select(Person.openid)).all() == ["a"]


def test_history_leads_back_to_nothing(emptied: Database) -> None:
    assert tables(emptied) == set()
    assert is_current(emptied) is False


def test_history_leads_forward_again(emptied: Database) -> None:
    migrate(emptied)
    assert tables(emptied) == set(Base.metadata.tables)
    assert is_current(emptied)


def test_visit_without_a_case_goes_with_its_column(database: Database) -> None:
    with database.transaction() as session:
        a_person(session, "a")
        session.add(Enterprise(id=1, name="n", region="210100", created_at=NOW))
        session.add(
            Official(id=1, name="n", post="p", department="d", region="210000", kind="leader", created_at=NOW)
        )
        session.flush()
        person_id = session.scalars(select(Person.id)).one()
        moments = {"begins_at": NOW, "ends_at": NOW + HOUR, "lapses_at": NOW + HOUR, "created_at": NOW}
        session.add(
            Call(id=1, enterprise_id=1, caller_id=1, kind="visit", state="announced", phrase="a b", **moments)
        )
        session.flush()
        card = {"person_id": person_id, "call_id": 1, "kind": "call_announced", "payload": {}}
        session.add(Outbox(**card, dedupe_key="k", created_at=NOW, due_at=NOW))
    down(database, "0095")
    migrate(database)

    with database.reading() as session:
        assert [session.scalars(select(each.id)).all() for each in (Call, Outbox)] == [[], []]
        assert session.scalars(select(Person.openid)).all() == ["a"]


def test_messages_and_attempts_survive_a_step_back_and_forth(database: Database) -> None:
    waiting(database, {"a": ["a1"]})
    [one] = claimed(database)
    settled(database, Settlement(one, Fate.SENT, failure=Failure.MISSED))
    down(database, "0001")
    migrate(database)

    assert [(row.state, row.misses) for row in outbox(database).values()] == [("sent", 0)]
    assert attempts(database) == [(item(one).id, Fate.SENT)]


def test_result_of_before_has_a_clock_for_the_word_of_the_enterprise(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        leader = known(session, LEADER)
        done, again, open_ = a_ticket(session), a_ticket(session), a_ticket(session)
        for one in (done, again):
            actor = actor_on(session, leader, one)
            office.accept(session, one, actor, now=NOW)
            office.resolve(session, one, actor, Words("text", "已付清"), now=NOW + HOUR)
        known_ids = done.id, again.id, open_.id
        promised = [_clock(each) for each in session.scalars(_WORDS)]
        session.execute(delete(Clock).where(Clock.name == "confirmation", Clock.ticket_id == done.id))
    down(database, "0120")
    migrate(database)

    with database.transaction() as session:
        found = session.scalars(_WORDS).all()
        assert [each.ticket_id for each in found] == [*known_ids[:2]]
        assert [_clock(each) for each in found] == promised
        reckoning.strike(session, NOW + 2 * HOUR, limit=9)
        warnings.strike(session, NOW + 2 * HOUR, limit=9)
        looked = session.scalars(_WORDS.execution_options(populate_existing=True)).all()
        assert looked[0].warn_at == looked[1].warn_at
        assert [each.warned for each in looked] == [0, 0]
    assert {row.kind for row in outbox(database).values()}.isdisjoint({"reckoned", "warned", "still_open"})


_WORDS = select(Clock).where(Clock.name == "confirmation").order_by(Clock.ticket_id)


def _clock(one: Clock) -> tuple[object, ...]:
    return one.started_at, one.due_at, one.source, one.explanation, one.is_provisional


@pytest.mark.parametrize(
    ("kind", "target"), [("push", "0181"), ("notice", "0190"), ("notice_attempt", "0190")]
)
def test_there_is_no_way_back_from_rows_that_are_sealed(database: Database, kind: str, target: str) -> None:
    with database.transaction() as session:
        session.add(Sealed(kind=kind, after=0, upto=1, leaves=b""))
    with pytest.raises(RuntimeError, match="sealed"):
        down(database, target)
    assert is_current(database)
    with database.transaction() as session:
        session.execute(delete(Sealed))


def rows(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }


INERT = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]|'(?=\d+')|(?<=\d)'")
"""What the databases write into a condition or a default anew when a table is altered: it means the same without."""


def shape(database: Database) -> dict[str, object]:
    """Return all that the database tells of its tables: columns, keys, checks, indexes; on SQLite how rows lie."""
    found = inspect(database.engine)
    kept: dict[str, object] = {
        f"{name} {part}": _told(getattr(found, f"get_{part}")(name))
        for name in found.get_table_names()
        for part in (
            "columns",
            "pk_constraint",
            "foreign_keys",
            "unique_constraints",
            "check_constraints",
            "indexes",
        )
    }
    if database.is_sqlite:
        with database.engine.connect() as connection:
            lie = "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main'"
            kept["rows lie"] = sorted(tuple(row) for row in connection.exec_driver_sql(lie))
    return kept


def _told(found: object) -> object:
    """Return it in words that can be compared: sorted, with one space where there is any."""
    if isinstance(found, list):
        return sorted((_told(each) for each in found), key=str)
    if isinstance(found, dict):
        return {key: _told(value) for key, value in sorted(found.items())}
    return " ".join(INERT.sub("", str(found)).split())


def test_empty_database_is_given_what_the_history_leads_to(emptied: Database) -> None:
    migrate(emptied)
    grown, held = shape(emptied), rows(emptied)
    down(emptied)
    assert tables(emptied) == set()
    with emptied.migrating() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    migrate(emptied)
    assert shape(emptied) == grown
    assert rows(emptied) == {**held, "audit_heads": 0}
    assert is_current(emptied)
    migrate(emptied)
    assert shape(emptied) == grown
    down(emptied)
    assert tables(emptied) == set()


def test_migration_that_fails_leaves_nothing(emptied: Database) -> None:
    with pytest.raises(ZeroDivisionError), emptied.migrating() as connection:
        settings = config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        1 / 0  # noqa: B018 -- the failure
    assert tables(emptied) == set()


def test_counts_are_filled_from_the_tickets_there_are(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        first, second, third = (a_ticket(session) for _ in range(3))
        who = known(session, LEADER)
        late = NOW + timedelta(days=40)
        office.accept(session, first, actor_on(session, who, first), now=NOW)
        office.accept(session, second, actor_on(session, who, second), now=late)
        office.resolve(session, second, actor_on(session, who, second), Words("text", "好了"), now=late)
        tickets.withdraw(session, third, actor_on(session, known(session, OWNER), third), now=late)
    with database.reading() as session:
        before = recounting.recount(session, late), session.scalars(select(Ticket.counted)).all()
    down(database, "0120")
    migrate(database)

    with database.reading() as session:
        assert recounting.differences(session, late) == []
        assert session.scalar(select(func.count()).select_from(TallyChange)) == 0
        assert recounting.recount(session, late) == before[0]
        kept = [word.split() for word in session.scalars(select(Ticket.counted)) if word]
        wanted = [word.split() for word in before[1] if word]
        assert [word[: len(mine)] for word, mine in zip(kept, wanted, strict=True)] == wanted
    with database.transaction() as session:
        row = session.get_one(Ticket, second.id)
        row.rated_at, row.rated_result = late, "satisfied"
    with database.reading() as session:
        assert recounting.differences(session, late) == []
