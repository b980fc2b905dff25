"""What an enterprise's words on a case tell, read anew each time somebody looks: nothing of it is kept."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from handlers import say
from handlers.understanding.facts import Facts, facts_told
from handlers.understanding.features import READ_AT_MOST
from models.queries.conversation import told
from models.rules.payment import Due
from models.tables import Ticket

MESSAGES: Final = 10
"""So many of the enterprise's messages are read, the first ones; of all together as much as of one."""


def facts_of(session: Session, ticket: Ticket, now: datetime) -> Facts:
    """Return what the enterprise has told of a case: words count as of their day, interest as of `now`."""
    return facts_told(list(_said(session, ticket)), _day(now), type_code=ticket.type)


def due_of(session: Session, ticket: Ticket, now: datetime) -> Due | None:
    """Return by when a debt was due by law, if a case is about one and its words tell enough."""
    if ticket.type != "arrears":
        return None
    arrears = facts_of(session, ticket, now).arrears
    return None if arrears is None else arrears.due


def _said(session: Session, ticket: Ticket) -> Iterator[tuple[str, date]]:
    left = READ_AT_MOST
    for message in told(session, ticket.id, limit=MESSAGES):
        yield message.text[:left], _day(message.at)
        left = max(0, left - len(message.text))


def _day(moment: datetime) -> date:
    return moment.astimezone(say.LOCAL).date()
