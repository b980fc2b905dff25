"""Whoever changes, removes or swaps what is written down, by whatever means, is found, and the row is named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from models.actions import anchors, audit, events
from models.actions.audit import Actor, Deeds, Doer
from models.queries import proof
from models.queries.tickets import Actor as OfTicket
from models.rules.chain import BLOCK, GENESIS, audit_digest, digest
from models.rules.lifecycle import Role, Verb
from models.rules.numbers import number_of
from models.rules.proof import Flaw
from models.session import Database
from models.tables import Anchor, AnchorBlock, AuditEntry, AuditHead, Event, Ticket
from tests.faults.processes import until
from tests.roster import OWNER
from tests.unit.models.stage import NOW, a_cause, a_ticket, known, staffed

Tamper = Callable[[Session, int], object]


@pytest.fixture
def case(database: Database) -> int:
    """The id of a case with six events; three entries of the audit, two of them by one key."""
    staffed(database)
    with database.transaction() as session:
        row = session.get_one(Ticket, a_cause(session, known(session, OWNER).person_id))
        who = OfTicket(Role.ENTERPRISE, row.person_id)
        for minute in range(1, 6):
            events.record(
                session, row, Verb.FOLLOW_UP, who, now=NOW + timedelta(minutes=minute), guessed=[minute]
            )
        for number in (1, 1, 2):
            audit.note(session, Actor(Doer.KEY, "k", number), Deeds.READ, "GET /x", "x", shown=[1], now=NOW)
    return row.id


def is_settled(database: Database) -> bool:
    """Whether no transaction of the cluster, a stranger's neither, is older than the newest row (ADR 0010)."""
    if database.is_sqlite:
        return True
    with database.reading() as session:
        oldest = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        newest = [session.scalar(select(func.max(table.tx))) or 0 for table in (Event, AuditEntry)]
        return bool(session.scalars(oldest).one() > max(newest))


def anchored(database: Database, *, days: int = 0, is_late: bool = False) -> None:
    """Let the timer make the anchor of a day."""
    now = NOW + timedelta(days=days)
    until(lambda: is_late or is_settled(database))

    def is_done() -> bool:
        with database.transaction() as session:
            return anchors.strike(session, now, limit=50) == 0

    until(is_done)


def flaws(database: Database) -> list[tuple[str, int | None, str]]:
    return [(each.chain, each.seq, each.kind) for each in proof.verify(database).flaws]


def tampered(database: Database, change: Tamper, case: int) -> list[tuple[str, int | None, str]]:
    """Return what is found when somebody with the database in hand changes something."""
    with database.transaction() as session:
        change(session, case)
    return flaws(database)


def of_event(case: int, seq: int) -> Any:
    return (Event.ticket_id == case) & (Event.seq == seq)


def resealed(session: Session, case: int, seq: int, **changes: Any) -> str:
    """Change an event and give it the digest that fits, as somebody would who knows how."""
    row = session.scalars(select(Event).where(of_event(case, seq))).one()
    for name, value in changes.items():
        setattr(row, name, value)
    names = ("verb", "actor_role", "actor_id", "from_status", "to_status", "data")
    fact = {name: getattr(row, name) for name in names}
    row.digest = digest(row.previous, ticket_id=case, seq=seq, at=row.at, fact=fact)
    session.flush()
    return row.digest


def test_whole_database_has_no_flaw(database: Database, case: int) -> None:
    anchored(database)
    report = proof.verify(database)
    assert report.flaws == []
    assert (report.tickets, report.events, report.entries, report.anchors) == (1, 6, 3, 1)


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("verb", {"verb": "urge"}),
    ("role", {"actor_role": "owner"}),
    ("actor", {"actor_id": 99}),
    ("nobody", {"actor_id": None}),
    ("status", {"from_status": None}),
    ("moment", {"at": NOW}),
    ("data", {"data": {"guessed": [4]}}),
    ("digest", {"digest": "f" * 64}),
    ("no digest", {"digest": ""}),
    ("previous", {"previous": GENESIS}),
]


