"""Commit what arrives together, together: turns gathered while the last commit ran share the next one.

Database work runs in worker threads, so the event loop never waits for a disk. One thread on SQLite,
which has one writer anyway; a few on PostgreSQL.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.web.thinking import Thinking, is_worth_it
from handlers.desk import Answer, shelve, take, take_together
from handlers.turn import Incoming, Means
from models.session import TROUBLE, Database

log: Final = structlog.get_logger()

LARGEST_BATCH: Final = 64
LONGEST_QUEUE: Final = 2048
"""Beyond this the answer would come after the platform's patience; it is told to try again instead."""
MOST_OF_ONE: Final = 32
"""So many messages of one person may wait: one is taken a commit, and the queue is there for everybody."""

_Waiting = tuple[Incoming, "asyncio.Future[Answer]", float]
_Batch = tuple[asyncio.AbstractEventLoop, Sequence[_Waiting]]


PATIENCE: Final = 4.0
"""Seconds. The platform hangs up after five; what is not stored by now it shall send again."""

GATHER: Final = 0.004
"""Seconds after a commit in which nobody else may come before the next begins: the answers go out first, and
those who arrive meanwhile share the commit, which costs more than a turn. Whoever arrives at an idle desk
does not wait for it."""
GATHER_AT_MOST: Final = 0.012
"""Seconds that the first of them waits at most, however many come."""
BUSY_FOR: Final = 0.02
"""Seconds after a commit in which the desk is not idle yet."""

QUIET_FOR: Final = 0.25
"""Seconds since a commit after which there is time to think about a message before its turn."""

LOOK_EVERY: Final = 0.2


class TooLate(Exception):
    """The push is not stored yet. It will be: the platform's repeat then gets the answer."""


class Busy(Exception):
    """More is waiting than can be answered in time. Nothing was stored; the platform will try again."""


