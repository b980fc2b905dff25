"""Requests made by telephone or on a visit: an office takes them down, and they are tickets like any other."""

from typing import Any

import pytest
from sqlalchemy import func, select

from handlers.understanding.classifier import default_classifier
from models.actions import contacts, people, roster
from models.rules.chain import digest
from models.rules.numbers import ticket_id_of
from models.tables import ApiKey, Contact, Event, Message, Outbox, Ticket
from tests.contracts.api.desk import DALIAN, PROVINCE, SHENYANG, Desk, enterprise, leader, second, settle_in

STORY = "给开发区管委会干的厂区道路工程，\n验收一年多了，尾款320万一直不给结"
OWNER, LEADER = f"o-owner-{SHENYANG}", f"o-leader-{SHENYANG}"


def key_id(desk: Desk, name: str) -> int:
    with desk.database.reading() as session:
        return session.scalars(select(ApiKey.id).where(ApiKey.name == name)).one()


def taken(desk: Desk, contact_id: int, **more: Any) -> dict[str, Any]:
    made = desk.post("/tickets", {"contact_id": contact_id, "text": STORY} | more, key=desk.key("supervisor"))
    assert made.status_code == 201, made.text
    return dict(made.json())


def person(desk: Desk, openid: str) -> int:
    with desk.database.transaction() as session:
        return people.meet(session, openid, now=desk.clock()).person_id


