"""When a case may be written off without the enterprise's word (MISSION.md, 4): silence is no satisfaction.

Pure: what happened comes in as arguments.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Shanghai")
DAYS_TRIED: Final = 2
"""On so many different days somebody must have tried in vain to reach the enterprise."""


def days_tried(
    failed_calls: Iterable[datetime], *, resolved_at: datetime, last_heard: datetime
) -> tuple[date, ...]:
    """Return the days on which the enterprise was not reached, since the result and since its last word.

    What failed before it was told of the result, or before it wrote again, proves nothing.
    """
    since = max(resolved_at, last_heard)
    return tuple(sorted({call.astimezone(LOCAL).date() for call in failed_calls if call > since}))
