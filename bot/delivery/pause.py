"""When a worker stops claiming because the platform refuses the account, and when it asks again.

Kept in the memory of each worker: one that starts, or a second one, learns by its own first refusals. So what
one worker is refused (its address is not on the list) another may still deliver.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot import metrics
from bot.wechat.errors import Action, action_for
from models.actions.settlements import Fate, Settlement
from models.rules.retry import Policy

log: Final = structlog.get_logger()

PATIENCE: Final = Policy(attempts=2, first_wait=timedelta(seconds=30), longest_wait=timedelta(minutes=15))
"""How the pause grows. It has no end but the platform's word, so `attempts` means nothing here."""

TOO_FAST: Final = timedelta(minutes=1)
"""What the platform asks of who called too often in a minute."""


class Pause:
    """Open at first; shut by a refusal of the account; opened by a single message that fares otherwise."""

    def __init__(self) -> None:
        self._refusals = 0
        self._until: datetime | None = None
        self._probing = False

    @property
    def is_on(self) -> bool:
        """Whether the account was refused, and nothing was taken since."""
        return self._until is not None

    def room(self, now: datetime, *, flying: int, most: int) -> int:
        """Return how many may be claimed: in a pause none, and once it is over one alone."""
        if self._until is None:
            return most - flying
        return 0 if flying or now < self._until else 1

    def probes(self) -> None:
        """The one message has gone out whose fate decides."""
        self._probing = True

    def learn(self, outcomes: Sequence[Settlement], now: datetime) -> None:
        """Take in what became of messages.

        In a pause only the probe's fate counts: what was under way when it began says nothing new. A probe
        that found no platform at all is repeated after the same wait.
        """
        refusal = next((each for each in outcomes if each.is_of_account), None)
        if not outcomes or (self.is_on and not self._probing):
            return
        if refusal is not None:
            self._shut(refusal.code, now)
        elif self.is_on and any(each.fate is Fate.SENT or each.code is not None for each in outcomes):
            self._open()
        elif self.is_on:
            self._until = now + PATIENCE.wait_after(self._refusals)
        self._probing = False

    def _shut(self, code: int | None, now: datetime) -> None:
        self._refusals += 1
        wait = PATIENCE.wait_after(self._refusals)
        if code is not None and action_for(code) is Action.BACK_OFF:
            wait = max(wait, TOO_FAST)
        self._until = now + wait
        metrics.PAUSED.set(1)
        log.error("delivery_paused", code=code, refusals=self._refusals, seconds=wait.total_seconds())

    def _open(self) -> None:
        log.info("delivery_resumed", refusals=self._refusals)
        self._refusals, self._until = 0, None
        metrics.PAUSED.set(0)
