"""ETags: what has not changed is not sent again, and a change may name what it was seen as."""

from typing import Any

import pytest

from models.actions import people
from tests.contracts.api.desk import SHENYANG, Call, Desk, Place, enterprise, leader, settle_in
from tests.contracts.api.test_authorization import a_pattern
from tests.contracts.api.test_imports_api import bring
from tests.lists import firms

REASON = {"reason": "专班人手不足"}


def changes(place: Place, other: int) -> list[tuple[str, str, str, Any]]:
    """Return what is read, and each way to change it: path, method, path, body."""
    ticket, key = f"/tickets/{place.number}", "/keys/2"
    official, courtesy = f"/officials/{place.official}", f"/enterprises/{place.enterprise}/courtesy"
    contact, outbox = f"/contacts/{place.contact}", f"/outbox/{place.outbox}"
    pairing = f"/pairings/{place.pairing}"
    verbs = ("uphold", "overturn", "write_off")
    return [
        (pairing, "DELETE", pairing, None),
        (ticket, "POST", f"{ticket}/actions/reassign", REASON | {"owner_id": other}),
        *((ticket, "POST", f"{ticket}/actions/{verb}", REASON) for verb in verbs),
        (official, "POST", f"{official}/handover", REASON | {"to": other}),
        (official, "POST", f"{official}/retire", None),
        (courtesy, "POST", courtesy, {"quiet_hours": "none"}),
        (contact, "POST", f"{contact}/end", None),
        (outbox, "POST", f"{outbox}/rearm", None),
        (key, "POST", f"{key}/rotate", None),
        (key, "POST", f"{key}/revoke", None),
    ]


