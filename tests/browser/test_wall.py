"""The wall chart in a real browser: on the big screen, at a desk, on a phone, by keyboard, in print."""

import json
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from models.actions import access
from models.actions.timers import TIMERS
from models.rules.numbers import ticket_id_of
from models.tables import Pattern, Ticket
from tests.browser.pictures import keep, untroubled
from tests.conftest import Makers
from tests.flows.reading import number_in
from tests.patching import Ground, belongs
from tests.roster import LEADER, OWNER
from tests.world import World

BIG = {"width": 1920, "height": 1080}
DESK = {"width": 1280, "height": 900}
POCKET = {"width": 390, "height": 844}
ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "厂房电容量不够，想增容到800千伏安，供电所说线路满了"


@pytest.fixture
def key(world: World) -> str:
    return a_key(world)


def a_key(world: World) -> str:
    """A key that reads everything."""
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="wall", role="viewer", region=None, now=world.clock())
    return raw


def sign_in(page: Page, world: World, key: str) -> None:
    page.goto(f"{world.product.url}/wall")
    page.get_by_label("管理密钥").fill(key)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="挂图作战")).to_be_visible()
    page.wait_for_load_state()


@pytest.fixture
def page(browser: Browser, world: World, key: str) -> Iterator[Page]:
    with untroubled(browser.new_page(viewport=DESK)) as opened:
        sign_in(opened, world, key)
        yield opened


def a_day(world: World) -> tuple[str, str]:
    """Two requests of one enterprise, of which one is accepted."""
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    arrears, power = number_in(owner.say(ARREARS)), number_in(owner.say(f"新诉求 {POWER}"))
    leader.say(f"受理 {arrears}")
    return arrears, power


def a_patch(world: World, numbers: tuple[str, str]) -> None:
    """A patch of a pattern of some cases, in effect long enough for a rate to be told."""
    now, cases = world.clock(), [ticket_id_of(each) for each in numbers]
    with world.database.transaction() as session:
        pattern = Pattern(type="arrears", state="open", title="欠款", stone="", created_at=now, opened_at=now)
        session.add(pattern)
        session.flush()
        for each in cases:
            belongs(session, session.get_one(Ticket, each), pattern.id, now)
        raw = secrets.token_urlsafe(32)
        key = access.create_key(session, raw, name="督查室", role="supervisor", region=None, now=now).id
    made = Ground(world.database, world.roster, pattern.id, cases, key)
    made.in_effect(made.open(now=now), now=now - timedelta(days=8))


def column(page: Page, name: str) -> Locator:
    return page.locator(".column").filter(has=page.get_by_role("heading", name=name))


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def test_numbers_are_those_of_the_api(page: Page, world: World, key: str) -> None:
    a_day(world)
    page.reload()
    answer = world.web.get("/api/v1/wall", headers={"Authorization": f"Bearer {key}"}).json()
    for each in answer["types"]:
        statuses = each["counts"]["statuses"]
        shown = column(page, each["name"])
        assert int(shown.locator(".big strong").inner_text()) == statuses["open"] + statuses["accepted"]
        for light, words in (("green", "在期内"), ("amber", "快到期"), ("red", "超时")):
            expect(shown.locator(f".legend .{light}")).to_have_text(f"{words} {each['counts'][light]}")
    page.locator("#funnel-table summary").click()
    rows = page.locator("#funnel-table tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [[s["name"], str(s["tickets"])] for s in answer["funnel"]]
    page.locator("#regions-table summary").click()
    tiles = {each["name"]: each["counts"]["received"] for each in answer["regions"]}
    for row in page.locator("#regions-table tbody tr").all_inner_texts():
        name, received, *_ = row.split("\t")
        assert int(received) == tiles[name]
    assert len(page.locator(".tile").all()) == 15


def test_chart_is_drawn_and_its_table_says_the_same(page: Page, world: World) -> None:
    a_day(world)
    page.reload()
    expect(page.locator("#trend svg")).to_be_visible()
    expect(page.locator("#funnel svg")).to_contain_text("待受理")
    page.locator("#trend-table summary").click()
    last = page.locator("#trend-table tbody tr").last.inner_text().split("\t")
    assert last == ["11-23", "2", "0"]


def test_drill_down_to_a_case_and_back_by_keyboard_alone(page: Page, world: World) -> None:
    arrears, _ = a_day(world)
    page.reload()
    link = column(page, "拖欠账款").locator(".legend .green")
    link.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_role("row")).to_have_count(2)
    drawer.get_by_role("link", name=arrears).focus()
    page.keyboard.press("Enter")
    expect(drawer.locator(".timeline")).to_contain_text("受理")
    expect(drawer).to_contain_text("拖欠账款〔2026〕1号")
    keep(page, "case")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(link).to_be_focused()


