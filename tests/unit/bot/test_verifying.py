"""`liaison verify`, `anchor` and `forget` as an operator types them."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, delete, func, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from bot.service import timers_of, wall_clock
from bot.simulator import Clock
from bot.spread import at_once
from bot.timers import TimerLoop
from bot.verifying import checked
from models.actions import tallies
from models.actions.timers import TIMERS
from models.rules.chain import BLOCK
from models.rules.numbers import number_of
from models.session import Database, sync_url
from models.tables import (
    Anchor,
    AuditEntry,
    Event,
    Handover,
    Media,
    Person,
    TallyChange,
    Ticket,
    TicketVector,
)
from tests.roster import LEADER, OWNER
from tests.unit.bot import test_cli
from tests.unit.models.stage import NOW, a_ticket, known, staffed
from tests.world import account_config, settings_for

Typed = Callable[..., tuple[int, str, str]]
shell = test_cli.liaison
"""A process of its own in which commands are typed."""


@pytest.fixture
def liaison(shell: Callable[..., test_cli.Ran]) -> Typed:
    """Type a command at a database; return exit status and what was printed."""

    def run(url: str, *command: str) -> tuple[int, str, str]:
        ran = shell(*command, LIAISON_DATABASE_URL=url)
        return ran.code, ran.out, ran.err

    return run


@pytest.fixture
def lived(database_url: str) -> str:
    """A database in which a case was brought and the timers ran."""
    database = Database(database_url)
    staffed(database)
    with database.transaction() as session:
        a_ticket(session)
    timers = {"anchors": TIMERS["anchors"]}
    asyncio.run(TimerLoop(database, Clock(frozen_at=NOW), lambda: None, timers=timers).once())
    database.dispose()
    return database_url


def test_verify_says_that_all_is_well_and_what_was_looked_at(liaison: Typed, lived: str) -> None:
    code, out, err = liaison(lived, "verify")
    assert (code, err) == (0, "")
    first, newest, verdict = out.splitlines()
    assert first.startswith("1 events of 1 tickets (0 redacted), 0 entries of the audit, 1 anchors")
    assert newest.startswith("newest anchor ")
    assert verdict == "everything is as it was written down"


def test_several_processes_name_the_same_in_the_same_order(lived: str) -> None:
    database = Database(lived)
    with database.transaction() as session:
        row = session.scalars(select(Ticket)).one()
        facts = {column.key: getattr(row, column.key) for column in inspect(Ticket).column_attrs}
        copies = [facts | {"id": number} for number in (7 * BLOCK, BLOCK + 1, 3 * BLOCK)]
        session.execute(insert(Ticket), copies)
        session.execute(update(Event).values(verb="urge"))
    found = checked(database, NOW)
    with at_once(database, 2) as each:
        assert checked(database, NOW, each=each) == found
    database.dispose()
    silent = [flaw.chain for flaw in found.flaws if flaw.says == "the ticket has no events"]
    assert silent == [f"ticket {number_of(number)}" for number in (BLOCK + 1, 3 * BLOCK, 7 * BLOCK)]
    assert (found.tickets, found.events, found.flaws[0].kind) == (4, 1, "altered")


def test_what_is_wrong_in_another_process_is_heard_of(lived: str) -> None:
    database = Database(lived)
    with at_once(database, 2) as each, pytest.raises(ZeroDivisionError):
        list(each(_of_nothing, [1, 0, 1]))
    database.dispose()


def _of_nothing(_database: Database, piece: int) -> float:
    return 1 / piece


def test_verify_names_what_was_changed_and_fails(liaison: Typed, lived: str) -> None:
    database = Database(lived)
    with database.transaction() as session:
        session.execute(update(Event).values(verb="urge"))
        now = {"effective_on": NOW.date(), "at": NOW, "listed": {}, "digest": "0" * 64}
        leaders = session.scalars(select(Ticket.owner_id)).one()
        session.add(Handover(from_id=leaders, to_id=leaders + 1, reason="r", **now))
    database.dispose()
    code, out, _ = liaison(lived, "verify")
    assert code == 1
    lines = out.splitlines()
    assert lines[0].endswith("#1: altered, what it says does not fit its digest")
    assert lines[1].startswith("handovers: different, handover 1 of 2026-11-24")
    assert lines[2].startswith("tickets: different, ticket ")
    assert lines[2].endswith(": no event tells that it was submitted")
    assert lines[-1] == "3 flaws"
    code, out, _ = liaison(lived, "verify", "--json")
    told = json.loads(out)
    assert (code, told["events"], told["tickets"]) == (1, 1, 1)
    assert [(each["seq"], each["kind"]) for each in told["flaws"]] == [
        *((1, "altered"), (None, "different"), (None, "different")),
    ]


def test_what_is_kept_beside_the_events_is_compared_with_them(lived: str) -> None:
    """A sum, a mark of secrecy, a picture, and an anchor that is cut out while what it sealed is left."""
    engine = create_engine(sync_url(lived))
    with engine.begin() as held:
        ticket_id = held.scalars(select(Ticket.id)).one()
        anchor_id = held.scalars(select(Anchor.id)).one()
        if engine.dialect.name == "postgresql":  # SQLite minds no reference unless it is told to
            held.execute(text("ALTER TABLE anchor_blocks DROP CONSTRAINT fk_anchor_blocks_anchor_id"))
        held.execute(delete(Anchor))
        held.execute(update(TallyChange).values(closed=1))
        held.execute(delete(TicketVector))
        marked = {"ticket_id": ticket_id, "model": "", "type": "arrears", "is_shielded": True}
        held.execute(insert(TicketVector).values(**marked))
        came = {"remote_id": "m", "kind": "image", "data": b"another picture", "sha256": "0" * 64}
        held.execute(insert(Media).values(**came, received_at=NOW))
    engine.dispose()
    database = Database(lived)
    named = {flaw.chain: flaw for flaw in checked(database, NOW).flaws}
    database.dispose()
    assert set(named) == {f"anchor #{anchor_id}", "counts", "marks", "media 1"}
    assert "closed=1" in named["counts"].says
    assert named["marks"].says == f"ticket {number_of(ticket_id)}: its events and its mark of secrecy differ"
    assert [named[each].kind for each in (f"anchor #{anchor_id}", "media 1")] == ["missing", "altered"]


def test_clock_behind_what_is_on_record_is_told_and_names_nothing_false(liaison: Typed, lived: str) -> None:
    """As of a demo whose clock was moved on, or of a machine whose clock was set back."""
    database, ahead = Database(lived), wall_clock() + timedelta(days=400)
    with database.transaction() as session:
        while tallies.lapse(session, ahead, limit=9):
            pass
    assert checked(database, NOW).flaws == []
    database.dispose()
    code, out, err = liaison(lived, "verify")
    assert (code, out.splitlines()[-1]) == (0, "everything is as it was written down")
    assert f"is behind the newest moment on record ({ahead - tallies.LAG:%Y-%m-%d %H:%M} UTC)" in err
    code, out, _ = liaison(lived, "verify", "--json")
    assert (code, json.loads(out)["flaws"]) == (0, [])


def test_what_happens_while_a_check_reads_is_no_difference(lived: str) -> None:
    database = Database(lived)

    def counted_twice(session: Session, _now: object) -> list[str]:
        before = session.scalar(select(func.count()).select_from(Ticket))
        with database.transaction() as meanwhile:
            a_ticket(meanwhile, text="厂房电容量不够")
        after = session.scalar(select(func.count()).select_from(Ticket))
        return [] if before == after else [f"{before} are {after}"]

    assert checked(database, NOW, checks=[("twice", counted_twice)]).flaws == []
    database.dispose()


def test_anchor_is_printed_to_be_published(liaison: Typed, lived: str) -> None:
    database = Database(lived)
    with database.reading() as session:
        row = session.scalars(select(Anchor)).one()
    database.dispose()
    for more in ((), ("--all",)):
        code, out, _ = liaison(lived, "anchor", *more)
        told = {"day": "2026-11-24", "digest": row.digest, "previous": "0" * 64}
        assert (code, json.loads(out)) == (0, told)


def test_anchor_that_is_not_there_yet_is_said(liaison: Typed, database_url: str) -> None:
    code, out, err = liaison(database_url, "anchor")
    assert (code, out) == (1, "")
    assert "no anchor yet" in err
    assert liaison(database_url, "verify")[:2] == (
        0,
        "0 events of 0 tickets (0 redacted), 0 entries of the audit, 0 anchors\nno anchor yet\n"
        "everything is as it was written down\n",
    )


def test_key_made_at_the_command_line_is_on_record(liaison: Typed, sqlite_url: str) -> None:
    _, raw, _ = liaison(sqlite_url, "key", "create", "--name", "n", "--role", "viewer")
    database = Database(sqlite_url)
    with database.reading() as session:
        (row,) = session.scalars(select(AuditEntry)).all()
    database.dispose()
    assert (row.actor_kind, row.deed, row.operation, row.object) == (
        *("operator", "change", "liaison key create", "keys/1"),
    )
    assert raw.strip() not in repr(vars(row))


def test_forget_forgets_once_and_is_on_record(liaison: Typed, lived: str) -> None:
    database = Database(lived)
    with database.reading() as session:
        person, leader = known(session, OWNER).person_id, known(session, LEADER).person_id
    for said in ("is", "was already"):
        code, out, _ = liaison(lived, "forget", str(person), "--reason", "应要求 13812345678")
        assert (code, out) == (0, f"Person {person} {said} forgotten.\n")
    for nobody, words in ((999, "There is no person 999."), (leader, "They are an official in office")):
        code, out, err = liaison(lived, "forget", str(nobody), "--reason", "r")
        assert (code, out) == (1, "")
        assert words in err
    with database.reading() as session:
        assert session.get_one(Person, person).openid == f"forgotten:{person}"
        rows = session.scalars(select(AuditEntry)).all()
    database.dispose()
    assert [(row.object, row.reason) for row in rows] == [(f"people/{person}", "应要求 【电话】")] * 2
    assert liaison(lived, "verify")[0] == 0


def test_people_are_forgotten_by_a_timer_only_where_an_operator_says_so(sqlite_url: str) -> None:
    account = account_config()
    plain = settings_for(account, sqlite_url, "http://127.0.0.1:9")
    wanted = settings_for(account, sqlite_url, "http://127.0.0.1:9", retention_days=90)
    assert "retention" not in timers_of(plain)
    timers = {"retention": timers_of(wanted)["retention"]}
    database = Database(sqlite_url)
    staffed(database)
    with database.transaction() as session:
        a_ticket(session)
        session.execute(update(Ticket).values(status="withdrawn"))
    late = Clock(frozen_at=NOW + timedelta(days=91))
    assert asyncio.run(TimerLoop(database, late, lambda: None, timers=timers).once()) == 1
    with database.reading() as session:
        forgotten = select(Person.openid).where(Person.forgotten_at.is_not(None))
        assert session.scalars(forgotten).one().startswith("forgotten:")
    database.dispose()
