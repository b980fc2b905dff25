"""ETags: an answer that has not changed is not sent again, and a change may name what it was seen as.

Every JSON answer to a GET carries the digest of its bytes, by construction: no endpoint does anything for
it. What comes as a stream (a ledger) is passed on as it comes. A change compares the digest in `If-Match`
with what a GET would answer at that moment, inside its own transaction.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Header
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.api.problems import CHANGED, Refusal
from models.actions import access

JSON: Final = "application/json"
"""The only answers that are tagged: a file is sent as it comes."""
_OK, _NOT_MODIFIED = 200, 304
_LONGEST: Final = 1000


def tag_of(content: bytes) -> str:
    """Return the ETag of an answer."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _names(words: str, tag: str) -> bool:
    """Whether a list of ETags, or the star for any, names `tag`."""
    return any(word.strip() in {"*", tag} for word in words.split(","))


class Tags:
    """Adds ETags to answers, says 304 where the caller has the same already; adds what the limit says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _Answer(scope, send))


class _Answer:
    """One answer on its way out; the head of one that gets an ETag waits for its body."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._scope.setdefault("state", {})
            MutableHeaders(scope=message).update(self._scope["state"].get("limit", {}))
            if self._is_tagged(message):
                self._head = message
                return
        elif self._head is not None:
            await self._with_tag(self._head, message)
            return
        await self._send(message)

    def _is_tagged(self, head: Message) -> bool:
        """Whether this is JSON of known length, and so comes in one piece."""
        headers = Headers(raw=head["headers"])
        is_ok = head["status"] == _OK and self._scope["method"] == "GET"
        return is_ok and headers.get("content-type") == JSON and "content-length" in headers

    async def _with_tag(self, head: Message, body: Message) -> None:
        self._head = None
        tag = tag_of(body.get("body", b""))
        headers = MutableHeaders(scope=head)
        headers.update({"ETag": tag, "Cache-Control": "private, no-cache"})
        known = ",".join(Headers(scope=self._scope).getlist("if-none-match")).replace("W/", "")
        if _names(known, tag):
            head["status"], body = _NOT_MODIFIED, {**body, "body": b""}
            del headers["content-length"]
            del headers["content-type"]
        await self._send(head)
        await self._send(body)


class Seen:
    """As what the caller has seen the thing they want to change."""

    def __init__(
        self,
        if_match: Annotated[
            str | None,
            Header(
                alias="If-Match",
                max_length=_LONGEST,
                description="The ETag you read it with: if it has changed since, nothing is done (412).",
            ),
        ] = None,
    ) -> None:
        self._words = if_match

    def must_be(self, session: Session, view: Callable[[], BaseModel]) -> None:
        """Return if nothing was said, or `view`, what a GET answers now, is what the caller has seen.

        Whoever comes with the same ETag meanwhile waits for the end of this transaction.

        Raises:
            Refusal: it has changed.
        """
        if self._words is None:
            return
        access.queue_up(session, self._words)
        if not _names(self._words, tag_of(view().model_dump_json().encode())):
            raise Refusal(CHANGED)


SeenHere = Annotated[Seen, Depends(Seen)]
