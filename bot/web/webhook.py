"""`GET|POST /wechat`: the door the platform knocks on.

A plain ASGI application: it is the one hot path, and every layer above it would cost more than it does.
`success` is answered only for what is stored; anything else makes the platform try again.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog

from bot import metrics
from bot.web.intake import Intake
from bot.web.translate import incoming, unreadable
from bot.wechat.account import BODY_CAP, Account
from bot.wechat.errors import Forged, Malformed, Unreadable
from bot.wechat.messages import Envelope
from bot.wechat.replies import fitting, text_reply
from handlers.desk import Answer

log: Final = structlog.get_logger()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_PLAIN: Final = (b"content-type", b"text/plain; charset=utf-8")
_XML: Final = (b"content-type", b"text/xml; charset=utf-8")
_SUCCESS: Final = (200, b"success", _PLAIN)
_NOT_STORED: Final = (503, b"", _PLAIN)


class TooLong(Exception):
    """The body is over the cap."""


class Webhook:
    """Opens pushes, has them taken, and seals the answers."""

    def __init__(self, account: Account, intake: Intake, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._intake = intake
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        query = _query(scope["query_string"].decode("latin-1"))
        try:
            status, body, kind = await self._answer(scope, query, receive)
        except Forged as forged:
            status, body, kind = self._refused(scope, 403, forged.reason)
        except Unreadable as push:
            status, body, kind = await self._kept(push)
        except Malformed as odd:
            status, body, kind = self._refused(scope, 400, odd.reason)
        except TooLong:
            status, body, kind = self._refused(scope, 413, "too long")
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [kind, length]})
        await send({"type": "http.response.body", "body": body})

    async def _answer(
        self, scope: Scope, query: Mapping[str, str], receive: Receive
    ) -> tuple[int, bytes, tuple[bytes, bytes]]:
        if scope["method"] == "GET":
            return 200, self._account.echo(query).encode(), _PLAIN
        if scope["method"] != "POST":
            return 405, b"", _PLAIN
        body = await _read(receive)
        now = int(self._clock().timestamp())
        envelope = self._account.open(query, body, now=now)
        answer = await self._taken(envelope)
        if answer is None:
            return _NOT_STORED
        said = fitting(answer.speech)
        if not said:
            return _SUCCESS
        xml = text_reply(envelope, said, now=now)
        sealed: bytes = self._account.seal(envelope, xml, now=now, nonce=query.get("nonce", ""))
        return 200, sealed, _XML

    async def _kept(self, push: Unreadable) -> tuple[int, bytes, tuple[bytes, bytes]]:
        """Keep a genuine push that we cannot read; sent again it would be no more readable."""
        log.error("unreadable", reason=push.reason)
        return _NOT_STORED if await self._taken(push) is None else _SUCCESS

    async def _taken(self, push: Envelope | Unreadable) -> Answer | None:
        """The answer to a stored push, or None if it could not be stored in time."""
        try:
            message = incoming(push) if isinstance(push, Envelope) else unreadable(push, self._clock())
            return await self._intake.take(message)
        except Exception as error:  # noqa: BLE001 -- whatever it was, it is not stored
            log.error("not_stored", error=type(error).__name__)  # noqa: TRY400 -- the name says it all
            return None

    def _refused(self, scope: Scope, status: int, reason: str) -> tuple[int, bytes, tuple[bytes, bytes]]:
        client = scope.get("client")
        log.warning("refused", status=status, reason=reason, client=client[0] if client else None)
        metrics.REFUSED.labels(reason[:40]).inc()
        return status, b"", _PLAIN


def _query(text: str) -> dict[str, str]:
    """Return the parameters; the platform's own need no decoding, which saves half the work."""
    if "%" in text or "+" in text or ";" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    return {name: value for name, _, value in (pair.partition("=") for pair in text.split("&"))}


async def _read(receive: Receive) -> bytes:
    """Return the whole body.

    Raises:
        TooLong: it is over the cap; the rest is not read.
    """
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_CAP:
            raise TooLong
        if not message.get("more_body"):
            return body
