"""The phones page: a person can live the whole story on it, at a desk and on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.pictures import keep, untroubled
from tests.roster import AIDE, LEADER, OWNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
DESK = {"width": 1440, "height": 900}
POCKET = {"width": 390, "height": 844}


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    with untroubled(browser.new_page(viewport=DESK)) as opened:
        opened.goto(f"{world.simulator.url}/")
        yield opened


def phone_of(page: Page, seat: int, openid: str) -> Locator:
    """Put somebody's phone on a seat (0 left, 1 right)."""
    phone = page.locator(".seat").nth(seat)
    phone.locator("select").select_option(openid)
    return phone


def type_in(phone: Locator, text: str) -> None:
    phone.locator("textarea").fill(text)
    phone.locator(".send").click()


def test_whole_story_is_lived_on_two_phones(page: Page) -> None:
    owner, leader = phone_of(page, 0, OWNER), phone_of(page, 1, LEADER)
    type_in(leader, "待办")
    expect(leader.locator(".log")).to_contain_text("手头没有待办诉求")

    type_in(owner, REQUEST)
    expect(owner.locator(".log")).to_contain_text("负责人：副省长 安予诚")
    expect(leader.locator(".log")).to_contain_text("请于11月25日17:30前受理")

    leader.get_by_text("受理", exact=True).last.click()
    expect(leader.locator(".log")).to_contain_text("台账编号 拖欠账款〔2026〕1号")
    expect(owner.locator(".log")).to_contain_text("副省长 安予诚（本人）已受理您的诉求")

    type_in(leader, "明天上午我约管委会碰头")
    expect(owner.locator(".log")).to_contain_text("明天上午我约管委会碰头")
    leader.get_by_text("办结", exact=True).last.click()
    type_in(leader, "尾款已到账")
    expect(owner.locator(".log")).to_contain_text("解决了吗？您说了算。")

    owner.get_by_text("确认解决", exact=True).last.click()
    expect(owner.locator(".log")).to_contain_text("已销号")
    expect(leader.locator(".log")).to_contain_text("企业认可，已销号")
    keep(page, "phones")


def test_window_line_says_what_is_left(page: Page) -> None:
    owner = phone_of(page, 0, OWNER)
    type_in(owner, "你好")

    expect(owner.locator(".window-text")).to_have_text(re.compile("还可发 5 条"))


def test_clock_can_be_moved(page: Page) -> None:
    before = page.locator("#desk-time").inner_text()

    page.get_by_role("button", name="时钟快进一天").click()

    expect(page.locator("#desk-time")).not_to_have_text(before)


def test_one_phone_fills_a_small_screen(page: Page) -> None:
    page.set_viewport_size(POCKET)
    phone_of(page, 0, AIDE)

    visible = [seat for seat in page.locator(".seat").all() if seat.is_visible()]

    assert len(visible) == 1
    keep(page, "phones")
    box = visible[0].bounding_box()
    assert box is not None
    assert box["width"] == POCKET["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == POCKET["width"]


def test_page_asks_nobody_else_for_anything(page: Page, world: World) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator(".seat").first).to_be_visible()

    assert [url for url in asked if not url.startswith((world.simulator.url, "blob:", "data:"))] == []
