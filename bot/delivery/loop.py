"""The delivery loop: keep so many messages in flight, settle together what came back together."""

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot import metrics
from bot.delivery.media import Fetcher
from bot.delivery.pause import Pause
from bot.delivery.rests import Rests
from bot.delivery.sender import Sender
from bot.delivery.wording import how_many
from bot.wechat.errors import Action, action_for
from models.actions import bells, deliveries, reports, settlements
from models.actions.deliveries import Claimed
from models.actions.settlements import Fate, Settlement
from models.actions.ways import Channels
from models.rules.disturbance import GRANTED, Courtesy
from models.rules.retry import Failure
from models.rules.windows import Channel
from models.session import TROUBLE, Database

log: Final = structlog.get_logger()

IN_FLIGHT: Final = 64
POLL: Final = 0.5
"""Seconds between looks when nobody rings: other processes fill the outbox too."""

TIDY: Final = 600.0
"""Seconds between looks for what nobody will come for any more."""

GRACE: Final = 5.0
"""Seconds that messages in hand are given once the process is told to stop."""

AFTER_TROUBLE: Final = 2.0
PAGED: Final = frozenset(
    {Action.STOP, Action.FEATURE_OFF, Action.REFRESH_TOKEN, Action.BUG, Action.NEXT_CHANNEL, Action.MEND}
)
LOGGED: Final = frozenset({Action.IGNORE, Action.LOG})
"""What no message of ours should ever meet."""


