"""Lists of tickets: filtered by stage and text, in every order page by page, and of some fields only."""

from datetime import timedelta
from typing import Any

import pytest

from models.rules.clocks import OF_OTHERS
from models.rules.numbers import ticket_id_of
from models.tables import Clock, Enterprise, Message, Ticket
from tests.contracts.api.desk import DALIAN, HEPING, SHENYANG, Desk, request, settle_in, statements
from tests.contracts.api.test_feeds import walk
from tests.contracts.api.test_tickets_api import accept, resolve

OWNER = f"o-owner-{SHENYANG}"
ORDERS = ["created", "due", "updated"]


def numbers(desk: Desk, **wanted: Any) -> list[str]:
    answer = desk.get("/tickets", **wanted)
    assert answer.status_code == 200
    return [row["number"] for row in answer.json()["items"]]


def submitted(desk: Desk, words: str) -> str:
    desk.clock.advance(timedelta(minutes=1))
    with desk.database.transaction() as session:
        return request(session, OWNER, desk, words)


def test_stage_and_text_keep_what_they_name(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    with desk.database.transaction() as session:
        session.get_one(Enterprise, there.enterprise).stage = "startup"
        session.get_one(Enterprise, there.enterprise).name = "Blue_Whale 100%"
    assert (numbers(desk, stage="mature"), numbers(desk, stage="startup")) == ([here.number], [there.number])
    long = submitted(desk, "我们厂区门口的路一下雨就积水，货车进不来，找了三次没人管，电话 Extension 17")
    assert numbers(desk, text="没人管") == [long]
    assert numbers(desk, text="extension 17") == [long]
    assert numbers(desk, text="云杉里") == [here.number, long]
    assert [numbers(desk, text=text) for text in ("blue_whale", "blue-whale", "100%", "1%")] == [
        [there.number], [], [there.number], [],
    ]  # fmt: skip
    assert numbers(desk, text="工程款", stage="startup") == [there.number]
    assert desk.get("/tickets", desk.key("viewer", DALIAN), text="没人管").json()["items"] == []


def test_helper_who_is_late_makes_no_case_overdue(desk: Desk) -> None:
    place, now = settle_in(desk, SHENYANG), desk.clock()
    late = {"started_at": now - timedelta(days=9), "due_at": now - timedelta(days=1)}
    with desk.database.transaction() as session:
        told = {"source": "", "explanation": "", **late}
        session.add(Clock(ticket_id=ticket_id_of(place.number), name="co_handle", subject_id=1, **told))
    assert numbers(desk, overdue="true") == []
    desk.clock.advance(timedelta(days=4))
    assert numbers(desk, overdue="true") == [place.number]


def test_words_not_surely_said_are_not_found(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        for column in ("gathered_until", "retracted_at"):
            row = {"ticket_id": ticket_id_of(place.number), "side": "enterprise", "kind": "text"}
            session.add(Message(**row, text=f"words {column}", at=desk.clock(), **{column: desk.clock()}))
    assert (numbers(desk, text="words"), numbers(desk, text="工程款")) == ([], [place.number])


def test_every_order_is_walked_page_by_page(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    later = [submitted(desk, f"第{n}件事：工程款没有结清") for n in range(4)]
    everything = [place.number, *later]
    accept(desk, later[1])
    resolve(desk, later[1])
    desk.clock.advance(timedelta(hours=1))
    accept(desk, everything[0])

    updated = [later[0], later[2], later[3], later[1], everything[0]]
    assert numbers(desk, sort="created") == everything
    assert numbers(desk, sort="updated") == updated
    with desk.database.reading() as session:
        assert session.get_one(Ticket, ticket_id_of(later[1])).status == "resolved"
    due = numbers(desk, sort="due")
    first = {row["number"]: running(row) for row in desk.get("/tickets").json()["items"]}
    assert due == sorted((n for n in everything if first[n]), key=lambda n: (first[n], everything.index(n)))
    assert set(later) - set(due) <= {later[1]}
    for order in ORDERS:
        whole = numbers(desk, sort=order)
        assert numbers(desk, sort=f"-{order}") == whole[::-1]
        for sign, expected in (("", whole), ("-", whole[::-1])):
            pages = walk(desk, "/tickets", 2, lambda: None, sort=sign + order)
            assert [row["number"] for row in pages] == expected


def running(row: dict[str, Any]) -> str | None:
    """The first promise of a ticket that is still to be kept, by us and not by others."""
    mine = [clock for clock in row["clocks"] if clock["name"] not in OF_OTHERS]
    return min((clock["due_at"] for clock in mine if clock["state"] in {"running", "overdue"}), default=None)


def test_newest_first_misses_and_repeats_nothing_while_tickets_come(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    before = [place.number, *(submitted(desk, f"第{n}件事") for n in range(5))]

    def add() -> None:
        submitted(desk, "又有一件事")

    for order in ("-created", "-updated"):
        standing = numbers(desk, sort="created")
        seen = [row["number"] for row in walk(desk, "/tickets", 2, add, sort=order)]
        assert seen == standing[::-1]
    assert len(before) == 6


@pytest.mark.parametrize(
    "wrong",
    [{"sort": "size"}, {"stage": "old"}, {"text": ""}, {"text": "x" * 51}, {"text": "a\x00"},
     {"fields": "number,openid"}, {"fields": ""}, {"sort": "due", "after": "NTA"}, {"after": "NTAsMQ"}],
)  # fmt: skip
def test_senseless_lists_are_refused(small_desk: Desk, wrong: dict[str, str]) -> None:
    assert small_desk.get("/tickets", **wrong).status_code == 422


def test_place_beyond_all_dates_is_the_end_of_the_list(desk: Desk) -> None:
    from bot.web.api.paging import LARGEST, cursor

    settle_in(desk, SHENYANG)
    assert numbers(desk, sort="due", after=cursor(LARGEST, LARGEST)) == []


def test_lists_of_some_fields_have_these_and_page_all_the_same(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    second = submitted(desk, "第二件事")
    page = desk.get("/tickets", fields="number,owner", limit=1).json()
    owner = {"id": place.official, "name": "安予诚", "post": "局长"}
    assert page["items"] == [{"number": place.number, "owner": owner}]
    assert desk.get("/tickets", fields="number", after=page["next"]).json() == {
        "items": [{"number": second}],
        "next": None,
    }
    asked = (("/outbox", "id,state"), ("/enterprises", "id,name"), ("/events?wait=20", "seq,verb"))
    for path, fields in asked:  # a transaction of another test may hold the feed back for a moment
        items = desk.get(f"{path}{'&' if '?' in path else '?'}fields={fields}").json()["items"]
        assert [set(item) for item in items] == [{"id", *fields.split(",")}] * len(items)
        assert items
    assert set(desk.get("/tickets", fields="owner", limit=1).json()["items"][0]) == {"number", "owner"}


def test_region_of_a_list_is_what_lies_in_it_as_that_of_rates_is(desk: Desk) -> None:
    city, county = settle_in(desk, SHENYANG), settle_in(desk, HEPING)
    for region, known in ((SHENYANG, [city, county]), (HEPING, [county])):
        asked = f"region={region}"
        assert [each["number"] for each in desk.get(f"/tickets?{asked}").json()["items"]] == [
            each.number for each in known
        ]
        firms = desk.get(f"/enterprises?{asked}").json()["items"]
        assert [each["id"] for each in firms] == [each.enterprise for each in known]
        officials = {each["id"] for each in desk.get(f"/officials?{asked}&limit=200").json()["items"]}
        assert {each.official for each in known} <= officials
        assert (city.official in officials) is (city in known)
        opened = desk.get(f"/rates?by=region&{asked}").json()
        assert opened["total"]["counts"]["statuses"]["open"] == len(known)


def test_what_is_not_shown_is_not_read(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    desk.key()
    counts = []
    for fields in ({}, {"fields": "number,clocks"}, {"fields": "number"}):
        with statements(desk.database) as seen:
            desk.get("/tickets", **fields)
        counts.append(len(seen))
    assert counts[0] - 1 == counts[1] == counts[2] + 1
