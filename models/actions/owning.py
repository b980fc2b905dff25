"""A case has another owner, whoever decided it and why: what the former desk had begun does not go on.

The event that says so is recorded by whoever decides it; both desks and the enterprise are told there.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from models.actions import calls, co_handling, held
from models.tables import Ticket


def give(session: Session, ticket: Ticket, owner_id: int, *, event_id: int, now: datetime) -> None:
    """Give a case to another owner: help and clocks go on, the former desk's held words and calls do not."""
    held.drop(session, ticket, now=now)
    ticket.owner_id = owner_id
    session.flush()
    co_handling.becomes_owner(session, ticket, now=now)
    calls.call_off(session, ticket, event_id=event_id, now=now)
