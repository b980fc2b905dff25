"""Keep the pictures and voices people send: noted with the push, fetched and uploaded by the worker."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.prepared import PreparedInsert
from models.tables import Media

LEASE: Final = timedelta(seconds=90)
"""Longer than the slowest download with its timeouts."""

_KEEP: Final = PreparedInsert(Media, "remote_id", "kind", "received_at", "fetch_due_at", "fetch_attempts")


def keep(session: Session, remote_id: str, *, kind: str, now: datetime) -> int:
    """Note a picture or voice, to be fetched at once: the platform forgets it after three days."""
    return _KEEP.new_id(
        session, remote_id=remote_id, kind=kind, received_at=now, fetch_due_at=now, fetch_attempts=0
    )


def to_fetch(session: Session, *, limit: int, now: datetime) -> list[tuple[int, str, int]]:
    """Take up to `limit` media to fetch: id, the platform's id, attempts made. The due time is the lease."""
    due = (
        select(Media.id)
        .where(Media.fetch_due_at <= now)
        .order_by(Media.fetch_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    rows = session.execute(
        update(Media)
        .where(Media.id.in_(due.scalar_subquery()))
        .values(fetch_due_at=now + LEASE, fetch_attempts=Media.fetch_attempts + 1)
        .returning(Media.id, Media.remote_id, Media.fetch_attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return [(row.id, row.remote_id, row.fetch_attempts) for row in rows]


def fetched(session: Session, media_id: int, *, data: bytes, content_type: str, sha256: str) -> None:
    """Keep the bytes of a medium."""
    session.execute(
        update(Media)
        .where(Media.id == media_id)
        .values(data=data, content_type=content_type, sha256=sha256, fetch_due_at=None)
    )


def failed(session: Session, media_id: int, *, again_at: datetime | None) -> None:
    """Try a medium again later, or give it up."""
    session.execute(update(Media).where(Media.id == media_id).values(fetch_due_at=again_at))


def uploaded(session: Session, media_id: int, *, upload_id: str | None, expires_at: datetime | None) -> None:
    """Remember the copy on the platform, or forget one that it no longer knows."""
    session.execute(
        update(Media).where(Media.id == media_id).values(upload_id=upload_id, upload_expires_at=expires_at)
    )
