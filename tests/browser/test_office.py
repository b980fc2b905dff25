"""The demo's office in a real browser: every step is really taken, its files open, and it can be taken again."""

import asyncio
import io
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from bot import verifying
from bot.demo_office import PATH, Office, OfficeClosed
from bot.demo_site import pages
from models.actions import access
from models.tables import ApiKey, Enterprise, Webhook
from tests.browser.pictures import keep
from tests.browser.test_wall import ARREARS, DESK, POCKET, violations
from tests.conftest import Makers
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.serving import Server
from tests.world import World

SLOWLY = 60_000
"""Milliseconds for a whole day, on whatever machine."""


def beside(office: Any, product: Any) -> Any:
    """Serve the office beside a product that runs already."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await (office if scope["path"].startswith(PATH) else product)(scope, receive, send)

    return app


@contextmanager
def opened(world: World) -> Iterator[tuple[Office, str]]:
    """Yield the office of a world whose webhooks are on their way, and where it is."""
    key = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, key, name="demo", role="admin", region=None, now=world.clock())
    headers = {"Authorization": f"Bearer {key}"}
    api = httpx.AsyncClient(base_url=f"{world.product.url}/api/v1", headers=headers, trust_env=False)
    office = Office(api, "", world.clock, lambda: verifying.checked(world.database, world.clock()))
    server = Server.start(world.loop, beside(pages(office), world.product.server.config.app))
    office._here = server.url
    posting = asyncio.run_coroutine_threadsafe(world.service.webhooks.run(), world.loop.loop)
    try:
        yield office, f"{server.url}{PATH}"
    finally:
        world.loop.loop.call_soon_threadsafe(world.service.webhooks.stop)
        posting.result(timeout=30)
        world.loop.run(api.aclose())
        server.stop()


@pytest.fixture
def world(fresh_url: Makers) -> Iterator[World]:
    with World.running(fresh_url["sqlite"](), webhooks_http=True, webhooks_private=True) as running:
        number = number_in(running.phone(OWNER).say(ARREARS))
        running.phone(LEADER).say(f"受理 {number}")
        yield running


def step(page: Page, name: str) -> Any:
    return page.locator("article").filter(has=page.get_by_role("heading", name=re.compile(f"^{name}")))


def test_day_is_walked_read_and_walked_again(browser: Browser, world: World, tmp_path: Path) -> None:
    with opened(world) as (office, url):
        page = browser.new_page(viewport=DESK)
        page.goto(url)
        expect(page.get_by_text("演完就轮到这里")).to_be_visible()
        page.get_by_role("button", name="再走一遍").click()
        expect(page.locator("article")).to_have_count(6, timeout=SLOWLY)

        expect(step(page, "台账")).to_contain_text("已受理 1 件")
        with page.expect_download() as taken:
            step(page, "台账").get_by_role("link", name="下载 ledger.xlsx").click()
        book = CalamineWorkbook.from_filelike(io.BytesIO(Path(taken.value.path()).read_bytes()))
        assert "拖欠账款" in book.sheet_names
        assert ARREARS[:10] in str(book.get_sheet_by_name("拖欠账款").to_python())

        faults = step(page, "导入").locator(".done li").all_inner_texts()
        assert "第 4 行 企业名称：没有填" in faults
        assert any(line.startswith("第 3 行 统一社会信用代码：") for line in faults)
        assert any(line.startswith("第 5 行 地区：") for line in faults)
        expect(step(page, "导入")).to_contain_text("新增 2 家；随后整批撤回")
        expect(step(page, "密钥")).to_contain_text("旧密钥立刻 401")
        expect(step(page, "推送")).to_contain_text("对方收到 ping，签名核对无误")
        expect(step(page, "审计与核验")).to_contain_text("没有发现问题")
        keep(page, "office")
        assert violations(page) == []

        page.set_viewport_size(POCKET)
        for details in page.locator("summary").all():
            details.click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        keep(page, "office")

        step(page, "推进会材料").get_by_role("link", name="打开 briefing.html").click()
        expect(page.get_by_text("推进会").first).to_be_visible()
        page.goto(url)
        page.get_by_role("button", name="再走一遍").click()
        expect(page.locator("article")).to_have_count(6, timeout=SLOWLY)
        page.close()
        assert len(office.told) == 6
    with world.database.reading() as session:
        names = session.scalars(select(Enterprise.name)).all()
        assert not [name for name in names if "木犀里" in name]  # what was brought in was taken back
        alive = select(ApiKey.name).where(ApiKey.revoked_at.is_(None))
        assert session.scalars(alive).all() == ["demo"]
        assert session.scalars(select(Webhook).where(Webhook.deleted_at.is_(None))).all() == []


def test_office_that_is_answered_otherwise_than_it_must_be_says_so(world: World) -> None:
    with opened(world) as (office, _):
        office._api.headers["Authorization"] = "Bearer nobody's"
        with pytest.raises(OfficeClosed, match="401"):
            world.loop.run(office.walk())
