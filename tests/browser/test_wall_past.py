"""The wall's slider in a real browser: turned back to a day by key, pointer and thumb, and back to now."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.pictures import keep, untroubled
from tests.browser.test_wall import (
    BIG,
    DESK,
    POCKET,
    POWER,
    a_day,
    a_key,
    column,
    sign_in,
    violations,
)
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

THEN, BETWEEN, TODAY = "2026-11-24", "2026-11-25", "2026-11-26"
IPR = "有人仿冒我们的注册商标在网上卖货，市场监管局一直没有查"
THUMB = 44


@pytest.fixture
def key(world: World) -> str:
    """A key of a world in which two days lie behind: one case is solved since, another new."""
    arrears, _ = a_day(world)
    world.advance(days=2)
    world.phone(LEADER).say(f"办结 {arrears} 尾款已经付清")
    number_in(world.phone(OWNER).say(f"新诉求 {IPR}"))
    return a_key(world)


@pytest.fixture
def page(browser: Browser, world: World, key: str) -> Iterator[Page]:
    with untroubled(browser.new_page(viewport=DESK)) as opened:
        sign_in(opened, world, key)
        drawn(opened)
        yield opened


def drawn(page: Page) -> None:
    expect(page.locator("#trend svg")).to_be_visible()


def answer(world: World, key: str, day: str | None) -> dict[str, Any]:
    """Return what the API says of the evening of a day, or of now."""
    asked = {} if day is None else {"as_of": f"{day}T23:59:59.999999+08:00"}
    found = world.web.get("/api/v1/wall", params=asked, headers={"Authorization": f"Bearer {key}"})
    assert found.status_code == 200, found.text
    return dict(found.json())


def shows(page: Page, day: str | None) -> None:
    """Wait until the board is that of a day, the slider says so, and the address."""
    expect(page.locator("#days-said")).to_have_text(day or "此刻")
    board = page.locator("#board")
    expect(board.get_by_text("截至", exact=True)).to_have_count(0 if day is None else 1)
    asks = f"as_of={day}"
    expect(
        board.locator(f"a[href*='{asks}']" if day else "a[href*='counted=in_hand']").first
    ).to_be_attached()
    if day is None:
        expect(board.locator("a[href*='as_of=']")).to_have_count(0)
    page.wait_for_function("asked => location.search === asked", arg=f"?{asks}" if day else "")


def table(page: Page, name: str) -> list[list[str]]:
    """Return a table twin, opened or not."""
    rows = page.locator(f"#{name}-table tbody tr").all()
    return [[cell.strip() for cell in row.locator("th, td").all_text_contents()] for row in rows]


def agrees(page: Page, said: dict[str, Any], day: str | None) -> None:
    """Assert that numbers, table twins, charts and links are those of an answer of the API."""
    for each in said["types"]:
        shown, counts = column(page, each["name"]), each["counts"]
        in_hand = counts["statuses"]["open"] + counts["statuses"]["accepted"]
        expect(shown.locator(".big strong")).to_have_text(str(in_hand))
        for light, words in (("green", "在期内"), ("amber", "快到期"), ("red", "超时")):
            expect(shown.locator(f".legend .{light}")).to_have_text(f"{words} {counts[light]}")
    steps = [(each["name"], each["tickets"]) for each in said["funnel"]]
    assert [(name, int(count)) for name, count in table(page, "funnel")] == steps
    assert page.evaluate("charts.get('funnel').getOption().series[0].data") == [each[1] for each in steps]
    received = {each["name"]: each["counts"]["received"] for each in said["regions"]}
    assert {row[0]: int(row[1]) for row in table(page, "regions")}.items() <= received.items()
    weeks = {each["begins"][5:]: [each["received"], each["finished"]] for each in said["weeks"]}
    trend = table(page, "trend")
    assert {row[0]: [int(row[1]), int(row[2])] for row in trend if row[1:] != ["0", "0"]} == {
        begins: both for begins, both in weeks.items() if both != [0, 0]
    }
    series = page.evaluate("charts.get('trend').getOption().series.map((one) => one.data)")
    assert series == [[int(row[1]) for row in trend], [int(row[2]) for row in trend]]
    labels = page.evaluate("charts.get('trend').getOption().xAxis[0].data")
    assert labels == [row[0] for row in trend]
    for link in page.locator("#board a[href^='/wall/cases?'], #board a[href^='/wall/enterprises?']").all():
        for name in ("href", "hx-get"):
            assert (f"as_of={day}" in (link.get_attribute(name) or "")) is (day is not None)


def leads_to(page: Page, name: str, heading: str) -> None:
    column(page, name).locator(".big strong a").click()
    expect(page.locator("#drawer")).to_be_visible()
    expect(page.locator("#drawer h2")).to_have_text(heading)
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def drag(page: Page, *, to: float) -> None:
    """Drag the slider's thumb from where it is to a part of the way."""
    slider = page.get_by_role("slider", name="看哪天")
    box = slider.bounding_box()
    assert box is not None
    stands = slider.evaluate("one => one.value / one.max")
    half, height = box["height"] / 2, 8
    width = box["width"] - 2 * height
    page.mouse.move(box["x"] + height + width * stands, box["y"] + half)
    page.mouse.down()
    page.mouse.move(box["x"] + height + width * to, box["y"] + half, steps=5)
    page.mouse.up()