class Intake:
    """Turns messages into answers, in batches. `after_commit` is called once a batch is durable."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        means: Means,
        after_commit: Callable[[], None],
        *,
        thinking: Thinking | None = None,
        longest_queue: int = LONGEST_QUEUE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._means = means
        self._after_commit = after_commit
        self._thinking = thinking
        self._longest_queue = longest_queue
        self._queue: deque[_Waiting] = deque()
        self._waiting: Counter[str] = Counter()
        self._unanswered: deque[_Waiting] = deque()
        self._is_watching = False
        self._spoken_for: set[str] = set()
        self._free = database.writers
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._work, name=f"intake-{n}", daemon=True) for n in range(database.writers)
        ]
        self._is_scheduled = False
        self._busy_until = 0.0
        self._quiet_from = 0.0
        for thread in self._threads:
            thread.start()

    async def take(self, incoming: Incoming) -> Answer:
        """Return the answer to one push, after it is stored.

        Raises:
            Busy: too much is waiting already, of all or of this person.
            TooLate: it took longer than the platform's patience.
            sqlalchemy.exc.DBAPIError: the database failed; the push is not stored.
        """
        # What cannot be read names nobody, and is no one person's.
        if incoming.openid and self._waiting[incoming.openid] >= MOST_OF_ONE:
            raise Busy
        if len(self._queue) >= self._longest_queue:
            raise Busy
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        waiting = (incoming, answer, loop.time())
        self._unanswered.append(waiting)
        self._waiting[incoming.openid] += 1
        if not self._is_watching:
            self._is_watching = True
            loop.call_later(LOOK_EVERY, self._watch)
        if (
            self._thinking is not None
            and self._thinking.is_free
            and self._is_quiet(loop)
            and is_worth_it(incoming)
        ):
            await self._think(self._thinking, waiting)
        else:
            self._queue.append(waiting)
            self._schedule(loop)
        return await answer

    def _is_quiet(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether nothing at all goes on here, nor has just now, so that a thought delays nobody else."""
        is_at_rest = self._free == self._database.writers and not self._queue and not self._spoken_for
        return is_at_rest and loop.time() >= self._quiet_from

    async def _think(self, thinking: Thinking, waiting: _Waiting) -> None:
        """Queue one push with what the deep path says of it, ahead of what the same person says meanwhile."""
        incoming, answer, since = waiting
        self._spoken_for.add(incoming.openid)
        verdict = None
        try:
            verdict = await thinking.on(incoming.text)
        finally:
            self._spoken_for.discard(incoming.openid)
            self._queue.appendleft((replace(incoming, verdict=verdict), answer, since))
            self._schedule(asyncio.get_running_loop())

    def close(self) -> None:
        """Finish the batches in hand and end the threads."""
        if self._thinking is not None:
            self._thinking.close()
        for _ in self._threads:
            self._batches.put(None)
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        """Let go whoever has waited too long. One look at all is cheaper than a timer for each."""
        loop = asyncio.get_running_loop()
        while self._unanswered:
            _, answer, since = self._unanswered[0]
            if not answer.done():
                if loop.time() - since < PATIENCE:
                    break
                answer.set_exception(TooLate())
            self._unanswered.popleft()
        self._is_watching = bool(self._unanswered)
        if self._is_watching:
            loop.call_later(LOOK_EVERY, self._watch)

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        """See to it that the queue is looked at: at once if the desk is idle, else when others have come."""
        if self._is_scheduled:
            return
        self._is_scheduled = True
        now = loop.time()
        if now < self._busy_until:
            loop.call_later(GATHER, self._gather, len(self._queue), now + GATHER_AT_MOST)
        else:
            loop.call_soon(self._dispatch)

    def _gather(self, had_come: int, until: float) -> None:
        """Dispatch unless others have come meanwhile, and there is time to see whether more do."""
        loop, come = asyncio.get_running_loop(), len(self._queue)
        if had_come < come < LARGEST_BATCH and loop.time() < until:
            loop.call_later(GATHER, self._gather, come, until)
        else:
            self._dispatch()

    def _dispatch(self) -> None:
        self._is_scheduled = False
        loop = asyncio.get_running_loop()
        while self._free and (batch := self._next_batch()):
            self._free -= 1
            self._batches.put((loop, batch))

    def _next_batch(self) -> list[_Waiting]:
        """Take the longest waiting, but nothing of a person whose last word is still being taken.

        What somebody said first must be committed before their next word is looked at.
        """
        batch: dict[str, _Waiting] = {}
        held_back: list[_Waiting] = []
        while self._queue and len(batch) < LARGEST_BATCH:
            waiting = self._queue.popleft()
            openid = waiting[0].openid
            if openid in self._spoken_for:
                held_back.append(waiting)
            else:
                batch[openid] = waiting
                self._spoken_for.add(openid)
        self._queue.extendleft(reversed(held_back))
        # People are locked in one order, so that batches of two processes cannot lock each other out.
        return [batch[openid] for openid in sorted(batch)]

    def _work(self) -> None:
        """Run batches in a worker thread, one after the other, and hand the results back to their loop."""
        while (work := self._batches.get()) is not None:
            loop, batch = work
            results: Sequence[Answer | Exception]
            try:
                incoming = [item[0] for item in batch]
                results = self._together(incoming) if len(incoming) > 1 else [self._alone(incoming[0])]
            except Exception as error:  # the thread must live, and every caller hear something
                log.exception("batch_broke", turns=len(batch))
                results = [error] * len(batch)
            loop.call_soon_threadsafe(self._settle, batch, results)

    def _together(self, incoming: Sequence[Incoming]) -> Sequence[Answer | Exception]:
        """All in one transaction, at one moment; if that fails, each alone: one bad turn harms no other."""
        now = self._clock()
        try:
            with self._database.transaction() as session:
                return take_together(session, incoming, now, self._means)
        except Exception:  # noqa: BLE001 -- each turn is now tried alone and reports for itself
            log.warning("batch_failed", turns=len(incoming))
            return [self._alone(each) for each in incoming]

    def _alone(self, incoming: Incoming) -> Answer | Exception:
        """One turn in its own transaction, tried twice: the first may have lost a race to another process.

        A database in trouble: not stored, the platform tries again. A bug of ours must not cost the message.
        """
        try:
            return self._once(incoming)
        except Exception:  # noqa: BLE001 -- whatever it was, the second try decides
            log.info("turn_tried_again", kind=incoming.kind)
        try:
            return self._once(incoming)
        except TROUBLE as error:
            return error
        except Exception:
            log.exception("turn_failed", kind=incoming.kind)
        try:
            with self._database.transaction() as session:
                return shelve(session, incoming, self._clock())
        except SQLAlchemyError as error:
            return error

    def _once(self, incoming: Incoming) -> Answer:
        with self._database.transaction() as session:
            return take(session, incoming, self._clock(), self._means)

    def _settle(self, batch: Sequence[_Waiting], results: Sequence[Answer | Exception]) -> None:
        loop = asyncio.get_running_loop()
        self._free += 1
        self._busy_until = loop.time() + BUSY_FOR
        self._quiet_from = loop.time() + QUIET_FOR
        for incoming, _, _ in batch:
            self._spoken_for.discard(incoming.openid)
            self._waiting[incoming.openid] -= 1
            if not self._waiting[incoming.openid]:
                del self._waiting[incoming.openid]
        counts: Counter[tuple[str, str]] = Counter()
        for (incoming, answer, _), result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                counts[incoming.kind, "not_stored"] += 1
                if not answer.done():
                    answer.set_exception(result)
                continue
            counts[incoming.kind, result.outcome or "repeat"] += 1
            if not answer.done():
                answer.set_result(result)
        self._after_commit()
        if self._queue:
            self._schedule(loop)
        metrics.BATCH.observe(len(batch))
        metrics.BATCH_SECONDS.observe(loop.time() - batch[0][2])
        for labels, count in counts.items():
            metrics.INBOUND.labels(*labels).inc(count)
