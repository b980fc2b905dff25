"""The API host: what it refuses, menus, people, and the checks of the network."""

import re
from typing import Any

import pytest

from tests.unit.simulator.desk import NOON, Desk, Echo, told

RID = r"^invalid openid rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$"


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

    told(story, echo)


def test_callback_check_really_looks(echo: Echo) -> None:
    async def story(desk: Desk) -> None:
        async def check(action: str, operator: str = "DEFAULT") -> dict[str, Any]:
            return await desk.call("callback/check", {"action": action, "check_operator": operator})

        whole = await check("all")
        assert [one["ip"] for one in whole["dns"]] == ["127.0.0.1"]
        assert [one["package_loss"] for one in whole["ping"]] == ["0%"]
        desk.platform.reconfigure(callback_url="http://127.0.0.1:9/wechat")
        assert [one["package_loss"] for one in (await check("ping"))["ping"]] == ["100%"]
        desk.platform.reconfigure(callback_url="http://nowhere.invalid/wechat")
        assert await check("dns") == {"dns": []}
        assert [(await check(*bad))["errcode"] for bad in (("trace",), ("all", "NOBODY"))] == [40035, 40035]

    told(story, echo)
