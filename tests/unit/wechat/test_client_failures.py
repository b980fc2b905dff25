"""One retry on a stale token, never two; and failures that say honestly what is known."""

import asyncio
import json
from datetime import timedelta

import httpx
import pytest

from bot.wechat.client import SEND_PATH, Client, Receipt
from bot.wechat.connections import Connections
from bot.wechat.errors import Action, ApiError, Unreachable
from bot.wechat.tokens import MemoryTokenStore, Token, Tokens
from tests.unit.wechat.talks import NOW, TOKEN_PATH, Platform, sent, told
from tests.unit.wechat.tiny_server import Reply, Server, as_json, serving

BUSY = as_json({"errcode": -1, "errmsg": "system error rid: 5f-00-aa"})


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
    (Reply(b"{}", status=502), False),
    (Reply(status=302, headers={"location": "https://example.org"}), None),
    (Reply(status=404), None),
    (Reply(reset=True), None),
    (Reply(b'{"errcode": 0', short=True), None),
    (Reply(b'{"errcode"'), None),
    (Reply(b'{"errcode":-'), None),
    (Reply(b'{"errcode":4501'), False),
    (Reply(b'{"errcode":12345678901'), None),
    (Reply(b""), None),
    (Reply(b"<html></html>"), None),
    (Reply(b"[]"), None),
    (Reply(b"\xff\xfe"), None),
    (Reply(b"[" * 100_000), None),
    (as_json({"errcode": "none"}), None),
    (as_json({"errcode": None}), None),
    (Reply(b'{"errcode": Infinity}'), None),
    (Reply(b'{"errcode": 1e999}'), None),
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


@pytest.mark.parametrize("body", [b'{"errcode":0', b'{"errcode":0,"errm', b'{ "errcode" : 0 , "errmsg":"o'])
def test_answer_cut_off_after_its_code_says_that_the_message_was_taken(body: bytes) -> None:
    _, receipt = sent(lambda client: client.send_text("oA", "x"), Reply(body))
    assert receipt == Receipt(is_whole=False)


def test_answer_cut_off_after_a_code_of_refusal_refuses() -> None:
    async def story(client: Client, _: Server) -> None:
        with pytest.raises(ApiError) as error:
            await client.send_text("oA", "x")
        assert (error.value.code, error.value.rid) == (45015, "5f-00-aa")

    told(Platform(Reply(b'{"errcode":45015,"errmsg":"out of time rid: 5f-00-aa')), story)


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
        async with httpx.AsyncClient(transport=Connections(most=1)) as http:
            store = MemoryTokenStore()
            await store.save(Token("T1", NOW + timedelta(hours=1)), "a")
            tokens = Tokens(
                http, store, api_base="", app_id="wx1", secret="S", holder="one", clock=lambda: NOW
            )
            with pytest.raises(Unreachable, match=r"^ConnectError$") as error:
                await Client(http, tokens, api_base=server.base).send_text("oA", "x")
            assert error.value.sent is False

    asyncio.run(run())