def test_keys_turn_the_wall_back_and_on_again(page: Page, world: World, key: str) -> None:
    agrees(page, answer(world, key, None), None)
    slider = page.get_by_role("slider", name="看哪天")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    shows(page, BETWEEN)
    page.keyboard.press("ArrowLeft")
    shows(page, THEN)
    assert slider.get_attribute("aria-valuetext") == THEN
    expect(column(page, "拖欠账款").locator(".big strong")).to_have_text("1")
    expect(column(page, "知识产权").locator(".big strong")).to_have_text("0")
    agrees(page, answer(world, key, THEN), THEN)
    leads_to(page, "拖欠账款", "2026年11月24日 星期二当晚 · 拖欠账款 · 在办 · 共 1 件")
    keep(page, "wall-past")
    assert violations(page) == []
    slider.focus()
    page.keyboard.press("End")
    shows(page, None)
    expect(column(page, "拖欠账款").locator(".big strong")).to_have_text("0")
    agrees(page, answer(world, key, None), None)
    page.keyboard.press("Home")
    shows(page, "2026-05-30")
    agrees(page, answer(world, key, "2026-05-30"), "2026-05-30")


def test_pointer_turns_the_wall_back_and_on_again(page: Page, world: World, key: str) -> None:
    page.set_viewport_size(BIG)  # type: ignore[arg-type]
    drag(page, to=0.5)
    day = page.locator("#days-said").inner_text()
    assert "2026-07" < day < "2026-10"
    shows(page, day)
    agrees(page, answer(world, key, day), day)
    drag(page, to=1.0)
    shows(page, None)
    for expected in (BETWEEN, THEN):
        page.get_by_role("button", name="前一天").click()
        shows(page, expected)
    agrees(page, answer(world, key, THEN), THEN)
    keep(page, "wall-past")
    page.get_by_role("button", name="后一天").click()
    shows(page, BETWEEN)
    page.get_by_role("link", name="回到此刻").click()
    shows(page, None)
    page.get_by_role("button", name="后一天").click()
    shows(page, None)


def test_past_stands_still_and_now_is_renewed_again(page: Page, world: World) -> None:
    page.clock.install()
    page.reload()
    drawn(page)
    page.get_by_role("button", name="前一天").click()
    shows(page, BETWEEN)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/wall/board" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.clock.fast_forward(60_000)
    page.get_by_role("button", name="后一天").click()
    shows(page, None)
    assert len(asked) == 1, "a past board asks for nothing by itself"
    expect(column(page, "要素").locator(".big strong")).to_have_text("1")
    world.phone(OWNER).say(f"新诉求 {POWER.replace('800', '900')}，是另一处厂房")
    page.clock.fast_forward(10_500)
    expect(column(page, "要素").locator(".big strong")).to_have_text("2")


def test_key_that_is_held_down_asks_once(page: Page) -> None:
    """Each past day is reckoned for whoever asks, and is on record as a look of its own."""
    page.clock.install()
    page.reload()
    drawn(page)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "as_of=2" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.get_by_role("slider", name="看哪天").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#days-said")).to_have_text("2026-11-21")
    page.clock.resume()
    shows(page, "2026-11-21")
    assert len(asked) == 1


