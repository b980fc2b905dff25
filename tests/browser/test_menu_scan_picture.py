"""What fingers do besides typing, down to our own answers: tap the menu, scan an invite, send a picture.

Found by role and label as a person would find them, so that the page may change its clothes.
"""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models.actions import access
from tests.browser.pictures import keep, untroubled
from tests.flows.owning import a_minute_later
from tests.flows.test_menu import liaison
from tests.flows.test_pictures_and_voices import PNG
from tests.roster import LEADER, OWNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
DESK = {"width": 1440, "height": 900}
NEWCOMER, LATECOMER = "o-newcomer", "o-latecomer"


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    with untroubled(browser.new_page(viewport=DESK)) as opened:
        yield opened


def phones(page: Page, world: World, left: str, right: str) -> tuple[Locator, Locator]:
    """Open the page with these two people's phones on the desk."""
    page.goto(f"{world.simulator.url}/")
    seats = page.locator(".seat")
    for seat, openid in ((seats.nth(0), left), (seats.nth(1), right)):
        seat.get_by_role("combobox").select_option(openid)
    return seats.nth(0), seats.nth(1)


def log(phone: Locator) -> Locator:
    return phone.get_by_role("log")


def say(phone: Locator, text: str) -> None:
    phone.get_by_role("textbox").fill(text)
    phone.get_by_role("button", name="发送", exact=True).click()


def press(phone: Locator, name: str | re.Pattern[str]) -> None:
    phone.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def more(phone: Locator, name: str) -> None:
    """Open what stands behind the plus and choose one of it."""
    press(phone, re.compile("^更多"))
    press(phone, name)


def tap(phone: Locator, words: str) -> None:
    """Tap the newest link with these words."""
    log(phone).get_by_text(words, exact=True).last.click()


def send_picture(page: Page, phone: Locator, picture: Path) -> None:
    with page.expect_file_chooser() as chooser:
        more(phone, "图片")
    chooser.value.set_files(picture)


def pictures(phone: Locator) -> Locator:
    return log(phone).get_by_alt_text("聊天里的图片")


def invite(world: World, **target: int) -> dict[str, Any]:
    """Invite somebody as an administrator does, with a QR code."""
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="n", role="admin", region=None, now=world.clock())
    made = world.web.post(
        "/api/v1/invites", headers={"Authorization": f"Bearer {raw}"}, json={"qr": True, **target}
    )
    assert made.status_code == 201
    return dict(made.json())


def test_menu_of_ours_is_tapped_and_answers(page: Page, world: World) -> None:
    assert liaison(world, "menu").returncode == 0
    owner, _ = phones(page, world, OWNER, LEADER)
    menu = owner.get_by_role("navigation", name="底部菜单")
    expect(menu.get_by_role("button")).to_have_text(["我要反映", "我的诉求", "核验来电"])

    for entry, answer in (
        ("我要反映", "请直接说是什么事"),
        ("我的诉求", "您还没有诉求"),
        ("核验来电", "请把来电号码发过来"),
    ):
        menu.get_by_role("button", name=entry).click()
        expect(log(owner)).to_contain_text(f"你点了菜单“{entry}”")
        expect(log(owner)).to_contain_text(answer)


def test_invite_is_scanned_once_and_binds_after_asking_back(page: Page, world: World) -> None:
    scene = invite(world, enterprise_id=world.roster.enterprises["yunshanli"])["scene"]
    for openid in (NEWCOMER, LATECOMER):
        world.phone(openid)
    newcomer, latecomer = phones(page, world, NEWCOMER, LATECOMER)

    more(newcomer, "扫一扫")
    press(newcomer, f"扫描二维码 {scene}")
    expect(log(newcomer)).to_contain_text("将把这个微信绑定为：沈阳云杉里精密机械有限公司")
    tap(newcomer, "确认绑定")
    expect(log(newcomer)).to_contain_text("绑定成功，您现在代表沈阳云杉里精密机械有限公司")
    say(newcomer, REQUEST)
    expect(log(newcomer)).to_contain_text("负责人：副省长 安予诚")

    more(latecomer, "扫一扫")
    latecomer.get_by_label("二维码内容").fill(scene)
    press(latecomer, "扫码")
    expect(log(latecomer)).to_contain_text("这个邀请码不能用")


def test_picture_travels_both_ways_and_opens_large(page: Page, world: World, tmp_path: Path) -> None:
    picture = tmp_path / "scene.png"
    picture.write_bytes(PNG)
    owner, leader = phones(page, world, OWNER, LEADER)
    say(leader, "待办")
    expect(log(leader)).to_contain_text("手头没有待办诉求")
    say(owner, REQUEST)
    expect(log(leader)).to_contain_text("新诉求")

    send_picture(page, owner, picture)
    expect(log(owner)).to_contain_text("已记到")
    a_minute_later(world)
    expect(pictures(leader)).to_have_js_property("naturalWidth", 1)

    tap(leader, "受理")
    expect(log(leader)).to_contain_text("台账编号")
    send_picture(page, leader, picture)
    expect(pictures(owner)).to_have_count(2)
    expect(pictures(owner).last).to_have_js_property("naturalWidth", 1)

    pictures(owner).last.click()
    expect(page.get_by_role("dialog", name="看大图")).to_be_visible()
    keep(page, "phones-picture")
