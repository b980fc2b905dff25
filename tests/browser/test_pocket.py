"""The phones page on a real phone's screen: a thumb, a keyboard, and somebody who is angry."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.simulator.media import silence
from tests.browser.pictures import keep, untroubled
from tests.roster import LEADER, OWNER
from tests.world import World

POCKET = {"width": 390, "height": 844}
WITH_KEYBOARD = {"width": 390, "height": 470}
THUMB = 44
MENU = [
    {"name": "我要反映", "type": "click", "key": "NEW"},
    {
        "name": "办事服务",
        "sub_button": [
            {"name": "扫码核验来电", "type": "scancode_waitmsg", "key": "SCAN"},
            {"name": "拍照上传", "type": "pic_photo_or_album", "key": "PICTURE"},
            {"name": "发送位置", "type": "location_select", "key": "PLACE"},
        ],
    },
]
# Everything that can be tapped and is not hidden, with what is too small for a thumb.
TOO_SMALL = """
(thumb) => [...document.querySelectorAll("button, a, select, textarea, input")]
  .filter((one) => one.checkVisibility() && !one.closest("[inert]"))
  .map((one) => [one.getBoundingClientRect(), one.className || one.id || one.tagName])
  .filter(([box]) => Math.round(box.width) < thumb || Math.round(box.height) < thumb)
  .map(([box, name]) => `${name} ${box.width}x${box.height}`)
"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fccff0bf1e00058102ff99a05d3b0000000049454e44ae426082"
)


@pytest.fixture
def pocket(browser: Browser, world: World) -> Iterator[Page]:
    world.platform.menu = MENU
    context = browser.new_context(viewport=POCKET, has_touch=True, is_mobile=True)
    with untroubled(context.new_page(), may_be_refused=True) as page:
        page.goto(f"{world.simulator.url}/#{OWNER},{LEADER}")
        expect(phone(page).locator(".menu-row")).to_be_visible()
        yield page
    context.close()


def phone(page: Page, seat: int = 0) -> Locator:
    return page.locator(".seat").nth(seat)


def log(page: Page, seat: int = 0) -> Locator:
    return phone(page, seat).locator(".log")


def type_in(page: Page, text: str) -> None:
    keys = phone(page).locator(".to-keys")
    if keys.is_visible():
        keys.tap()
    phone(page).locator("textarea").fill(text)
    phone(page).locator(".send").tap()


def is_in_sight(page: Page, one: Locator) -> bool:
    """Say whether the whole of an element lies within the screen."""
    box, screen = one.bounding_box(), page.viewport_size
    assert box is not None
    assert screen is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= screen["height"] + 1


def test_everything_is_as_big_as_a_thumb(pocket: Page) -> None:
    type_in(pocket, "给开发区管委会干的工程，尾款320万一直不给结")
    expect(log(pocket)).to_contain_text("副省长 安予诚")
    assert pocket.evaluate(TOO_SMALL, THUMB) == []
    for button in (".more-open", "[data-do=scan]", ".cancel", ".head-more", ".cancel", ".to-menu", ".parent"):
        phone(pocket).locator(button).tap()
        assert pocket.evaluate(TOO_SMALL, THUMB) == [], button
    pocket.locator("#clock-open").tap()
    keep(pocket, "phones-clock")
    assert pocket.evaluate(TOO_SMALL, THUMB) == []


def test_answers_side_by_side_are_tapped_apart(pocket: Page) -> None:
    """Targets reach beyond their words, but never over the middle of another's."""
    type_in(pocket, "园区的事有人管吗，等了半年了")
    expect(log(pocket).locator(".say-link").first).to_be_visible()
    stolen = pocket.evaluate(
        """() => [...document.querySelectorAll(".seat .say-link")].filter((one) => one.checkVisibility()).filter((one) => {
          const box = one.getBoundingClientRect();
          one.scrollIntoView({ block: "center" });
          const now = one.getBoundingClientRect();
          return document.elementFromPoint(now.left + box.width / 2, now.top + box.height / 2) !== one;
        }).map((one) => one.textContent)"""
    )
    assert stolen == []


def test_keyboard_covers_neither_the_box_nor_the_last_words(pocket: Page) -> None:
    for n in range(6):
        type_in(pocket, f"第{n}次问了，尾款到底什么时候给？")
    expect(log(pocket).locator(".theirs")).to_have_count(6)
    phone(pocket).locator("textarea").tap()
    pocket.set_viewport_size(WITH_KEYBOARD)  # type: ignore[arg-type]
    phone(pocket).locator("textarea").fill("你们到底管不管？！" * 60)
    expect(phone(pocket).locator(".picker")).to_be_hidden()
    assert is_in_sight(pocket, phone(pocket).locator(".send"))
    assert is_in_sight(pocket, phone(pocket).locator("textarea"))
    phone(pocket).locator(".send").tap()
    expect(log(pocket).locator(".theirs")).to_have_count(7)
    assert is_in_sight(pocket, log(pocket).locator(".row").last)
    assert pocket.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_long_words_stay_inside_the_screen(pocket: Page) -> None:
    for text in ("https://www.example.com/" + "a" * 300, "A" * 300, "！" * 300, "还" * 3000):
        type_in(pocket, text)
    expect(log(pocket).locator(".mine")).to_have_count(4)
    assert pocket.evaluate("document.documentElement.scrollWidth") == POCKET["width"]
    assert log(pocket).evaluate("log => log.scrollWidth") == POCKET["width"]


