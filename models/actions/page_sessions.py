"""Sign in to the pages with an API key, and out again. Only hashes are kept, as of the keys themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as DatabaseSession

from models.actions.access import find_key, key_hash
from models.queries.keys import is_live
from models.rules.permissions import KeyRole
from models.tables import ApiKey, PageSession

LASTS: Final = timedelta(hours=12)
"""A working day: after so long a session ends, or, of a key that only looks, after so long without a look."""

LONGEST: Final = timedelta(days=90)
"""However it is used, a session ends then: whoever hung the wall shows that they still may."""

_RENEWED: Final = timedelta(hours=1)
"""A wall that looks every ten seconds is written down once in so long."""


def sign_in(session: DatabaseSession, secret: str, token: str, *, now: datetime) -> ApiKey | None:
    """Begin a session of the key whose secret is `secret`; None, and no session, if there is no such key.

    `token` is 256 random bits of the caller's, which the cookie holds and nobody else. What has ended long
    ago is tidied away.
    """
    key = find_key(session, secret, now=now)
    if key is None:
        return None
    session.execute(delete(PageSession).where(PageSession.expires_at < now))
    session.add(
        PageSession(token_hash=key_hash(token), key_id=key.id, created_at=now, expires_at=now + LASTS)
    )
    session.flush()
    return key


@dataclass(frozen=True, slots=True)
class Session:
    """A session that has not ended: its key, and whether it is to be renewed now."""

    key: ApiKey
    is_due: bool


def signed_in(session: DatabaseSession, token: str, *, now: datetime) -> Session | None:
    """Return the session that `token` opens; None if it has ended, or its key is good no more.

    Only sessions of viewers are renewed: that is the key of a wall that hangs in a hall. A key that can do
    more was typed in by somebody at a desk, whose screen must not stay open for ever.
    """
    found = session.execute(
        select(ApiKey, PageSession)
        .join(PageSession, PageSession.key_id == ApiKey.id)
        .where(PageSession.token_hash == key_hash(token), PageSession.expires_at > now, is_live(now))
    ).one_or_none()
    if found is None:
        return None
    key, row = found
    is_due = key.role == KeyRole.VIEWER and _end(row, now) - row.expires_at > _RENEWED
    return Session(key, is_due)


def renew(session: DatabaseSession, token: str, *, now: datetime) -> None:
    """Have a session last on from now, as far as any lasts; one that has ended stays so."""
    wanted = select(PageSession).where(
        PageSession.token_hash == key_hash(token), PageSession.expires_at > now
    )
    row = session.scalars(wanted.with_for_update()).one_or_none()
    if row is not None:
        row.expires_at = max(row.expires_at, _end(row, now))


def _end(row: PageSession, now: datetime) -> datetime:
    return min(now + LASTS, row.created_at + LONGEST)


def sign_out(session: DatabaseSession, token: str) -> bool:
    """End a session and return True; False if it has ended already."""
    mine = delete(PageSession).where(PageSession.token_hash == key_hash(token)).returning(PageSession.id)
    return session.scalar(mine) is not None
