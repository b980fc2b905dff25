"""The client against a real server: right payloads, one retry, honest failures."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.wechat.client import SEND_PATH, Client, Qr
from bot.wechat.errors import Action, ApiError, Unfit, Unreachable
from bot.wechat.media import DOWNLOAD_CAP, Media, MediaKind
from bot.wechat.tokens import MemoryTokenStore, Token, Tokens
from tests.unit.wechat.tiny_server import Answer, Reply, Request, Server, as_json, serving

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TOKEN_PATH = "/cgi-bin/stable_token"
OK = as_json({"errcode": 0, "errmsg": "ok"})
BUSY = as_json({"errcode": -1, "errmsg": "system error rid: 5f-00-aa"})
STALE = as_json({"errcode": 40001, "errmsg": "invalid credential"})
Story = Callable[[Client, Server], Awaitable[None]]


class Platform:
    """Hands out T1, T2, … one a token call, takes only `good` ones, and answers `reply`."""

    def __init__(self, reply: Reply | Answer = OK, *, good: str = "T1") -> None:
        self.reply = reply
        self.good = good
        self.handed_out = 0

    def __call__(self, request: Request) -> Reply:
        if request.path == TOKEN_PATH:
            self.handed_out += 1
            return as_json({"access_token": f"T{self.handed_out}", "expires_in": 7200})
        if request.query.get("access_token") != self.good:
            return STALE
        return self.reply(request) if callable(self.reply) else self.reply


def told(platform: Answer, story: Story, *, timeout: float = 5.0) -> None:
    async def run() -> None:
        async with serving(platform) as server, httpx.AsyncClient(trust_env=False) as http:
            tokens = Tokens(
                http,
                MemoryTokenStore(),
                api_base=server.base,
                app_id="wx1",
                secret="SECRET",
                holder="one",
                clock=lambda: NOW,
            )
            patience = httpx.Timeout(timeout)
            await story(
                Client(http, tokens, api_base=server.base + "/", timeout=patience, media_timeout=patience),
                server,
            )

    asyncio.run(run())


def sent(act: Callable[[Client], Awaitable[object]], reply: Reply = OK) -> tuple[Request, object]:
    """Return the one request that `act` made, and what it returned."""
    found: list[tuple[Request, object]] = []

    async def story(client: Client, server: Server) -> None:
        result = await act(client)
        found.append((server.requests[-1], result))
        assert len(server.requests) == 2
        assert server.requests[-1].query["access_token"] == "T1"

    told(Platform(reply), story)
    return found[0]


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
    assert (request.method, request.path, result) == ("POST", SEND_PATH, None)
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
    assert result == "200228332"


def test_notices_leave_out_what_is_not_given() -> None:
    template, msgid = sent(lambda client: client.send_template("oA", "T", {}))
    assert json.loads(template.body) == {"touser": "oA", "template_id": "T", "data": {}}
    assert msgid == ""
    notice, _ = sent(lambda client: client.send_subscription("oA", "T", {"phrase1": "已受理"}))
    assert notice.path == "/cgi-bin/message/subscribe/bizsend"
    assert json.loads(notice.body) == {
        "touser": "oA", "template_id": "T", "data": {"phrase1": {"value": "已受理"}},
    }  # fmt: skip


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


@pytest.mark.parametrize(
    ("kind", "name"), [(MediaKind.IMAGE, "media_id"), (MediaKind.THUMB, "thumb_media_id")]
)
def test_upload_is_multipart_and_gives_the_media_id(kind: MediaKind, name: str) -> None:
    request, result = sent(
        lambda client: client.upload(kind, "a.jpg", "image/jpeg", b"\xff\xd8data"), as_json({name: "M"})
    )
    assert (request.path, request.query["type"], result) == ("/cgi-bin/media/upload", kind, "M")
    assert (
        b'name="media"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8data\r\n' in request.body
    )


def test_upload_survives_a_stale_token_whole() -> None:
    async def story(client: Client, server: Server) -> None:
        assert await client.upload(MediaKind.IMAGE, "a.jpg", "image/jpeg", b"x" * 50_000) == "M"
        sizes = [len(request.body) for request in server.requests if request.path != TOKEN_PATH]
        assert len(sizes) == 2
        assert sizes[0] == sizes[1] > 50_000

    told(Platform(as_json({"media_id": "M"}), good="T2"), story)


def test_download_gives_data_type_and_name() -> None:
    headers = {"content-type": "audio/amr", "content-disposition": 'attachment; filename="M-1.amr"'}
    request, result = sent(lambda client: client.download("M"), Reply(b"#!AMR\n", headers=headers))
    assert (request.method, request.path, request.query["media_id"]) == ("GET", "/cgi-bin/media/get", "M")
    assert result == Media(b"#!AMR\n", "audio/amr", "M-1.amr")


@pytest.mark.parametrize(
    "disposition", ["", "attachment", 'attachment; filename="../../etc/passwd"', 'filename="a/b"']
)
def test_download_takes_no_dangerous_name(disposition: str) -> None:
    _, result = sent(
        lambda client: client.download("M"), Reply(b"x", headers={"content-disposition": disposition})
    )
    assert result == Media(b"x", "", "")


def test_download_of_a_film_gives_its_address() -> None:
    _, result = sent(lambda client: client.download("M"), as_json({"video_url": "http://example.org/v"}))
    assert result == Media(b"", "text/plain", "", "http://example.org/v")


def test_download_knows_an_error_by_its_first_byte() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(ApiError) as error:
            await client.download("M")
        assert error.value.action is Action.REUPLOAD

    told(Platform(as_json({"errcode": 40007, "errmsg": "x"}, content_type="image/jpeg")), story)


def test_download_survives_a_stale_token() -> None:
    async def story(client: Client, server: Server) -> None:
        assert (await client.download("M")).data == b"x"
        assert server.count("/cgi-bin/media/get") == 2

    told(Platform(Reply(b"x"), good="T2"), story)


def test_download_stops_at_its_cap() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(Unreachable, match=r"^the answer is too long$") as error:
            await client.download("M")
        assert error.value.sent is True

    told(Platform(Reply(b"x" * (DOWNLOAD_CAP + 1))), story)


def test_user_info_and_callback_addresses_are_read() -> None:
    request, info = sent(lambda client: client.user_info("oA"), as_json({"subscribe": 0, "openid": "oA"}))
    assert (request.method, request.path) == ("GET", "/cgi-bin/user/info")
    assert request.query == {"access_token": "T1", "openid": "oA", "lang": "zh_CN"}
    assert info == {"subscribe": 0, "openid": "oA"}
    _, addresses = sent(
        lambda client: client.callback_ips(), as_json({"ip_list": ["192.0.2.1", "192.0.2.2"]})
    )
    assert addresses == ("192.0.2.1", "192.0.2.2")


def test_twenty_sends_with_a_stale_token_fetch_it_twice_in_all() -> None:
    async def story(client: Client, server: Server) -> None:
        await asyncio.gather(*(client.send_text("oA", str(number)) for number in range(20)))
        assert server.count(TOKEN_PATH) == 2
        accepted = [
            json.loads(request.body)["text"]["content"]
            for request in server.requests
            if request.query.get("access_token") == "T2"
        ]
        assert sorted(accepted, key=int) == [str(number) for number in range(20)]

    told(Platform(good="T2"), story)


def test_token_rejected_for_good_ends_after_one_retry() -> None:
    async def story(client: Client, server: Server) -> None:
        with pytest.raises(ApiError) as error:
            await client.send_text("oA", "x")
        assert (error.value.code, error.value.path) == (40001, SEND_PATH)
        assert server.count(SEND_PATH) == 2
        assert server.count(TOKEN_PATH) == 2

    told(Platform(good="never"), story)


def test_refusal_is_not_repeated_and_carries_its_rid() -> None:
    async def story(client: Client, server: Server) -> None:
        with pytest.raises(ApiError) as error:
            await client.send_text("oA", "x")
        assert (error.value.code, error.value.rid, error.value.action) == (-1, "5f-00-aa", Action.RETRY)
        assert str(error.value) == f"{SEND_PATH} answered -1: system error rid: 5f-00-aa"
        assert server.count(SEND_PATH) == 1

    told(Platform(BUSY), story)


FAILURES = [
    (Reply(status=500), None),
    (Reply(b"{}", status=502), None),
    (Reply(status=302, headers={"location": "https://example.org"}), None),
    (Reply(status=404), None),
    (Reply(reset=True), None),
    (Reply(b'{"errcode": 0', short=True), None),
    (Reply(b'{"errcode": 0'), True),
    (Reply(b""), True),
    (Reply(b"<html></html>"), True),
    (Reply(b"[]"), True),
    (Reply(b"\xff\xfe"), True),
    (Reply(b"[" * 100_000), True),
    (as_json({"errcode": "none"}), True),
    (as_json({"errcode": None}), True),
    (Reply(b'{"errcode": Infinity}'), True),
]


@pytest.mark.parametrize(("reply", "taken"), FAILURES)
def test_failure_says_honestly_whether_the_request_was_taken(reply: Reply, taken: bool | None) -> None:  # noqa: FBT001
    async def story(client: Client, server: Server) -> None:
        with pytest.raises(Unreachable) as error:
            await client.send_text("oA", "x")
        assert error.value.sent is taken
        assert "T1" not in str(error.value)
        assert server.count(SEND_PATH) == 1

    told(Platform(reply), story)


def test_timeout_may_have_been_taken() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(Unreachable, match=r"^ReadTimeout$") as error:
            await client.send_text("oA", "x")
        assert error.value.sent is None

    told(Platform(Reply(hang=True)), story, timeout=0.1)


def test_refused_connection_certainly_sent_nothing() -> None:
    async def run() -> None:
        async with serving(Platform()) as server:
            pass
        async with httpx.AsyncClient(trust_env=False) as http:
            store = MemoryTokenStore()
            await store.save(Token("T1", NOW + timedelta(hours=1)))
            tokens = Tokens(
                http, store, api_base="", app_id="wx1", secret="S", holder="one", clock=lambda: NOW
            )
            with pytest.raises(Unreachable, match=r"^ConnectError$") as error:
                await Client(http, tokens, api_base=server.base).send_text("oA", "x")
            assert error.value.sent is False

    asyncio.run(run())
