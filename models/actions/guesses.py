"""Correct an unsure guess at a ticket's type by what was said since."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.actions import clocks, events
from models.actions.tickets import Guess
from models.queries.tickets import Actor
from models.rules.lifecycle import Role, Status, Verb
from models.tables import Ticket


def is_guess_open(ticket: Ticket, sure_from: float) -> bool:
    """Whether a ticket's type is still only a guess we were not sure of."""
    return ticket.type_source == "guess" and ticket.confidence < sure_from and ticket.status == Status.OPEN


def reguess(session: Session, ticket: Ticket, guess: Guess, *, title: str, now: datetime) -> None:
    """Correct an unsure type by what was said since, as the system's own step. Nobody is disturbed for it."""
    actor = Actor(Role.SYSTEM, None)
    events.record(
        session,
        ticket,
        Verb.RETYPE,
        actor,
        now=now,
        type=guess.type,
        type_before=ticket.type,
        confidence=round(guess.confidence, 4),
    )
    ticket.type, ticket.confidence, ticket.second_type = guess.type, guess.confidence, guess.second
    ticket.title = title
    session.flush()
    clocks.retype(session, ticket)
