"""`/patches`: opened from a pattern by a supervisor whose regions they are, seen through one's own cases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.actions import forgetting, patch_comments
from models.queries import proof
from models.rules.numbers import number_of
from models.tables import PatchAsk, PatchEvent, Ticket
from tests.alike import bring, firm
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk
from tests.contracts.api.test_patterns_api import decide
from tests.patching import MINUTE, Ground, belongs, ground

CHANGE = "验收后60日内付清工程款"


@pytest.fixture
def office(desk: Desk) -> tuple[Desk, Ground]:
    """A desk with a pattern of seven cases in Shenyang."""
    made = ground(desk.database)
    with desk.database.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id.in_(made.cases)).values(region=SHENYANG))
    return desk, made


def new(made: Ground, **more: Any) -> dict[str, Any]:
    return {
        "pattern_id": made.pattern, "title": "限期支付", "cause": "not_executed", "regions": [SHENYANG],
        "owner_id": made.roster.officials["leader"], "due_on": "2026-12-31",
    } | more  # fmt: skip


def opened(desk: Desk, made: Ground, **more: Any) -> int:
    answer = desk.post("/patches", new(made, **more), key=desk.key("supervisor", None))
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def act(desk: Desk, patch: int, verb: str, body: Any = None, *, role: str = "supervisor",
        region: str | None = None, once: str | None = None) -> Any:  # fmt: skip
    return desk.post(f"/patches/{patch}/actions/{verb}", body, key=desk.key(role, region), once=once)


def commented(desk: Desk, made: Ground, words: str, *, by: int) -> tuple[int, list[tuple[int, int]]]:
    """Open a patch of which so many enterprises say something; return it, and their cases and people."""
    patch = opened(desk, made)
    act(desk, patch, "draft")
    act(desk, patch, "consult", {})
    made.strike(desk.clock())
    said = []
    with desk.database.transaction() as session:
        for ask in session.scalars(select(PatchAsk).order_by(PatchAsk.id).limit(by)).all():
            person = session.get_one(Ticket, ask.ticket_id).person_id
            patch_comments.comment(session, ask, person, words, now=desk.clock())
            said.append((ask.ticket_id, person))
    assert len(said) == by
    return patch, said


def in_effect(desk: Desk, patch: int) -> None:
    for verb, body in (
        ("draft", None),
        ("consult", {"asks_enterprises": False}),
        ("issue", {"document_title": "关于限期支付的通知", "change": CHANGE, "effective_on": "2026-11-24"}),
        ("take_effect", None),
    ):
        answer = act(desk, patch, verb, body)
        assert answer.status_code == 200, answer.text


def test_no_patch_is_judged_after_fewer_days_than_a_rate_is_told_of(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    body = {
        "pattern_id": made.pattern, "title": "限期支付", "cause": "not_executed", "due_on": "2026-12-31",
        "owner_id": made.roster.officials["leader"], "regions": ["210000"],
    }  # fmt: skip
    for days, status in ((6, 422), (7, 201)):
        answer = desk.post("/patches", body | {"evaluate_days": days}, key=desk.key("supervisor"))
        assert answer.status_code == status, answer.text


def test_patch_is_opened_signed_and_read(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    patch = opened(desk, made, steps=[{"what": "起草"}], link="https://www.example.gov.cn/12")
    body = desk.get(f"/patches/{patch}", desk.key("viewer")).json()
    assert (body["state"], body["cause"], body["opened_by"]) == (
        "proposed",
        "not_executed",
        "supervisor None",
    )
    assert (body["owner"]["name"], body["evaluate_days"], body["effect"]) == ("安予诚", 90, None)
    assert body["steps"] == [{"what": "起草", "owner_id": None, "due_on": None, "done_at": None}]
    assert [each["id"] for each in desk.get("/patches", state="proposed").json()["items"]] == [patch]
    assert desk.get("/patches", state="issued").json()["items"] == []
    (event,) = desk.get(f"/patches/{patch}/events").json()["items"]
    assert (event["seq"], event["verb"], event["to_state"]) == (1, "open", "proposed")


def test_what_cannot_be_opened(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    key = desk.key("supervisor", None)
    aide = made.roster.officials["aide"]
    for more, status, kind in (
        ({"pattern_id": 999_999}, 404, "not-found"),
        ({"owner_id": aide}, 422, "no-leader"),
        ({"regions": ["999999"]}, 422, "unknown-region"),
        ({"cause": "fate"}, 422, "invalid"),
        ({"link": "javascript:alert(1)"}, 422, "invalid"),
    ):
        answer = desk.post("/patches", new(made, **more), key=key)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:liaison:{kind}"), more
    decide(desk, made.pattern, "dismiss", reason="不是同类")
    assert desk.post("/patches", new(made), key=key).status_code == 404


def test_region_opens_and_changes_its_own_only_and_sees_its_own_cases(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    city = desk.key("supervisor", SHENYANG)
    assert desk.post("/patches", new(made, regions=["210000"]), key=city).status_code == 403
    patch = opened(desk, made, regions=[SHENYANG, DALIAN])
    in_effect(desk, patch)
    there = bring(desk.database, firm(desk.database, "dalian", region=DALIAN), "欠工程款", at=desk.clock())
    with desk.database.transaction() as session:
        row = session.get_one(Ticket, there)
        belongs(session, row, made.pattern, desk.clock())
    made.strike(desk.clock())
    assert (
        desk.get(f"/patches/{patch}").json()["affected"] + desk.get(f"/patches/{patch}").json()["stumbled"]
        == 8
    )
    mine = desk.get(f"/patches/{patch}", desk.key("supervisor", DALIAN)).json()
    assert mine["affected"] + mine["stumbled"] == 1
    assert act(desk, patch, "evaluate", region=DALIAN).status_code == 403
    foreign, missing = (desk.get(f"/patches/{each}", desk.key("viewer", "210300")) for each in (patch, 10**6))
    assert (foreign.status_code, foreign.json()) == (missing.status_code, missing.json())
    assert desk.get("/patches", desk.key("viewer", "210300")).json()["items"] == []


def test_steps_out_of_order_and_unwhole_are_refused_and_change_nothing(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    patch = opened(desk, made)
    before = desk.get(f"/patches/{patch}").json()
    for verb, body, status, kind in (
        ("issue", {}, 409, "patch-not-possible"),
        ("take_effect", None, 409, "patch-not-possible"),
        ("restart", {"note": "再来"}, 409, "patch-not-possible"),
        ("do_step", {"step": 1}, 409, "no-such-step"),
    ):
        answer = act(desk, patch, verb, body)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:liaison:{kind}"), verb
    assert desk.get(f"/patches/{patch}").json() == before
    act(desk, patch, "draft")
    act(desk, patch, "consult", {"asks_enterprises": False})
    assert act(desk, patch, "issue", {}).json()["type"] == "urn:liaison:not-whole"
    late = {"document_title": "通知", "change": CHANGE, "effective_on": "2026-11-23"}
    assert act(desk, patch, "issue", late).json()["type"] == "urn:liaison:day-over"
    assert act(desk, patch, "drop", {"note": "开错了"}, role="viewer").status_code == 403
    assert act(desk, patch, "drop", {"note": "开错了"}).json()["state"] == "dropped"
    assert proof.verify(desk.database).flaws == []


def test_change_may_name_what_it_was_seen_as_and_happens_once(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    patch = opened(desk, made)
    first, second = (act(desk, patch, "progress", {"note": "已报审"}, once="w-1") for _ in range(2))
    assert first.json() == second.json()
    with desk.database.reading() as session:
        noted = session.scalars(select(PatchEvent).where(PatchEvent.verb == "progress")).all()
        assert len(noted) == 1
        assert "salt" in noted[0].data
    key = desk.key("supervisor", None)
    tag = desk.get(f"/patches/{patch}", key).headers["etag"]
    act(desk, patch, "draft")
    headers = {"authorization": f"Bearer {key}", "if-match": tag}
    answer = desk.send("POST", f"/patches/{patch}/actions/progress", json={"note": "又报"}, headers=headers)
    assert answer.status_code == 412


def test_stumble_is_on_the_ticket_and_can_be_cleared(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    patch = opened(desk, made, regions=["210000"])
    in_effect(desk, patch)
    late = number_of(made.comes("later", now=desk.clock() + MINUTE))
    assert desk.get(f"/tickets/{late}").json()["patch"] == patch
    assert [each["number"] for each in desk.get(f"/patches/{patch}").json()["stumbles"]] == [late]
    assert "stumble" in [each["verb"] for each in desk.get(f"/tickets/{late}/events").json()["items"]]
    assert act(desk, patch, "clear", {"number": late}).json()["stumbled"] == 0
    assert act(desk, patch, "clear", {"number": late}).json()["type"] == "urn:liaison:not-stumbled"
    assert desk.get(f"/tickets/{late}").json()["patch"] is None
    assert act(desk, patch, "clear", {"number": "99"}).status_code == 404


def test_briefing_lists_a_leaders_patches(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    patch = opened(desk, made)
    in_effect(desk, patch)
    made.strike(desk.clock())
    leader = made.roster.officials["leader"]
    (line,) = desk.get(f"/briefings/{leader}").json()["patches"]
    assert (line["id"], line["title"], line["state"]) == (patch, "限期支付", "in_effect")
    page = desk.get(f"/briefings/{leader}.html").text
    assert "<span>限期支付</span><span>（生效" in page
    assert "暂无" not in page.split("制度补丁")[1]


def test_forgotten_person_leaves_no_word_and_the_chain_whole(office: tuple[Desk, Ground]) -> None:
    desk, made = office
    patch, ((_, person),) = commented(desk, made, "写进合同", by=1)
    assert [each["words"] for each in desk.get(f"/patches/{patch}").json()["comments"]] == ["写进合同"]
    with desk.database.transaction() as session:
        now = desk.clock() + timedelta(days=1)
        forgetting.forget(session, person, erase=lambda text, _names: "" if text else text, now=now)
    assert desk.get(f"/patches/{patch}").json()["comments"] == []
    assert proof.verify(desk.database).flaws == []
