"""Things only one process may do at a time, and the access token they share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.tables import Lease, PlatformToken

_DIALECTS: Final = {"sqlite": sqlite, "postgresql": postgresql}


@dataclass(frozen=True, slots=True)
class SharedToken:
    """An access token as all processes see it."""

    value: str
    expires_at: datetime


def acquire(session: Session, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
    """Take a lease that is free, lapsed or already ours. False while somebody else holds it."""
    statement = _DIALECTS[session.get_bind().dialect.name].insert(Lease)
    mine = statement.values(name=name, holder=holder, until=until).on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "until": until},
        where=or_(Lease.until <= now, Lease.holder == holder),
    )
    return session.execute(mine.returning(Lease.name)).one_or_none() is not None


def release(session: Session, name: str, holder: str | None = None) -> None:
    """Give a lease up; with `holder`, only while it is theirs."""
    is_theirs = () if holder is None else (Lease.holder == holder,)
    session.execute(delete(Lease).where(Lease.name == name, *is_theirs))


def read_token(session: Session, app_id: str) -> SharedToken | None:
    """Return the token saved last, expired or not."""
    row = session.get(PlatformToken, app_id)
    return None if row is None else SharedToken(row.value, row.expires_at)


def save_token(session: Session, app_id: str, token: SharedToken) -> None:
    """Replace the shared token."""
    session.merge(PlatformToken(app_id=app_id, value=token.value, expires_at=token.expires_at))
