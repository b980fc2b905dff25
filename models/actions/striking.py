"""What timers keep to: office hours, one ticket at a time, and nothing that breaks holds up the rest."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config import catalog
from models.queries.tickets import Actor
from models.queries.workdays import calendar
from models.rules.lifecycle import STEPS, Role, Status, Verb
from models.rules.warnings import next_opening
from models.session import savepoint
from models.tables import Ticket

log: Final = structlog.get_logger()
SYSTEM: Final = Actor(Role.SYSTEM, None)

Key = Sequence[Any]


def opening(at: datetime) -> datetime:
    """Return `at` if officials may be spoken to then, else when they next may."""
    return next_opening(at, calendar(), catalog.warning_manners())


def is_open(now: datetime) -> bool:
    """Tell whether officials may be spoken to at `now`."""
    return opening(now) == now


def may(ticket: Ticket, verb: Verb) -> bool:
    """Tell whether the system may take a step with a ticket as it stands."""
    step = STEPS.get((Status(ticket.status), verb))
    return step is not None and Role.SYSTEM in step.roles


def taken(session: Session, ticket_id: int) -> Ticket | None:
    """Return a ticket, locked and as it is stored now; None while somebody else holds it.

    Never waiting for a lock, a timer cannot stand in a circle with turns that lock several tickets.
    """
    statement = select(Ticket).where(Ticket.id == ticket_id).with_for_update(skip_locked=True)
    return session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def one_by_one(
    session: Session,
    timer: str,
    found: Iterable[Key],
    act: Callable[[Key], bool],
    put_off: Callable[[Key], None] | None = None,
) -> int:
    """Do `act` with everything found and return how often something was done or put off.

    What breaks is taken back, logged and put off; the others go on. An error of the database itself ends
    the transaction and is the caller's affair.
    """
    done = 0
    for key in found:
        try:
            with savepoint(session):
                done += act(key)
        except SQLAlchemyError:
            raise
        except Exception:
            log.exception("timer_broke", timer=timer, key=[*key])
            if put_off is not None:
                put_off(key)
                done += 1
    return done
