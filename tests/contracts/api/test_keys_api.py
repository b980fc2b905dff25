"""Keys over the API: made, listed, rotated, revoked, expiring, last used; and never shown twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.tables import ApiKey, IdempotentAnswer
from tests.contracts.api.desk import DALIAN, HEPING, PROVINCE, SHENYANG, Call, Desk

NEW = {"name": "督查室 张", "role": "supervisor"}


def made(desk: Desk, **more: Any) -> dict[str, Any]:
    answer = desk.post("/keys", NEW | more)
    assert answer.status_code == 201
    return dict(answer.json())


def opens(desk: Desk, secret: str) -> bool:
    status = desk.get("/officials", secret).status_code
    assert status in {200, 401}
    return status == 200


def test_key_is_made_listed_and_never_shown_again(desk: Desk) -> None:
    key = made(desk, region=SHENYANG)
    secret = key.pop("secret")
    assert opens(desk, secret)
    shown = desk.get(f"/keys/{key['id']}")
    assert shown.json() == key | {"last_used_at": shown.json()["last_used_at"]}
    everything = desk.get("/keys").text
    assert (key["name"] in everything, secret in everything) == (True, False)
    with desk.database.reading() as session:
        kept = session.get_one(ApiKey, key["id"])
        assert secret not in [str(value) for value in vars(kept).values()]


def test_repeat_makes_no_second_key_and_shows_no_secret(desk: Desk) -> None:
    first, again = (desk.post("/keys", NEW, once="one") for _ in range(2))
    assert first.json()["secret"]
    assert again.json() == first.json() | {"secret": None}
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    turned, once_more = (desk.post(f"/keys/{first.json()['id']}/rotate", once="two") for _ in range(2))
    assert once_more.json() == turned.json() | {"secret": None}
    with desk.database.reading() as session:
        kept = [str(row.body) for row in session.scalars(select(IdempotentAnswer))]
    secrets = [answer.json()["secret"] for answer in (first, turned)]
    assert len(kept) == 2
    assert [secret for secret in secrets for body in kept if secret in body] == []
    assert opens(desk, turned.json()["secret"])


def test_rotated_key_lets_the_old_secret_in_for_its_grace(desk: Desk) -> None:
    key = made(desk)
    turned = desk.post(f"/keys/{key['id']}/rotate", {"grace": 3600}).json()
    assert turned["id"] == key["id"]
    assert [opens(desk, one["secret"]) for one in (key, turned)] == [True, True]
    desk.clock.advance(timedelta(seconds=3599))
    assert opens(desk, key["secret"])
    desk.clock.advance(timedelta(seconds=1))
    assert [opens(desk, one["secret"]) for one in (key, turned)] == [False, True]


def test_idempotency_key_belongs_to_one_secret(desk: Desk) -> None:
    """As docs/api.md says: with the new secret it is refused, never done twice."""
    firm = {"name": "n", "region": SHENYANG}
    key = made(desk, role="admin")
    first = desk.post("/enterprises", firm, key=key["secret"], once="one")
    turned = desk.post(f"/keys/{key['id']}/rotate").json()
    old, new = (desk.post("/enterprises", firm, key=each["secret"], once="one") for each in (key, turned))
    assert (old.json(), old.headers["idempotent-replayed"]) == (first.json(), "true")
    assert (new.status_code, new.json()["type"]) == (422, "urn:liaison:key-reused")
    assert len(desk.get("/enterprises").json()["items"]) == 1


def test_second_rotation_ends_the_first_secret_and_none_of_grace_ends_at_once(desk: Desk) -> None:
    first = made(desk)
    path = f"/keys/{first['id']}/rotate"
    second, third = desk.post(path).json(), desk.post(path).json()
    assert [opens(desk, one["secret"]) for one in (first, second, third)] == [False, True, True]
    fourth = desk.post(path, {"grace": 0}).json()
    assert [opens(desk, one["secret"]) for one in (second, third, fourth)] == [False, False, True]
    assert fourth["previous_until"] is None


def test_revoked_key_is_worthless_with_both_secrets(desk: Desk) -> None:
    first = made(desk)
    second = desk.post(f"/keys/{first['id']}/rotate").json()
    ended = [desk.post(f"/keys/{first['id']}/revoke") for _ in range(2)]
    assert [(a.status_code, a.json()["state"]) for a in ended] == [(200, "revoked")] * 2
    assert ended[0].json() == ended[1].json()
    assert [opens(desk, one["secret"]) for one in (first, second)] == [False, False]
    late = desk.post(f"/keys/{first['id']}/rotate")
    assert (late.status_code, late.json()["type"]) == (409, "urn:liaison:key-ended")


def test_key_expires(desk: Desk) -> None:
    ends = desk.clock() + timedelta(hours=1)
    key = made(desk, expires_at=ends.isoformat())
    assert (opens(desk, key["secret"]), key["state"]) == (True, "live")
    desk.clock.advance(timedelta(hours=1))
    assert not opens(desk, key["secret"])
    assert desk.get(f"/keys/{key['id']}").json()["state"] == "expired"
    past = desk.post("/keys", NEW | {"expires_at": ends.isoformat()})
    assert (past.status_code, past.json()["type"]) == (422, "urn:liaison:expiry")


def test_last_use_is_known_to_the_minute(desk: Desk) -> None:
    key = made(desk)

    def last() -> Any:
        return desk.get(f"/keys/{key['id']}").json()["last_used_at"]

    assert last() is None
    opens(desk, key["secret"])
    first = desk.clock()
    desk.clock.advance(timedelta(seconds=10))
    opens(desk, key["secret"])
    assert last() == first.isoformat().replace("+00:00", "Z")
    desk.clock.advance(timedelta(minutes=1))
    opens(desk, key["secret"])
    assert last() == desk.clock().isoformat().replace("+00:00", "Z")


def test_key_of_a_region_manages_no_other(desk: Desk) -> None:
    mine, theirs, whole = (made(desk, region=region) for region in (SHENYANG, DALIAN, None))
    local = desk.key("admin", SHENYANG)
    listed = {row["id"] for row in desk.get("/keys", local).json()["items"]}
    assert (mine["id"] in listed, {theirs["id"], whole["id"]} & listed) == (True, set())
    for key in (theirs, whole):
        path = f"/keys/{key['id']}"
        calls: list[Call] = [
            ("GET", path, {}),
            ("POST", f"{path}/rotate", {}),
            ("POST", f"{path}/revoke", {}),
        ]
        assert [a.status_code for a in desk.all_at_once(calls, local)] == [404] * 3
        assert opens(desk, key["secret"])
    asked = {None: 403, PROVINCE: 403, DALIAN: 403, HEPING: 201}
    for region, status in asked.items():
        assert desk.post("/keys", NEW | {"region": region}, key=local).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"role": "king"}, {"region": "999999"}, {"expires_at": "tomorrow"},
     {"expires_at": "2030-01-01T00:00:00"}, {"secret": "mine"}],
)  # fmt: skip
def test_senseless_keys_are_refused(small_desk: Desk, wrong: dict[str, Any]) -> None:
    before = small_desk.get("/keys").json()
    assert small_desk.post("/keys", NEW | wrong).status_code == 422
    assert len(small_desk.get("/keys").json()["items"]) == len(before["items"])
