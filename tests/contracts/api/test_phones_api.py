"""Officials' numbers through the API: whole they only go in, and what is kept tells nobody the number."""

import hashlib
import json

import pytest
from sqlalchemy import select, text

from models.rules.phones import only_number
from models.tables import IdempotentAnswer, OfficialPhone
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, settle_in

NUMBER, SAME = "138 4000 1234", "+86-13840001234"


def test_number_goes_in_whole_and_comes_out_as_its_tail(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/officials/{place.official}/phones"
    made = desk.post(path, {"number": NUMBER}, once="one")
    now = desk.clock().isoformat().replace("+00:00", "Z")
    shown = {
        "id": made.json()["id"],
        "official_id": place.official,
        "tail": "1234",
        "since": now,
        "ended_at": None,
    }
    assert (made.status_code, made.json()) == (201, shown)
    assert made.headers["location"] == f"/api/v1{path}/{shown['id']}"
    assert desk.get(f"{path}/{shown['id']}").json() == shown
    assert desk.get(path).json() == {"items": [shown], "next": None}
    assert desk.post(path, {"number": SAME}).json() == shown
    again = desk.post(path, {"number": NUMBER}, once="one")
    assert (again.json(), again.headers["idempotent-replayed"]) == (shown, "true")


def test_nothing_that_is_kept_tells_the_number(desk: Desk) -> None:
    """Eleven digits are guessed in minutes: no row may hold them, nor a hash of them without a key."""
    place = settle_in(desk, SHENYANG)
    path = f"/officials/{place.official}/phones"
    desk.post(path, {"number": "13840001234"}, once="one")
    number = only_number(NUMBER)
    assert number is not None
    guesses = [number.dialled, f"number:{number.dialled}", f'/api/v1{path}\n{{"number":"13840001234"}}']
    digests = {hashlib.sha256(guess.encode()).hexdigest() for guess in guesses}
    with desk.database.reading() as session:
        row = session.scalars(select(OfficialPhone)).one()
        answer = session.scalars(select(IdempotentAnswer)).one()
        tables = (
            session.execute(text(TABLES["sqlite" if desk.database.is_sqlite else "postgresql"]))
            .scalars()
            .all()
        )
        whole = [
            str(value)
            for name in tables
            for found in session.execute(text(f"SELECT * FROM {name}"))
            for value in found
        ]
    assert row.number_hash == desk.service.phone_key.seal(number)
    assert {row.number_hash, answer.request_digest} & digests == set()
    assert [value for value in whole if "40001234" in value] == []


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def test_number_is_one_officials_at_a_time(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    mine, theirs = (f"/officials/{place.official}/phones" for place in (here, there))
    made = desk.post(mine, {"number": NUMBER}).json()
    taken = desk.post(theirs, {"number": SAME})
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:liaison:number-taken")
    assert "1234" not in taken.text
    for _ in range(2):
        assert desk.send("DELETE", f"{mine}/{made['id']}", desk.key()).status_code == 204
    assert desk.get(f"{mine}/{made['id']}").json()["ended_at"] is not None
    assert desk.post(theirs, {"number": SAME}).status_code == 201


@pytest.mark.parametrize(
    "number",
    ["", "1384000123", "86892345", "12345", "110", "+85223456789", "call me", "13840001234 13840001235"],
)
def test_what_is_no_officials_number_is_refused_without_repeating_it(small_desk: Desk, number: str) -> None:
    place = settle_in(small_desk, SHENYANG)
    answer = small_desk.post(f"/officials/{place.official}/phones", {"number": number})
    assert answer.status_code == 422
    assert number == "" or number not in answer.text


def test_numbers_of_foreign_officials_do_not_exist(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    path = f"/officials/{there.official}/phones"
    phone = desk.post(path, {"number": NUMBER}).json()["id"]
    key = desk.key("admin", SHENYANG)
    nowhere = desk.get("/officials/999/phones", key)
    answers = [
        desk.get(path, key),
        desk.get(f"{path}/{phone}", key),
        desk.post(path, {"number": NUMBER}, key=key),
        desk.send("DELETE", f"{path}/{phone}", key),
        desk.get(f"/officials/{here.official}/phones/{phone}", key),
        desk.send("DELETE", f"/officials/{here.official}/phones/{phone}", key),
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, nowhere.text)}
    assert desk.get(f"{path}/{phone}").json()["ended_at"] is None


def test_openapi_document_names_no_field_a_number_could_leave_by(small_desk: Desk) -> None:
    shapes = small_desk.send("GET", "/openapi.json").json()["components"]["schemas"]
    assert set(shapes["PhoneView"]["properties"]) == {"id", "official_id", "tail", "since", "ended_at"}
    leaving = {name: shape for name, shape in shapes.items() if name.endswith(("View", "Card"))}
    assert "number_hash" not in json.dumps(leaving)
