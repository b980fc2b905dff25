"""A leader's briefing: counted from what happened, the same for machines and people, on one page of A4."""

import base64
import hashlib
import io
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import say
from models.actions import roster
from models.rules.numbers import ticket_id_of
from models.rules.rates import Rate
from models.tables import (
    Clock,
    Enterprise,
    Official,
    Pairing,
    Patch,
    PatchEvent,
    Pattern,
    Person,
    Ticket,
    Visit,
)
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, Place, enterprise, request, settle_in, statements
from tests.contracts.api.test_rates_api import accept, act, rate_of, resolve

TODAY = date(2026, 11, 24)


def filled(desk: Desk) -> Place:
    """Return a place with three requests, two visits, and a second enterprise in care."""
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        other = enterprise(session, SHENYANG, desk)
        session.get_one(Enterprise, other).name = "=1+1<b>"
        roster.pair(session, enterprise_id=other, official_id=place.official, now=desk.clock())
        aide = Official(name="a", post="p", department="d", region=SHENYANG, kind="aide",
            leader_id=place.official, created_at=desk.clock())  # fmt: skip
        session.add(aide)
        session.flush()
        for n, official_id in enumerate((place.official, aide.id)):
            session.add(
                Visit(official_id=official_id, enterprise_id=place.enterprise, note="n", day=TODAY - timedelta(days=n),
                    created_at=desk.clock())
            )  # fmt: skip
        done, gone = (request(session, f"o-owner-{SHENYANG}", desk, words) for words in ("第二件", "第三件"))
        first, second, third = (
            session.get_one(Ticket, ticket_id_of(number)) for number in (place.number, done, gone)
        )
        second.status, second.resolved_at, second.rebounds = "resolved", desk.clock(), 1
        third.status = "withdrawn"
        for clock in session.scalars(
            select(Clock).where(Clock.ticket_id == first.id, Clock.name == "result")
        ):
            clock.due_at = desk.clock() - timedelta(hours=1)
    return place


def briefing(desk: Desk, place: Place, **asked: str) -> dict[str, Any]:
    answer = desk.get(f"/briefings/{place.official}", **asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_visit_that_the_enterprise_denied_is_told_apart_and_counted_nowhere_else(desk: Desk) -> None:
    place = filled(desk)
    with desk.database.transaction() as session:
        who = session.scalars(select(Person.id)).first()
        confirmed, denied = session.scalars(select(Visit).order_by(Visit.id)).all()
        confirmed.answered_by = denied.answered_by = who
        confirmed.confirmed_at = denied.disputed_at = desk.clock()
    body = briefing(desk, place)
    assert body["visits"] == {"count": 1, "enterprises": 1, "confirmed": 1, "denied": 1}
    assert [firm["visits"] for firm in body["enterprises"]] == [1, 0]
    page = desk.get(f"/briefings/{place.official}.html").text
    assert "走访 1 次（1 家，另有 1 次企业说没来过）" in page


def test_briefing_counts_what_happened_in_the_period(desk: Desk) -> None:
    place = filled(desk)
    body = briefing(desk, place)
    assert (body["since"], body["until"]) == ("2026-11-01", "2026-11-24")
    assert (body["official"]["id"], body["official"]["name"]) == (place.official, "安予诚")
    counts = {"received": 2, "done": 1, "confirmed": 0, "overdue": 1, "rebounded": 1, "rate": 0.5}
    assert body["total"] == {"type": "all", **counts}
    assert {part["type"]: part["received"] for part in body["requests"] if part["received"]} == {"arrears": 2}
    assert [part["type"] for part in body["requests"]] == [
        "policy", "factors", "approval", "arrears", "ip", "chain", "other",
    ]  # fmt: skip
    assert body["visits"] == {"count": 2, "enterprises": 1, "confirmed": 0, "denied": 0}
    assert [
        (firm["name"], firm["visits"], firm["received"], firm["done"]) for firm in body["enterprises"]
    ] == [
        ("云杉里机械", 2, 2, 1),
        ("=1+1<b>", 0, 0, 0),
    ]
    assert [(case["number"], case["enterprise"]) for case in body["unsolved"]] == [
        (place.number, "云杉里机械")
    ]
    assert (body["unsolved_count"], body["patches"]) == (1, [])


def test_what_happened_outside_the_period_is_not_counted(desk: Desk) -> None:
    place = filled(desk)
    before = briefing(desk, place, since="2026-10-01", until="2026-11-22")
    assert (before["total"]["received"], before["visits"]["count"], before["enterprises"]) == (0, 0, [])
    after = briefing(desk, place, since="2026-11-24", until="2026-12-31")
    assert (after["total"]["received"], after["visits"]["count"], len(after["enterprises"])) == (2, 1, 2)
    assert after["total"]["rate"] == 0.5


def test_page_says_the_same_and_may_load_nothing_but_its_style(desk: Desk) -> None:
    place = filled(desk)
    answer = desk.get(f"/briefings/{place.official}.html")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    text = answer.text
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert re.findall(r"<script|\sstyle=|\sonclick|https?://|<b>", text) == []
    assert "@page { size: A4 portrait" in style
    line = (
        "包保企业 2 家，走访 2 次（1 家）；期间受理诉求 2 件，办结 1 件，办结率 50.0%，逾期 1 件，反弹 1 件。"
    )
    assert line in text
    for shown in ("=1+1&lt;b&gt;", "拖欠账款", place.number, "沈阳市", "成熟期", "2026-11-01 — 2026-11-24"):
        assert shown in text
    assert say.BRIEFING["no_patches"] in text


def test_workbook_says_the_same_in_texts_that_stay_texts(desk: Desk) -> None:
    place = filled(desk)
    answer = desk.get(f"/briefings/{place.official}.xlsx")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="briefing-{place.official}-2026-11-01-2026-11-24.xlsx"'
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == say.BRIEFING["title"]
    assert ["拖欠账款", 2, 1, "50.0%", 0, 1, 1] in rows
    assert [2, "=1+1<b>", "沈阳市", "成熟期", 0, 0, 0] in rows
    assert place.number in [row[0] for row in rows]
    assert desk.get(f"/briefings/{place.official}.xlsx").content == answer.content


def test_foreign_officials_have_no_briefing(desk: Desk) -> None:
    place = filled(desk)
    for form in ("", ".html", ".xlsx"):
        path = f"/briefings/{place.official}{form}"
        assert desk.get(path, desk.key("viewer", SHENYANG)).status_code == 200
        assert desk.get(path, desk.key("viewer", DALIAN)).status_code == 404
        assert desk.get(f"/briefings/999{form}").status_code == 404
        assert desk.get(path, zz="1").status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-11-02", "until": "2026-11-01"},
        {"since": "2025-01-01", "until": "2026-11-01"},
        {"since": "yesterday"},
        {"until": "9999-12-31"},
        {"since": "1999-12-31"},
    ],
)
def test_senseless_periods_are_refused(small_desk: Desk, asked: dict[str, str]) -> None:
    assert small_desk.get("/briefings/1", **asked).status_code == 422


