"""The cap on what may be sent to the API, before anything is read into memory."""

from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.api.problems import TOO_LONG, answer

CAP: Final = 64 * 1024
"""Bytes of a body."""


class Door:
    """Refuses bodies over the cap, announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, counting what it brings."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(scope) > CAP:
            await answer(TOO_LONG)(scope, receive, send)
        else:
            await self._app(scope, _counting(receive), send)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _counting(receive: Receive) -> Receive:
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > CAP:
            raise HTTPException(TOO_LONG.status)
        return message

    return counted
