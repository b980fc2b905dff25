"""Daily limits of every API, reset at midnight in Beijing, and the monthly right to clear them.

The token of a careless loop is stopped by the minute.
"""

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
TEST_DAILY: Final[Mapping[str, int]] = {
    "/cgi-bin/token": 200,
    "/cgi-bin/menu/create": 100,
    "/cgi-bin/menu/get": 1_000,
    "/cgi-bin/menu/delete": 100,
    "/cgi-bin/media/upload": 500,
    "/cgi-bin/media/get": 1_000,
    "/cgi-bin/message/custom/send": 50_000,
    "/cgi-bin/qrcode/create": 10_000,
    "/cgi-bin/user/info": 500_000,
}
MINUTELY: Final[Mapping[str, int]] = {"/cgi-bin/stable_token": 10_000}


class Quotas:
    """What was used today, and in this minute where that is limited too."""

    def __init__(self, overrides: Mapping[str, int], *, is_test_account: bool = False) -> None:
        self.arrange(overrides, is_test_account=is_test_account)
        self._used: Counter[str] = Counter()
        self._day = date.min
        self._this_minute: Counter[str] = Counter()
        self._minute: datetime | None = None
        self._clears: Counter[tuple[int, int]] = Counter()

    def arrange(self, overrides: Mapping[str, int], *, is_test_account: bool) -> None:
        """Set the limits; what was used stays used."""
        self._limits = {**DAILY, **(TEST_DAILY if is_test_account else {}), **overrides}

    def spend(self, path: str, now: datetime) -> None:
        """Count one call.

        Raises:
            ApiError: 45009, the day's calls are used up; 45011, the minute's.
        """
        limit = self._limits.get(path)
        if limit is None:
            return
        self._turn_page(now)
        if path in MINUTELY:
            self._spend_minute(path, now)
        if self._used[path] >= limit:
            raise ApiError(45009)
        self._used[path] += 1

    def _spend_minute(self, path: str, now: datetime) -> None:
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute = minute
            self._this_minute.clear()
        if self._this_minute[path] >= MINUTELY[path]:
            raise ApiError(45011)
        self._this_minute[path] += 1

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
