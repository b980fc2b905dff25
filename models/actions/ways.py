"""How what is due to somebody travels: how much of it as one message, by which channel, or not at all.

Pure: what is due, what the platform allows and the moment come in as arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final

from models.actions.bells import Bells, Toll
from models.actions.outbox import CAN_WAIT, Notice, is_continued
from models.queries.outbox import Recipient, Waiting
from models.rules.disturbance import Hold
from models.rules.disturbance import Why as WhyHeld
from models.rules.windows import Channel, Window, channel_for

HowMany = Callable[[Sequence[Waiting]], int]
"""Says how many texts, from the first on, fit into one chat message: at least one."""


class Why(StrEnum):
    """Why a message waits for the person to come back."""

    LEFT = "left"
    REFUSED = "refused"
    WINDOW = "window"
    KEPT = "kept"
    ASKED = "asked"


ASKING: Final = timedelta(seconds=30)
"""For so long the others wait for what becomes of the one that asks whether a channel is open again."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when the platform refuses a channel to the account, and why; then one message may ask."""

    until: datetime
    why: WhyHeld


@dataclass(frozen=True, slots=True)
class Channels:
    """The notices this account may send outside the 48 hours; None where it has no template.

    `is_long_term`: the subscription template is one of those for public services that need no consent to
    each notice: whoever follows may be sent them, unless they refused. `resting` are the channels that the
    platform refuses to the account at present.
    """

    subscription_id: str | None = None
    template_id: str | None = None
    is_long_term: bool = False
    resting: Mapping[Channel, Rest] = field(default_factory=dict)

    def consents(self, left: int | None) -> int:
        """Return how many notices somebody allows (-1: without limit) of whom the ledger says `left`."""
        if self.subscription_id is None:
            return 0
        if self.is_long_term:
            return 0 if left == 0 else -1
        return left or 0

    def template_for(self, channel: Channel) -> str | None:
        """Return the template of a notice, None for a chat message."""
        if channel is Channel.SUBSCRIPTION:
            return self.subscription_id
        return self.template_id if channel is Channel.TEMPLATE else None


@dataclass(frozen=True, slots=True)
class Choice:
    """What of somebody's line goes out now and what it costs, and what before it must wait, and why."""

    bundle: Sequence[Waiting] = ()
    channel: Channel | None = None
    parked: Mapping[int, Why] = field(default_factory=dict)
    held: Mapping[int, Hold] = field(default_factory=dict)
    toll: Toll | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of one account at one moment."""

    channels: Channels
    how_many: HowMany
    bells: Bells
    asking: set[Channel] = field(default_factory=set)
    """Channels whose rest is over, and by which one message of this claim asks."""

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.bells.now

    def choose(self, person: Recipient, line: Sequence[Waiting], *, consents: int) -> Choice:
        """Return what goes to `person` next of what is due to them, oldest first.

        `consents` counts the subscription notices they still allow (-1: without limit).
        """
        parked: dict[int, Why] = {}
        held: dict[int, Hold] = {}
        rest = line
        while rest:
            bundle = self._bundle(rest)
            way = self._way(person, bundle, consents)
            if isinstance(way, Channel):
                bundle = bundle if way is Channel.CUSTOM else bundle[:1]
                waits = self.bells.waits(bundle)
                if not waits:
                    self.asking.add(way)
                    return Choice(bundle, way, parked, held, self.bells.pay(bundle))
                held |= {row: wait for row, wait in waits.items() if isinstance(wait, Hold)}
                parked |= {row: Why.ASKED for row in waits if row not in held}
            elif isinstance(way, Hold):
                held |= {each.id: way for each in bundle}
            else:
                parked |= {each.id: way for each in bundle}
            rest = rest[len(bundle) :]
        return Choice(parked=parked, held=held)

    def _bundle(self, line: Sequence[Waiting]) -> Sequence[Waiting]:
        """The texts at the head of a line that travel as one message; what failed apart travels apart."""
        first = line[0]
        texts = [*takewhile(lambda each: _goes_with(first, each), line)]
        return line[: self.how_many(texts)] if texts else line[:1]

    def _way(self, person: Recipient, bundle: Sequence[Waiting], consents: int) -> Channel | Why | Hold:
        if not person.follows:
            return Why.LEFT
        if not person.is_reachable:
            return Why.REFUSED
        window, can_wait = _window(person), all(each.kind in CAN_WAIT for each in bundle)
        has_notices = bundle[0].kind != Notice.MEDIA and not is_continued(bundle[0].payload)
        consents = consents if has_notices else 0
        has_template = has_notices and self.channels.template_id is not None
        closed = self._closed()
        channel = channel_for(
            window if Channel.CUSTOM not in closed else None,
            self.now,
            can_wait=can_wait,
            consents=consents if Channel.SUBSCRIPTION not in closed else 0,
            has_template=has_template and Channel.TEMPLATE not in closed,
        )
        if channel is not None:
            return channel
        would = channel_for(window, self.now, can_wait=can_wait, consents=consents, has_template=has_template)
        if would is not None:
            return closed[would]
        return Why.KEPT if window is not None and window.is_open(self.now) else Why.WINDOW

    def _closed(self) -> dict[Channel, Hold]:
        """What rests now, and how long what needs it must wait. Where a rest is over one message may ask."""
        return {
            channel: Hold(max(rest.until, self.now + ASKING), rest.why)
            for channel, rest in self.channels.resting.items()
            if rest.until > self.now or channel in self.asking
        }


def _goes_with(first: Waiting, each: Waiting) -> bool:
    return each.kind != Notice.MEDIA and (each.misses, each.doubts) == (first.misses, first.doubts)


def _window(person: Recipient) -> Window | None:
    expires = person.window_expires_at
    return None if expires is None else Window(expires, person.window_left)
