"""Patches on the wall: a panel with figures and a table that says the same, as far as a key reaches."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from models.actions import shielding
from models.actions.conversation import LOCAL
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.tables import Ticket
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk
from tests.contracts.wall.visitor import Visitor
from tests.patching import Ground, ground

DAY = timedelta(days=1)


@pytest.fixture
def office(small_desk: Desk) -> tuple[Desk, Ground, int]:
    """A patch of Shenyang and Dalian in effect since ten days, with one stumble in Shenyang."""
    made = ground(small_desk.database)
    now = small_desk.clock()
    with small_desk.database.transaction() as session:
        session.execute(
            update(Ticket)
            .where(Ticket.id.in_(made.cases))
            .values(region=SHENYANG, created_at=now - timedelta(days=30))
        )
    patch = made.open(now=now - 20 * DAY, regions=(SHENYANG, DALIAN))
    made.in_effect(patch, now=now - 10 * DAY)
    stumbled = made.comes("later", now=now - DAY)
    with small_desk.database.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == stumbled).values(region=SHENYANG))
    return small_desk, made, stumbled


def figures(page: str) -> list[str]:
    """The table's only row, cell by cell."""
    (row,) = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", each) for each in re.findall(r"<t[hd].*?</t[hd]>", row)]


def test_panel_shows_where_a_patch_stands_and_what_it_changed_with_a_table_and_is_on_record(
    office: tuple[Desk, Ground, int],
) -> None:
    desk, _, _ = office
    with Visitor.at(desk) as visitor:
        assert visitor.get("/wall/patches").headers["location"] == "/wall/sign-in"
        visitor.sign_in(desk.key("viewer"))
        assert 'href="/wall/patches"' in visitor.get("/wall").text
        page = visitor.get("/wall/patches").text
        shown = visitor.part("/wall/patches").text
    title, state, owner, document, since, _, stumbled, stumblers, before, after = figures(page)
    began = (desk.clock() - 10 * DAY).astimezone(LOCAL).date().isoformat()
    assert (title, state, document, since) == ("限期支付", "生效", "关于限期支付工程款的通知", began)
    assert "安予诚" in owner
    assert (stumbled, stumblers) == ("1", "1")
    (seen,) = desk.get("/patches").json()["items"]
    for cell, side in ((before, "before"), (after, "after")):
        rate = seen["effect"][side]["rate"]
        assert cell == f"{rate['estimate']:.2f}（{rate['low']:.2f}～{rate['high']:.2f}）"
    assert f'aria-label="限期支付：生效前{before}，生效后{after}"' in page
    assert "<main" in page
    assert "<main" not in shown, "htmx is given the sheet alone"
    assert len(desk.looks("GET /wall/patches", 2)) == 2


def test_key_of_a_region_sees_its_own_patches_through_its_own_cases(office: tuple[Desk, Ground, int]) -> None:
    desk, _, _ = office
    for region, stumbled in ((SHENYANG, "1"), (DALIAN, "0")):
        with Visitor.at(desk) as visitor:
            visitor.sign_in(desk.key("viewer", region))
            assert figures(visitor.get("/wall/patches").text)[6] == stumbled
    with Visitor.at(desk) as visitor:
        visitor.sign_in(desk.key("viewer", "210300"))
        page = visitor.get("/wall/patches").text
        assert "现在没有制度补丁" in page
        assert "限期支付" not in page


def test_shielded_case_is_in_no_figure(office: tuple[Desk, Ground, int]) -> None:
    desk, _, stumbled = office
    with Visitor.at(desk) as visitor:
        visitor.sign_in(desk.key("viewer"))
        before = figures(visitor.get("/wall/patches").text)
        with desk.database.transaction() as session:
            ticket = session.get_one(Ticket, stumbled, with_for_update=True)
            shielding.shield(session, ticket, Actor(Role.SUPERVISOR, None, signed="督查室"), now=desk.clock())
        after = figures(visitor.get("/wall/patches").text)
    assert (before[6], after[6]) == ("1", "0")
    assert after[9].startswith("0.00（")
