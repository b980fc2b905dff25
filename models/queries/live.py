"""Cases that go on, and where the official side spoke last: what next words may be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.queries.people import Party
from models.queries.tickets import LISTED, kept_by
from models.rules.lifecycle import FINISHED
from models.tables import Message, Side, Ticket


@dataclass(frozen=True, slots=True)
class Live:
    """A case that goes on, and when words of the official side last went out on it."""

    ticket: Ticket
    answered_at: datetime | None


def live_cases(session: Session, party: Party, now: datetime) -> Sequence[Live]:
    """Return the newest cases on `party`'s list that are not finished, in one statement and unlocked.

    Words that may still be taken back have not gone out; those of helpers are for the owner.
    """
    went_out = func.coalesce(Message.held_until, Message.at)
    answered = (
        select(func.max(went_out))
        .where(
            Message.ticket_id == Ticket.id,
            Message.side == Side.OFFICIAL,
            Message.retracted_at.is_(None),
            went_out <= now,
        )
        .correlate(Ticket)
        .scalar_subquery()
    )
    found = session.execute(
        select(Ticket, answered)
        .where(kept_by(party), Ticket.status.not_in(sorted(FINISHED)))
        .order_by(Ticket.id.desc())
        .limit(LISTED)
    ).all()
    return [Live(row[0], row[1]) for row in found]
