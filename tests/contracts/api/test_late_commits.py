"""Lists by id on PostgreSQL, where ids are committed out of order: nothing is missed and nothing is twice."""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from alembic import command
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from bot.web.api.listing import REMEMBERED, behind, word_of
from bot.web.api.paging import LARGEST, cursor
from models.actions import people
from models.migrations import config
from models.queries.growing import Behind
from models.tables import LISTED, Base, Enterprise, PatternMember, Verification, Visit
from tests.contracts.api.desk import SHENYANG, Desk, enterprise, leader, lose_a_push
from tests.contracts.api.test_authorization import EVERYWHERE, things
from tests.world import TUESDAY

BY_ID: Final[Mapping[str, str]] = {
    "/officials": "officials",
    "/enterprises": "enterprises",
    "/contacts": "contacts",
    "/pairings": "pairings",
    "/delegations": "delegations",
    "/invites": "invites",
    "/tickets": "tickets",
    "/tickets/{number}/messages": "messages",
    "/visits": "visits",
    "/outbox": "outbox",
    "/reconciliation": "inbox",
    "/officials/{official_id}/phones": "official_phones",
    "/verifications": "verifications",
    "/leads": "fraud_leads",
    "/keys": "api_keys",
    "/webhooks": "webhooks",
    "/webhooks/{webhook_id}/deliveries": "webhook_deliveries",
    "/patterns": "patterns",
    "/patches": "patches",
    "/imports": "imports",
}
"""Every list by id, and the table whose ids these are."""

OTHERWISE: Final = {
    "/events",  # by transaction (ADR 0010)
    "/audit",  # likewise
    "/audit/anchors",  # one process makes them, one after the other
    "/tickets/{number}/events",  # by a number in the ticket, whose writers wait for one another
    "/patches/{patch_id}/events",  # likewise
    "/ledgers/{type}",  # by the number in the ledger, which is counted under a lock
    "/rates",  # no rows, but figures of owners
}


def own_text(_session: Session) -> str:
    return secrets.token_hex(10)


def own_person(session: Session) -> int:
    return people.meet(session, own_text(session), now=TUESDAY).person_id


UNLIKE: Final[Mapping[str, Mapping[str, Any]]] = {
    "api_keys": {"key_hash": own_text, "previous_hash": None},
    "contacts": {"person_id": own_person},
    "enterprises": {"credit_code": None},
    "fraud_leads": {"number_hash": own_text},
    "inbox": {"dedupe_key": own_text, "outcome": None},
    "invites": {"code_hash": own_text},
    "official_phones": {"number_hash": own_text},
    "outbox": {"dedupe_key": own_text},
    "pairings": {"slot": None, "ended_at": TUESDAY},
    "tickets": {"ledger_year": None, "ledger_no": None},
}
"""What no two rows of a table have in common: a text of their own, a person, or nothing."""


def clone(session: Session, name: str) -> int:
    """Put a row like the newest one into a table; return its id."""
    table = Base.metadata.tables[name]
    newest = session.execute(select(table).order_by(table.c.id.desc()).limit(1)).mappings().one()
    row = {key: value for key, value in newest.items() if key != "id"}
    for key, value in UNLIKE.get(name, {}).items():
        row[key] = value(session) if callable(value) else value
    made = int(session.execute(insert(table).values(row).returning(table.c.id)).scalar_one())
    if name == "fraud_leads":  # which is shown by what was asked about it
        asked = clone(session, "verifications")
        session.execute(update(Verification).where(Verification.id == asked).values(lead_id=made))
    if name == "patterns":  # which is shown by its cases
        member = {"ticket_id": clone(session, "tickets"), "pattern_id": made, "likeness": 1.0, "voice": "1"}
        session.add(PatternMember(**member, joined_at=TUESDAY))
        session.flush()
    return made


def lists(desk: Desk) -> set[str]:
    """Return every list of the document that is read page by page."""
    paths: dict[str, Any] = desk.send("GET", "/openapi.json").json()["paths"]
    return {
        path
        for path, item in paths.items()
        if any(each["name"] == "after" for each in item.get("get", {}).get("parameters", ()))
    }


def test_every_list_is_known_to_be_by_id_or_not(small_desk: Desk) -> None:
    assert lists(small_desk) == set(BY_ID) | OTHERWISE
    assert set(BY_ID.values()) == set(LISTED)


@pytest.fixture
def desk(postgresql_url: str) -> Iterator[Desk]:
    """A desk where writers overlap."""
    with Desk.open(postgresql_url) as opened:
        yield opened


def rest(desk: Desk, path: str, page: dict[str, Any], limit: int = 1) -> list[dict[str, Any]]:
    """Return what follows on a page, to the end of the list."""
    found: list[dict[str, Any]] = []
    while page["next"] is not None:
        page = desk.get(path, limit=limit, after=page["next"]).json()
        found += page["items"]
    return found


