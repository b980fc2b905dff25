"""The API beside the running product: an invite is scanned, a request is read back; and what the log says."""

import contextlib
import io
import secrets
from typing import Any

import httpx
import structlog

from bot import log
from models.actions import access
from tests.contracts.api.desk import SHENYANG, V1, Desk, settle_in
from tests.flows.reading import number_in
from tests.world import World


def admin(world: World) -> dict[str, str]:
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="n", role="admin", region=None, now=world.clock())
    return {"Authorization": f"Bearer {raw}"}


def read(world: World, path: str, key: dict[str, str]) -> Any:
    answer = world.web.get(V1 + path, headers=key)
    assert answer.status_code == 200
    return answer.json()


def invited(world: World, key: dict[str, str], **body: Any) -> httpx.Response:
    return world.web.post(f"{V1}/invites", headers=key, json=body)


def test_invite_from_the_api_is_scanned_and_binds(world: World) -> None:
    key, firm = admin(world), world.roster.enterprises["yunshanli"]
    made = invited(world, key, enterprise_id=firm, contact_name="白露", contact_role="财务经理", qr=True)
    assert made.status_code == 201
    assert "/cgi-bin/showqrcode?ticket=" in made.json()["qr_url"]

    phone = world.phone("o-new")
    phone.act("scan", scene=made.json()["scene"])
    phone.tap("确认绑定")

    used = read(world, f"/invites/{made.json()['id']}", key)
    contact = next(row for row in read(world, "/contacts", key)["items"] if row["name"] == "白露")
    assert (contact["person_id"], contact["openid"]) == (used["used_by"], "o-new")
    number = number_in(phone.say("管委会欠我们工程尾款320万，验收一年多了还不给"))
    assert read(world, f"/tickets/{number}", key)["enterprise"]["id"] == firm
    said = read(world, f"/tickets/{number}/messages", key)["items"]
    assert [row["text"] for row in said] == ["管委会欠我们工程尾款320万，验收一年多了还不给"]
    assert read(world, "/reconciliation", key) == {"items": [], "next": None}


def test_code_from_the_api_can_be_typed(small_world: World) -> None:
    key = admin(small_world)
    made = invited(small_world, key, official_id=small_world.roster.officials["leader"])
    phone = small_world.phone("o-new")
    assert "副省长 安予诚" in phone.say(f"绑定 {made.json()['code'].upper()}")
    assert phone.tap("确认绑定").startswith("绑定成功")


def test_log_lines_hold_nothing_that_was_sent(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    lines = io.StringIO()
    try:
        with contextlib.redirect_stdout(lines), contextlib.redirect_stderr(lines):
            log.configure("DEBUG", "json")
            made = desk.post("/invites", {"official_id": place.official, "qr": True}, once="one").json()
            desk.get(f"/contacts/{place.contact}")
            desk.get(f"/tickets/{place.number}/messages")
            desk.post("/officials", {"name": "安予诚", "phone_tail": "30590"})
    finally:
        structlog.reset_defaults()
        log.configure("WARNING", "json")
    written = lines.getvalue()
    assert "no_qr" in written
    secrets_ = (made["code"], desk.key(), f"o-owner-{SHENYANG}", "管委会", "安予诚", "30590")
    assert [word for word in secrets_ if word in written] == []
