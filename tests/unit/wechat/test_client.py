"""Every call has its documented payload and gives back what the platform answered."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.wechat.client import SEND_PATH, Client, Qr, Receipt
from bot.wechat.errors import Unfit, Unreachable
from tests.unit.wechat.talks import Platform, sent, told
from tests.unit.wechat.tiny_server import Server, as_json

CUSTOM: list[tuple[Callable[[Client], Awaitable[object]], dict[str, Any]]] = [
    (
        lambda client: client.send_text("oA", "已\x00受理"),
        {"touser": "oA", "msgtype": "text", "text": {"content": "已受理"}},
    ),
    (
        lambda client: client.send_image("oA", "M"),
        {"touser": "oA", "msgtype": "image", "image": {"media_id": "M"}},
    ),
    (
        lambda client: client.send_voice("oA", "M"),
        {"touser": "oA", "msgtype": "voice", "voice": {"media_id": "M"}},
    ),
    (
        lambda client: client.send_menu("oA", "满意吗?", [("101", "满意"), ("102", "不满意")]),
        {
            "touser": "oA",
            "msgtype": "msgmenu",
            "msgmenu": {
                "head_content": "满意吗?",
                "list": [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}],
                "tail_content": "",
            },
        },
    ),
]


@pytest.mark.parametrize(("act", "body"), CUSTOM)
def test_customer_service_message_has_the_documented_shape(
    act: Callable[[Client], Awaitable[object]], body: dict[str, Any]
) -> None:
    request, result = sent(act)
    assert (request.method, request.path, result) == ("POST", SEND_PATH, Receipt())
    assert json.loads(request.body) == body


def test_json_goes_out_in_real_characters() -> None:
    request, _ = sent(lambda client: client.call("/x", {"text": "汉字😀\ud800"}))
    assert request.body == '{"text": "汉字😀?"}'.encode()
    assert request.headers["content-type"] == "application/json; charset=utf-8"


def test_template_returns_its_msgid() -> None:
    request, result = sent(
        lambda client: client.send_template("oA", "T", {"thing1": "长" * 30}, "https://example.org", "uniq"),
        as_json({"errcode": 0, "errmsg": "ok", "msgid": 200228332}),
    )
    assert request.path == "/cgi-bin/message/template/send"
    assert json.loads(request.body) == {
        "touser": "oA",
        "template_id": "T",
        "url": "https://example.org",
        "client_msg_id": "uniq",
        "data": {"thing1": {"value": "长" * 19 + "…"}},
    }
    assert result == Receipt("200228332")


def test_notices_leave_out_what_is_not_given() -> None:
    template, msgid = sent(lambda client: client.send_template("oA", "T", {}))
    assert json.loads(template.body) == {"touser": "oA", "template_id": "T", "data": {}}
    assert msgid == Receipt()
    notice, _ = sent(lambda client: client.send_subscription("oA", "T", {"phrase1": "已受理"}))
    assert notice.path == "/cgi-bin/message/subscribe/bizsend"
    assert json.loads(notice.body) == {
        "touser": "oA", "template_id": "T", "data": {"phrase1": {"value": "已受理"}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "told"),
    [({"msgid": 2794188253209100289}, "2794188253209100289"), ({}, ""), ({"msgid": None}, "")],
)
def test_subscription_has_the_id_that_its_report_will_name(answer: dict[str, Any], told: str) -> None:
    def act(client: Client) -> Awaitable[object]:
        return client.send_subscription("oA", "T", {})

    assert sent(act, as_json({"errcode": 0, "errmsg": "ok"} | answer))[1] == Receipt(told)


@pytest.mark.parametrize("answer", [{}, {"code": 0}, {"error": "login required"}])
def test_object_without_errcode_is_nobodys_word_on_a_message(answer: dict[str, Any]) -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(Unreachable) as error:
            await client.send_text("oA", "x")
        assert error.value.sent is None

    told(Platform(as_json(answer)), story)


def test_subscription_may_name_a_page() -> None:
    request, _ = sent(lambda client: client.send_subscription("oA", "T", {}, page="https://example.org"))
    assert json.loads(request.body)["page"] == "https://example.org"


def test_unfit_notice_never_leaves() -> None:
    async def story(client: Client, server: Server) -> None:
        with pytest.raises(Unfit):
            await client.send_template("oA", "T", {"time1": "明天"})
        assert server.requests == []

    told(Platform(), story)


def test_typing_and_menu_have_the_documented_shapes() -> None:
    typing, _ = sent(lambda client: client.typing("oA"))
    assert typing.path == "/cgi-bin/message/custom/typing"
    assert json.loads(typing.body) == {"touser": "oA", "command": "Typing"}
    menu, _ = sent(lambda client: client.create_menu([{"name": "我要反映", "type": "click", "key": "NEW"}]))
    assert menu.path == "/cgi-bin/menu/create"
    assert json.loads(menu.body) == {"button": [{"name": "我要反映", "type": "click", "key": "NEW"}]}


def test_qr_is_created_for_a_scene() -> None:
    request, result = sent(
        lambda client: client.create_qr("bind:9f", 604800),
        as_json({"ticket": "g/+=", "expire_seconds": 604800, "url": "http://weixin.qq.com/q/x"}),
    )
    assert json.loads(request.body) == {
        "expire_seconds": 604800,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "bind:9f"}},
    }
    image = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=g%2F%2B%3D"
    assert result == Qr("g/+=", "http://weixin.qq.com/q/x", 604800, image)


@pytest.mark.parametrize("answer", [{}, {"ticket": 1, "expire_seconds": 1}, {"ticket": "T"}])
def test_qr_without_its_parts_is_no_answer(answer: dict[str, object]) -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(Unreachable) as error:
            await client.create_qr("x", 60)
        assert error.value.sent is True

    told(Platform(as_json(answer)), story)


def test_user_info_and_callback_addresses_are_read() -> None:
    request, info = sent(lambda client: client.user_info("oA"), as_json({"subscribe": 0, "openid": "oA"}))
    assert (request.method, request.path) == ("GET", "/cgi-bin/user/info")
    assert request.query == {"access_token": "T1", "openid": "oA", "lang": "zh_CN"}
    assert info == {"subscribe": 0, "openid": "oA"}
    _, addresses = sent(
        lambda client: client.callback_ips(), as_json({"ip_list": ["192.0.2.1", "192.0.2.2"]})
    )
    assert addresses == ("192.0.2.1", "192.0.2.2")
