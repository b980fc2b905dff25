"""What the events of a ticket tell of it, beside what is stored."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.clocks import OF_OTHERS
from models.rules.replay import State, replay
from models.tables import Clock, CoHandling, Event, Ticket

SAME: Final = (
    *("type", "status", "owner_id", "enterprise_id", "region", "created_at", "accepted_at"),
    *("first_contact_at", "resolved_at", "confirmed_at", "closed_at", "rebounds", "hops"),
    *("rated_result", "rated_attitude", "rated_at"),
)


def state_of(session: Session, ticket_id: int, at: datetime | None = None) -> State | None:
    """Return what the events of a ticket tell of it as of `at`."""
    chain = select(Event).where(Event.ticket_id == ticket_id).order_by(Event.seq)
    return replay(session.scalars(chain).all(), at)


def is_told(session: Session, row: Ticket, at: datetime | None = None) -> None:
    """The events tell all that is stored of a ticket as it is now."""
    state = state_of(session, row.id, at)
    assert state is not None
    assert {name: getattr(state, name) for name in SAME} == {name: getattr(row, name) for name in SAME}
    assert state.ledger == (None if row.ledger_no is None else (row.ledger_year, row.ledger_no))
    helping = session.scalars(select(CoHandling).where(CoHandling.ticket_id == row.id)).all()
    assert {key: (each.unit_id, each.state) for key, each in state.helpers.items()} == {
        each.id: (each.unit_id, each.state) for each in helping
    }
    running = session.execute(
        select(Clock.name, Clock.due_at).where(
            Clock.ticket_id == row.id, Clock.met_at.is_(None), Clock.name.not_in(sorted(OF_OTHERS))
        )
    ).all()
    assert sorted(state.running().items()) == sorted((name, due) for name, due in running)
