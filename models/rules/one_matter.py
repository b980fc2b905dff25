"""Whether a matter told twice keeps its strictest dates, and its failures, when two cases are made one.

Pure. A merge starts and moves no clock, so what the later case was promised holds only if the earlier one is
promised it as early, or has kept it. And a merged case counts no more: one that broke a promise stays.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from config.catalog import ClockName
from models.rules.clocks import OF_OTHERS

_RHYTHM: Final = frozenset({ClockName.PROGRESS})
"""Reports come again and again: whoever works on the earlier case reports on it by its own rhythm."""


def puts_off(
    promised: Mapping[str, datetime], main: Mapping[str, datetime], kept: Collection[str]
) -> frozenset[str]:
    """Return which dates of a case would come later, or not at all, under a main case.

    `promised` are the dates of the case that nobody has kept; `main` those of the main case, and `kept` the
    names of those that were kept there.
    """
    return frozenset(
        name
        for name, due in promised.items()
        if name not in OF_OTHERS | _RHYTHM and name not in kept and (name not in main or main[name] > due)
    )


def is_any_broken(promises: Iterable[tuple[str, datetime, datetime | None]], now: datetime) -> bool:
    """Return whether the owner kept a promise late, or has one that has run out at `now`.

    Each is a name, when it is due, and when it was met.
    """
    return any(due < (met or now) for name, due, met in promises if name not in OF_OTHERS)
