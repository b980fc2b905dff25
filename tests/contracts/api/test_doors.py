"""Who gets in: no key, wrong role, foreign region, and requests that cannot be meant."""

import json
from datetime import timedelta
from typing import Any

import pytest

from models.actions import access
from tests.contracts.api.desk import DALIAN, HEPING, PROVINCE, SHENYANG, Call, Desk, lose_a_push, settle_in

PROBLEM = "application/problem+json"
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(desk: Desk) -> list[Call]:
    """Return every operation of the OpenAPI document, with 1 for each parameter in its path."""
    paths: dict[str, Any] = desk.send("GET", "/openapi.json").json()["paths"]
    found: list[Call] = []
    for path, item in paths.items():
        filled = "/".join("1" if part.startswith("{") else part for part in path.split("/"))
        found += [(method.upper(), filled, {}) for method in item if method in METHODS]
    return found


def test_openapi_document_is_3_1_and_names_the_nouns(small_desk: Desk) -> None:
    document = small_desk.send("GET", "/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/api/v1"}]
    assert set(document["paths"]) >= {
        "/officials",
        "/officials/{official_id}",
        "/enterprises",
        "/enterprises/{enterprise_id}",
        "/enterprises/{enterprise_id}/courtesy",
        "/enterprises/{enterprise_id}/contact",
        "/contacts",
        "/contacts/{contact_id}",
        "/contacts/{contact_id}/end",
        "/pairings",
        "/pairings/{pairing_id}",
        "/invites",
        "/invites/{invite_id}",
        "/tickets",
        "/tickets/{number}",
        "/tickets/{number}/events",
        "/tickets/{number}/messages",
        "/tickets/{number}/actions/reassign",
        "/tickets/{number}/actions/uphold",
        "/tickets/{number}/actions/overturn",
        "/tickets/{number}/actions/write_off",
        "/tickets/{number}/actions/merge",
        "/tickets/{number}/actions/separate",
        "/tickets/{number}/actions/shield",
        "/tickets/{number}/actions/unshield",
        "/events",
        "/events/{event_id}",
        "/outbox",
        "/outbox/{outbox_id}",
        "/outbox/{outbox_id}/rearm",
        "/reconciliation",
        "/delegations",
        "/delegations/{delegation_id}",
        "/officials/{official_id}/retire",
        "/officials/{official_id}/handover",
        "/officials/{official_id}/handover/{handover_id}",
        "/visits",
        "/officials/{official_id}/phones",
        "/officials/{official_id}/phones/{phone_id}",
        "/verifications",
        "/leads",
        "/leads/{lead_id}",
        "/leads/{lead_id}/decision",
        "/keys",
        "/keys/{key_id}",
        "/keys/{key_id}/rotate",
        "/keys/{key_id}/revoke",
        "/calendar/notices",
        "/calendar/{year}",
        "/webhooks",
        "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
        "/audit",
        "/audit/anchors",
        "/people/{person_id}",
        "/people/{person_id}/forget",
        "/ledgers/{type}",
        "/ledgers/{type}.csv",
        "/ledgers/{type}.xlsx",
        "/imports",
        "/imports/{import_id}",
        "/imports/{import_id}/undo",
        "/briefings/{official_id}",
        "/briefings/{official_id}.xlsx",
        "/briefings/{official_id}.html",
        "/patterns",
        "/patterns/{pattern_id}",
        "/patterns/{pattern_id}/actions/rename",
        "/patterns/{pattern_id}/actions/split",
        "/patterns/{pattern_id}/actions/join",
        "/patterns/{pattern_id}/actions/dismiss",
        "/patches",
        "/patches/{patch_id}",
        "/patches/{patch_id}/events",
        "/patches/{patch_id}/actions/draft",
        "/patches/{patch_id}/actions/consult",
        "/patches/{patch_id}/actions/amend",
        "/patches/{patch_id}/actions/issue",
        "/patches/{patch_id}/actions/take_effect",
        "/patches/{patch_id}/actions/evaluate",
        "/patches/{patch_id}/actions/restart",
        "/patches/{patch_id}/actions/keep",
        "/patches/{patch_id}/actions/drop",
        "/patches/{patch_id}/actions/progress",
        "/patches/{patch_id}/actions/do_step",
        "/patches/{patch_id}/actions/give",
        "/patches/{patch_id}/actions/clear",
    }


def test_every_operation_wants_a_key(small_desk: Desk) -> None:
    calls = operations(small_desk)
    assert len(calls) > 60
    for key in (None, "wrong"):
        answers = small_desk.all_at_once(calls, key)
        assert {(a.status_code, a.headers["content-type"]) for a in answers} == {(401, PROBLEM)}
        assert {a.headers["www-authenticate"] for a in answers} == {'Bearer realm="liaison"'}


