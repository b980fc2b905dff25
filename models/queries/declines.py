"""What was declined and why, and which appeals wait for a supervisor."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import Decline


def newest_decline(session: Session, ticket_id: int) -> Decline | None:
    """Return the last decision not to deal with a ticket, None if there was none."""
    statement = select(Decline).where(Decline.ticket_id == ticket_id).order_by(Decline.id.desc()).limit(1)
    # What was read before the ticket was locked may be stale by now.
    return session.scalars(statement, execution_options={"populate_existing": True}).first()


def open_appeal(session: Session, ticket_id: int) -> Decline | None:
    """Return the decision of a ticket that an enterprise has appealed and nobody has decided on yet."""
    row = newest_decline(session, ticket_id)
    return row if row is not None and row.appealed_at is not None and row.decided_at is None else None