@pytest.mark.parametrize("values", [values for _, values in CHANGES], ids=[name for name, _ in CHANGES])
def test_altered_event_is_named(database: Database, case: int, values: dict[str, Any]) -> None:
    def change(session: Session, case: int) -> None:
        session.execute(update(Event).where(of_event(case, 3)).values(**values))

    assert tampered(database, change, case) == [(f"ticket {number_of(case)}", 3, "altered")]


def test_data_that_is_no_json_is_named(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    staffed(database)
    with database.transaction() as session:
        case = a_cause(session, known(session, OWNER).person_id)
        session.execute(text("UPDATE events SET data = '{' WHERE ticket_id = :case"), {"case": case})
    assert flaws(database) == [(f"ticket {number_of(case)}", 1, "altered")]
    database.dispose()


@pytest.mark.parametrize(("gone", "first"), [((3,), 3), ((3, 4), 3), ((1,), 1), ((1, 2, 3), 1)])
def test_missing_events_are_named(database: Database, case: int, gone: tuple[int, ...], first: int) -> None:
    def change(session: Session, case: int) -> None:
        session.execute(delete(Event).where(Event.ticket_id == case, Event.seq.in_(gone)))

    assert tampered(database, change, case) == [(f"ticket {number_of(case)}", first, "missing")]


def renumber(session: Session, case: int, *pairs: tuple[int, int]) -> None:
    for old, new in pairs:
        session.execute(update(Event).where(of_event(case, old)).values(seq=new))


def test_swapped_events_are_named_with_their_places(database: Database, case: int) -> None:
    def swap(session: Session, case: int) -> None:
        renumber(session, case, (2, 99), (4, 2), (99, 4))

    name = f"ticket {number_of(case)}"
    assert tampered(database, swap, case) == [(name, 2, "reordered"), (name, 4, "reordered")]
    assert [each.says for each in proof.verify(database).flaws] == [
        "by its digest it is #4",
        "by its digest it is #2",
    ]


def test_gap_that_was_closed_is_named_with_what_was_moved_into_it(database: Database, case: int) -> None:
    def close(session: Session, case: int) -> None:
        session.execute(delete(Event).where(of_event(case, 3)))
        renumber(session, case, (4, 3), (5, 4), (6, 5))

    found = tampered(database, close, case)
    name = f"ticket {number_of(case)}"
    assert (name, 3, "altered") in found or (name, 3, "reordered") in found
    assert {each[0] for each in found} == {name}


def test_event_sealed_anew_is_named_by_the_next(database: Database, case: int) -> None:
    def change(session: Session, case: int) -> None:
        resealed(session, case, 3, data={})

    assert tampered(database, change, case) == [(f"ticket {number_of(case)}", 3, "resealed")]


def test_first_event_that_points_elsewhere_is_named(database: Database, case: int) -> None:
    def change(session: Session, case: int) -> None:
        session.execute(update(Event).where(of_event(case, 2)).values(previous=""))
        resealed(session, case, 1, previous="a" * 64)

    assert (f"ticket {number_of(case)}", 1, "resealed") in tampered(database, change, case)


def to_the_end(session: Session, case: int, seq: int) -> None:
    """Change an event and seal every later one anew: the chain itself is whole again."""
    last = resealed(session, case, seq, data={})
    for later in range(seq + 1, 7):
        last = resealed(session, case, later, previous=last)


def test_chain_sealed_anew_to_its_end_is_found_by_the_anchor(database: Database, case: int) -> None:
    anchored(database)
    assert tampered(database, lambda s, c: to_the_end(s, c, 3), case) == [
        (f"ticket {number_of(case)}", 6, "resealed")
    ]


def test_end_that_was_cut_off_is_found_by_the_anchor(database: Database, case: int) -> None:
    anchored(database)

    def cut(session: Session, case: int) -> None:
        session.execute(delete(Event).where(Event.ticket_id == case, Event.seq >= 5))

    assert tampered(database, cut, case) == [(f"ticket {number_of(case)}", 6, "missing")]


def test_case_that_vanished_is_found_by_the_anchor(database: Database, case: int) -> None:
    anchored(database)

    def vanish(session: Session, case: int) -> None:
        session.execute(delete(Event).where(Event.ticket_id == case))

    name = f"ticket {number_of(case)}"
    assert tampered(database, vanish, case) == [(name, 1, "missing"), (name, 6, "missing")]


def test_event_slipped_in_before_an_anchor_is_found(database: Database, case: int) -> None:
    anchored(database)

    def slip(session: Session, case: int) -> None:
        last = session.scalars(select(Event).where(of_event(case, 6))).one()
        values = {"ticket_id": case, "seq": 7, "at": NOW, "verb": "urge", "actor_role": "enterprise"}
        values |= {"to_status": "open", "data": {}, "previous": last.digest, "digest": "", "tx": last.tx}
        session.execute(insert(Event).values(**values, id=-1))
        resealed(session, case, 7)

    assert tampered(database, slip, case) == [(f"ticket {number_of(case)}", 7, "different")]


def test_status_that_no_event_tells_of_is_named(database: Database, case: int) -> None:
    def change(session: Session, case: int) -> None:
        session.execute(update(Ticket).where(Ticket.id == case).values(status="closed"))

    assert tampered(database, change, case) == [(f"ticket {number_of(case)}", 6, "different")]


def test_altered_missing_and_cut_off_entries_of_the_audit_are_named(database: Database, case: int) -> None:
    anchored(database)

    def change(session: Session, case: int) -> None:
        session.execute(
            update(AuditEntry).where(AuditEntry.chain == 2, AuditEntry.seq == 2).values(shown=[2])
        )
        session.execute(delete(AuditEntry).where(AuditEntry.chain == 2, AuditEntry.seq == 1))
        session.execute(delete(AuditEntry).where(AuditEntry.chain == 3))

    assert tampered(database, change, case) == [
        ("audit 2", 1, "missing"),
        ("audit 2", 2, "altered"),
        ("audit 3", 1, "missing"),
    ]


def cut_off(session: Session, chain: int, seq: int) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq >= seq))


