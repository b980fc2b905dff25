"""Lists through the API: files in any form, dry runs, faults by row and column, regions, repeats, undoing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.web.api.door import CAP, CAP_OF_LISTS
from models.actions import importing, people, roster
from models.rules.importing import Subject
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, is_somebody_waiting, request
from tests.contracts.api.desk import leader as leader_of
from tests.faults.processes import until
from tests.lists import OFFICIALS, PAIRINGS, Table, as_csv, as_workbook, credit_code, firms, leader, rows_of

LISTS = {"csv": as_csv, "gb18030": lambda table: as_csv(table, "gb18030"), "xlsx": as_workbook}


def send(
    desk: Desk, subject: str, content: bytes, key: str | None = None, once: str | None = None, **asked: Any
) -> httpx.Response:
    headers = {"content-type": "application/octet-stream"}
    headers |= {} if once is None else {"Idempotency-Key": once}
    params = {"subject": subject, **asked}
    return desk.send("POST", "/imports", key or desk.key(), content=content, headers=headers, params=params)


def bring(desk: Desk, subject: str, table: Table, key: str | None = None) -> dict[str, Any]:
    answer = send(desk, subject, as_csv(table), key)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def names(desk: Desk) -> list[str]:
    return [row["name"] for row in desk.get("/enterprises").json()["items"]]


@pytest.mark.parametrize("form", list(LISTS))
def test_list_of_any_form_is_imported_and_reads_as_it_was(desk: Desk, form: str) -> None:
    made = send(desk, "enterprises", LISTS[form](firms(1, 2)), file_name="企业.csv")
    body = made.json()
    now = desk.clock().isoformat().replace("+00:00", "Z")
    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/imports/{body['id']}")
    assert len(body.pop("file_digest")) == 64
    assert body == {
        "id": body["id"], "subject": "enterprises", "file_name": "企业.csv", "at": now, "by": "admin None",
        "rows": 2, "created": 2, "changed": 0, "same": 0,
        "undone_at": None, "undone_by": None, "left_count": None, "left": None,
    }  # fmt: skip
    assert names(desk) == ["云杉里1", "云杉里2"]
    read = desk.get(f"/imports/{body['id']}").json()
    assert read == body | {"file_digest": read["file_digest"]}
    assert desk.get("/imports").json() == {"items": [read], "next": None}


def test_form_with_a_file_is_taken_as_the_file_itself(desk: Desk) -> None:
    files = {"file": ("a/名单.xlsx", as_workbook(firms(1)), "application/octet-stream")}
    made = desk.send("POST", "/imports", desk.key(), files=files, params={"subject": "enterprises"})
    assert (made.status_code, made.json()["file_name"]) == (201, "名单.xlsx")
    for wrong in ({"other": files["file"]}, {"file": (None, "text")}):
        refused = desk.send("POST", "/imports", desk.key(), files=wrong, params={"subject": "enterprises"})
        assert refused.status_code in {400, 422}
        assert refused.headers["content-type"] == "application/problem+json"


def test_whole_roster_comes_in_three_lists(desk: Desk) -> None:
    aide = ("程小满", "处长", "工信局", "沈阳市", "联络员", "安予诚", "")
    assert bring(desk, "officials", [OFFICIALS, aide, leader("安予诚")])["created"] == 2
    assert bring(desk, "enterprises", firms(1, 2))["created"] == 2
    assert bring(desk, "pairings", [PAIRINGS, (credit_code(2), "安予诚", "")])["created"] == 1
    [pairing] = desk.get("/pairings").json()["items"]
    assert desk.get(f"/officials/{pairing['official_id']}").json()["name"] == "安予诚"
    assert desk.get(f"/enterprises/{pairing['enterprise_id']}").json()["credit_code"] == credit_code(2)


def test_firm_that_moves_takes_only_what_it_asks_from_then_on_along(desk: Desk) -> None:
    """Where a request lies is where it was brought: its region, its owner and its ledger stay when the firm moves."""
    bring(desk, "enterprises", firms(1))
    [firm] = desk.get("/enterprises").json()["items"]
    with desk.database.transaction() as session:
        for region in (SHENYANG, DALIAN):
            leader_of(session, region, desk)
        person = people.meet(session, "o-mover", now=desk.clock()).person_id
        people.join(session, person, firm["id"], name="林向晚", role="会计", now=desk.clock())
        before = request(session, "o-mover", desk)
    desk.clock.advance(timedelta(days=1))
    assert bring(desk, "enterprises", firms(1, region="大连市"))["changed"] == 1
    with desk.database.transaction() as session:
        after = request(session, "o-mover", desk, "大连这边也拖欠工程款")
    here, there = (desk.key("supervisor", region) for region in (SHENYANG, DALIAN))
    for number, key, other in ((before, here, there), (after, there, here)):
        assert desk.get(f"/tickets/{number}", key).status_code == 200
        assert desk.get(f"/tickets/{number}", other).status_code == 404
    assert desk.get(f"/tickets/{before}").json()["enterprise"]["region"] == DALIAN
    received = {
        region: desk.get("/rates", key, by="type").json()["total"]["counts"]["received"]
        for region, key in ((SHENYANG, here), (DALIAN, there))
    }
    assert received == {SHENYANG: 1, DALIAN: 1}
    assert desk.get(f"/enterprises/{firm['id']}", there).status_code == 200
    assert desk.get(f"/enterprises/{firm['id']}", here).status_code == 404


def test_dry_run_tells_everything_and_changes_nothing(desk: Desk) -> None:
    table = [*firms(1), ("名", "x", "沈阳市", "")]
    told = send(desk, "enterprises", as_csv(table), dry_run=True)
    assert told.status_code == 200
    assert told.json() == {
        "rows": 2, "created": 1, "changed": 0, "same": 0, "fault_count": 1, "ignored": [],
        "faults": [{
            "row": 3, "column": "统一社会信用代码", "wrong": "credit-code",
            "says": "is no unified social credit code: 18 characters, the last checks the others; "
            "keep the column as text",
        }],
    }  # fmt: skip
    assert send(desk, "enterprises", as_csv(firms(1)), dry_run=True, once="one").json()["created"] == 1
    assert (names(desk), desk.get("/imports").json()["items"]) == ([], [])


def test_faulty_list_is_refused_by_row_and_column(desk: Desk) -> None:
    refused = send(desk, "enterprises", as_csv([*firms(1), ("名", "", "火星", "")]))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:liaison:faulty-list")
    assert refused.json()["errors"] == [
        {"where": "row 3, 统一社会信用代码", "says": "is empty"},
        {"where": "row 3, 地区", "says": "names no region: a code such as 210100, or a name"},
    ]
    assert (names(desk), desk.get("/imports").json()["items"]) == ([], [])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xff", "unreadable"),
        (b"PK\x03\x04", "unreadable"),
        (b"a,b\n1,2\n", "no-headings"),
        (b"", "no-headings"),
    ],
)
def test_what_is_no_list_is_refused(small_desk: Desk, content: bytes, kind: str) -> None:
    refused = send(small_desk, "enterprises", content)
    assert (refused.status_code, refused.json()["type"]) == (422, f"urn:liaison:{kind}")


def test_import_repeated_with_its_key_happens_once(desk: Desk) -> None:
    content = as_csv(firms(1))
    first, second = (send(desk, "enterprises", content, once="one") for _ in range(2))
    assert (second.json(), second.headers["idempotent-replayed"]) == (first.json(), "true")
    other = send(desk, "enterprises", as_csv(firms(2)), once="one")
    assert (other.status_code, other.json()["type"]) == (422, "urn:liaison:key-reused")
    assert len(desk.get("/imports").json()["items"]) == 1


def test_dry_run_repeated_with_its_key_answers_the_same_and_another_list_is_refused(desk: Desk) -> None:
    one, two = as_csv(firms(1)), as_csv(firms(2))
    first, again = (send(desk, "enterprises", one, once="k", dry_run=True) for _ in range(2))
    assert (first.status_code, first.json()["created"]) == (200, 1)
    assert (again.status_code, again.json(), again.headers["idempotent-replayed"]) == (
        *(200, first.json(), "true"),
    )
    others = [
        send(desk, "enterprises", two, once="k", dry_run=True),
        send(desk, "enterprises", two, once="k"),
        send(desk, "enterprises", one, once="k"),
    ]
    assert {(each.status_code, each.json()["type"]) for each in others} == {(422, "urn:liaison:key-reused")}
    assert (names(desk), desk.get("/imports").json()["items"]) == ([], [])


def test_undoing_takes_back_what_it_can_once(desk: Desk) -> None:
    bring(desk, "officials", [OFFICIALS, leader("安予诚")])
    made = bring(desk, "enterprises", firms(1, 2))
    bring(desk, "pairings", [PAIRINGS, (credit_code(1), "安予诚", "")])
    path = f"/imports/{made['id']}/undo"
    done = desk.post(path)
    assert (done.status_code, done.json()["undone_by"], done.json()["left_count"]) == (200, "admin None", 1)
    assert [(one["name"], one["why"]) for one in done.json()["left"]] == [("云杉里1", "in-use")]
    assert names(desk) == ["云杉里1"]
    assert desk.get(f"/imports/{made['id']}").json() == done.json()
    again = desk.post(path)
    assert (again.status_code, again.json()["type"]) == (409, "urn:liaison:undone-already")
    assert desk.post("/imports/999/undo").status_code == 404


def test_key_of_a_region_imports_and_sees_only_its_own(desk: Desk) -> None:
    here, there = desk.key("admin", SHENYANG), desk.key("admin", DALIAN)
    whole = bring(desk, "enterprises", firms(1))
    mine = bring(desk, "enterprises", firms(2), here)
    refused = send(desk, "enterprises", as_csv(firms(3)), there)
    assert refused.json()["errors"] == [
        {"where": "row 2, 地区", "says": "lies outside the region of this key"}
    ]
    assert [row["id"] for row in desk.get("/imports", here).json()["items"]] == [mine["id"]]
    assert [row["id"] for row in desk.get("/imports").json()["items"]] == [whole["id"], mine["id"]]
    assert desk.get("/imports", there).json()["items"] == []
    for path in (f"/imports/{whole['id']}", f"/imports/{mine['id']}"):
        assert desk.get(path, there).status_code == 404
        assert desk.post(f"{path}/undo", key=there).status_code == 404
    assert desk.post(f"/imports/{mine['id']}/undo", key=here).status_code == 200


@pytest.mark.parametrize("is_list", [False, True])
def test_what_is_entered_meanwhile_is_waited_for(desk: Desk, *, is_list: bool) -> None:
    """An import waits for the one before; an enterprise that came first by another way is found next time."""
    key, content = desk.key(), as_csv(firms(1))
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as session:
            if is_list:
                origin = importing.Origin("first", "0" * 64)
                importing.bring_in(session, Subject.ENTERPRISES, rows_of(firms(1)), origin, now=desk.clock())
            else:
                roster.add_enterprise(
                    session,
                    name="n",
                    credit_code=credit_code(1),
                    region=SHENYANG,
                    stage=None,
                    now=desk.clock(),
                )
            waiting = pool.submit(send, desk, "enterprises", content, key)
            if not desk.database.is_sqlite:
                until(lambda: is_somebody_waiting(desk.database))
        answer = waiting.result()
    if is_list:
        assert (answer.status_code, answer.json()["same"]) == (201, 1)
        return
    if not desk.database.is_sqlite:
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:liaison:roster-moved")
        answer = send(desk, "enterprises", content)
    assert (answer.status_code, answer.json()["changed"]) == (201, 1)
    assert names(desk) == ["云杉里1"]


def test_lists_have_a_cap_of_their_own_and_nothing_else_has(small_desk: Desk) -> None:
    long = as_csv(firms(*range(2000)))
    assert len(long) > CAP
    assert send(small_desk, "enterprises", long).status_code == 201

    async def chunks() -> Any:
        for _ in range(CAP_OF_LISTS // CAP + 1):
            yield b" " * CAP

    for content in (b" " * (CAP_OF_LISTS + 1), chunks()):
        refused = send(small_desk, "enterprises", content)
        assert (refused.status_code, refused.headers["content-type"]) == (413, "application/problem+json")


def test_nothing_is_read_for_a_key_that_may_not_write(small_desk: Desk) -> None:
    content = as_csv(firms(1))
    for key, status in (("wrong", 401), (small_desk.key("viewer"), 403), (small_desk.key("supervisor"), 403)):
        assert send(small_desk, "enterprises", content, key).status_code == status


@pytest.mark.parametrize(
    "asked", [{"subject": "rain"}, {"subject": "pairings", "zz": "1"}, {"dry_run": "perhaps"}]
)
def test_senseless_questions_are_refused(small_desk: Desk, asked: dict[str, str]) -> None:
    params = {"subject": Subject.PAIRINGS.value} | asked
    refused = small_desk.send("POST", "/imports", small_desk.key(), content=b"x", params=params)
    assert refused.status_code == 422