class Bell:
    """Rung by whoever has work for a loop; waiting for it ends after a while all the same."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There may be something to do."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Return when rung, or after `seconds`: other processes make work too."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()


class DeliveryLoop:
    """Claims, sends and settles until told to stop; then finishes what is in hand."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        fetcher: Fetcher,
        channels: Channels,
        clock: Callable[[], datetime],
        *,
        in_flight: int = IN_FLIGHT,
        granted: Courtesy = GRANTED,
    ) -> None:
        self._database = database
        self._sender = sender
        self._fetcher = fetcher
        self._channels = channels
        self._clock = clock
        self._most = in_flight
        self._granted = granted
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._flying: dict[asyncio.Task[tuple[Settlement, ...]], Claimed] = {}
        self._grace_ends: float | None = None
        self._pause = Pause()
        self._rests, self._rested = Rests(), frozenset(Channel)
        self._to_send, self._to_fetch, self._to_tidy = Bell(), Bell(), Bell()
        self._stopping = False

    def nudge(self) -> None:
        """There may be something to send or to fetch."""
        self._to_send.ring()
        self._to_fetch.ring()

    def stop(self) -> None:
        """Claim nothing more; `run` returns once what is in hand is settled."""
        self._stopping = True
        self.nudge()
        self._to_tidy.ring()

    async def run(self) -> None:
        """Deliver, fetch what people sent and tidy up until stopped. A database in trouble is waited for."""
        await asyncio.gather(self._deliver(), self._fetch(), self._tidy())

    async def _deliver(self) -> None:
        while self._flying or not self._stopping:
            try:
                await self._step()
            except Exception as error:  # noqa: BLE001 -- nobody's mail may stop for good
                log.error("outbox_unreachable", error=type(error).__name__)  # noqa: TRY400 -- no traceback
                await self._to_send.wait(AFTER_TROUBLE)

    async def _fetch(self) -> None:
        while not self._stopping:
            try:
                if await self._fetcher.fetch_due():
                    self._to_send.ring()
                else:
                    await self._to_fetch.wait(POLL)
            except Exception as error:  # noqa: BLE001 -- nor their pictures
                log.error("media_unreachable", error=type(error).__name__)  # noqa: TRY400 -- no traceback
                await self._to_fetch.wait(AFTER_TROUBLE)

    async def _tidy(self) -> None:
        while not self._stopping:
            try:
                while await asyncio.to_thread(self._forget_now) and not self._stopping:
                    pass
            except Exception as error:  # noqa: BLE001 -- it can wait
                log.error("not_tidied", error=type(error).__name__)  # noqa: TRY400 -- no traceback
            await self._to_tidy.wait(TIDY)

    async def _step(self) -> None:
        claimed = [] if self._stopping else await self._claim()
        self._flying |= {asyncio.create_task(self._sender.send(each)): each for each in claimed}
        if self._flying:
            self._cut_short()
            done, _ = await asyncio.wait(self._flying, timeout=POLL, return_when=asyncio.FIRST_COMPLETED)
            outcomes = [self._outcome(task, self._flying.pop(task)) for task in done]
            await self._settle([each for together in outcomes for each in together])
        elif not self._stopping:
            await self._to_send.wait(POLL)

    def _cut_short(self) -> None:
        """Once told to stop, wait for a mute platform only so long."""
        now = asyncio.get_running_loop().time()
        if self._stopping and self._grace_ends is None:
            self._grace_ends = now + GRACE
        if self._grace_ends is not None and now >= self._grace_ends:
            for task in self._flying:
                task.cancel()

    def _outcome(
        self, task: "asyncio.Task[tuple[Settlement, ...]]", claimed: Claimed
    ) -> tuple[Settlement, ...]:
        """What became of a message; one cut short may have arrived, and goes again at once."""
        if task.cancelled():
            now, doubt = self._clock(), Failure.DOUBTFUL
            return (Settlement(claimed, Fate.AGAIN, detail="cut short", again_at=now, failure=doubt),)
        if (error := task.exception()) is not None:
            log.error("send_broke", outbox_id=claimed.items[0].id, error=type(error).__name__)
            again = self._clock() + timedelta(minutes=1)
            return (Settlement(claimed, Fate.AGAIN, detail=type(error).__name__, again_at=again),)
        return task.result()

    async def _claim(self) -> list[Claimed]:
        room = self._pause.room(self._clock(), flying=len(self._flying), most=self._most)
        claimed = await asyncio.to_thread(self._claim_now, room) if room else []
        if claimed and self._pause.is_on:
            self._pause.probes()
        self._rests.note(claimed, self._clock())
        return claimed

    def _claim_now(self, room: int) -> list[Claimed]:
        now = self._clock()
        resting = self._rests.at(now)
        with self._database.transaction() as session:
            if self._rested - set(resting):  # also once at the start: this worker knows of no refusal
                bells.wake(session, now)
            self._rested = frozenset(resting)
            return deliveries.claim(
                session,
                self._name,
                channels=replace(self._channels, resting=resting),
                how_many=_one if self._pause.is_on else how_many,
                limit=room,
                now=now,
                granted=self._granted,
            )

    def _forget_now(self) -> int:
        with self._database.transaction() as session:
            return reports.forget(session, now=self._clock())

    async def _settle(self, outcomes: list[Settlement]) -> None:
        self._pause.learn(outcomes, self._clock())
        self._rests.learn(outcomes, self._clock())
        for outcome in outcomes:
            tried = len(outcome.claimed.items)
            metrics.DELIVERIES.labels(outcome.claimed.channel, outcome.fate).inc(tried)
            if outcome.code is not None:
                metrics.PLATFORM_ERRORS.labels(str(outcome.code)).inc()
                if outcome.is_of_account or action_for(outcome.code) in PAGED:
                    log.error("platform_refuses_us", code=outcome.code, detail=outcome.detail)
                elif action_for(outcome.code) in LOGGED:
                    log.warning("out_of_place", code=outcome.code, channel=outcome.claimed.channel)
        await self._until_written(outcomes)

    async def _until_written(self, outcomes: list[Settlement]) -> None:
        """Settle, however long the database takes: forgetting a send that worked would repeat it."""
        while True:
            try:
                return await asyncio.to_thread(self._settle_now, outcomes)
            except TROUBLE as error:
                log.error("not_settled", error=type(error).__name__, messages=len(outcomes))  # noqa: TRY400
                if self._stopping:
                    return None  # the lease lapses, another worker sends again: at least once
                await asyncio.sleep(AFTER_TROUBLE)
            except Exception:  # one outcome that cannot be written must not make us forget the others
                log.exception("not_writable", messages=len(outcomes))
                if len(outcomes) > 1:
                    for outcome in outcomes:
                        await self._until_written([outcome])
                return None

    def _settle_now(self, outcomes: list[Settlement]) -> None:
        with self._database.transaction() as session:
            settlements.settle(session, outcomes, self._clock())


def _one(_line: object) -> int:
    """A probe is one message."""
    return 1
