"""The patterns on the wall: a strip below the board and a panel with a table, as far as a key reaches."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.actions import shielding
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.numbers import ticket_id_of
from models.tables import Pattern, PatternMember, Ticket
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, Place, settle_in
from tests.contracts.wall.visitor import Visitor


def put(session: Session, now: datetime, title: str, state: str, *places: Place, copy: bool = False) -> None:
    row = Pattern(
        type="arrears", state=state, title=title, stone=f"{title}不给", created_at=now, opened_at=now
    )
    session.add(row)
    session.flush()
    first = ticket_id_of(places[0].number)
    for place in places:
        ticket_id = ticket_id_of(place.number)
        copy_of = first if copy and ticket_id != first else None
        session.add(
            PatternMember(
                ticket_id=ticket_id, pattern_id=row.id, likeness=1.0, voice=f"e{place.enterprise}",
                copy_of=copy_of, is_pinned=False, joined_at=now,
            )
        )  # fmt: skip


def test_panel_shows_what_the_key_reaches_with_a_table_and_is_on_record(small_desk: Desk) -> None:
    desk = small_desk
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    with desk.database.transaction() as session:
        put(session, desk.clock(), "城投拖欠工程款", "open", here, there)
    with Visitor.at(desk) as visitor:
        assert visitor.get("/wall/patterns").headers["location"] == "/wall/sign-in"
        visitor.sign_in(desk.key("viewer"))
        whole = visitor.get("/wall").text
        assert 'hx-get="/wall/patterns?brief=true"' in whole
        assert 'href="/wall/patterns"' in whole, "without scripts it is a page of its own"
        page = visitor.get("/wall/patterns").text
        assert "<h1" in page
        assert "城投拖欠工程款不给" in page
        assert '<td class="num">2</td><td class="num">2</td><td class="num">0</td>' in page
        assert 'width="100.0"' in page
        for told in (
            "大连市 1，沈阳市 1",
            "2026年11月 2件",
            f"/wall/cases/{here.number}",
            f"{there.number}</a>",
        ):
            assert told in page, told
        (suggested,) = {each["suggested_owner"]["name"] for each in desk.get("/patterns").json()["items"]}
        (departments,) = (each["departments"] for each in desk.get("/patterns").json()["items"])
        for told in (suggested, *(f"{name} {many}" for name, many in departments.items())):
            assert told in page, told
        strip = visitor.part("/wall/patterns?brief=true").text
        assert "城投拖欠工程款" in strip
        assert "2家" in strip
        assert 'hx-trigger="every 60s"' in strip
    assert len(desk.looks("GET /wall/patterns", 1)) == 1, (
        "the panel is a look of its own, the strip is part of the wall"
    )
    with Visitor.at(desk) as visitor:
        visitor.sign_in(desk.key("viewer", SHENYANG))
        mine = visitor.get("/wall/patterns").text
        assert '<td class="num">1</td><td class="num">1</td>' in mine
        assert "2026年11月 1件" in mine
        assert (here.number in mine, there.number in mine, "大连市" in mine) == (True, False, False)


def test_a_shielded_case_is_in_no_figure_of_the_panel_at_once(small_desk: Desk) -> None:
    """People named the pattern, so it goes on being shown, without the case."""
    desk = small_desk
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    with desk.database.transaction() as session:
        put(session, desk.clock(), "城投拖欠工程款", "open", here, there)
        session.query(Pattern).one().is_named = True
    with Visitor.at(desk) as visitor:
        visitor.sign_in(desk.key("viewer"))
        page = visitor.get("/wall/patterns").text
        assert '<td class="num">2</td><td class="num">2</td>' in page
        assert all(each.number in page for each in (here, there))
        with desk.database.transaction() as session:
            case = session.get_one(Ticket, ticket_id_of(here.number), with_for_update=True)
            shielding.shield(session, case, Actor(Role.ENTERPRISE, case.person_id), now=desk.clock())
        page = visitor.get("/wall/patterns").text
        assert '<td class="num">1</td><td class="num">1</td>' in page
        assert (here.number in page, there.number in page, "沈阳市" in page) == (False, True, False)
        assert "1家" in visitor.part("/wall/patterns?brief=true").text


def test_dismissed_forming_and_foreign_patterns_are_not_there_and_copies_are_no_enterprise(
    small_desk: Desk,
) -> None:
    desk = small_desk
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    with desk.database.transaction() as session:
        put(session, desk.clock(), "抄来的", "open", here, there, copy=True)
    with Visitor.at(desk) as visitor:
        visitor.sign_in(desk.key("viewer"))
        assert '<td class="num">1</td><td class="num">2</td>' in visitor.get("/wall/patterns").text
        with Visitor.at(desk) as elsewhere:
            elsewhere.sign_in(desk.key("viewer", DALIAN))
            assert '<td class="num">1</td><td class="num">1</td>' in elsewhere.get("/wall/patterns").text
        (seen,) = desk.get("/patterns", desk.key("viewer", DALIAN)).json()["items"]
        assert seen["enterprises"] == 1, "where only the copy is to be seen, it is heard"
        with desk.database.transaction() as session:
            for row in session.query(Pattern).all():
                row.state = "dismissed"
        assert "现在没有够数的同类问题" in visitor.get("/wall/patterns").text
        assert visitor.get("/wall/patterns?brief=true&no=1").status_code == 400
