"""Lists that grow while they are read: pages, the event feed, the outbox."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from models.actions.deliveries import claim
from models.actions.settlements import Fate, Settlement, settle
from models.actions.ways import Channels
from models.tables import Delivery, Event, Outbox, Person
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, enterprise, request, settle_in

OWNER = f"o-owner-{SHENYANG}"


def walk(desk: Desk, path: str, limit: int, between: Callable[[], object], **more: Any) -> list[Any]:
    """Read a list page by page, doing something between the pages; return its items."""
    items: list[Any] = []
    after: dict[str, str] = {}
    while True:
        page = desk.get(path, limit=limit, **more, **after).json()
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next"] is None:
            return items
        after = {"after": page["next"]}
        between()


def test_pages_neither_miss_nor_repeat_while_rows_are_added(desk: Desk) -> None:
    with desk.database.transaction() as session:
        before = [enterprise(session, SHENYANG, desk) for _ in range(7)]
    added: list[int] = []

    def add() -> None:
        if len(added) < 4:
            with desk.database.transaction() as session:
                added.append(enterprise(session, SHENYANG, desk))

    for limit in (1, 3, 7, 200):
        everything = before + added
        seen = [row["id"] for row in walk(desk, "/enterprises", limit, add)]
        assert seen[: len(everything)] == everything
        assert seen == sorted(set(seen))


def test_page_that_ends_with_the_last_row_is_the_last(desk: Desk) -> None:
    with desk.database.transaction() as session:
        for _ in range(4):
            enterprise(session, SHENYANG, desk)
    first = desk.get("/enterprises", limit=2).json()
    second = desk.get("/enterprises", limit=2, after=first["next"]).json()
    assert [len(page["items"]) for page in (first, second)] == [2, 2]
    assert second["next"] is None


def test_ticket_pages_cover_events_and_messages(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        for _ in range(4):
            request(session, OWNER, desk)
    numbers = [row["number"] for row in walk(desk, "/tickets", 2, lambda: None, status="open")]
    assert (len(numbers), len(set(numbers)), numbers[0]) == (5, 5, place.number)
    path = f"/tickets/{place.number}"
    assert len(walk(desk, f"{path}/events", 1, lambda: None)) == 1
    assert len(walk(desk, f"{path}/messages", 1, lambda: None)) == 1


def test_feed_always_says_where_to_go_on(desk: Desk) -> None:
    start = desk.get("/events").json()
    assert (start["items"], desk.get("/events", after=start["next"]).json()) == ([], start)
    settle_in(desk, SHENYANG)
    first = desk.events(1)
    assert [event["verb"] for event in first] == ["submit"]
    end = desk.get("/events").json()["next"]
    assert desk.get("/events", after=end).json() == {"items": [], "next": end}
    with desk.database.transaction() as session:
        request(session, OWNER, desk)
    both = desk.events(2)
    assert both[0] == first[0]
    assert desk.get("/events", after=end).json()["items"] == [both[1]]


def test_event_that_caused_a_message_can_be_read(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    both = {event["ticket"]: event for event in desk.events(2)}
    for place in (here, there):
        cause = desk.get(f"/outbox/{place.outbox}").json()["event_id"]
        assert desk.get(f"/events/{cause}").json() == both[place.number]
    key = desk.key("viewer", SHENYANG)
    paths = [f"/events/{both[place.number]['id']}" for place in (here, there)]
    assert [desk.get(path, key).status_code for path in (*paths, "/events/999")] == [200, 404, 404]


def test_feed_never_misses_a_transaction_that_ends_late(postgresql_url: str) -> None:
    """Two writers overlap, and the one whose event has the smaller id commits last."""
    with Desk.open(postgresql_url) as desk:
        settle_in(desk, SHENYANG)
        settle_in(desk, DALIAN)
        desk.events(2)
        after = desk.get("/events", limit=2).json()["next"]
        with desk.database.transaction() as late:
            request(late, OWNER, desk)
            with desk.database.transaction() as early:
                request(early, f"o-owner-{DALIAN}", desk)
            held_back = desk.get("/events", after=after).json()
            assert held_back == {"items": [], "next": after}
        fresh = [event["id"] for event in desk.events(4)]
        assert sorted(fresh) == all_events(desk)
        assert fresh[2] < fresh[3]


def test_feed_pages_follow_transactions_where_ids_do_not(postgresql_url: str) -> None:
    """The older of two transactions writes its event second; pages of one event still show both."""
    with Desk.open(postgresql_url) as desk:
        settle_in(desk, SHENYANG)
        settle_in(desk, DALIAN)
        with desk.database.transaction() as older:
            older.execute(text("SELECT pg_current_xact_id()"))
            with desk.database.transaction() as younger:
                request(younger, f"o-owner-{DALIAN}", desk)
            request(older, OWNER, desk)
        in_order = [event["id"] for event in desk.events(4)]
        assert in_order[2] > in_order[3]
        assert [event["id"] for event in desk.events(4, limit=1)] == in_order


def all_events(desk: Desk) -> list[int]:
    with desk.database.reading() as session:
        return sorted(session.scalars(select(Event.id)))


def test_feed_loses_and_repeats_nothing_under_overlapping_writers(desk: Desk) -> None:
    """Four writers at once; the reader follows from the first event to the last."""
    settle_in(desk, SHENYANG)

    def write() -> None:
        for _ in range(10):
            with desk.database.transaction() as session:
                request(session, OWNER, desk)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    seen = [event["id"] for event in desk.events(41)]
    for writer in writers:
        writer.join()
    assert sorted(seen) == all_events(desk)


def dead(session: Session, outbox_id: int, desk: Desk) -> None:
    """Have one message tried and given up."""
    expires = desk.clock() + timedelta(hours=48)
    session.execute(update(Person).values(window_expires_at=expires, window_left=5))
    claimed = claim(session, "w", channels=Channels(), how_many=len, limit=10, now=desk.clock())
    [mine] = [one for one in claimed if outbox_id in {each.id for each in one.items}]
    settle(session, [Settlement(mine, Fate.DEAD, 40003, "invalid", ["你好"])], desk.clock())


def test_outbox_tells_what_became_of_a_message_and_rearms_it_once(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/outbox/{place.outbox}"
    assert desk.get(path).json()["state"] == "pending"
    early = desk.post(f"{path}/rearm")
    assert (early.status_code, early.json()["type"]) == (409, "urn:liaison:not-settled")

    with desk.database.transaction() as session:
        dead(session, place.outbox, desk)
    shown = desk.get(path).json()
    assert (shown["state"], shown["ticket"], shown["kind"], shown["reason"]) == (
        "dead",
        place.number,
        "new_ticket",
        "invalid",
    )
    assert shown["tries"] == [
        {
            "at": desk.clock().isoformat().replace("+00:00", "Z"),
            "channel": "custom",
            "outcome": "dead",
            "code": 40003,
            "detail": "invalid",
            "said": "你好",
        }
    ]
    assert [row["id"] for row in desk.get("/outbox", state="dead").json()["items"]] == [place.outbox]

    rearmed = [desk.post(f"{path}/rearm", once="one") for _ in range(2)]
    assert [(a.status_code, a.json()["state"]) for a in rearmed] == [(200, "pending")] * 2
    assert desk.post(f"{path}/rearm").status_code == 409
    assert desk.get("/outbox", state="dead").json()["items"] == []
    with desk.database.reading() as session:
        assert session.get_one(Outbox, place.outbox).state == Delivery.PENDING


def test_message_about_no_ticket_is_for_keys_without_a_region(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        row = session.get_one(Outbox, place.outbox)
        row.kind, row.ticket_id = "morning", None
    key = desk.key("viewer", SHENYANG)
    assert [desk.get(f"/outbox/{place.outbox}", k).status_code for k in (None, key)] == [200, 404]
    assert desk.get("/outbox", key).json()["items"] == []
