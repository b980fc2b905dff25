"""Which channels rest because the platform refuses them to the account, whatever the message, and until when.

A used-up quota (45009, 50002) is whole again at midnight. A feature that is off (48001, 40200) is asked for
with one message after a while that grows. Meanwhile everything takes the next channel, or is held back.

Kept in the memory of each worker, as its pause is: each learns by its own first refusal. An operator who has
had a quota cleared restarts the workers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot import metrics
from bot.wechat.errors import Action, action_for
from models.actions.deliveries import LEASE, Claimed
from models.actions.settlements import Fate, Settlement
from models.actions.ways import Rest
from models.rules.disturbance import Why, day_begins
from models.rules.retry import Policy
from models.rules.windows import Channel

log: Final = structlog.get_logger()

PATIENCE: Final = Policy(attempts=2, first_wait=timedelta(seconds=30), longest_wait=timedelta(hours=1))
"""How the rest of a feature that is off grows. It has no end but the platform's word."""


@dataclass(slots=True)
class _Rest:
    rest: Rest
    refusals: int = 1
    is_asking: bool = False


class Rests:
    """No channel rests at first; one does after a refusal, until a message that asked anew was taken."""

    def __init__(self) -> None:
        self._resting: dict[Channel, _Rest] = {}

    def at(self, now: datetime) -> Mapping[Channel, Rest]:
        """Return what rests. Where its time is over, one message may ask; a quota's rest just ends."""
        for channel, resting in list(self._resting.items()):
            if resting.rest.why is Why.QUOTA and now >= resting.rest.until:
                self._end(channel)
        return {channel: resting.rest for channel, resting in self._resting.items()}

    def note(self, claimed: Sequence[Claimed], now: datetime) -> None:
        """See who asks: until it is known what became of that, the others go on resting."""
        for channel in {each.channel for each in claimed} & set(self._resting):
            resting = self._resting[channel]
            resting.is_asking, resting.rest = True, Rest(now + LEASE, resting.rest.why)

    def learn(self, outcomes: Sequence[Settlement], now: datetime) -> None:
        """Take in what became of messages; what was under way when a rest began says nothing new."""
        for outcome in outcomes:
            channel = outcome.claimed.channel
            known = self._resting.get(channel)
            if known is None:
                if outcome.is_of_channel:
                    self._begin(channel, outcome.code or 0, now)
            elif known.is_asking:
                self._answered(channel, known, outcome, now)

    def _answered(self, channel: Channel, known: _Rest, outcome: Settlement, now: datetime) -> None:
        if outcome.is_of_channel:
            self._begin(channel, outcome.code or 0, now, known.refusals + 1)
        elif outcome.fate is Fate.SENT:
            self._end(channel)
        else:
            known.is_asking, known.rest = False, Rest(now + PATIENCE.first_wait, known.rest.why)

    def _begin(self, channel: Channel, code: int, now: datetime, refusals: int = 1) -> None:
        is_quota = action_for(code) is Action.UNTIL_RESET
        until = day_begins(now) + timedelta(days=1) if is_quota else now + PATIENCE.wait_after(refusals)
        self._resting[channel] = _Rest(Rest(until, Why.QUOTA if is_quota else Why.OFF), refusals)
        metrics.RESTING.labels(channel).set(code)
        log.error("channel_rests", channel=channel, code=code, until=until.isoformat())

    def _end(self, channel: Channel) -> None:
        del self._resting[channel]
        metrics.RESTING.labels(channel).set(0)
        log.info("channel_rests_no_more", channel=channel)
