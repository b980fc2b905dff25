"""The cards of announced calls (来电预告) on their way: which an enterprise has, and which never comes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actions import overtaken
from models.actions.outbox import Notice
from models.tables import Delivery, Outbox

_OUT: Final = (Delivery.SENDING, Delivery.SENT)


def drop(session: Session, ticket_id: int, *, now: datetime) -> None:
    """Take out of the line what has not gone out yet: nobody shall read a card whose call is over."""
    theirs = Outbox.ticket_id == ticket_id, Outbox.kind == Notice.CALL_ANNOUNCED
    overtaken.drop(session, *theirs, why="call_over", now=now)


def expected(session: Session, ticket_id: int, *, now: datetime) -> Mapping[str, Any] | None:
    """Return the newest card about a ticket that went out and whose window is not over, None without one."""
    last = session.scalars(
        select(Outbox.payload)
        .where(Outbox.ticket_id == ticket_id, Outbox.kind == Notice.CALL_ANNOUNCED, Outbox.state.in_(_OUT))
        .order_by(Outbox.id.desc())
        .limit(1)
    ).first()
    return last if last is not None and datetime.fromisoformat(last["ends"]) > now else None
