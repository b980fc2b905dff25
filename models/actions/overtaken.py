"""News that has been overtaken before it went out leaves the line: nobody reads what holds no more."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from models.tables import Delivery, Outbox


def drop(session: Session, *which: ColumnElement[bool], why: str, now: datetime) -> None:
    """Take messages out of the line that have not gone out and are overtaken: nobody shall read them.

    What a worker has in hand this moment is left to it; nobody waits.
    """
    rows = session.scalars(
        select(Outbox.id)
        .where(*which, Outbox.state.in_((Delivery.PENDING, Delivery.HELD, Delivery.PARKED)))
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    if rows:
        values = {"state": Delivery.RETRACTED, "reason": why, "settled_at": now}
        session.execute(
            update(Outbox).where(Outbox.id.in_(rows)).values(values),
            execution_options={"synchronize_session": False},
        )
