"""A leader's briefing in a real browser: its style is let in, and it prints on one page however full it is."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Route
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import patches, roster
from models.actions.patch_chain import Hand
from models.rules.patches import PatchRole
from models.tables import ApiKey, Enterprise, Pattern, Ticket
from tests.browser.pictures import keep
from tests.contracts.api.desk import SHENYANG, Desk, enterprise, request, settle_in

LONG_FIRM = "沈阳云杉里精密机械制造（集团）股份有限公司东陵分公司"
LONG_PATCH = "关于进一步规范政府投资项目工程款支付和质量保证金返还工作切实保障中小企业合法权益的通知办法"
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
            _add_patches(session, place.official, desk.clock())
        answer = desk.get(f"/briefings/{place.official}.html")
        yield answer.text, dict(answer.headers)


def _add_patches(session: Session, owner_id: int, now: datetime) -> None:
    """Have a leader answer for five patches, each with a title as long as there are."""
    pattern = Pattern(type="arrears", state="open", title=LONG_PATCH, stone="", created_at=now, opened_at=now)
    session.add(pattern)
    key = ApiKey(name="督查室", role="admin", key_hash="0" * 64, created_at=now)
    session.add(key)
    session.flush()
    draft: dict[str, Any] = {
        "title": LONG_PATCH, "cause": "not_executed", "owner_id": owner_id, "regions": ("210000",),
        "due_on": date(2026, 12, 31), "evaluate_days": 90, "instrument": {},
    }  # fmt: skip
    for _ in range(5):
        patches.open_patch(
            session, pattern, patches.Draft(**draft), Hand(PatchRole.SUPERVISOR, key.id, "督查室"), now=now
        )


def test_fullest_briefing_prints_on_one_page(fullest: tuple[str, dict[str, str]], browser: Browser) -> None:
    text, headers = fullest
    assert (text.count(LONG_FIRM), text.count(LONG_TITLE), text.count(LONG_PATCH)) == (27, 7, 3)
    assert "另有 2 项" in text

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
