"""When a worker stops claiming because nothing would go out now, and when it asks again.

Either the platform refuses the account, whatever the message; or it answers several people in a row with
nothing but trouble (busy, no readable answer), which more messages would not mend and would put in doubt.

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
from models.rules.retry import Failure, Policy

log: Final = structlog.get_logger()

PATIENCE: Final = Policy(attempts=2, first_wait=timedelta(seconds=30), longest_wait=timedelta(minutes=15))
"""How the pause grows. It has no end but the platform's word, so `attempts` means nothing here."""

FOR_TOKENS: Final = Policy(attempts=2, first_wait=timedelta(seconds=30), longest_wait=timedelta(hours=1))
"""The same while our token is rejected: each question costs a forced refresh, of which there are 20 a day."""

FOR_TROUBLE: Final = Policy(attempts=2, first_wait=timedelta(seconds=5), longest_wait=timedelta(minutes=5))
"""The same while the platform is in trouble, which passes by itself."""

IN_A_ROW: Final = 5
"""So many people must meet trouble, and nobody anything else, before it is the platform's and not theirs."""

TOO_FAST: Final = timedelta(minutes=1)
"""What the platform asks of who called too often in a minute."""


class Pause:
    """Open at first; shut by a refusal or by trouble; opened by a single message that fares otherwise."""

    def __init__(self) -> None:
        self._refusals = 0
        self._until: datetime | None = None
        self._probing = False
        self._in_trouble: set[int] = set()

    @property
    def is_on(self) -> bool:
        """Whether nothing would go out, by the last we heard."""
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
        if not outcomes or (self.is_on and not self._probing):
            return
        refusal = next((each for each in outcomes if each.is_of_account), None)
        if refusal is not None:
            self._shut(refusal.code, now)
        elif any(_is_plain(each) for each in outcomes):
            self._open()
        elif any(_is_trouble(each) for each in outcomes):
            self._note_trouble(outcomes, now)
        elif self.is_on:
            self._until = now + PATIENCE.wait_after(self._refusals)
        self._probing = False

    def _note_trouble(self, outcomes: Sequence[Settlement], now: datetime) -> None:
        met = [each for each in outcomes if _is_trouble(each)]
        self._in_trouble |= {each.claimed.person_id for each in met}
        if self.is_on or len(self._in_trouble) >= IN_A_ROW:
            self._shut(met[0].code, now, patience=FOR_TROUBLE)

    def _shut(self, code: int | None, now: datetime, *, patience: Policy = PATIENCE) -> None:
        self._refusals += 1
        action = None if code is None else action_for(code)
        if action is Action.REFRESH_TOKEN:
            patience = FOR_TOKENS
        wait = patience.wait_after(self._refusals)
        if action is Action.BACK_OFF:
            wait = max(wait, TOO_FAST)
        self._until = now + wait
        metrics.PAUSED.set(1)
        log.error("delivery_paused", code=code, refusals=self._refusals, seconds=wait.total_seconds())

    def _open(self) -> None:
        if self.is_on:
            log.info("delivery_resumed", refusals=self._refusals)
            metrics.PAUSED.set(0)
        self._refusals, self._until = 0, None
        self._in_trouble.clear()


def _is_trouble(outcome: Settlement) -> bool:
    """Whether the platform was busy, or said nothing that could be read."""
    if outcome.code is not None:
        return action_for(outcome.code) is Action.RETRY
    return outcome.failure is Failure.DOUBTFUL


def _is_plain(outcome: Settlement) -> bool:
    """Whether the platform took a message, or refused it for the message's own sake."""
    return outcome.fate is Fate.SENT or (outcome.code is not None and not _is_trouble(outcome))
