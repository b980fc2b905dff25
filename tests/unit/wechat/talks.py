"""A client of ours in talk with a platform that hands out tokens and answers as told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx

from bot.wechat.client import Client
from bot.wechat.connections import Connections
from bot.wechat.tokens import MemoryTokenStore, Tokens
from tests.unit.wechat.tiny_server import Answer, Reply, Request, Server, as_json, serving

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TOKEN_PATH = "/cgi-bin/stable_token"
OK = as_json({"errcode": 0, "errmsg": "ok"})
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
        connections = Connections(most=100)
        async with serving(platform) as server, httpx.AsyncClient(transport=connections) as http:
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
