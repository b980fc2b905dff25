"""The enterprise rates how its case went: the result and the manner apart, and each may change its mind."""

from datetime import datetime

from sqlalchemy.orm import Session

from config import catalog
from models.actions import events
from models.queries.tickets import Actor
from models.rules.lifecycle import Verb
from models.rules.satisfaction import Rating
from models.tables import Ticket


class RatingSettled(Exception):
    """The case was first rated too long ago for the rating to change."""


def rate(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    *,
    result: Rating | None = None,
    attitude: Rating | None = None,
    missing: str | None = None,
    now: datetime,
) -> None:
    """Store a rating of the result, of the attitude, or what is missing. Nobody is told.

    Raises:
        RatingSettled: it was first given too long ago.
        NotPossible: the case is neither done nor written off.
        NotAllowed: `actor` does not speak for the enterprise.
    """
    if ticket.rated_at is not None and now - ticket.rated_at > catalog.manners().ratings.changeable:
        raise RatingSettled
    given = {"result": result, "attitude": attitude, "missing": missing}
    given_now = {name: str(value) for name, value in given.items() if value is not None}
    events.record(session, ticket, Verb.RATE, actor, now=now, **given_now)
    ticket.rated_at = ticket.rated_at or now
    ticket.rated_result = result or ticket.rated_result
    ticket.rated_attitude = attitude or ticket.rated_attitude
