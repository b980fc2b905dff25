"""The cap on what may be sent to the API, before anything is read into memory."""

from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.api.problems import FILE_TOO_LONG, TOO_LONG, Kind, answer

CAP: Final = 64 * 1024
"""Bytes of a body."""
LISTS: Final = "/imports"
CAP_OF_LISTS: Final = 8 * 1024 * 1024
"""Bytes of a list for the roster; `/imports` puts it on disk."""


class Door:
    """Refuses bodies over the cap, announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, counting what it brings."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cap, kind = _cap(scope)
        if _announced(scope) > cap:
            await answer(kind)(scope, receive, send)
        else:
            await self._app(scope, _counting(receive, cap), send)


def _cap(scope: Scope) -> tuple[int, Kind]:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return (CAP_OF_LISTS, FILE_TOO_LONG) if path == LISTS else (CAP, TOO_LONG)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _counting(receive: Receive, cap: int) -> Receive:
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > cap:
            raise HTTPException(TOO_LONG.status)
        return message

    return counted
