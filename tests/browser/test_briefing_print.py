"""A leader's briefing in a real browser: its style is let in, and it prints on one page however full it is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route
from sqlalchemy import select

from models.actions import roster
from models.tables import Enterprise, Ticket
from tests.browser.pictures import keep
from tests.contracts.api.desk import SHENYANG, Desk, enterprise, request, settle_in

LONG_FIRM = "沈阳云杉里精密机械制造（集团）股份有限公司东陵分公司"
LONG_TITLE = "我们的工程款已经拖了好几年了一直没有结清请帮忙协调处理一下谢谢领导关心支持"


@pytest.fixture
def fullest(sqlite_url: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The page of a leader with all there can be on it, and its headers."""
    with Desk.open(sqlite_url) as desk:
        place = settle_in(desk, SHENYANG)
        with desk.database.transaction() as session:
            session.get_one(Enterprise, place.enterprise).name = LONG_FIRM
            for _ in range(19):
                firm = enterprise(session, SHENYANG, desk)
                session.get_one(Enterprise, firm).name = LONG_FIRM
                roster.pair(session, enterprise_id=firm, official_id=place.official, now=desk.clock())
            for n in range(9):
                request(session, f"o-owner-{SHENYANG}", desk, f"第{n}件")
            for ticket in session.scalars(select(Ticket)):
                ticket.title = LONG_TITLE
        answer = desk.get(f"/briefings/{place.official}.html")
        yield answer.text, dict(answer.headers)


def test_fullest_briefing_prints_on_one_page(fullest: tuple[str, dict[str, str]], browser: Browser) -> None:
    text, headers = fullest
    assert (text.count(LONG_FIRM), text.count(LONG_TITLE)) == (28, 8)

    def answer(route: Route) -> None:
        route.fulfill(body=text, headers=headers)

    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.route("**/*", answer)
    page.goto("http://desk/briefing.html")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") == "center"
    assert page.locator("th[scope=row]").count() == 28
    keep(page, "briefing")
    counts = re.findall(rb"/Type\s*/Pages.*?/Count (\d+)", page.pdf(prefer_css_page_size=True), re.DOTALL)
    page.close()
    assert counts == [b"1"]
    assert refused == []
