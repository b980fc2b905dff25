"""The demo's address: whoever opens the host alone finds the phones."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.demo import last_lines
from bot.demo_site import Both


def said(name: str) -> Starlette:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{name} {request.url.path}")

    return Starlette(routes=[Route("/{rest:path}", answer)])


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", "phones /demo/"),
        ("/demo", "phones /demo/"),
        ("/demo/phones", "phones /demo/phones"),
        ("/demo/office", "office /demo/office"),
        ("/demo/office/files/ledger.xlsx", "office /demo/office/files/ledger.xlsx"),
        ("/healthz", "product /healthz"),
        ("/demonstration", "product /demonstration"),
    ],
)
def test_every_address_leads_somewhere(path: str, answer: str) -> None:
    async def fetch() -> str:
        transport = httpx.ASGITransport(app=Both(said("product"), said("phones"), said("office"), "key"))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://demo", follow_redirects=True
        ) as browser:
            return (await browser.get(path)).text

    assert asyncio.run(fetch()) == answer


def test_last_lines_tell_where_to_look_and_what_the_day_needs_in_lines_of_their_own() -> None:
    lines = last_lines("http://demo", "secret", "sqlite:////tmp/demo.db")
    told = "\n".join(lines)
    assert lines[-2:] == ["KEY=secret", "DATABASE=sqlite:////tmp/demo.db"]
    assert told.count("secret") == 1
    for what in (
        "http://demo/demo",
        "http://demo/wall",
        "http://demo/demo/office",
        "http://demo/api/v1/openapi.json",
        "docs/api.md",
        "this demo only",
    ):
        assert what in told