@pytest.mark.parametrize(("chain", "seq"), [(2, 2), (2, 1), (3, 1)])
def test_end_of_the_audit_that_was_cut_off_is_found_before_any_anchor(
    database: Database, case: int, chain: int, seq: int
) -> None:
    assert flaws(database) == []
    assert tampered(database, lambda s, _: cut_off(s, chain, seq), case) == [
        (f"audit {chain}", seq, "missing")
    ]


def test_end_that_was_cut_off_is_found_after_the_next_entry_too(database: Database, case: int) -> None:
    def change(session: Session, case: int) -> None:
        cut_off(session, 2, 2)
        audit.note(session, Actor(Doer.KEY, "k", 1), Deeds.READ, "GET /x", "x", shown=[1], now=NOW)

    assert tampered(database, change, case) == [("audit 2", 2, "missing")]


def test_head_of_the_audit_that_is_not_its_end_is_named(database: Database, case: int) -> None:
    def behind(session: Session, case: int) -> None:
        session.execute(update(AuditHead).where(AuditHead.chain == 2).values(seq=1))

    def gone(session: Session, case: int) -> None:
        session.execute(delete(AuditHead).where(AuditHead.chain == 2))

    def resealed_end(session: Session, case: int) -> None:
        row = session.scalars(select(AuditEntry).where(AuditEntry.chain == 3)).one()
        names = ("actor_kind", "actor_id", "actor_name", "role", "region", "deed", "operation", "object")
        names += ("shown", "status", "request_id", "reason")
        row.object = "y"
        fact = {name: getattr(row, name) for name in names}
        row.digest = audit_digest(row.previous, chain=3, seq=row.seq, at=row.at, fact=fact)

    assert tampered(database, behind, case) == [("audit 2", 2, "different")]
    assert tampered(database, gone, case) == [("audit 2", None, "missing")]
    assert tampered(database, resealed_end, case) == [
        ("audit 2", None, "missing"),
        ("audit 3", 1, "resealed"),
    ]


def test_entry_after_a_head_was_taken_away_goes_on_where_entries_end(database: Database, case: int) -> None:
    with database.transaction() as session:
        session.execute(delete(AuditHead))
        audit.note(session, Actor(Doer.KEY, "k", 1), Deeds.READ, "GET /x", "x", shown=[1], now=NOW)
        audit.note(session, Actor(Doer.KEY, "k", 2), Deeds.READ, "GET /x", "x", shown=[1], now=NOW)
    assert flaws(database) == []


