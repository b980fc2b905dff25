"""One exchange with the platform's API: a request out, bytes or JSON back, every failure named.

Knows nothing of tokens or messages. No URL reaches an exception text: it carries the access token.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import httpx

from bot.wechat.errors import ApiError, Unreachable
from bot.wechat.replies import clean

TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0, pool=3.0)
MEDIA_TIMEOUT: Final = httpx.Timeout(60.0, connect=3.0, pool=3.0)
JSON: Final = {"content-type": "application/json; charset=utf-8"}
JSON_CAP: Final = 4 * 1024 * 1024

_RID: Final = re.compile(r"rid: ([0-9a-fA-F-]{1,64})")
_LARGEST_CODE: Final = 2**31 - 1
_LONGEST_MESSAGE: Final = 500
_NOT_TAKEN: Final = frozenset({502, 503})
"""A gateway answers these when it could not hand the request on."""
_NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an HTTP 200, and its headers."""

    headers: httpx.Headers
    content: bytes


async def fetch(http: httpx.AsyncClient, request: httpx.Request, *, cap: int = JSON_CAP) -> Answer:
    """Return the platform's answer to `request`, at most `cap` bytes of it.

    Raises:
        Unreachable: refused, cut off, timed out, too long, or not HTTP 200.
    """
    try:
        response = await http.send(request, stream=True)
        try:
            return Answer(response.headers, await _content(response, cap))
        finally:
            await response.aclose()
    except _NEVER_LEFT as error:
        raise Unreachable(type(error).__name__, sent=False) from None
    except httpx.HTTPError as error:
        raise Unreachable(type(error).__name__, sent=None) from None


async def _content(response: httpx.Response, cap: int) -> bytes:
    if response.status_code != httpx.codes.OK:
        taken = False if response.status_code in _NOT_TAKEN else None
        raise Unreachable(f"HTTP {response.status_code}", sent=taken)
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > cap:
            raise Unreachable("the answer is too long", sent=True)
    return bytes(content)


def decode(content: bytes, path: str) -> dict[str, Any]:
    """Return the JSON object in `content`, whatever its Content-Type said (the real host's varies).

    Raises:
        ApiError: it holds an `errcode` other than 0.
        Unreachable: it is no JSON object.
    """
    try:
        answer = json.loads(content)
        code = int(answer.get("errcode", 0))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Unreachable("the answer is not a JSON object", sent=True) from None
    if abs(code) > _LARGEST_CODE:
        raise Unreachable("the answer has an impossible code", sent=True)
    if code != 0:
        message = clean(str(answer.get("errmsg", "")))[:_LONGEST_MESSAGE]
        rid = _RID.search(message)
        raise ApiError(code, message, path, rid[1] if rid else "")
    return dict(answer)


def encode(body: object) -> bytes:
    r"""Return `body` as JSON in real UTF-8: the platform shows `\uXXXX` escapes literally."""
    return json.dumps(body, ensure_ascii=False).encode(errors="replace")