def test_a_pass_through_any_list_sees_once_what_is_committed_behind_its_back(desk: Desk) -> None:
    """One takes its id first and commits last; a reader has gone by its place meanwhile."""
    place = {**EVERYWHERE, **things(desk, SHENYANG)}
    lose_a_push(desk)
    with desk.database.transaction() as session:
        facts = {"official_id": place["official_id"], "enterprise_id": place["enterprise_id"]}
        session.execute(insert(Visit).values(**facts, day=TUESDAY.date(), note="", created_at=TUESDAY))
    for template, table in BY_ID.items():
        path = template.format_map(place)
        before = len(desk.get(path, limit=200).json()["items"])
        assert before, path
        with desk.database.transaction() as late:
            first = clone(late, table)
            with desk.database.transaction() as early:
                others = [clone(early, table) for _ in range(3)]
            shown = desk.get(path, limit=before + 2).json()
            assert len(shown["items"]) == before + 2, (path, "what is committed is shown at once")
        seen = [*shown["items"], *rest(desk, path, shown)]
        whole = desk.get(path, limit=200).json()["items"]
        assert len(whole) == before + 4, path
        assert sorted(map(str, seen)) == sorted(map(str, whole)), path
        assert first < others[0]


def test_a_monitor_that_keeps_its_place_sees_what_comes_late(desk: Desk) -> None:
    """It has seen the end of the list, and looks again from where the last page began."""
    with desk.database.transaction() as session:
        old = [enterprise(session, SHENYANG, desk) for _ in range(2)]
    with desk.database.transaction() as late:
        first = enterprise(late, SHENYANG, desk)
        with desk.database.transaction() as early:
            others = [enterprise(early, SHENYANG, desk) for _ in range(3)]
        page = desk.get("/enterprises", limit=3).json()
        assert [row["id"] for row in page["items"]] == [*old, others[0]]
        place = page["next"]
        end = desk.get("/enterprises", limit=3, after=place).json()
        assert ([row["id"] for row in end["items"]], end["next"]) == (others[1:], None)
    again = desk.get("/enterprises", limit=3, after=place).json()["items"]
    assert [row["id"] for row in again] == [first, *others[1:]]


def test_a_place_is_one_number_where_nobody_can_come_before_it(desk: Desk) -> None:
    with desk.database.transaction() as session:
        rows = [enterprise(session, SHENYANG, desk) for _ in range(4)]
    page = desk.get("/enterprises", limit=3).json()
    assert behind(page["next"]) == Behind(rows[2])
    with desk.database.transaction() as late:  # it has taken an id of another list
        leader(late, SHENYANG, desk)
        assert desk.get("/enterprises", limit=3).json() == page
    with desk.database.transaction() as session:
        session.execute(text("SELECT pg_current_xact_id()"))
        assert desk.get("/enterprises", limit=3).json() == page


def test_a_place_remembers_no_more_than_it_can_and_the_page_ends_there(desk: Desk) -> None:
    many = REMEMBERED + 250
    with desk.database.transaction() as late:
        first = enterprise(late, SHENYANG, desk)
        with desk.database.transaction() as early:
            others = [enterprise(early, SHENYANG, desk) for _ in range(many)]
        page = desk.get("/enterprises", limit=200).json()
        seen = [row["id"] for row in page["items"]]
        while page["items"]:
            page = desk.get("/enterprises", limit=200, after=page["next"]).json()
            seen += [row["id"] for row in page["items"]]
        assert (len(seen), page["next"] is None) == (REMEMBERED, False)
    seen += [row["id"] for row in rest(desk, "/enterprises", page, limit=200)]
    assert sorted(seen) == sorted([first, *others])


def test_pages_lose_and_repeat_nothing_under_overlapping_writers(desk: Desk) -> None:
    """Four write at once; a reader walks meanwhile, and again from its last place until all has come."""

    def write(rows: int) -> None:
        for _ in range(240 // rows):
            with desk.database.transaction() as session:
                for _ in range(rows):
                    enterprise(session, SHENYANG, desk)

    with desk.database.transaction() as session:
        enterprise(session, SHENYANG, desk)
    desk.key()
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(write, rows) for rows in (1, 2, 10, 30)]
        seen: list[int] = []
        after: dict[str, str] = {}
        while True:
            is_over = all(each.done() for each in done)
            page = desk.get("/enterprises", limit=7, **after).json()
            if page["next"] is not None:
                seen += [row["id"] for row in page["items"]]
                after = {"after": page["next"]}
            elif is_over:
                seen += [row["id"] for row in page["items"]]
                break
        for each in done:
            each.result()
    with desk.database.reading() as session:
        assert sorted(seen) == sorted(session.scalars(select(Enterprise.id)))


@pytest.mark.parametrize("place", [Behind(), Behind(7), Behind(0, (2,)), Behind(40, (42, 43, 99))])
def test_a_place_comes_back_as_it_went(place: Behind) -> None:
    assert behind(word_of(place)) == place


@pytest.mark.parametrize(
    "numbers", [(7, 0), (7, 1), (7, 2026), (7, 2, 1), (7, 1, 0), (2, 1, LARGEST), (1, 501, *[1] * 501)]
)
def test_a_place_of_another_order_is_none_here(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not a place"):
        behind(cursor(*numbers))


def test_history_gives_a_database_the_same_announcements(desk: Desk) -> None:
    wanted = text("""
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT proname, '', prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2
    """)

    def found() -> list[Any]:
        with desk.database.reading() as session:
            return [tuple(row) for row in session.execute(wanted)]

    at_once = found()
    assert len(at_once) == len(LISTED) + 2
    settings = config()
    for turn, to in ((command.downgrade, "0191"), (command.upgrade, "head")):
        with desk.database.migrating() as connection:
            settings.attributes["connection"] = connection
            turn(settings, to)
        assert found() == ([] if to == "0191" else at_once)