@pytest.mark.parametrize(
    "asked",
    [{"until": "2100-12-31"}, {"since": "2100-12-31"}, {"since": "2000-01-01"}, {"until": "2000-01-01"}],
)
def test_ends_of_the_calendar_are_days_too(small_desk: Desk, asked: dict[str, str]) -> None:
    place = settle_in(small_desk, SHENYANG)
    assert briefing(small_desk, place, **asked)["visits"]["count"] == 0


def test_page_costs_the_same_however_many_cases_there_are(small_desk: Desk) -> None:
    place = filled(small_desk)
    with statements(small_desk.database) as few:
        briefing(small_desk, place)
    with small_desk.database.transaction() as session:
        for n in range(5):
            request(session, f"o-owner-{SHENYANG}", small_desk, f"又一件{n}")
    with statements(small_desk.database) as many:
        assert briefing(small_desk, place)["unsolved_count"] == 6
    assert len(many) == len(few)


def patch(session: Session, owner: int, begun: datetime, *, ended: datetime | None = None,
          region: str = SHENYANG) -> int:  # fmt: skip
    """Put a patch there that was opened at a moment, and perhaps took effect at another; return its id."""
    pattern = Pattern(type="arrears", state="open", title="欠款", created_at=begun, opened_at=begun)
    session.add(pattern)
    session.flush()
    row = Patch(pattern_id=pattern.id, state="effective" if ended else "drafting", title="限期支付", cause="other",
        owner_id=owner, regions=[region], steps=[], due_on=TODAY, took_effect_at=ended, evaluate_days=90,
        created_at=begun, key_id=1)  # fmt: skip
    session.add(row)
    session.flush()
    if ended is not None:
        fact = {"verb": "evaluate", "actor_role": "owner", "to_state": "effective", "data": {}}
        session.add(PatchEvent(patch_id=row.id, seq=1, at=ended, previous="", digest="", **fact))
    return row.id


