"""The timer loop: one process at a time does what has fallen due, each thing in a transaction of its own."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from bot import metrics
from bot.led_loop import LedLoop
from models.actions.timers import TIMERS, Strike
from models.session import Database

LEASE: Final = "timers"
POLL: Final = 5.0
"""Seconds between looks at what is due."""

AT_ONCE: Final = 50
"""Things done in one transaction: few enough that no message waits long for the database."""


class TimerLoop(LedLoop):
    """Does what is due until told to stop; then finishes the transaction in hand and gives up the lease."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        on_done: Callable[[], None],
        *,
        timers: Mapping[str, Strike] = TIMERS,
    ) -> None:
        super().__init__(database, clock, lease=LEASE, poll=POLL, leader=metrics.TIMER_LEADER)
        self._on_done = on_done
        self._timers = timers

    def _after_work(self) -> None:
        self._on_done()

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
        while self._goes_on():
            with self._database.transaction() as session:
                done = strike(session, self._clock(), limit=AT_ONCE)
            metrics.TIMERS.labels(name).inc(done)
            total += done
            if not done:
                break
        return total
