"""The API beside the running product: an invite is scanned, a request is read back; and what the log says."""

import secrets
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from models.actions import access
from tests.contracts.api.desk import REFUSE_AT_COMMIT, SHENYANG, V1, Desk, settle_in
from tests.faults.processes import Web
from tests.flows.reading import number_in
from tests.world import World

OFFICIAL = {"name": "安予诚", "post": "p", "department": "d", "region": SHENYANG, "phone_tail": "3059"}


def surroundings(database_url: str) -> dict[str, str]:
    """Return the settings of a process whose platform does not answer."""
    return {
        "LIAISON_DATABASE_URL": database_url,
        "LIAISON_WECHAT_APP_ID": "wx0123456789abcdef",
        "LIAISON_WECHAT_APP_SECRET": "s" * 32,
        "LIAISON_WECHAT_TOKEN": "AAAAA",
        "LIAISON_WECHAT_AES_KEY": "A" * 43,
        "LIAISON_WECHAT_API_BASE": "http://127.0.0.1:9",
        "LIAISON_LOG_LEVEL": "DEBUG",
    }


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


def test_code_from_the_api_can_be_typed(world: World) -> None:
    key = admin(world)
    made = invited(world, key, official_id=world.roster.officials["leader"])
    phone = world.phone("o-new")
    assert "副省长 安予诚" in phone.say(f"绑定 {made.json()['code'].upper()}")
    assert phone.tap("确认绑定").startswith("绑定成功")


def test_log_lines_hold_nothing_that_was_sent(sqlite_url: str, tmp_path: Path) -> None:
    """A process as operators run it, at its most talkative; it fails to get a QR code and to commit."""
    with Desk.open(sqlite_url) as desk:
        place, key = settle_in(desk, SHENYANG), desk.key()
        with desk.database.transaction() as session:
            for statement in REFUSE_AT_COMMIT["sqlite"]:
                session.execute(text(statement))
    web = Web.on_free_port("--no-worker", environment=surroundings(sqlite_url), log=tmp_path / "log")
    web.start()
    try:
        web.wait_ready()
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
        with httpx.Client(base_url=web.url + V1, headers=headers, trust_env=False) as http:
            made = http.post("/invites", json={"official_id": place.official, "qr": True})
            reads = [http.get(path).status_code for path in place.paths()]
            phones = f"/officials/{place.official}/phones"
            entered = [http.post(phones, json={"number": number}, headers={"Idempotency-Key": number})
                       for number in ("13840001234", "1384000123X")]  # fmt: skip
            refused = http.post("/officials", json=OFFICIAL | {"phone_tail": "30590"})
            failed = http.post("/officials", json=OFFICIAL, headers={"Idempotency-Key": "two"})
    finally:
        web.stop()
    statuses = [made.status_code, *set(reads), refused.status_code, failed.status_code]
    assert statuses == [201, 200, 422, 500]
    assert [answer.status_code for answer in entered] == [201, 422]
    written = "\n".join(web.said())
    loud = [event["event"] for event in web.events() if event["level"] in {"warning", "error"}]
    assert loud == ["no_qr", "not_stored"]
    sent = (made.json()["code"], key, f"o-owner-{SHENYANG}", "管委会", "安予诚", "3059", "1384000")
    assert [word for word in sent if word in written] == []
