"""The second look: what the fast path guessed is looked at by the deep path, and put right if it differs.

It follows the event feed behind everything that arrives. The words are read, the model works with no session
open, and one short transaction corrects. Dying anywhere costs a look done twice, which changes nothing.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

import structlog

from bot import metrics
from bot.led_loop import LedLoop
from handlers.filing import guess_by
from handlers.understanding.classifier import Verdict
from handlers.understanding.embedding import NoEmbedding
from models.actions import cursors, retyping
from models.queries import second_look
from models.queries.second_look import Guessed, Position
from models.session import Database

log: Final = structlog.get_logger()

READER: Final = "second_look"
POLL: Final = 1.0
PAGE: Final = 100
"""Events read at once."""
MOST_TRIES: Final = 3
"""Times that a look is begun: a text that ends the process each time must not end it for ever."""
GENTLE: Final = 19
"""The niceness of the thread that computes: whoever answers people goes first."""


class SecondLook(LedLoop):
    """Looks at fresh guesses until told to stop; `classify` is the deep path."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        classify: Callable[[str], Verdict],
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(database, clock, lease=READER, poll=POLL, leader=metrics.SECOND_LOOK_LEADER)
        self._classify = classify
        self._prepare = prepare
        self._has_started = False
        self._computing = ThreadPoolExecutor(1, "second-look", initializer=_be_gentle)

    async def run(self) -> None:
        """Look until stopped. Without an embedding there is nothing to look with, and the loop ends."""
        try:
            await super().run()
        finally:
            self._computing.shutdown()

    def _round(self) -> int:
        looked, more = 0, True
        try:
            while more and self._goes_on():
                if not self._has_started:
                    self._start()
                done, more = self._page()
                looked += done
        except NoEmbedding as error:
            log.warning("no_second_look", error=str(error))
            self.stop()
        return looked

    def _start(self) -> None:
        with self._database.transaction() as session:
            cursors.start(session, READER)
        self._has_started = True

    def _page(self) -> tuple[int, bool]:
        """Go through the next events; return how many guesses were looked at, and whether more may come."""
        with self._database.reading() as session:
            place = second_look.position(session, READER)
            guesses, end = second_look.guesses(session, place, limit=PAGE)
        for looked, guessed in enumerate(guesses):
            if not self._goes_on():
                return looked, False
            self._look(guessed, place)
        if end != place:
            self._reach(end)
        return len(guesses), end != place

    def _look(self, guessed: Guessed, place: Position) -> None:
        with self._database.reading() as session:
            words = second_look.words_of(session, guessed)
        if words is None:
            metrics.SECOND_LOOKS.labels("passed").inc()
            return
        before = guessed.before
        tries = place.tries + 1 if (place.tx, place.event_id) == (before.tx, before.event_id) else 1
        if tries > MOST_TRIES:
            log.error("second_look_given_up", ticket=guessed.ticket_id, tries=tries - 1)
            self._settle(guessed, None)
            return
        self._computing.submit(self._prepare).result()
        self._reach(Position(before.tx, before.event_id, tries))
        self._settle(guessed, self._verdict(guessed, words))

    def _verdict(self, guessed: Guessed, words: str) -> Verdict | None:
        began = time.perf_counter()
        try:
            return self._computing.submit(self._classify, words).result()
        except Exception as error:  # noqa: BLE001 -- one text that breaks the model must not stop the others
            log.error("second_look_failed", ticket=guessed.ticket_id, error=type(error).__name__)  # noqa: TRY400
            return None
        finally:
            metrics.SECOND_LOOK_SECONDS.observe(time.perf_counter() - began)

    def _settle(self, guessed: Guessed, verdict: Verdict | None) -> None:
        differs = verdict is not None and verdict.is_sure and verdict.type != guessed.type
        is_corrected = False
        with self._database.transaction() as session:
            if differs and verdict is not None:
                is_corrected = retyping.look_again(
                    session,
                    guessed.ticket_id,
                    guess_by(verdict, is_deep=True),
                    instead_of=guessed.type,
                    now=self._clock(),
                )
            cursors.reach(session, READER, guessed.at)
        outcome = "failed" if verdict is None else "corrected" if is_corrected else "kept"
        metrics.SECOND_LOOKS.labels(outcome).inc()

    def _reach(self, place: Position) -> None:
        with self._database.transaction() as session:
            cursors.reach(session, READER, place)


def _be_gentle() -> None:
    """Give this one thread the lowest priority, where threads have one of their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GENTLE)
