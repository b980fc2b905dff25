"""One exchange with the platform's API: a request out, bytes or JSON back, every failure named.

Knows nothing of tokens or messages. No URL reaches an exception text: it carries the access token.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import httpx

from bot.wechat.errors import ApiError, TooLong, Unreachable
from bot.wechat.replies import clean

TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0, pool=3.0)
MEDIA_TIMEOUT: Final = httpx.Timeout(60.0, connect=3.0, pool=3.0)
JSON: Final = {"content-type": "application/json; charset=utf-8"}
JSON_CAP: Final = 4 * 1024 * 1024

_CODE: Final = re.compile(rb'\s*\{\s*"errcode"\s*:\s*(-?[0-9]+)\s*([,}]|$)')
"""How every answer of the platform begins; what stands behind the digits says whether they are all."""
_RID: Final = re.compile(r"rid: ([0-9a-fA-F-]{1,64})")
_LARGEST_CODE: Final = 2**31 - 1
_LONGEST_CODE: Final = 10
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
            raise TooLong
    return bytes(content)


def decode(content: bytes, path: str) -> dict[str, Any]:
    """Return the JSON object in `content`, whatever its Content-Type said (the real host's varies).

    A page, an empty body or anything else that a proxy may have put in the answer's place proves nothing.
    What begins as the platform's own answers do is its word, as far as it can be read.

    Raises:
        ApiError: it holds an `errcode` other than 0.
        Unreachable: it is no JSON object; `sent` says what its beginning proves.
    """
    try:
        answer = json.loads(content)
        code = int(answer.get("errcode", 0))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise _cut_off(content, path) from None
    if abs(code) > _LARGEST_CODE:
        raise Unreachable("the answer has an impossible code", sent=None)
    if code != 0:
        raise _refusal(code, str(answer.get("errmsg", "")), path)
    return dict(answer)


def _cut_off(content: bytes, path: str) -> ApiError | Unreachable:
    """What is known from the beginning of an answer. No other number begins with the digit 0."""
    begins = _CODE.match(content)
    if begins is None or len(begins[1]) > _LONGEST_CODE:
        return Unreachable("the answer is not a JSON object", sent=None)
    code = int(begins[1])
    if code == 0:
        return Unreachable("the answer is cut off", sent=True)
    if not begins[2]:
        return Unreachable("a refusal that is cut off", sent=False)
    return _refusal(code, content[:_LONGEST_MESSAGE].decode(errors="replace"), path)


def _refusal(code: int, words: str, path: str) -> ApiError:
    message = clean(words)[:_LONGEST_MESSAGE]
    rid = _RID.search(message)
    return ApiError(code, message, path, rid[1] if rid else "")


def encode(body: object) -> bytes:
    r"""Return `body` as JSON in real UTF-8: the platform shows `\uXXXX` escapes literally."""
    return json.dumps(body, ensure_ascii=False).encode(errors="replace")
