"""How often one person may have numbers checked: windows that slide, all of which hold.

Pure. Without a limit the answers would let anybody try out which numbers belong to officials.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from config.catalog import Allowance


def again_at(
    asked: Sequence[datetime], wanted: int, limits: Iterable[Allowance], now: datetime
) -> datetime | None:
    """Return from when on `wanted` more may be asked; None if they may be now.

    `asked` are the moments of earlier questions, in any order. More than a limit allows at once is
    counted as that limit's most, so that the answer is never "never".
    """
    waits = (_wait(sorted(asked), wanted, limit, now) for limit in limits)
    return max((wait for wait in waits if wait is not None), default=None)


def longest(limits: Iterable[Allowance]) -> timedelta:
    """Return how far back earlier questions matter."""
    return max((limit.within for limit in limits), default=timedelta(0))


def _wait(asked: Sequence[datetime], wanted: int, limit: Allowance, now: datetime) -> datetime | None:
    recent = [at for at in asked if at > now - limit.within]
    excess = len(recent) + min(wanted, limit.most) - limit.most
    return recent[excess - 1] + limit.within if excess > 0 else None
