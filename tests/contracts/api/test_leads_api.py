"""Questions about callers and fraud leads through the API: for supervisors and administrators, by region."""

from typing import Any

import pytest

from models.actions import trust
from models.actions.trust import Question
from models.queries.people import party
from models.rules.phones import numbers_in
from tests.contracts.api.desk import DALIAN, HEPING, SHENYANG, Desk, settle_in, statements


def ask(desk: Desk, region: str, said: str) -> None:
    with desk.database.transaction() as session:
        who = party(session, f"o-owner-{region}")
        assert who is not None
        question = Question(who, numbers_in(said), said)
        trust.check(session, question, key=desk.service.phone_key, now=desk.clock())


def test_lead_reads_as_the_contract_says(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    ask(desk, SHENYANG, "13911112222自称省里的")
    now = desk.clock().isoformat().replace("+00:00", "Z")
    report = {
        "id": 1, "at": now, "tail": "2222", "verdict": "unknown", "claimed": None, "lead_id": 1,
        "enterprise": {"id": place.enterprise, "name": "云杉里机械"}, "said": "13911112222自称省里的",
    }  # fmt: skip
    lead = desk.get("/leads/1").json()
    [told] = lead.pop("reports")
    assert told == report | {"person_id": told["person_id"]}
    assert lead == {
        "id": 1, "day": "2026-11-24", "tail": "2222", "created_at": now, "finding": None, "note": None,
        "decided_at": None, "decided_by_key": None, "decided_by_official": None,
    }  # fmt: skip
    assert desk.get("/verifications").json()["items"][0]["tail"] == "2222"


def test_leads_of_other_regions_do_not_exist(desk: Desk) -> None:
    settle_in(desk, HEPING)
    settle_in(desk, DALIAN)
    ask(desk, HEPING, "13911112222")
    decision = {"finding": "fraud"}
    nowhere = desk.get("/leads/999")
    for region, status in ((HEPING, 200), (SHENYANG, 200), (DALIAN, 404), ("210103", 404)):
        key = desk.key("supervisor", region)
        answers = [desk.get("/leads/1", key), desk.post("/leads/1/decision", decision, key=key)]
        assert {answer.status_code for answer in answers} == {status}
        assert status == 200 or {answer.text for answer in answers} == {nowhere.text}
        seen = [len(desk.get(path, key).json()["items"]) for path in ("/leads", "/verifications")]
        assert seen == ([1, 1] if status == 200 else [0, 0])


def test_decision_is_replaced_and_says_who_made_it(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    ask(desk, SHENYANG, "13911112222")
    first = desk.post("/leads/1/decision", {"finding": "unclear"}).json()
    second = desk.post("/leads/1/decision", {"finding": "fraud", "note": " 已报警\n笔录在案 "}).json()
    assert [first["finding"], first["note"], second["finding"]] == ["unclear", None, "fraud"]
    assert second["note"] == "已报警\n笔录在案"
    assert second["decided_by_key"] is not None
    assert second["decided_by_official"] is None


@pytest.mark.parametrize(
    "body",
    [{}, {"finding": "perhaps"}, {"finding": "fraud", "note": "a\x00b"}, {"finding": "fraud", "x": 1}],
)
def test_senseless_decisions_are_refused(small_desk: Desk, body: dict[str, Any]) -> None:
    settle_in(small_desk, SHENYANG)
    ask(small_desk, SHENYANG, "13911112222")
    assert small_desk.post("/leads/1/decision", body).status_code == 422
    assert small_desk.get("/leads/1").json()["finding"] is None


def test_lists_are_paged_filtered_and_take_as_many_statements_for_three_as_for_one(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    ask(desk, SHENYANG, "13911112221")
    one = [_count(desk, path) for path in ("/leads", "/verifications")]
    ask(desk, SHENYANG, "13911112222 13911112223")
    assert [_count(desk, path) for path in ("/leads", "/verifications")] == one
    assert max(one) <= 3
    for path in ("/leads", "/verifications"):
        first = desk.get(path, limit=2).json()
        rest = desk.get(path, limit=2, after=first["next"]).json()
        assert [item["tail"] for item in first["items"] + rest["items"]] == ["2221", "2222", "2223"]
        assert rest["next"] is None
        assert desk.get(path, zz="1").status_code == 422
    desk.post("/leads/2/decision", {"finding": "fraud"})
    assert [lead["id"] for lead in desk.get("/leads", finding="fraud").json()["items"]] == [2]
    assert [lead["id"] for lead in desk.get("/leads", open=True).json()["items"]] == [1, 3]
    assert desk.get("/verifications", verdict="registered").json()["items"] == []


def _count(desk: Desk, path: str) -> int:
    desk.key()
    with statements(desk.database) as seen:
        assert desk.get(path).status_code == 200
    return len(seen)
