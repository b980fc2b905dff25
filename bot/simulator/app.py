"""The simulator as one web application: the API host, its web pages, the control API and the phones' page.

It can be mounted under any prefix; the page knows only relative addresses.
"""

import html
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.simulator.api import ApiHost
from bot.simulator.connect import Connect
from bot.simulator.controls import Controls
from bot.simulator.errors import PhoneError
from bot.simulator.phones import Phones
from bot.simulator.platform import Platform

PAGE: Final = Path(__file__).parent / "page"


def create_app(
    platform: Platform, *, wall_url: str | None = None, office_url: str = "", intro: str = ""
) -> Starlette:
    """Serve `platform`: `wall_url` fills the panel beside the phones, from which one comes to `office_url`.

    `intro` is the line above the phones.
    """
    page, host = _Page(platform, wall_url or "", office_url, intro), ApiHost(platform)
    return Starlette(
        routes=[
            Mount("/cgi-bin", app=host),
            Mount("/sns", app=host),
            *Connect(platform).routes(),
            *Phones(platform).routes(),
            *Controls(platform).routes(),
            Mount("/page", app=StaticFiles(directory=PAGE)),
            Route("/", page.serve, methods=["GET"]),
        ],
        exception_handlers={PhoneError: _refused},
    )


class _Page:
    """The phones' page with this desk's names filled in."""

    def __init__(self, platform: Platform, wall_url: str, office_url: str, intro: str) -> None:
        self._text = (PAGE / "index.html").read_text(encoding="utf-8")
        self._fill = {
            "{{wall}}": wall_url,
            "{{office}}": office_url,
            "{{intro}}": intro,
            "{{account}}": platform.account.name,
        }
        self._policy = policy(wall_url)

    async def serve(self, _request: Request) -> Response:
        text = self._text
        for mark, value in self._fill.items():
            text = text.replace(mark, html.escape(value))
        return HTMLResponse(
            text, headers={"content-security-policy": self._policy, "x-content-type-options": "nosniff"}
        )


def policy(wall_url: str) -> str:
    """Return the page's Content-Security-Policy: itself, and the wall chart's origin in a frame."""
    parts = urlsplit(wall_url)
    frame = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self';"
        f" connect-src 'self'; frame-src {frame}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, PhoneError) else 500
    return JSONResponse({"detail": str(error)}, status)
