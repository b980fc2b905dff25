"""Everything that happens because time has passed, in the order in which it is asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy.orm import Session

from models.actions import (
    anchors,
    bells,
    calls,
    delegations,
    escalations,
    gathered,
    mornings,
    patch_dates,
    patch_news,
    pattern_weeks,
    pauses,
    reckoning,
    stretches,
    tallies,
    waiting,
    warnings,
)


class Strike(Protocol):
    """Do up to `limit` things that are due at `now` and return how many; 0 when nothing is.

    In the caller's transaction, oldest first, harmless when done twice or by two processes at once.
    """

    def __call__(self, session: Session, now: datetime, *, limit: int) -> int:
        """Do it."""


TIMERS: Final[Mapping[str, Strike]] = {
    "reckoning": reckoning.strike,  # first: a warning must go by the right date
    "pauses": pauses.strike,
    "delegations": delegations.strike,  # before the morning's list, which no longer has their cases
    "warnings": warnings.strike,
    "escalations": escalations.strike,
    "calls": calls.strike,
    "waiting": waiting.strike,  # before what is gathered is told
    "gathered": gathered.strike,
    "mornings": mornings.strike,
    "patterns": pattern_weeks.strike,
    "patches": patch_dates.strike,  # before those concerned are told
    "patch_news": patch_news.strike,
    "held": bells.strike,
    "lapses": tallies.lapse,
    "tallies": tallies.fold,
    "stretches": stretches.strike,  # before the anchor, which holds the heads of the audit
    "anchors": anchors.strike,
}
