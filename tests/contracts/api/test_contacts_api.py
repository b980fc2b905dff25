"""Contacts entered and ended by an office: who may be one, and what those who leave no longer see or hear."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.actions import office, people
from models.actions.conversation import Words
from models.actions.deliveries import Channels, claim
from models.actions.settlements import Fate, Settlement, settle
from models.queries import tickets as queries
from models.queries.people import party
from models.queries.tickets import NoSuchTicket, actor_on, by_number
from models.rules.numbers import number_of
from models.tables import Delivery, Official, Outbox, Person, Ticket
from tests.contracts.api.desk import (
    DALIAN,
    PROVINCE,
    SHENYANG,
    Desk,
    Place,
    enterprise,
    leader,
    request,
    second,
    settle_in,
)
from tests.unit.models.mail import alone, item

OWNER, LEADER = f"o-owner-{SHENYANG}", f"o-leader-{SHENYANG}"


def known(desk: Desk, openid: str) -> int:
    """Return the id of somebody who follows us."""
    with desk.database.transaction() as session:
        return people.meet(session, openid, now=desk.clock()).person_id


def entered(desk: Desk, person_id: int, enterprise_id: int, **more: Any) -> dict[str, Any]:
    made = desk.post("/contacts", {"person_id": person_id, "enterprise_id": enterprise_id} | more)
    assert made.status_code == 201, made.text
    return dict(made.json())


def ended(desk: Desk, contact_id: int) -> dict[str, Any]:
    answer = desk.post(f"/contacts/{contact_id}/end")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def replied(session: Session, number: str, desk: Desk, words: str = "明天上午碰头") -> None:
    """Let the leader write to the enterprise."""
    who = party(session, LEADER)
    assert who is not None
    ticket = by_number(session, number, seen_by=who)
    office.reply(session, ticket, actor_on(session, who, ticket), Words("text", words), now=desk.clock())


def told(desk: Desk, kind: str = "replied") -> list[tuple[int, str]]:
    """Return to whom messages of a kind go, and how they stand, oldest first."""
    with desk.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id))
        return [(row.person_id, row.state) for row in rows]


def seen(desk: Desk, openid: str) -> set[str]:
    """Return the numbers of all cases that somebody sees."""
    with desk.database.reading() as session:
        who = party(session, openid)
        assert who is not None
        return {number_of(ticket.id) for ticket in queries.newest(session, who)}


def asked(session: Session, desk: Desk) -> str:
    """Let a stranger ask for something; it lies with the province, and its office has it."""
    leader(session, PROVINCE, desk)
    return request(session, "o-stranger", desk)


def author(desk: Desk, place: Place) -> int:
    return int(desk.get(f"/contacts/{place.contact}").json()["person_id"])


def test_person_who_has_written_becomes_a_contact_with_what_they_asked(desk: Desk) -> None:
    place, stranger = settle_in(desk, SHENYANG), known(desk, "o-stranger")
    with desk.database.transaction() as session:
        number = asked(session, desk)
    assert desk.get(f"/tickets/{number}").json()["region"] == PROVINCE

    body = {"person_id": stranger, "enterprise_id": place.enterprise, "name": " 白露 ", "role": "财务经理"}
    made = desk.post("/contacts", body)

    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/contacts/{made.json()['id']}")
    now = desk.clock().isoformat().replace("+00:00", "Z")
    assert made.json() == {
        "id": made.json()["id"],
        "person_id": stranger,
        "openid": "o-stranger",
        "enterprise": {"id": place.enterprise, "name": "云杉里机械"},
        "name": "白露",
        "role": "财务经理",
        "is_active": True,
        "no_calls": False,
        "since": now,
    }
    assert desk.get(f"/contacts/{made.json()['id']}").json() == made.json()
    adopted = desk.get(f"/tickets/{number}").json()
    assert (adopted["enterprise"]["id"], adopted["region"]) == (place.enterprise, SHENYANG)
    assert seen(desk, OWNER) == seen(desk, "o-stranger") == {place.number, number}


def test_entering_twice_changes_only_what_is_new(desk: Desk) -> None:
    place, person = settle_in(desk, SHENYANG), known(desk, "o-new")
    first = entered(desk, person, place.enterprise, name="白露", role="财务经理")
    desk.clock.advance(timedelta(days=1))
    assert entered(desk, person, place.enterprise) == first
    assert entered(desk, person, place.enterprise, role="副总经理") == first | {"role": "副总经理"}
    listed = desk.get("/contacts", enterprise_id=place.enterprise).json()["items"]
    assert [row["id"] for row in listed] == [place.contact, first["id"]]


def test_entering_again_brings_back_who_had_left(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    ended(desk, place.contact)
    desk.clock.advance(timedelta(days=1))
    back = entered(desk, author(desk, place), place.enterprise, name="林向晚")
    assert (back["id"], back["is_active"]) == (place.contact, True)
    assert back["since"] == desk.clock().isoformat().replace("+00:00", "Z")
    assert seen(desk, OWNER) == {place.number}


def test_two_offices_at_once_enter_one_contact(desk: Desk) -> None:
    place, person = settle_in(desk, SHENYANG), known(desk, "o-new")
    body = {"person_id": person, "enterprise_id": place.enterprise}
    answers = desk.all_at_once([("POST", "/contacts", {"json": body})] * 8, desk.key())
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_nobody_and_people_of_elsewhere_are_not_found(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    known(desk, "o-stranger")
    elsewhere = author(desk, there)
    with desk.database.transaction() as session:
        asked(session, desk)
        leaders = select(Person.id).where(Person.openid == f"o-leader-{DALIAN}")
        foreign = [elsewhere, session.scalars(leaders).one(), known_id(session, "o-stranger")]
    key = desk.key("supervisor", SHENYANG)
    nobody = desk.post("/contacts", {"person_id": 999, "enterprise_id": here.enterprise}, key=key)
    answers = [
        desk.post("/contacts", {"person_id": person, "enterprise_id": here.enterprise}, key=key)
        for person in foreign
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, nobody.text)}
    mine = {"person_id": author(desk, here), "enterprise_id": there.enterprise}
    assert desk.post("/contacts", mine, key=key).text == nobody.text
    assert len(desk.get("/contacts").json()["items"]) == 2


def known_id(session: Session, openid: str) -> int:
    return session.scalars(select(Person.id).where(Person.openid == openid)).one()


def test_people_of_nowhere_and_of_here_are_for_the_office_of_here(desk: Desk) -> None:
    here, key = settle_in(desk, SHENYANG), desk.key("supervisor", SHENYANG)
    with desk.database.transaction() as session:
        second_firm = enterprise(session, SHENYANG, desk)
    for person in (known(desk, "o-new"), author(desk, here)):
        body = {"person_id": person, "enterprise_id": second_firm}
        made = desk.post("/contacts", body, key=key)
        assert (made.status_code, made.json()["openid"]) == (201, None)


def test_who_has_left_elsewhere_belongs_to_nobody(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    ended(desk, there.contact)
    body = {"person_id": author(desk, there), "enterprise_id": here.enterprise}
    assert desk.post("/contacts", body, key=desk.key("supervisor", SHENYANG)).status_code == 201
    assert seen(desk, f"o-owner-{DALIAN}") == {here.number}


def test_official_in_office_is_no_contact(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.reading() as session:
        person = known_id(session, LEADER)
    body = {"person_id": person, "enterprise_id": place.enterprise}
    refused = desk.post("/contacts", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:liaison:in-office")
    with desk.database.transaction() as session:
        other = leader(session, SHENYANG, desk)
        session.get_one(Person, person).official_id = other
        retire(session, other)
    assert desk.post("/contacts", body).status_code == 201
    assert seen(desk, LEADER) == {place.number}


def retire(session: Session, official_id: int) -> None:
    session.get_one(Official, official_id).is_active = False


def test_who_leaves_sees_nothing_at_once_and_what_they_said_stays(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    before = desk.get(f"/tickets/{place.number}/messages").json()
    left = ended(desk, place.contact)
    assert (left["id"], left["is_active"]) == (place.contact, False)
    assert seen(desk, OWNER) == set()
    with desk.database.reading() as session:
        who = party(session, OWNER)
        assert who is not None
        with pytest.raises(NoSuchTicket):
            by_number(session, place.number, seen_by=who)
    assert desk.get(f"/tickets/{place.number}/messages").json() == before
    assert desk.get(f"/tickets/{place.number}").json()["enterprise"]["id"] == place.enterprise


def test_ending_twice_changes_nothing(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    first = [desk.post(f"/contacts/{place.contact}/end", once="one") for _ in range(2)]
    assert [answer.headers.get("idempotent-replayed") for answer in first] == [None, "true"]
    assert ended(desk, place.contact) == first[0].json() == first[1].json()
    assert desk.post("/contacts/999/end").status_code == 404


def test_news_goes_to_who_speaks_now(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    earlier, newest = known(desk, "o-earlier"), known(desk, "o-newest")
    entered(desk, earlier, place.enterprise)
    desk.clock.advance(timedelta(days=1))
    entered(desk, newest, place.enterprise)
    with desk.database.transaction() as session:
        replied(session, place.number, desk)
    ended(desk, place.contact)
    with desk.database.transaction() as session:
        replied(session, place.number, desk, "定在九点")
    assert told(desk) == [(newest, "pending"), (newest, "pending")]
    assert told(desk, "no_contact") == []


@pytest.mark.parametrize("state", ["pending", "parked", "sending"])
def test_what_was_on_its_way_is_passed_on(desk: Desk, state: str) -> None:
    place, partner = settle_in(desk, SHENYANG), known(desk, "o-partner")
    entered(desk, partner, place.enterprise)
    with desk.database.transaction() as session:
        replied(session, place.number, desk)
        in_hand = bring(session, state, author_of(session, place), desk)
    assert told(desk) == [(author(desk, place), state)]

    ended(desk, place.contact)

    assert told(desk) == [(partner, "pending")]
    with desk.database.transaction() as session:  # whatever becomes of the one in a worker's hand
        settle(session, [Settlement(one, Fate.AGAIN) for one in in_hand], desk.clock())
    assert told(desk) == [(partner, "pending")]


def author_of(session: Session, place: Place) -> int:
    return session.scalars(select(Ticket.person_id).where(Ticket.enterprise_id == place.enterprise)).one()


def bring(session: Session, state: str, person_id: int, desk: Desk) -> list[Any]:
    """Have the worker look at the outbox: what a person is to be told ends in the state wanted."""
    if state == "pending":
        return []
    left = 5 if state == "sending" else 0
    expires = desk.clock() + timedelta(hours=48)
    session.execute(
        update(Person).where(Person.id == person_id).values(window_expires_at=expires, window_left=left)
    )
    return [
        one
        for one in claim(session, "w", channels=Channels(), how_many=alone, limit=9, now=desk.clock())
        if item(one).kind == "replied"
    ]


def test_last_one_to_leave_leaves_nobody_and_the_desk_knows(desk: Desk) -> None:
    place, chief = settle_in(desk, SHENYANG), known(desk, LEADER)
    with desk.database.transaction() as session:
        replied(session, place.number, desk)
        replied(session, place.number, desk, "定在九点")
    ended(desk, place.contact)
    assert told(desk) == [(author(desk, place), "dead")] * 2
    assert told(desk, "no_contact") == [(chief, "pending")]
    with desk.database.transaction() as session:
        replied(session, place.number, desk, "您在吗")
    assert (len(told(desk)), told(desk, "no_contact")) == (2, [(chief, "pending")] * 2)
    cause = desk.get("/outbox", limit=200).json()["items"][-1]
    assert (cause["kind"], cause["ticket"], cause["event_id"] is None) == ("no_contact", place.number, False)


def test_message_for_who_has_left_is_not_put_back_in_line(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        replied(session, place.number, desk)
    ended(desk, place.contact)
    [row] = desk.get("/outbox", state="dead").json()["items"]
    assert row["reason"] == "nobody speaks for the enterprise"
    refused = desk.post(f"/outbox/{row['id']}/rearm")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:liaison:not-theirs")
    entered(desk, author(desk, place), place.enterprise)
    assert desk.post(f"/outbox/{row['id']}/rearm").json()["state"] == Delivery.PENDING


def test_reply_at_the_same_moment_does_not_reach_who_leaves(desk: Desk) -> None:
    place, partner = settle_in(desk, SHENYANG), known(desk, "o-partner")
    entered(desk, partner, place.enterprise)
    answer = second(
        desk, lambda session: replied(session, place.number, desk), f"/contacts/{place.contact}/end"
    )
    assert answer.status_code == 200
    assert told(desk) == [(partner, "pending")]


def test_stranger_keeps_hearing_of_their_own_case(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    stranger = known(desk, "o-stranger")
    with desk.database.transaction() as session:
        number = asked(session, desk)
        ticket = session.scalars(select(Ticket).where(Ticket.person_id == stranger)).one()
        who = party(session, LEADER)
        assert who is not None
        assert who.official is not None
        ticket.owner_id = who.official.id
        session.flush()
        replied(session, number, desk)
    assert told(desk) == [(stranger, "pending")]


@pytest.mark.parametrize(
    "change",
    [
        {"person_id": None},
        {"person_id": 0},
        {"enterprise_id": "x"},
        {"name": ""},
        {"name": "x" * 51},
        {"role": "a\nb"},
        {"since": "2026-01-01"},
    ],
)
def test_senseless_contacts_are_refused(small_desk: Desk, change: dict[str, Any]) -> None:
    place = settle_in(small_desk, SHENYANG)
    body = {"person_id": known(small_desk, "o-new"), "enterprise_id": place.enterprise} | change
    assert small_desk.post("/contacts", body).status_code == 422
    assert len(small_desk.get("/contacts").json()["items"]) == 1