def test_revoked_and_expired_keys_are_worthless(desk: Desk) -> None:
    raw = desk.key("viewer")
    with desk.database.transaction() as session:
        ends = desk.clock() + timedelta(hours=1)
        access.create_key(
            session, "short", name="n", role="viewer", region=None, expires_at=ends, now=desk.clock()
        )
    assert [desk.get("/officials", key).status_code for key in (raw, "short")] == [200, 200]
    desk.clock.advance(timedelta(hours=1))
    with desk.database.transaction() as session:
        found = access.find_key(session, raw, now=desk.clock())
        assert found is not None
        assert access.revoke_key(session, found.id, now=desk.clock()) is True
        assert access.revoke_key(session, found.id, now=desk.clock()) is False
    assert [desk.get("/officials", key).status_code for key in (raw, "short")] == [401, 401]


def test_key_is_kept_as_a_hash_only(desk: Desk) -> None:
    raw = desk.key("viewer")
    with desk.database.reading() as session:
        row = access.find_key(session, raw, now=desk.clock())
        assert row is not None
        assert raw not in [str(value) for value in vars(row).values()]
        assert row.key_hash == access.key_hash(raw)


def test_foreign_objects_do_not_exist(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    key = desk.key("admin", SHENYANG)
    assert {desk.get(path, key).status_code for path in here.paths()} == {200}
    foreign = [desk.get(path, key) for path in there.paths()]
    nowhere = [desk.get(path, key) for path in ("/officials/999", "/tickets/1046", "/tickets/9")]
    assert {(a.status_code, a.text) for a in foreign} == {(404, nowhere[0].text)}
    assert {a.text for a in nowhere} == {nowhere[0].text}


def test_foreign_objects_are_on_no_list(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    for noun, name in (
        ("officials", "official"),
        ("enterprises", "enterprise"),
        ("pairings", "pairing"),
        ("contacts", "contact"),
        ("invites", "invite"),
        ("outbox", "outbox"),
    ):
        both = {getattr(here, name), getattr(there, name)}
        assert {row["id"] for row in desk.get(f"/{noun}").json()["items"]} == both
        mine = desk.get(f"/{noun}", desk.key("viewer", SHENYANG)).json()["items"]
        assert {row["id"] for row in mine} == {getattr(here, name)}
    key = desk.key("viewer", SHENYANG)
    assert [row["number"] for row in desk.get("/tickets", key).json()["items"]] == [here.number]
    assert {row["ticket"] for row in desk.events(2)} == {here.number, there.number}
    assert {row["ticket"] for row in desk.get("/events", key).json()["items"]} == {here.number}


def test_foreign_objects_cannot_be_written_to(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    key = desk.key("admin", SHENYANG)
    writes: list[Call] = [
        ("POST", "/pairings", {"json": {"enterprise_id": there.enterprise, "official_id": here.official}}),
        ("POST", "/pairings", {"json": {"enterprise_id": here.enterprise, "official_id": there.official}}),
        ("DELETE", f"/pairings/{there.pairing}", {}),
        ("POST", "/invites", {"json": {"official_id": there.official}}),
        ("POST", "/invites", {"json": {"enterprise_id": there.enterprise}}),
        ("POST", f"/outbox/{there.outbox}/rearm", {}),
        ("POST", f"/contacts/{there.contact}/end", {}),
        ("POST", "/tickets", {"json": {"contact_id": there.contact, "text": "x"}}),
        ("POST", "/officials", {"json": official(SHENYANG) | {"kind": "aide", "leader_id": there.official}}),
    ]
    assert [a.status_code for a in desk.all_at_once(writes, key)] == [404] * len(writes)
    assert desk.get(f"/pairings/{there.pairing}").json()["ended_at"] is None
    assert desk.post("/officials", official(DALIAN), key=key).status_code == 403
    assert desk.post("/enterprises", {"name": "n", "region": DALIAN}, key=key).status_code == 403
    assert desk.post("/officials", official(SHENYANG), key=key).status_code == 201


def test_region_reaches_what_lies_in_it(desk: Desk) -> None:
    district = settle_in(desk, HEPING)
    for region, status in ((HEPING, 200), (SHENYANG, 200), (PROVINCE, 200), (DALIAN, 404), ("210103", 404)):
        assert desk.get(f"/tickets/{district.number}", desk.key("viewer", region)).status_code == status


def test_openids_are_for_administrators(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/contacts/{place.contact}"
    assert desk.get(path).json()["openid"] == f"o-owner-{SHENYANG}"
    for role in ("viewer", "supervisor"):
        for where in (path, "/contacts", "/outbox", "/tickets", f"/outbox/{place.outbox}", "/events"):
            assert f"o-owner-{SHENYANG}" not in desk.get(where, desk.key(role)).text


def test_reconciliation_is_for_keys_without_a_region(desk: Desk) -> None:
    assert desk.get("/reconciliation").json() == {"items": [], "next": None}
    lost = lose_a_push(desk)
    assert desk.get("/reconciliation").json()["items"] == [
        {"id": lost, "kind": "text", "received_at": desk.clock().isoformat().replace("+00:00", "Z")}
    ]
    assert desk.get("/reconciliation", desk.key("admin", SHENYANG)).status_code == 403


def official(region: str) -> dict[str, Any]:
    return {"name": "n", "post": "p", "department": "d", "region": region}


def test_unknown_parameters_are_refused_everywhere(small_desk: Desk) -> None:
    place = settle_in(small_desk, SHENYANG)
    lists = ["/officials", "/enterprises", "/pairings", "/contacts", "/invites", "/tickets", "/events"]
    reads = [*lists, "/outbox", "/reconciliation", *place.paths()]
    assert {small_desk.get(path).status_code for path in reads} == {200}
    assert {small_desk.get(path, zz="1").status_code for path in reads} == {422}
    posted = small_desk.send("POST", "/officials?zz=1", small_desk.key(), json=official(SHENYANG))
    assert posted.status_code == 422


@pytest.mark.parametrize("path", ["/officials?limit=0", "/officials?limit=201", "/officials?after=%00",
    "/events?after=MQ", "/officials?after=LTE", "/tickets?overdue=perhaps", "/tickets?type=rain",
    "/officials/0", "/officials/9223372036854775808", "/officials/x"])  # fmt: skip
def test_senseless_parameters_are_refused(small_desk: Desk, path: str) -> None:
    answer = small_desk.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert set(answer.json()) == {"type", "title", "status", "errors"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 51),
        ("name", "a\x00b"),
        ("name", "a\nb"),
        ("name", "\ud800"),
        ("region", "999999"),
        ("region", "21"),
        ("kind", "queen"),
        ("kind", "aide"),
        ("leader_id", 1),
        ("phone_tail", "12a4"),
        ("zz\ud800", 1),
    ],
)
def test_senseless_officials_are_refused(desk: Desk, field: str, value: object) -> None:
    body = json.dumps(official(SHENYANG) | {field: value})
    answer = desk.send(
        "POST", "/officials", desk.key(), content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert desk.get("/officials").json()["items"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"name":' * 2000, b"1" * 5000, b"NaN"])
def test_unreadable_bodies_are_refused(small_desk: Desk, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = small_desk.send("POST", "/officials", small_desk.key(), content=body, headers=headers)
    assert (answer.status_code in {400, 422}, answer.headers["content-type"]) == (True, PROBLEM)
    for key in (None, "wrong"):
        refused = small_desk.send("POST", "/officials", key, content=body, headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"][:6]) == (401, "Bearer"), key


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/json"])
def test_whoever_sends_something_else_than_a_json_object_is_told_what_is_wanted(
    small_desk: Desk, kind: str
) -> None:
    body = b'["name"]' if kind == "application/json" else json.dumps(official(SHENYANG)).encode()
    headers = {"content-type": kind}
    answer = small_desk.send("POST", "/officials", small_desk.key(), content=body, headers=headers)
    (flaw,) = answer.json()["errors"]
    assert (answer.status_code, flaw["where"]) == (422, "body")
    assert flaw["says"] == "A JSON object is wanted here, sent as application/json"


def test_long_bodies_are_refused_announced_or_not(small_desk: Desk) -> None:
    async def chunks() -> Any:
        for _ in range(70):
            yield b" " * 1024

    headers = {"content-type": "application/json"}
    for content in (b" " * 70_000, chunks()):
        answer = small_desk.send("POST", "/officials", small_desk.key(), content=content, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


def test_wrong_paths_and_methods_are_problems(small_desk: Desk) -> None:
    lost = small_desk.get("/nothing")
    assert (lost.status_code, lost.headers["content-type"]) == (404, PROBLEM)
    wrong = small_desk.send("PUT", "/officials", small_desk.key())
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, PROBLEM)
    assert wrong.headers["allow"] in {"GET", "POST", "GET, POST"}
