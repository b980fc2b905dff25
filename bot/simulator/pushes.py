"""Pushing one message to the account's server: signed, sealed, repeated, given up.

The platform waits 5 seconds, tries three times in all, and falls silent for a minute (MarkFail) when one
message after another fails. What an account answers is judged in `replies.py`.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import httpx

from bot.simulator.accounts import AccountConfig, Mode
from bot.simulator.encoder import Encoder, Value, sign, write_xml
from bot.simulator.faults import FaultKind, Faults
from bot.simulator.media import Library
from bot.simulator.replies import InvalidReplyError, Question, checked, drafted, opened
from bot.simulator.users import Draft

_ACCEPTED: Final = frozenset({b"", b"success"})
_REDIRECT: Final = 300
_OVERTAKING: Final = 2.0  # seconds that a reordered message waits for a later one


class Outcome(StrEnum):
    """How a delivery, or the whole push, ended."""

    REPLIED = "replied"
    ACCEPTED = "accepted"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    HTTP_ERROR = "http_error"
    INVALID = "invalid"
    FAILED = "failed"
    SILENCED = "silenced"


GOOD: Final = frozenset({Outcome.REPLIED, Outcome.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST: HTTP `status` if there was one, `reply` fields if there were any, `problem` if it failed."""

    outcome: Outcome
    seconds: float
    status: int | None = None
    reply: Mapping[str, Any] | None = None
    drafts: tuple[Draft, ...] = ()
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it without what it looked like."""
        return {
            "outcome": self.outcome,
            "seconds": round(self.seconds, 4),
            "status": self.status,
            "reply": self.reply,
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class PushResult:
    """What became of a message: `reply` is what counted, `deliveries` every POST in order."""

    message: Mapping[str, Value]
    outcome: Outcome
    deliveries: tuple[Delivery, ...] = ()
    reply: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for the control API."""
        return {
            "outcome": self.outcome,
            "message": self.message,
            "reply": self.reply,
            "deliveries": [one.as_json() for one in self.deliveries],
        }


