"""A desk for the simulator's own tests: an account, its platform, and an echo service written with wechatpy.

The echo shares no code with the simulator, so both sides of the wire are checked by someone else.
"""

import asyncio
import contextlib
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply

from bot.simulator import AccountConfig, Clock, Platform, Template, create_app

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ACCOUNT = AccountConfig(
    app_id="wx0123456789abcdef",
    app_secret="s" * 32,
    token="AAAAA",
    aes_key="A" * 43,
    callback_url="http://127.0.0.1:9/wechat",
    template_ids={"T-news": Template("诉求进展", {"character_string1": "编号", "thing2": "进展"})},
    subscription_ids={"S-once": Template("办结提醒"), "S-ever": Template("进展提醒", is_long_term=True)},
    patience=0.4,
    pause=0.001,
    notice_delay=0.001,
)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


class Silence(Enum):
    """No answer at all, until the platform has lost its patience."""

    HANG = "hang"


HANG = Silence.HANG
Step = str | bytes | tuple[int, bytes] | Silence


@dataclass
class Echo:
    """An account's server: answers with what `script` holds next, else repeats the text it got.

    A str is replied, bytes are the raw body, a pair is status and body; HANG says nothing until the
    platform has lost its patience.
    """

    url: str = ""
    script: deque[Step] = field(default_factory=deque)
    seen: list[Any] = field(default_factory=list)
    queries: list[Mapping[str, str]] = field(default_factory=list)
    crypto: WeChatCrypto = field(
        default_factory=lambda: WeChatCrypto(ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.app_id)
    )

    def app(self) -> Starlette:
        """Return its web application."""
        return Starlette(routes=[Route("/wechat", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        query = dict(request.query_params)
        if request.method == "GET":
            return Response(query["echostr"])
        self.queries.append(query)
        raw = (await request.body()).decode()
        if query.get("encrypt_type") == "aes":
            named = (query["msg_signature"], query["timestamp"], query["nonce"])
            try:
                raw = self.crypto.decrypt_message(raw, *named)
            except Exception:  # noqa: BLE001 -- a line that an error closes may be what the next push is sent on
                return Response(status_code=500)
        message = parse_message(raw)
        self.seen.append(message)
        step = self.script.popleft() if self.script else None
        if step is HANG:
            await request.receive()
        if isinstance(step, bytes):
            return Response(step)
        if isinstance(step, tuple):
            return Response(step[1], step[0])
        return Response(self._reply(message, step, query))

    def _reply(self, message: Any, step: Any, query: Mapping[str, str]) -> str:
        if not isinstance(step, str):
            if message.type != "text":
                return "success"
            step = f"收到：{message.content}"
        plain = create_reply(step, message=message).render()
        if query.get("encrypt_type") != "aes":
            return str(plain)
        return str(self.crypto.encrypt_message(plain, query["nonce"], query["timestamp"]))


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port from a thread; yield its base address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Desk:
    """One platform with its application called in process, and the echo it pushes to."""

    platform: Platform
    http: httpx.AsyncClient
    echo: Echo
    token: str = ""

    async def call(self, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """Call the API with a token, as the account does."""
        params = {"access_token": await self.token_now(), **query}
        if body is None:
            response = await self.http.get(f"/cgi-bin/{path}", params=params)
        else:
            response = await self.http.post(f"/cgi-bin/{path}", params=params, json=body)
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer

    async def token_now(self) -> str:
        """Return the stable token, fetched once."""
        if not self.token:
            self.token = (await self.stable())["access_token"]
        return self.token

    async def stable(self, **more: Any) -> dict[str, Any]:
        """Ask for a stable token."""
        account = self.platform.account
        body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
        response = await self.http.post("/cgi-bin/stable_token", json=body | more)
        answer: dict[str, Any] = response.json()
        return answer

    async def code(self, token: str) -> int:
        """Call something harmless with `token`; return the errcode."""
        self.token = token
        code: int = (await self.call("getcallbackip")).get("errcode", 0)
        return code

    async def send(self, openid: str, text: str) -> int:
        """Send a customer-service text; return the errcode."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        code: int = (await self.call("message/custom/send", body))["errcode"]
        return code

    async def act(self, openid: str, act: str, **body: Any) -> dict[str, Any]:
        """Do something with a phone."""
        response = await self.http.post(f"/phones/{openid}/{act}", json=body)
        answer: dict[str, Any] = response.json() | {"status": response.status_code}
        return answer


@contextlib.asynccontextmanager
async def desk(echo: Echo, **changes: Any) -> AsyncIterator[Desk]:
    """Set up a desk at noon whose clock stands still; 王总 (`o1`) follows the account."""
    platform = Platform(replace(ACCOUNT, callback_url=f"{echo.url}/wechat", **changes), Clock(NOON))
    platform.add_user("王总", openid="o1")
    transport = httpx.ASGITransport(create_app(platform))
    async with (
        contextlib.aclosing(platform),
        httpx.AsyncClient(transport=transport, base_url="http://desk") as http,
    ):
        yield Desk(platform, http, echo)


def told(story: Callable[[Desk], Awaitable[None]], echo: Echo, **changes: Any) -> None:
    """Run one story at a fresh desk."""

    async def run() -> None:
        async with desk(echo, **changes) as place:
            await story(place)

    asyncio.run(run())
