"""Seal what no event tells of, a stretch of rows at a time, by an entry of the audit (ADR 0190)."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.actions import audit
from models.queries.stretches import KINDS, SEAL, Kind, leaves
from models.rules.chain import block_digest
from models.rules.stretches import Stretch
from models.tables import Sealed

SETTLED: Final = timedelta(minutes=2)
"""What came so long ago is committed, and so is all that has a lower id."""

AT_ONCE: Final = 500
"""Rows of one stretch: on SQLite whoever writes waits for it."""


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Seal the next stretch of each kind of rows; return how many stretches."""
    return sum(_seal(session, name, kind, now) for name, kind in [*KINDS.items()][:limit])


def _seal(session: Session, name: str, kind: Kind, now: datetime) -> bool:
    after = session.scalar(select(func.max(Sealed.upto)).where(Sealed.kind == name)) or 0
    found = leaves(session, kind, kind.table.id > after, limit=AT_ONCE)
    inside = (kind.table.id > after) & (kind.table.id <= max(found, default=after))
    fresh = session.scalar(select(func.min(kind.table.id)).where(inside, kind.came >= now - SETTLED))
    if fresh is not None:
        found = {row_id: kept for row_id, kept in found.items() if row_id < fresh}
    if not found:
        return False
    stretch, kept = Stretch(name, after, max(found)), b"".join(found.values())
    session.add(Sealed(kind=name, after=after, upto=stretch.upto, leaves=kept))
    session.flush()
    deed, digest = audit.Deeds.CHANGE, block_digest(kept)
    audit.note(session, audit.SYSTEM, deed, SEAL, stretch.place, reason=digest, now=now)
    return True