@pytest.mark.parametrize("slow", ["as_of=2", "/wall/board$"], ids=["the day is slow", "the renewal is slow"])
def test_renewal_does_not_take_the_place_of_the_day_asked_for(page: Page, slow: str) -> None:
    """Whichever of the two is under way when the other is due: the board is that of the day on the slider."""
    page.clock.install()
    page.reload()
    drawn(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if re.search(slow, route.request.url):
            held.append(route)
        else:
            route.continue_()

    page.route("**/wall/board*", hold)
    if slow == "/wall/board$":
        with page.expect_request("**/wall/board"):
            page.clock.fast_forward(10_500)
        page.get_by_role("button", name="前一天").click()
        shows(page, BETWEEN)
    else:
        with page.expect_request("**/wall/board?*as_of=2026*"):
            page.get_by_role("button", name="前一天").click()
            page.clock.fast_forward(200)
        page.clock.fast_forward(10_500)
    page.evaluate("fetch('/wall/board?days=180').then((answer) => answer.text())")
    [one] = held
    one.continue_()
    shows(page, BETWEEN)


def test_address_keeps_the_day_for_a_reload_and_for_somebody_else(
    browser: Browser, page: Page, world: World, key: str
) -> None:
    for _ in range(2):
        page.get_by_role("button", name="前一天").click()
    shows(page, THEN)
    address = page.url
    assert address == f"{world.product.url}/wall?as_of={THEN}"
    page.reload()
    drawn(page)
    shows(page, THEN)
    agrees(page, answer(world, key, THEN), THEN)
    with untroubled(browser.new_context(viewport=DESK).new_page()) as other:
        other.goto(address)
        other.get_by_label("管理密钥").fill(key)
        other.get_by_role("button", name="登录").click()
        drawn(other)
        shows(other, THEN)
    for _ in range(2):
        page.get_by_role("button", name="后一天").click()
    shows(page, None)
    assert page.url == f"{world.product.url}/wall"


def test_thumb_turns_the_wall_back_on_a_phone(browser: Browser, world: World, key: str) -> None:
    context = browser.new_context(viewport=POCKET, has_touch=True, is_mobile=True)
    with untroubled(context.new_page()) as page:
        sign_in(page, world, key)
        drawn(page)
        for button in ("前一天", "后一天"):
            box = page.get_by_role("button", name=button).bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= THUMB
        slider = page.get_by_role("slider", name="看哪天").bounding_box()
        assert slider is not None
        assert slider["width"] > POCKET["width"] / 2
        assert slider["height"] >= THUMB
        for expected in (BETWEEN, THEN):
            page.get_by_role("button", name="前一天").tap()
            shows(page, expected)
        agrees(page, answer(world, key, THEN), THEN)
        keep(page, "wall-past")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.touchscreen.tap(slider["x"] + slider["width"] / 2, slider["y"] + slider["height"] / 2)
        day = page.locator("#days-said").inner_text()
        shows(page, day)
        agrees(page, answer(world, key, day), day)
    context.close()


def test_day_is_chosen_without_scripts(browser: Browser, world: World, key: str) -> None:
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, world, key)
    expect(page.get_by_role("slider")).to_have_count(0)
    for button in ("前一天", "明暗", "打印"):
        expect(page.get_by_role("button", name=button)).to_have_count(0)
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    page.get_by_role("textbox", name="看哪天").fill(THEN)
    page.get_by_role("button", name="看", exact=True).click()
    assert page.url == f"{world.product.url}/wall?as_of={THEN}"
    expect(column(page, "拖欠账款").locator(".big strong")).to_have_text("1")
    expect(page.get_by_role("textbox", name="看哪天")).to_have_value(THEN)
    steps = [[each["name"], str(each["tickets"])] for each in answer(world, key, THEN)["funnel"]]
    page.locator("#funnel-table summary").click()
    assert table(page, "funnel") == steps
    expect(page.locator("#funnel-table table")).to_be_visible()
    keep(page, "wall-without-scripts")
    column(page, "拖欠账款").locator(".big strong a").click()
    expect(page.locator("h1#sheet-title")).to_contain_text(
        "2026年11月24日 星期二当晚 · 拖欠账款 · 在办 · 共 1 件"
    )
    page.get_by_role("link", name="回到挂图").click()
    expect(column(page, "拖欠账款").locator(".big strong")).to_have_text("0")
    context.close()