def count(desk: Desk, table: Any) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_request_by_telephone_is_a_ticket_like_any_other(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    body = {"contact_id": place.contact, "text": f" {STORY} ", "type": "arrears"}
    made = desk.post("/tickets", body, key=desk.key("supervisor", SHENYANG))
    shown = made.json()

    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/tickets/{shown['number']}")
    [chat] = [one for one in desk.get("/tickets").json()["items"] if one["number"] == place.number]
    differs = {"number", "title", "confidence", "type_source"}
    assert {name for name in chat if chat[name] != shown[name]} == differs
    assert (shown["title"], shown["confidence"], shown["type_source"]) == (
        "给开发区管委会干的厂区道路工程， 验收一年多了…",
        1.0,
        "supervisor",
    )
    read = desk.get(f"/tickets/{shown['number']}").json()
    assert read.pop("facts")["owed"]["least"] == 320_000_000
    assert read == shown


def test_first_event_names_the_key_and_joins_the_chain(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    number = taken(desk, place.contact, type="arrears")["number"]
    [event] = desk.get(f"/tickets/{number}/events").json()["items"]
    assert (event["verb"], event["actor"], event["to_status"]) == (
        "submit",
        {"role": "supervisor", "id": None},
        "open",
    )
    assert set(event["data"].pop("due")) == {"accept", "first_contact", "result"}
    assert (len(event["data"].pop("sealed")), len(event["data"].pop("titled"))) == (1, 64)
    assert event["data"] == {
        "type": "arrears",
        "confidence": 1.0,
        "second": None,
        "owner_id": place.official,
        "enterprise_id": place.enterprise,
        "region": SHENYANG,
        "key_id": key_id(desk, "supervisor None"),
        "type_source": "supervisor",
    }
    with desk.database.reading() as session:
        row = session.scalars(select(Event).where(Event.ticket_id == ticket_id_of(number))).one()
        names = ("verb", "actor_role", "actor_id", "from_status", "to_status", "data")
        fact = {name: getattr(row, name) for name in names}
        assert row.digest == digest(row.previous, ticket_id=row.ticket_id, seq=1, at=row.at, fact=fact)


def test_words_are_the_enterprises_and_nobody_typed_them(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    number = taken(desk, place.contact)["number"]
    [said] = desk.get(f"/tickets/{number}/messages").json()["items"]
    assert (said["side"], said["text"], said["person_id"], said["by_aide"], said["kind"]) == (
        "enterprise",
        STORY,
        None,
        False,
        "text",
    )


def test_type_is_guessed_where_the_office_names_none(desk: Desk) -> None:
    place, verdict = settle_in(desk, SHENYANG), default_classifier().classify(STORY)
    shown = taken(desk, place.contact)
    assert (shown["type"], shown["type_source"]) == (verdict.type, "guess")
    assert shown["confidence"] == pytest.approx(verdict.confidence)
    [event] = desk.get(f"/tickets/{shown['number']}/events").json()["items"]
    assert (event["data"]["second"], event["data"]["type_source"]) == (verdict.second, "guess")


def test_contact_and_desk_are_told_with_their_cause(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    author, chief = person(desk, OWNER), person(desk, LEADER)
    number = taken(desk, place.contact)["number"]
    [event] = desk.get(f"/tickets/{number}/events").json()["items"]
    told = [row for row in desk.get("/outbox", limit=200).json()["items"] if row["ticket"] == number]
    assert sorted((row["kind"], row["person_id"], row["event_id"]) for row in told) == [
        ("new_ticket", chief, event["id"]),
        ("registered", author, event["id"]),
    ]


def test_request_belongs_to_the_enterprise_the_contact_was_named_for(desk: Desk) -> None:
    """The contact speaks for two; the other one they joined last."""
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        other = enterprise(session, DALIAN, desk)
        who = people.meet(session, OWNER, now=desk.clock()).person_id
        later = people.join(session, who, other, name=None, role=None, now=desk.clock())
        office, _ = leader(session, DALIAN, desk), leader(session, PROVINCE, desk)
        contact_id = later.id
    here, there = taken(desk, place.contact), taken(desk, contact_id)
    assert (here["enterprise"]["id"], here["region"], here["owner"]["id"]) == (
        place.enterprise,
        SHENYANG,
        place.official,
    )
    assert (there["enterprise"]["id"], there["region"], there["owner"]["id"]) == (other, DALIAN, office)


def test_repeat_opens_one_ticket_and_tells_once(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    body, before = {"contact_id": place.contact, "text": STORY}, count(desk, Outbox)
    answers = [desk.post("/tickets", body, once="one") for _ in range(3)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, "true", "true"]
    assert (count(desk, Ticket), count(desk, Outbox)) == (2, before + 2)


def test_contact_who_has_left_asks_for_nothing(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    desk.post(f"/contacts/{place.contact}/end")
    refused = desk.post("/tickets", {"contact_id": place.contact, "text": STORY})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:liaison:contact-ended")
    assert count(desk, Ticket) == 1


def test_contact_who_leaves_at_the_same_moment_asks_for_nothing(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    answer = second(
        desk,
        lambda session: contacts.leave(session, session.get_one(Contact, place.contact), now=desk.clock()),
        "/tickets",
        {"contact_id": place.contact, "text": STORY},
    )
    assert answer.status_code == 409
    assert count(desk, Ticket) == 1


def test_where_nobody_answers_nothing_is_opened(desk: Desk) -> None:
    with desk.database.transaction() as session:
        firm = roster.add_enterprise(
            session, name="n", credit_code=None, region=SHENYANG, stage=None, now=desk.clock()
        ).id
        who = people.meet(session, "o-new", now=desk.clock()).person_id
        contact_id = people.join(session, who, firm, name=None, role=None, now=desk.clock()).id
    body = {"contact_id": contact_id, "text": STORY}
    refused = desk.post("/tickets", body, once="one")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:liaison:nobody-on-duty")
    assert [count(desk, table) for table in (Ticket, Event, Message, Outbox)] == [0, 0, 0, 0]
    with desk.database.transaction() as session:
        leader(session, PROVINCE, desk)
    assert desk.post("/tickets", body, once="one").status_code == 201


def test_foreign_contacts_do_not_exist(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    key = desk.key("supervisor", SHENYANG)
    answers = [
        desk.post("/tickets", {"contact_id": contact, "text": STORY}, key=key)
        for contact in (there.contact, 999)
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert desk.post("/tickets", {"contact_id": here.contact, "text": STORY}, key=key).status_code == 201
    assert count(desk, Ticket) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": " \n "},
        {"text": "x" * 2001},
        {"text": "a\x00b"},
        {"text": "a\rb"},
        {"text": None},
        {"type": "rain"},
        {"contact_id": 0},
        {"contact_id": None},
        {"owner_id": 1},
    ],
)
def test_senseless_requests_are_refused(small_desk: Desk, change: dict[str, Any]) -> None:
    place = settle_in(small_desk, SHENYANG)
    refused = small_desk.post("/tickets", {"contact_id": place.contact, "text": STORY} | change)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert count(small_desk, Ticket) == 1


def test_document_shows_how_it_is_asked(small_desk: Desk) -> None:
    schemas = small_desk.send("GET", "/openapi.json").json()["components"]["schemas"]
    for name in ("NewContact", "NewTicket"):
        fields = schemas[name]["properties"]
        assert {field for field in fields if not fields[field].get("examples")} == set()
