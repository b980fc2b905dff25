"""Daily limits of every API, reset at midnight in Beijing, and the monthly right to clear them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Final

from bot.simulator.errors import ApiError

BEIJING: Final = timezone(timedelta(hours=8))
CLEARS_A_MONTH: Final = 10
DAILY: Final[Mapping[str, int]] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/message/template/send": 100_000,
}


class Quotas:
    """What was used today."""

    def __init__(self, overrides: Mapping[str, int]) -> None:
        self._limits = {**DAILY, **overrides}
        self._used: Counter[str] = Counter()
        self._day = date.min
        self._clears: Counter[tuple[int, int]] = Counter()

    def spend(self, path: str, now: datetime) -> None:
        """Count one call.

        Raises:
            ApiError: 45009, the day's calls are used up.
        """
        limit = self._limits.get(path)
        if limit is None:
            return
        self._turn_page(now)
        if self._used[path] >= limit:
            raise ApiError(45009)
        self._used[path] += 1

    def clear(self, now: datetime) -> None:
        """Forget today's calls.

        Raises:
            ApiError: 48006, this was done ten times this month already.
        """
        today = now.astimezone(BEIJING)
        month = (today.year, today.month)
        if self._clears[month] >= CLEARS_A_MONTH:
            raise ApiError(48006)
        self._clears[month] += 1
        self._used.clear()

    def reading(self, path: str, now: datetime) -> dict[str, int]:
        """Return `daily_limit`, `used` and `remain` of one API.

        Raises:
            ApiError: 40035, that path has no quota.
        """
        limit = self._limits.get(path)
        if limit is None:
            raise ApiError(40035)
        self._turn_page(now)
        used = self._used[path]
        return {"daily_limit": limit, "used": used, "remain": limit - used}

    def _turn_page(self, now: datetime) -> None:
        today = now.astimezone(BEIJING).date()
        if today != self._day:
            self._day = today
            self._used.clear()
