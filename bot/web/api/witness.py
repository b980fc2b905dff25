"""Whoever reads personal data through the API is on record before the answer leaves; so is who was refused.

It stands around the whole API, so no endpoint can be forgotten: a route that `declared` does not know is
taken to read personal data. Changes are on record in their own commit (`watched`).
"""

import json
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import structlog
from fastapi import APIRouter, Depends, Request, params
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.api.auth import Known
from bot.web.api.declared import NOTHING, personal
from bot.web.api.parts import Parts
from bot.web.api.problems import DECLARED, NOT_STORED, answer
from bot.web.api.watched import About
from models.actions import audit
from models.actions.audit import Actor, Deeds, Doer

log: Final = structlog.get_logger()
_READING: Final = frozenset({"GET", "HEAD"})
_REFUSED: Final = frozenset({403, 404})
_MOST: Final = 200
_OF_A_PAGE: Final = frozenset({"items", "next", "as_of"})


def introduce(request: Request, caller: Known) -> None:
    """Note who is asking, and for what: what comes after is on record."""
    about: About = request.state.about
    about.operation = f"{request.method} {request.scope['route'].path}"
    about.place = request.url.path.removeprefix(request.scope.get("root_path", "")).strip("/")
    region = None if caller.regions is None else caller.region
    about.actor = Actor(Doer.KEY, caller.name, caller.key_id, caller.role, region)


def noun(path: str, *, tags: list[str | Enum], dependencies: Sequence[params.Depends] = ()) -> APIRouter:
    """Return the routes of one noun: who asks is introduced before anything else is looked at."""
    first = [Depends(introduce), *dependencies]
    return APIRouter(prefix=path, tags=tags, dependencies=first, responses=DECLARED)


class Witness:
    """Gives each request an id, and holds its answer back until it is on record."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app, self._parts = app, parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = {name: value for name, value in scope["headers"] if name == b"x-request-id"}
        about = About.of(given.get(b"x-request-id", b"").decode("latin-1") or None)
        scope.setdefault("state", {})["about"] = about
        await self._app(scope, receive, _Held(self, about, scope, receive, send))

    async def note(self, about: About, method: str, status: int, body: bytes) -> None:
        """Write down what is about to be told, if it must be."""
        deed, shown = _deed(about, method, status, body)
        if deed is not None:
            await run_in_threadpool(self._write, about, deed, status, shown)

    def _write(self, about: About, deed: Deeds, status: int, shown: list[Any] | None) -> None:
        if about.actor is None:
            return
        with self._parts.database.transaction() as session:
            audit.note(
                session,
                about.actor,
                deed,
                about.operation,
                about.object,
                shown=shown,
                status=status,
                request_id=about.request_id,
                now=self._parts.clock(),
            )


class _Held:
    """Where the API sends its answer: nothing goes on before it is on record."""

    def __init__(self, witness: Witness, about: About, scope: Scope, receive: Receive, send: Send) -> None:
        self._witness, self._about, self._scope = witness, about, scope
        self._receive, self._send = receive, send
        self._start: Message | None = None
        self._is_replaced = False

    async def __call__(self, message: Message) -> None:
        if self._is_replaced:
            return
        if message["type"] == "http.response.start":
            name = (b"x-request-id", self._about.request_id.encode())
            self._start = {**message, "headers": [*message.get("headers", []), name]}
            return
        if self._start is not None:
            start, self._start = self._start, None
            body = b"" if message.get("more_body") else message.get("body", b"")
            try:
                await self._witness.note(self._about, self._scope["method"], start["status"], body)
            except SQLAlchemyError as error:
                log.error(  # noqa: TRY400 -- its message repeats the parameters
                    "not_audited", path=self._scope["path"], error=type(error).__name__
                )
                self._is_replaced = True
                await answer(NOT_STORED)(self._scope, self._receive, self._send)
                return
            await self._send(start)
        await self._send(message)


def _deed(about: About, method: str, status: int, body: bytes) -> tuple[Deeds | None, list[Any] | None]:
    """Return what must be written down of an answer, and the ids it shows; None if nothing must be."""
    if about.actor is None:
        return None, None
    if status in _REFUSED:
        return Deeds.REFUSED, None
    if status >= 300:  # noqa: PLR2004 -- told nothing but what was wrong with the request
        return None, None
    if method not in _READING:
        return (None if about.is_noted else Deeds.CHANGE), None
    if personal(about.operation) == NOTHING:
        return None, None
    shown = _shown(body)
    return (None if shown == [] else Deeds.READ), shown


def _shown(body: bytes) -> list[Any] | None:
    """Return the ids on a list; None where the answer is none, its items have none, or it tells more."""
    told = json.loads(body) if body.startswith(b"{") and b'"items"' in body else {}
    items = told.get("items")
    if not isinstance(items, list) or (not items and not told.keys() <= _OF_A_PAGE):
        return None
    ids = [_id_of(item) for item in items[:_MOST]]
    return None if ids and not any(ids) else ids


def _id_of(item: dict[str, Any]) -> Any:
    """Return what an item is known by; an entry of a ledger by the case it is about."""
    return item.get("ticket") if "number" in item and "ticket" in item else item.get("number", item.get("id"))
