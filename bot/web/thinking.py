"""The deep path inside a request: one thread, one text at a time, and not longer than people may be kept."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from bot import metrics
from handlers.turn import Incoming, Kind
from handlers.understanding.classifier import Verdict
from handlers.understanding.commands import read
from handlers.understanding.intents import Intent, intent_of

log: Final = structlog.get_logger()

WAIT: Final = 0.3
"""Seconds; what takes longer is left to the second look."""


def is_worth_it(incoming: Incoming) -> bool:
    """Whether a push is a request by its words alone, so that its type will matter."""
    is_plain = incoming.kind is Kind.TEXT and read(incoming.text) is None
    return is_plain and intent_of(incoming.text) is Intent.REQUEST


class Thinking:
    """Asks the deep path about one text at a time; while it thinks, it is not to be asked."""

    def __init__(self, classify: Callable[[str], Verdict], *, wait: float = WAIT) -> None:
        self._classify = classify
        self._wait = wait
        self._thread = ThreadPoolExecutor(1, "thinking")
        self.is_free = True

    async def on(self, text: str) -> Verdict | None:
        """Return the deep verdict, None if it fails or does not come in time."""
        self.is_free = False
        thought = asyncio.get_running_loop().run_in_executor(self._thread, self._verdict, text)
        thought.add_done_callback(self._rest)
        done, _ = await asyncio.wait({thought}, timeout=self._wait)
        if not done:
            metrics.DEEP_AT_ONCE.labels("late").inc()
            return None
        verdict = thought.result()
        metrics.DEEP_AT_ONCE.labels("failed" if verdict is None else "in_time").inc()
        return verdict

    def close(self) -> None:
        """Let the thread finish its thought and end."""
        self._thread.shutdown()

    def _rest(self, _thought: object) -> None:
        self.is_free = True

    def _verdict(self, text: str) -> Verdict | None:
        try:
            return self._classify(text)
        except Exception as error:  # noqa: BLE001 -- the fast path's verdict will do
            log.error("deep_path_failed", error=type(error).__name__)  # noqa: TRY400 -- it may quote the text
            return None