def test_text_that_was_refused_is_given_back(pocket: Page) -> None:
    said = "还" * 20_001
    type_in(pocket, said)
    expect(phone(pocket).locator(".toast")).to_contain_text("太长了")
    assert phone(pocket).locator("textarea").input_value() == said
    assert log(pocket).locator(".row").count() == 0


def test_news_below_and_behind_are_counted(pocket: Page, world: World) -> None:
    world.phone(LEADER).say("待办")
    for n in range(12):
        world.phone(OWNER).say(f"第{n}件：厂区停电第{n}天")
    expect(log(pocket).locator(".mine")).to_have_count(12)
    log(pocket).evaluate("log => { log.scrollTop = 0 }")
    world.phone(LEADER).say("受理 1010")
    expect(phone(pocket).locator(".news")).to_contain_text("条新消息")
    phone(pocket).locator(".news").tap()
    expect(phone(pocket).locator(".news")).to_be_hidden()
    assert is_in_sight(pocket, log(pocket).locator(".row").last)
    expect(pocket.locator(".desk-tabs .badge")).to_have_count(1)
    pocket.locator(".desk-tabs button").nth(1).tap()
    expect(pocket.locator(".desk-tabs .badge")).to_have_count(0)


def test_menu_asks_for_what_its_buttons_want(pocket: Page, world: World, tmp_path: Path) -> None:
    def tap(name: str) -> None:
        phone(pocket).locator(".parent").tap()
        phone(pocket).locator(".sub-menu button", has_text=name).tap()

    tap("发送位置")
    phone(pocket).locator(".choice").first.tap()
    expect(log(pocket).locator(".place")).to_be_visible()
    tap("扫码核验来电")
    phone(pocket).locator(".scan-form input").fill("https://a.example/1")
    phone(pocket).locator(".scan-form button").tap()
    expect(log(pocket)).to_contain_text("你点了菜单“扫码核验来电”")
    picture = tmp_path / "现场.png"
    picture.write_bytes(PNG)
    with pocket.expect_file_chooser() as chooser:
        tap("拍照上传")
    chooser.value.set_files(picture)
    expect(log(pocket).locator(".picture img")).to_be_visible()
    log(pocket).locator(".picture").tap()
    expect(pocket.locator("#viewer img")).to_be_visible()
    events = [one.message["Event"] for one in world.platform.pushes if one.message["MsgType"] == "event"]
    assert events == ["location_select", "scancode_waitmsg", "pic_photo_or_album"]


def test_voice_is_held_and_slid_away(pocket: Page, world: World) -> None:
    hold = phone(pocket).locator(".hold")
    phone(pocket).locator(".to-keys").tap()
    phone(pocket).locator(".voice-open").tap()
    box = hold.bounding_box()
    assert box is not None
    x, y = box["x"] + 20, box["y"] + 20
    pocket.mouse.move(x, y)
    pocket.mouse.down()
    expect(hold).to_contain_text("松开 发送")
    pocket.mouse.move(x, y - 120)
    expect(hold).to_have_text("松开 取消")
    pocket.mouse.up()
    expect(hold).to_have_text("按住 说话")
    pocket.mouse.move(x, y)
    pocket.mouse.down()
    pocket.mouse.up()
    expect(log(pocket).locator(".voice")).to_have_count(1)
    world.until(lambda: len(world.platform.pushes) == 1)
    media_id = str(world.platform.pushes[0].message["MediaId"])
    media = world.platform.media.on_phone(media_id)
    assert media is not None
    assert media.content == silence(1)


def test_page_behind_a_link_learns_who_tapped_it(pocket: Page, world: World) -> None:
    account, desk = world.platform.account, world.simulator.url
    back = quote(f"{world.product.url}/h5", safe="")
    url = (
        f"{desk}/connect/oauth2/authorize?appid={account.app_id}&redirect_uri={back}"
        "&response_type=code&scope=snsapi_base&state=s7#wechat_redirect"
    )
    type_in(pocket, f"这个链接能打开吗 {url}")
    with pocket.context.expect_page() as opened:
        log(pocket).locator(".mine a").tap()
    page = opened.value
    page.wait_for_url(re.compile("code="))
    given = parse_qs(urlsplit(page.url).query)
    assert given["state"] == ["s7"]
    query = {"appid": account.app_id, "secret": account.app_secret, "grant_type": "authorization_code"}
    leave = world.sim.get("/sns/oauth2/access_token", params=query | {"code": given["code"][0]}).json()
    assert leave["openid"] == OWNER