@dataclass(frozen=True, slots=True)
class Violation:
    """An answer that broke the protocol."""

    rule: str
    openid: str
    at: datetime

    def as_json(self) -> dict[str, str]:
        """Return it for the control API."""
        return {"rule": self.rule, "openid": self.openid, "at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One POST as it goes over the wire."""

    params: Mapping[str, str]
    body: bytes


def wrapped(account: AccountConfig, encoder: Encoder, message: Mapping[str, Value], timestamp: int) -> Parcel:
    """Sign a message and seal it in the account's mode."""
    stamp, nonce = str(timestamp), str(secrets.randbelow(10**10))
    params = {
        "signature": sign(account.token, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
        "openid": str(message["FromUserName"]),
    }
    plain = write_xml(message)
    if account.mode == Mode.PLAINTEXT:
        return Parcel(params, plain.encode())
    sealed = encoder.seal(plain)
    params |= {"encrypt_type": "aes", "msg_signature": sign(account.token, stamp, nonce, sealed)}
    outside = message if account.mode == Mode.COMPATIBLE else {"ToUserName": message["ToUserName"]}
    return Parcel(params, write_xml({**outside, "Encrypt": sealed}).encode())


class Courier:
    """Delivers messages; `violations` collects every answer that broke the protocol."""

    def __init__(
        self, http: httpx.AsyncClient, clock: Callable[[], datetime], library: Library, faults: Faults
    ) -> None:
        self._http = http
        self._clock = clock
        self._library = library
        self._faults = faults
        self._failed_in_a_row = 0
        self._silent_until: datetime | None = None
        self._overtaking = asyncio.Event()
        self.violations: list[Violation] = []

    async def deliver(
        self, account: AccountConfig, message: Mapping[str, Value], skew: timedelta = timedelta()
    ) -> PushResult:
        """Push one message, as often as the platform would."""
        if self._silent_until is not None and self._clock() < self._silent_until:
            return PushResult(message, Outcome.SILENCED)
        if self._faults.take_push(FaultKind.REORDERED_PUSH):
            await self._be_overtaken()
        run = _Run(account, Encoder(account.aes_key, account.app_id), message, skew)
        if self._faults.take_push(FaultKind.CONCURRENT_PUSH):
            deliveries = list(await asyncio.gather(self._post(run), self._post(run)))
        else:
            deliveries = await self._persist(run)
        self._overtaking.set()
        self._overtaking = asyncio.Event()
        return self._settled(account, message, deliveries)

    async def _persist(self, run: "_Run") -> list[Delivery]:
        deliveries: list[Delivery] = []
        while not deliveries or (
            deliveries[-1].outcome not in GOOD and len(deliveries) < run.account.deliveries
        ):
            if deliveries:
                await asyncio.sleep(run.account.pause)
            deliveries.append(await self._post(run))
        if deliveries[-1].outcome in GOOD and self._faults.take_push(FaultKind.DUPLICATE_PUSH):
            deliveries.append(await self._post(run))
        return deliveries

    async def _post(self, run: "_Run") -> Delivery:
        account, started = run.account, time.perf_counter()
        parcel = run.parcel(self._clock())
        try:
            async with asyncio.timeout(account.patience):
                response = await self._http.post(
                    account.callback_url,
                    params=parcel.params,
                    content=parcel.body,
                    headers={"content-type": "text/xml"},
                )
        except TimeoutError:
            return Delivery(Outcome.TIMEOUT, time.perf_counter() - started)
        except httpx.TransportError as error:
            return Delivery(Outcome.UNREACHABLE, time.perf_counter() - started, problem=type(error).__name__)
        return self._judged(run, response, time.perf_counter() - started)

    def _judged(self, run: "_Run", response: httpx.Response, seconds: float) -> Delivery:
        status, body = response.status_code, response.content
        if status >= _REDIRECT:
            return Delivery(Outcome.HTTP_ERROR, seconds, status)
        if body in _ACCEPTED:
            return Delivery(Outcome.ACCEPTED, seconds, status)
        try:
            fields = opened(body, run.account, run.encoder)
            kind = checked(fields, run.question)
            drafts = tuple(drafted(kind, fields, run.question, self._library, self._clock()))
        except InvalidReplyError as error:
            self.violations.append(Violation(str(error), run.question.openid, self._clock()))
            return Delivery(Outcome.INVALID, seconds, status, problem=str(error))
        return Delivery(Outcome.REPLIED, seconds, status, fields, drafts)

    async def _be_overtaken(self) -> None:
        try:
            async with asyncio.timeout(_OVERTAKING):
                await self._overtaking.wait()
        except TimeoutError:
            return

    def _settled(
        self, account: AccountConfig, message: Mapping[str, Value], deliveries: list[Delivery]
    ) -> PushResult:
        good = next((one for one in deliveries if one.outcome in GOOD), None)
        if good is not None:
            self._failed_in_a_row = 0
            return PushResult(message, good.outcome, tuple(deliveries), good.reply)
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= account.markfail_after:
            self._failed_in_a_row = 0
            self._silent_until = self._clock() + account.silence
        return PushResult(message, Outcome.FAILED, tuple(deliveries))


class _Run:
    """One message on its way, through all its deliveries."""

    def __init__(
        self, account: AccountConfig, encoder: Encoder, message: Mapping[str, Value], skew: timedelta
    ) -> None:
        self.account = account
        self.encoder = encoder
        self.question = Question(
            str(message["FromUserName"]), account.original_id, is_event=message["MsgType"] == "event"
        )
        self._message = message
        self._skew = skew
        self._kept: Parcel | None = None

    def parcel(self, now: datetime) -> Parcel:
        """Return the next POST: the same one again if the account's platform reuses nonces."""
        if self._kept is None or not self.account.reuse_nonce:
            timestamp = int((now + self._skew).timestamp())
            self._kept = wrapped(self.account, self.encoder, self._message, timestamp)
        return self._kept


class Numbers:
    """Message ids: 64 bits, rising, and different on every start of the desk."""

    def __init__(self) -> None:
        self._last = 23_000_000_000_000_000 + time.time_ns() // 1_000_000

    def __call__(self) -> int:
        """Return the next one."""
        self._last += random.randint(1, 97)
        return self._last
