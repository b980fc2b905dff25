"""A loop that runs in one process at a time: whoever holds the lease works, and is succeeded when silent."""

import asyncio
import os
import secrets
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from prometheus_client import Gauge

from models.actions import leases
from models.session import Database

log: Final = structlog.get_logger()

HELD: Final = timedelta(seconds=60)
RENEWED: Final = timedelta(seconds=20)
"""A lease is renewed when only so much of it is left; a dead process is succeeded within a minute."""

AFTER_TROUBLE: Final = 2.0
GENTLE: Final = 19
"""The niceness of a thread that computes: whoever answers people goes first."""


class LedLoop(ABC):
    """Does rounds until told to stop; then finishes what is in hand and gives up the lease."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], *, lease: str, poll: float, leader: Gauge
    ) -> None:
        self._database = database
        self._clock = clock
        self._lease = lease
        self._broke = f"{lease}_broke"
        self._poll = poll
        self._leader = leader
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._held_until: datetime | None = None
        self._one_round = asyncio.Lock()
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._bell = asyncio.Event()
        self._stopping = False

    def stop(self) -> None:
        """Begin nothing more; `run` returns once what is in hand is committed."""
        self._stopping = True
        self._bell.set()

    async def run(self) -> None:
        """Look every few seconds until stopped. A database in trouble is waited for."""
        while not self._stopping:
            pause = self._poll
            try:
                await self.once()
            except Exception as error:  # noqa: BLE001 -- time does not stop because something broke
                log.error(self._broke, error=type(error).__name__)  # noqa: TRY400 -- no traceback
                pause = AFTER_TROUBLE
            await self._wait(pause)
        await self._give_up()

    async def once(self) -> int:
        """Do everything that is to be done now, if the lease is ours; return how many things were done.

        Raises:
            Exception: the first that broke.
        """
        async with self._one_round:
            self._event_loop = asyncio.get_running_loop()
            done = await asyncio.to_thread(self._round)
        if done:
            self._after_work()
        return done

    @abstractmethod
    def _round(self) -> int:
        """Do what is to be done now, in a worker thread, while it `_goes_on`; return how much that was."""

    def _outside(self, asked: Coroutine[Any, Any, str | None], seconds: float) -> str | None:
        """Wait, in a round, for what is asked on the event loop that the round was begun from.

        Raises:
            TimeoutError: it took longer than that.
        """
        if self._event_loop is None:
            raise RuntimeError("a round begins in `once`")
        return asyncio.run_coroutine_threadsafe(asked, self._event_loop).result(seconds)

    def _after_work(self) -> None:  # noqa: B027 -- most have nothing to do then
        """Called on the loop after a round in which something was done."""

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return

    def _goes_on(self) -> bool:
        """Whether more may be begun: nobody has told us to stop, and the lease is ours."""
        return not self._stopping and self._leads()

    def _leads(self) -> bool:
        """Tell whether the lease is ours, renewing it in time; between renewals the database is not asked."""
        now = self._clock()
        if self._held_until is not None and now < self._held_until - RENEWED:
            return True
        with self._database.transaction() as session:
            is_ours = leases.acquire(session, self._lease, self._name, now=now, until=now + HELD)
        self._held_until = now + HELD if is_ours else None
        self._leader.set(is_ours)
        return is_ours

    async def _give_up(self) -> None:
        """Let another process take over at once. The database being away, the lease lapses by itself."""
        self._leader.set(0)
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
            leases.acquire(session, self._lease, self._name, now=now - HELD, until=now)


def be_gentle() -> None:
    """Give this one thread the lowest priority, where threads have one of their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GENTLE)
