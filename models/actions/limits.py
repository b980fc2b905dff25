"""How many requests a key may still make in a minute, and when it was used last.

A process takes some requests out of the minute at once and then lets them in without asking again: one write
for many requests, and all processes together never let in more than the limit.
"""

from datetime import datetime, timedelta
from types import ModuleType
from typing import Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.session import core
from models.tables import KeyUse

WINDOW: Final = timedelta(minutes=1)
_DIALECTS: Final[dict[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgresql}


def take(session: Session, key_id: int, *, wanted: int, most: int, now: datetime) -> tuple[int, int]:
    """Take up to `wanted` requests out of the minute `now` lies in, of which a key has `most`.

    Returns how many were got, 0 when they are used up, and how many are left for others. The moment is noted
    as the key's last use.
    """
    window = begin_of(now)
    first = _DIALECTS[core(session).dialect.name].insert(KeyUse).on_conflict_do_nothing()
    session.execute(first.values(key_id=key_id, window_at=window, taken=0, last_used_at=now))
    use = session.get_one(KeyUse, key_id, with_for_update=True, populate_existing=True)
    if use.window_at < window:  # a process whose clock is ahead has begun the next one: count there
        use.window_at, use.taken = window, 0
    got = max(0, min(wanted, most - use.taken))
    use.taken += got
    use.last_used_at = max(use.last_used_at, now)
    session.flush()
    return got, max(0, most - use.taken)


def begin_of(now: datetime) -> datetime:
    """Return when the minute began that `now` lies in."""
    return now.replace(second=0, microsecond=0)