def test_later_anchors_hold_what_has_come_since_and_old_ones_stay_true(database: Database, case: int) -> None:
    anchored(database)
    for day in (1, 2):
        with database.transaction() as session:
            row = session.get_one(Ticket, case)
            who = OfTicket(Role.ENTERPRISE, row.person_id)
            events.record(session, row, Verb.URGE, who, now=NOW + timedelta(days=day))
        anchored(database, days=day)
    anchored(database, days=3)
    with database.reading() as session:
        rows = session.scalars(select(Anchor).order_by(Anchor.id)).all()
        blocks = session.execute(
            select(AnchorBlock.anchor_id, AnchorBlock.block, AnchorBlock.leaves.is_not(None)).order_by(
                AnchorBlock.block, AnchorBlock.anchor_id
            )
        ).all()
    first, second, third, fourth = rows
    assert [second.previous, third.previous, fourth.previous] == [first.digest, second.digest, third.digest]
    assert [tuple(row) for row in blocks] == [
        (first.id, -1, True),
        (first.id, 0, False),
        (second.id, 0, False),
        (third.id, 0, True),
    ]
    assert proof.verify(database).flaws == []

    def change(session: Session, case: int) -> None:
        last = resealed(session, case, 3, data={})
        for later in range(4, 9):
            last = resealed(session, case, later, previous=last)

    assert tampered(database, change, case) == [(f"ticket {number_of(case)}", 8, "resealed")]


def test_altered_and_removed_anchors_are_named(database: Database, case: int) -> None:
    for day in range(3):
        anchored(database, days=day)

    def change(session: Session, case: int) -> None:
        second = session.scalars(select(Anchor).order_by(Anchor.id).offset(1).limit(1)).one()
        session.execute(delete(AnchorBlock).where(AnchorBlock.anchor_id == second.id))
        session.execute(delete(Anchor).where(Anchor.id == second.id))

    assert tampered(database, change, case) == [("anchor 2026-11-26", None, "missing")]
    forged = text("UPDATE anchor_blocks SET digest = :it WHERE block = 0")
    assert ("anchor 2026-11-24", None, "altered") in tampered(
        database, lambda session, _: session.execute(forged, {"it": "0" * 64}), case
    )


def test_anchor_waits_for_a_transaction_that_ends_late(postgresql_url: str) -> None:
    """What commits after an anchor was opened is the next one's affair, on whichever side it began."""
    database = Database(postgresql_url)
    staffed(database)
    with database.transaction() as session:
        row = a_ticket(session)
    with database.transaction() as late:
        who = OfTicket(Role.ENTERPRISE, row.person_id)
        events.record(late, late.get_one(Ticket, row.id), Verb.URGE, who, now=NOW)
        late.flush()
        anchored(database, is_late=True)
    assert proof.verify(database).flaws == []
    anchored(database, days=1)
    assert proof.verify(database).flaws == []
    database.dispose()


def test_anchor_is_made_once_a_day_in_pieces(database: Database, case: int) -> None:
    until(lambda: is_settled(database))
    with database.transaction() as session:
        steps = [anchors.strike(session, NOW, limit=1) for _ in range(6)]
    assert steps == [1, 1, 1, 1, 0, 0]
    with database.reading() as session:
        (row,) = session.scalars(select(Anchor)).all()
        assert row.digest is not None
        leaves = session.scalars(select(AnchorBlock.leaves).where(AnchorBlock.block == case // BLOCK)).one()
        head = session.execute(select(Event.seq, Event.digest).where(of_event(case, 6))).one()
    assert leaves == case.to_bytes(8) + head.seq.to_bytes(4) + bytes.fromhex(head.digest)


def test_what_flaws_say_names_chain_and_link() -> None:
    assert str(Flaw("ticket 1046", 3, "altered", "x")) == "ticket 1046 #3: altered, x"
    assert str(Flaw("anchor 2026-11-24", None, "missing", "x")) == "anchor 2026-11-24: missing, x"
