"""Officials, enterprises, pairings, invites and contacts through the API, from outside to the database."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models.actions import people, roster
from models.session import Database
from models.tables import IdempotentAnswer, Invite, Pairing
from tests.contracts.api.desk import (
    DALIAN,
    REFUSE_AT_COMMIT,
    SHENYANG,
    Desk,
    enterprise,
    leader,
    second,
    settle_in,
)

CODE = "91210100DEM000014A"


def test_official_reads_as_it_was_written(desk: Desk) -> None:
    body = {
        "name": " 安予诚 ",
        "post": "副省长",
        "department": "辽宁省人民政府",
        "region": "210000",
        "phone_tail": "3059",
    }
    made = desk.post("/officials", body)
    shown = body | {"name": "安予诚", "kind": "leader", "leader_id": None, "is_active": True}
    now = desk.clock().isoformat().replace("+00:00", "Z")
    assert made.json() == shown | {"id": made.json()["id"], "created_at": now}
    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/officials/{made.json()['id']}")
    assert desk.get(f"/officials/{made.json()['id']}").json() == made.json()


def test_aide_works_for_a_leader_in_office(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    aide = {"name": "n", "post": "p", "department": "d", "region": SHENYANG, "kind": "aide"}
    first = desk.post("/officials", aide | {"leader_id": place.official})
    assert (first.status_code, first.json()["leader_id"]) == (201, place.official)
    second = desk.post("/officials", aide | {"leader_id": first.json()["id"]})
    assert (second.status_code, second.json()["type"]) == (409, "urn:liaison:not-a-leader")
    assert desk.post("/officials", aide | {"leader_id": 999}).status_code == 404


def test_credit_code_is_checked_and_unique(desk: Desk) -> None:
    body = {"name": "云杉里", "region": SHENYANG, "stage": "mature", "credit_code": CODE}
    wrong = desk.post("/enterprises", body | {"credit_code": "91210100DEM000014B"})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "urn:liaison:credit-code")
    assert desk.post("/enterprises", body).status_code == 201
    again = desk.post("/enterprises", body)
    assert (again.status_code, again.json()["type"]) == (409, "urn:liaison:credit-code-taken")
    found = desk.get("/enterprises", credit_code=CODE).json()["items"]
    assert [(row["name"], row["credit_code"], row["stage"]) for row in found] == [("云杉里", CODE, "mature")]


def test_leader_has_twenty_slots_and_the_lowest_free_one_is_taken(desk: Desk) -> None:
    with desk.database.transaction() as session:
        official_id = leader(session, SHENYANG, desk)
        firms = [enterprise(session, SHENYANG, desk) for _ in range(22)]
    pairs = [{"enterprise_id": firm, "official_id": official_id} for firm in firms]
    made = [desk.post("/pairings", pair) for pair in pairs[:20]]
    assert [answer.json()["slot"] for answer in made] == list(range(1, 21))
    full = desk.post("/pairings", pairs[20])
    assert (full.status_code, full.json()["type"]) == (409, "urn:liaison:too-many-pairings")

    seventh = f"/pairings/{made[6].json()['id']}"
    assert desk.send("DELETE", seventh, desk.key()).status_code == 204
    assert (desk.get(seventh).json()["slot"], desk.get(seventh).json()["ended_at"] is None) == (None, False)
    assert desk.send("DELETE", seventh, desk.key()).status_code == 204
    assert desk.post("/pairings", pairs[20]).json()["slot"] == 7
    assert desk.post("/pairings", pairs[21]).status_code == 409


def test_enterprise_has_one_leader_at_a_time(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        other = leader(session, SHENYANG, desk)
    body = {"enterprise_id": place.enterprise, "official_id": other}
    twice = desk.post("/pairings", body)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:liaison:already-paired")
    desk.send("DELETE", f"/pairings/{place.pairing}", desk.key())
    assert desk.post("/pairings", body).status_code == 201
    listed = desk.get("/pairings", official_id=other).json()["items"]
    assert [row["enterprise_id"] for row in listed] == [place.enterprise]


def test_database_itself_refuses_a_twenty_first_pairing(desk: Desk) -> None:
    with desk.database.transaction() as session:
        official_id = leader(session, SHENYANG, desk)
        firms = [enterprise(session, SHENYANG, desk) for _ in range(21)]
        for firm in firms[:20]:
            roster.pair(session, enterprise_id=firm, official_id=official_id, now=desk.clock())
    for slot in (1, 21, None):
        row = Pairing(enterprise_id=firms[20], official_id=official_id, slot=slot, since=desk.clock())
        with pytest.raises(IntegrityError), desk.database.transaction() as session:
            session.add(row)


def race(database: Database, wishes: list[tuple[int, int]], desk: Desk) -> list[str]:
    """Pair each (enterprise, official) in a thread of its own, all at once; return how each ended."""
    start = threading.Barrier(len(wishes))

    def one(wish: tuple[int, int]) -> str:
        start.wait()
        try:
            with database.transaction() as session:
                roster.pair(session, enterprise_id=wish[0], official_id=wish[1], now=desk.clock())
        except (roster.TooManyPairings, roster.AlreadyPaired) as refused:
            return type(refused).__name__
        return "paired"

    with ThreadPoolExecutor(len(wishes)) as pool:
        return sorted(pool.map(one, wishes))


def test_race_for_the_last_slots_ends_at_twenty(desk: Desk) -> None:
    with desk.database.transaction() as session:
        official_id = leader(session, SHENYANG, desk)
        firms = [enterprise(session, SHENYANG, desk) for _ in range(24)]
        for firm in firms[:16]:
            roster.pair(session, enterprise_id=firm, official_id=official_id, now=desk.clock())
    ended = race(desk.database, [(firm, official_id) for firm in firms[16:]], desk)
    assert ended == ["TooManyPairings"] * 4 + ["paired"] * 4
    with desk.database.reading() as session:
        slots = session.scalars(select(Pairing.slot).where(Pairing.official_id == official_id))
        assert sorted(slot or 0 for slot in slots) == list(range(1, 21))


def test_race_for_one_enterprise_has_one_winner(desk: Desk) -> None:
    with desk.database.transaction() as session:
        officials = [leader(session, SHENYANG, desk) for _ in range(6)]
        firm = enterprise(session, SHENYANG, desk)
    ended = race(desk.database, [(firm, official_id) for official_id in officials], desk)
    assert ended == ["AlreadyPaired"] * 5 + ["paired"]


def test_second_pairing_of_an_enterprise_waits_and_is_refused(desk: Desk) -> None:
    with desk.database.transaction() as session:
        first, other = leader(session, SHENYANG, desk), leader(session, SHENYANG, desk)
        firm = enterprise(session, SHENYANG, desk)
    answer = second(
        desk,
        lambda session: roster.pair(session, enterprise_id=firm, official_id=first, now=desk.clock()),
        "/pairings",
        {"enterprise_id": firm, "official_id": other},
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:liaison:already-paired")


def test_second_enterprise_with_a_credit_code_waits_and_is_refused(desk: Desk) -> None:
    body = {"name": "n", "region": SHENYANG, "credit_code": CODE}
    answer = second(
        desk,
        lambda session: roster.add_enterprise(session, **body, stage=None, now=desk.clock()),
        "/enterprises",
        body,
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:liaison:credit-code-taken")


@pytest.mark.parametrize("target", ["official", "enterprise"])
def test_invite_shows_its_code_once_and_keeps_its_hash(desk: Desk, target: str) -> None:
    place = settle_in(desk, SHENYANG)
    name = {"contact_name": "白露", "contact_role": "财务经理"} if target == "enterprise" else {}
    body = {f"{target}_id": getattr(place, target), "expires_in_hours": 2} | name
    made = desk.post("/invites", body, once="one")
    shown = made.json()
    assert set(shown) == {"id", "code", "scene", "expires_at", "qr_url"}
    assert re.fullmatch("[a-z2-7]{26}", shown["code"])
    assert (shown["scene"], shown["qr_url"]) == (f"bind:{shown['code']}", None)
    due = desk.clock() + timedelta(hours=2)
    assert shown["expires_at"] == due.isoformat().replace("+00:00", "Z")
    assert shown["code"] not in desk.get(f"/invites/{shown['id']}").text + desk.get("/invites").text
    with desk.database.reading() as session:
        assert people.find_invite(session, shown["code"], now=desk.clock()).id == shown["id"]
        kept = [*session.scalars(select(Invite)), *session.scalars(select(IdempotentAnswer))]
        assert not any(shown["code"] in repr(vars(row)) for row in kept)


def test_invites_differ_and_a_repeat_does_not(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    body = {"official_id": place.official}
    asked = ["one", "one", "two", None, None]
    codes = [desk.post("/invites", body, once=once).json()["code"] for once in asked]
    assert (codes[0] == codes[1], len(set(codes))) == (True, 4)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"official_id": 1, "enterprise_id": 1},
        {"official_id": 1, "contact_name": "n"},
        {"official_id": 1, "expires_in_hours": 721},
        {"official_id": 1, "code": "x"},
    ],
)
def test_senseless_invites_are_refused(small_desk: Desk, body: dict[str, Any]) -> None:
    settle_in(small_desk, SHENYANG)
    assert small_desk.post("/invites", body).status_code == 422


def test_platform_that_does_not_answer_costs_only_the_qr_code(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    made = desk.post("/invites", {"official_id": place.official, "qr": True})
    assert (made.status_code, made.json()["qr_url"]) == (201, None)
    assert desk.get(f"/invites/{made.json()['id']}").status_code == 200


def test_contacts_name_their_enterprise(desk: Desk) -> None:
    here, _ = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    items = desk.get("/contacts", desk.key("viewer"), enterprise_id=here.enterprise).json()["items"]
    assert [
        (row["id"], row["enterprise"], row["name"], row["openid"], row["is_active"]) for row in items
    ] == [(here.contact, {"id": here.enterprise, "name": "云杉里机械"}, "林向晚", None, True)]


def test_commit_that_fails_is_never_answered_as_done(desk: Desk) -> None:
    """The insert succeeds and only the commit is refused, by the database itself."""
    with desk.database.transaction() as session:
        for statement in REFUSE_AT_COMMIT[desk.database.engine.dialect.name]:
            session.execute(text(statement))
    body = {"name": "n", "post": "p", "department": "d", "region": SHENYANG}
    for _ in range(2):
        answer = desk.post("/officials", body, once="one")
        assert (answer.status_code, answer.json()["type"]) == (500, "urn:liaison:database")
    assert desk.get("/officials").json()["items"] == []
    with desk.database.transaction() as session:
        session.execute(text("DROP TRIGGER refuse" + ("" if desk.database.is_sqlite else " ON officials")))
    assert desk.post("/officials", body, once="one").status_code == 201
