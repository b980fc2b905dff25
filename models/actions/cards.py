"""The cards of announced calls (来电预告) on their way: which an enterprise has, and which never comes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.actions.outbox import Notice
from models.tables import Delivery, Outbox

_WAITS: Final = (Delivery.PENDING, Delivery.HELD, Delivery.PARKED)
_OUT: Final = (Delivery.SENDING, Delivery.SENT)


def drop(session: Session, ticket_id: int, *, now: datetime) -> None:
    """Take out of the line what has not gone out yet: nobody shall read a card whose call is over.

    One that a worker has in hand this moment is left to it; nobody waits.
    """
    rows = session.scalars(
        select(Outbox.id)
        .where(
            Outbox.ticket_id == ticket_id,
            Outbox.kind == Notice.CALL_ANNOUNCED,
            Outbox.state.in_(_WAITS),
        )
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    if rows:
        values = {"state": Delivery.RETRACTED, "reason": "call_over", "settled_at": now}
        session.execute(
            update(Outbox).where(Outbox.id.in_(rows)).values(values),
            execution_options={"synchronize_session": False},
        )


def expected(session: Session, ticket_id: int, *, now: datetime) -> Mapping[str, Any] | None:
    """Return the newest card about a ticket that went out and whose window is not over, None without one."""
    last = session.scalars(
        select(Outbox.payload)
        .where(Outbox.ticket_id == ticket_id, Outbox.kind == Notice.CALL_ANNOUNCED, Outbox.state.in_(_OUT))
        .order_by(Outbox.id.desc())
        .limit(1)
    ).first()
    return last if last is not None and datetime.fromisoformat(last["ends"]) > now else None
