"""The API host: tokens, quotas, notices, media, menus, codes, and the ways it can fail."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.simulator import Clock, FaultKind, Platform, create_app
from bot.simulator.media import sniff
from bot.simulator.windows import Trigger
from tests.unit.simulator.desk import ACCOUNT, NOON, PNG, Desk, Echo, served, told

RID = r"^invalid openid rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"


async def _classic(desk: Desk) -> dict[str, Any]:
    query = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret}
    answer: dict[str, Any] = (await desk.http.get("/cgi-bin/token", params=query)).json()
    return answer


async def _code(desk: Desk, token: str) -> int:
    desk.token = token
    answer = await desk.call("getcallbackip")
    code: int = answer.get("errcode", 0)
    return code


def test_stable_token_is_kept_and_renewed_five_minutes_early(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        first = await desk.stable()
        assert first["expires_in"] == 7200
        desk.platform.clock.advance(timedelta(seconds=6899))
        assert await desk.stable() == {"access_token": first["access_token"], "expires_in": 301}
        desk.platform.clock.advance(timedelta(seconds=1))
        second = await desk.stable()
        assert second["expires_in"] == 7200
        assert await _code(desk, first["access_token"]) == 0
        desk.platform.clock.advance(timedelta(seconds=300))
        assert await _code(desk, first["access_token"]) == 42001
        assert await _code(desk, second["access_token"]) == 0

    told(story, echo)


def test_classic_token_ends_its_predecessor_but_no_stable_one(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        stable = (await desk.stable())["access_token"]
        first = (await _classic(desk))["access_token"]
        second = (await _classic(desk))["access_token"]
        assert [await _code(desk, token) for token in (stable, first, second)] == [0, 0, 0]
        desk.platform.clock.advance(timedelta(seconds=300))
        assert [await _code(desk, token) for token in (stable, first, second)] == [0, 40001, 0]

    told(story, echo)


def test_forced_refresh_ends_the_token_and_is_limited(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        first = (await desk.stable())["access_token"]
        second = (await desk.stable(force_refresh=True))["access_token"]
        assert [await _code(desk, token) for token in (first, second)] == [40001, 0]
        assert (await desk.stable(force_refresh=True))["errcode"] == 45011
        for _ in range(19):
            desk.platform.clock.advance(timedelta(seconds=30))
            assert "access_token" in await desk.stable(force_refresh=True)
        desk.platform.clock.advance(timedelta(seconds=30))
        assert (await desk.stable(force_refresh=True))["errcode"] == 45009

    told(story, echo)


def test_token_calls_check_credentials(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        changes = [{"appid": "wx0"}, {"secret": "no"}, {"appid": ""}, {"secret": ""}, {"grant_type": "x"}]
        assert [(await desk.stable(**one))["errcode"] for one in changes] == [
            40013,
            40125,
            41002,
            41004,
            40002,
        ]

    told(story, echo)


def test_calls_without_a_good_token_are_refused(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        missing = (await desk.http.get("/cgi-bin/getcallbackip")).json()
        assert missing["errcode"] == 41001
        assert missing["errmsg"].startswith("access_token missing rid: ")
        assert await _code(desk, "junk") == 40001
        good = (await desk.stable())["access_token"]
        desk.platform.tokens.revoke_all()
        assert await _code(desk, good) == 40001
        assert await _code(desk, (await desk.stable())["access_token"]) == 0

    told(story, echo)


def test_refusal_is_http_200_with_a_rid(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.call("message/custom/send", {"touser": "x"})
        assert answer["errcode"] == 40003
        assert re.match(RID, answer["errmsg"])

    told(story, echo)


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/cgi-bin/message/custom/send", b"", 43002),
        ("POST", "/cgi-bin/menu/get", b"{}", 43001),
        ("POST", "/cgi-bin/message/custom/send", b"", 44002),
        ("POST", "/cgi-bin/message/custom/send", b"{", 47001),
        ("POST", "/cgi-bin/message/custom/send", b"[]", 47001),
        ("POST", "/cgi-bin/message/custom/send", b'{"touser":"\\u4f60"}', 40033),
        ("POST", "/cgi-bin/message/custom/send", b'{"touser":"\\\\u4f60 \\u0007"}', 40003),
    ],
)
def test_malformed_calls_are_refused(echo: Echo, method: str, path: str, body: bytes, code: int) -> None:
    async def story(desk: Desk) -> None:
        params = {"access_token": await desk.token_now()}
        response = await desk.http.request(method, path, params=params, content=body)
        assert (response.status_code, response.json()["errcode"]) == (200, code)

    told(story, echo)


def test_unknown_path_is_not_found(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        assert (await desk.http.get("/cgi-bin/nothing")).status_code == 404

    told(story, echo)


def test_quota_ends_at_midnight_in_beijing_or_when_cleared(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        assert [await desk.send("o1", "嗯") for _ in range(3)] == [0, 0, 45009]
        body = {"cgi_path": "/cgi-bin/message/custom/send"}
        reading = await desk.call("openapi/quota/get", body)
        assert reading["quota"] == {"daily_limit": 2, "used": 2, "remain": 0}
        assert (await desk.call("clear_quota", {"appid": ACCOUNT.app_id}))["errcode"] == 0
        assert [await desk.send("o1", "嗯") for _ in range(3)] == [0, 0, 45009]
        desk.platform.clock.set(NOON + timedelta(hours=12))
        desk.token = ""
        assert await desk.send("o1", "嗯") == 0
        clears = [(await desk.call("clear_quota", {"appid": ACCOUNT.app_id}))["errcode"] for _ in range(10)]
        assert clears == [0] * 9 + [48006]

    told(story, echo, quotas={"/cgi-bin/message/custom/send": 2})


def test_foreign_address_is_refused_by_name(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        desk.platform.ip_whitelist = frozenset({"10.0.0.1"})
        answer = await desk.stable()
        assert answer["errcode"] == 40164
        assert answer["errmsg"].startswith("invalid ip 127.0.0.1, not in whitelist rid: ")
        desk.platform.ip_whitelist = None
        assert "access_token" in await desk.stable()

    told(story, echo)


CARD = {
    "touser": "o1",
    "template_id": "T-news",
    "url": "https://example.com/t/12",
    "data": {"character_string1": {"value": "12"}, "thing2": {"value": "已派人到现场"}},
}


def test_template_needs_no_window_and_reports_later(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.call("message/template/send", CARD)
        await desk.platform.settle()
        entry = desk.platform.user("o1").transcript[-1].as_json()
        assert (entry["kind"], entry["via"], entry["title"]) == ("template", "template", "诉求进展")
        assert entry["rows"] == (("编号", "12"), ("进展", "已派人到现场"))
        event = echo.seen[-1]
        assert (event.event, event.status, event.id) == ("templatesendjobfinish", "success", answer["msgid"])

    told(story, echo)


def test_template_to_who_blocked_fails_later(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "block")
        assert (await desk.call("message/template/send", CARD))["errcode"] == 0
        await desk.platform.settle()
        assert echo.seen[-1].status == "failed:user block"
        assert [entry.kind for entry in desk.platform.user("o1").transcript] == ["system"]

    told(story, echo)


def test_template_with_a_known_client_msg_id_is_sent_once(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        body = CARD | {"client_msg_id": "event-7"}
        sent = [(await desk.call("message/template/send", body))["msgid"] for _ in range(2)]
        desk.platform.clock.advance(timedelta(minutes=10))
        sent.append((await desk.call("message/template/send", body))["msgid"])
        await desk.platform.settle()
        assert (sent[0] == sent[1], sent[1] == sent[2]) == (True, False)
        assert len(desk.platform.user("o1").transcript) == 2

    told(story, echo)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"template_id": "T-none"}, 40037, ""),
        ({"touser": "o9"}, 40003, ""),
        ({"url": "https://" + "a" * 2050}, 40039, ""),
        ({"data": {}}, 47003, "data is empty"),
        ({"data": {"thing2": {"value": "好"}}}, 47003, "data.character_string1.value is empty"),
        (
            {"data": {"character_string1": {"value": "12"}, "thing2": {"value": "好" * 21}}},
            47003,
            "data.thing2.value invalid",
        ),
        ({"data": CARD["data"] | {"thing3": {"value": "好"}}}, 47003, "data.thing3.value invalid"),  # type: ignore[operator]
    ],
)
def test_template_checks_its_call(echo: Echo, change: dict[str, Any], code: int, field: str) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.call("message/template/send", CARD | change)
        assert answer["errcode"] == code
        assert field in answer["errmsg"]

    told(story, echo)


NOTICE = {"touser": "o1", "template_id": "S-once", "data": {"thing1": {"value": "电价补贴"}}}


def test_subscription_needs_a_consent_for_each_notice(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        async def send(template_id: str) -> int:
            answer = await desk.call("message/subscribe/bizsend", NOTICE | {"template_id": template_id})
            code: int = answer["errcode"]
            return code

        assert await send("S-once") == 43101
        await desk.act("o1", "consent", template_id="S-once", accept=False)
        assert await send("S-once") == 43101
        await desk.act("o1", "consent", template_id="S-once", accept=True)
        await desk.act("o1", "consent", template_id="S-ever", accept=True)
        assert [await send("S-once"), await send("S-once")] == [0, 43101]
        assert [await send("S-ever"), await send("S-ever")] == [0, 0]
        await desk.platform.settle()
        answered = [one.event for one in echo.seen]
        assert answered == ["subscribe_msg_popup_event"] * 3 + ["subscribe_msg_sent_event"] * 3

    told(story, echo)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", "好" * 20, "好" * 21),
        ("phrase1", "办理中", "办理中中中中"),
        ("phrase1", "已办结", "done"),
        ("name1", "张三", "张" * 11),
        ("character_string1", "A-12/3", "十二"),
        ("number1", "12", "12 个"),
        ("phone_number1", "024-12345678", "0" * 18),
        ("amount1", "¥12.50", "十元"),
        ("time1", "2026年11月23日 10:00", "2026-11-23 10:00"),
        ("time1", "15:01", "下午"),
        ("date1", "2026年11月23日", "明天"),
        ("letter1", "ABC", "A1"),
        ("thing1", "好", ""),
        ("thing1", "好", 5),
        ("gadget1", None, "好"),
    ],
)
def test_values_keep_the_limits_of_their_kind(echo: Echo, key: str, good: str | None, bad: Any) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "consent", template_id="S-ever", accept=True)
        for value, code in ((good, 0), (bad, 47003)):
            body = {"touser": "o1", "template_id": "S-ever", "data": {key: {"value": value}}}
            if value is not None:
                assert (await desk.call("message/subscribe/bizsend", body))["errcode"] == code

    told(story, echo)


def test_media_lives_three_days(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        query = {"access_token": await desk.token_now(), "type": "image"}
        files = {"media": ("站牌.png", PNG, "image/png")}
        uploaded = await desk.http.post("/cgi-bin/media/upload", params=query, files=files)
        answer = uploaded.json()
        assert (answer["type"], answer["created_at"]) == ("image", int(NOON.timestamp()))
        query = {"access_token": await desk.token_now(), "media_id": answer["media_id"]}
        got = await desk.http.get("/cgi-bin/media/get", params=query)
        assert (got.content, got.headers["content-type"]) == (PNG, "image/png")
        assert got.headers["content-disposition"].startswith('attachment; filename="')
        desk.platform.clock.advance(timedelta(days=3))
        desk.token = ""
        assert (await desk.call("media/get", media_id=answer["media_id"]))["errcode"] == 40007
        assert (await desk.http.get(f"/media/{answer['media_id']}")).content == PNG

    told(story, echo)


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image", b"%PDF-1.7", 40005),
        ("gif", PNG, 40004),
        ("voice", b"#!AMR\n" + b"\0" * 2 * 1024 * 1024, 40006),
        ("thumb", b"\xff\xd8\xff" + b"\0" * 64 * 1024, 40006),
        ("voice", b"", 41005),
    ],
)
def test_media_upload_checks_kind_format_and_size(echo: Echo, kind: str, content: bytes, code: int) -> None:
    async def story(desk: Desk) -> None:
        query = {"access_token": await desk.token_now(), "type": kind}
        response = await desk.http.post(
            "/cgi-bin/media/upload", params=query, files={"media": ("a", io.BytesIO(content))}
        )
        assert response.json()["errcode"] == code

    told(story, echo)


def test_picture_of_a_person_can_be_fetched_and_sent_on(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.http.post("/phones/o1/image", files={"media": ("a.png", PNG, "image/png")})
        media_id = echo.seen[0].media_id
        query = {"access_token": await desk.token_now(), "media_id": media_id}
        assert (await desk.http.get("/cgi-bin/media/get", params=query)).content == PNG
        body = {"touser": "o1", "msgtype": "image", "image": {"media_id": media_id}}
        assert (await desk.call("message/custom/send", body))["errcode"] == 0
        assert desk.platform.user("o1").transcript[-1].draft.media_id == media_id

    told(story, echo)


def test_code_is_a_picture_that_people_scan(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        scene = {
            "expire_seconds": 600,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": "b7"}},
        }
        made = await desk.call("qrcode/create", scene)
        assert made["expire_seconds"] == 600
        picture = await desk.http.get("/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
        assert (sniff(picture.content), picture.headers["content-type"]) == ("image/png", "image/png")
        desk.platform.add_user("李", openid="o2", followed=False)
        await desk.act("o1", "scan", scene=made["url"])
        await desk.act("o2", "scan", scene=made["ticket"])
        scan, subscribe = echo.seen
        assert (scan.event, scan.scene_id, scan.ticket) == ("scan", "b7", made["ticket"])
        assert (subscribe.event, subscribe.scene_id) == ("subscribe_scan", "b7")
        assert (await desk.call("user/info", openid="o2"))["qr_scene_str"] == "b7"
        desk.platform.clock.advance(timedelta(seconds=600))
        assert (await desk.act("o1", "scan", scene="b7"))["status"] == 410
        gone = await desk.http.get("/cgi-bin/showqrcode", params={"ticket": made["ticket"]})
        assert gone.status_code == 404

    told(story, echo)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action_name": "QR", "action_info": {"scene": {"scene_str": "a"}}}, 40052),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "a" * 65}}}, 40053),
        (
            {
                "action_name": "QR_STR_SCENE",
                "expire_seconds": 2592001,
                "action_info": {"scene": {"scene_str": "a"}},
            },
            40053,
        ),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100001}}}, 40053),
        ({"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "a"}}}, 0),
    ],
)
def test_code_checks_its_scene(echo: Echo, body: dict[str, Any], code: int) -> None:
    async def story(desk: Desk) -> None:
        assert (await desk.call("qrcode/create", body)).get("errcode", 0) == code

    told(story, echo)


def test_menu_is_kept_and_its_keys_are_clicked(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        assert (await desk.call("menu/get"))["errcode"] == 46003
        buttons = [
            {"name": "我要反映", "type": "click", "key": "NEW"},
            {"name": "更多", "sub_button": [{"name": "核验来电", "type": "click", "key": "VERIFY"}]},
        ]
        assert (await desk.call("menu/create", {"button": buttons}))["errcode"] == 0
        assert (await desk.call("menu/get"))["menu"]["button"] == buttons
        clicked = await desk.act("o1", "menu", key="VERIFY")
        assert [(entry["kind"], entry["text"]) for entry in clicked["entries"]] == [("menu", "核验来电")]
        assert (echo.seen[0].event, echo.seen[0].key) == ("click", "VERIFY")
        assert (await desk.call("menu/delete"))["errcode"] == 0
        assert (await desk.call("get_current_selfmenu_info"))["is_menu_open"] == 0

    told(story, echo)


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([{"name": "a", "type": "click", "key": "K"}] * 4, 40016),
        ([{"name": "六个汉字太长", "type": "click", "key": "K"}], 40018),
        ([{"name": "a", "type": "press", "key": "K"}], 40017),
        ([{"name": "a", "type": "click"}], 40019),
        ([{"name": "a", "type": "view", "url": "h" * 1025}], 40020),
        ([{"name": "a", "sub_button": [{"name": "b", "type": "click", "key": "K"}] * 6}], 40023),
        ([{"name": "a", "sub_button": [{"name": "b" * 61, "type": "click", "key": "K"}]}], 40025),
    ],
)
def test_menu_checks_its_buttons(echo: Echo, buttons: list[Any], code: int) -> None:
    async def story(desk: Desk) -> None:
        assert (await desk.call("menu/create", {"button": buttons}))["errcode"] == code

    told(story, echo)


def test_user_info_tells_who_follows_and_no_name(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        info = await desk.call("user/info", openid="o1")
        assert (info["subscribe"], info["subscribe_time"]) == (1, int(NOON.timestamp()))
        assert "nickname" not in info
        await desk.act("o1", "unfollow")
        assert await desk.call("user/info", openid="o1") == {"subscribe": 0, "openid": "o1"}
        assert (await desk.call("user/info", openid="o9"))["errcode"] == 40003

    told(story, echo)


def test_network_checks_answer(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        assert await desk.call("getcallbackip") == {"ip_list": ["127.0.0.1"]}
        assert await desk.call("get_api_domain_ip") == {"ip_list": ["127.0.0.1"]}
        checked = await desk.call("callback/check", {"action": "all", "check_operator": "DEFAULT"})
        assert sorted(checked) == ["dns", "ping"]

    told(story, echo)


def test_calls_are_recorded_with_their_codes(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.send("o1", "早")
        calls = (await desk.http.get("/calls", params={"path": "/cgi-bin/message/custom/send"})).json()[
            "calls"
        ]
        assert calls == [
            {
                "at": NOON.isoformat(),
                "path": "/cgi-bin/message/custom/send",
                "body": {"touser": "o1", "msgtype": "text", "text": {"content": "早"}},
                "errcode": 45015,
            }
        ]

    told(story, echo)


def test_fault_answers_so_many_calls_with_its_code(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        await desk.act("o1", "say", text="你好")
        fault = {"kind": "errcode", "path": "/cgi-bin/message/", "times": 2, "errcode": -1}
        assert len((await desk.http.post("/faults", json=fault)).json()["faults"]) == 1
        assert [await desk.send("o1", "嗯") for _ in range(3)] == [-1, -1, 0]
        assert (await desk.http.post("/faults", json={"kind": "fire"})).status_code == 422

    told(story, echo)


def test_fault_rejects_every_token_until_cleared(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        token = await desk.token_now()
        desk.platform.faults.add(FaultKind.REJECT_TOKENS, times=None)
        assert [await _code(desk, token), await _code(desk, (await desk.stable())["access_token"])] == [
            40001
        ] * 2
        assert (await desk.http.delete("/faults")).json() == {"faults": []}
        assert await _code(desk, token) == 0

    told(story, echo)


def test_fault_breaks_the_answer_but_not_the_call() -> None:
    platform = Platform(ACCOUNT, Clock(NOON))
    user = platform.add_user("王总", openid="o1")
    token, _ = platform.tokens.stable(force=False)
    user.windows.open(Trigger.MESSAGE, NOON)
    body = {"touser": "o1", "msgtype": "text", "text": {"content": "嗯"}}
    with served(create_app(platform)) as url, httpx.Client(trust_env=False) as http:
        address = f"{url}/cgi-bin/message/custom/send?access_token={token}"
        platform.faults.add(FaultKind.RESET)
        with pytest.raises(httpx.RemoteProtocolError):
            http.post(address, json=body)
        platform.faults.add(FaultKind.TRUNCATED)
        with pytest.raises(json.JSONDecodeError):
            http.post(address, json=body).json()
        assert user.last_id == 2
        platform.faults.add(FaultKind.BAD_GATEWAY)
        assert http.post(address, json=body).status_code == 502
        platform.faults.add(FaultKind.LATENCY, seconds=0.2)
        with pytest.raises(httpx.ReadTimeout):
            http.post(address, json=body, timeout=0.05)
        assert user.last_id == 2
