"""The bytes of what people sent, beside the seals that the audit holds of them: for `liaison verify`."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from models.rules.chain import bytes_digest, media_digest
from models.rules.proof import ALTERED, DIFFERENT, MISSING, Flaw
from models.tables import AuditEntry, Media, Message, Person

FETCH: Final = "fetch media"
"""The operation of the audit's entry that holds the seal of a medium."""

MEDIA: Final = "media"
_AT_ONCE: Final = 500
"""So many are read at once; of the bytes, which may be many, one medium's are in memory."""
_WANTED: Final = (
    select(Media.id, Media.remote_id, Media.content_type, Media.sha256, Media.received_at)
    .order_by(Media.id)
    .limit(_AT_ONCE)
)

_Kept = Row[*tuple[Any, ...]]


def flaws(session: Session) -> Iterator[Flaw]:
    """Yield each medium whose bytes are not those that came; from before release 0190 by its own digest."""
    first = session.scalar(select(func.min(AuditEntry.id)).where(AuditEntry.operation == FETCH))
    sealed_from = None if first is None else session.get_one(AuditEntry, first).at
    last = 0
    while rows := session.execute(_WANTED.where(Media.id > last)).all():
        last = rows[-1].id
        seals = _seals(session, [row.id for row in rows])
        for row in rows:
            seal = seals.get(row.id)
            is_late = sealed_from is not None and row.received_at > sealed_from
            if says := _wrong(session, row, seal, is_late=is_late):
                yield Flaw(f"{MEDIA} {row.id}", None, *says)
    yield from _lost(session)


def _wrong(session: Session, row: _Kept, seal: str | None, *, is_late: bool) -> tuple[str, str] | None:
    data = session.scalar(select(Media.data).where(Media.id == row.id))
    if data is None:
        is_missed = seal is not None and not _is_forgotten(session, row)
        return (MISSING, "its bytes are not there") if is_missed else None
    if bytes_digest(data) != row.sha256:
        return ALTERED, "its bytes are not those that came"
    if seal is None:
        return (DIFFERENT, "nothing tells that it was fetched") if is_late else None
    if media_digest(row.remote_id, row.content_type or "", data) != seal:
        return ALTERED, "it is not what came, as the audit has it"
    return None


def _is_forgotten(session: Session, row: _Kept) -> bool:
    sent = Message.media_id == row.id, Person.id == Message.person_id, Person.forgotten_at.is_not(None)
    is_gone = row.remote_id == f"forgotten:{row.id}"
    return is_gone and session.scalar(select(exists().where(*sent))) is True


def _seals(session: Session, ids: list[int]) -> dict[int, str | None]:
    places = {f"{MEDIA}/{each}": each for each in ids}
    wanted = select(AuditEntry.object, AuditEntry.reason).where(
        AuditEntry.object.in_(places), AuditEntry.operation == FETCH
    )
    return {places[place]: seal for place, seal in session.execute(wanted.order_by(AuditEntry.id))}


def _lost(session: Session) -> Iterator[Flaw]:
    entries = select(AuditEntry.object).where(AuditEntry.operation == FETCH).order_by(AuditEntry.id)
    for page in session.scalars(entries).partitions(500):
        ids = {int(place.partition("/")[2]) for place in page}
        stored = set(session.scalars(select(Media.id).where(Media.id.in_(ids))))
        for each in sorted(ids - stored):
            yield Flaw(f"{MEDIA} {each}", None, MISSING, "it was fetched, and is not there")