def test_list_and_case_are_pages_of_their_own_too(page: Page, world: World) -> None:
    arrears, _ = a_day(world)
    for path in ("/wall/cases?type=arrears", f"/wall/cases/{arrears}"):
        page.goto(f"{world.product.url}{path}")
        assert violations(page) == []
        expect(page.get_by_role("button", name="关闭")).to_have_count(0)


def test_number_and_bar_of_the_past_lead_to_the_cases_of_then(page: Page, world: World, key: str) -> None:
    arrears, power = a_day(world)
    world.advance(days=2)
    world.phone(LEADER).say(f"办结 {arrears} 尾款已经付清")
    sign_in(page, world, key)
    page.goto(f"{world.product.url}/wall?as_of=2026-11-24")
    expect(page.locator(".figures dt").first).to_have_text("当天打扰了")
    column(page, "拖欠账款").locator(".big strong a").click()
    drawer = page.locator("#drawer")
    expect(drawer.locator("h2")).to_have_text("2026年11月24日 星期二当晚 · 拖欠账款 · 在办 · 共 1 件")
    expect(drawer.get_by_role("row").nth(1)).to_contain_text("办理中")
    expect(drawer.get_by_role("link", name=arrears)).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    chart = page.locator("#funnel")
    expect(chart.locator("svg")).to_contain_text("待受理")
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": 84, "y": 6 + (box["height"] - 16) / 8})
    expect(drawer.locator("h2")).to_have_text("2026年11月24日 星期二当晚 · 待受理 · 共 1 件")
    expect(drawer.get_by_role("link", name=power)).to_be_visible()


def test_point_of_the_trend_leads_where_its_number_does(page: Page, world: World) -> None:
    a_day(world)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    expect(page.locator("#trend svg")).to_be_visible()
    x, y = page.evaluate("charts.get('trend').convertToPixel({ seriesIndex: 0 }, [11, 2])")
    page.locator("#trend").click(position={"x": x, "y": y})
    expect(page.locator("#drawer h2")).to_have_text("11月23日起一周 · 收到 · 共 2 件")


def test_new_case_appears_by_itself_and_an_open_table_stays_open(page: Page, world: World) -> None:
    page.clock.install()
    page.reload()
    page.locator("#trend-table summary").click()
    expect(column(page, "拖欠账款").locator(".big strong")).to_have_text("0")
    world.phone(OWNER).say(ARREARS)
    page.clock.fast_forward(10_500)
    expect(column(page, "拖欠账款").locator(".big strong")).to_have_text("1")
    expect(page.locator("#trend-table")).to_have_attribute("open", "")
    expect(page.locator("#trend svg")).to_be_visible()


def test_big_screen_shows_everything_without_scrolling(page: Page, world: World) -> None:
    a_day(world)
    page.set_viewport_size(BIG)
    page.reload()
    expect(page.locator("#trend svg")).to_be_visible()
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        keep(page, "wall")
    heights = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert heights[0] <= heights[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, POCKET], ids=["desk", "pocket"])
