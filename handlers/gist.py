"""What an enterprise's words on a case tell, read anew each time somebody looks: nothing of it is kept."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

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


def entered(session: Session, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Return what the ledger is to hold of a case from its words, once it is taken on: of a debt, the claim.

    It stays as it was entered; what is said later stands in the case.
    """
    return debt_of(session, ticket, now) if ticket.type == "arrears" else {}


def debt_of(session: Session, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Return the claim that the words until `now` make: who owes how much, delivered and due by law when.

    A day that depends on the unknown size of an enterprise is left out: the ledger reckons delay from it.
    """
    said = [(text, day) for text, day, at in _told(session, ticket) if at <= now]
    facts = facts_told(said, _day(now), type_code="arrears")
    arrears, sum_ = facts.arrears, facts.owed
    debtor, due = (None, None) if arrears is None else (arrears.debtor, arrears.due)
    claim: dict[str, Any] = {}
    if debtor is not None:
        claim |= {"debtor": debtor.name, "kind": debtor.kind and debtor.kind.value}
    if sum_ is not None:
        claim |= {"least": sum_.least, "most": sum_.most, "currency": sum_.currency}
    if due is not None and claim["kind"] is not None:
        delivered = due.day - timedelta(days=due.days)
        claim |= {"delivered": delivered.isoformat(), "due": due.day.isoformat()}
    return {"debt": claim}


def _said(session: Session, ticket: Ticket) -> Iterator[tuple[str, date]]:
    return ((text, day) for text, day, _ in _told(session, ticket))


def _told(session: Session, ticket: Ticket) -> Iterator[tuple[str, date, datetime]]:
    left = READ_AT_MOST
    for message in told(session, ticket.id, limit=MESSAGES):
        yield message.text[:left], _day(message.at), message.at
        left = max(0, left - len(message.text))


def _day(moment: datetime) -> date:
    return moment.astimezone(say.LOCAL).date()
