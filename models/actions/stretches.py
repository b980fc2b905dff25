"""Seal what no event tells of, a stretch of rows at a time, by an entry of the audit (ADR 0190)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from secrets import token_bytes
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.actions import audit
from models.actions.conversation import LOCAL
from models.queries.stretches import KINDS, SEAL, SPAN, Kind, alone, rows_in
from models.rules.stretches import SALT, Stretch, leaf, said_of, salted
from models.tables import Anchor, Sealed

SETTLED: Final = timedelta(minutes=2)
"""What came so long ago is committed, and so is all that has a lower id."""

AT_ONCE: Final = 500
"""Rows of one stretch: on SQLite whoever writes waits for it. So many that wait are sealed at once."""

WAITS: Final = timedelta(hours=1)
"""So long a row waits at most for others to be sealed with; none waits for longer than the day's anchor."""


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Seal the next stretch of each kind of rows; return 0, so that what is left waits for the next look.

    Whatever there is to catch up with: no other timer waits for more than these.
    """
    seal(session, now, limit=limit)
    return 0


def seal(session: Session, now: datetime, *, limit: int) -> int:
    """Seal the next stretch of each kind of rows; return how many stretches.

    All is read before the first entry, which holds the audit's lock.
    """
    alone(session)
    last = session.scalar(select(func.max(Anchor.day)))
    anchored = last is not None and last >= now.astimezone(LOCAL).date()
    since = now - (WAITS if anchored else SETTLED)
    kinds = [(name, kind) for name, kind in KINDS.items() if not kind.is_past]
    nexts = (_next(session, name, kind, now, since) for name, kind in kinds[:limit])
    found = [each for each in nexts if each is not None]
    session.add_all(row for row, _ in found)
    session.flush()
    for row, newest in found:
        place, said = Stretch(row.kind, row.after, row.upto).place, said_of(row.leaves, newest)
        audit.note(session, audit.SYSTEM, audit.Deeds.CHANGE, SEAL, place, reason=said, now=now)
    return len(found)


def _next(
    session: Session, name: str, kind: Kind, now: datetime, since: datetime
) -> tuple[Sealed, datetime] | None:
    """Return what is to be sealed and when the newest of it came.

    None unless much has come, or some of it before a moment. What is cleared away is sealed only with what
    goes at about the same time.
    """
    after = session.scalar(select(func.max(Sealed.upto)).where(Sealed.kind == name)) or 0
    waiting = select(kind.table.id, kind.came).where(kind.table.id > after).order_by(kind.table.id)
    rows = session.execute(waiting.limit(AT_ONCE))
    came = dict(takewhile(lambda row: row[1] < now - SETTLED, ((row_id, at) for row_id, at in rows)))
    if not came or (len(came) < AT_ONCE and min(came.values()) >= since):
        return None
    if kind.is_cleared:
        end = next(iter(came.values())) + SPAN
        came = dict(takewhile(lambda row: row[1] < end, came.items()))
    upto = max(came)
    found = rows_in(session, Stretch(name, after, upto), limit=AT_ONCE)
    salts = token_bytes(SALT * len(found)) if kind.is_salted else None
    kept = b"".join(map(leaf, salted(found, [row[0] for row in found], salts)))
    return Sealed(kind=name, after=after, upto=upto, leaves=kept, salts=salts), max(came.values())


def emptied(session: Session, person_id: int, left: Mapping[str, Sequence[bytes]], *, now: datetime) -> None:
    """Put on record what is left of each row, by kind, that holds less since somebody was forgotten."""
    for kind, each in left.items():
        if each:
            deed, shown = audit.Deeds.CHANGE, [kept.hex() for kept in each]
            where, operation = f"people/{person_id}", KINDS[kind].lessens
            audit.note(session, audit.SYSTEM, deed, operation, where, shown=shown, now=now)