def test_key_of_a_region_reads_of_a_leader_what_lies_there(small_desk: Desk) -> None:
    place, away = filled(small_desk), settle_in(small_desk, DALIAN)
    now = small_desk.clock()
    with small_desk.database.transaction() as session:
        session.get_one(Ticket, ticket_id_of(away.number)).owner_id = place.official
        session.add(
            Visit(
                official_id=place.official, enterprise_id=away.enterprise, note="n", day=TODAY, created_at=now
            )
        )
        roster.unpair(session, away.pairing, now=now)
        roster.pair(session, enterprise_id=away.enterprise, official_id=place.official, now=now)
        patch(session, place.official, now, region=DALIAN)
    shenyang = {"key": small_desk.key("viewer", SHENYANG)}
    for asked, found in (({}, (3, 3, 3, 2, 1)), (shenyang, (2, 2, 2, 1, 0))):
        body = small_desk.get(f"/briefings/{place.official}", **asked).json()
        shown = [len(body[name]) for name in ("enterprises", "unsolved", "patches")]
        assert (body["total"]["received"], body["visits"]["count"], *shown) == found


def test_case_is_overdue_once_its_result_was_late_as_the_rates_count_it(small_desk: Desk) -> None:
    """Kept late it stays so; that somebody was not called in time, or that a helper is late, is another thing."""
    place = settle_in(small_desk, SHENYANG)
    begun, leader = small_desk.clock(), f"o-leader-{SHENYANG}"
    small_desk.clock.advance(timedelta(days=60))
    act(small_desk, place.number, leader, accept, resolve)
    numbers = []
    for n in range(2):
        small_desk.clock.advance(timedelta(minutes=1))
        with small_desk.database.transaction() as session:
            numbers.append(request(session, f"o-owner-{SHENYANG}", small_desk, f"又一件{n}"))
    small_desk.clock.advance(timedelta(days=4))
    body = briefing(small_desk, place, since=f"{begun:%F}")
    late, received, _ = rate_of(small_desk, Rate.OVERDUE, owner_id=place.official)
    assert (late, received) == (body["total"]["overdue"], body["total"]["received"]) == (1, 3)
    clocks = {row["name"]: row for row in small_desk.get(f"/tickets/{numbers[0]}").json()["clocks"]}
    assert (clocks["first_contact"]["state"], clocks["result"]["state"]) == ("overdue", "running")
    assert [case["number"] for case in body["unsolved"]] == numbers, "who has waited longest comes first"


def test_what_is_over_or_is_another_leaders_promise_is_not_told(small_desk: Desk) -> None:
    place = filled(small_desk)
    now = small_desk.clock()
    with small_desk.database.transaction() as session:
        last = session.scalars(select(Pairing.id).order_by(Pairing.id.desc())).first()
        assert last is not None
        roster.unpair(session, last, now=now)
        session.add(
            Clock(ticket_id=ticket_id_of(place.number), name="co_handle", subject_id=1, source="", explanation="",
                started_at=now, due_at=now - timedelta(days=9))
        )  # fmt: skip
        patch(session, place.official, now + timedelta(days=1))
        patch(session, place.official, now - timedelta(days=60), ended=now - timedelta(days=30))
        mine = patch(session, place.official, now - timedelta(days=60), ended=now - timedelta(days=3))
    body = briefing(small_desk, place)
    assert [firm["id"] for firm in body["enterprises"]] == [place.enterprise]
    clocks = small_desk.get(f"/tickets/{place.number}").json()["clocks"]
    own = [row["due_at"] for row in clocks if row["name"] != "co_handle"]
    assert [case["due_at"] for case in body["unsolved"]] == [min(own)]
    assert [each["id"] for each in body["patches"]] == [mine]


def test_patches_under_way_come_first_three_on_the_page_all_in_the_workbook(small_desk: Desk) -> None:
    place, day = settle_in(small_desk, SHENYANG), timedelta(days=1)
    now = small_desk.clock()
    with small_desk.database.transaction() as session:
        begun = [patch(session, place.official, now - 60 * day, ended=ended)
                 for ended in (None, now - 3 * day, None, now - 2 * day, None)]  # fmt: skip
    shown = [each["id"] for each in briefing(small_desk, place)["patches"]]
    assert shown == [begun[each] for each in (4, 2, 0, 3, 1)]
    page = small_desk.get(f"/briefings/{place.official}.html").text
    assert (page.count("限期支付"), "另有 2 项" in page) == (3, True)
    book = io.BytesIO(small_desk.get(f"/briefings/{place.official}.xlsx").content)
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert sum(str(row[0]).startswith("限期支付") for row in rows) == 5
    assert not any("另有" in str(cell) for row in rows for cell in row)
