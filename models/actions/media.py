"""Keep the pictures and voices people send: noted with the push, fetched and uploaded by the worker."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.actions import audit
from models.actions.conversation import about
from models.actions.outbox import Notice, tell
from models.prepared import PreparedInsert
from models.queries.media import FETCH, MEDIA
from models.rules.chain import bytes_digest, media_digest
from models.tables import Event, Media, Message, Ticket

LEASE: Final = timedelta(seconds=90)
"""Longer than the slowest download with its timeouts."""

_KEEP: Final = PreparedInsert(Media, "remote_id", "kind", "received_at", "fetch_due_at", "fetch_attempts")


class Due(NamedTuple):
    """A medium to fetch: our id and the platform's, what it is, and how often it was tried, this time too."""

    id: int
    remote_id: str
    kind: str
    attempts: int


def keep(session: Session, remote_id: str, *, kind: str, now: datetime) -> int:
    """Note a picture or voice, to be fetched at once: the platform forgets it after three days."""
    return _KEEP.new_id(
        session, remote_id=remote_id, kind=kind, received_at=now, fetch_due_at=now, fetch_attempts=0
    )


def to_fetch(session: Session, *, limit: int, now: datetime) -> list[Due]:
    """Take up to `limit` media to fetch. The due time is the lease."""
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
        .returning(Media.id, Media.remote_id, Media.kind, Media.fetch_attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return [Due(*row) for row in rows]


def fetched(session: Session, media_id: int, *, data: bytes, content_type: str, now: datetime) -> None:
    """Keep the bytes of a medium; the audit holds their seal, so that nobody can change them unseen."""
    remote_id = session.scalars(
        update(Media)
        .where(Media.id == media_id, Media.fetch_due_at.is_not(None))
        .values(data=data, content_type=content_type, sha256=bytes_digest(data), fetch_due_at=None)
        .returning(Media.remote_id)
    ).one_or_none()
    if remote_id is None:
        return  # another was faster, or who sent it was forgotten meanwhile
    seal, place = media_digest(remote_id, content_type, data), f"{MEDIA}/{media_id}"
    audit.note(session, audit.SYSTEM, audit.Deeds.CHANGE, FETCH, place, reason=seal, now=now)


def failed(
    session: Session, media_id: int, *, again_at: datetime | None, is_refused: bool = False, now: datetime
) -> None:
    """Try a medium again later, or give it up: who sent it is asked to send it once more.

    In another form if it `is_refused` as it is.

    To whom it was to be passed on hears of it in its place, by the message that would have carried it.
    """
    session.execute(update(Media).where(Media.id == media_id).values(fetch_due_at=again_at))
    if again_at is None:
        _ask_again(session, media_id, now, is_refused=is_refused)


def refused(session: Session, media_id: int, *, now: datetime) -> None:
    """Ask who sent a medium for another form: the platform does not let it be passed on."""
    _ask_again(session, media_id, now, is_refused=True)


def _ask_again(session: Session, media_id: int, now: datetime, *, is_refused: bool = False) -> None:
    """Tell who sent a medium that it is lost; what they have taken back is nobody's loss."""
    lost = session.scalars(
        select(Message).where(
            Message.media_id == media_id, Message.person_id.is_not(None), Message.retracted_at.is_(None)
        )
    )
    for message in lost.all():
        ticket = session.get_one(Ticket, message.ticket_id)
        newest = select(func.max(Event.id)).where(Event.ticket_id == ticket.id)
        tell(
            session,
            [message.person_id or 0],
            Notice.MEDIA_LOST,
            about(ticket) | {"kind": message.kind, "is_refused": is_refused},
            ticket_id=ticket.id,
            event_id=message.event_id or session.scalar(newest),
            now=now,
            key=f"media:{media_id}:{message.id}",
        )


def uploaded(session: Session, media_id: int, *, upload_id: str | None, expires_at: datetime | None) -> None:
    """Remember the copy on the platform, or forget one that it no longer knows."""
    session.execute(
        update(Media).where(Media.id == media_id).values(upload_id=upload_id, upload_expires_at=expires_at)
    )
