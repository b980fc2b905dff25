"""Put officials and enterprises on the roster, and enterprises in a leader's care."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import Enterprise, Official, Pairing


def add_official(session: Session, *, now: datetime, **fields: Any) -> Official:
    row = Official(created_at=now, is_active=True, **fields)
    session.add(row)
    session.flush()
    return row


def add_enterprise(session: Session, *, now: datetime, **fields: Any) -> Enterprise:
    row = Enterprise(created_at=now, **fields)
    session.add(row)
    session.flush()
    return row


def pair(session: Session, *, enterprise_id: int, official_id: int, now: datetime) -> Pairing:
    taken = set(session.scalars(select(Pairing.slot).where(Pairing.official_id == official_id)))
    slot = min(set(range(1, 21)) - taken)
    row = Pairing(enterprise_id=enterprise_id, official_id=official_id, slot=slot, since=now)
    session.add(row)
    session.flush()
    return row
