"""So many requests a minute for one key, counted in the database for all processes together."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.web.api.problems import TOO_MANY, Refusal
from models.actions.limits import WINDOW, begin_of, take
from models.session import Database

NO_LIMIT: Final = 2**31 - 1
_PARTS: Final = 20
"""A process takes a twentieth of the minute's requests at once."""


@dataclass(slots=True)
class _Purse:
    """What this process has taken out of one key's minute."""

    window: datetime
    mine: int = 0
    others: int = 0
    is_empty: bool = False


class Limits:
    """Lets requests in, or refuses them until the next minute begins; `a_minute` 0 lets all in.

    What one process has taken and not used is lost to the others until then: a twentieth each at most.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime], a_minute: int) -> None:
        self._database = database
        self._clock = clock
        self._a_minute = a_minute
        self._purses: dict[int, _Purse] = {}
        self._lock = threading.Lock()

    def admit(self, key_id: int) -> Mapping[str, str]:
        """Count one request of a key; return what its answer says about the limit.

        Raises:
            Refusal: the minute's requests are used up.
        """
        now = self._clock()
        with self._lock:
            purse = self._purse(key_id, now)
            if purse.mine == 0 and not purse.is_empty:
                self._fill(purse, key_id, now)
            if purse.is_empty:
                headers = self._headers(purse, now)
                raise Refusal(TOO_MANY, {"Retry-After": headers["RateLimit-Reset"], **headers})
            purse.mine -= 1
            return self._headers(purse, now) if self._a_minute else {}

    def _purse(self, key_id: int, now: datetime) -> _Purse:
        window = begin_of(now)
        purse = self._purses.get(key_id)
        if purse is None or purse.window != window:
            purse = self._purses[key_id] = _Purse(window)
        return purse

    def _fill(self, purse: _Purse, key_id: int, now: datetime) -> None:
        wanted = max(1, self._a_minute // _PARTS) if self._a_minute else 0
        with self._database.transaction() as session:
            got, purse.others = take(session, key_id, wanted=wanted, most=self._a_minute, now=now)
        purse.mine = got if self._a_minute else NO_LIMIT
        purse.is_empty = purse.mine == 0

    def _headers(self, purse: _Purse, now: datetime) -> Mapping[str, str]:
        wait = max(1, round((purse.window + WINDOW - now).total_seconds()))
        return {
            "RateLimit-Limit": str(self._a_minute),
            "RateLimit-Remaining": str(purse.mine + purse.others),
            "RateLimit-Reset": str(wait),
        }
