"""A platform that takes everything at once: what delivering costs us, not what waiting costs."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
HEADERS: Final = [(b"content-type", b"application/json")]
TOKEN: Final = json.dumps({"access_token": "benchmark", "expires_in": 7200}).encode()
TAKEN: Final = json.dumps({"errcode": 0, "errmsg": "ok"}).encode()


def sink() -> Callable[..., Awaitable[None]]:
    """Return an application that hands out a token and accepts every message."""
    return _answer


async def _answer(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        continue
    body = TOKEN if scope["path"].endswith("token") else TAKEN
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
    await send({"type": "http.response.body", "body": body})
