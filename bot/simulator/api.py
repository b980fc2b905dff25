"""The API host: reads a call, lets faults have their way, runs the endpoint, records and writes the answer.

A plain ASGI application, because it is the peer of delivery benchmarks. Every refusal is HTTP 200.
"""

import asyncio
import json
import random
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from bot.simulator.calls import Answer, Binary, Call, Endpoint
from bot.simulator.endpoints import ENDPOINTS
from bot.simulator.errors import ApiError
from bot.simulator.faults import Fault, FaultKind
from bot.simulator.platform import CallRecord, Platform
from bot.simulator.sns import SNS

_BIGGEST: Final = 12 * 1024 * 1024
# An escaped character that JSON did not oblige anyone to escape; the platform shows it literally.
_ESCAPED: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[01])")
_JSON: Final = b"application/json; encoding=utf-8"
# The real host is not consistent either, so no client may depend on it.
_PLAIN: Final = b"text/plain"
_TYPES: Final = {"/cgi-bin/media/upload": _PLAIN, "/sns/oauth2/access_token": _PLAIN}
_ALL: Final = ENDPOINTS | SNS


class ApiHost:
    """Everything under /cgi-bin and /sns of one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = _path(scope)
        faults = {fault.kind: fault for fault in self._platform.faults.take_call(path)}
        if slow := faults.get(FaultKind.LATENCY):
            await asyncio.sleep(slow.seconds)
        if FaultKind.BAD_GATEWAY in faults:
            await _write(send, 502, b"text/html", b"<html><h1>502 Bad Gateway</h1></html>")
            return
        if path == "/cgi-bin/showqrcode":
            await self._show_code(scope, send)
            return
        endpoint = _ALL.get(path)
        if endpoint is None:
            await _write(send, 404, b"text/plain", b"")
            return
        answer = await self._answered(path, endpoint, faults, scope, receive)
        if self._platform.account.reports_first:
            await self._platform.settle()
        await _deliver(send, path, answer, faults)

    async def _answered(
        self, path: str, endpoint: Endpoint, faults: Mapping[FaultKind, Fault], scope: Scope, receive: Receive
    ) -> Answer:
        call = Call(path, dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)))
        code = 0
        try:
            self._admit(call, endpoint, faults, scope)
            await _fill(call, endpoint, scope, receive)
            ran = endpoint.run(self._platform, call)
            answer = ran if isinstance(ran, (dict, Binary)) else await ran
        except ApiError as error:
            code = error.code
            answer = {"errcode": code, "errmsg": f"{error.message} rid: {_rid()}"}
        asked = call.body or {name: value for name, value in call.query.items() if name != "access_token"}
        self._platform.calls.append(CallRecord(self._platform.clock(), path, asked, code))
        return answer

    def _admit(self, call: Call, endpoint: Endpoint, faults: Mapping[FaultKind, Fault], scope: Scope) -> None:
        if scope["method"] != endpoint.method:
            raise ApiError(43001 if endpoint.method == "GET" else 43002)
        self._check_address(scope)
        if fault := faults.get(FaultKind.ERRCODE):
            raise ApiError(fault.errcode, ip=_address(scope), field="")
        if endpoint.needs_token:
            if FaultKind.REJECT_TOKENS in faults:
                raise ApiError(40001)
            self._platform.tokens.check(call.query.get("access_token"))
            self._platform.quotas.spend(call.path, self._platform.clock())

    def _check_address(self, scope: Scope) -> None:
        allowed = self._platform.account.ip_whitelist
        if allowed is not None:
            address = _address(scope)
            if address not in allowed:
                raise ApiError(40164, ip=address)

    async def _show_code(self, scope: Scope, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        code = self._platform.codes.by_ticket(query.get("ticket", ""))
        if code is None or not code.is_valid(self._platform.clock()):
            await _write(send, 404, b"text/plain", b"")
            return
        await _write(send, 200, b"image/png", code.png())


def _address(scope: Scope) -> str:
    """Return the caller's address."""
    return str((scope.get("client") or ("unknown",))[0])


def _path(scope: Scope) -> str:
    """Return the path from /cgi-bin or /sns on, wherever the application is mounted."""
    path = str(scope["path"])
    return path[max(path.find("/cgi-bin/"), path.find("/sns/")) :]


async def _fill(call: Call, endpoint: Endpoint, scope: Scope, receive: Receive) -> None:
    if endpoint.method == "GET":
        return
    if endpoint.is_upload:
        call.upload = await _uploaded(scope, receive)
        return
    raw = await _read(receive)
    if not raw:
        raise ApiError(44002)
    if b"\\u" in raw and _ESCAPED.search(raw):
        raise ApiError(40033)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ApiError(47001) from error
    if not isinstance(body, dict):
        raise ApiError(47001)
    call.body = body


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _BIGGEST:
            raise ApiError(47001)
    return body


async def _uploaded(scope: Scope, receive: Receive) -> bytes:
    raw = await _read(receive)

    async def again() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    if not raw or b"multipart/form-data" not in dict(scope["headers"]).get(b"content-type", b""):
        raise ApiError(41005)
    async with Request(scope, again).form(max_files=1) as form:
        media = form.get("media")
        if media is None or isinstance(media, str):
            raise ApiError(41005)
        return await media.read()


def _rid() -> str:
    return f"{random.getrandbits(32):08x}-{random.getrandbits(32):08x}-{random.getrandbits(32):08x}"


def _encoded(path: str, answer: Answer) -> tuple[bytes, bytes, dict[bytes, bytes]]:
    if isinstance(answer, Binary):
        name = f'attachment; filename="{answer.filename}"'.encode()
        return answer.content_type.encode(), answer.content, {b"content-disposition": name}
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return _TYPES.get(path, _JSON), body, {}


async def _deliver(send: Send, path: str, answer: Answer, faults: Mapping[FaultKind, Fault]) -> None:
    content_type, body, headers = _encoded(path, answer)
    if FaultKind.TEXT_PLAIN in faults and not isinstance(answer, Binary):
        content_type = _PLAIN
    if FaultKind.TRUNCATED in faults:
        body = body[: len(body) // 2]
    if FaultKind.RESET in faults:
        # A started answer that is never finished makes the server break the connection.
        start = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        return
    await _write(send, 200, content_type, body, headers)


async def _write(
    send: Send, status: int, content_type: bytes, body: bytes, more: Mapping[bytes, bytes] | None = None
) -> None:
    headers: list[tuple[bytes, Any]] = [
        (b"content-type", content_type),
        (b"content-length", str(len(body)).encode()),
        *(more or {}).items(),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
