"""Who read and changed what, as far as an administrator's regions reach; and the anchors of all chains."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Select, Text, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from models.queries.registry import NotFound, Regions, inside
from models.tables import Anchor, AuditEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; None means any. `object` is a place in the API, with all that lies under it."""

    actor_id: int | None = None
    object: str | None = None
    since: datetime | None = None


def entries(
    session: Session, regions: Regions, wanted: Wanted, *, after: tuple[int, int], limit: int
) -> Sequence[AuditEntry]:
    """Return up to `limit` entries behind a place, in an order in which none can appear before another later.

    With regions only what keys of these regions did.
    """
    statement = _settled(session, select(AuditEntry).where(inside(AuditEntry.region, regions)))
    if wanted.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.object is not None:
        under = AuditEntry.object.startswith(f"{wanted.object}/", autoescape=True)
        statement = statement.where(or_(AuditEntry.object == wanted.object, under))
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= wanted.since)
    place = tuple_(AuditEntry.tx, AuditEntry.id)
    behind = statement.where(place > tuple_(*after)).order_by(AuditEntry.tx, AuditEntry.id)
    return session.scalars(behind.limit(limit)).all()


def anchors(session: Session, *, after: int, limit: int) -> Sequence[Anchor]:
    """Return up to `limit` finished anchors with ids above `after`."""
    found = select(Anchor).where(Anchor.id > after, Anchor.digest.is_not(None)).order_by(Anchor.id)
    return session.scalars(found.limit(limit)).all()


def newest_moment(session: Session) -> datetime | None:
    """Return when the newest entry was written by the clock of whoever wrote it; None if there is none."""
    return session.scalars(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1)).one_or_none()


def newest_anchor(session: Session) -> Anchor:
    """Return the last finished anchor.

    Raises:
        NotFound: there is none yet.
    """
    finished = select(Anchor).where(Anchor.digest.is_not(None)).order_by(Anchor.id.desc()).limit(1)
    found = session.scalars(finished).one_or_none()
    if found is None:
        raise NotFound
    return found


def _settled(session: Session, statement: Select[AuditEntry]) -> Select[AuditEntry]:
    """Keep the entries before which nothing can appear any more (ADR 0010)."""
    if session.get_bind().dialect.name != "postgresql":
        return statement
    oldest_running = func.pg_snapshot_xmin(func.pg_current_snapshot())
    return statement.where(AuditEntry.tx < cast(cast(oldest_running, Text), BigInteger))
