"""The timer loop: one process at a time does what has fallen due, each thing in a transaction of its own."""

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot import metrics
from models.actions import leases
from models.actions.timers import TIMERS, Strike
from models.session import Database

log: Final = structlog.get_logger()

LEASE: Final = "timers"
HELD: Final = timedelta(seconds=60)
RENEWED: Final = timedelta(seconds=20)
"""A lease is renewed when only so much of it is left; a dead process is succeeded within a minute."""

POLL: Final = 5.0
"""Seconds between looks at what is due."""

AFTER_TROUBLE: Final = 2.0
AT_ONCE: Final = 50
"""Things done in one transaction: few enough that no message waits long for the database."""


class TimerLoop:
    """Does what is due until told to stop; then finishes the transaction in hand and gives up the lease."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        on_done: Callable[[], None],
        *,
        timers: Mapping[str, Strike] = TIMERS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._on_done = on_done
        self._timers = timers
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._held_until: datetime | None = None
        self._one_round = asyncio.Lock()
        self._bell = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Begin nothing more; `run` returns once what is in hand is committed."""
        self._stopping = True
        self._bell.set()

    async def run(self) -> None:
        """Look every few seconds until stopped. A database in trouble is waited for."""
        while not self._stopping:
            pause = POLL
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001 -- time does not stop because something broke
                log.error("timers_broke", error=type(error).__name__)  # noqa: TRY400 -- no traceback
                pause = AFTER_TROUBLE
            await self._wait(pause)
        await self._give_up()

    async def once(self) -> int:
        """Do everything that is due now, if the lease is ours; return how many things were done.

        Raises:
            Exception: the first that a timer raised; the others have had their turn all the same.
        """
        async with self._one_round:
            done = await asyncio.to_thread(self._round)
        if done:
            self._on_done()
        return done

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return

    def _round(self) -> int:
        done, broken = 0, []
        for name, strike in self._timers.items():
            try:
                done += self._until_nothing_is_due(name, strike)
            except Exception as error:  # noqa: BLE001 -- one timer must not stop the next
                metrics.TIMER_FAILURES.labels(name).inc()
                broken.append(error)
        if broken:
            raise broken[0]
        return done

    def _until_nothing_is_due(self, name: str, strike: Strike) -> int:
        total = 0
        while not self._stopping and self._leads():
            with self._database.transaction() as session:
                done = strike(session, self._clock(), limit=AT_ONCE)
            metrics.TIMERS.labels(name).inc(done)
            total += done
            if not done:
                break
        return total

    def _leads(self) -> bool:
        """Tell whether the lease is ours, renewing it in time; between renewals the database is not asked."""
        now = self._clock()
        if self._held_until is not None and now < self._held_until - RENEWED:
            return True
        with self._database.transaction() as session:
            is_ours = leases.acquire(session, LEASE, self._name, now=now, until=now + HELD)
        self._held_until = now + HELD if is_ours else None
        metrics.TIMER_LEADER.set(is_ours)
        return is_ours

    async def _give_up(self) -> None:
        """Let another process take over at once. The database being away, the lease lapses by itself."""
        metrics.TIMER_LEADER.set(0)
        if self._held_until is None:
            return
        try:
            await asyncio.to_thread(self._release)
        except Exception as error:  # noqa: BLE001 -- leaving must not fail
            log.warning("lease_not_given_up", error=type(error).__name__)

    def _release(self) -> None:
        now = self._clock()
        with self._database.transaction() as session:
            # Ours ends now; one that lapsed and went to somebody else is not touched.
            leases.acquire(session, LEASE, self._name, now=now - HELD, until=now)
