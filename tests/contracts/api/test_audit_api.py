"""Whoever reads personal data or changes anything through the API is on record; nobody's data is."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from bot.web.api.declared import DECLARED, NOTHING, personal
from models.actions import audit, inbox, people, stretches
from models.actions.audit import OPERATOR, Actor, Deeds, Doer
from models.queries import audit as found
from models.session import Database
from models.tables import Attempt, AuditEntry, Contact, Inbox, Official, Outbox
from tests.architecture.tree import files, source
from tests.contracts.api.desk import DALIAN, REFUSE_AT_COMMIT, SHENYANG, Desk, lose_a_push, settle_in
from tests.contracts.api.test_doors import METHODS, official
from tests.contracts.api.test_imports_api import bring
from tests.contracts.api.test_ledgers_api import accept
from tests.faults.processes import until
from tests.lists import OFFICIALS
from tests.lists import leader as a_leader
from tests.unit.models.stage import NOW


def entries(desk: Desk, **filters: Any) -> list[AuditEntry]:
    """Return what is on record, in order, whatever a reader may see of it yet."""
    with desk.database.reading() as session:
        statement = select(AuditEntry).order_by(AuditEntry.id)
        return list(session.scalars(statement.filter_by(**filters)))


def test_every_operation_declares_what_it_reads_or_changes(small_desk: Desk) -> None:
    paths: dict[str, Any] = small_desk.send("GET", "/openapi.json").json()["paths"]
    known = {
        f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in METHODS
    }
    assert known - set(DECLARED) == set(), "bot/web/api/declared.py must say what they read"
    assert set(DECLARED) - known == set()
    assert personal("GET /something/new") != NOTHING


def test_no_endpoint_has_another_way_to_the_database() -> None:
    here = [path for path in files("bot") if path.is_relative_to("bot/web/api")]
    users = {path.name for path in here if "state.parts" in source(path)}
    assert users == {"__init__.py", "parts.py"}
    assert [path.name for path in here if "from models.session import Database" in source(path)] == [
        *("limits.py", "parts.py", "watched.py"),
    ]  # limits only counts requests


def test_reading_personal_data_is_on_record_with_who_what_and_which(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    before = len(entries(desk))
    answer = desk.send(
        "GET", f"/contacts/{place.contact}", desk.key("viewer", SHENYANG), headers={"X-Request-Id": "abc-1"}
    )
    assert answer.headers["x-request-id"] == "abc-1"
    (row,) = entries(desk)[before:]
    assert (row.actor_kind, row.actor_name, row.role, row.region) == (
        *("key", f"viewer {SHENYANG}", "viewer", SHENYANG),
    )
    assert (row.deed, row.operation, row.object) == (
        *("read", "GET /contacts/{contact_id}", f"contacts/{place.contact}"),
    )
    assert (row.status, row.request_id, row.shown, row.at) == (200, "abc-1", None, desk.clock())


def test_list_that_was_read_is_on_record_with_its_ids_and_an_empty_one_is_not(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    desk.get("/contacts", desk.key("viewer"))
    desk.get("/tickets", desk.key("viewer", DALIAN))
    desk.get("/invites", desk.key("viewer", "210300"))
    rows = entries(desk, role="viewer")
    assert [(row.object, row.shown) for row in rows] == [
        ("contacts", [here.contact, there.contact]),
        ("tickets", [there.number]),
    ]


def test_ledger_that_was_read_is_on_record_with_its_cases_and_an_empty_one_is_not(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    for place in (here, there):
        accept(desk, place.number)
    desk.get("/ledgers/arrears", desk.key("viewer"))
    desk.get("/ledgers/arrears", desk.key("viewer", DALIAN))
    desk.get("/ledgers/arrears", desk.key("viewer", "210300"))
    rows = entries(desk, role="viewer", operation="GET /ledgers/{type}")
    assert [row.shown for row in rows] == [[here.number, there.number], [there.number]]


def test_reading_what_an_undoing_left_is_on_record(desk: Desk) -> None:
    brought = bring(desk, "officials", [OFFICIALS, a_leader("安予诚")])
    with desk.database.transaction() as session:
        [official_id] = session.scalars(select(Official.id))
        people.invite(session, "c" * 32, official_id=official_id, now=desk.clock())
    left = desk.post(f"/imports/{brought['id']}/undo").json()["left"]
    assert [one["name"] for one in left] == ["安予诚"]
    before = len(entries(desk))
    desk.get("/imports")
    desk.get(f"/imports/{brought['id']}")
    assert [(row.deed, row.object, row.shown) for row in entries(desk)[before:]] == [
        ("read", "imports", [brought["id"]]),
        ("read", f"imports/{brought['id']}", None),
    ]


def test_what_holds_no_personal_data_is_not_on_record_when_read(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    before = len(entries(desk))
    for path in ("/pairings", f"/enterprises/{place.enterprise}", "/outbox", "/openapi.json"):
        assert desk.get(path).status_code == 200
    assert len(entries(desk)) == before


def test_every_read_of_everything_is_on_record_unless_it_says_why_not(small_desk: Desk) -> None:
    place = settle_in(small_desk, SHENYANG)
    lose_a_push(small_desk)
    for path in place.paths():
        before = len(entries(small_desk))
        answer = small_desk.get(path)
        row = entries(small_desk)[before:]
        names = [operation for operation in DECLARED if _fits(operation, path)]
        assert answer.status_code == 200
        assert len(names) == 1
        assert [one.operation for one in row] == ([] if DECLARED[names[0]] == NOTHING else names)


def _fits(operation: str, path: str) -> bool:
    method, _, template = operation.partition(" ")
    parts = list(zip(template.split("/"), path.split("/"), strict=False))
    same = all(one.startswith("{") or one == other for one, other in parts)
    return method == "GET" and same and template.count("/") == path.count("/")


def test_change_is_on_record_in_its_own_commit_and_names_what_was_made(desk: Desk) -> None:
    made = desk.post("/officials", official(SHENYANG))
    (row,) = entries(desk, deed="change")
    assert (row.operation, row.object) == ("POST /officials", f"officials/{made.json()['id']}")
    with desk.database.transaction() as session:
        for statement in REFUSE_AT_COMMIT[desk.database.engine.dialect.name]:
            session.execute(text(statement))
    assert desk.post("/officials", official(SHENYANG)).status_code == 500
    assert len(entries(desk, deed="change")) == 1


def test_repeated_request_is_on_record_as_read_again(desk: Desk) -> None:
    for _ in range(2):
        desk.post("/officials", official(SHENYANG), once="one")
    assert [row.deed for row in entries(desk, operation="POST /officials")] == ["change", "read"]


def test_deletion_is_on_record(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    assert desk.send("DELETE", f"/pairings/{place.pairing}", desk.key()).status_code == 204
    assert [row.object for row in entries(desk, deed="change")] == [f"pairings/{place.pairing}"]


def test_what_is_left_of_somebody_is_shown_by_its_digests_and_the_document_says_so(desk: Desk) -> None:
    place, told = settle_in(desk, SHENYANG), "致电 13812345678"
    with desk.database.transaction() as session:
        person = session.scalars(select(Contact.person_id).where(Contact.id == place.contact)).one()
        session.execute(update(Outbox).where(Outbox.id == place.outbox).values(payload={"text": told}))
        tried = {"outbox_id": place.outbox, "at": NOW, "channel": "custom", "outcome": "sent", "said": told}
        attempt = session.execute(insert(Attempt).values(tried).returning(Attempt.id)).scalar_one()
        pushed = inbox.admit(session, "m:1", kind="text", sealed="…", sent_at=1, now=NOW).inbox_id or 0
        session.get_one(Inbox, pushed).person_id = person
    with desk.database.transaction() as session:
        stretches.seal(session, desk.clock() + timedelta(hours=2), limit=9)
    assert desk.post(f"/people/{person}/forget", {"reason": "本人要求"}).status_code == 200
    assert desk.looks("empty pushes", 1)
    found = {
        each["operation"]: [int(leaf[:16], 16) for leaf in each["shown"]]
        for each in desk.get("/audit", object=f"people/{person}").json()["items"]
        if each["actor"]["kind"] == "system"
    }
    assert found == {"reword notices": [place.outbox], "reword attempts": [attempt], "empty pushes": [pushed]}
    document = desk.send("GET", "/openapi.json").json()["components"]["schemas"]["AuditEntryView"]
    says = document["properties"]["shown"]["description"]
    assert [each for each in found if f"`{each}`" not in says] == []


def test_whoever_is_refused_is_on_record_and_whoever_has_no_key_is_not(desk: Desk) -> None:
    there = settle_in(desk, DALIAN)
    before = len(entries(desk))
    viewer = desk.key("viewer", SHENYANG)
    asked = [desk.get(f"/contacts/{there.contact}", viewer), desk.get("/audit", viewer)]
    asked += [
        desk.get("/tickets/姓名", viewer),
        desk.get("/contacts/x", viewer),
        desk.get("/contacts", "wrong"),
    ]
    assert [answer.status_code for answer in asked] == [404, 403, 404, 422, 401]
    assert [(row.deed, row.status, row.object) for row in entries(desk)[before:]] == [
        ("refused", 404, f"contacts/{there.contact}"),
        ("refused", 403, "audit"),
        ("refused", 404, "tickets/{number}"),
    ]


def test_answer_that_cannot_be_put_on_record_is_not_given(desk: Desk) -> None:
    place, key = settle_in(desk, SHENYANG), desk.key()
    with desk.database.transaction() as session:
        session.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    answer = desk.get(f"/contacts/{place.contact}", key)
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:liaison:database")
    assert "林向晚" not in answer.text


def test_nothing_that_was_read_or_sent_is_in_the_audit(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    for path in place.paths():
        desk.get(path)
    desk.post(f"/officials/{place.official}/phones", {"number": "13840001234"})
    desk.get("/tickets?region=210100&owner=1")
    kept = repr([vars(row) for row in entries(desk)])
    sent = (
        f"o-owner-{SHENYANG}",
        "林向晚",
        "管委会",
        "安予诚",
        "13840001234",
        "1234'",
        desk.key(),
        "region=",
    )
    assert [word for word in sent if word in kept] == []


def test_lists_of_some_fields_and_names_beside_rates_are_on_record(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    desk.get("/tickets", fields="title,enterprise")
    told = desk.get("/events?wait=20&fields=data").json()["items"]
    desk.get("/rates?by=owner")
    read = {row.operation: row.shown for row in entries(desk)}
    assert read["GET /tickets"] == [place.number]
    assert read["GET /events"] == [each["id"] for each in told]
    assert told
    assert read["GET /rates"] is None, "its rows have no ids"


def test_audit_is_followed_and_filtered(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    desk.get(f"/contacts/{place.contact}", desk.key("viewer"))
    desk.get(f"/tickets/{place.number}/messages", desk.key("viewer"))
    desk.get(f"/tickets/{place.number}", desk.key("supervisor"))
    wanted = {"viewer": 2, "supervisor": 1}
    rows = until_seen(desk, sum(wanted.values()))
    ids = {row["actor"]["name"].split()[0]: row["actor"]["id"] for row in rows}
    for role, count in wanted.items():
        assert len(desk.get("/audit", actor=ids[role]).json()["items"]) == count
    objects = [row["object"] for row in desk.get("/audit", object=f"tickets/{place.number}").json()["items"]]
    assert objects == [f"tickets/{place.number}/messages", f"tickets/{place.number}"]
    later = desk.clock().replace(year=2030).isoformat()
    assert desk.get("/audit", since=later).json()["items"] == []
    first = desk.get("/audit", limit=1).json()
    assert desk.get("/audit", limit=1, after=first["next"]).json()["items"][0]["id"] > first["items"][0]["id"]


def until_seen(desk: Desk, count: int) -> list[dict[str, Any]]:
    """Return what others than administrators did, once a reader sees it (ADR 0010)."""
    pause = threading.Event()
    for _ in range(1000):
        rows = [row for row in desk.get("/audit").json()["items"] if row["actor"]["role"] != "admin"]
        if len(rows) >= count:
            return rows
        pause.wait(0.01)
    raise AssertionError(f"fewer than {count} entries came")


def test_administrator_of_a_region_sees_what_its_keys_did_only(small_desk: Desk) -> None:
    here, there = settle_in(small_desk, SHENYANG), settle_in(small_desk, DALIAN)
    for region, place in ((SHENYANG, here), (DALIAN, there)):
        small_desk.get(f"/contacts/{place.contact}", small_desk.key("viewer", region))
    rows = small_desk.get("/audit", small_desk.key("admin", SHENYANG)).json()["items"]
    assert {row["actor"]["region"] for row in rows} == {SHENYANG}


def test_keys_do_not_wait_for_one_another_and_a_chain_has_no_gap(postgresql_url: str) -> None:
    """One key's transaction is open with its entry written; another key's goes through meanwhile."""
    database = Database(postgresql_url)
    one, other = (Actor(Doer.KEY, "k", number) for number in (1, 2))

    def write(actor: Actor) -> None:
        with database.transaction() as session:
            audit.note(session, actor, Deeds.READ, "GET /x", "x", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        with database.transaction() as session:
            audit.note(session, one, Deeds.READ, "GET /x", "x", now=NOW)
            pool.submit(write, other).result(10)
        list(pool.map(write, [one, other] * 20))
    with database.reading() as session:
        rows = session.execute(
            select(AuditEntry.chain, AuditEntry.seq).order_by(AuditEntry.chain, AuditEntry.seq)
        ).all()
    database.dispose()
    assert [tuple(row) for row in rows] == [(chain, seq) for chain in (2, 3) for seq in range(1, 22)]


def test_entry_of_a_transaction_that_ends_late_is_not_missed(postgresql_url: str) -> None:
    database = Database(postgresql_url)

    def seen() -> list[str]:
        with database.reading() as session:
            rows = found.entries(session, None, found.Wanted(), after=(0, 0), limit=9)
            return [row.object for row in rows]

    with database.transaction() as late:
        audit.note(late, Actor(Doer.KEY, "k", 1), Deeds.READ, "GET /x", "late", now=NOW)
        with database.transaction() as session:
            audit.note(session, Actor(Doer.KEY, "k", 2), Deeds.READ, "GET /x", "early", now=NOW)
        assert "early" not in seen()
    until(lambda: seen() == ["late", "early"])
    database.dispose()


@pytest.mark.parametrize("name", ["", "x" * 300])
def test_long_places_are_cut(database: Database, name: str) -> None:
    with database.transaction() as session:
        audit.note(session, OPERATOR, Deeds.CHANGE, name, name, now=NOW)
    with database.reading() as session:
        assert session.scalars(select(AuditEntry.object)).one() == name[:200]
