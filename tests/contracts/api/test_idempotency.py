"""A POST that is sent twice with one Idempotency-Key happens once."""

from typing import Any

import pytest

from tests.contracts.api.desk import SHENYANG, Call, Desk

BODY = {"name": "n", "post": "p", "department": "d", "region": SHENYANG}


def names(desk: Desk) -> list[str]:
    return [row["name"] for row in desk.get("/officials").json()["items"]]


def test_repeat_gets_the_first_answer(desk: Desk) -> None:
    first, second = (desk.post("/officials", BODY, once="one") for _ in range(2))
    assert (second.status_code, second.json(), second.headers["location"]) == (
        201,
        first.json(),
        first.headers["location"],
    )
    assert [a.headers.get("idempotent-replayed") for a in (first, second)] == [None, "true"]
    assert names(desk) == ["n"]


def test_without_a_key_twice_is_twice(desk: Desk) -> None:
    assert [desk.post("/officials", BODY).status_code for _ in range(2)] == [201, 201]
    assert names(desk) == ["n", "n"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("/officials", BODY | {"name": "m"}), ("/enterprises", {"name": "n", "region": SHENYANG})],
)
def test_key_with_another_request_is_refused(desk: Desk, path: str, body: dict[str, Any]) -> None:
    desk.post("/officials", BODY, once="one")
    other = desk.post(path, body, once="one")
    assert (other.status_code, other.json()["type"]) == (422, "urn:liaison:key-reused")
    assert (names(desk), desk.get("/enterprises").json()["items"]) == (["n"], [])


def test_same_request_may_be_spelled_otherwise(desk: Desk) -> None:
    desk.post("/officials", BODY, once="one")
    spelled = dict(reversed(BODY.items())) | {"kind": "leader", "phone_tail": None}
    assert desk.post("/officials", spelled, once="one").status_code == 201
    assert names(desk) == ["n"]


def test_keys_of_two_callers_do_not_meet(desk: Desk) -> None:
    desk.post("/officials", BODY, once="one")
    other = desk.post("/officials", BODY | {"name": "m"}, once="one", key=desk.key("admin", SHENYANG))
    assert (other.status_code, names(desk)) == (201, ["n", "m"])


def test_refusal_is_not_kept(desk: Desk) -> None:
    aide = BODY | {"kind": "aide", "leader_id": 1}
    assert desk.post("/officials", aide, once="one").status_code == 404
    assert desk.post("/officials", BODY).json()["id"] == 1
    assert desk.post("/officials", aide, once="one").status_code == 201


def test_repeats_at_the_same_time_happen_once(desk: Desk) -> None:
    call: Call = ("POST", "/officials", {"json": BODY, "headers": {"Idempotency-Key": "one"}})
    answers = desk.all_at_once([call] * 12, desk.key())
    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    assert sorted(a.headers.get("idempotent-replayed", "") for a in answers) == ["", *["true"] * 11]
    assert names(desk) == ["n"]


@pytest.mark.parametrize("once", ["a b", "", "x" * 201])
def test_senseless_keys_are_refused(small_desk: Desk, once: str) -> None:
    assert small_desk.post("/officials", BODY, once=once).status_code == 422


def test_more_requests_than_threads_are_all_answered(desk: Desk) -> None:
    """80 at once: a pool of 40 threads, and fewer connections than that."""
    key = desk.key()
    writes: list[Call] = [("POST", "/officials", {"json": BODY | {"name": str(n)}}) for n in range(40)]
    reads: list[Call] = [("GET", "/officials", {})] * 40
    answers = desk.all_at_once([call for pair in zip(writes, reads, strict=True) for call in pair], key)
    assert sorted(a.status_code for a in answers) == [200] * 40 + [201] * 40
    assert sorted(names(desk), key=int) == [str(n) for n in range(40)]
