"""The access token: kept in a shared store, refreshed early, by one process and one task at a time.

Uses `stable_token`, whose repeated calls do not invalidate one another. No secret reaches a text or a repr.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, final

import httpx

from bot.wechat.errors import TOKEN_PATH, ApiError, Unreachable, WeChatError
from bot.wechat.transport import JSON, TIMEOUT, decode, encode, fetch

EARLY: Final = timedelta(seconds=300)
LEASE: Final = timedelta(seconds=30)
"""Longer than two token calls take as a rule; whoever takes longer ends no lease but their own."""
BETWEEN_FORCED: Final = timedelta(seconds=30)
FORCED_A_DAY: Final = 20
"""The platform grants no more forced refreshes a day, nor two within half a minute."""
SETTLED: Final = timedelta(seconds=30)
WAITS: Final = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0, 2.0, 2.0)
"""Seconds a process that lost the lease waits between looks into the store: 9 in all."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token (up to 512 characters) and when the platform lets it die."""

    value: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Where all processes share the token; a row in the database in production."""

    async def read(self) -> Token | None:
        """Return the token saved last, expired or not."""

    async def acquire(self, holder: str, *, now: datetime, until: datetime) -> bool:
        """Give `holder` the refresher's lease until `until`; False while another holder's has not lapsed."""

    async def save(self, token: Token, holder: str) -> None:
        """Replace the token, and end the lease if it is still `holder`'s, and no other's."""

    async def give_up(self, holder: str) -> None:
        """End the lease if it is `holder`'s, who has no token to save."""


@final
class MemoryTokenStore:
    """A token store for tools and tests: one process, nothing survives it."""

    def __init__(self) -> None:
        self._token: Token | None = None
        self._lease: tuple[str, datetime] | None = None

    async def read(self) -> Token | None:
        """Return the token saved last."""
        return self._token

    async def acquire(self, holder: str, *, now: datetime, until: datetime) -> bool:
        """Take the lease unless another holder has it."""
        if self._lease and self._lease[0] != holder and now < self._lease[1]:
            return False
        self._lease = (holder, until)
        return True

    async def save(self, token: Token, holder: str) -> None:
        """Replace the token, and end the lease if it is still `holder`'s."""
        self._token = token
        await self.give_up(holder)

    async def give_up(self, holder: str) -> None:
        """End the lease if it is `holder`'s."""
        if self._lease and self._lease[0] == holder:
            self._lease = None


@final
class Tokens:
    """Hands out the access token of one account.

    `holder` names this process in the lease; `clock` and `pause` (seconds) are given so that time is an
    argument here as everywhere; `api_base` is the scheme and host.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        store: TokenStore,
        *,
        api_base: str,
        app_id: str,
        secret: str,
        holder: str,
        clock: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._store = store
        self._url = api_base.rstrip("/") + TOKEN_PATH
        self._app_id = app_id
        self._secret = secret
        self._holder = holder
        self._clock = clock
        self._pause = pause
        self._lock = asyncio.Lock()
        self._token: Token | None = None
        self._failure: WeChatError | None = None
        self._tried_at: datetime | None = None
        self._forced: deque[datetime] = deque(maxlen=FORCED_A_DAY)

    async def get(self, stale: str | None = None) -> str:
        """Return a token that is not `stale`, the one the platform has just refused.

        Only when the platform itself insists on the stale one, and a forced refresh was tried within
        30 s (the platform allows 20 a day), is it returned again: the caller's one retry then fails.

        Raises:
            ApiError: the platform refuses our credentials or address.
            Unreachable: no answer, or another process holds the lease and does not finish. `sent` is
                False: whatever the token was wanted for has not been sent.
        """
        token = self._fresh(stale)
        if token is None:
            token = await self._in_turn(stale)
        return token.value

    async def _in_turn(self, stale: str | None) -> Token:
        """Return a token as one of many that want one: who waited for a failure shares it."""
        known = self._failure
        async with self._lock:
            if self._failure is not None and self._failure is not known:
                raise self._failure
            try:
                return await self._renewed(stale)
            except WeChatError as error:
                self._failure = error
                raise

    async def _renewed(self, stale: str | None) -> Token:
        for wait in WAITS:
            if token := self._fresh(stale) or await self._stored(stale):
                return token
            now = self._clock()
            if await self._store.acquire(self._holder, now=now, until=now + LEASE):
                return await self._refreshed(stale)
            if token := self._alive(stale):
                return token
            await self._pause(wait)
        raise Unreachable("another process holds the token lease", sent=False)

    async def _stored(self, stale: str | None) -> Token | None:
        self._token = await self._store.read() or self._token
        return self._fresh(stale)

    async def _refreshed(self, stale: str | None) -> Token:
        self._tried_at = self._clock()
        try:
            token = await self._fetched(force=False)
            if token.value == stale and self._may_force():
                self._forced.append(self._clock())
                token = await self._fetched(force=True)
        except WeChatError as error:
            if alive := self._alive(stale):
                return alive
            if isinstance(error, ApiError):  # who waits for the lease shall hear the same, not wait in vain
                await self._store.give_up(self._holder)
            raise
        self._token = token
        await self._store.save(token, self._holder)
        return token

    async def _fetched(self, *, force: bool) -> Token:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": force,
        }
        request = self._http.build_request(
            "POST", self._url, content=encode(body), headers=JSON, timeout=TIMEOUT
        )
        asked_at = self._clock()
        try:
            answer = decode((await fetch(self._http, request)).content, TOKEN_PATH)
            return Token(str(answer["access_token"]), asked_at + timedelta(seconds=int(answer["expires_in"])))
        except Unreachable as error:
            raise Unreachable(f"no token: {error.reason}", sent=False) from None
        except (KeyError, TypeError, ValueError, OverflowError):
            raise Unreachable("no token: the answer lacks it", sent=False) from None

    def _may_force(self) -> bool:
        if not self._forced:
            return True
        now = self._clock()
        is_used_up = len(self._forced) == FORCED_A_DAY and now - self._forced[0] < timedelta(days=1)
        return now - self._forced[-1] >= BETWEEN_FORCED and not is_used_up

    def _alive(self, stale: str | None) -> Token | None:
        token = self._token
        return token if token and token.value != stale and self._clock() < token.expires_at else None

    def _fresh(self, stale: str | None) -> Token | None:
        """Return a live token that needs no refresh yet.

        Near its end a token is still fresh for a while after a try to replace it: the platform hands
        out the same one with its remaining lifetime, and asking before every message helps nobody.
        """
        token, now = self._alive(stale), self._clock()
        if token and (now < token.expires_at - EARLY or (self._tried_at and now - self._tried_at < SETTLED)):
            return token
        return None
