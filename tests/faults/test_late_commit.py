"""The commit fails at the very end: no success is answered, nothing is stored, the redelivery succeeds."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from models.session import Database
from models.tables import Event, Inbox, Outbox, Person, Ticket
from tests.faults.site import PHONE, Site
from tests.faults.wire import Answer, wire_to
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

REQUEST = "新诉求 给管委会干的道路工程尾款一直不给结"
STRANGER = "o-somebody-new"
TABLES = (Inbox, Ticket, Event, Outbox)

DOOM = {
    "sqlite": (
        "CREATE TABLE doom (id INTEGER REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER too_late AFTER INSERT ON {table} BEGIN INSERT INTO doom VALUES (-1); END",
    ),
    "postgresql": (
        "CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE {how}; END $$",
        "CREATE CONSTRAINT TRIGGER too_late AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION doom()",
    ),
}
"""A rule that is only looked at when the transaction commits, and then says no."""

BUG = {
    "sqlite": (
        "CREATE TRIGGER too_late BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'a bug of ours'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE unique_violation USING DETAIL = NEW.openid; END $$",
        "CREATE TRIGGER too_late BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION doom()",
    ),
}
"""A statement fails in a way that trying again does not mend."""

MEND = {"sqlite": "DROP TRIGGER too_late", "postgresql": "DROP TRIGGER too_late ON {table}"}


def run(database: Database, *statements: str) -> None:
    with database.transaction() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def doom(database: Database, table: str, how: str = "EXCEPTION 'too late'") -> None:
    """Let every commit fail that added a row to `table`."""
    kind = database.url.get_backend_name()
    run(database, *(statement.format(table=table, how=how) for statement in DOOM[kind]))


def mend(database: Database, table: str) -> None:
    """Let them pass again."""
    run(database, MEND[database.url.get_backend_name()].format(table=table))


def rows(world: World) -> list[int]:
    with world.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


@pytest.mark.parametrize("how", ["EXCEPTION 'too late'", "SQLSTATE '40001'", "SQLSTATE '53100'"])
def test_failed_commit_is_no_success_and_leaves_nothing(world: World, how: str) -> None:
    wire = wire_to(world)
    push = wire.text(STRANGER, REQUEST)
    doom(world.database, "inbox", how)

    for _ in range(2):
        assert wire.deliver(push) == Answer(503, b"", None)
    assert rows(world) == [0, 0, 0, 0]
    with world.database.reading() as session:
        assert session.scalar(select(Person.id).where(Person.openid == STRANGER)) is None

    mend(world.database, "inbox")
    first = wire.deliver(push)
    assert str(first.text).startswith("收到，编号 ")
    assert wire.deliver(push).text == first.text
    assert rows(world)[:3] == [1, 1, 1]
    assert world.unsettled() == 0


def test_failed_commit_of_a_batch_answers_none_of_it(world: World) -> None:
    wire = wire_to(world)
    pushes = [wire.text(openid, REQUEST) for openid in (OWNER, PARTNER, STRANGER, LEADER) for _ in range(2)]
    doom(world.database, "inbox")

    with ThreadPoolExecutor(len(pushes)) as threads:
        assert set(threads.map(wire.deliver, pushes)) == {Answer(503, b"", None)}
        assert rows(world) == [0, 0, 0, 0]
        mend(world.database, "inbox")
        assert {answer.status for answer in threads.map(wire.deliver, pushes)} == {200}
    assert rows(world)[0] == len(pushes)


def test_late_fault_in_one_message_harms_no_other(world: World) -> None:
    wire = wire_to(world)
    doom(world.database, "tickets")
    for n in range(1, 4):
        bad = wire.text(OWNER, REQUEST)
        harmless = [wire.text(openid, "帮助") for openid in (PARTNER, STRANGER, LEADER)]

        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(wire.deliver, [*harmless, bad]))

        assert {answer.status for answer in answers} == {200}
        assert "编号" not in str(answers[-1].text)
        assert rows(world) == [4 * n, 0, 0, 0]
        assert world.unsettled() == n


def test_bug_of_ours_keeps_the_message_for_people_to_see_and_out_of_the_log(site: Site) -> None:
    web = site.web("--no-worker")
    wire = site.wire(web)
    kind = site.database.url.get_backend_name()
    run(site.database, *BUG[kind])
    site.arrive(STRANGER)
    bad = wire.text(STRANGER, f"{REQUEST}，电话{PHONE}")

    answers = [wire.deliver(bad) for _ in range(3)]

    assert {answer.text for answer in answers} == {answers[0].text}
    assert "收到" in str(answers[0].text)
    assert "编号" not in str(answers[0].text)
    assert [(row.outcome, row.ticket_id) for row in site.inbox()] == [(None, None)]
    failed = [event for event in web.events() if event["event"] == "turn_failed"]
    assert [event["level"] for event in failed] == ["error"]
    assert "in _alone" in failed[0]["exception"]
    assert failed[0]["exception"].endswith("IntegrityError")

    run(site.database, MEND[kind].format(table="people"))
    assert wire.deliver(bad).text == answers[0].text
    assert str(wire.deliver(wire.text(OWNER, REQUEST)).text).startswith("收到，编号 ")
