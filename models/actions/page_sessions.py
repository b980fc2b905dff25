"""Sign in to the pages with an API key, and out again. Only hashes are kept, as of the keys themselves."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from models.actions.access import find_key, key_hash
from models.tables import ApiKey, PageSession

LASTS: Final = timedelta(hours=12)
"""A working day: a wall that hangs all night is signed in to again in the morning."""


def sign_in(session: Session, secret: str, token: str, *, now: datetime) -> ApiKey | None:
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


def signed_in(session: Session, token: str, *, now: datetime) -> ApiKey | None:
    """Return the key of the session that `token` opens; None if it has ended, or its key is good no more."""
    return session.scalars(
        select(ApiKey)
        .join(PageSession, PageSession.key_id == ApiKey.id)
        .where(
            PageSession.token_hash == key_hash(token),
            PageSession.expires_at > now,
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
        )
    ).one_or_none()


def sign_out(session: Session, token: str) -> None:
    """End a session; one that has ended already stays so."""
    session.execute(delete(PageSession).where(PageSession.token_hash == key_hash(token)))
