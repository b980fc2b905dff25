"""What is in the outbox and how it fares."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import Delivery, Outbox


def counts(session: Session) -> dict[str, int]:
    """Return how many rows are in each state that still needs somebody; sent ones are not counted."""
    found = dict.fromkeys((Delivery.PENDING, Delivery.SENDING, Delivery.PARKED, Delivery.DEAD), 0)
    rows = session.execute(
        select(Outbox.state, func.count()).where(Outbox.state.in_(list(found))).group_by(Outbox.state)
    )
    return {str(state): count for state, count in found.items()} | {row[0]: row[1] for row in rows}