def test_what_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    key = desk.key("viewer")
    for path in [*place.paths(), "/tickets", "/officials", "/events"]:
        first = desk.get(path, key)
        tag = first.headers["etag"]
        for said in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = desk.send("GET", path, key, headers={"If-None-Match": said})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert "content-type" not in again.headers
        other = desk.send("GET", path, key, headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


def test_tag_changes_with_the_thing(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/enterprises/{place.enterprise}/courtesy"
    tag = desk.get(path).headers["etag"]
    assert desk.post(path, {"quiet_hours": "none"}).status_code == 200
    fresh = desk.send("GET", path, desk.key(), headers={"If-None-Match": tag})
    assert (fresh.status_code, fresh.json()["quiet_hours"]) == (200, "none")
    assert fresh.headers["etag"] != tag


def test_changes_of_what_was_not_seen_are_refused_and_change_nothing(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        other = leader(session, SHENYANG, desk)
    desk.key(), desk.key("viewer")
    for read, method, path, body in changes(place, other):
        before = desk.get(read)
        answer = desk.send(method, path, desk.key(), json=body, headers={"If-Match": '"other"'})
        assert (path, answer.status_code, answer.json()["type"]) == (path, 412, "urn:liaison:changed")
        assert desk.get(read).content == before.content


def test_changes_of_what_was_seen_are_made(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        other = leader(session, SHENYANG, desk)
    desk.key(), desk.key("viewer")
    for read, method, path, body in changes(place, other):
        tag = desk.get(read).headers["etag"]
        answer = desk.send(method, path, desk.key(), json=body, headers={"If-Match": tag})
        # What the rules refuse at this stage is refused by them, and not by the ETag.
        assert answer.status_code in {200, 201, 204, 409}, (path, answer.text)
        if answer.status_code != 409 and not path.endswith("/handover"):  # which changes what they had
            assert desk.get(read).headers["etag"] != tag


def test_list_and_webhook_that_were_not_seen_are_left_alone(desk: Desk) -> None:
    made = bring(desk, "enterprises", firms(1))
    hook = desk.post("/webhooks", {"name": "n", "url": "https://example.cn/"}).json()
    for read, verb, done in (
        (f"/imports/{made['id']}", "undo", 200),
        (f"/webhooks/{hook['id']}", "test", 202),
    ):
        tag, path = desk.get(read).headers["etag"], f"{read}/{verb}"
        refused = desk.send("POST", path, desk.key(), headers={"If-Match": '"other"'})
        assert (path, refused.status_code, refused.json()["type"]) == (path, 412, "urn:liaison:changed")
        assert desk.get(read).headers["etag"] == tag
        answer = desk.send("POST", path, desk.key(), headers={"If-Match": tag})
        assert (path, answer.status_code) == (path, done)
    assert len(desk.get(f"/webhooks/{hook['id']}/deliveries").json()["items"]) == 1


@pytest.mark.parametrize("said", ["*", None])
def test_any_state_will_do_or_none_is_named(desk: Desk, said: str | None) -> None:
    place = settle_in(desk, SHENYANG)
    headers = {} if said is None else {"If-Match": said}
    path = f"/pairings/{place.pairing}"
    assert desk.send("DELETE", path, desk.key(), headers=headers).status_code == 204


def test_two_changes_of_the_same_state_are_one(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/enterprises/{place.enterprise}/courtesy"
    headers = {"If-Match": desk.get(path).headers["etag"]}
    calls: list[Call] = [
        ("POST", path, {"json": {"contact_budget": n}, "headers": headers}) for n in range(6)
    ]
    answers = desk.all_at_once(calls, desk.key())
    assert sorted(a.status_code for a in answers) == [200] + [412] * 5
    [done] = [a.json() for a in answers if a.status_code == 200]
    assert desk.get(path).json()["contact_budget"] == done["contact_budget"]


def test_repeat_with_a_key_is_answered_whatever_it_was_seen_as(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/enterprises/{place.enterprise}/courtesy"
    headers = {"If-Match": desk.get(path).headers["etag"], "Idempotency-Key": "one"}
    first, again = (
        desk.send("POST", path, desk.key(), json={"contact_budget": 1}, headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())


def test_person_or_pattern_that_was_not_seen_as_it_is_stays(desk: Desk) -> None:
    """A second contact has come meanwhile: nobody is forgotten for what they were an hour ago."""
    place = settle_in(desk, SHENYANG)
    person = desk.get(f"/contacts/{place.contact}").json()["person_id"]
    with desk.database.transaction() as session:
        pattern = f"/patterns/{a_pattern(session, place.number, desk)}"
    read, change = f"/people/{person}", f"/people/{person}/forget"
    tags = {path: desk.get(path).headers["etag"] for path in (read, pattern)}
    assert desk.get(read).json() == {
        "id": person,
        "official_id": None,
        "contacts": [place.contact],
        "forgotten_at": None,
    }
    with desk.database.transaction() as session:
        firm = enterprise(session, SHENYANG, desk)
        people.join(session, person, firm, name="林向晚", role="会计", now=desk.clock())
    assert desk.post(f"{pattern}/actions/rename", {"title": "园区欠款"}).status_code == 200
    for path, body, old in (
        (change, {"reason": "asked for in writing"}, tags[read]),
        (f"{pattern}/actions/dismiss", REASON, tags[pattern]),
    ):
        answer = desk.send("POST", path, desk.key(), json=body, headers={"If-Match": old})
        assert (path, answer.status_code) == (path, 412)
    assert desk.get(read).json()["forgotten_at"] is None
    assert desk.get(pattern).json()["state"] != "dismissed"
    now = {"If-Match": desk.get(read).headers["etag"]}
    done = desk.send("POST", change, desk.key(), json={"reason": "asked for in writing"}, headers=now)
    assert (done.status_code, done.json()) == (200, desk.get(read).json())
    assert done.json()["contacts"] == []
    gone = {"If-Match": desk.get(pattern).headers["etag"]}
    assert (
        desk.send("POST", f"{pattern}/actions/dismiss", desk.key(), json=REASON, headers=gone).status_code
        == 200
    )
