"""Web pages that know who reads them: codes, the tokens they are changed for, and their ends.

These tokens open /sns and nothing else; those of `tokens.py` open /cgi-bin and nothing here.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from bot.simulator.errors import ApiError
from bot.simulator.tokens import LIFETIME

CODE_LIFE: Final = timedelta(minutes=5)
REFRESH_LIFE: Final = timedelta(days=30)
_KEPT: Final = 1_000
T = TypeVar("T")


class Scope(StrEnum):
    """What a page asks for: only who it is, or leave to ask about the person."""

    BASE = "snsapi_base"
    USERINFO = "snsapi_userinfo"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a page sees; in a snapshot of the page a person that does not exist."""

    openid: str
    union_id: str = ""
    is_snapshot: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What a page asked for, once `connect.py` has found nothing wrong with it."""

    redirect_uri: str
    scope: Scope
    state: str


@dataclass(slots=True)
class Code:
    """A right to learn who the visitor is: once, within five minutes."""

    visitor: Visitor
    scope: Scope
    expires_at: datetime
    is_used: bool = False


@dataclass(slots=True)
class Leave:
    """What a code was changed for: an access token of two hours, renewed for thirty days."""

    visitor: Visitor
    scope: Scope
    access_token: str
    refresh_token: str
    expires_at: datetime
    renewable_until: datetime


class OAuth:
    """Every code and token given out."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[Visitor, Request]] = {}
        self._codes: dict[str, Code] = {}
        self._by_access: dict[str, Leave] = {}
        self._by_refresh: dict[str, Leave] = {}

    def ask(self, visitor: Visitor, request: Request) -> str:
        """Keep a request until the person has answered; return the question's one-time name."""
        name = secrets.token_urlsafe(24)
        _keep(self._asked, name, (visitor, request))
        return name

    def answered(self, name: str) -> tuple[Visitor, Request] | None:
        """Return, once, the request that the person allowed."""
        return self._asked.pop(name, None)

    def code(self, visitor: Visitor, scope: Scope, now: datetime) -> str:
        """Return a fresh code for the page to bring along."""
        value = secrets.token_urlsafe(24)
        _keep(self._codes, value, Code(visitor, scope, now + CODE_LIFE))
        return value

    def redeem(self, value: str, now: datetime) -> Leave:
        """Change a code for tokens.

        Raises:
            ApiError: 40029 unknown or too old, 40163 used before.
        """
        code = self._codes.get(value)
        if code is None:
            raise ApiError(40029)
        if code.is_used:
            raise ApiError(40163)
        if now >= code.expires_at:
            raise ApiError(40029)
        code.is_used = True
        leave = Leave(
            code.visitor, code.scope, _token(), _token(), now + LIFETIME, renewable_until=now + REFRESH_LIFE
        )
        _keep(self._by_refresh, leave.refresh_token, leave)
        _keep(self._by_access, leave.access_token, leave)
        return leave

    def renew(self, refresh_token: str, now: datetime) -> Leave:
        """Give the access token two more hours, or a successor if it has ended.

        Raises:
            ApiError: 40030 unknown, 42002 thirty days old.
        """
        leave = self._by_refresh.get(refresh_token)
        if leave is None:
            raise ApiError(40030)
        if now >= leave.renewable_until:
            raise ApiError(42002)
        if now >= leave.expires_at:
            leave.access_token = _token()
            _keep(self._by_access, leave.access_token, leave)
        leave.expires_at = now + LIFETIME
        return leave

    def check(self, access_token: str, openid: str, now: datetime) -> Leave:
        """Let a page ask about its visitor.

        Raises:
            ApiError: 40001 unknown, or of another kind; 42001 ended; 40003 somebody else's.
        """
        leave = self._by_access.get(access_token)
        if leave is None:
            raise ApiError(40001)
        if access_token != leave.access_token or now >= leave.expires_at:
            raise ApiError(42001)
        if openid != leave.visitor.openid:
            raise ApiError(40003)
        return leave


def visitor_of(openid: str, *, is_snapshot: bool, has_union_id: bool) -> Visitor:
    """Return how the account's pages see this person."""
    seen = _alias("o", f"snapshot:{openid}") if is_snapshot else openid
    return Visitor(seen, union_id_of(seen) if has_union_id else "", is_snapshot)


def union_id_of(openid: str) -> str:
    """Return the id that a person has at every account of one Open Platform account."""
    return _alias("u", f"union:{openid}")


def _alias(first: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return first + base64.urlsafe_b64encode(digest).decode()[:27]


def _token() -> str:
    return f"{60 + secrets.randbelow(30)}_{secrets.token_urlsafe(64)}"


def _keep(into: dict[str, T], name: str, value: T) -> None:
    into[name] = value
    while len(into) > _KEPT:
        del into[next(iter(into))]
