"""Who gets to see the wall chart, how they come in, and how long they stay."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from models.actions import access
from models.tables import ApiKey, AuditEntry, PageSession
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, request, settle_in
from tests.contracts.wall.visitor import Visitor


@pytest.fixture
def visitor(desk: Desk) -> Iterator[Visitor]:
    with Visitor.at(desk) as here:
        yield here


def sessions(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PageSession)) or 0


def key_of(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalars(select(ApiKey.id)).one()


@pytest.mark.parametrize(
    "path", ["/wall", "/wall/board", "/wall/cases", "/wall/cases/1010", "/wall/enterprises?are=helped"]
)
def test_whoever_is_not_signed_in_is_shown_the_door(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/wall/sign-in")
    assert visitor.part(path).status_code == 401
    visitor.web.cookies.set("liaison_wall", "made up", domain="wall", path="/wall")
    assert visitor.get(path).status_code == 303


def test_key_opens_the_wall_and_the_cookie_is_out_of_reach(visitor: Visitor) -> None:
    key = visitor.desk.key("viewer")
    assert visitor.get("/wall/sign-in").status_code == 200
    answer = visitor.sign_in(f" {key} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/wall")
    cookie = answer.headers["set-cookie"]
    assert re.search("HttpOnly; Max-Age=7776000; Path=/wall; SameSite=strict$", cookie)
    assert key not in cookie
    assert visitor.get("/wall/cases").status_code == 200
    with visitor.desk.database.reading() as session:
        kept = session.scalars(select(PageSession.token_hash)).one()
    assert kept not in cookie  # who reads the database cannot sign in with it


def test_link_to_a_day_survives_the_door(visitor: Visitor) -> None:
    door = visitor.get("/wall?as_of=2026-11-20").headers["location"]
    assert door == "/wall/sign-in?as_of=2026-11-20"
    field = '<input type="hidden" name="as_of" value="2026-11-20">'
    assert field in visitor.get(door).text
    refused = visitor.post("/wall/sign-in", {"key": "nobody's", "as_of": "2026-11-20"})
    assert (refused.status_code, field in refused.text) == (403, True)
    entered = visitor.post("/wall/sign-in", {"key": visitor.desk.key("viewer"), "as_of": "2026-11-20"})
    assert entered.headers["location"] == "/wall?as_of=2026-11-20"
    past, now = visitor.part("/wall/board?as_of=2026-11-20"), visitor.part("/wall/board?days=180&as_of=")
    assert [each.headers["hx-replace-url"] for each in (past, now)] == ["/wall?as_of=2026-11-20", "/wall"]


@pytest.mark.parametrize("said", ["//evil.example", "2026-13-01", "2026-11-20&x=1", "x" * 500])
def test_door_leads_to_days_alone(visitor: Visitor, said: str) -> None:
    assert visitor.get(f"/wall?as_of={said}").headers["location"] in {
        "/wall/sign-in",
        "/wall/sign-in?as_of=2026-11-20",
    }
    assert "as_of" not in visitor.get("/wall/sign-in?as_of=//evil.example").text
    entered = visitor.post("/wall/sign-in", {"key": visitor.desk.key("viewer"), "as_of": said})
    assert entered.headers["location"] == "/wall"


@pytest.mark.parametrize("key", ["", "nobody's", "x" * 200])
def test_wrong_key_opens_nothing(visitor: Visitor, key: str) -> None:
    answer = visitor.sign_in(key)
    assert answer.status_code == 403
    assert "这个密钥不能用" in answer.text
    assert "set-cookie" not in answer.headers
    assert sessions(visitor.desk) == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_foreign_page_signs_nobody_in(visitor: Visitor, site: str) -> None:
    key = visitor.desk.key("viewer")
    assert visitor.post("/wall/sign-in", {"key": key}, **{"sec-fetch-site": site}).status_code == 403
    assert sessions(visitor.desk) == 0


@pytest.mark.parametrize("role", ["admin", "supervisor"])
def test_session_at_a_desk_ends_after_a_working_day_however_it_is_used(visitor: Visitor, role: str) -> None:
    desk = visitor.desk
    visitor.sign_in(desk.key(role))
    for _ in range(12):
        assert visitor.part("/wall/board").status_code == 200
        desk.clock.advance(timedelta(hours=1))
    assert visitor.get("/wall/cases").status_code == 303


def test_wall_that_hangs_in_a_hall_does_not_go_blank_in_the_evening(visitor: Visitor) -> None:
    """It looks day and night; it is written down once an hour at most, and ends after ninety days."""
    desk = visitor.desk
    visitor.sign_in(desk.key("viewer"))
    for _ in range(10):
        desk.clock.advance(timedelta(hours=11))
        assert visitor.part("/wall/board").status_code == 200
        end = ends_at(desk)
        assert end == desk.clock() + timedelta(hours=12)
        desk.clock.advance(timedelta(seconds=10))
        assert visitor.part("/wall/board").status_code == 200
        assert ends_at(desk) == end  # ten seconds later nothing is written
    begun = desk.clock() - timedelta(days=89)
    with desk.database.transaction() as session:
        session.execute(update(PageSession).values(created_at=begun))  # it has hung so long
    for _ in range(2):
        desk.clock.advance(timedelta(hours=11))
        assert visitor.part("/wall/board").status_code == 200
    assert ends_at(desk) <= begun + timedelta(days=90)
    desk.clock.advance(timedelta(hours=2))
    assert visitor.part("/wall/board").status_code == 401


def ends_at(desk: Desk) -> datetime:
    with desk.database.reading() as session:
        return session.scalars(select(PageSession.expires_at)).one()


def test_wall_that_is_switched_off_for_a_day_is_signed_in_to_again(visitor: Visitor) -> None:
    desk = visitor.desk
    visitor.sign_in(desk.key("viewer"))
    desk.clock.advance(timedelta(hours=5))
    assert visitor.get("/wall/cases").status_code == 200
    desk.clock.advance(timedelta(hours=12, seconds=1))
    assert visitor.get("/wall/cases").status_code == 303
    visitor.sign_in(desk.key("viewer"))
    assert sessions(desk) == 1  # the one that had ended is tidied away


@pytest.mark.parametrize("ending", ["revoked", "rotated", "expired"])
def test_wall_that_hangs_ends_at_once_with_its_key(visitor: Visitor, ending: str) -> None:
    desk = visitor.desk
    secret, now = "a secret of a wall that hangs in a hall", desk.clock()
    with desk.database.transaction() as session:
        access.create_key(
            session,
            secret,
            name="hall",
            role="viewer",
            region=None,
            expires_at=now + timedelta(days=2) if ending == "expired" else None,
            now=now,
        )
    visitor.sign_in(secret)
    for _ in range(4):
        desk.clock.advance(timedelta(hours=11))
        assert visitor.part("/wall/board").status_code == 200
    with desk.database.transaction() as session:
        if ending == "revoked":
            access.revoke_key(session, key_of(desk), now=desk.clock())
        elif ending == "rotated":
            grace = timedelta(hours=1)
            access.rotate_key(session, key_of(desk), "another secret", grace=grace, now=desk.clock())
    if ending == "expired":
        desk.clock.advance(timedelta(hours=4))
    assert visitor.part("/wall/board").status_code == 401
    assert visitor.part("/wall/board").status_code == 401  # and no look brings it back


def test_other_secret_ends_the_sessions_of_the_old_one(visitor: Visitor) -> None:
    desk = visitor.desk
    visitor.sign_in(desk.key("viewer"))
    with desk.database.transaction() as session:
        key_id = session.scalars(select(ApiKey.id)).one()
        access.rotate_key(session, key_id, "another secret", grace=timedelta(hours=1), now=desk.clock())
    assert visitor.get("/wall/cases").status_code == 303


def test_what_is_looked_at_is_on_record_and_what_was_refused_too(visitor: Visitor) -> None:
    desk = visitor.desk
    place = settle_in(desk, SHENYANG)
    visitor.sign_in(desk.key("viewer", DALIAN))
    visitor.get("/wall")
    visitor.part("/wall/board")
    visitor.part("/wall/board?as_of=2026-11-01")
    visitor.get(f"/wall/cases/{place.number}")
    visitor.get("/wall/enterprises?are=helped")
    with desk.database.reading() as session:
        mine = select(AuditEntry.operation, AuditEntry.object, AuditEntry.deed)
        found = session.execute(mine.where(AuditEntry.operation.contains("/wall")).order_by(AuditEntry.id))
        assert [tuple(row) for row in found] == [
            ("POST /wall/sign-in", "wall", "change"),
            ("GET /wall", "wall", "read"),
            ("GET /wall/board", "wall/2026-11-01", "read"),
            ("GET /wall/cases/{number}", f"wall/cases/{place.number}", "refused"),
            ("GET /wall/enterprises", "wall/enterprises", "read"),
        ]


def test_leaving_ends_the_session_and_only_our_form_does(visitor: Visitor) -> None:
    visitor.sign_in(visitor.desk.key("viewer"))
    token = str(visitor.web.cookies["liaison_wall"])
    visitor.post("/wall/sign-out", {"form_token": "guessed"})
    assert sessions(visitor.desk) == 1
    form = re.search('name="form_token" value="([0-9a-f]{64})"', visitor.get("/wall").text)
    assert form is not None
    answer = visitor.post("/wall/sign-out", {"form_token": form[1]})
    assert answer.headers["location"] == "/wall/sign-in"
    assert sessions(visitor.desk) == 0
    visitor.web.cookies.set("liaison_wall", token, domain="wall", path="/wall")
    assert visitor.get("/wall/cases").status_code == 303
    visitor.post("/wall/sign-out", {"form_token": form[1]})
    assert doors_on_record(visitor.desk) == [
        ("viewer None", "POST /wall/sign-in", "wall", "change"),
        ("viewer None", "POST /wall/sign-out", "wall", "change"),
    ]


def doors_on_record(desk: Desk) -> list[tuple[str, ...]]:
    entry = (AuditEntry.actor_name, AuditEntry.operation, AuditEntry.object, AuditEntry.deed)
    with desk.database.reading() as session:
        found = select(*entry).where(AuditEntry.operation.contains("/wall/sign-")).order_by(AuditEntry.id)
        return [tuple(row) for row in session.execute(found)]


def test_pages_allow_no_script_style_or_frame_of_others(visitor: Visitor) -> None:
    visitor.sign_in(visitor.desk.key("viewer"))
    for path in ("/wall/sign-in", "/wall", "/wall/cases", "/wall/cases/9999"):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["cache-control"] == "no-store"


def test_key_of_a_region_sees_its_own_cases_and_no_others(visitor: Visitor) -> None:
    desk = visitor.desk
    own, foreign = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    visitor.sign_in(desk.key("viewer", SHENYANG))
    listed = visitor.get("/wall/cases").text
    assert f"/wall/cases/{own.number}" in listed
    assert f"/wall/cases/{foreign.number}" not in listed
    assert visitor.get(f"/wall/cases/{own.number}").status_code == 200
    unknown = visitor.get("/wall/cases/9999")
    theirs = visitor.get(f"/wall/cases/{foreign.number}")
    assert (theirs.status_code, theirs.text) == (unknown.status_code, unknown.text) == (404, theirs.text)


def test_what_somebody_wrote_is_shown_and_never_run(visitor: Visitor) -> None:
    desk = visitor.desk
    settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        number = request(session, f"o-owner-{SHENYANG}", desk, "<script>alert(1)</script>欠款")
    visitor.sign_in(desk.key("viewer"))
    shown = visitor.part(f"/wall/cases/{number}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;欠款" in shown
    assert "<script" not in shown + visitor.part("/wall/cases").text
    assert "<html" not in shown
    assert "<html" in visitor.get(f"/wall/cases/{number}").text


@pytest.mark.parametrize("query", ["type=none", "limit=0", "after=%00", "owner=x", "made=up", "light=blue"])
def test_address_that_cannot_be_is_told_so(visitor: Visitor, query: str) -> None:
    visitor.sign_in(visitor.desk.key("viewer"))
    answer = visitor.get(f"/wall/cases?{query}")
    assert answer.status_code == 400
    assert "这个网址写得不对" in answer.text
