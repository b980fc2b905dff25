"""`liaison menu` puts the chat menu on the account, and its entries are words that work."""

import os
import subprocess
import sys

from tests.roster import OWNER
from tests.world import World


def liaison(world: World, *arguments: str) -> "subprocess.CompletedProcess[str]":
    settings = world.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")} | {
        "LIAISON_DATABASE_URL": settings.database_url,
        "LIAISON_WECHAT_APP_ID": settings.wechat_app_id,
        "LIAISON_WECHAT_APP_SECRET": settings.wechat_app_secret.get_secret_value(),
        "LIAISON_WECHAT_TOKEN": settings.wechat_token.get_secret_value(),
        "LIAISON_WECHAT_AES_KEY": settings.wechat_aes_key.get_secret_value(),
        "LIAISON_WECHAT_API_BASE": settings.wechat_api_base,
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_menu_entry_is_a_word_that_works(world: World) -> None:
    done = liaison(world, "menu")

    assert done.returncode == 0, done.stderr
    menu = world.sim.get("/account").json()["menu"]
    assert [button["name"] for button in menu] == ["我要反映", "我的诉求", "核验来电"]
    owner = world.phone(OWNER)
    answers = [owner.act("menu", key=button["key"]) for button in menu]
    assert answers[0].startswith("请直接说是什么事")
    assert answers[1].startswith("您还没有诉求")
    assert answers[2].startswith("请把来电号码发过来")


def test_menu_refused_by_the_platform_is_said(world: World) -> None:
    world.sim.post("/faults", json={"kind": "errcode", "path": "/cgi-bin/menu/create", "errcode": 48001})

    done = liaison(world, "menu")

    assert done.returncode == 1
    assert "48001" in done.stderr
    assert "Traceback" not in done.stderr
