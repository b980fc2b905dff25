"""Access tokens: the stable ones and the classic ones, two namespaces that do not touch each other."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.simulator.accounts import AccountConfig
from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError
from bot.simulator.quotas import BEIJING

LIFETIME: Final = timedelta(seconds=7200)
OVERLAP: Final = timedelta(seconds=300)
FORCED_A_DAY: Final = 20
FORCED_APART: Final = timedelta(seconds=30)
_KEPT: Final = 1_000


@dataclass(slots=True)
class Grant:
    """One token: it ends when it expires (42001) or from `revoked_at` on (40001)."""

    value: str
    expires_at: datetime
    revoked_at: datetime | None = None


class Tokens:
    """Issues tokens and knows every one it issued."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, Grant] = {}
        self._stable: Grant | None = None
        self._classic: Grant | None = None
        self._ticket: Grant | None = None
        self._forced: list[datetime] = []

    def stable(self, *, force: bool) -> tuple[str, int]:
        """Return the stable token and its remaining seconds; it is renewed 5 minutes before its end.

        `force` ends the previous token at once: 20 times a day, 30 seconds apart.

        Raises:
            ApiError: 45009 or 45011, forced too often.
        """
        now, current = self._clock(), self._stable
        if force:
            self._count_forced(now)
            self._revoke(current, now)
        elif current and current.revoked_at is None and current.expires_at - now > OVERLAP:
            return current.value, int((current.expires_at - now).total_seconds())
        self._stable = self._issue(now)
        return self._stable.value, int(LIFETIME.total_seconds())

    def classic(self) -> tuple[str, int]:
        """Return a new classic token; the one before works for 5 minutes more."""
        now = self._clock()
        self._revoke(self._classic, now + OVERLAP)
        self._classic = self._issue(now)
        return self._classic.value, int(LIFETIME.total_seconds())

    def ticket(self) -> tuple[str, int]:
        """Return the ticket with which pages sign for the JS-SDK: the same one for two hours."""
        now, current = self._clock(), self._ticket
        if current is None or now >= current.expires_at:
            current = self._ticket = Grant(f"{secrets.token_hex(33)}", now + LIFETIME)
        return current.value, int((current.expires_at - now).total_seconds())

    def check(self, value: str | None) -> None:
        """Let a call pass.

        Raises:
            ApiError: 41001 missing, 40001 unknown or no longer the latest, 42001 expired.
        """
        if not value:
            raise ApiError(41001)
        grant, now = self._issued.get(value), self._clock()
        if grant is None or (grant.revoked_at is not None and now >= grant.revoked_at):
            raise ApiError(40001)
        if now >= grant.expires_at:
            raise ApiError(42001)

    def revoke_all(self) -> None:
        """End every token at once, as a changed AppSecret would."""
        now = self._clock()
        for grant in self._issued.values():
            self._revoke(grant, now)

    def _issue(self, now: datetime) -> Grant:
        grant = Grant(f"{len(self._issued) + 60}_{secrets.token_urlsafe(100)}", now + LIFETIME)
        self._issued[grant.value] = grant
        while len(self._issued) > _KEPT:
            del self._issued[next(iter(self._issued))]
        return grant

    def _count_forced(self, now: datetime) -> None:
        today = now.astimezone(BEIJING).date()
        self._forced = [at for at in self._forced if at.astimezone(BEIJING).date() == today]
        if self._forced and now - self._forced[-1] < FORCED_APART:
            raise ApiError(45011)
        if len(self._forced) >= FORCED_A_DAY:
            raise ApiError(45009)
        self._forced.append(now)

    @staticmethod
    def _revoke(grant: Grant | None, at: datetime) -> None:
        if grant is not None and (grant.revoked_at is None or at < grant.revoked_at):
            grant.revoked_at = at


def check_credentials(account: AccountConfig, app_id: object, secret: object) -> None:
    """Compare AppID and AppSecret.

    Raises:
        ApiError: 41002, 41004 missing; 40013, 40125 wrong.
    """
    if app_id and not secret:
        raise ApiError(41004)
    check_app_id(account, app_id)
    if not hmac.compare_digest(str(secret).encode(), account.app_secret.encode()):
        raise ApiError(40125)


def check_app_id(account: AccountConfig, app_id: object) -> None:
    """Compare the AppID.

    Raises:
        ApiError: 41002 missing, 40013 wrong.
    """
    if not app_id:
        raise ApiError(41002)
    if app_id != account.app_id:
        raise ApiError(40013)
