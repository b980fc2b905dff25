"""The loop that reads the feed for webhooks, posts and settles; as the one that delivers to people."""

import asyncio
import os
import random
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from bot.delivery.loop import Bell
from bot.web.api.events import event_view
from bot.webhooks.post import Poster
from models.actions import postings
from models.actions.postings import FOR_ONE, Outcome, Post
from models.queries.webhooks import is_anything_to_do
from models.rules.webhooks import headers, secret_of
from models.session import Database

log: Final = structlog.get_logger()

IN_FLIGHT: Final = 16
POLL: Final = 1.0
"""Seconds between looks: an event reaches its receivers within about two."""

TIDY: Final = 600.0
GRACE: Final = 5.0
"""Seconds that posts in hand are given once the process is told to stop."""

AFTER_TROUBLE: Final = 2.0


class WebhookLoop:
    """Works until told to stop; then finishes what is in hand. Several may work beside one another."""

    def __init__(self, database: Database, clock: Callable[[], datetime], poster: Poster, key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._poster = poster
        self._key = key
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._flying: dict[asyncio.Task[Outcome], Post] = {}
        self._bell = Bell()
        self._tidied = float("-inf")
        self._stopping = False

    def stop(self) -> None:
        """Claim nothing more; `run` returns once what is in hand is settled, or after a grace."""
        self._stopping = True
        self._bell.ring()

    async def run(self) -> None:
        """Post until stopped. A database in trouble is waited for."""
        while not self._stopping:
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001 -- nobody's posts may stop for good
                log.error("webhooks_unreachable", error=type(error).__name__)  # noqa: TRY400 -- no traceback
                await self._bell.wait(AFTER_TROUBLE)
            if not self._flying and not self._stopping:
                await self._bell.wait(POLL)
        await self._finish()
        await self._poster.aclose()

    async def once(self) -> None:
        """Take what is due and settle what has come back; while posts are under way, wait for one a while."""
        for post in await asyncio.to_thread(self._claim):
            self._flying[asyncio.create_task(self._send(post))] = post
        if self._flying:
            await self._settle_done(POLL)

    async def _finish(self) -> None:
        """Settle what comes back in time. The rest is left to its lease: another worker posts it again."""
        end = time.monotonic() + GRACE
        while self._flying and (left := end - time.monotonic()) > 0:
            try:
                await self._settle_done(left)
            except Exception as error:  # noqa: BLE001 -- leaving must not fail
                log.error("webhooks_not_settled", error=type(error).__name__)  # noqa: TRY400 -- no traceback
                break
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)

    async def _settle_done(self, seconds: float) -> None:
        done, _ = await asyncio.wait(self._flying, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await asyncio.to_thread(self._settle, task.result())
            del self._flying[task]

    def _claim(self) -> list[Post]:
        now, room = self._clock(), IN_FLIGHT - len(self._flying)
        flying = [post.webhook_id for post in self._flying.values()]
        busy = {each for each in flying if flying.count(each) >= FOR_ONE}
        self._tidy(now)
        with self._database.reading() as session:
            if room <= 0 or not is_anything_to_do(session, now=now):
                return []
        with self._database.transaction() as session:
            postings.gather(session, now=now)
            return postings.claim(session, self._name, limit=room, busy=busy, now=now)

    def _tidy(self, now: datetime) -> None:
        if time.monotonic() - self._tidied < TIDY:
            return
        with self._database.transaction() as session:
            if not postings.forget(session, now=now):
                self._tidied = time.monotonic()

    def _settle(self, outcome: Outcome) -> None:
        with self._database.transaction() as session:
            postings.settle(session, outcome, jitter=random.random())

    async def _send(self, post: Post) -> Outcome:
        begun, body = time.monotonic(), body_of(post)
        keys = [secret_of(self._key, salt) for salt in post.salts]
        signed = headers(f"msg_{post.id}", self._clock(), body, keys)
        try:
            answer = await self._poster.post(post.url, body, signed)
        except Exception as error:  # noqa: BLE001 -- whatever a receiver does, the others are told
            answer = type(error).__name__
        took = round((time.monotonic() - begun) * 1000)
        if isinstance(answer, str):
            return Outcome(post, self._clock(), took, error=answer[:60])
        return Outcome(post, self._clock(), took, status=answer)


def body_of(post: Post) -> bytes:
    """Return what is posted: the event exactly as `GET /events/{id}` shows it to the key of the webhook."""
    if post.event is None:
        return b'{"type":"ping","timestamp":"%s","data":{}}' % _iso(post.created_at)
    data = event_view(post.event, post.hidden).model_dump_json().encode()
    kind = f"ticket.{post.event.verb}".encode()
    return b'{"type":"%s","timestamp":"%s","data":%s}' % (kind, _iso(post.event.at), data)


def _iso(moment: datetime) -> bytes:
    return moment.isoformat().replace("+00:00", "Z").encode()
