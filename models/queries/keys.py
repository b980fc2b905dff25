"""API keys as administrators see them: those of their regions, and never a secret."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from models.queries.growing import Behind
from models.queries.registry import NotFound, Regions, inside
from models.tables import ApiKey, KeyUse


def keys(session: Session, regions: Regions, *, after: Behind, limit: int) -> Sequence[Row[ApiKey, datetime]]:
    """Return up to `limit` keys behind `after`, ended ones too, each with when it was used last."""
    wanted = _keys(regions).where(after.holds(ApiKey.id)).order_by(ApiKey.id).limit(limit)
    return session.execute(wanted).all()


def key(session: Session, regions: Regions, key_id: int) -> Row[ApiKey, datetime]:
    """Return one key and when it was used last.

    Raises:
        NotFound: there is none, or it reaches beyond `regions`.
    """
    row = session.execute(_keys(regions).where(ApiKey.id == key_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def is_live(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a key is neither revoked nor expired."""
    return and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))


def _keys(regions: Regions) -> Select[ApiKey, datetime]:
    # A key without a region reaches everything: no list of regions holds its null.
    return (
        select(ApiKey, KeyUse.last_used_at)
        .outerjoin(KeyUse, KeyUse.key_id == ApiKey.id)
        .where(inside(ApiKey.region, regions))
    )