def test_nothing_bars_anybody(
    browser: Browser, page: Page, world: World, theme: str, size: dict[str, int]
) -> None:
    a_patch(world, a_day(world))
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.reload()
    expect(page.locator("#trend svg")).to_be_visible()
    for details in page.locator("summary").all():
        details.click()
    keep(page, "wall")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="制度补丁").click()
    expect(page.locator(".effects svg")).to_be_visible()
    keep(page, "patches")
    assert violations(page) == []
    door = browser.new_page(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if theme == "dark" else "light",
    )
    door.goto(f"{world.product.url}/wall/sign-in")
    assert violations(door) == []
    keep(door, "sign-in")
    door.close()


def test_theme_is_changed_and_remembered(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="明暗").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_print_leaves_out_what_is_only_for_hands(page: Page, world: World) -> None:
    a_day(world)
    page.reload()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="退出")).to_be_hidden()
    expect(column(page, "拖欠账款")).to_be_visible()
    keep(page, "wall")


def test_charts_of_a_dark_wall_are_printed_dark_on_light_and_whole(page: Page, world: World) -> None:
    a_day(world)
    page.emulate_media(color_scheme="dark")
    page.reload()
    count = page.locator("#funnel svg text").last
    expect(count).to_have_attribute("fill", "#eef3fa")
    page.emulate_media(media="print", color_scheme="dark")
    expect(count).to_have_attribute("fill", "#000")
    card, chart = (page.locator(place).bounding_box() for place in (".card.trend", "#trend svg"))
    assert card is not None
    assert chart is not None
    assert chart["y"] + chart["height"] <= card["y"] + card["height"]
    assert chart["width"] <= card["width"]


def test_wall_that_has_lost_its_server_says_so(browser: Browser, world: World, key: str) -> None:
    page = browser.new_page(viewport=DESK)
    page.clock.install()
    sign_in(page, world, key)
    page.context.set_offline(True)
    page.clock.fast_forward(10_500)
    expect(page.locator("#state")).to_have_text("连不上，数字不再更新")
    page.close()


def test_leaving_shows_the_door(page: Page) -> None:
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("管理密钥")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_label("管理密钥")).to_be_visible()


def test_customers_map_takes_the_place_of_the_tiles(
    browser: Browser, fresh_url: Makers, tmp_path: Path
) -> None:
    """Two regions of the file are drawn and lead to their cases; those it lacks stay tiles."""
    square = [[[122, 41], [124, 41], [124, 43], [122, 43], [122, 41]]]
    beside = [[[x + 2, y] for x, y in square[0]]]
    features = [
        {"properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": ring}}
        for code, ring in ((210100, square), (210500, beside))
    ]
    drawn = tmp_path / "map.json"
    drawn.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with World.running(fresh_url["sqlite"](), wall_map=drawn) as world:
        arrears, _ = a_day(world)
        page = browser.new_page(viewport=DESK)
        sign_in(page, world, a_key(world))
        expect(page.locator("svg.map a")).to_have_count(2)
        expect(page.locator(".tile")).to_have_count(13)
        expect(page.locator("svg.map a.is-green text")).to_have_text("沈阳 2")
        page.get_by_role("link", name="沈阳市：在办 2 件，超时 0 件").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#drawer").get_by_role("link", name=arrears)).to_be_visible()
        page.keyboard.press("Escape")
        assert page.url == f"{world.product.url}/wall"
        keep(page, "wall-map")
        assert violations(page) == []
        page.close()


def test_steps_of_a_case_say_which_promise_was_warned_of(page: Page, world: World, key: str) -> None:
    _, power = a_day(world)
    world.advance(days=3)
    with world.database.transaction() as session:
        TIMERS["warnings"](session, world.clock(), limit=100)
    sign_in(page, world, key)
    page.goto(f"{world.product.url}/wall/cases/{power}")
    expect(page.locator(".timeline")).to_contain_text("留言")
    expect(page.locator(".timeline")).to_contain_text("受理的时限已到")
    assert violations(page) == []
